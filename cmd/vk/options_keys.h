/* SPDX-License-Identifier: BSD-3-Clause */
/* What keys weigh and which are hot: --bigkeys, --memkeys, --keystats, --hotkeys. */
#ifndef VK_OPTIONS_KEYS_H
#define VK_OPTIONS_KEYS_H

#include "base/opt.h"

struct options_keys {
    bool bigkeys, memkeys, keystats, hotkeys;  /* the modes */
    int64_t memkeys_samples, keystats_samples; /* of MEMORY USAGE, 0 = all; -1 = not typed */
    int64_t top;                               /* keys of a list */
    const char *delimiter;                     /* of keys' segments, one byte */
    const char *cursor;                        /* begin there, NULL = at the first key */
    int64_t hotkeys_count;
    double hotkeys_seconds; /* of a sample by MONITOR, at most */
    int64_t hotkeys_lines;  /* the same */
};

#define OPTIONS_KEYS_DEFAULT                                                                       \
    (struct options_keys) {                                                                        \
        .memkeys_samples = -1, .keystats_samples = -1, .top = 10, .delimiter = ":",                \
        .hotkeys_count = 16, .hotkeys_seconds = 5, .hotkeys_lines = 1000000                        \
    }

/* For an opt_group whose target is a struct options_keys. */
extern const struct opt_row options_keys_rows[];

/* Samples ask for their mode. VK_EUSAGE. */
int options_keys_settle(struct options_keys *o, struct err *e) MUST_CHECK;

#endif
