/* SPDX-License-Identifier: BSD-3-Clause */
/* What `top` counts: commands, shapes of keys, keys, clients, nodes; each in bounded memory, the
 * heaviest exactly or with a bound on the error (load/heavy.h). Pure: shown by top_text.c and
 * top_json.c, on a terminal by screen.c. */
#ifndef VKTAIL_TOP_H
#define VKTAIL_TOP_H

#include "base/buf.h"
#include "core/clients.h"
#include "event.h"
#include "load/heavy.h"

enum top_view { TOP_COMMANDS, TOP_PREFIXES, TOP_KEYS, TOP_CLIENTS, TOP_NODES, TOP_VIEWS };

struct top_opts {
    char delimiter;                           /* of keys' segments */
    uint64_t weight;                          /* of an event: n when one of n is sampled */
    const char *(*node)(void *arg, int node); /* its name */
    void *arg;
    /* the client behind a command; NULL = nobody asks */
    const struct clients_entry *(*client)(void *arg, const struct event *ev);
    void *client_arg;
    uint64_t seed;
    int64_t
        begun_us; /* of our clock, when it counts what happens now; 0 = what a recording tells */
};

struct top {
    struct top_opts opts;
    struct heavy *views[TOP_VIEWS];
    uint64_t n_events, n_malformed, n_gaps; /* events: weighed */
    uint64_t bytes;
    uint64_t now, rate;        /* events of this second, and of the last whole one */
    int64_t first_us, last_us; /* the events' own times; 0 = none yet */
    struct buf name;           /* scratch */
};

struct top *top_new(const struct top_opts *o);
void top_free(struct top *t);
/* A command has all its arguments taken apart. */
void top_add(struct top *t, const struct event *ev);
/* A second is over. */
void top_tick(struct top *t);
/* Seconds since it was begun; of a recording, from the first event to the last. */
double top_seconds(const struct top *t);
/* What of a view's weight is an entry's, 0 to 1; keys and their shapes count once a key. */
double top_share(const struct top *t, enum top_view v, const struct heavy_entry *e);

/* top_text.c: what people see. */

/* Heads of a view: "COMMAND", and "commands". */
const char *top_heading(enum top_view v);
const char *top_name(enum top_view v);

struct top_table {
    enum top_view view;
    enum heavy_order order;
    int rows, columns;
    bool rate; /* show events per second of the last second; else on average */
    bool colour;
};

/* Append lines of a table, its head first; *line_end is behind each. Returns how many. */
int top_table(const struct top *t, const struct top_table *o, const char *line_end,
              struct buf *out);
/* Append the sum of all views: `rows` rows of each, made for so many columns. */
void top_summary(const struct top *t, int rows, int columns, struct buf *out);
/* top_json.c: the same as one JSON object, with its newline. */
void top_json(const struct top *t, int rows, struct buf *out);

#endif
