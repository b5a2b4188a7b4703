/* SPDX-License-Identifier: BSD-3-Clause */
/* One connection on one loop: dial, TLS and handshake, then session and socket wired together. A
 * blocking call is "submit, then turn the loop until my reply is in". */
#ifndef CLIENT_CLIENT_H
#define CLIENT_CLIENT_H

#include "client/connopt.h"
#include "core/session.h"
#include "io/loop.h"

struct client;

struct client_hooks {
    session_push_cb *on_push;
    void (*on_lost)(void *arg, const struct err *why); /* the connection ended while open */
    void *arg;
    bool bare;      /* compatible face: no CLIENT SETINFO, no HELLO unless asked */
    bool auth_soft; /* compatible face: a failed AUTH or SELECT is reported by on_soft, and we go on */
    void (*on_soft)(void *arg, const struct err *why);
};

/* o is borrowed for the client's life. Nothing is connected yet. VK_ETLS, VK_EUSAGE (TLS files). */
int client_new(struct loop *l, const struct connopt *o, const struct client_hooks *hooks,
               struct client **out, struct err *e) MUST_CHECK;
void client_free(struct client *c);

/* Connect and shake hands, with the policy's retries; turns the loop. VK_ECONNECT, VK_ETIMEOUT, VK_ETLS,
 * VK_EAUTH, VK_ESERVER, VK_EPROTO, VK_ECANCEL. When already connected, does nothing. */
int client_connect(struct client *c, struct err *e) MUST_CHECK;
bool client_is_open(const struct client *c);
void client_disconnect(struct client *c);

/* Queue a command on the open connection; it leaves at the next turn of the loop or client_flush. A
 * deadline is set from the command time-out unless the command blocks. */
int client_submit(struct client *c, int argc, const char *const *argv, const size_t *lens,
                  session_cb *cb, void *arg, struct err *e) MUST_CHECK;
/* Write what can be written now. */
void client_flush(struct client *c);
/* Stop and restart reading (back-pressure from a slow output). */
void client_pause(struct client *c, bool paused);

/* Submit, turn the loop until the reply is whole, and give the tree (valid until the next call or
 * client_free). An error reply is a reply: 0. */
int client_call(struct client *c, int argc, const char *const *argv, const struct reply **out,
                struct err *e) MUST_CHECK;

struct session *client_session(struct client *c);
struct loop *client_loop(struct client *c);

#endif
