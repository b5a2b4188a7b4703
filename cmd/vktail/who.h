/* SPDX-License-Identifier: BSD-3-Clause */
/* Who sent a command: what CLIENT LIST says of the address that MONITOR prints. Each node's list is
 * read again every few seconds, and sooner when an address comes up that is not in it; never so
 * often that a server had much to do for it. Nothing here waits: until the list is there the client
 * is not known. */
#ifndef VKTAIL_WHO_H
#define VKTAIL_WHO_H

#include "core/clients.h"
#include "event.h"
#include "nodes.h"

struct who;

/* nodes is borrowed. */
struct who *who_new(struct nodes *nodes);
/* NULL is legal; while the nodes are there, or after they were released. */
void who_free(struct who *w);
/* In front of each turn of the loop: asks what is due. */
void who_look(struct who *w);
/* The client behind a command, valid until the loop turns; NULL: not known. arg is the who. */
const struct clients_entry *who_of(void *arg, const struct event *ev);

#endif
