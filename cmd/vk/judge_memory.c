/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory: limits, evictions, swap, fragmentation, scripts. Small servers are left in peace: what a
 * process needs before it holds data makes every ratio look bad. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "judge_case.h"

#define SMALL_BYTES (100 * JUDGE_MIB)

static bool can_evict(const struct judge_case *c) {
    char policy[64];
    judge_case_text(c, "maxmemory_policy", policy, sizeof policy);
    return *policy && strcmp(policy, "noeviction") != 0;
}

/* volatile-...: only keys with a time to live are evicted. */
static bool has_victims(const struct judge_case *c) {
    char policy[64];
    const char *line;
    size_t at = 0, len;
    judge_case_text(c, "maxmemory_policy", policy, sizeof policy);
    if (strncmp(policy, "volatile", 8) != 0) return true;
    while (judge_case_line(c, JUDGE_INFO, &at, &line, &len)) {
        static const char word[] = ",expires=";
        const char *p =
            len > 2 && !memcmp(line, "db", 2) ? memmem(line, len, word, sizeof word - 1) : NULL;
        if (p && p + sizeof word - 1 < line + len && p[sizeof word - 1] != '0') return true;
    }
    return false;
}

static void no_limit(struct judge_case *c) {
    int64_t used = judge_case_int(c, "used_memory"), all = judge_case_int(c, "total_system_memory");
    if (!judge_case_is(c, "maxmemory", "0")) return; /* a sentinel tells of none */
    bool much = all > 0 && used > all / 2;
    judge_case_find(c, much ? JUDGE_WARNING : JUDGE_NOTE,
                    much ? "memory has no limit, and the data takes more than half of the machine"
                         : "memory has no limit");
    JUDGE_FIELDS(c, "maxmemory", "used_memory_human", "total_system_memory_human");
    judge_case_advise(
        c,
        "CONFIG SET maxmemory BYTES (leave room for forks and buffers: about %s here) "
        "and, for a cache, CONFIG SET maxmemory-policy allkeys-lru; then CONFIG REWRITE",
        all >= 2 * JUDGE_GIB ? "two thirds of the memory" : "half of the memory");
}

static void near_limit(struct judge_case *c) {
    int64_t max = judge_case_int(c, "maxmemory"),
            used =
                judge_case_int(c, "used_memory") - judge_case_int(c, "mem_not_counted_for_evict");
    if (!max || used < max / 100 * 80 || (can_evict(c) && has_victims(c))) return;
    bool full = used >= max / 100 * 95, over = used >= max;
    judge_case_find(c, full ? JUDGE_CRITICAL : JUDGE_WARNING,
                    "%.0f %% of maxmemory are in use, and nothing may be evicted: writes %s",
                    floor(100.0 * (double)used / (double)max),
                    over ? "fail with OOM" : "will fail with OOM at 100 %");
    if (can_evict(c)) judge_case_evidence(c, "keys with a time to live", "none");
    JUDGE_FIELDS(c, "used_memory", "mem_not_counted_for_evict", "maxmemory", "maxmemory_policy");
    judge_case_advise(c, "CONFIG SET maxmemory BYTES (more), or CONFIG SET maxmemory-policy "
                         "allkeys-lru if keys may go, or find what takes it: vk --memkeys");
}

static void too_high_limit(struct judge_case *c) {
    int64_t max = judge_case_int(c, "maxmemory"), all = judge_case_int(c, "total_system_memory");
    if (!max || !all || max < all / 100 * 95) return;
    judge_case_find(c, JUDGE_WARNING, "maxmemory is as much as the machine has or more");
    JUDGE_FIELDS(c, "maxmemory", "total_system_memory");
    judge_case_advise(c, "CONFIG SET maxmemory %lld: forks, buffers and the system need the rest",
                      (long long)(all / 100 * 70));
}

static void evictions(struct judge_case *c) {
    int64_t n = judge_case_int(c, "evicted_keys"), up = judge_case_int(c, "uptime_in_seconds");
    int64_t now_ms = can_evict(c) ? judge_case_int(c, "current_eviction_exceeded_time") : 0;
    if (!n && !now_ms) return;
    judge_case_find(c, now_ms ? JUDGE_WARNING : JUDGE_NOTE,
                    now_ms ? "eviction cannot keep up: memory is over its limit now"
                           : "keys have been evicted for lack of memory");
    JUDGE_FIELDS(c, "evicted_keys", "current_eviction_exceeded_time",
                 "total_eviction_exceeded_time", "maxmemory_human", "maxmemory_policy");
    if (up > 0) judge_case_evidence(c, "evicted per second", "%.2f", (double)n / (double)up);
    judge_case_advise(c,
                      "for a cache this is its work; if the keys are wanted, CONFIG SET maxmemory "
                      "BYTES (more)");
}

static void refused(struct judge_case *c) {
    char text[64];
    if (!judge_case_text(c, "errorstat_OOM", text, sizeof text)) return;
    judge_case_find(c, JUDGE_WARNING, "writes have been refused for lack of memory");
    JUDGE_FIELDS(c, "errorstat_OOM", "used_memory_human", "maxmemory_human", "maxmemory_policy");
    judge_case_advise(c, "CONFIG SET maxmemory BYTES (more) or another maxmemory-policy; CONFIG "
                         "RESETSTAT forgets the count");
}

static void swapped(struct judge_case *c) {
    int64_t used = judge_case_int(c, "used_memory"), rss = judge_case_int(c, "used_memory_rss");
    char text[JUDGE_AMOUNT_CAP];
    if (used < SMALL_BYTES || rss <= 0 || rss > used / 10 * 9) return;
    judge_case_find(c, rss < used / 4 * 3 ? JUDGE_CRITICAL : JUDGE_WARNING,
                    "%s of the data are not in memory: swapped out, it seems",
                    judge_case_bytes(text, used - rss));
    JUDGE_FIELDS(c, "used_memory", "used_memory_rss", "mem_fragmentation_ratio");
    judge_case_advise(c, "look at VmSwap in /proc/PID/status (INFO: process_id); give the machine "
                         "memory or lower maxmemory, and set vm.swappiness=1");
}

static void fragmented(struct judge_case *c) {
    double ratio = judge_case_real(c, "mem_fragmentation_ratio");
    int64_t lost = judge_case_int(c, "mem_fragmentation_bytes");
    char text[JUDGE_AMOUNT_CAP];
    if (judge_case_int(c, "used_memory") < SMALL_BYTES || ratio < 1.5 || lost < SMALL_BYTES) return;
    bool inner = judge_case_real(c, "allocator_frag_ratio") > 1.3;
    judge_case_find(c, ratio > 2 ? JUDGE_WARNING : JUDGE_NOTE,
                    "%s of memory are taken beyond the data (%.2f times as much)",
                    judge_case_bytes(text, lost), ratio);
    JUDGE_FIELDS(c, "used_memory", "used_memory_rss", "used_memory_peak", "mem_fragmentation_ratio",
                 "allocator_frag_ratio", "active_defrag_running");
    judge_case_advise(c, inner ? "CONFIG SET activedefrag yes"
                               : "MEMORY PURGE gives free pages back; usual after many deletions");
}

static void scripts(struct judge_case *c) {
    int64_t n = judge_case_int(c, "number_of_cached_scripts");
    if (n < 1000) return;
    judge_case_find(c, JUDGE_WARNING,
                    "scripts are made anew instead of being given arguments: %lld are kept",
                    (long long)n);
    JUDGE_FIELDS(c, "number_of_cached_scripts", "used_memory_scripts_eval", "used_memory_vm_eval");
    judge_case_advise(c,
                      "pass values as KEYS and ARGV, not inside of the script's text; SCRIPT FLUSH "
                      "ASYNC frees them");
}

const struct judge_rule judge_memory_rules[] = {
    {"maxmemory", JUDGE_NEEDS(INFO), false, no_limit},
    {"maxmemory near", JUDGE_NEEDS(INFO), false, near_limit},
    {"maxmemory too high", JUDGE_NEEDS(INFO), false, too_high_limit},
    {"evictions", JUDGE_NEEDS(INFO), false, evictions},
    {"writes refused", JUDGE_NEEDS(INFO), false, refused},
    {"swap", JUDGE_NEEDS(INFO), false, swapped},
    {"fragmentation", JUDGE_NEEDS(INFO), false, fragmented},
    {"scripts", JUDGE_NEEDS(INFO), false, scripts},
    {0},
};
