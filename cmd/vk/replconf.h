/* SPDX-License-Identifier: BSD-3-Clause */
/* What a replica says of itself before it asks for the data: REPLCONF name value. */
#ifndef VK_REPLCONF_H
#define VK_REPLCONF_H

#include "fleet.h"

struct replconf {
    const char *name, *value;
    bool must; /* a refusal is the end, otherwise the server is too old to know it */
};

/* Of an address that leads nowhere sentinels make no replica; without one they keep "IP:0" for
 * ever.
 */
#define REPLCONF_NOWHERE                                                                           \
    { "ip-address", "", false }

/* Send all n to every node of f, and turn the loop until they are answered. A node that fails, or
 * refuses what must be, gets why[i] (f->n of them); one whose code is not 0 is left out. *refused:
 * bits of those that a node refused. VK_ECANCEL. */
int replconf_all(struct fleet *f, const struct replconf *settings, int n, struct err *why,
                 unsigned *refused, struct err *e) MUST_CHECK;
/* As the tool does it: one by one, each told on standard error. VK_ESERVER: one that must be is
 * refused; VK_ELOST ... */
int replconf_tool(struct client *c, const struct replconf *settings, int n,
                  struct err *e) MUST_CHECK;

#endif
