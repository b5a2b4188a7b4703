/* SPDX-License-Identifier: BSD-3-Clause */
/* One connection on one loop: dial, TLS and handshake, then session and socket wired together. A
 * blocking call is "submit, then turn the loop until my reply is in". */
#ifndef CLIENT_CLIENT_H
#define CLIENT_CLIENT_H

#include "client/connopt.h"
#include "core/handshake.h"
#include "io/loop.h"

struct client;

struct client_hooks {
    session_push_cb *on_push;
    void *arg;
    bool bare;     /* no handshake: whoever connects sends what the tool he stands for would send */
    bool readonly; /* READONLY in the handshake: a replica in a cluster may answer */
    bool keeps;    /* a connection that is made anew begins as the last one was: with its user,
                    * database, protocol, name, READONLY, CLIENT NO-EVICT and NO-TOUCH, whatever the
                    * options say. A password that came from them is taken from them again. */
};

/* o is borrowed for the client's life. Nothing is connected yet. VK_ETLS, VK_EUSAGE (TLS files). */
int client_new(struct loop *l, const struct connopt *o, const struct client_hooks *hooks,
               struct client **out, struct err *e) MUST_CHECK;
void client_free(struct client *c);

/* Connect and shake hands, with the policy's retries; turns the loop. VK_ECONNECT, VK_ETIMEOUT,
 * VK_ETLS, VK_EAUTH, VK_ESERVER, VK_EPROTO, VK_ECANCEL. When already connected, does nothing. With
 * sentinels in o they are asked each time, and the server is asked for its ROLE. A connection to a
 * primary on which READONLY was answered ends by itself (VK_ELOST) once nothing is pending on it,
 * so the next connect asks the sentinels again; what was refused may be sent again. */
int client_connect(struct client *c, struct err *e) MUST_CHECK;
/* The same without waiting: one try, on the loop, no sentinels (o has none). why NULL: it stands.
 * Called once unless client_disconnect or client_free give it up; may come before client_start
 * returns. */
typedef void client_started_fn(void *arg, const struct err *why);
void client_start(struct client *c, client_started_fn *done, void *arg);
bool client_is_open(const struct client *c);
/* The open connection, on which nothing is pending, becomes the caller's: c is not open any more,
 * and its TLS context lives as long as c does. For who needs no session: in bulk, or behind SYNC.
 */
struct sock *client_take_sock(struct client *c);
void client_disconnect(struct client *c);

/* Queue a command on the open connection; it leaves with client_flush (or with the next replies). A
 * deadline is set from the command time-out unless the command blocks. VK_ELOST when not open. */
int client_submit(struct client *c, int argc, const char *const *argv, const size_t *lens,
                  session_cb *cb, void *arg, struct err *e) MUST_CHECK;
/* Write what can be written now. */
void client_flush(struct client *c);
/* Give up all pending commands (Ctrl-C): each hears VK_ECANCEL; what still comes for them is
 * dropped. */
void client_cancel(struct client *c);
/* Submit, turn the loop until the reply is whole, and give the tree (valid until the next call or
 * client_free). An error reply is a reply: 0. Never from a callback (asserted). */
int client_call(struct client *c, int argc, const char *const *argv, const struct reply **out,
                struct err *e) MUST_CHECK;

/* Never NULL once connected; after a loss its sticky error says why. */
struct session *client_session(struct client *c);
/* "127.0.0.1:6379, TLSv1.3 TLS_AES_256_GCM_SHA384, RESP3, database 2" of an open connection. */
const char *client_describe(const struct client *c, char *text, size_t cap);
/* "127.0.0.1:6379" of the present or the last connection; with sentinels "NAME (127.0.0.1:6379)".
 */
const char *client_where(const struct client *c);
/* What the server called itself when the connection was made; with RESP2 it was not asked. */
const struct handshake_said *client_said(const struct client *c);
/* A phrase for the user about what the connection leads to: no replica was in reach and this is the
 * primary. NULL: there is nothing to say. */
const char *client_note(const struct client *c);
/* READONLY has come where a primary was wanted: submit no more, and the connection will end. */
bool client_is_demoted(const struct client *c);
/* Why the connection ended or is broken, in words for the user; code 0 while it is well. */
const struct err *client_error(const struct client *c);

#endif
