/* SPDX-License-Identifier: BSD-3-Clause */
/* The few commands that change what a connection is: how its replies come, or what of it would be
 * lost with it. Told from the words alone, with every submit, so quickly. Private to core. */
#ifndef CORE_VERB_H
#define CORE_VERB_H

#include <stddef.h>

#include "core/push.h"

enum verb_kind {
    VERB_PLAIN = 0,
    /* the subscribe family, each the number of its confirmation */
    VERB_SUBSCRIBE = PUSH_SUBSCRIBE,
    VERB_PSUBSCRIBE = PUSH_PSUBSCRIBE,
    VERB_SSUBSCRIBE = PUSH_SSUBSCRIBE,
    VERB_UNSUBSCRIBE = PUSH_UNSUBSCRIBE,
    VERB_PUNSUBSCRIBE = PUSH_PUNSUBSCRIBE,
    VERB_SUNSUBSCRIBE = PUSH_SUNSUBSCRIBE,
    VERB_MONITOR,
    VERB_HELLO,  /* n: the protocol asked for, 0 = none */
    VERB_SELECT, /* n: the database */
    VERB_MULTI,
    VERB_EXEC,
    VERB_DISCARD,
    VERB_WATCH,
    VERB_UNWATCH,
    VERB_RESET,
    VERB_TRACKING, /* n: on or off */
    VERB_REPLY_ON,
    VERB_REPLY_OFF,
    VERB_REPLY_SKIP,
    /* core/identity's, besides HELLO and RESET */
    VERB_AUTH,
    VERB_NAME,     /* CLIENT SETNAME */
    VERB_READONLY, /* n: on or off, as of the next two */
    VERB_NO_EVICT,
    VERB_NO_TOUCH,
};

struct verb {
    enum verb_kind kind;
    int n; /* see the kinds; of the subscribe family how many names it was given */
};

struct verb verb_of(int argc, const char *const *argv, const size_t *lens);

static inline bool verb_subscribes(enum verb_kind k) {
    return k >= VERB_SUBSCRIBE && k <= VERB_SUNSUBSCRIBE;
}

/* It says who the connection is. */
static inline bool verb_identifies(enum verb_kind k) {
    return k >= VERB_AUTH || k == VERB_HELLO || k == VERB_RESET;
}

#endif
