/* SPDX-License-Identifier: BSD-3-Clause */
/* What made the server slow: commands, pauses, misses. */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "judge_case.h"

enum {
    SLOW_US = 100000, /* a command, or a pause, that clients notice */
    AWFUL_US = 1000000,
    WORST_SHOWN = 3,
    LOOKUPS_LEAST = 10000,
    UPTIME_LEAST_S = 600,
};

/* ---- the slow log ---- */

static const struct judge_slow *slower_than(const struct judge_node *n,
                                            const struct judge_slow *than) {
    const struct judge_slow *worst = NULL;
    for (int i = 0; i < n->n_slow; i++) {
        const struct judge_slow *s = &n->slow[i];
        bool below = !than || s->us < than->us || (s->us == than->us && s > than);
        if (below && (!worst || s->us > worst->us)) worst = s;
    }
    return worst;
}

static void slow_log(struct judge_case *c) {
    const struct judge_slow *worst = slower_than(c->node, NULL);
    char text[JUDGE_AMOUNT_CAP], ago[JUDGE_AMOUNT_CAP];
    if (!worst) return;
    judge_case_find(c, worst->us >= SLOW_US ? JUDGE_WARNING : JUDGE_NOTE,
                    "%d slow command%s in the log, the worst took %s", c->node->n_slow,
                    c->node->n_slow == 1 ? "" : "s", judge_case_us(text, worst->us));
    for (int i = 0; i < WORST_SHOWN && worst; i++) {
        judge_case_evidence(c, worst->words, "%s, %s ago", judge_case_us(text, worst->us),
                            judge_case_seconds(ago, judge_case_now(c) - worst->at_s));
        worst = slower_than(c->node, worst);
    }
    judge_case_advise(c, "KEYS: use SCAN (vk --scan); commands on whole big keys: HSCAN, SSCAN, "
                         "LRANGE in pieces, UNLINK for DEL (vk --bigkeys finds them); SLOWLOG GET "
                         "tells more");
}

static void slow_log_off(struct judge_case *c) {
    int64_t us = judge_case_int(c, "slowlog-log-slower-than");
    if (us >= 0) return;
    judge_case_find(c, JUDGE_NOTE, "the slow log is switched off");
    JUDGE_FIELDS(c, "slowlog-log-slower-than");
    judge_case_advise(c, "CONFIG SET slowlog-log-slower-than 10000");
}

/* ---- the latency monitor ---- */

static const char *cause(const char *event) {
    static const struct {
        const char *event, *advice;
    } known[] = {
        {"command", "SLOWLOG GET tells which commands these were"},
        {"fast-command", "a simple command that takes long: the machine is busy (vk "
                         "--intrinsic-latency 60 on it), or swaps"},
        {"fork", "less memory a server, no transparent huge pages, saves on a replica"},
        {"aof", "the disk is too slow for the append-only file"},
        {"rdb-unlink", "the disk is slow to remove a temporary file"},
        {"expire-cycle", "many keys end their lives at the same time: spread their times"},
        {"eviction", "evictions stop the server: raise maxmemory, or evict smaller keys"},
        {"active-defrag", "CONFIG SET active-defrag-cycle-max lower"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (!strncmp(event, known[i].event, strlen(known[i].event))) return known[i].advice;
    return "LATENCY DOCTOR and LATENCY HISTORY tell more of it";
}

static void spikes(struct judge_case *c) {
    char text[JUDGE_AMOUNT_CAP], ago[JUDGE_AMOUNT_CAP];
    for (int i = 0; i < c->node->n_spikes; i++) {
        const struct judge_spike *s = &c->node->spikes[i];
        bool bad = s->max_ms >= SLOW_US / 1000;
        judge_case_find(
            c, bad ? JUDGE_WARNING : JUDGE_NOTE, "the server stood still: up to %s in '%s'",
            judge_case_us(text, s->max_ms < INT64_MAX / 1000 ? s->max_ms * 1000 : 0), s->event);
        judge_case_evidence(
            c, s->event, "last %lld ms, %s ago, longest %lld ms", (long long)s->last_ms,
            judge_case_seconds(ago, judge_case_now(c) - s->at_s), (long long)s->max_ms);
        judge_case_advise(c, "%s; LATENCY RESET forgets it", cause(s->event));
    }
}

static void monitor_off(struct judge_case *c) {
    char text[24];
    if (!judge_case_text(c, "latency-monitor-threshold", text, sizeof text)) return;
    if (judge_case_int(c, "latency-monitor-threshold") > 0) return;
    judge_case_find(c, JUDGE_NOTE, "the latency monitor is off: pauses leave no trace");
    JUDGE_FIELDS(c, "latency-monitor-threshold");
    judge_case_advise(c, "CONFIG SET latency-monitor-threshold 100");
}

/* ---- statistics of commands ---- */

/* "keys:calls=2,...": is it that command's? */
static bool is_stat(const char *line, size_t len, const char *prefix, const char *name) {
    size_t a = strlen(prefix), b = strlen(name);
    return len > a + b && !memcmp(line, prefix, a) && !memcmp(line + a, name, b) &&
           line[a + b] == ':';
}

static void keys_command(struct judge_case *c) {
    const char *line, *value;
    size_t at = 0, len;
    while (judge_case_line(c, JUDGE_INFO, &at, &line, &len)) {
        if (!is_stat(line, len, "cmdstat_", "keys")) continue;
        value = line + strlen("cmdstat_keys:");
        const char *each = memmem(line, len, "usec_per_call=", 14);
        double us = 0;
        if (each) {
            each += 14;
            const char *comma = memchr(each, ',', (size_t)(line + len - each));
            size_t n = (size_t)((comma ? comma : line + len) - each);
            if (str_to_double(each, n, &us) < 0) us = 0;
        }
        judge_case_find(c, us >= SLOW_US / 10 ? JUDGE_WARNING : JUDGE_NOTE,
                        "KEYS is used: it walks all keys while everybody waits");
        judge_case_evidence(c, "cmdstat_keys", "%.*s", (int)(line + len - value), value);
        judge_case_advise(c, "SCAN instead (vk --scan --pattern P); ACL SETUSER NAME -keys forbids "
                             "it");
    }
}

/* "latency_percentiles_usec_get:p50=1.003,p99=4.015,p99.9=9.023", out of the histograms that
 * LATENCY HISTOGRAM shows: the last is the highest. */
static void percentiles(struct judge_case *c) {
    static const char prefix[] = "latency_percentiles_usec_";
    const char *line;
    size_t at = 0, len, n_prefix = sizeof prefix - 1;
    int shown = 0;
    while (judge_case_line(c, JUDGE_INFO, &at, &line, &len)) {
        const char *last =
            len > n_prefix && !memcmp(line, prefix, n_prefix) ? memrchr(line, '=', len) : NULL;
        double us;
        if (!last || str_to_double(last + 1, (size_t)(line + len - last - 1), &us) < 0) continue;
        const char *colon = memchr(line, ':', len);
        if (us < SLOW_US || !colon || shown >= WORST_SHOWN) continue;
        if (!shown++) {
            judge_case_find(c, us >= AWFUL_US ? JUDGE_WARNING : JUDGE_NOTE,
                            "some calls of commands take long");
            judge_case_advise(c, "LATENCY HISTOGRAM COMMAND shows the whole distribution; CONFIG "
                                 "RESETSTAT begins anew");
        }
        judge_case_evidence(c, "microseconds", "%.*s", (int)(line + len - line - n_prefix),
                            line + n_prefix);
    }
}

/* ---- the keyspace and the CPU ---- */

static void hit_rate(struct judge_case *c) {
    int64_t hits = judge_case_int(c, "keyspace_hits"),
            all = hits + judge_case_int(c, "keyspace_misses");
    if (all < LOOKUPS_LEAST || hits >= all / 2) return;
    judge_case_find(c, JUDGE_NOTE, "only %.0f %% of the lookups find their key",
                    100 * (double)hits / (double)all);
    JUDGE_FIELDS(c, "keyspace_hits", "keyspace_misses", "evicted_keys", "expired_keys");
    judge_case_advise(c,
                      "for a cache: more memory, longer times to live, or keys that are asked for "
                      "under another name than they are stored");
}

static void stale(struct judge_case *c) {
    double percent = judge_case_real(c, "expired_stale_perc");
    if (percent < 10) return;
    judge_case_find(c, percent >= 25 ? JUDGE_WARNING : JUDGE_NOTE,
                    "%.0f %% of the keys with a time to live are dead, and still take memory",
                    percent);
    JUDGE_FIELDS(c, "expired_stale_perc", "expired_time_cap_reached_count", "expired_keys");
    judge_case_advise(c, "CONFIG SET active-expire-effort 5 (1 to 10: more of the CPU)");
}

static void cpu(struct judge_case *c) {
    int64_t up = judge_case_int(c, "uptime_in_seconds");
    double used = judge_case_real(c, "used_cpu_sys_main_thread") +
                  judge_case_real(c, "used_cpu_user_main_thread");
    if (up < UPTIME_LEAST_S || used < 0.8 * (double)up) return;
    judge_case_find(c, JUDGE_WARNING, "the main thread has been busy %.0f %% of the time",
                    100 * used / (double)up);
    JUDGE_FIELDS(c, "used_cpu_sys_main_thread", "used_cpu_user_main_thread", "uptime_in_seconds",
                 "instantaneous_ops_per_sec", "io_threads_active");
    judge_case_advise(c, "read from replicas, split the data over a cluster, pipeline; io-threads "
                         "help where the network is the work");
}

const struct judge_rule judge_speed_rules[] = {
    {"slow log", JUDGE_NEEDS(SLOWLOG), false, slow_log},
    {"slow log switch", JUDGE_NEEDS(CONFIG), false, slow_log_off},
    {"latency events", JUDGE_NEEDS(LATENCY), false, spikes},
    {"latency monitor", JUDGE_NEEDS(CONFIG), false, monitor_off},
    {"KEYS", JUDGE_NEEDS(INFO), false, keys_command},
    {"slow commands", JUDGE_NEEDS(INFO), false, percentiles},
    {"hit rate", JUDGE_NEEDS(INFO), false, hit_rate},
    {"expiry", JUDGE_NEEDS(INFO), false, stale},
    {"CPU", JUDGE_NEEDS(INFO), false, cpu},
    {0},
};
