/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd/vktail/top: what is counted, how it is shown. */
#include "cmd/vktail/top.h"

#include <stdlib.h>

#include "tests/unit/t.h"

static struct monitor monitor;
static struct top *top;

static const char *name_of(void *arg, int node) {
    (void)arg, (void)node;
    return "10.0.0.1:7000";
}

static void begin(uint64_t weight) {
    top_free(top);
    top =
        top_new(&(struct top_opts){.delimiter = ':', .weight = weight, .node = name_of, .seed = 1});
}

static void add(const char *line) {
    struct event ev = {.kind = EVENT_COMMAND, .line = {line, strlen(line)}};
    if (monitor_head(&monitor, line, strlen(line)) == 0) ev.command = &monitor;
    ev.time_us = ev.command ? monitor.ev.time_us : 3500000;
    if (ev.command) CHECK_EQ(monitor_args(&monitor, 1000), 0);
    top_add(top, &ev);
}

static struct heavy_entry first(enum top_view v) {
    struct heavy_entry e = {.key = ""};
    heavy_top(top->views[v], HEAVY_BY_COUNT, &e, 1);
    return e;
}

static void check_first(enum top_view v, const char *name, uint64_t count, uint64_t bytes) {
    struct heavy_entry e = first(v);
    CHECK_MEM(e.key, e.kept, name, strlen(name));
    CHECK_EQ(e.count, count);
    CHECK_EQ(e.bytes, bytes);
}

static void test_counts(void) {
    begin(1);
    add("1.000000 [0 127.0.0.1:1] \"get\" \"user:1\"");
    add("2.000000 [0 127.0.0.1:1] \"GET\" \"user:1\"");
    add("3.000000 [0 lua] \"mset\" \"user:2\" \"x\" \"page:1\" \"yy\"");
    add("3.500000 [0 127.0.0.1:1] \"config\" \"get\" \"x\"");
    add("no line");
    CHECK_EQ(top->n_events, 5);
    CHECK_EQ(top->n_malformed, 1);
    check_first(TOP_COMMANDS, "GET", 2, 18);
    check_first(TOP_PREFIXES, "user:*", 3, 27);
    check_first(TOP_KEYS, "user:1", 2, 18);
    check_first(TOP_CLIENTS, "127.0.0.1:1", 3, 28);
    check_first(TOP_NODES, "10.0.0.1:7000", 5, 47);
    CHECK_EQ(top_seconds(top) * 1000, 2500);
}

static void test_samples_are_scaled(void) {
    begin(100);
    add("1.000000 [0 127.0.0.1:1] \"get\" \"k\"");
    CHECK_EQ(top->n_events, 100);
    check_first(TOP_COMMANDS, "GET", 100, 400);
}

static void test_messages(void) {
    const struct event ev = {.kind = EVENT_MESSAGE,
                             .push = PUSH_MESSAGE,
                             .node = -1,
                             .time_us = 1,
                             .channel = {"news:1", 6},
                             .payload = {"hello", 5}};
    begin(1);
    top_add(top, &ev);
    check_first(TOP_COMMANDS, "(message)", 1, 11);
    check_first(TOP_PREFIXES, "news:*", 1, 11);
    CHECK_EQ(heavy_total(top->views[TOP_NODES]), 0);
}

static void test_rate_is_of_the_last_second(void) {
    begin(1);
    add("1.000000 [0 127.0.0.1:1] \"get\" \"k\"");
    CHECK_EQ(top->rate, 0);
    top_tick(top);
    CHECK_EQ(top->rate, 1);
    CHECK_EQ(first(TOP_KEYS).rate, 1);
    top_tick(top);
    CHECK_EQ(top->rate, 0);
}

static void test_what_is_shown_is_harmless(void) {
    struct buf out;
    buf_init(&out, 1 << 20);
    begin(1);
    add("1.000000 [0 127.0.0.1:1] \"get\" \"\\x1b[31mred\"");
    add("2.000000 [0 127.0.0.1:1] \"get\" \"\\xff\"");
    top_summary(top, 10, 80, &out);
    CHECK(strstr(buf_cstr(&out), "2 events in 1.0 s (2/s)"));
    CHECK(strstr(buf_cstr(&out), "\\x1b[31mred"));
    CHECK(!strchr(buf_cstr(&out), '\x1b'));
    buf_clear(&out);
    top_json(top, 10, &out);
    CHECK(strstr(buf_cstr(&out), "{\"base64\":\"/w==\"}"));
    CHECK(!strchr(buf_cstr(&out), '\x1b'));
    buf_release(&out);
}

int main(void) {
    monitor_init(&monitor, 1000, 1 << 20);
    RUN(test_counts);
    RUN(test_samples_are_scaled);
    RUN(test_messages);
    RUN(test_rate_is_of_the_last_second);
    RUN(test_what_is_shown_is_harmless);
    top_free(top);
    monitor_release(&monitor);
    return t_end();
}
