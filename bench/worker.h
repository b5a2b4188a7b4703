/* SPDX-License-Identifier: BSD-3-Clause */
/* One thread of the load: a loop, its connections, its share of the operations, its tallies.
 * Private to the engine (run.c, worker.c). Workers share the stop flag, the gate and read-only
 * plans; all else is a worker's own, and read by others only where it says "live", or after the
 * join. */
#ifndef BENCH_WORKER_H
#define BENCH_WORKER_H

#include "bench/router.h"
#include "io/thread.h"

/* The same for all workers. */
struct worker_plan {
    const struct run_opts *run;
    const struct workload *workload; /* NULL: hold the connections and do nothing */
    struct opening_opts opening;
    _Atomic(const struct topology *) topology; /* the newest; NULL: one server */
    atomic_bool picture_wanted;                /* by a worker; who told the main thread */
    const struct cluster_opts *cluster;        /* how redirects are followed, where reads go */
    bool own_slots;                            /* an operation goes to the node that draws it */
    const slots_tag *tags;
    struct thread_gate gate; /* opens when all connections of all workers stand */
    int64_t start_ns;        /* set before the gate opens: warm-up (or measurement) begins */
    atomic_bool stop;        /* end now */
    int workers;
};

enum worker_state { WORKER_CONNECTING, WORKER_READY, WORKER_ENDED };

struct worker {
    struct worker_plan *plan;
    int number, first_connection, connections;
    /* live */
    atomic_int state, connected;
    /* results, for after the join (the tallies of the router's nodes are live) */
    struct link_host host;
    struct router router;
    struct hist *connect;
    uint64_t reconnects, waits, unfinished, unsent;
    int64_t oldest_ns; /* when the oldest unfinished request was meant to start */
    int64_t measure_ns, stopped_ns, cpu_ns, wall_ns;
    struct err err; /* why this worker ended the run; code 0 = it did not */
    /* private */
    struct thread *thread;
    struct link *links;
    struct image_op *ops;          /* what is to be sent: room for an image's */
    int thirsty;                   /* links */
    int opening_next, opening_now; /* at the beginning */
    struct schedule warm, main;
    int64_t end_ns;     /* no operation starts after it; 0 = no bound */
    int64_t resend_ns;  /* when the next kept command is due */
    int64_t alone_ns;   /* since when no server has been there; 0 = one is */
    int64_t checked_ns; /* when time-outs were looked for */
    uint64_t last_op;   /* the run's last operation ... */
    int last_commands;  /* ... has so many commands */
    int per_op, depth;  /* commands of an operation; operations of a batch */
    int64_t cpu_from, wall_from;
    bool closed; /* end_ns has passed */
    struct rng rng;
};

/* plan, number, first_connection and connections are set, the rest is zero. */
int worker_start(struct worker *w, struct err *e) MUST_CHECK;
/* After the join. */
void worker_release(struct worker *w);

#endif
