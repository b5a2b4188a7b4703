/* SPDX-License-Identifier: BSD-3-Clause */
/* Which node serves which slot of a cluster: the slot of a key, and the map of 16384 slots as the
 * nodes tell it (CLUSTER SLOTS or SHARDS), patched by redirects. No I/O: replies come in as trees.
 * A node keeps its number for the map's life, so that a connection can be filed under it; a node
 * that the topology no longer names is marked gone, and comes back under the same number. */
#ifndef CORE_SLOTS_H
#define CORE_SLOTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "resp/reply.h"

enum {
    SLOTS_COUNT = 16384,
    SLOTS_NODES_MAX = 4096, /* more in one topology is a lie */
    SLOTS_ID_MAX = 40,
};

/* CRC16-XMODEM of the cluster specification (polynomial 0x1021, initial value 0). */
uint16_t slots_crc16(const char *p, size_t len);
/* The slot of a key, 0 .. SLOTS_COUNT - 1: of the text inside the first non-empty {...}, else of
 * the whole key. */
unsigned slots_of_key(const char *key, size_t len);

/* For each slot the shortest text of digits and letters that lies in it, and of these the first in
 * ASCII order: what valkey-benchmark puts for {tag}. */
enum { SLOTS_TAG_MAX = 3 };
typedef char slots_tag[SLOTS_TAG_MAX + 1];
void slots_tags(slots_tag tags[SLOTS_COUNT]);

struct slots_node {
    char *host; /* where to connect to: as announced, or the asked node's host where the
                 * announcement was empty or nil */
    int port;
    char *hostname;            /* announced besides or as the endpoint, for TLS; "" = none */
    char id[SLOTS_ID_MAX + 1]; /* "" = not known (a node that only a redirect named) */
    bool replica;
    bool gone;   /* the last topology does not name it */
    int primary; /* of a replica: its primary's number, -1 = not known */
};

struct slots;

struct slots *slots_new(void);
void slots_free(struct slots *s);

int slots_nodes(const struct slots *s); /* how many numbers were given out */
const struct slots_node *slots_node(const struct slots *s, int node);
/* The number of host:port, -1 = unknown. Hosts are compared without case. */
int slots_find(const struct slots *s, const char *host, int port);
/* The same, which is made known if it is not: a start node, or one that a redirect names. Its text
 * is copied. -1 when there are SLOTS_NODES_MAX already. */
int slots_add(struct slots *s, const char *host, int port);

/* A refresh: begin, take one node's topology after another until they cover every slot, end. Until
 * end the map serves as it was. */
void slots_begin(struct slots *s);
/* The reply of CLUSTER SLOTS or CLUSTER SHARDS (told apart by their shape, RESP2 or RESP3), from
 * node `asked`; merged with what was taken before. An empty or nil host means the asked node's; "?"
 * (not known to that node) is skipped and counted as uncovered. Announced ports outside 1..65535,
 * slots outside the range, a text where a list should be, more nodes than SLOTS_NODES_MAX:
 * VK_EPROTO, and what was taken before stays. An error reply: VK_ESERVER in the server's words
 * ("ERR This instance has cluster support disabled"). tls: with CLUSTER SHARDS take the tls-port
 * where one is announced. */
int slots_take(struct slots *s, const struct reply *r, int asked, bool tls,
               struct err *e) MUST_CHECK;
/* Slots covered by what was taken so far. */
int slots_taken(const struct slots *s);
/* Take it over: nodes no longer named become gone. VK_EPROTO when the nodes' tales differ in more
 * than 5 slots' primaries (the reference's limit; ranges that differ count once), e says between
 * whom; the map is then as it was. */
int slots_end(struct slots *s, struct err *e) MUST_CHECK;
/* Forget what was taken. */
void slots_abandon(struct slots *s);

/* The primary of a slot, -1 = uncovered. */
int slots_primary(const struct slots *s, unsigned slot);
/* Its replicas that are not gone: up to max numbers into out, returns how many there are. */
int slots_replicas(const struct slots *s, unsigned slot, int *out, int max);
/* Primaries that serve at least one slot, in the order of their first slot; likewise all replicas
 * of these. */
int slots_primaries(const struct slots *s, int *out, int max);
int slots_all_replicas(const struct slots *s, int *out, int max);
/* How many slots have a primary in the map that serves; and how many this node has. */
int slots_covered(const struct slots *s);
int slots_owned(const struct slots *s, int node);
/* Where a run of slots with the same primary ends: *end is the last slot of the run that begins at
 * slot; returns its primary or -1. For listings ("0-5460"). */
int slots_run(const struct slots *s, unsigned slot, unsigned *end);

/* MOVED named node as the owner of slot (reference, section 25): a replica of that slot swaps
 * places with its primary, for every slot of that primary only as far as this slot goes; any other
 * node becomes the slot's only one. The same owner again changes nothing. */
void slots_patch(struct slots *s, unsigned slot, int node);
/* How often the map changed (patches and refreshes): a refresh that was wanted at an older number
 * has been overtaken by another. */
uint64_t slots_epoch(const struct slots *s);

/* Whom to ask for the topology, in turn: start nodes first, then all that are known; a node that
 * failed goes to the end, and the list never runs empty. i counts from 0; -1 behind the last. */
int slots_candidate(const struct slots *s, int i);
void slots_failed(struct slots *s, int node);

#endif
