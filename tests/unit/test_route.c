/* SPDX-License-Identifier: BSD-3-Clause */
#include "core/route.h"

#include "base/clock.h"
#include "t.h"

#define MS CLOCK_NS_PER_MS

enum { SENDS_MAX = 1000 };

/* What became of a command whose every reply was the same error. */
struct way {
    int sends, refreshes, waits;
    int64_t waited_ns;
    struct route route;
    struct route_decision last;
};

static bool goes_on(enum route_action a) {
    return a != ROUTE_ANSWER && a != ROUTE_GIVE_UP;
}

static struct way answer_always(const struct route_opts *o, const char *text) {
    struct way w = {0};
    uint64_t moved = 0;
    while (w.sends < SENDS_MAX && route_may_send(&w.route, o)) {
        w.sends++;
        w.last = route_error(&w.route, o, text, strlen(text), &moved);
        w.refreshes += w.last.refresh;
        if (!goes_on(w.last.action)) break;
        w.waits += w.last.wait_ns > 0;
        w.waited_ns += w.last.wait_ns;
    }
    return w;
}

static struct route_decision decide(const char *text) {
    struct route_opts o = ROUTE_OPTS_DEFAULT;
    struct route r = {.sends = 1};
    uint64_t moved = 0;
    return route_error(&r, &o, text, strlen(text), &moved);
}

static void the_defaults_are_those_of_the_reference(void) {
    struct route_opts o = ROUTE_OPTS_DEFAULT;
    CHECK_EQ(o.redirects, 16);
    CHECK_EQ(o.attempts, 3);
    CHECK_EQ(o.moved_per_refresh, 5);
    CHECK_EQ(o.tryagain_wait_ns, 50 * MS);
    CHECK_EQ(o.down_wait_ns, 250 * MS);
    CHECK(o.follow);
}

static void moved_and_ask_name_slot_host_and_port(void) {
    static const struct {
        const char *text;
        enum route_action action;
        unsigned slot;
        const char *host;
        int port;
    } rows[] = {
        {"MOVED 12182 127.0.0.1:7002", ROUTE_MOVED, 12182, "127.0.0.1", 7002},
        {"MOVED 0 node-1.example:1", ROUTE_MOVED, 0, "node-1.example", 1},
        {"MOVED 16383 ::1:65535", ROUTE_MOVED, 16383, "::1", 65535},
        {"MOVED 5 [2001:db8::7]:7000", ROUTE_MOVED, 5, "2001:db8::7", 7000},
        {"MOVED 5 2001:db8::7:7000", ROUTE_MOVED, 5, "2001:db8::7", 7000},
        {"MOVED 3999 :6381", ROUTE_MOVED, 3999, "", 6381},
        {"MOVED 3999 ?:6381", ROUTE_RESTART, 3999, "?", 6381},
        {"ASK 3999 ?:6381", ROUTE_RESTART, 3999, "?", 6381},
        {"ASK 3999 10.0.0.9:6381", ROUTE_ASK, 3999, "10.0.0.9", 6381},
        {"ASK 3999 :6381", ROUTE_ASK, 3999, "", 6381},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct route_decision d = decide(rows[i].text);
        CHECK_EQ(d.action, rows[i].action);
        CHECK_EQ(d.slot, rows[i].slot);
        CHECK_EQ(d.port, rows[i].port);
        CHECK_MEM(d.host, d.host_len, rows[i].host, strlen(rows[i].host));
        CHECK_EQ(d.wait_ns, 0);
        CHECK_EQ(d.refresh, rows[i].action == ROUTE_RESTART);
    }
}

static void a_redirect_that_cannot_be_read_is_an_answer(void) {
    static const char *const texts[] = {
        "MOVED",
        "MOVED ",
        "MOVED 1",
        "MOVED 1 ",
        "MOVED 1 host",
        "MOVED 1 host:",
        "MOVED 1 host:0",
        "MOVED 1 host:65536",
        "MOVED 1 host:x",
        "MOVED 1 host:7x",
        "MOVED 16384 a:1",
        "MOVED -1 a:1",
        "MOVED x a:1",
        "MOVED 1x a:1",
        "MOVED  a:1",
        "MOVED 99999999999999999999 a:1",
        "ASK",
        "ASK 16384 a:1",
        "ASK 1 a",
        "ASK 1 a:99999999999999999999",
        "MOVED1 1 a:1",
        "moved 1 a:1",
        "MOVED 1 a:-7000",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        CHECK_EQ(decide(texts[i]).action, ROUTE_ANSWER);
        CHECK(!decide(texts[i]).refresh);
    }
}

/* The text is not terminated: what lies behind it must not be read. */
static void only_the_text_itself_is_read(void) {
    struct route_opts o = ROUTE_OPTS_DEFAULT;
    const char *text = "MOVED 12182 127.0.0.1:7002";
    for (size_t len = 0; len < strlen(text); len++) {
        struct route r = {.sends = 1};
        uint64_t moved = 0;
        struct route_decision d = route_error(&r, &o, text, len, &moved);
        bool has_port = len > strlen("MOVED 12182 127.0.0.1:");
        CHECK_EQ(d.action, has_port ? ROUTE_MOVED : ROUTE_ANSWER);
        CHECK_EQ(moved, has_port);
        if (has_port) CHECK(d.port == 7 || d.port == 70 || d.port == 700);
    }
}

static void moved_for_ever_ends_after_16_sends(void) {
    static const struct {
        int per_refresh, refreshes;
    } rows[] = {{5, 3}, {0, 0}, {1, 16}, {16, 1}, {17, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct route_opts o = ROUTE_OPTS_DEFAULT;
        o.moved_per_refresh = rows[i].per_refresh;
        struct way w = answer_always(&o, "MOVED 1 a:1");
        CHECK_EQ(w.sends, 16);
        CHECK_EQ(w.refreshes, rows[i].refreshes);
        CHECK_EQ(w.last.action, ROUTE_GIVE_UP);
        CHECK_EQ(w.waited_ns, 0);
    }
}

static void moved_is_counted_over_commands(void) {
    struct route_opts o = ROUTE_OPTS_DEFAULT;
    uint64_t moved = 4;
    struct route r = {.sends = 1};
    CHECK(route_error(&r, &o, "MOVED 1 a:1", 11, &moved).refresh);
    CHECK(!route_error(&r, &o, "MOVED 1 a:1", 11, &moved).refresh);
    CHECK(!route_error(&r, &o, "ASK 1 a:1", 9, &moved).refresh);
    CHECK_EQ(moved, 6);
}

static void ask_for_ever_ends_after_16_sends(void) {
    struct route_opts o = ROUTE_OPTS_DEFAULT;
    struct way w = answer_always(&o, "ASK 1 a:1");
    CHECK_EQ(w.sends, 16);
    CHECK_EQ(w.refreshes, 0);
    CHECK_EQ(w.last.action, ROUTE_GIVE_UP);
}

static void who_does_not_follow_gets_moved_and_ask(void) {
    struct route_opts o = ROUTE_OPTS_DEFAULT;
    o.follow = false;
    CHECK_EQ(answer_always(&o, "MOVED 1 a:1").sends, 1);
    CHECK_EQ(answer_always(&o, "MOVED 1 a:1").last.action, ROUTE_ANSWER);
    CHECK_EQ(answer_always(&o, "ASK 1 a:1").last.action, ROUTE_ANSWER);
    CHECK_EQ(answer_always(&o, "TRYAGAIN x").sends, 16);
}

static void tryagain_is_8_times_at_once_and_8_times_later(void) {
    struct route_opts o = ROUTE_OPTS_DEFAULT;
    struct way w = answer_always(&o, "TRYAGAIN Multiple keys request during rehashing of slot");
    CHECK_EQ(w.sends, 16);
    CHECK_EQ(w.waits, 8);
    CHECK_EQ(w.waited_ns, 400 * MS);
    CHECK_EQ(w.refreshes, 0);
    CHECK_EQ(w.last.action, ROUTE_GIVE_UP);
    CHECK_EQ(w.route.tryagains, 16);
}

static void a_cluster_that_is_down_gets_4_sends(void) {
    static const char *const texts[] = {"CLUSTERDOWN The cluster is down", "CLUSTERDOWN",
                                        "LOADING Valkey is loading the dataset in memory"};
    struct route_opts o = ROUTE_OPTS_DEFAULT;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct way w = answer_always(&o, texts[i]);
        CHECK_EQ(w.sends, 4);
        CHECK_EQ(w.refreshes, 4);
        CHECK_EQ(w.waited_ns, 3 * 250 * MS);
        CHECK_EQ(w.last.action, ROUTE_GIVE_UP);
    }
}

static void masterdown_is_sent_once_and_refreshes_once(void) {
    struct route_opts o = ROUTE_OPTS_DEFAULT;
    struct way w = answer_always(&o, "MASTERDOWN Link with MASTER is down");
    CHECK_EQ(w.sends, 1);
    CHECK_EQ(w.refreshes, 1);
    CHECK(!goes_on(w.last.action));
}

static void readonly_is_sent_again_within_the_attempts(void) {
    struct route_opts o = ROUTE_OPTS_DEFAULT;
    struct way w = answer_always(&o, "READONLY You can't write against a read only replica.");
    CHECK_EQ(w.sends, 4);
    CHECK_EQ(w.refreshes, 4);
    CHECK_EQ(w.last.action, ROUTE_GIVE_UP);
}

static void all_else_is_an_answer(void) {
    static const char *const texts[] = {
        "",
        "ERR unknown command 'x'",
        "CROSSSLOT Keys in request don't hash to the same slot",
        "WRONGTYPE Operation against a key holding the wrong kind of value",
        "NOAUTH Authentication required.",
        "NOPERM no",
        "EXECABORT Transaction discarded",
        "REDIRECT 127.0.0.1:7000",
        "OOM command not allowed",
    };
    struct route_opts o = ROUTE_OPTS_DEFAULT;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct way w = answer_always(&o, texts[i]);
        CHECK_EQ(w.sends, 1);
        CHECK_EQ(w.refreshes, 0);
        CHECK_EQ(w.last.action, ROUTE_ANSWER);
    }
}

static void a_new_start_has_all_its_sends_again(void) {
    struct route_opts o = ROUTE_OPTS_DEFAULT;
    struct route r = {0};
    uint64_t moved = 0;
    for (int i = 0; i < 15; i++)
        CHECK(route_may_send(&r, &o));
    CHECK_EQ(route_error(&r, &o, "CLUSTERDOWN x", 13, &moved).action, ROUTE_RESTART);
    for (int i = 0; i < 16; i++)
        CHECK(route_may_send(&r, &o));
    CHECK(!route_may_send(&r, &o));
    CHECK_EQ(r.sends, 16);
}

static void a_lost_write_is_not_sent_again(void) {
    static const struct {
        bool sent, reads;
        enum route_action action;
    } rows[] = {
        {false, false, ROUTE_RESTART},
        {false, true, ROUTE_RESTART},
        {true, true, ROUTE_RESTART},
        {true, false, ROUTE_GIVE_UP},
    };
    struct route_opts o = ROUTE_OPTS_DEFAULT;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct route r = {.sends = 1};
        struct route_decision d = route_failure(&r, &o, rows[i].sent, rows[i].reads);
        CHECK_EQ(d.action, rows[i].action);
        CHECK(d.refresh);
    }
}

static void losses_and_uncovered_slots_share_the_attempts(void) {
    struct route_opts o = ROUTE_OPTS_DEFAULT;
    struct route r = {0};
    uint64_t moved = 0;
    CHECK_EQ(route_uncovered(&r, &o).action, ROUTE_RESTART);
    CHECK_EQ(route_failure(&r, &o, false, false).action, ROUTE_RESTART);
    CHECK_EQ(route_error(&r, &o, "CLUSTERDOWN x", 13, &moved).action, ROUTE_RESTART);
    CHECK_EQ(route_uncovered(&r, &o).action, ROUTE_GIVE_UP);
    CHECK(route_uncovered(&r, &o).refresh);
    CHECK_EQ(route_failure(&r, &o, true, true).action, ROUTE_GIVE_UP);
    CHECK_EQ(r.starts, 3);
}

static void every_decision_is_told_in_printable_words(void) {
    static const char *const texts[] = {
        "MOVED 12182 127.0.0.1:7002",
        "MOVED 1 a\033[31m\r\nb:1",
        "ASK 1 \xc2\x9b\xff:1",
        "TRYAGAIN x",
        "CLUSTERDOWN x",
        "MASTERDOWN x",
        "ERR \033x",
    };
    struct route_opts o = ROUTE_OPTS_DEFAULT;
    char text[256];
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct route r = {.sends = 8};
        uint64_t moved = 0;
        struct route_decision d = route_error(&r, &o, texts[i], strlen(texts[i]), &moved);
        CHECK(route_explain(&d, &r, &o, text, sizeof text) == text);
        CHECK(*text);
        for (const char *p = text; *p; p++)
            CHECK(*p >= ' ' && *p <= '~');
        if (i == 0) CHECK(strstr(text, "MOVED") && strstr(text, "127.0.0.1:7002"));
        if (i == 3) CHECK(strstr(text, "TRYAGAIN") && strstr(text, "50 ms"));
    }
}

static void words_that_do_not_fit_are_cut(void) {
    struct route_opts o = ROUTE_OPTS_DEFAULT;
    struct route r = {.sends = 1};
    struct route_decision d = decide("MOVED 12182 127.0.0.1:7002");
    char text[8] = "xxxxxxx";
    route_explain(&d, &r, &o, text, 6);
    CHECK_EQ(strlen(text), 5);
    CHECK_EQ(text[6], 'x');
}

int main(void) {
    RUN(the_defaults_are_those_of_the_reference);
    RUN(moved_and_ask_name_slot_host_and_port);
    RUN(a_redirect_that_cannot_be_read_is_an_answer);
    RUN(only_the_text_itself_is_read);
    RUN(moved_for_ever_ends_after_16_sends);
    RUN(moved_is_counted_over_commands);
    RUN(ask_for_ever_ends_after_16_sends);
    RUN(who_does_not_follow_gets_moved_and_ask);
    RUN(tryagain_is_8_times_at_once_and_8_times_later);
    RUN(a_cluster_that_is_down_gets_4_sends);
    RUN(masterdown_is_sent_once_and_refreshes_once);
    RUN(readonly_is_sent_again_within_the_attempts);
    RUN(all_else_is_an_answer);
    RUN(a_new_start_has_all_its_sends_again);
    RUN(a_lost_write_is_not_sent_again);
    RUN(losses_and_uncovered_slots_share_the_attempts);
    RUN(every_decision_is_told_in_printable_words);
    RUN(words_that_do_not_fit_are_cut);
    return t_end();
}
