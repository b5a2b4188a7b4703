/* SPDX-License-Identifier: BSD-3-Clause */
/* What INFO tells of a server as numbers, and how fast those that count grow. Pure. */
#ifndef VK_GAUGE_H
#define VK_GAUGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum gauge_number {
    GAUGE_KEYS, /* in all databases */
    GAUGE_EXPIRES,
    GAUGE_MEMORY, /* bytes */
    GAUGE_RSS,
    GAUGE_MAX_MEMORY, /* 0 = no limit */
    GAUGE_CLIENTS,
    GAUGE_MAX_CLIENTS,
    GAUGE_BLOCKED,
    GAUGE_REPLICAS,    /* connected */
    GAUGE_LAG,         /* bytes that the replica furthest behind has not acknowledged; of a replica:
                        * unknown */
    GAUGE_SILENCE,     /* of a replica: seconds since its primary said something */
    GAUGE_UPTIME,      /* seconds */
    GAUGE_SERVER_TIME, /* microseconds since 1970 */
    GAUGE_COMMANDS,    /* from here on they count */
    GAUGE_CONNECTIONS,
    GAUGE_REJECTED, /* connections */
    GAUGE_HITS,
    GAUGE_MISSES,
    GAUGE_EVICTED,
    GAUGE_EXPIRED,
    GAUGE_NET_IN, /* bytes */
    GAUGE_NET_OUT,
    GAUGE_CPU, /* microseconds, user and system, without the children */
    GAUGES
};

/* What it is busy with besides. */
enum {
    GAUGE_SAVES = 1 << 0,
    GAUGE_REWRITES = 1 << 1,
    GAUGE_LOADS = 1 << 2,
    GAUGE_SYNCS = 1 << 3,     /* a replica: takes the whole data set over */
    GAUGE_LINK_DOWN = 1 << 4, /* a replica: no connection to its primary */
};

/* Texts are as the server sent them: to be made safe. */
struct gauge {
    uint64_t value[GAUGES];
    uint64_t known; /* a bit for each value */
    unsigned doing; /* GAUGE_SAVES ... */
    bool replica;
    char product[16], version[32], run_id[48];
    char primary[128]; /* of a replica: host:port of its primary; "" = not known */
    int64_t at_ns;     /* when it came, set by the caller */
};

/* Growth per second; NAN = not known (the first look, a restart, a counter that was set back). */
struct gauge_rates {
    double seconds;       /* between the two looks */
    double per_s[GAUGES]; /* of those that count */
    bool restarted;
};

/* Of INFO's text. False, and *g empty: it is none. */
bool gauge_read(struct gauge *g, const char *text, size_t len);
bool gauge_knows(const struct gauge *g, enum gauge_number n);
/* The name of a number in JSON and CSV: "memory_bytes". */
const char *gauge_name(enum gauge_number n);
/* before NULL: the first look. */
void gauge_rates(const struct gauge *before, const struct gauge *now, struct gauge_rates *out);
/* Of what was looked up, the share that was there, 0 to 1; NAN when nothing was looked up. */
double gauge_hit_rate(const struct gauge_rates *r);
/* Cores' worth of CPU: 1 = one is busy all the time. */
double gauge_cpu(const struct gauge_rates *r);
/* Sums of several nodes; what no node knows stays unknown. */
void gauge_add(struct gauge *sum, const struct gauge *g);
void gauge_no_rates(struct gauge_rates *r);
void gauge_add_rates(struct gauge_rates *sum, const struct gauge_rates *r);
/* "save+aof" of `doing`, "" = nothing. */
const char *gauge_doing(unsigned doing, char *text, size_t cap);

#endif
