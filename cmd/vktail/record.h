/* SPDX-License-Identifier: BSD-3-Clause */
/* --record: what passes the filters goes into a capture file as well (core/capture.h says how it
 * looks). A file that reaches its size is ended and followed by another: FILE, FILE.1, FILE.2, ...
 * each a whole capture. What exists is never overwritten. */
#ifndef VKTAIL_RECORD_H
#define VKTAIL_RECORD_H

#include "event.h"
#include "io/loop.h"

struct record_opts {
    const char *path; /* NULL = nothing is recorded */
    double size_mb;   /* 0 = one file */
    bool gzip;        /* also when path ends in .gz */
};

/* Where the events are from. */
struct record_source {
    const char *(*node)(void *arg, int node); /* its name */
    void *arg;
    int n_nodes; /* known from the beginning */
    const char *mode;
};

struct record;

/* Creates the file. VK_EFILE. Strings are borrowed. */
int record_new(struct loop *l, const struct record_opts *o, const struct record_source *from,
               struct record **out, struct err *e) MUST_CHECK;
/* The file stays as it is, without its end. NULL is legal. */
void record_free(struct record *r);
/* VK_EFILE: no more can be recorded. ev NULL: nothing more, but is all well? */
int record_put(struct record *r, const struct event *ev, struct err *e) MUST_CHECK;
/* Write its end, and free r. */
int record_end(struct record *r, struct err *e) MUST_CHECK;

#endif
