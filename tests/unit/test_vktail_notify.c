/* SPDX-License-Identifier: BSD-3-Clause */
/* The flags of notify-keyspace-events, the channels of its messages, and the moments of --until. */
#include <stdlib.h>
#include <time.h>

#include "cmd/vktail/notify.h"
#include "cmd/vktail/options.h"
#include "tests/unit/t.h"

static void check_text(notify_set set, const char *want) {
    struct buf b;
    buf_init(&b, 64);
    notify_add(&b, set);
    CHECK_STR(buf_cstr(&b), want);
    buf_release(&b);
}

static notify_set parse(const char *text) {
    return notify_parse(text, strlen(text));
}

static void test_flags_are_sets(void) {
    CHECK_EQ(parse("AKE"), parse("KEg$lshzxetd"));
    CHECK_EQ(parse("xK?"), parse("Kx"));
    check_text(parse("A"), "A");
    check_text(parse("xEKg$lshzet"), "KEg$lshzxet");
    check_text(parse("mnAK"), "KmnA");
    check_text(0, "");
}

static void test_events_have_flags(void) {
    check_text(notify_of_event("expired", 7), "x");
    check_text(notify_of_event("del", 3), "g");
    check_text(notify_of_event("xgroup-create", 13), "t");
    check_text(notify_of_event("de", 2), "A");
    check_text(notify_of_event("h*", 2), "A");
    check_text(notify_of_event("", 0), "A");
}

static void test_channels_have_flags(void) {
    check_text(notify_of_channel("__keyspace@*__:user:*"), "KA");
    check_text(notify_of_channel("__keyevent@0__:expired"), "Ex");
    check_text(notify_of_channel("__keyevent@0__:*"), "EA");
    check_text(notify_of_channel("__key*"), "KEA");
}

static void test_who_is_deaf(void) {
    CHECK(notify_is_deaf(parse(""), parse("KA")));
    CHECK(notify_is_deaf(parse("EA"), parse("KA")));
    CHECK(notify_is_deaf(parse("Kx"), parse("Kg")));
    CHECK(!notify_is_deaf(parse("Kx"), parse("KA")));
}

static bool take(struct notify_channel *c, const char *text) {
    return notify_take_channel(c, text, strlen(text));
}

static void test_channels_are_taken_apart(void) {
    struct notify_channel c;
    CHECK(take(&c, "__keyspace@12__:a__:b"));
    CHECK(!c.is_event);
    CHECK_EQ(c.db, 12);
    CHECK_MEM(c.rest, c.len, "a__:b", 5);
    CHECK(take(&c, "__keyevent@0__:del"));
    CHECK(c.is_event);
    CHECK(take(&c, "__keyspace@0__:"));
    CHECK_EQ(c.len, 0);
    CHECK(!take(&c, "__keyspace@0__"));
    CHECK(!take(&c, "__keyspace@x__:k"));
    CHECK(!take(&c, "news"));
}

static int64_t until(const char *text) {
    struct err e;
    int64_t us = -1;
    const int64_t now_us = 1700000000LL * 1000000; /* 2023-11-14 22:13:20 UTC */
    return options_until(text, now_us, &us, &e) == 0 ? us / 1000000 : -1;
}

static void test_until(void) {
    setenv("TZ", "UTC", 1);
    tzset();
    CHECK_EQ(until("22:14"), 1700000040);
    CHECK_EQ(until("22:13:21"), 1700000001);
    CHECK_EQ(until("22:13:20"), 1700000000 + 86400);
    CHECK_EQ(until("00:00"), 1700006400);
    CHECK_EQ(until("2023-11-15"), 1700006400);
    CHECK_EQ(until("2023-11-15T00:00:01"), 1700006401);
    CHECK_EQ(until("2023-11-14T22:13"), -1);
    CHECK_EQ(until("24:00"), -1);
    CHECK_EQ(until("12:30x"), -1);
    CHECK_EQ(until("2023-13-01"), -1);
    CHECK_EQ(until("soon"), -1);
    CHECK_EQ(until(""), -1);
}

int main(void) {
    RUN(test_flags_are_sets);
    RUN(test_events_have_flags);
    RUN(test_channels_have_flags);
    RUN(test_who_is_deaf);
    RUN(test_channels_are_taken_apart);
    RUN(test_until);
    return t_end();
}
