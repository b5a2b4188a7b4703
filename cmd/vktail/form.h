/* SPDX-License-Identifier: BSD-3-Clause */
/* An event as a line of output. */
#ifndef VKTAIL_FORM_H
#define VKTAIL_FORM_H

#include "base/buf.h"
#include "core/clients.h"
#include "event.h"

enum form_kind {
    FORM_PRETTY,  /* aligned, coloured, for a terminal */
    FORM_PLAIN,   /* a command as MONITOR's own line; a message in the same notation */
    FORM_JSON,    /* one object a line */
    FORM_PAYLOAD, /* of a message, its payload alone */
};

enum form_time {
    FORM_ABSOLUTE, /* local time of day */
    FORM_RELATIVE, /* since the first event */
    FORM_DELTA,    /* since the event before it */
};

struct form {
    enum form_kind kind;
    bool safe;                                /* a terminal reads it: no byte may drive it */
    bool many;                                /* there is more than one node: name it */
    const char *(*node)(void *arg, int node); /* its name */
    void *arg;
    /* the client behind a command; NULL = nobody asks, or it is not known */
    const struct clients_entry *(*client)(void *arg, const struct event *ev);
    void *client_arg;
    /* FORM_PRETTY */
    enum form_time time;
    bool date;   /* in front of the time of day */
    bool colour; /* by the command's class */
    int columns; /* to which a line is cut; 0 = none is */
    /* private */
    int64_t first_us, last_us; /* 0 = none yet */
    int64_t day_s;             /* what day_text says */
    char day_text[24];
    int node_columns, client_columns, channel_columns; /* the widest so far */
};

/* Commands are shown with all their arguments. */
bool form_needs_arguments(const struct form *f);
/* Append the line with its newline. */
void form_put(struct form *f, const struct event *ev, struct buf *out);

#endif
