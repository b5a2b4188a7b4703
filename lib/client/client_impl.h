/* SPDX-License-Identifier: BSD-3-Clause */
/* The inside of struct client, shared by client.c (a standing connection), client_attempt.c (making
 * one) and client_connect.c (where to, and how often). Each knows those before it alone; sentinel.c
 * stands between the last two. For lib/client only. */
#ifndef CLIENT_IMPL_H
#define CLIENT_IMPL_H

#include "client/client.h"
#include "core/identity.h"
#include "resp/reply.h"

enum { CLIENT_HUGE_BYTES = 64 << 20 }; /* an argument that may pass the server's bulk limit */

struct attempt;
struct sentinel;

struct client {
    struct loop *loop;          /* borrowed */
    const struct connopt *opts; /* borrowed, or door */
    struct client_hooks hooks;
    struct tls_ctx *tls;     /* NULL = plain */
    struct session *session; /* of the present or the last connection */
    struct sock *sock;       /* NULL = not connected */
    struct loop_watch *watch;
    struct loop_timer timer;      /* the session's earliest deadline */
    struct loop_timer again;      /* the stream has more than was read in one go */
    struct attempt *attempt;      /* under way; NULL = none is */
    struct probe *probe;          /* the connection is lost, and the second knock under way */
    struct err error;             /* why the connection ended; code 0 while it is well */
    char refusal[256];            /* the server's words when it does not want the connection */
    struct reply_builder builder; /* client_call's reply */
    struct buf secret;            /* the password during the handshake */
    char *in;                     /* read buffer */
    char where[256];              /* of the present or the last connection, for messages */
    unsigned in_callback;         /* depth: the blocking API is forbidden inside */
    struct handshake_said said;
    bool stood;    /* the session's connection was open, or is: what follows is of use */
    bool has_kept; /* what the last one that stood was like: */
    struct identity kept;
    int kept_db, kept_protocol;
    bool write_waits, write_failed, sent_huge;
    struct rng rng; /* jitter of reconnects */

    /* with sentinels */
    struct sentinel *sentinel;   /* NULL = opts say where the server is */
    const struct connopt *given; /* borrowed; door is made of it */
    struct connopt door;         /* the same, leading to place */
    struct connopt_place place;  /* what the sentinels named last */
    char note[160];              /* what the user should know about the choice; empty = nothing */
    bool wants_primary;          /* so a READONLY means that the sentinels must be asked again, */
    bool demoted;                /* and here came one */
};

/* Close the socket and leave the session as it is. */
void client_drop(struct client *c);
/* End the connection for the reason in why: the session hears of it. */
void client_end(struct client *c, const struct err *why);
/* The loop's callback for an open connection. */
void client_on_ready(void *arg, unsigned events);
/* Turn the loop while *code is VK_MORE. VK_ECANCEL on a stop signal. */
int client_turn_until(struct client *c, const int *code, struct err *e);

/* client_new and client_free, without sentinels. */
int client_attempt_new(struct loop *l, const struct connopt *o, const struct client_hooks *hooks,
                       struct client **out, struct err *e) MUST_CHECK;
void client_attempt_free(struct client *c);
/* As client_start, to where opts lead now; a running one is given up. */
void client_attempt_start(struct client *c, client_started_fn *done, void *arg);
/* Give up a running one, without a callback. */
void client_attempt_cancel(struct client *c);
/* The same, waited for: as client_connect, without the retries. */
int client_attempt(struct client *c, struct err *e) MUST_CHECK;
/* Turn the loop for so long. VK_ECANCEL on a stop signal. */
int client_attempt_sleep(struct client *c, int64_t ns, struct err *e) MUST_CHECK;

#endif
