/* SPDX-License-Identifier: BSD-3-Clause */
/* What --dash shows, as a frame for a terminal of any size. Pure but for the clock. */
#ifndef VK_DASH_DRAW_H
#define VK_DASH_DRAW_H

#include "canvas.h"
#include "dash_slow.h"
#include "trail.h"

enum dash_sort {
    DASH_BY_NAME, /* as the feed has them */
    DASH_BY_REQUESTS,
    DASH_BY_MEMORY,
    DASH_BY_CLIENTS,
    DASH_BY_CPU,
    DASH_BY_PING,
    DASH_SORTS
};

/* One of the nodes, or all together. */
struct dash_view {
    const char *name;    /* foreign text, */
    const char *label;   /* as it stands among the others, likewise */
    const char *trouble; /* as well: why it does not answer; NULL = it does */
    bool known;          /* gauge holds something, perhaps of earlier */
    const struct gauge *gauge;
    const struct gauge_rates *rates;
    const struct trail *trail;
    const struct dash_slow *slow; /* NULL = all together */
};

struct dash_frame {
    const struct dash_view *nodes; /* in the order in which they are shown */
    int n;
    const struct dash_view *all; /* their sum; NULL: no cluster, nodes[0] is all there is */
    int answered;                /* of the nodes */
    int selected;                /* of nodes */
    bool zoomed;                 /* the selected one alone is shown */
    bool paused, help, ascii;
    enum dash_sort sort;
    const char *time;  /* "18:25:01" */
    int64_t now_s;     /* since 1970 */
    double interval_s; /* of the samples */
};

void dash_draw(struct canvas *c, const struct dash_frame *f);

#endif
