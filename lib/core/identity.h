/* SPDX-License-Identifier: BSD-3-Clause */
/* Who a connection is to the server: user, name, what it may read, as commands on it have set them,
 * so that the next connection can be made the same. The database and the protocol are in
 * core/state. What is set inside a transaction is not followed. Private to core, but for the
 * struct. */
#ifndef CORE_IDENTITY_H
#define CORE_IDENTITY_H

#include "core/state.h"

struct identity_wish;

struct identity {
    char *user;     /* of the last AUTH that succeeded; NULL = the default user, or none */
    char *password; /* secret; NULL = none was needed, or it was forgotten */
    char *name;     /* NULL = none */
    bool readonly, no_evict, no_touch;
    struct identity_wish *wishes, **wishes_end; /* asked for and not answered yet, in order */
};

void identity_init(struct identity *i);
/* Wipes the passwords. */
void identity_release(struct identity *i);
/* A command was queued; once for each, its reply follows with identity_reply. */
void identity_submit(struct identity *i, struct verb v, int argc, const char *const *argv,
                     const size_t *lens);
void identity_reply(struct identity *i, struct verb v, enum state_outcome o);
/* Keep the user's name, without the password. */
void identity_forget_password(struct identity *i);
/* What from has is to's now; from is as new. */
void identity_move(struct identity *to, struct identity *from);

#endif
