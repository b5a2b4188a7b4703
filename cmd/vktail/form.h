/* SPDX-License-Identifier: BSD-3-Clause */
/* An event as a line of output. */
#ifndef VKTAIL_FORM_H
#define VKTAIL_FORM_H

#include "base/buf.h"
#include "event.h"

enum form_kind {
    FORM_PRETTY,  /* aligned, coloured, for a terminal */
    FORM_PLAIN,   /* a command as MONITOR's own line; a message in the same notation */
    FORM_JSON,    /* one object a line */
    FORM_PAYLOAD, /* of a message, its payload alone */
};

struct form {
    enum form_kind kind;
    bool many;                                /* there is more than one node: name it */
    const char *(*node)(void *arg, int node); /* its name */
    void *arg;
};

/* The head of a command (ev->command) is needed. */
bool form_needs_command(const struct form *f);
/* Append the line with its newline. */
void form_put(const struct form *f, const struct event *ev, struct buf *out);

#endif
