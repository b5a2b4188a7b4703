/* SPDX-License-Identifier: BSD-3-Clause */
/* What is kept over a restart, and what keeping it costs. */
#include <math.h>
#include <string.h>

#include "judge_case.h"

enum { FORK_SLOW_US = 500000, FORK_US_PER_GIB = 100000, DELAYED_MANY = 10, CHANGES_MANY = 1000 };

static void failed(struct judge_case *c, const char *field, const char *says, const char *advice) {
    if (!judge_case_is(c, field, "err")) return;
    judge_case_find(c, JUDGE_CRITICAL, "%s", says);
    JUDGE_FIELDS(c, field, "rdb_last_save_time", "rdb_changes_since_last_save",
                 "stop-writes-on-bgsave-error", "dir", "dbfilename");
    judge_case_advise(c, "%s", advice);
}

static void bgsave(struct judge_case *c) {
    bool stops = !judge_case_is(c, "stop-writes-on-bgsave-error", "no");
    failed(c, "rdb_last_bgsave_status",
           stops ? "the last save to disk failed: writes are refused until one succeeds"
                 : "the last save to disk failed",
           "see the server's log: a full disk, no right to write in dir, no memory for the fork "
           "(vm.overcommit_memory=1); then BGSAVE");
}

static void aof_write(struct judge_case *c) {
    failed(c, "aof_last_write_status", "the append-only file cannot be written: writes are refused",
           "see the server's log: a full disk, or no right to write in appenddirname");
}

static void aof_rewrite(struct judge_case *c) {
    failed(c, "aof_last_bgrewrite_status",
           "the last rewrite of the append-only file failed: it only grows",
           "see the server's log: disk space, memory for the fork; then BGREWRITEAOF");
}

/* A server that does not tell has no such setting, and ways of its own. */
static bool saves(const struct judge_case *c) {
    char points[256];
    return !judge_case_text(c, "save", points, sizeof points) || *points;
}

static void nothing_kept(struct judge_case *c) {
    if (judge_case_int(c, "aof_enabled") || saves(c) || judge_case_is(c, "role", "slave")) return;
    bool replicas = judge_case_int(c, "connected_slaves") > 0;
    judge_case_find(c, replicas ? JUDGE_WARNING : JUDGE_NOTE,
                    replicas ? "a primary without persistence: restarted, it is empty, and empties "
                               "its replicas"
                             : "nothing is kept over a restart");
    JUDGE_FIELDS(c, "save", "aof_enabled", "connected_slaves");
    judge_case_advise(c, replicas ? "CONFIG SET appendonly yes, or see to it that nothing restarts "
                                    "it by itself"
                                  : "right for a cache; else CONFIG SET appendonly yes");
}

static void unsaved(struct judge_case *c) {
    int64_t changes = judge_case_int(c, "rdb_changes_since_last_save"),
            age = judge_case_now(c) - judge_case_int(c, "rdb_last_save_time");
    char text[JUDGE_AMOUNT_CAP];
    if (judge_case_int(c, "aof_enabled") || !saves(c)) return;
    if (changes < CHANGES_MANY || age < JUDGE_DAY_S) return;
    judge_case_find(c, JUDGE_WARNING, "%lld changes since the last save, which was %s ago",
                    (long long)changes, judge_case_seconds(text, age));
    JUDGE_FIELDS(c, "rdb_changes_since_last_save", "rdb_last_save_time", "save");
    judge_case_advise(c, "BGSAVE now; closer save points, or CONFIG SET appendonly yes");
}

static void delayed(struct judge_case *c) {
    int64_t n = judge_case_int(c, "aof_delayed_fsync");
    if (!n) return;
    judge_case_find(c, n < DELAYED_MANY ? JUDGE_NOTE : JUDGE_WARNING,
                    "the disk was too slow for the append-only file %lld time%s: clients waited",
                    (long long)n, n == 1 ? "" : "s");
    JUDGE_FIELDS(c, "aof_delayed_fsync", "aof_pending_bio_fsync", "appendfsync");
    judge_case_advise(c, "a faster disk for the file, away from others; CONFIG SET "
                         "no-appendfsync-on-rewrite yes if it comes with rewrites");
}

static void fork_time(struct judge_case *c) {
    int64_t us = judge_case_int(c, "latest_fork_usec"), rss = judge_case_int(c, "used_memory_rss");
    double per_gib = rss > 0 ? (double)us / ((double)rss / (double)JUDGE_GIB) : 0;
    char text[JUDGE_AMOUNT_CAP];
    bool slow = per_gib > FORK_US_PER_GIB && rss >= JUDGE_GIB;
    if (us < FORK_SLOW_US && !(slow && us > FORK_US_PER_GIB)) return;
    judge_case_find(c, us >= 2 * FORK_SLOW_US ? JUDGE_WARNING : JUDGE_NOTE,
                    "the last fork stopped the server for %s", judge_case_us(text, us));
    JUDGE_FIELDS(c, "latest_fork_usec", "used_memory_rss_human", "total_forks");
    judge_case_evidence(c, "fork time per GiB", "%s",
                        judge_case_us(text, (int64_t)fmin(per_gib, (double)JUDGE_MOST)));
    judge_case_advise(c, slow
                             ? "10 to 20 ms a GiB are usual: turn transparent huge pages off (echo "
                               "never > /sys/kernel/mm/transparent_hugepage/enabled), or use "
                               "another kind of virtual machine"
                             : "smaller servers fork faster: split the data, or save on a replica");
}

static void long_save(struct judge_case *c) {
    int64_t s = judge_case_int(c, "rdb_current_bgsave_time_sec");
    char text[JUDGE_AMOUNT_CAP];
    if (s < 3600) return;
    judge_case_find(c, JUDGE_WARNING, "a save to disk has been running for %s",
                    judge_case_seconds(text, s));
    JUDGE_FIELDS(c, "rdb_current_bgsave_time_sec", "current_save_keys_processed",
                 "current_save_keys_total", "current_cow_size");
    judge_case_advise(c, "the disk is too slow or stuck: look at it");
}

static void loading(struct judge_case *c) {
    if (!judge_case_int(c, "loading")) return;
    judge_case_find(c, JUDGE_WARNING, "the server is loading its data, and answers little else");
    JUDGE_FIELDS(c, "loading_loaded_perc", "loading_eta_seconds", "loading_total_bytes");
    judge_case_advise(c, "wait for loading:0");
}

const struct judge_rule judge_persistence_rules[] = {
    {"loading", JUDGE_NEEDS(INFO), false, loading},
    {"save", JUDGE_NEEDS(INFO), false, bgsave},
    {"append-only file", JUDGE_NEEDS(INFO), false, aof_write},
    {"append-only rewrite", JUDGE_NEEDS(INFO), false, aof_rewrite},
    {"persistence", JUDGE_NEEDS(INFO) | JUDGE_NEEDS(CONFIG), false, nothing_kept},
    {"unsaved changes", JUDGE_NEEDS(INFO) | JUDGE_NEEDS(CONFIG), false, unsaved},
    {"append-only delays", JUDGE_NEEDS(INFO), false, delayed},
    {"fork", JUDGE_NEEDS(INFO), false, fork_time},
    {"long save", JUDGE_NEEDS(INFO), false, long_save},
    {0},
};
