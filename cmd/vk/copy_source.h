/* SPDX-License-Identifier: BSD-3-Clause */
/* The reading half of --export and --copy-to: the keys that a sweep gives, each with its DUMP
 * payload and its time to live. What is asked for and has not come is bounded in bytes, and nothing
 * is asked for while the other half has no room. A key that vanishes meanwhile is counted; one of a
 * slot that moves is asked for where it is now. */
#ifndef VK_COPY_SOURCE_H
#define VK_COPY_SOURCE_H

#include "copy_faults.h"
#include "core/dumpfile.h"
#include "fleet.h"
#include "progress.h"
#include "sweep.h"

/* Either part of TIME's reply beyond this is no clock's. */
#define COPY_CLOCK_MAX 1000000000000LL

/* A key as it is to be kept, valid until the call returns. <0 with e: enough. */
typedef int copy_source_fn(void *arg, const struct dumpfile_key *k, struct err *e);

struct copy_source_opts {
    copy_source_fn *take;
    bool (*has_room)(void *arg); /* NULL = always */
    void (*turned)(void *arg);   /* after each turn of the loop; may be NULL */
    void *arg;
};

struct copy_item;
struct copy_source;

/* One node's part. */
struct copy_node {
    struct copy_source *source;
    struct fleet_node *node;
    struct copy_item *first, **last; /* wait to be asked for */
    size_t in_flight;
    double typical;       /* bytes of a payload */
    bool begun;           /* its clock was asked for */
    bool relative;        /* it has no PEXPIRETIME */
    bool by_use, no_idle; /* OBJECT FREQ instead of IDLETIME; neither */
    int time_parts;       /* of TIME's reply that have come */
    int64_t clock_us;     /* its clock, less ours */
};

struct copy_source {
    struct run *run;
    struct copy_source_opts o;
    struct fleet fleet;
    struct sweep *sweep;
    struct copy_node *nodes; /* by the number in fleet */
    struct copy_item *spare;
    struct copy_recent *recent;
    uint64_t left;        /* --limit: keys that may still be asked for */
    size_t others;        /* asked for through the cluster */
    struct err failed;    /* why it ends early */
    uint64_t keys, bytes; /* given to take; bytes of their payloads */
    uint64_t vanished;
    struct copy_faults faults;
    char no_idle_why[160]; /* --with-idle: what a node said to both of its questions, "" = none */
};

/* Connect; turns the loop. To be closed whatever comes back. */
int copy_source_open(struct copy_source *s, struct run *r, const struct copy_source_opts *o,
                     struct err *e) MUST_CHECK;
void copy_source_close(struct copy_source *s);
/* The version that a server says it is, "" when it does not; turns the loop. True: it is a
 * cluster's node. */
bool copy_source_ask(struct client *c, char *version, size_t cap);
/* It ends early, for that reason. */
static inline void copy_source_fail(struct copy_source *s, const struct err *why) {
    if (s->failed.code) return;
    s->failed = *why;
    sweep_stop(s->sweep);
}
/* "scanned 1,204 of 9,000 (13 %), ..., 300 exported"; done: the word for it. */
void copy_source_progress(const struct copy_source *s, struct progress *p, const char *done);
/* What could not be got of keys, on standard error; what: "not exported". */
void copy_source_say(struct copy_source *s, const char *what);
/* All of it. 0, or why it ended early: VK_ECANCEL on a signal, what take said, VK_EAUTH when DUMP
 * or the times to live may not be asked for, what the sweep says. */
int copy_source_run(struct copy_source *s, struct err *e) MUST_CHECK;

#endif
