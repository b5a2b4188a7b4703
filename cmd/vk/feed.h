/* SPDX-License-Identifier: BSD-3-Clause */
/* What servers tell of themselves, again and again: each node of the fleet is asked for its INFO in
 * rounds, on one loop, and none waits for another. A node that is lost is connected to again; in a
 * cluster the list of nodes follows the topology. */
#ifndef VK_FEED_H
#define VK_FEED_H

#include "fleet.h"
#include "gauge.h"

enum feed_state {
    FEED_DOWN,       /* no connection; why says the reason once there is one */
    FEED_CONNECTING, /* and since when it was down is in down_ns */
    FEED_UP,
};

struct feed;

struct feed_node {
    struct feed *feed;
    int number; /* of the cluster's slots; -1 = no cluster */
    char name[256];
    struct cluster_door *door;
    struct client *client;
    bool borrowed; /* the client is the run's own */
    enum feed_state state;
    int64_t tried_ns; /* when a connection was last begun */
    int64_t down_ns;  /* since when there is no answer; 0 = there is */
    struct err why;   /* of the last failure; code 0 = none */
    bool asked;       /* INFO is on its way */
    bool settled;     /* this round waits for it no more */
    bool answered;    /* since the last round ended */
    bool leaves;      /* the topology does not name it any more */
    int64_t asked_ns;
    struct buf text; /* of INFO, as it comes */
    struct err refusal;
    bool known; /* now holds something */
    struct gauge before, now;
    struct gauge_rates rates; /* from before to now */
    int64_t ping_ns;          /* how long a PING of ours took in this round; -1 = not known */
    void *mine;               /* the user's */
};

struct feed_opts {
    double interval_s; /* below a millisecond it is one */
    enum fleet_which which;
    bool ping;
    /* A round is over: every node has answered, is down or is late. May submit, must not wait. */
    void (*round)(void *arg);
    /* A node is connected and about to be asked: more may be submitted to it. May be NULL. */
    void (*ask)(void *arg, struct feed_node *n);
    /* A node leaves the list: `mine` is to be released. May be NULL. */
    void (*forget)(void *arg, struct feed_node *n);
    void *arg;
};

struct feed_topology;

struct feed {
    struct run *run;
    struct feed_opts opts;
    struct feed_node **nodes; /* owned, in the order of their slots */
    int n;
    struct loop_timer tick, late;
    int64_t next_ns;
    bool in_round;
    void (*look_at_round)(struct feed *f); /* private: a node waits no more */
    uint64_t rounds;                       /* that are over */
    struct feed_topology *topology;
};

/* Connect (turns the loop), and begin the first round with the next turn. VK_ECONNECT ...: the
 * server, or none of the cluster's, can be reached. To be released whatever comes back. */
int feed_open(struct feed *f, struct run *r, const struct feed_opts *o, struct err *e) MUST_CHECK;
void feed_release(struct feed *f);
/* For ask: one more command; cb hears of it in any case. */
void feed_submit(struct feed_node *n, int argc, const char *const *argv, session_cb *cb, void *arg);
/* One turn of the loop, and what must not happen in a callback. */
void feed_turn(struct feed *f);
/* Stop the rounds for a while: nothing is asked. */
void feed_pause(struct feed *f);
void feed_resume(struct feed *f);
/* A node that says no to INFO, as its error; NULL = none does or some node answers. */
const struct err *feed_refused(const struct feed *f);
/* All nodes together; how many answered. */
int feed_sum(const struct feed *f, struct gauge *sum, struct gauge_rates *rates);
/* A node's name among the others: without its host when all have the same (":6379"). */
const char *feed_short_name(const struct feed *f, int i);
/* "no answer for 3.0 s", "connection refused": why a node shows nothing. */
const char *feed_trouble(const struct feed_node *n, char *text, size_t cap);

#endif
