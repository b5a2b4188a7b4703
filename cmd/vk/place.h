/* SPDX-License-Identifier: BSD-3-Clause */
/* What the server that we are connected to is: primary, replica, sentinel, or a cluster. HELLO says
 * it with the connection; afterwards ROLE is asked now and then, without anybody waiting for it. */
#ifndef VK_PLACE_H
#define VK_PLACE_H

#include "run.h"

struct place {
    struct run *run;
    char role[16]; /* of the connection that stands; "" = not known */
    uint64_t connection;
    int64_t asked_ns;
    struct reply_builder reply;
    bool waiting, refused; /* ROLE: is on its way; is not permitted */
    bool changed;          /* role did, since the last place_look */
};

void place_init(struct place *p, struct run *r);
/* The connection must be gone, or given up by wire_cancel. */
void place_release(struct place *p);
/* A prompt is about to be shown: take what is known, and ask when that is old. */
void place_look(struct place *p);
/* A command went out that may change it. */
void place_note(struct place *p, int argc, const char *const *argv, const size_t *lens);

#endif
