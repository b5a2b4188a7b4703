/* SPDX-License-Identifier: BSD-3-Clause */
/* The ways of running that an option names (--scan, --stat, --nodes): a new one is a row in
 * modes.c, a row in an option table, and its file. */
#ifndef VK_MODES_H
#define VK_MODES_H

#include "run.h"

struct mode {
    const char *name; /* the option, without dashes */
    size_t offset,
        size; /* of the member of struct options that is not all zeros when it was typed */
    int (*main)(struct run *r); /* the whole job; returns the exit code */
    bool takes_words;           /* what stands behind the options is its own, not a command */
    bool local;                 /* without a server: r has its options and its loop alone */
};

/* The mode that was asked for; of several the one that the tool takes. NULL = none. */
const struct mode *modes_asked(const struct options *o);
/* VK_EUSAGE: two modes, or a command behind one that takes none. */
int modes_check(const struct options *o, struct err *e) MUST_CHECK;

#endif
