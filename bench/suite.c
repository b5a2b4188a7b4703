/* SPDX-License-Identifier: BSD-3-Clause */
/* The list as a table. See suite.h; labels, commands and keys are those of valkey-benchmark. In the
 * commands a word "%" is the payload and "%%" ten times "key:__rand_int__", each with a payload
 * behind it where the command takes values. */
#include "bench/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/opt.h"
#include "base/str.h"

enum { WORDS_MAX = 256, MULTI_KEYS = 10, SCRIPT_MAX = 1 << 16, KEY_MAX = 16 };

static const struct test {
    const char *names; /* that choose it, with blanks */
    const char *label;
    const char *command; /* words with blanks; NULL: see make_by_hand */
    bool newer;          /* not in redis-benchmark */
} tests[] = {
    {"ping_inline ping", "PING_INLINE", NULL, false},
    {"ping_mbulk ping", "PING_MBULK", "PING", false},
    {"set", "SET", "SET key:__rand_int__ %", false},
    {"get", "GET", "GET key:__rand_int__", false},
    {"incr", "INCR", "INCR counter:__rand_int__", false},
    {"lpush", "LPUSH", "LPUSH mylist %", false},
    {"rpush", "RPUSH", "RPUSH mylist %", false},
    {"lpop", "LPOP", "LPOP mylist", false},
    {"rpop", "RPOP", "RPOP mylist", false},
    {"sadd", "SADD", "SADD myset element:__rand_int__", false},
    {"hset", "HSET", "HSET myhash element:__rand_int__ %", false},
    {"spop", "SPOP", "SPOP myset", false},
    {"zadd", "ZADD", NULL, false},
    {"zpopmin", "ZPOPMIN", "ZPOPMIN myzset", false},
    {"lrange lrange_100 lrange_300 lrange_500 lrange_600", "LPUSH (needed to benchmark LRANGE)",
     "LPUSH mylist %", false},
    {"lrange lrange_100", "LRANGE_100 (first 100 elements)", "LRANGE mylist 0 99", false},
    {"lrange lrange_300", "LRANGE_300 (first 300 elements)", "LRANGE mylist 0 299", false},
    {"lrange lrange_500", "LRANGE_500 (first 500 elements)", "LRANGE mylist 0 499", false},
    {"lrange lrange_600", "LRANGE_600 (first 600 elements)", "LRANGE mylist 0 599", false},
    {"mset", "MSET (10 keys)", "MSET %%", false},
    {"mget", "MGET (10 keys)", NULL, true},
    {"xadd", "XADD", "XADD mystream * myfield %", false},
    {"function_load", "FUNCTION LOAD", NULL, true},
    {"fcall", "FCALL", NULL, true},
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
        char word[32];
        size_t n = next_item(&p, &known, ' ');
        snprintf(word, sizeof word, "%.*s", (int)n, known);
        if (str_ieq(name, len, word)) return true;
    }
    return false;
}

static bool exists(const struct test *t, const struct suite_opts *o) {
    return !t->newer || !o->redis;
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

static void nearest(const char *name, size_t len, const struct suite_opts *o, char out[32]) {
    int best = OPT_FAR;
    out[0] = 0;
    for (int i = 0; i < TESTS; i++) {
        const char *p = exists(&tests[i], o) ? tests[i].names : "", *known;
        while (*p) {
            char word[32];
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
    char near[32], text[64];
    snprintf(text, sizeof text, "%.*s", (int)(len < 60 ? len : 60), name);
    nearest(name, len, o, near);
    if (*near) return err_set(e, VK_EUSAGE, "unknown test '%s' (did you mean '%s'?)", text, near);
    return err_set(e, VK_EUSAGE, "unknown test '%s' (the man page lists them)", text);
}

int suite_check(const char *list, const struct suite_opts *o, struct err *e) {
    const char *name;
    while (list && *list) {
        size_t len = next_item(&list, &name, ',');
        bool known = false;
        for (int i = 0; i < TESTS && !known; i++)
            known = exists(&tests[i], o) && is_named(&tests[i], name, len);
        if (!known) return unknown(name, len, o, e);
    }
    return 0;
}

/* ---- commands ---- */

struct words {
    const char *argv[WORDS_MAX];
    size_t lens[WORDS_MAX];
    int argc;
};

static void add(struct words *w, const char *p, size_t len) {
    w->argv[w->argc] = p;
    w->lens[w->argc++] = len;
}

static void add_text(struct words *w, const char *text) {
    add(w, text, strlen(text));
}

static void add_keys(struct words *w, const struct buf *value) {
    for (int i = 0; i < MULTI_KEYS; i++) {
        add_text(w, "key:__rand_int__");
        if (value) add(w, value->p, value->len);
    }
}

static void add_line(struct words *w, const char *line, const struct buf *value) {
    const char *word;
    while (*line) {
        size_t len = next_item(&line, &word, ' ');
        if (len == 2 && !memcmp(word, "%%", 2))
            add_keys(w, value);
        else if (len == 1 && *word == '%')
            add(w, value->p, value->len);
        else
            add(w, word, len);
    }
}

/* n functions foo<n> to foo1. */
static int add_script(struct buf *b, int n, const char *returns, const struct suite_opts *o) {
    const char *api = o->redis_api ? "redis" : "server";
    buf_adds(b, "#!lua name=benchlib\n");
    for (; n > 0; n--)
        buf_addf(b,
                 "local function foo%d(keys, args)\nreturn %s\nend\n%s.register_function('foo%d', "
                 "foo%d)\n",
                 n, returns, api, n, n);
    return b->over ? VK_ELIMIT : 0;
}

static int script_too_long(struct err *e) {
    return err_set(e, VK_EUSAGE, "--num-functions: the library would be longer than 64 KiB");
}

int suite_before(int i, const struct suite_opts *o, struct buf *script,
                 const char *argv[SUITE_BEFORE_WORDS]) {
    if (strcmp(tests[i].names, "fcall") != 0) return 0;
    if (add_script(script, 1, "keys[0]", o) < 0) return 0;
    argv[0] = "function";
    argv[1] = "load";
    argv[2] = "replace";
    argv[3] = buf_cstr(script);
    return SUITE_BEFORE_WORDS;
}

static void add_fcall(struct words *w, int keys, char text[][KEY_MAX]) {
    add_text(w, "fcall");
    add_text(w, "foo1");
    snprintf(text[0], KEY_MAX, "%d", keys);
    add_text(w, text[0]);
    for (int i = 1; i <= keys; i++) {
        snprintf(text[i], KEY_MAX, "key%d", i);
        add_text(w, text[i]);
    }
}

/* Those whose words depend on the options. */
static int make_by_hand(struct words *w, const struct test *t, const struct suite_opts *o,
                        struct buf *script, char text[][KEY_MAX], struct err *e) {
    if (!strcmp(t->label, "ZADD")) {
        add_text(w, "ZADD");
        add_text(w, "myzset");
        add_text(w, o->workload.range ? "__rand_int__" : "0");
        add_text(w, o->redis ? "element:__rand_int__" : "element:__rand_1st__");
    } else if (!strcmp(t->label, "MGET (10 keys)")) {
        add_text(w, "MGET");
        add_keys(w, NULL);
    } else if (!strcmp(t->label, "FCALL")) {
        if (o->num_keys_in_fcall > WORDS_MAX - 3)
            return err_set(e, VK_EUSAGE, "--num-keys-in-fcall: at most %d", WORDS_MAX - 3);
        add_fcall(w, o->num_keys_in_fcall, text);
    } else {
        if (add_script(script, o->num_functions, "0", o) < 0) return script_too_long(e);
        add_text(w, "function");
        add_text(w, "load");
        add_text(w, "replace");
        add(w, script->p, script->len);
    }
    return 0;
}

/* The payload, the same for all tests of a call. */
static int make_value(const struct suite_opts *o, struct buf *value, struct err *e) {
    struct keygen_text text;
    keygen_text_start(&text);
    if (o->workload.text) text = *o->workload.text;
    buf_init(value, o->workload.data_size);
    char *p = buf_reserve(value, o->workload.data_size);
    if (!p) return err_set(e, VK_EUSAGE, "-d: the value is too large");
    keygen_text(&text, p, o->workload.data_size);
    value->len = o->workload.data_size;
    return 0;
}

static int make_words(struct words *words, const struct test *t, const struct suite_opts *o,
                      const struct buf *value, struct workload *w, struct err *e) {
    char(*text)[KEY_MAX] = mem_zalloc(WORDS_MAX, KEY_MAX);
    struct workload_opts wo = o->workload;
    struct buf script;
    buf_init(&script, SCRIPT_MAX);
    wo.escapes = false;
    int code = 0;
    if (t->command)
        add_line(words, t->command, value);
    else
        code = make_by_hand(words, t, o, &script, text, e);
    if (code == 0) code = workload_from_words(w, words->argc, words->argv, words->lens, &wo, e);
    buf_release(&script);
    free(text);
    return code;
}

int suite_make(int i, const struct suite_opts *o, struct workload *w, struct err *e) {
    const struct test *t = &tests[i];
    struct words words = {.argc = 0};
    struct buf value;
    if (!strcmp(t->label, "PING_INLINE")) return workload_from_inline(w, t->label, "PING", e);
    int code = make_value(o, &value, e);
    if (code == 0) code = make_words(&words, t, o, &value, w, e);
    buf_release(&value);
    if (code == 0) workload_rename(w, t->label);
    return code;
}
