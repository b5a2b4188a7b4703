/* SPDX-License-Identifier: BSD-3-Clause */
/* What to do with an error that a cluster (or a failover) gives instead of a reply: a pure function
 * of the error, of the tries so far and of the budgets (design, rule 9). vk, vktail and vkbench
 * decide by this one. The numbers are the Python clients' (reference, section 25). */
#ifndef CORE_ROUTE_H
#define CORE_ROUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/errclass.h"

struct route_opts {
    int redirects;         /* sends of one command to a target: 16 */
    int attempts;          /* whole new starts after CLUSTERDOWN, a loss, an uncovered slot: 3 */
    int moved_per_refresh; /* every so manieth MOVED refreshes the map: 5; 0 = none does, 1 = each
                            */
    int64_t tryagain_wait_ns; /* TRYAGAIN in the second half of the budget: 50 ms */
    int64_t down_wait_ns;     /* CLUSTERDOWN, MASTERDOWN, LOADING: 250 ms */
    bool follow;              /* false: MOVED and ASK are given to the user */
};

#define ROUTE_OPTS_DEFAULT                                                                         \
    (struct route_opts) {                                                                          \
        .redirects = 16, .attempts = 3, .moved_per_refresh = 5, .tryagain_wait_ns = 50000000,      \
        .down_wait_ns = 250000000, .follow = true                                                  \
    }

/* One command's way. Zeros = not sent yet. */
struct route {
    int sends;     /* to its target since the last new start */
    int starts;    /* new starts */
    int tryagains; /* so far, for statistics and messages */
};

enum route_action {
    ROUTE_ANSWER,  /* no routing matter: the error is the command's reply */
    ROUTE_MOVED,   /* slot now belongs to host:port: patch the map, look the slot up again, send */
    ROUTE_ASK,     /* this once, ASKING first on the same connection: host:port */
    ROUTE_AGAIN,   /* to the same node, after wait_ns */
    ROUTE_RESTART, /* refresh the map, look the slot up anew, send after wait_ns */
    ROUTE_GIVE_UP, /* the budget is spent, or it may not be sent again: the error stands */
};

struct route_decision {
    enum route_action action;
    bool refresh;     /* the map is to be refreshed as well (MOVED: before the next lookup) */
    unsigned slot;    /* of a redirect */
    const char *host; /* of a redirect, else NULL: inside the error's text, not terminated; length 0
                         = the same host as the node that answered */
    size_t host_len;
    int port;
    int64_t wait_ns;
};

/* A node answered with the error text (without '-'). moved is the cluster's count of MOVED so far,
 * raised here with each. A MOVED or ASK that cannot be read (no slot below 16384, no port) is an
 * answer; one whose host is "?" is a RESTART. An IPv6 address may stand bare or in brackets before
 * the last colon. */
struct route_decision route_error(struct route *r, const struct route_opts *o, const char *text,
                                  size_t len, uint64_t *moved);
/* No answer came: the connection was lost or could not be made, of a command that was sent or not,
 * and only reads or not. A write whose reply was lost is not sent again: GIVE_UP (design, rule 11).
 */
struct route_decision route_failure(struct route *r, const struct route_opts *o, bool sent,
                                    bool reads_only);
/* The slot has no owner in the map: RESTART (refresh), or GIVE_UP. */
struct route_decision route_uncovered(struct route *r, const struct route_opts *o);
/* Call before every send; false: the budget of sends is spent. */
bool route_may_send(struct route *r, const struct route_opts *o);
/* "MOVED 12182 -> 127.0.0.1:7002 (patch)", "TRYAGAIN, again in 50 ms (9 of 16)" for
 * --trace-redirects; printable whatever the server said. */
const char *route_explain(const struct route_decision *d, const struct route *r,
                          const struct route_opts *o, char *text, size_t cap);

#endif
