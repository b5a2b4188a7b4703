/* SPDX-License-Identifier: BSD-3-Clause */
/* The slots that bench/workload tells of operations, against those of the keys in the bytes that
 * are sent. */
#include <stdlib.h>

#include "bench/image.h"
#include "tests/unit/resp_words.h"

enum { WORDS_MAX = 256, TEXT_MAX = 1 << 20 };

static slots_tag tags[SLOTS_COUNT];

/* ---- helpers ---- */

static int make(struct workload *w, const char *line, const struct workload_opts *o,
                struct err *e) {
    const char *argv[WORDS_MAX];
    char *text = mem_strdup(line), *rest = text;
    int argc = 0;
    for (char *word; argc < WORDS_MAX && (word = strsep(&rest, " "));)
        if (*word) argv[argc++] = word;
    int code = workload_from_words(w, argc, argv, NULL, o, e);
    free(text);
    return code;
}

static void make_good(struct workload *w, const char *line, const struct workload_opts *o) {
    struct err e;
    int code = make(w, line, o, &e);
    CHECK_EQ(code, 0);
    if (code == 0) return;
    printf("%s: %s\n", line, e.text);
    exit(1);
}

/* Operation op of w as text. */
static const char *sent(struct image *m, uint64_t op, unsigned slot, struct buf *out) {
    const char *p;
    size_t fixed_from;
    const struct image_op one = {.number = op, .slot = (uint16_t)slot};
    size_t len = image_encode(m, &one, 1, &p, &fixed_from);
    buf_clear(out);
    resp_words(p, len, out);
    return buf_cstr(out);
}

/* All words of text that begin with 'k' are keys: returns how many lie in that slot, of *n. */
static int keys_in(const char *text, unsigned slot, int *n) {
    int in = 0;
    for (*n = 0; *text; text += strspn(text, " |")) {
        size_t len = strcspn(text, " |");
        if (*text == 'k') {
            in += slots_of_key(text, len) == slot;
            ++*n;
        }
        text += len;
    }
    return in;
}

/* The slots of w's operations first.. are those of their keys, of which each has so many. */
static void check_operations(const struct workload *w, uint64_t first, int n, int keys) {
    struct image m;
    struct err e;
    struct buf out;
    int found, wrong = 0;
    buf_init(&out, TEXT_MAX);
    CHECK_EQ(image_init(&m, w, 1, &e), 0);
    m.tags = (const slots_tag *)tags;
    for (uint64_t op = first; op < first + (uint64_t)n; op++) {
        unsigned slot = workload_slot(w, op);
        const char *text = sent(&m, op, slot, &out);
        wrong += keys_in(text, slot, &found) != keys || found != keys;
        if (wrong == 1 && keys_in(text, slot, &found) != keys)
            printf("operation %llu, slot %u: %s\n", (unsigned long long)op, slot, text);
    }
    CHECK_EQ(wrong, 0);
    image_release(&m);
    buf_release(&out);
}

static void check_line(const char *line, enum workload_slot_rule rule, int keys) {
    const struct workload_opts opts[] = {
        {.range = 1000, .seed = 3, .data_size = 3, .cluster = true},
        {.range = 1000000000000, .seed = 4, .data_size = 3, .cluster = true},
        {.range = 777, .sequential = true, .data_size = 3, .cluster = true},
        {.range = 1, .data_size = 3, .cluster = true},
    };
    for (size_t i = 0; i < sizeof opts / sizeof *opts; i++) {
        struct workload w;
        make_good(&w, line, &opts[i]);
        CHECK_EQ(w.slot_rule, rule);
        check_operations(&w, 0, 2000, keys);
        check_operations(&w, (uint64_t)1 << 62, 100, keys); /* a warm-up's */
        w.op_base = 12345;
        check_operations(&w, 0, 500, keys);
        workload_release(&w);
    }
}

static void check_refused(const char *line, const char *text) {
    const struct workload_opts o = {.range = 1000, .data_size = 3, .cluster = true};
    struct workload w;
    struct err e = {.text = ""};
    CHECK_EQ(make(&w, line, &o, &e), VK_EUSAGE);
    CHECK_STR(e.text, text);
}

static void check_flags(const char *line, bool reads_only, bool tied) {
    const struct workload_opts o = {.range = 1000, .data_size = 3, .cluster = true};
    struct workload w;
    make_good(&w, line, &o);
    CHECK_EQ(w.reads_only, reads_only);
    CHECK_EQ(w.tied, tied);
    workload_release(&w);
}

/* ---- tests ---- */

static void keys_with_a_number(void) {
    check_line("SET key:__rand_int__ v", WORKLOAD_SLOT_BY_KEY, 1);
    check_line("GET k__rand_int__", WORKLOAD_SLOT_BY_KEY, 1);
    check_line("SET k__rand_1st__:tail v__rand_2nd__", WORKLOAD_SLOT_BY_KEY, 1);
    check_line("HSET k:__rand_int__ __rand_int__ __data__", WORKLOAD_SLOT_BY_KEY, 1);
}

static void keys_with_several_numbers(void) {
    check_line("GET k__rand_int____rand_int__", WORKLOAD_SLOT_BY_KEY, 1);
    check_line("SET k__rand_1st__:__rand_2nd__:__rand_1st__:__rand_int__ v", WORKLOAD_SLOT_BY_KEY,
               1);
}

static void numbers_in_and_beside_hash_tags(void) {
    check_line("GET k{__rand_int__}", WORKLOAD_SLOT_BY_KEY, 1);
    check_line("GET k__rand_int__:{a__rand_int__b__rand_int__}c__rand_int__", WORKLOAD_SLOT_BY_KEY,
               1);
    check_line("GET k{}__rand_int__", WORKLOAD_SLOT_BY_KEY, 1);
    check_line("GET k__rand_int__{", WORKLOAD_SLOT_BY_KEY, 1);
    check_line("GET k__rand_int__{fixed}", WORKLOAD_SLOT_FIXED, 1);
    check_line("GET k{fixed}{__rand_int__}", WORKLOAD_SLOT_FIXED, 1);
}

static void many_keys_of_the_same_numbers(void) {
    check_line("MSET k{__rand_1st__}a v k{__rand_1st__}b v", WORKLOAD_SLOT_BY_KEY, 2);
    check_line("SUNIONSTORE k{x__rand_9th__} k2{x__rand_9th__} k{x__rand_9th__}:__rand_int__",
               WORKLOAD_SLOT_BY_KEY, 3);
    check_line("MGET kx kx k{kx}", WORKLOAD_SLOT_FIXED, 3);
    check_line("SET k{a} 1 ; 3 INCR k2{a} ; PING", WORKLOAD_SLOT_FIXED, 4);
}

static void a_tag_goes_to_the_slot_that_is_drawn(void) {
    check_line("SET k{tag}:__rand_int__ v", WORKLOAD_SLOT_BY_TAG, 1);
    check_line("MSET k1{tag} v k2{tag}__rand_int__ v", WORKLOAD_SLOT_BY_TAG, 2);
    check_line("SET k{tag} v ; 2 GET k{tag} ; DEL k{tag}:__rand_int__", WORKLOAD_SLOT_BY_TAG, 4);
}

static void drawn_slots_are_spread_over_all(void) {
    const struct workload_opts o = {.seed = 9, .cluster = true};
    static bool hit[SLOTS_COUNT];
    struct workload w;
    int n = 0;
    make_good(&w, "SET k{tag} v", &o);
    for (uint64_t op = 0; op < 10 * SLOTS_COUNT; op++)
        hit[workload_slot(&w, op)] = true;
    for (int i = 0; i < SLOTS_COUNT; i++)
        n += hit[i];
    CHECK(n > SLOTS_COUNT - 50); /* all but one of 22,000, by chance */
    workload_release(&w);
}

static void drawn_slots_go_on_from_earlier_runs(void) {
    const struct workload_opts one = {.seed = 9, .cluster = true},
                               other = {.seed = 10, .cluster = true};
    struct workload first, later, others;
    int same = 0;
    make_good(&first, "SET k{tag} v", &one);
    make_good(&later, "SET k{tag} v", &one);
    make_good(&others, "SET k{tag} v", &other);
    later.op_base = 1000;
    for (uint64_t op = 0; op < 100; op++) {
        CHECK_EQ(workload_slot(&later, op), workload_slot(&first, 1000 + op));
        same += workload_slot(&others, op) == workload_slot(&first, op);
    }
    CHECK(same < 5);
    workload_release(&first);
    workload_release(&later);
    workload_release(&others);
}

static void without_a_range_a_placeholder_is_text(void) {
    const struct workload_opts o = {.cluster = true};
    struct workload w;
    make_good(&w, "SET key:__rand_int__ v", &o);
    CHECK_EQ(w.slot_rule, WORKLOAD_SLOT_FIXED);
    check_operations(&w, 0, 10, 1);
    workload_release(&w);
}

static void what_has_no_key_goes_anywhere(void) {
    const struct workload_opts o = {.range = 10, .cluster = true};
    static const char *const lines[] = {"PING", "PING __rand_int__", "ECHO {tag}",
                                        "EVAL return_1 0", "PUBLISH c __rand_int__"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct workload w;
        make_good(&w, lines[i], &o);
        CHECK_EQ(w.slot_rule, WORKLOAD_SLOT_ANY);
        workload_release(&w);
    }
}

static void keys_are_found_where_they_stand(void) {
    check_line("EVAL script 2 k{tag}a k{tag}b other", WORKLOAD_SLOT_BY_TAG, 2);
    check_line("XREAD COUNT 1 STREAMS k{s}1 k{s}2 0 0", WORKLOAD_SLOT_FIXED, 2);
    check_line("OBJECT ENCODING k__rand_int__", WORKLOAD_SLOT_BY_KEY, 1);
    check_line("my.command k__rand_int__ v", WORKLOAD_SLOT_BY_KEY, 1); /* not known */
}

#define SEVERAL(key)                                                                               \
    "the keys of one operation are of several slots ('" key "' is one): put {tag} into each of "   \
    "them"
static void keys_of_several_slots_are_refused(void) {
    check_refused("MSET a 1 b 2", SEVERAL("b"));
    check_refused("SET a 1 ; GET b", SEVERAL("b"));
    check_refused("MGET k__rand_int__ k__rand_int__", SEVERAL("k__rand_int__"));
    check_refused("MGET k__rand_1st__ k__rand_2nd__", SEVERAL("k__rand_2nd__"));
    check_refused("MGET k__rand_1st__ j__rand_1st__", SEVERAL("j__rand_1st__"));
    check_refused("SET k__rand_1st__ 1 ; GET k__rand_1st__", SEVERAL("k__rand_1st__"));
    check_refused("MGET a{tag} b", SEVERAL("b"));
    check_refused("MGET a b{tag}", SEVERAL("b{tag}"));
}

/* {tag} is filled in, but the slot hangs on other bytes, or on some of its own. */
static void a_tag_that_is_no_hash_tag_is_refused(void) {
    static const char *const keys[] = {"{}{tag}", "a{b{tag}c}", "__rand_int__{}{tag}", "{{tag}",
                                       "{x{tag}"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        char line[64], text[128];
        snprintf(line, sizeof line, "GET %s", keys[i]);
        snprintf(text, sizeof text, "{tag} in the key '%s' is not what decides its slot", keys[i]);
        check_refused(line, text);
    }
    check_line("GET k{a}{tag}", WORKLOAD_SLOT_FIXED, 1);
    check_line("GET k{__rand_int__}{tag}", WORKLOAD_SLOT_BY_KEY, 1);
}

static void hash_parts_with_numbers_have_a_limit(void) {
    char line[700] = "GET k", long_key[600];
    memset(long_key, 'x', sizeof long_key);
    long_key[512 - 1 - WORKLOAD_DIGITS] = 0;
    strcat(strcat(line, long_key), "__rand_int__");
    check_line(line, WORKLOAD_SLOT_BY_KEY, 1);
    strcat(line, "y");
    check_refused(line, "a key with numbers has at most 512 bytes");
}

static void reads_and_transactions_are_known(void) {
    check_flags("GET k", true, false);
    check_flags("GET k{tag} ; MGET k{tag} k2{tag}", true, false);
    check_flags("GET k{tag} ; SET k{tag} v", false, false);
    check_flags("SET k v", false, false);
    check_flags("my.command k", false, false);
    check_flags("MULTI ; GET k ; EXEC", false, true);
    check_flags("watch k ; GET k", false, true);
}

int main(void) {
    slots_tags(tags);
    RUN(keys_with_a_number);
    RUN(keys_with_several_numbers);
    RUN(numbers_in_and_beside_hash_tags);
    RUN(many_keys_of_the_same_numbers);
    RUN(a_tag_goes_to_the_slot_that_is_drawn);
    RUN(drawn_slots_are_spread_over_all);
    RUN(drawn_slots_go_on_from_earlier_runs);
    RUN(without_a_range_a_placeholder_is_text);
    RUN(what_has_no_key_goes_anywhere);
    RUN(keys_are_found_where_they_stand);
    RUN(keys_of_several_slots_are_refused);
    RUN(a_tag_that_is_no_hash_tag_is_refused);
    RUN(hash_parts_with_numbers_have_a_limit);
    RUN(reads_and_transactions_are_known);
    return t_end();
}
