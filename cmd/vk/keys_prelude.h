/* SPDX-License-Identifier: BSD-3-Clause */
/* What is asked of the servers before a walk that measures: how much memory they use, how they
 * evict, and that measuring a key does not count as use of it. */
#ifndef VK_KEYS_PRELUDE_H
#define VK_KEYS_PRELUDE_H

#include "fleet.h"

struct keys_prelude {
    uint64_t used_bytes; /* of all nodes; 0 = one of them did not say */
    bool lfu;            /* all of them evict by use counted */
    bool touches;        /* one of them knows no CLIENT NO-TOUCH */
    struct err
        refused; /* VK_EAUTH and the reply: one of them does not let us ask INFO; or code 0 */
};

/* Turns the loop. What a server refuses to say stays unknown. VK_ELOST ... */
int keys_prelude(struct fleet *f, struct keys_prelude *out, struct err *e) MUST_CHECK;

#endif
