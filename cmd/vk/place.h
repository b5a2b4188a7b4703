/* SPDX-License-Identifier: BSD-3-Clause */
/* What the server that we are connected to is: primary, replica, sentinel, or a cluster. HELLO says
 * it with the connection; afterwards ROLE is asked now and then, without anybody waiting for it. */
#ifndef VK_PLACE_H
#define VK_PLACE_H

#include "ask.h"
#include "resp/reply.h"

struct place {
    struct ask *ask;
    char role[16];        /* of the connection that stands; "" = not known */
    int64_t connected_ns; /* which one that is, as struct wire has it */
    int64_t asked_ns;
    struct ask_question *question; /* ROLE is on its way */
    struct reply_builder reply;
    bool refused; /* it is not permitted */
    bool changed; /* role did, since the last place_look */
};

void place_init(struct place *p, struct ask *a);
void place_release(struct place *p);
/* A prompt is about to be shown: take what is known, and ask when that is old. */
void place_look(struct place *p);
/* A command went out that may change it. */
void place_note(struct place *p, int argc, const char *const *argv, const size_t *lens);

#endif
