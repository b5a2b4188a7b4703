/* SPDX-License-Identifier: BSD-3-Clause */
/* Replication, as each side tells it. */
#include <stdio.h>
#include <string.h>

#include "judge_case.h"

enum { LAG_S = 10, BACKLOG_S = 60, PARTIAL_MANY = 3 };

static bool is_replica(const struct judge_case *c) {
    return judge_case_is(c, "role", "slave");
}

static void link(struct judge_case *c) {
    if (!is_replica(c) || !judge_case_is(c, "master_link_status", "down")) return;
    bool syncs = judge_case_int(c, "master_sync_in_progress");
    judge_case_find(c, syncs ? JUDGE_WARNING : JUDGE_CRITICAL,
                    syncs ? "the replica is being filled, its data is not whole"
                          : "the replica has lost its primary: what it answers is old");
    JUDGE_FIELDS(c, "master_host", "master_port", "master_link_status",
                 "master_link_down_since_seconds", "master_sync_left_bytes",
                 "replica-serve-stale-data");
    judge_case_advise(c, syncs ? "wait for master_link_status:up"
                               : "is the primary up and in reach, masterauth right? See the "
                                 "replica's log; REPLICAOF HOST PORT names another primary");
}

static void quiet_link(struct judge_case *c) {
    int64_t ago = judge_case_int(c, "master_last_io_seconds_ago");
    if (!is_replica(c) || !judge_case_is(c, "master_link_status", "up") || ago <= 2 * LAG_S) return;
    judge_case_find(c, JUDGE_WARNING, "nothing has come from the primary for %lld s",
                    (long long)ago);
    JUDGE_FIELDS(c, "master_host", "master_port", "master_last_io_seconds_ago", "repl-timeout");
    judge_case_advise(c, "the primary sends a PING every 10 s: look at it and at the network");
}

static void writable(struct judge_case *c) {
    if (!is_replica(c) || !judge_case_is(c, "slave_read_only", "0")) return;
    judge_case_find(c, JUDGE_WARNING, "the replica takes writes, which its primary never hears of");
    JUDGE_FIELDS(c, "slave_read_only");
    judge_case_advise(c, "CONFIG SET replica-read-only yes");
}

/* "ip=10.0.0.1,port=6379,state=online,offset=1,lag=0": the value of one, cut. */
static bool member(const char *text, const char *name, char *out, size_t cap) {
    const char *p = strstr(text, name);
    out[0] = 0;
    if (!p) return false;
    p += strlen(name);
    snprintf(out, cap, "%.*s", (int)strcspn(p, ","), p);
    return true;
}

static void replicas(struct judge_case *c) {
    char name[24], text[256], state[32], lag[24];
    if (is_replica(c)) return;
    for (int i = 0; i < judge_case_int(c, "connected_slaves"); i++) {
        snprintf(name, sizeof name, "slave%d", i);
        if (!judge_case_text(c, name, text, sizeof text)) return;
        member(text, "state=", state, sizeof state);
        bool online = !strcmp(state, "online");
        member(text, "lag=", lag, sizeof lag);
        bool late = online && strlen(lag) > 1 && (strlen(lag) > 2 || strcmp(lag, "10") > 0);
        if (online && !late) continue;
        judge_case_find(c, JUDGE_WARNING,
                        online ? "a replica lags: nothing was heard of it for %s s"
                               : "a replica is not in step yet: %s",
                        online ? lag : state);
        JUDGE_FIELDS(c, name, "master_repl_offset", "mem_clients_slaves");
        judge_case_advise(c, online ? "look at the replica's load and the network; CONFIG SET "
                                      "client-output-buffer-limit must let it catch up"
                                    : "wait; if it never ends, see its log and "
                                      "client-output-buffer-limit replica");
    }
}

static void too_few(struct judge_case *c) {
    int64_t least = judge_case_int(c, "min-replicas-to-write");
    char good[24];
    if (is_replica(c) || least <= 0 ||
        !judge_case_text(c, "min_slaves_good_slaves", good, sizeof good))
        return;
    if (judge_case_int(c, "min_slaves_good_slaves") >= least) return;
    judge_case_find(c, JUDGE_CRITICAL, "writes are refused: too few replicas are in step");
    JUDGE_FIELDS(c, "min_slaves_good_slaves", "min-replicas-to-write", "min-replicas-max-lag",
                 "connected_slaves");
    judge_case_advise(c, "bring the replicas back, or CONFIG SET min-replicas-to-write %lld",
                      (long long)judge_case_int(c, "min_slaves_good_slaves"));
}

/* By the rate of the moment: averages would count what was sent to fill replicas. */
static void backlog(struct judge_case *c) {
    int64_t size = judge_case_int(c, "repl_backlog_size"),
            n = judge_case_int(c, "connected_slaves");
    double rate = judge_case_real(c, "instantaneous_output_repl_kbps") * 1024;
    char text[JUDGE_AMOUNT_CAP], filling[8];
    if (!judge_case_int(c, "repl_backlog_active") || n <= 0 || size <= 0) return;
    snprintf(filling, sizeof filling, "%s", judge_case_int(c, "rdb_bgsave_in_progress") ? "1" : "");
    if (rate <= 0 || *filling || (double)size / (rate / (double)n) >= BACKLOG_S) return;
    judge_case_find(c, JUDGE_WARNING,
                    "a replica that is away for more than %.0f s must be filled anew",
                    (double)size / (rate / (double)n));
    JUDGE_FIELDS(c, "repl_backlog_size", "instantaneous_output_repl_kbps", "connected_slaves");
    judge_case_advise(c, "CONFIG SET repl-backlog-size %lld (%s: a minute of this)",
                      (long long)(rate / (double)n * BACKLOG_S),
                      judge_case_bytes(text, (int64_t)(rate / (double)n * BACKLOG_S)));
}

static void refilled(struct judge_case *c) {
    int64_t n = judge_case_int(c, "sync_partial_err");
    if (n < PARTIAL_MANY) return;
    judge_case_find(c, JUDGE_WARNING,
                    "replicas that came back had to be filled anew %lld times: the backlog did not "
                    "reach back",
                    (long long)n);
    JUDGE_FIELDS(c, "sync_partial_err", "sync_partial_ok", "sync_full", "repl_backlog_size");
    judge_case_advise(c, "CONFIG SET repl-backlog-size %lld (four times as much)",
                      (long long)(4 * judge_case_int(c, "repl_backlog_size")));
}

const struct judge_rule judge_replication_rules[] = {
    {"primary link", JUDGE_NEEDS(INFO), false, link},
    {"quiet link", JUDGE_NEEDS(INFO), false, quiet_link},
    {"writable replica", JUDGE_NEEDS(INFO), false, writable},
    {"replicas", JUDGE_NEEDS(INFO), false, replicas},
    {"min-replicas", JUDGE_NEEDS(INFO) | JUDGE_NEEDS(CONFIG), false, too_few},
    {"replication backlog", JUDGE_NEEDS(INFO), false, backlog},
    {"full resyncs", JUDGE_NEEDS(INFO), false, refilled},
    {0},
};
