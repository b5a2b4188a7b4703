/* SPDX-License-Identifier: BSD-3-Clause */
/* The engine: what the sources hear goes through the window that puts it in order, the filters and
 * the limits to the output, and nobody on this way ever waits for somebody behind him. */
#ifndef VKTAIL_TAIL_H
#define VKTAIL_TAIL_H

#include "core/merge.h"
#include "io/outlet.h"
#include "nodes.h"
#include "options.h"
#include "record.h"
#include "redaction.h"
#include "replay.h"
#include "screen.h"
#include "source.h"
#include "watch.h"
#include "waiting.h"
#include "who.h"

struct tail {
    const struct options *opts;
    struct loop *loop;
    const struct source *source;
    void *state; /* the source's */
    struct nodes nodes;
    struct merge *merge; /* NULL = events go out as they come */
    int *merge_sources;  /* by node number; -1 = none */
    int n_merge_sources;
    size_t held_bytes;      /* in merge */
    struct monitor monitor; /* the command that is looked at */
    struct filter_work filtering;
    struct redaction redaction;
    struct who *who;        /* NULL = nobody asks */
    struct waiting waiting; /* for it */
    struct loop_timer waited;
    struct replay *replay; /* in place of nodes; NULL = none */
    struct record *record; /* NULL = none, or no more */
    struct top *top;       /* in place of lines; NULL = none */
    struct screen *screen; /* of top; NULL = none */
    struct form form;
    struct queue queue;
    struct outlet *outlet;
    int64_t woken_ns, arrival_us; /* see tail_arrival_us */
    bool measured;                /* the terminal, in this turn */
    bool lines_only;              /* lines of MONITOR go through as they are */
    bool full;                    /* the output takes no more for now */
    struct loop_timer limit;      /* --for, --until */
    struct loop_timer tick;       /* each second: the nodes are watched */
    struct watch_opts watch;
    uint64_t n_events, n_malformed, n_gaps;
    int64_t began_us, missed_us; /* missed: the gaps together */
    bool heard;                  /* a node has listened */
    bool missed;                 /* more is missing than gaps and drops tell */
    int signal;                  /* that ended it, 0 = none */
    bool closing;                /* nothing is taken any more */
    bool done;                   /* the end was asked for */
    struct err failed;           /* why it cannot go on; code 0 = it can */
};

int tail_init(struct tail *t, const struct options *o, const struct source *source, struct loop *l,
              struct err *e) MUST_CHECK;
void tail_release(struct tail *t);

/* tail_order.c: the way in. */
/* From a source: an event of a node. */
void tail_take(struct tail *t, struct event *ev);
/* From now on the others' events wait for those of this node, too. */
void tail_expect(struct tail *t, int node);
/* What waits to be put in order goes out as far as its time has come (there is a t->merge);
 * *wake_us, monotonic, is when it will for the next. */
void tail_give_out(struct tail *t, int64_t *wake_us);
/* What waits to be put in order goes out now. */
void tail_settle_order(struct tail *t);

/* tail_out.c: the way out. */
int tail_out_init(struct tail *t, struct err *e) MUST_CHECK;
/* Who can be named is known. VK_EFILE: what was to be recorded cannot be. */
int tail_out_begin(struct tail *t, struct err *e) MUST_CHECK;
void tail_out_release(struct tail *t);
/* The time of day when what is being read has come, which is asked once for all of it. */
int64_t tail_arrival_us(struct tail *t);
/* An event whose turn has come. */
void tail_emit(struct tail *t, struct event *ev);
/* As much goes out as the reader takes. */
void tail_flush(struct tail *t);
/* In front of each turn of the loop. */
void tail_out_turn(struct tail *t);
/* Others have the terminal meanwhile. */
void tail_out_pause(struct tail *t);
void tail_out_resume(struct tail *t);
/* The terminal is given back, what is counted is shown, the recording ended. */
void tail_out_end(struct tail *t);

/* tail_replay.c: all of the captures through the way out. VK_EFILE, VK_EUSAGE. */
int tail_replay_begin(struct tail *t, struct err *e) MUST_CHECK;
void tail_replay(struct tail *t);

/* tail_nodes.c */
void tail_hook_nodes(struct tail *t);
/* A gap that a source has found. */
void tail_tell_gap(struct tail *t, int node, int64_t from_us, int64_t to_us, const char *why);
/* The gaps that are open end here. */
void tail_end_gaps(struct tail *t);
/* Nobody is listened to until tail_resume. */
void tail_pause(struct tail *t);
void tail_resume(struct tail *t);
/* What came of it all, on standard error. */
void tail_sum_up(struct tail *t);

/* The whole job; returns the exit code. */
int tail_run(struct tail *t);

#endif
