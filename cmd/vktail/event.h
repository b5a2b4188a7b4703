/* SPDX-License-Identifier: BSD-3-Clause */
/* What is tailed, on its way from a source to the sinks. Nothing in an event is owned by it: it is
 * valid during the call that it is given to. */
#ifndef VKTAIL_EVENT_H
#define VKTAIL_EVENT_H

#include <stdbool.h>

#include "core/monitor.h"
#include "core/push.h"

enum event_kind {
    EVENT_COMMAND, /* a line of MONITOR */
    EVENT_MESSAGE, /* of pub/sub; also a keyspace notification */
    EVENT_ENTRY,   /* of a stream */
    EVENT_GAP,     /* a node was not heard for a while */
    EVENT_DROPPED, /* the output could not take so many events */
};

struct event_text {
    const char *p;
    size_t len;
};

struct event {
    enum event_kind kind;
    int node;        /* struct node's number; -1 = none */
    int64_t time_us; /* since 1970: the server's of a command, ours of everything else */

    /* EVENT_COMMAND */
    struct event_text line;  /* as the server printed it, without '+' and CRLF */
    struct monitor *command; /* the same, its head taken apart; NULL = it is malformed, */
    bool unread;             /* or nobody needs more than the line; time_us is then not known */

    /* EVENT_MESSAGE */
    enum push_kind push;                         /* PUSH_MESSAGE, PUSH_PMESSAGE, PUSH_SMESSAGE */
    struct event_text channel, pattern, payload; /* pattern: of a PUSH_PMESSAGE */

    /* of a keyspace notification also what it means; event.p NULL = it is none */
    struct event_text event; /* "expired" */
    int db;

    /* EVENT_ENTRY; the key also of a keyspace notification */
    struct event_text key, id;
    const struct event_text *fields; /* names and values by turns */
    size_t n_fields;                 /* both together */

    /* EVENT_GAP: time_us is its end */
    int64_t from_us;
    const char *why;

    /* EVENT_DROPPED */
    uint64_t dropped;
};

#endif
