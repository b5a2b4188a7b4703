/* SPDX-License-Identifier: BSD-3-Clause */
/* The values of secrets taken out of commands before anybody shows or records them. */
#ifndef VKTAIL_REDACTION_H
#define VKTAIL_REDACTION_H

#include "base/buf.h"
#include "event.h"

struct redaction {
    const char **argv; /* of the command whose secrets were taken out last */
    size_t *lens;
    bool *secret;
    int cap;
    struct buf line;
};

void redaction_init(struct redaction *r);
void redaction_release(struct redaction *r);
/* A line of MONITOR that holds no secret for sure, by its command's name. */
bool redaction_passes(struct event_text line);
/* Take them out of *ev, until the next call: of a command that holds one, the arguments are others
 * and ev->line is gone (p NULL); of one that may and whose line is malformed, the line ends behind
 * the command's name and ev->command is gone. */
void redaction_apply(struct redaction *r, struct event *ev);

#endif
