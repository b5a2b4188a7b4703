/* SPDX-License-Identifier: BSD-3-Clause */
/* What --bigkeys, --memkeys and --keystats tell in the end: for people, as JSON, as CSV. */
#ifndef VK_KEYS_REPORT_H
#define VK_KEYS_REPORT_H

#include "keys_stats.h"

/* A command that the server refused, and that was done without. */
struct keys_report_refused {
    const char *command, *why;
};

struct keys_report {
    const char *mode;           /* "bigkeys" */
    bool elements, bytes, ttls; /* what was asked for */
    const struct keys_stats *stats;
    uint64_t scanned;                    /* keys that SCAN gave */
    uint64_t vanished, changed, unknown; /* gone before they were measured; of another type by then;
                                          * their replies were lost or refused */
    uint64_t used_bytes;                 /* memory that the servers use, 0 = not known */
    int nodes;
    int64_t took_ns;
    const char *cursor; /* where to go on; NULL = it came to the end */
    const struct keys_report_refused *refused;
    int n_refused;
};

struct keys_report_look {
    int columns; /* of the terminal, 0 = none: nothing is cut */
    bool colour;
};

void keys_report_text(const struct keys_report *r, const struct keys_report_look *l,
                      struct buf *out);
/* One object, and a newline. */
void keys_report_json(const struct keys_report *r, struct buf *out);
/* One table of all: section,type,name,keys,elements,bytes,ttl_ms. */
void keys_report_csv(const struct keys_report *r, struct buf *out);

/* ---- what they share ---- */

/* A name as it can be typed again: as it is where that is unmistakable, else in quotes; one that is
 * very long is cut. kept: bytes there of it. */
void keys_report_name(struct buf *out, const char *name, size_t kept, size_t len);
/* The lengths of strings, or the numbers of elements of all others, put together. NULL = nothing;
 * the caller frees. */
struct hist *keys_report_lengths(const struct keys_stats *s, bool strings);
/* The same of all keys' memory. */
struct hist *keys_report_sizes(const struct keys_stats *s);
/* "stays", "under 1 hour" ... and "none", "under_1h". */
const char *keys_report_ttl(enum keys_stats_ttl t);
const char *keys_report_ttl_name(enum keys_stats_ttl t);
enum { KEYS_REPORT_PREFIXES = 1000 }; /* of a list, at most */
/* The heaviest prefixes, as many as the lists have keys; returns how many. */
int keys_report_prefixes(const struct keys_stats *s, struct heavy_entry e[KEYS_REPORT_PREFIXES]);

#endif
