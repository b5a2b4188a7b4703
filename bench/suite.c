/* SPDX-License-Identifier: BSD-3-Clause */
/* The list as a table. See suite.h; labels, commands and keys are those of valkey-benchmark. Words
 * of a command that begin with % stand for others: see `expansions`; %t in a key is where a
 * cluster's {tag} comes. */
#include "bench/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/opt.h"
#include "base/str.h"

enum { WORDS_MAX = 256, MULTI_KEYS = 10, LIBRARY_MAX = 1 << 16, MADE_MAX = 48, TEST_NAME_MAX = 32 };

enum {
    RAW = 1,            /* the command is a line, not an array */
    NEWER = 2,          /* not in redis-benchmark */
    LIBRARY_BEFORE = 4, /* see suite_before */
};

static const struct test {
    const char *names; /* that choose it, with blanks */
    const char *label;
    const char *command; /* words with blanks */
    int traits;
} tests[] = {
    {"ping_inline ping", "PING_INLINE", "PING", RAW},
    {"ping_mbulk ping", "PING_MBULK", "PING", 0},
    {"set", "SET", "SET key%t:__rand_int__ %value", 0},
    {"get", "GET", "GET key%t:__rand_int__", 0},
    {"incr", "INCR", "INCR counter%t:__rand_int__", 0},
    {"lpush", "LPUSH", "LPUSH mylist%t %value", 0},
    {"rpush", "RPUSH", "RPUSH mylist%t %value", 0},
    {"lpop", "LPOP", "LPOP mylist%t", 0},
    {"rpop", "RPOP", "RPOP mylist%t", 0},
    {"sadd", "SADD", "SADD myset%t element:__rand_int__", 0},
    {"hset", "HSET", "HSET myhash%t element:__rand_int__ %value", 0},
    {"spop", "SPOP", "SPOP myset%t", 0},
    {"zadd", "ZADD", "ZADD myzset%t %score %member", 0},
    {"zpopmin", "ZPOPMIN", "ZPOPMIN myzset%t", 0},
    {"lrange lrange_100 lrange_300 lrange_500 lrange_600", "LPUSH (needed to benchmark LRANGE)",
     "LPUSH mylist%t %value", 0},
    {"lrange lrange_100", "LRANGE_100 (first 100 elements)", "LRANGE mylist%t 0 99", 0},
    {"lrange lrange_300", "LRANGE_300 (first 300 elements)", "LRANGE mylist%t 0 299", 0},
    {"lrange lrange_500", "LRANGE_500 (first 500 elements)", "LRANGE mylist%t 0 499", 0},
    {"lrange lrange_600", "LRANGE_600 (first 600 elements)", "LRANGE mylist%t 0 599", 0},
    {"mset", "MSET (10 keys)", "MSET %pairs", 0},
    {"mget", "MGET (10 keys)", "MGET %keys", NEWER},
    {"xadd", "XADD", "XADD mystream%t * myfield %value", 0},
    {"function_load", "FUNCTION LOAD", "function load replace %library", NEWER},
    {"fcall", "FCALL", "fcall foo1 %numbered", NEWER | LIBRARY_BEFORE},
};
enum { TESTS = sizeof tests / sizeof *tests };

int suite_count(void) {
    return TESTS;
}

/* ---- names ---- */

/* The next item of a list with the separator c: its length, and *p behind it. */
static size_t next_item(const char **p, const char **item, char c) {
    const char *end = strchr(*p, c);
    *item = *p;
    size_t len = end ? (size_t)(end - *p) : strlen(*p);
    *p += len + (end != NULL);
    return len;
}

static bool is_named(const struct test *t, const char *name, size_t len) {
    const char *p = t->names, *known;
    while (*p) {
        char word[TEST_NAME_MAX];
        size_t n = next_item(&p, &known, ' ');
        snprintf(word, sizeof word, "%.*s", (int)n, known);
        if (str_ieq(name, len, word)) return true;
    }
    return false;
}

static bool exists(const struct test *t, const struct suite_opts *o) {
    return !(t->traits & NEWER) || !o->redis;
}

bool suite_chooses(int i, const char *list, const struct suite_opts *o) {
    const char *name;
    if (!exists(&tests[i], o)) return false;
    if (!list) return true;
    while (*list) {
        size_t len = next_item(&list, &name, ',');
        if (is_named(&tests[i], name, len)) return true;
    }
    return false;
}

static void nearest(const char *name, size_t len, const struct suite_opts *o,
                    char out[TEST_NAME_MAX]) {
    int best = OPT_FAR;
    out[0] = 0;
    for (int i = 0; i < TESTS; i++) {
        const char *p = exists(&tests[i], o) ? tests[i].names : "", *known;
        while (*p) {
            char word[TEST_NAME_MAX];
            size_t n = next_item(&p, &known, ' ');
            snprintf(word, sizeof word, "%.*s", (int)n, known);
            int distance = opt_distance(name, len, word);
            if (distance >= best) continue;
            best = distance;
            memcpy(out, word, sizeof word);
        }
    }
}

static int unknown(const char *name, size_t len, const struct suite_opts *o, struct err *e) {
    char near[TEST_NAME_MAX], text[64];
    snprintf(text, sizeof text, "%.*s", (int)(len < 60 ? len : 60), name);
    nearest(name, len, o, near);
    if (*near) return err_set(e, VK_EUSAGE, "unknown test '%s' (did you mean '%s'?)", text, near);
    return err_set(e, VK_EUSAGE, "unknown test '%s' (the man page lists them)", text);
}

int suite_check(const char *list, const struct suite_opts *o, struct err *e) {
    const char *name;
    if (!list) return 0;
    do {
        size_t len = next_item(&list, &name, ',');
        bool known = false;
        for (int i = 0; i < TESTS && !known; i++)
            known = exists(&tests[i], o) && is_named(&tests[i], name, len);
        if (!known) return unknown(name, len, o, e);
    } while (*list);
    return 0;
}

/* ---- commands ---- */

/* What making a test needs besides the result. */
struct maker {
    const struct suite_opts *opts;
    const char *argv[WORDS_MAX];
    size_t lens[WORDS_MAX];
    int argc;
    struct buf value;               /* the payload */
    struct buf library;             /* functions */
    char made[WORDS_MAX][MADE_MAX]; /* texts of words, by place */
};

static void add(struct maker *m, const char *p, size_t len) {
    m->argv[m->argc] = p;
    m->lens[m->argc++] = len;
}

static void add_text(struct maker *m, const char *text) {
    add(m, text, strlen(text));
}

static void add_number(struct maker *m, const char *before, int number) {
    char *text = m->made[m->argc];
    snprintf(text, MADE_MAX, "%s%d", before, number);
    add_text(m, text);
}

static int add_value(struct maker *m) {
    add(m, m->value.p, m->value.len);
    return 0;
}

/* A key with %t in it. several: of several keys, which must be of one slot. */
static void add_key(struct maker *m, const char *key, size_t len, bool several) {
    const struct workload_opts *o = &m->opts->workload;
    const char *at = memmem(key, len, "%t", 2);
    size_t before = (size_t)(at - key);
    bool numbered = at + 2 < key + len && o->range;
    bool tagged = o->cluster && (several || !m->opts->true_keys || !numbered);
    char *text = m->made[m->argc];
    snprintf(text, MADE_MAX, "%.*s%s%.*s", (int)before, key, tagged ? ":" WORKLOAD_TAG : "",
             (int)(len - before - 2), at + 2);
    add_text(m, text);
}

static const char multi_key[] = "key%t:__rand_int__";

static int add_keys(struct maker *m) {
    for (int i = 0; i < MULTI_KEYS; i++)
        add_key(m, multi_key, sizeof multi_key - 1, true);
    return 0;
}

static int add_pairs(struct maker *m) {
    for (int i = 0; i < MULTI_KEYS; i++) {
        add_key(m, multi_key, sizeof multi_key - 1, true);
        add_value(m);
    }
    return 0;
}

static int add_score(struct maker *m) {
    add_text(m, m->opts->workload.range ? "__rand_int__" : "0");
    return 0;
}

static int add_member(struct maker *m) {
    add_text(m, m->opts->redis ? "element:__rand_int__" : "element:__rand_1st__");
    return 0;
}

/* n functions, foo<n> to foo1. */
static int write_library(struct buf *b, int n, const char *takes, const char *returns,
                         const struct suite_opts *o) {
    const char *api = o->redis_api ? "redis" : "server";
    buf_adds(b, "#!lua name=benchlib\n");
    for (; n > 0; n--) {
        buf_addf(b, "local function foo%d(%s)\nreturn %s\nend\n", n, takes, returns);
        buf_addf(b, "%s.register_function('foo%d', foo%d)\n", api, n, n);
    }
    return b->over ? VK_ELIMIT : 0;
}

static int add_library(struct maker *m) {
    if (write_library(&m->library, m->opts->num_functions, "", "0", m->opts) < 0) return VK_ELIMIT;
    add(m, m->library.p, m->library.len);
    return 0;
}

/* How many keys, and the keys. */
static int add_numbered(struct maker *m) {
    int keys = m->opts->num_keys_in_fcall;
    if (keys >= WORDS_MAX - m->argc) return VK_ELIMIT;
    add_number(m, "", keys);
    for (int i = 1; i <= keys; i++)
        add_number(m, "key", i);
    return 0;
}

static const struct expansion {
    const char *word;
    int (*add)(struct maker *m);
    const char *limit; /* what is said when it is passed */
} expansions[] = {
    {"%value", add_value, NULL},
    {"%keys", add_keys, NULL},
    {"%pairs", add_pairs, NULL},
    {"%score", add_score, NULL},
    {"%member", add_member, NULL},
    {"%library", add_library, "--num-functions: the library would be longer than 64 KiB"},
    {"%numbered", add_numbered, "--num-keys-in-fcall: too many keys"},
};

static int expand(struct maker *m, const char *word, size_t len, struct err *e) {
    for (size_t i = 0; i < sizeof expansions / sizeof *expansions; i++)
        if (str_ieq(word, len, expansions[i].word))
            return expansions[i].add(m) < 0 ? err_set(e, VK_EUSAGE, "%s", expansions[i].limit) : 0;
    if (memmem(word, len, "%t", 2))
        add_key(m, word, len, false);
    else
        add(m, word, len);
    return 0;
}

static int add_line(struct maker *m, const char *line, struct err *e) {
    const char *word;
    while (*line) {
        size_t len = next_item(&line, &word, ' ');
        int code = expand(m, word, len, e);
        if (code < 0) return code;
    }
    return 0;
}

/* ---- payload ---- */

static int make_value(struct maker *m, struct err *e) {
    const struct workload_opts *o = &m->opts->workload;
    struct keygen_text text;
    keygen_text_start(&text);
    if (o->text) text = *o->text;
    char *p = buf_reserve(&m->value, o->data_size);
    if (!p) return err_set(e, VK_EUSAGE, "-d: the value is too large");
    keygen_text(&text, p, o->data_size);
    m->value.len = o->data_size;
    return 0;
}

void suite_next_payload(const struct suite_opts *o) {
    char passed[4096];
    for (size_t left = o->workload.data_size, n; left; left -= n) {
        n = left < sizeof passed ? left : sizeof passed;
        keygen_text(o->workload.text, passed, n);
    }
}

/* ---- tests ---- */

static int make_array(struct maker *m, const struct test *t, struct workload *w, struct err *e) {
    struct workload_opts o = m->opts->workload;
    o.untitled_last = false;
    int code = make_value(m, e);
    if (code == 0) code = add_line(m, t->command, e);
    if (code == 0) code = workload_from_words(w, m->argc, m->argv, m->lens, &o, e);
    if (code == 0) workload_rename(w, t->label);
    return code;
}

int suite_make(int i, const struct suite_opts *o, struct workload *w, struct err *e) {
    const struct test *t = &tests[i];
    if (t->traits & RAW) return workload_from_inline(w, t->label, t->command, e);
    struct maker *m = mem_zalloc(1, sizeof *m);
    m->opts = o;
    buf_init(&m->value, o->workload.data_size);
    buf_init(&m->library, LIBRARY_MAX);
    int code = make_array(m, t, w, e);
    buf_release(&m->value);
    buf_release(&m->library);
    free(m);
    return code;
}

int suite_before(int i, const struct suite_opts *o, struct buf *script,
                 const char *argv[SUITE_BEFORE_WORDS]) {
    if (!(tests[i].traits & LIBRARY_BEFORE)) return 0;
    if (write_library(script, 1, "keys, args", "keys[0]", o) < 0) return 0;
    argv[0] = "function";
    argv[1] = "load";
    argv[2] = "replace";
    argv[3] = buf_cstr(script);
    return SUITE_BEFORE_WORDS;
}
