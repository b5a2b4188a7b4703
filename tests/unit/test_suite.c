/* SPDX-License-Identifier: BSD-3-Clause */
/* bench/suite: which tests a list chooses, and what each of them sends. */
#include "bench/suite.h"

#include <stdlib.h>

#include "bench/image.h"
#include "tests/unit/resp_words.h"

enum { TEXT_MAX = 1 << 20, TESTS = 24 };

#define KEY "key:__rand_int__"
#define PAIRS(n) KEY " VXK " KEY " VXK " KEY " VXK " KEY " VXK " KEY " " n

static const struct {
    const char *label, *sent; /* with 3 bytes of data and no range */
} expected[TESTS] = {
    {"PING_INLINE", "PING\r\n"},
    {"PING_MBULK", "PING|"},
    {"SET", "SET key:__rand_int__ VXK|"},
    {"GET", "GET key:__rand_int__|"},
    {"INCR", "INCR counter:__rand_int__|"},
    {"LPUSH", "LPUSH mylist VXK|"},
    {"RPUSH", "RPUSH mylist VXK|"},
    {"LPOP", "LPOP mylist|"},
    {"RPOP", "RPOP mylist|"},
    {"SADD", "SADD myset element:__rand_int__|"},
    {"HSET", "HSET myhash element:__rand_int__ VXK|"},
    {"SPOP", "SPOP myset|"},
    {"ZADD", "ZADD myzset 0 element:__rand_1st__|"},
    {"ZPOPMIN", "ZPOPMIN myzset|"},
    {"LPUSH (needed to benchmark LRANGE)", "LPUSH mylist VXK|"},
    {"LRANGE_100 (first 100 elements)", "LRANGE mylist 0 99|"},
    {"LRANGE_300 (first 300 elements)", "LRANGE mylist 0 299|"},
    {"LRANGE_500 (first 500 elements)", "LRANGE mylist 0 499|"},
    {"LRANGE_600 (first 600 elements)", "LRANGE mylist 0 599|"},
    {"MSET (10 keys)", "MSET " PAIRS("VXK") " " PAIRS("VXK") "|"},
    {"MGET (10 keys)",
     "MGET " KEY " " KEY " " KEY " " KEY " " KEY " " KEY " " KEY " " KEY " " KEY " " KEY "|"},
    {"XADD", "XADD mystream * myfield VXK|"},
    {"FUNCTION LOAD", "function load replace #!lua name=benchlib\n"
                      "local function foo2()\nreturn 0\nend\n"
                      "server.register_function('foo2', foo2)\n"
                      "local function foo1()\nreturn 0\nend\n"
                      "server.register_function('foo1', foo1)\n|"},
    {"FCALL", "fcall foo1 3 key1 key2 key3|"},
};

static const struct suite_opts plain = {
    .workload = {.data_size = 3}, .num_functions = 2, .num_keys_in_fcall = 3};

/* ---- helpers ---- */

/* The first operation of test i as it is sent, in text. */
static const char *sent(int i, const struct suite_opts *o, struct buf *out) {
    struct workload w;
    struct image m;
    struct err e = {.text = ""};
    const char *p;
    size_t fixed_from, len;
    buf_clear(out);
    if (suite_make(i, o, &w, &e) < 0) {
        buf_adds(out, e.text);
        return buf_cstr(out);
    }
    if (image_init(&m, &w, 1, &e) < 0) exit(1);
    len = image_encode(&m, &(struct image_op){0}, 1, &p, &fixed_from);
    if (*p == '*')
        resp_words(p, len, out);
    else
        buf_add(out, p, len);
    CHECK_STR(w.title, expected[i].label);
    CHECK_STR(w.rows[0].title, expected[i].label);
    CHECK_EQ(w.n_rows, 1);
    image_release(&m);
    workload_release(&w);
    return buf_cstr(out);
}

static int find(const char *label) {
    for (int i = 0; i < TESTS; i++)
        if (!strcmp(expected[i].label, label)) return i;
    exit(1);
}

/* The numbers of the chosen tests, from 1 on, each with a blank behind it. */
static const char *chosen(const char *list, const struct suite_opts *o, struct buf *out) {
    buf_clear(out);
    for (int i = 0; i < suite_count(); i++)
        if (suite_chooses(i, list, o)) buf_addf(out, "%d ", i + 1);
    return buf_cstr(out);
}

static void check_unknown(const char *list, const struct suite_opts *o, const char *text) {
    struct err e = {.text = ""};
    CHECK_EQ(suite_check(list, o, &e), VK_EUSAGE);
    CHECK_STR(e.text, text);
}

/* ---- what is sent ---- */

static void test_every_test_sends_its_command(void) {
    struct buf out;
    buf_init(&out, TEXT_MAX);
    CHECK_EQ(suite_count(), TESTS);
    for (int i = 0; i < TESTS; i++) {
        const char *text = sent(i, &plain, &out);
        CHECK_STR(text, expected[i].sent);
    }
    buf_release(&out);
}

static void test_a_range_fills_in_numbers(void) {
    struct buf out;
    buf_init(&out, TEXT_MAX);
    struct suite_opts o = plain;
    o.workload.range = 1;
    const char *text = sent(find("ZADD"), &o, &out);
    CHECK_STR(text, "ZADD myzset 000000000000 element:000000000000|");
    text = sent(find("HSET"), &o, &out);
    CHECK_STR(text, "HSET myhash element:000000000000 VXK|");
    text = sent(find("INCR"), &o, &out);
    CHECK_STR(text, "INCR counter:000000000000|");
    o.workload.sequential = true;
    o.workload.range = 10;
    text = sent(find("MSET (10 keys)"), &o, &out);
    for (int i = 0; i < 10; i++) {
        char pair[64];
        snprintf(pair, sizeof pair, " key:%012d VXK", i);
        CHECK_MEM(text + 4 + i * 21, 21, pair, 21);
    }
    text = sent(find("MGET (10 keys)"), &o, &out);
    CHECK(strstr(text, " key:000000000009|"));
    buf_release(&out);
}

static void test_the_payload_is_the_same_in_a_pass_and_fresh_in_the_next(void) {
    struct buf out;
    struct keygen_text text;
    struct suite_opts o = plain;
    buf_init(&out, TEXT_MAX);
    keygen_text_start(&text);
    o.workload.text = &text;
    const char *got = sent(find("SET"), &o, &out);
    CHECK_STR(got, "SET key:__rand_int__ VXK|");
    got = sent(find("LPUSH"), &o, &out);
    CHECK_STR(got, "LPUSH mylist VXK|");
    suite_next_payload(&o);
    got = sent(find("SET"), &o, &out);
    CHECK_STR(got, "SET key:__rand_int__ eHo|");
    buf_release(&out);
}

/* More than is passed over in one go. */
static void test_large_payloads_follow_each_other(void) {
    enum { SIZE = 10000 };
    struct buf out;
    struct keygen_text text, reference;
    struct suite_opts o = plain;
    char *want = mem_alloc(2 * SIZE);
    buf_init(&out, TEXT_MAX);
    keygen_text_start(&text);
    keygen_text_start(&reference);
    keygen_text(&reference, want, (size_t)2 * SIZE);
    o.workload.text = &text;
    o.workload.data_size = SIZE;
    for (int pass = 0; pass < 2; pass++) {
        const char *got = sent(find("LPUSH"), &o, &out);
        CHECK_MEM(got + 13, SIZE, want + (ptrdiff_t)pass * SIZE, SIZE);
        suite_next_payload(&o);
    }
    free(want);
    buf_release(&out);
}

static void test_redis_benchmark_draws_every_member(void) {
    struct buf out;
    struct suite_opts o = plain;
    buf_init(&out, TEXT_MAX);
    o.redis = true;
    const char *text = sent(find("ZADD"), &o, &out);
    CHECK_STR(text, "ZADD myzset 0 element:__rand_int__|");
    o.workload.range = 2;
    o.workload.sequential = true;
    text = sent(find("ZADD"), &o, &out);
    CHECK_STR(text, "ZADD myzset 000000000000 element:000000000001|");
    buf_release(&out);
}

static void test_functions_are_loaded_before_they_are_called(void) {
    struct buf script;
    const char *argv[SUITE_BEFORE_WORDS];
    struct suite_opts o = plain;
    buf_init(&script, TEXT_MAX);
    for (int i = 0; i < TESTS; i++)
        if (i != find("FCALL")) CHECK_EQ(suite_before(i, &o, &script, argv), 0);
    CHECK_EQ(suite_before(find("FCALL"), &o, &script, argv), 4);
    CHECK_STR(argv[0], "function");
    CHECK_STR(argv[1], "load");
    CHECK_STR(argv[2], "replace");
    CHECK_STR(argv[3], "#!lua name=benchlib\n"
                       "local function foo1(keys, args)\nreturn keys[0]\nend\n"
                       "server.register_function('foo1', foo1)\n");
    buf_clear(&script);
    o.redis_api = true;
    CHECK_EQ(suite_before(find("FCALL"), &o, &script, argv), 4);
    CHECK(strstr(argv[3], "\nredis.register_function('foo1', foo1)\n"));
    buf_release(&script);
}

static void test_libraries_and_keys_have_limits(void) {
    struct workload w;
    struct err e;
    struct suite_opts o = plain;
    o.num_functions = 700;
    o.num_keys_in_fcall = 253;
    CHECK_EQ(suite_make(find("FUNCTION LOAD"), &o, &w, &e), 0);
    workload_release(&w);
    CHECK_EQ(suite_make(find("FCALL"), &o, &w, &e), 0);
    CHECK_EQ(w.template.commands[0].argc, 256);
    workload_release(&w);
    o.num_functions = 7000;
    o.num_keys_in_fcall = 254;
    CHECK_EQ(suite_make(find("FUNCTION LOAD"), &o, &w, &e), VK_EUSAGE);
    CHECK_STR(e.text, "--num-functions: the library would be longer than 64 KiB");
    CHECK_EQ(suite_make(find("FCALL"), &o, &w, &e), VK_EUSAGE);
    CHECK_STR(e.text, "--num-keys-in-fcall: too many keys");
}

/* ---- names ---- */

static void test_lists_choose_tests(void) {
    struct buf out;
    buf_init(&out, TEXT_MAX);
    CHECK_STR(chosen(NULL, &plain, &out),
              "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 ");
    CHECK_STR(chosen("ping", &plain, &out), "1 2 ");
    CHECK_STR(chosen("ping_inline", &plain, &out), "1 ");
    CHECK_STR(chosen("ping_mbulk", &plain, &out), "2 ");
    CHECK_STR(chosen("GET,set", &plain, &out), "3 4 ");
    CHECK_STR(chosen("lrange", &plain, &out), "15 16 17 18 19 ");
    CHECK_STR(chosen("Lrange_500,lrange_100", &plain, &out), "15 16 18 ");
    CHECK_STR(chosen("mset,mget,xadd,function_load,fcall,", &plain, &out), "20 21 22 23 24 ");
    CHECK_STR(chosen("pin,lrange_,se,set ,", &plain, &out), "");
    CHECK_STR(chosen("", &plain, &out), "");
    buf_release(&out);
}

static void test_redis_benchmark_has_fewer_tests(void) {
    struct buf out;
    const struct suite_opts o = {.redis = true};
    buf_init(&out, TEXT_MAX);
    CHECK_STR(chosen(NULL, &o, &out), "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 22 ");
    CHECK_STR(chosen("mget,fcall,function_load,xadd", &o, &out), "22 ");
    check_unknown("mget", &o, "unknown test 'mget' (did you mean 'get'?)");
    buf_release(&out);
}

static void test_unknown_names_are_refused(void) {
    struct err e;
    CHECK_EQ(suite_check(NULL, &plain, &e), 0);
    CHECK_EQ(suite_check("set,GET,ping,lrange_600,", &plain, &e), 0);
    check_unknown("set,gte", &plain, "unknown test 'gte' (did you mean 'get'?)");
    check_unknown("lrange_200", &plain, "unknown test 'lrange_200' (did you mean 'lrange_100'?)");
    check_unknown("hgetall", &plain, "unknown test 'hgetall' (the man page lists them)");
    check_unknown("", &plain, "unknown test '' (the man page lists them)");
    check_unknown("set,,get", &plain, "unknown test '' (the man page lists them)");
    char longest[200];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = 0;
    CHECK_EQ(suite_check(longest, &plain, &e), VK_EUSAGE);
    CHECK(strlen(e.text) < 120);
}

int main(void) {
    RUN(test_every_test_sends_its_command);
    RUN(test_a_range_fills_in_numbers);
    RUN(test_the_payload_is_the_same_in_a_pass_and_fresh_in_the_next);
    RUN(test_large_payloads_follow_each_other);
    RUN(test_redis_benchmark_draws_every_member);
    RUN(test_functions_are_loaded_before_they_are_called);
    RUN(test_libraries_and_keys_have_limits);
    RUN(test_lists_choose_tests);
    RUN(test_redis_benchmark_has_fewer_tests);
    RUN(test_unknown_names_are_refused);
    return t_end();
}
