/* SPDX-License-Identifier: BSD-3-Clause */
#include "core/route.h"

#include <stdio.h>

#include "base/clock.h"
#include "t.h"

#define MS CLOCK_NS_PER_MS

static const struct route_opts opts = ROUTE_OPTS_DEFAULT;

static struct route_decision error(struct route *r, const char *text, uint64_t *moved) {
    return route_error(r, &opts, text, strlen(text), moved);
}

static void redirects_are_read(void) {
    static const struct {
        const char *text;
        enum route_action action;
        unsigned slot;
        const char *host;
        int port;
    } rows[] = {
        {"MOVED 3999 127.0.0.1:6381", ROUTE_MOVED, 3999, "127.0.0.1", 6381},
        {"ASK 16383 db-2.example:7", ROUTE_ASK, 16383, "db-2.example", 7},
        {"MOVED 1 ::1:6381", ROUTE_MOVED, 1, "::1", 6381},
        {"MOVED 1 [::1]:6381", ROUTE_MOVED, 1, "::1", 6381},
        {"MOVED 1 :6381", ROUTE_MOVED, 1, "", 6381},
        {"MOVED 1 a:2 and more", ROUTE_MOVED, 1, "a", 2},
        {"MOVED 16384 a:1", ROUTE_ANSWER, 0, "", 0},
        {"MOVED -1 a:1", ROUTE_ANSWER, 0, "", 0},
        {"MOVED x a:1", ROUTE_ANSWER, 0, "", 0},
        {"MOVED 1 a:0", ROUTE_ANSWER, 0, "", 0},
        {"MOVED 1 a:65536", ROUTE_ANSWER, 0, "", 0},
        {"MOVED 1 a:", ROUTE_ANSWER, 0, "", 0},
        {"MOVED 1 a", ROUTE_ANSWER, 0, "", 0},
        {"MOVED 1", ROUTE_ANSWER, 0, "", 0},
        {"MOVED ", ROUTE_ANSWER, 0, "", 0},
        {"MOVEDX 1 a:1", ROUTE_ANSWER, 0, "", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct route r = {.sends = 1};
        uint64_t moved = 0;
        struct route_decision d = error(&r, rows[i].text, &moved);
        CHECK_EQ(d.action, rows[i].action);
        if (d.action != rows[i].action || d.action == ROUTE_ANSWER) continue;
        CHECK_EQ(d.slot, rows[i].slot);
        CHECK_EQ(d.port, rows[i].port);
        CHECK_EQ(d.host_len, strlen(rows[i].host));
        CHECK_MEM(d.host, d.host_len, rows[i].host, strlen(rows[i].host));
        CHECK_EQ(moved, d.action == ROUTE_MOVED);
    }
}

static void words_of_other_matters_are_answers(void) {
    static const char *const rows[] = {
        "CROSSSLOT Keys in request", "ERR x", "WRONGTYPE x", "NOAUTH x", "OOM x", "", "ASKING x"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct route r = {.sends = 1};
        uint64_t moved = 0;
        struct route_decision d = error(&r, rows[i], &moved);
        CHECK_EQ(d.action, ROUTE_ANSWER);
        CHECK(!d.refresh);
    }
}

static void tryagain_is_tried_eight_times_at_once(void) {
    struct route r = {.sends = 0};
    uint64_t moved = 0;
    int sends = 0;
    int64_t waited = 0;
    for (struct route_decision d = {.action = ROUTE_AGAIN}; d.action == ROUTE_AGAIN; sends++) {
        CHECK(route_may_send(&r, &opts));
        d = error(&r, "TRYAGAIN x", &moved);
        if (sends < 7) CHECK_EQ(d.wait_ns, 0);
        waited += d.wait_ns;
    }
    CHECK_EQ(sends, 16);
    CHECK_EQ(waited, 8 * 50 * MS);
    CHECK(!route_may_send(&r, &opts));
}

static void moved_without_end(int per_refresh, int refreshes) {
    struct route_opts o = opts;
    struct route r = {.sends = 0};
    uint64_t moved = 0;
    int sends = 0, seen = 0;
    o.moved_per_refresh = per_refresh;
    for (struct route_decision d = {.action = ROUTE_MOVED}; d.action == ROUTE_MOVED; sends++) {
        CHECK(route_may_send(&r, &o));
        d = route_error(&r, &o, "MOVED 1 a:1", 11, &moved);
        seen += d.refresh;
    }
    CHECK_EQ(sends, 16);
    CHECK_EQ(seen, refreshes);
}

static void every_nth_moved_refreshes(void) {
    moved_without_end(5, 3);
    moved_without_end(0, 0);
    moved_without_end(1, 16);
}

static void a_cluster_that_is_down_gets_four_sends(void) {
    static const char *const rows[] = {"CLUSTERDOWN x", "LOADING x", "READONLY You can't write"};
    for (size_t i = 0; i < 3; i++) {
        struct route r = {.sends = 0};
        uint64_t moved = 0;
        int sends = 0, refreshes = 0;
        int64_t waited = 0;
        for (struct route_decision d = {.action = ROUTE_RESTART}; d.action == ROUTE_RESTART;
             sends++) {
            CHECK(route_may_send(&r, &opts));
            d = error(&r, rows[i], &moved);
            refreshes += d.refresh;
            waited += d.wait_ns;
        }
        CHECK_EQ(sends, 4);
        CHECK_EQ(refreshes, 4);
        CHECK_EQ(waited, 3 * 250 * MS);
    }
}

static void masterdown_stands_and_refreshes(void) {
    struct route r = {.sends = 1};
    uint64_t moved = 0;
    struct route_decision d = error(&r, "MASTERDOWN Link with MASTER is down", &moved);
    CHECK_EQ(d.action, ROUTE_ANSWER);
    CHECK(d.refresh);
}

static void what_was_not_sent_may_be_sent(void) {
    for (int sent = 0; sent < 2; sent++)
        for (int reads = 0; reads < 2; reads++) {
            struct route r = {.sends = 5};
            struct route_decision d = route_failure(&r, &opts, sent, reads);
            CHECK_EQ(d.action, sent && !reads ? ROUTE_GIVE_UP : ROUTE_RESTART);
            CHECK(d.refresh);
            CHECK_EQ(r.sends, sent && !reads ? 5 : 0);
        }
}

static void new_starts_are_bounded(void) {
    struct route r = {.sends = 0};
    for (int i = 0; i < 3; i++)
        CHECK_EQ(route_uncovered(&r, &opts).action, ROUTE_RESTART);
    CHECK_EQ(route_uncovered(&r, &opts).action, ROUTE_GIVE_UP);
    CHECK_EQ(route_failure(&r, &opts, false, true).action, ROUTE_GIVE_UP);
}

static void nothing_is_followed_when_told_so(void) {
    struct route_opts o = opts;
    struct route r = {.sends = 1};
    uint64_t moved = 0;
    o.follow = false;
    CHECK_EQ(route_error(&r, &o, "MOVED 1 a:1", 11, &moved).action, ROUTE_ANSWER);
    CHECK_EQ(route_error(&r, &o, "ASK 1 a:1", 9, &moved).action, ROUTE_ANSWER);
}

static void decisions_are_told_in_printable_words(void) {
    struct route r = {.sends = 2};
    uint64_t moved = 0;
    char text[256];
    struct route_decision d = error(&r, "MOVED 12182 \x1b[31mx:7002", &moved);
    route_explain(&d, &r, &opts, text, sizeof text);
    CHECK_STR(text, "MOVED: slot 12182 is at \\x1b[31mx:7002 (2 of 16)");
    d = error(&r, "TRYAGAIN x", &moved);
    route_explain(&d, &r, &opts, text, sizeof text);
    CHECK_STR(text, "TRYAGAIN: again in 0 ms (2 of 16)");
    d = error(&r, "CLUSTERDOWN x", &moved);
    route_explain(&d, &r, &opts, text, sizeof text);
    CHECK_STR(text, "new start in 250 ms, reading the topology again (1 of 3)");
}

int main(void) {
    RUN(redirects_are_read);
    RUN(words_of_other_matters_are_answers);
    RUN(tryagain_is_tried_eight_times_at_once);
    RUN(every_nth_moved_refreshes);
    RUN(a_cluster_that_is_down_gets_four_sends);
    RUN(masterdown_stands_and_refreshes);
    RUN(what_was_not_sent_may_be_sent);
    RUN(new_starts_are_bounded);
    RUN(nothing_is_followed_when_told_so);
    RUN(decisions_are_told_in_printable_words);
    return t_end();
}
