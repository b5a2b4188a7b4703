/* SPDX-License-Identifier: BSD-3-Clause */
/* See gauge.h. INFO is walked once; each line is looked up in one table. */
#include "gauge.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "core/info.h"

static const char *const names[GAUGES] = {
    [GAUGE_KEYS] = "keys",
    [GAUGE_EXPIRES] = "expires",
    [GAUGE_MEMORY] = "memory_bytes",
    [GAUGE_RSS] = "rss_bytes",
    [GAUGE_MAX_MEMORY] = "max_memory_bytes",
    [GAUGE_CLIENTS] = "clients",
    [GAUGE_MAX_CLIENTS] = "max_clients",
    [GAUGE_BLOCKED] = "blocked",
    [GAUGE_REPLICAS] = "replicas",
    [GAUGE_LAG] = "lag_bytes",
    [GAUGE_SILENCE] = "primary_silent_s",
    [GAUGE_UPTIME] = "uptime_s",
    [GAUGE_SERVER_TIME] = "server_time_us",
    [GAUGE_COMMANDS] = "requests",
    [GAUGE_CONNECTIONS] = "connections",
    [GAUGE_REJECTED] = "rejected",
    [GAUGE_HITS] = "hits",
    [GAUGE_MISSES] = "misses",
    [GAUGE_EVICTED] = "evicted",
    [GAUGE_EXPIRED] = "expired",
    [GAUGE_NET_IN] = "net_in_bytes",
    [GAUGE_NET_OUT] = "net_out_bytes",
    [GAUGE_CPU] = "cpu_us",
};

const char *gauge_name(enum gauge_number n) {
    return names[n];
}

bool gauge_knows(const struct gauge *g, enum gauge_number n) {
    return g->known >> n & 1;
}

static void set(struct gauge *g, enum gauge_number n, uint64_t v) {
    g->value[n] = v;
    g->known |= UINT64_C(1) << n;
}

static void add(struct gauge *g, enum gauge_number n, uint64_t v) {
    set(g, n, g->value[n] + v);
}

/* ---- INFO ---- */

static const struct field {
    const char *name;
    enum gauge_number number;
} fields[] = {
    {"used_memory", GAUGE_MEMORY},
    {"used_memory_rss", GAUGE_RSS},
    {"maxmemory", GAUGE_MAX_MEMORY},
    {"connected_clients", GAUGE_CLIENTS},
    {"maxclients", GAUGE_MAX_CLIENTS},
    {"blocked_clients", GAUGE_BLOCKED},
    {"connected_slaves", GAUGE_REPLICAS},
    {"master_last_io_seconds_ago", GAUGE_SILENCE},
    {"uptime_in_seconds", GAUGE_UPTIME},
    {"server_time_usec", GAUGE_SERVER_TIME},
    {"total_commands_processed", GAUGE_COMMANDS},
    {"total_connections_received", GAUGE_CONNECTIONS},
    {"rejected_connections", GAUGE_REJECTED},
    {"keyspace_hits", GAUGE_HITS},
    {"keyspace_misses", GAUGE_MISSES},
    {"evicted_keys", GAUGE_EVICTED},
    {"expired_keys", GAUGE_EXPIRED},
    {"total_net_input_bytes", GAUGE_NET_IN},
    {"total_net_output_bytes", GAUGE_NET_OUT},
};

static const struct flag {
    const char *name, *value;
    unsigned bit;
} flags[] = {
    {"rdb_bgsave_in_progress", "1", GAUGE_SAVES},
    {"aof_rewrite_in_progress", "1", GAUGE_REWRITES},
    {"loading", "1", GAUGE_LOADS},
    {"async_loading", "1", GAUGE_LOADS},
    {"master_sync_in_progress", "1", GAUGE_SYNCS},
    {"master_link_status", "down", GAUGE_LINK_DOWN},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Of the replication's offsets while INFO is walked. */
struct reading {
    struct gauge *g;
    uint64_t offset, least; /* the primary's own, and that of the last of the replicas */
    bool has_offset, has_least, has_role;
    char host[96], port[16];
};

static bool value_is(const struct info_line *l, const char *text) {
    return strlen(text) == l->len && !memcmp(text, l->value, l->len);
}

static void copy(char *out, size_t cap, const struct info_line *l) {
    snprintf(out, cap, "%.*s", (int)(l->len < cap ? l->len : cap - 1), l->value);
}

/* "slave0:ip=...,port=...,state=online,offset=14,lag=0" */
static bool take_replica(struct reading *x, const struct info_line *l) {
    uint64_t offset;
    if (l->name_len < 6 || memcmp(l->name, "slave", 5) || l->name[5] < '0' || l->name[5] > '9')
        return false;
    if (!info_part(l, "offset", &offset)) return true;
    if (!x->has_least || offset < x->least) x->least = offset;
    x->has_least = true;
    return true;
}

static bool take_number(struct reading *x, const struct info_line *l) {
    uint64_t v;
    for (size_t i = 0; i < COUNT(fields); i++) {
        if (!info_is(l, fields[i].name)) continue;
        if (str_to_u64(l->value, l->len, &v) == 0) set(x->g, fields[i].number, v);
        return true;
    }
    for (size_t i = 0; i < COUNT(flags); i++)
        if (info_is(l, flags[i].name) && value_is(l, flags[i].value)) x->g->doing |= flags[i].bit;
    return false;
}

static bool take_text(struct reading *x, const struct info_line *l) {
    struct gauge *g = x->g;
    if (info_is(l, "run_id"))
        copy(g->run_id, sizeof g->run_id, l);
    else if (info_is(l, "role"))
        x->has_role = true, g->replica = value_is(l, "slave");
    else if (info_is(l, "master_host"))
        copy(x->host, sizeof x->host, l);
    else if (info_is(l, "master_port"))
        copy(x->port, sizeof x->port, l);
    else
        return false;
    return true;
}

/* Valkey also tells a version of Redis that it is compatible with; its own comes behind it. */
static bool take_version(struct gauge *g, const struct info_line *l) {
    bool valkey = info_is(l, "valkey_version");
    if (!valkey && !info_is(l, "redis_version")) return false;
    if (!valkey && g->version[0]) return true;
    copy(g->version, sizeof g->version, l);
    snprintf(g->product, sizeof g->product, "%s", valkey ? "valkey" : "redis");
    return true;
}

static void take_cpu(struct gauge *g, const struct info_line *l) {
    double seconds;
    if (!info_is(l, "used_cpu_sys") && !info_is(l, "used_cpu_user")) return;
    if (str_to_double(l->value, l->len, &seconds) < 0 || !(seconds >= 0 && seconds < 1e12)) return;
    add(g, GAUGE_CPU, (uint64_t)(seconds * 1e6));
}

static void take(struct reading *x, const struct info_line *l) {
    struct gauge *g = x->g;
    uint64_t v;
    if (info_db(l) >= 0) {
        if (info_part(l, "keys", &v)) add(g, GAUGE_KEYS, v);
        if (info_part(l, "expires", &v)) add(g, GAUGE_EXPIRES, v);
    } else if (info_is(l, "master_repl_offset")) {
        x->has_offset = str_to_u64(l->value, l->len, &x->offset) == 0;
    } else if (!take_number(x, l) && !take_replica(x, l) && !take_text(x, l) &&
               !take_version(g, l)) {
        take_cpu(g, l);
    }
}

bool gauge_read(struct gauge *g, const char *text, size_t len) {
    struct reading x = {.g = g};
    struct info_line line;
    const char *p = text;
    *g = (struct gauge){0};
    while (info_next(&p, text + len, &line))
        take(&x, &line);
    if (!g->known && !g->version[0] && !x.has_role) return false;
    add(g, GAUGE_KEYS, 0); /* an empty database has no line */
    add(g, GAUGE_EXPIRES, 0);
    if (x.has_offset && x.has_least && !g->replica)
        set(g, GAUGE_LAG, x.offset > x.least ? x.offset - x.least : 0);
    if (g->replica && x.host[0]) snprintf(g->primary, sizeof g->primary, "%s:%s", x.host, x.port);
    return true;
}

/* ---- rates ---- */

/* By the server's clock, which knows nothing of the way here; by ours when it was set meanwhile. */
static double seconds_between(const struct gauge *before, const struct gauge *now) {
    double ours = (double)(now->at_ns - before->at_ns) / (double)CLOCK_NS_PER_S;
    if (!gauge_knows(before, GAUGE_SERVER_TIME) || !gauge_knows(now, GAUGE_SERVER_TIME))
        return ours;
    double theirs =
        ((double)now->value[GAUGE_SERVER_TIME] - (double)before->value[GAUGE_SERVER_TIME]) / 1e6;
    return theirs > 0.5 * ours && theirs < 2 * ours ? theirs : ours;
}

void gauge_no_rates(struct gauge_rates *r) {
    *r = (struct gauge_rates){.seconds = NAN};
    for (int i = 0; i < GAUGES; i++)
        r->per_s[i] = NAN;
}

void gauge_rates(const struct gauge *before, const struct gauge *now, struct gauge_rates *out) {
    gauge_no_rates(out);
    if (!before) return;
    out->restarted = strcmp(before->run_id, now->run_id) != 0;
    out->seconds = seconds_between(before, now);
    if (out->restarted || !(out->seconds > 0)) return;
    for (int i = GAUGE_COMMANDS; i < GAUGES; i++) {
        enum gauge_number n = (enum gauge_number)i;
        if (!gauge_knows(before, n) || !gauge_knows(now, n)) continue;
        if (now->value[n] < before->value[n]) continue; /* CONFIG RESETSTAT */
        out->per_s[n] = (double)(now->value[n] - before->value[n]) / out->seconds;
    }
}

double gauge_hit_rate(const struct gauge_rates *r) {
    double hits = r->per_s[GAUGE_HITS], sum = hits + r->per_s[GAUGE_MISSES];
    return sum > 0 ? hits / sum : NAN;
}

double gauge_cpu(const struct gauge_rates *r) {
    return r->per_s[GAUGE_CPU] / 1e6;
}

/* ---- sums ---- */

void gauge_add(struct gauge *sum, const struct gauge *g) {
    for (int i = 0; i < GAUGES; i++) {
        enum gauge_number n = (enum gauge_number)i;
        if (!gauge_knows(g, n)) continue;
        if (n != GAUGE_LAG && n != GAUGE_SILENCE)
            add(sum, n, g->value[n]);
        else if (!gauge_knows(sum, n) || g->value[n] > sum->value[n])
            set(sum, n, g->value[n]); /* the worst of them */
    }
    sum->doing |= g->doing;
}

void gauge_add_rates(struct gauge_rates *sum, const struct gauge_rates *r) {
    for (int i = 0; i < GAUGES; i++) {
        if (isnan(r->per_s[i])) continue;
        sum->per_s[i] = isnan(sum->per_s[i]) ? r->per_s[i] : sum->per_s[i] + r->per_s[i];
    }
    if (isnan(sum->seconds)) sum->seconds = r->seconds;
}

const char *gauge_doing(unsigned doing, char *text, size_t cap) {
    static const struct {
        unsigned bit;
        const char *word;
    } words[] = {{GAUGE_SAVES, "save"},
                 {GAUGE_REWRITES, "aof"},
                 {GAUGE_LOADS, "load"},
                 {GAUGE_SYNCS, "sync"},
                 {GAUGE_LINK_DOWN, "link down"}};
    size_t len = 0;
    text[0] = 0;
    for (size_t i = 0; i < COUNT(words) && len < cap; i++)
        if (doing & words[i].bit)
            len += (size_t)snprintf(text + len, cap - len, "%s%s", len ? "+" : "", words[i].word);
    return text;
}
