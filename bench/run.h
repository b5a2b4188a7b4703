/* SPDX-License-Identifier: BSD-3-Clause */
/* One run of one workload against one server, or a cluster: threads, each with a loop and its share
 * of the connections, started together, measured, drained, merged. */
#ifndef BENCH_RUN_H
#define BENCH_RUN_H

#include "bench/outage.h"
#include "bench/workload.h"
#include "client/cluster.h"
#include "load/timeline.h"

enum { RUN_THREADS_MAX = 500, RUN_DRAIN_S = 5, RUN_RECONNECTS = 10, RUN_ALONE_S = 60 };
enum { RUN_SLOTS_SAMPLE = 1 << 18 };

struct run_opts {
    const struct connopt *conn;         /* finished, secrets fetched; borrowed */
    const struct cluster_opts *cluster; /* NULL: one server; borrowed */
    const struct connopt *sentinels;    /* who are asked where the server is; NULL: it is conn's */
    bool own_slots; /* as valkey-benchmark: {tag} becomes a slot of the node that a connection is
                       to, not one that is drawn for the operation */
    /* Each decision about a redirect, a printable line; called from any thread; NULL = none. */
    void (*trace)(const char *line);
    int connections, pipeline, threads; /* each >= 1; threads are never more than connections */
    bool keep_alive;                    /* false: a new connection after each batch */
    bool tracking;                      /* CLIENT TRACKING ON for every connection */
    uint64_t requests;                  /* exactly so many; 0 = no bound */
    double duration_s;                  /* 0 = no bound */
    double warmup_s;                    /* before it; not counted in either */
    double rate;                        /* requests per second in all; 0 = closed loop */
    bool fail_fast; /* the compatible face: the first error reply or lost connection ends it */
    bool compatible_greeting; /* AUTH, CLIENT TRACKING on, SELECT, HELLO 3 in this order, nothing
                                 else */
};

/* While it runs, four times a second, and once at the end of the measurement. RUN_DRAINING goes on
 * with the figures of RUN_MEASURING. */
enum run_phase { RUN_CONNECTING, RUN_WARMUP, RUN_MEASURING, RUN_DRAINING };
struct run_sample {
    enum run_phase phase;
    int connected;         /* connections that are ready */
    int64_t elapsed_ns;    /* of the phase */
    uint64_t done, errors; /* of the phase, so far */
    uint64_t recent_done;  /* since the sample before */
    int64_t recent_ns;
    const struct hist *recent; /* latencies since the sample before (response at a rate, else
                                  service) */
    const struct hist *all;    /* of the phase */
};
typedef void run_sample_fn(void *arg, const struct run_sample *s);

struct run_thread { /* the honesty figures of one worker */
    int connections;
    int64_t cpu_ns, wall_ns; /* of the measured part */
};

/* Of a cluster; by the nodes' numbers. Some have got nothing: replicas, nodes of the past. */
struct run_node {
    char where[300], id[SLOTS_ID_MAX + 1];
    bool replica;
    bool gone; /* the cluster names it no more, or never did: a start node by another name */
    int slots; /* that it serves at the end */
    struct tally total;
};
struct run_redirects { /* followed, and not counted as work */
    uint64_t moved, asked, tryagain, restarts;
};
struct run_slots {            /* how operations were spread over slots */
    uint64_t operations, hit; /* slots that had any */
    unsigned hottest;
    uint64_t hottest_operations;
};

struct run_result {
    struct tally *rows; /* n_rows of them, as the workload's; total holds their sum */
    int n_rows;
    struct tally total; /* rows that are not aside */
    int64_t elapsed_ns; /* from the start of the measurement to the last reply or loss, and not less
                           than a duration that has passed */
    bool rated;
    struct hist *connect; /* dial to ready (TLS and greeting included), each connection ever made */
    uint64_t reconnects;
    uint64_t pushes;      /* RESP3 pushes seen (invalidations) */
    uint64_t unfinished;  /* sent, not answered when the run ended */
    int64_t oldest_ns;    /* age of the oldest of these */
    uint64_t unsent;      /* due by the schedule and never sent */
    double in_flight;     /* mean number of requests in flight: the connections in a steady
                             closed loop without pipelines, else measured as its integral over time */
    double unanswered_ns; /* time in flight of all requests that were lost or are unfinished */
    struct run_thread *threads;
    int n_threads;
    uint64_t syscalls_read, syscalls_write, waits; /* of the measured part: reads and writes of
                                                      streams, loop turns */
    uint64_t bytes_in, bytes_out;
    struct hist *rps;         /* requests per second in each sample of 250 ms, as whole numbers */
    struct timeline timeline; /* of the measurement */
    struct run_node *nodes;   /* of a cluster, or of a service that sentinels watch */
    int n_nodes;
    struct run_redirects redirects;
    struct run_slots slots;
    struct outages *outages; /* times are since the measurement began; NULL: one server */
    bool interrupted;
    struct err err; /* why it ended early; code 0 = it did not. An error reply under fail_fast:
                       VK_ESERVER and the server's words */
};

/* Turns l until the run is over. 0, also when it ended early with something measured (r->err); < 0
 * with e set when nothing was: VK_ECONNECT, VK_EAUTH, VK_ETLS, VK_EFILE ... Release r in both
 * cases. */
int run_execute(struct loop *l, const struct run_opts *o, const struct workload *w,
                run_sample_fn *sample, void *arg, struct run_result *r, struct err *e) MUST_CHECK;
/* Open the connections and do nothing until a signal comes or one is lost (-I); sample tells how
 * many there are. */
int run_idle(struct loop *l, const struct run_opts *o, run_sample_fn *sample, void *arg,
             struct err *e) MUST_CHECK;
void run_release(struct run_result *r);

/* The figures that a report needs, defined once. */
double run_rate(const struct run_result *r);                  /* requests done per second */
double run_cpu_share(const struct run_result *r, int thread); /* 0..1 */
bool run_generator_limited(const struct run_result *r);       /* a thread above 0.9 */
/* Little's law: how far, relatively, rate x mean latency is from the mean number in flight. NAN
 * when there are too few requests to tell. */
double run_littles_law(const struct run_result *r);
/* How long after its begin an outage's effect was over: the time at which 90 % of the rate before
 * it were reached again for a second, in ns; -1 = not within the run. */
int64_t run_recovered_ns(const struct run_result *r, const struct outage *o);

#endif
