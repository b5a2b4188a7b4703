/* SPDX-License-Identifier: BSD-3-Clause */
/* The walk through the keyspace under --scan, --bigkeys, --unlink, --export and their like: SCAN on
 * every node of a fleet at once, COUNT chosen so that a call stays under a few milliseconds of
 * server time, a node's next page asked for while work on the last one is still in flight. Every
 * key that is there from the begin to the end is given at least once, also when connections are
 * lost or slots move meanwhile. In a compatible face it sends what the tool sends. */
#ifndef VK_SWEEP_H
#define VK_SWEEP_H

#include "fleet.h"

#define SWEEP_THROUGH UINT64_MAX /* as a cursor: nothing is left of that node */

struct sweep_key {
    const char *p;
    size_t len;
};

struct sweep;

/* Some of node's keys have come, and are valid until the call returns; n > 0. What is submitted on
 * node->client for them is announced by sweep_owe, and the end of each by sweep_paid, whatever its
 * code: beyond a window of those no further page is asked for. When a connection is lost, keys
 * whose commands got no reply are given again on the next one. <0 with e: the sweep ends; but
 * VK_ELOST, as client_submit has it, means that the keys are to be given again. */
typedef int sweep_page_fn(void *arg, struct fleet_node *node, const struct sweep_key *keys,
                          size_t n, struct err *e);
/* The node's walk begins anew, as its connection leads to another server process, or a restarted
 * one: who counts keys forgets those of this node. */
typedef void sweep_anew_fn(void *arg, struct fleet_node *node);

struct sweep_opts {
    const struct options_sweep *which; /* pattern, type, COUNT; NULL = every key */
    double pause_s;                    /* between two calls to one node (-i) */
    const uint64_t *cursors;           /* begin there, one a node, or SWEEP_THROUGH; NULL = from the
                                        * first key */
    sweep_page_fn *page;
    sweep_anew_fn *anew;       /* may be NULL */
    void (*turned)(void *arg); /* after each turn of the loop: progress, output; may be NULL */
    void *arg;
};

/* f and what o points to are borrowed. Nodes may be added to f by the sweep, up to f->max. */
struct sweep *sweep_new(struct fleet *f, const struct sweep_opts *o);
/* What is still in flight on the nodes' connections is cancelled. */
void sweep_free(struct sweep *s);
void sweep_owe(struct sweep *s, struct fleet_node *node, size_t commands);
void sweep_paid(struct sweep *s, struct fleet_node *node);
/* Enough (--limit): ask for no more, and let what is owed come in; what is lost of it is not given
 * again, and sweep_run tells it (VK_ELOST). */
void sweep_stop(struct sweep *s);
/* Turn the loop until every node's cursor is 0 and nothing is owed. 0; VK_ECANCEL on a signal, with
 * sweep_cursor telling where each node was, after a moment for what is owed; VK_ELOST, VK_ECONNECT
 * ... when a node was lost for good, VK_EAUTH when SCAN is not allowed, VK_ESERVER for another
 * refusal, VK_EUSAGE for a quoted pattern that cannot be read. */
int sweep_run(struct sweep *s, struct err *e) MUST_CHECK;
/* Where node's walk can be taken up again: all that was given before has been paid. 0 = at the
 * begin, or it is through (sweep_is_through). */
uint64_t sweep_cursor(const struct sweep *s, const struct fleet_node *node);
bool sweep_is_through(const struct sweep *s, const struct fleet_node *node);
/* Keys given so far. */
uint64_t sweep_seen(const struct sweep *s);
/* Keys in the databases that are walked, as of the begin (0 = not known), and about how many of
 * them the walk has gone past, whether they matched or not. For progress. */
uint64_t sweep_total(const struct sweep *s);
uint64_t sweep_passed(const struct sweep *s);

#endif
