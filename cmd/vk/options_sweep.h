/* SPDX-License-Identifier: BSD-3-Clause */
/* Which keys, and on which nodes: what every mode that walks the keyspace shares (--scan,
 * --bigkeys, --unlink, --export ...), and the modes that only walk. */
#ifndef VK_OPTIONS_SWEEP_H
#define VK_OPTIONS_SWEEP_H

#include "base/opt.h"

struct options_sweep {
    bool replicas;                        /* in a cluster: the replicas instead of the primaries */
    const char *pattern, *quoted_pattern; /* the one typed last; both NULL = every key */
    const char *type;                     /* NULL = any */
    int64_t count;                        /* COUNT of each SCAN; 0 = found by itself */
    bool scan;                            /* mode */
    int64_t limit;                        /* keys; 0 = all */
    bool unlink, persist;                 /* modes */
    int64_t expire_s;                     /* mode; 0 = not */
    int64_t idle_s;                       /* only keys that nobody used for so long; 0 = any */
    const char *ttl;                      /* "none": only keys without an expiry; NULL = any */
    bool dry_run;
    int64_t rate; /* keys a second; 0 = as fast as the servers take them */
};

/* For an opt_group whose target is a struct options_sweep. */
extern const struct opt_row options_sweep_rows[];

/* What the table cannot check; as_tool: in the tool's words. VK_EUSAGE. */
int options_sweep_check(const struct options_sweep *o, bool as_tool, struct err *e) MUST_CHECK;

#endif
