/* SPDX-License-Identifier: BSD-3-Clause */
/* What sentinels say, read: SENTINEL MASTERS and SENTINEL REPLICAS as RESP2 has them (flat arrays
 * of names and values) and RESP3 (maps), and the message of a failover. Whatever does not fit
 * counts as not said. */
#ifndef CLIENT_SENTINEL_REPLY_H
#define CLIENT_SENTINEL_REPLY_H

#include "client/connopt.h"
#include "resp/reply.h"

/* The service of that name among SENTINEL MASTERS, watched by at least so many other sentinels;
 * else NULL and e: VK_ESTATE it is not there, VK_ECONNECT too few, VK_EPROTO. */
const struct reply *sentinel_reply_service(const struct reply *masters, const char *service,
                                           int64_t peers, struct err *e);
/* Where its primary is. VK_ECONNECT: flagged as down, or not as a primary; VK_EPROTO. */
int sentinel_reply_primary(const struct reply *service, struct connopt_place *out,
                           struct err *e) MUST_CHECK;
/* The replicas that are up, max at most; how many. */
int sentinel_reply_replicas(const struct reply *replicas, struct connopt_place *out, int max);
/* The new primary in the text of a +switch-master, if that is about this service. */
bool sentinel_reply_switch(const struct reply *text, const char *service,
                           struct connopt_place *out);

#endif
