/* SPDX-License-Identifier: BSD-3-Clause */
/* The walk through the keyspace under --scan, --bigkeys, --unlink, --export and their like: SCAN on
 * every node of a fleet at once, COUNT chosen so that a call stays under a few milliseconds of
 * server time, a node's next page asked for while work on the last one is still in flight. Every
 * key that is there from the begin to the end is given at least once, also when slots move
 * meanwhile. */
#ifndef VK_SWEEP_H
#define VK_SWEEP_H

#include "fleet.h"

struct sweep_key {
    const char *p;
    size_t len;
};

struct sweep;

/* A page of node's keys has come, and is valid until the call returns; n may be 0. What is
 * submitted on node->client for them is announced by sweep_owe, and each reply by sweep_paid:
 * beyond a window of those no further page is asked for. <0 with e: the sweep ends. */
typedef int sweep_page_fn(void *arg, struct fleet_node *node, const struct sweep_key *keys,
                          size_t n, struct err *e);

struct sweep_opts {
    const struct options_sweep *which; /* pattern, type, COUNT */
    double pause_s;                    /* between two calls to one node (-i) */
    const uint64_t *cursors;           /* begin there, one a node; NULL = from the first key */
    sweep_page_fn *page;
    void (*turned)(void *arg); /* after each turn of the loop: progress, output; may be NULL */
    void *arg;
};

/* fleet and o are borrowed. */
struct sweep *sweep_new(struct fleet *f, const struct sweep_opts *o);
void sweep_free(struct sweep *s);
void sweep_owe(struct sweep *s, struct fleet_node *node, size_t commands);
void sweep_paid(struct sweep *s, struct fleet_node *node);
/* Enough (--limit): ask for no more, and let what is owed come in. */
void sweep_stop(struct sweep *s);
/* Turn the loop until every node's cursor is 0 and nothing is owed. 0; VK_ECANCEL on a signal, with
 * sweep_cursor telling where each node was; VK_ELOST ... when a node was lost for good, VK_EAUTH
 * when SCAN is not allowed, VK_ESERVER for another refusal. */
int sweep_run(struct sweep *s, struct err *e) MUST_CHECK;
uint64_t sweep_cursor(const struct sweep *s, const struct fleet_node *node);
/* Keys given so far, and calls of SCAN. */
uint64_t sweep_seen(const struct sweep *s);
uint64_t sweep_calls(const struct sweep *s);

#endif
