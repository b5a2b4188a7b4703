/* SPDX-License-Identifier: BSD-3-Clause */
/* What stands between a command and its server: --read-only, and the question in front of what is
 * dangerous. Native face only; the others send what they are told to. */
#ifndef VK_GUARD_H
#define VK_GUARD_H

#include "run.h"

enum guard_asks {
    GUARD_NEVER,          /* a script: nobody is there */
    GUARD_BY_ENVIRONMENT, /* only when the profile says what the server is */
    GUARD_ASKS,           /* in the shell, also without one: what destroys */
};

/* May argv be sent? A target may stand in front. Asks on the terminal if need be, which takes what
 * was typed ahead with it; a command that is repeated is to be asked about once. Turns the loop.
 * VK_EAUTH: not by who only reads; VK_ECANCEL: it was asked and not confirmed. */
int guard_check(struct run *r, enum guard_asks asks, int argc, const char *const *argv,
                const size_t *lens, struct err *e) MUST_CHECK;

#endif
