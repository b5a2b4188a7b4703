/* SPDX-License-Identifier: BSD-3-Clause */
/* Asking sentinels where the primary and the replicas of a service are. Each is asked in turn until
 * one has an answer; that one is asked first the next time. The calls turn the loop. */
#ifndef CLIENT_SENTINEL_H
#define CLIENT_SENTINEL_H

#include "client/connopt.h"
#include "io/loop.h"

enum { SENTINEL_REPLICAS_MAX = 64 };

struct sentinel;

/* o has sentinels in it and is borrowed. Nothing is connected yet. VK_ETLS, VK_EUSAGE (TLS files).
 */
int sentinel_new(struct loop *l, const struct connopt *o, struct sentinel **out,
                 struct err *e) MUST_CHECK;
void sentinel_free(struct sentinel *s);

/* The primary that is up. Otherwise e tells what each sentinel said, with VK_ECONNECT, or
 * VK_ETIMEOUT, VK_EAUTH, ... when it was the same with all of them; VK_ECANCEL. The connect
 * time-out is for each sentinel anew. */
int sentinel_primary(struct sentinel *s, struct connopt_place *out, struct err *e) MUST_CHECK;
/* The replicas that are up, in the order in which to try them: each call begins with the next one.
 * There may be none: 0 with *n = 0. Fails as sentinel_primary, which may know more. */
int sentinel_replicas(struct sentinel *s, struct connopt_place out[SENTINEL_REPLICAS_MAX], int *n,
                      struct err *e) MUST_CHECK;
/* The last answer was wrong or leads nowhere: ask the others first. */
void sentinel_doubt(struct sentinel *s);

/* A failover of the service has ended: its new primary. Called from the loop. */
typedef void sentinel_switch_fn(void *arg, const struct connopt_place *primary);
/* Subscribe to failovers at the first sentinel that lets us; stays connected. It takes an object of
 * its own: to ask ends it. What happened before is not told, so ask (another object) after this. */
int sentinel_listen(struct sentinel *s, sentinel_switch_fn *fn, void *arg,
                    struct err *e) MUST_CHECK;
/* False once the connection is gone: listen again. */
bool sentinel_is_listening(const struct sentinel *s);

#endif
