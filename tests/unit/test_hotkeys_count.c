/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd/vk/hotkeys_count: keys of MONITOR's lines. */
#include "cmd/vk/hotkeys_count.h"

#include "tests/unit/t.h"

static struct hotkeys_count count;

static void init(const char *pattern) {
    hotkeys_count_init(
        &count, &(struct hotkeys_count_opts){
                    .pattern = pattern, .pattern_len = pattern ? strlen(pattern) : 0, .seed = 1});
}

static int64_t line(const char *text) {
    return hotkeys_count_line(&count, text, strlen(text));
}

static void check_first(const char *key, uint64_t uses) {
    struct heavy_entry e = {.key = ""};
    heavy_top(count.keys, HEAVY_BY_COUNT, &e, 1);
    CHECK_MEM(e.key, e.kept, key, strlen(key));
    CHECK_EQ(e.count, uses);
}

static void test_lines(void) {
    init(NULL);
    CHECK_EQ(line("1700000000.000001 [0 127.0.0.1:1] \"GET\" \"a\""), 1700000000000001);
    CHECK(line("1700000000.000002 [0 127.0.0.1:1] \"mget\" \"a\" \"b\"") > 0);
    CHECK(line("1700000000.000003 [0 127.0.0.1:1] \"SET\" \"a\" \"b\" \"EX\" \"5\"") > 0);
    CHECK_EQ(count.uses, 4);
    check_first("a", 3);
    CHECK(line("1700000000.000004 [0 127.0.0.1:1] \"PING\"") > 0);
    CHECK(line("1700000000.000004 [3 127.0.0.1:1] \"GET\" \"a\"") > 0);
    CHECK_EQ(line("no line of MONITOR"), 0);
    CHECK_EQ(count.lines, 6);
    CHECK_EQ(count.uses, 4);
    CHECK_EQ(count.foreign, 1);
    CHECK_EQ(count.malformed, 1);
    hotkeys_count_release(&count);
}

static void test_scripts_count_by_their_calls(void) {
    init(NULL);
    CHECK(line("1700000000.000001 [0 127.0.0.1:1] \"EVAL\" \"...\" \"1\" \"a\"") > 0);
    CHECK(line("1700000000.000002 [0 lua] \"get\" \"a\"") > 0);
    check_first("a", 1);
    hotkeys_count_release(&count);
}

static void test_pattern(void) {
    init("user:*");
    CHECK(line("1700000000.000001 [0 127.0.0.1:1] \"DEL\" \"a\" \"user:1\" \"b\"") > 0);
    CHECK_EQ(count.uses, 1);
    check_first("user:1", 1);
    hotkeys_count_release(&count);
}

static void test_margin(void) {
    CHECK(hotkeys_count_margin(0, 0) < 1e-9);
    CHECK(hotkeys_count_margin(100, 100) < 1e-6);
    double half = hotkeys_count_margin(50, 100); /* 1.96 * sqrt(0.25 / 100) */
    CHECK(half > 0.09799 && half < 0.09801);
    double rare = hotkeys_count_margin(1, 10000);
    CHECK(rare > 0.000195 && rare < 0.000197);
}

int main(void) {
    RUN(test_lines);
    RUN(test_scripts_count_by_their_calls);
    RUN(test_pattern);
    RUN(test_margin);
    return t_end();
}
