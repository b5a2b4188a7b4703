/* SPDX-License-Identifier: BSD-3-Clause */
/* How far a long job is: one line on standard error when that is a terminal, redrawn a few times a
 * second ("scanned 1,204,311 of 2,300,000 (52 %), 310,000/s, 4 s left"). Nothing elsewhere. */
#ifndef VK_PROGRESS_H
#define VK_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
    const char *verb; /* "scanned" */
    bool shown;       /* standard error is a terminal, and nobody wants it quiet */
    bool bytes;       /* done and total are bytes */
    bool on_line;     /* the terminal's line holds one now */
    uint64_t total;   /* 0 = not known; may be changed on the way */
    int64_t begun_ns, drawn_ns;
};

/* verb is borrowed. */
void progress_begin(struct progress *p, const char *verb, uint64_t total, bool bytes);
/* Draw when it is time; to be called often. extra: a phrase behind it, may be NULL. A terminal that
 * is too narrow for the line gets the share done, the rate and the time left. */
void progress_at(struct progress *p, uint64_t done, const char *extra);
/* Take the line away: before anything else is written to the terminal, and at the end. */
void progress_clear(struct progress *p);

#endif
