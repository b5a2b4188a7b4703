/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of the measurement share. One probe is one key on its way: it is settled when
 * nothing more is in flight for it. */
#ifndef VK_KEYS_MEASURE_IMPL_H
#define VK_KEYS_MEASURE_IMPL_H

#include "base/str.h"
#include "keys_measure.h"

enum want { TYPE = 1 << 0, LENGTH = 1 << 1, MEMORY = 1 << 2, TTL = 1 << 3 };
enum { KEYS_MEASURE_ARGS_MAX = 5 };

/* Of a command that goes through the cluster: its words live until its reply. */
struct detour {
    const char *argv[KEYS_MEASURE_ARGS_MAX];
    size_t lens[KEYS_MEASURE_ARGS_MAX];
    char number[STR_INT_MAX];
    unsigned left; /* asked for one after the other */
};

struct probe {
    struct keys_measure *m;
    struct fleet_node *node;
    struct detour *detour; /* NULL = the node has the key */
    unsigned in_flight;
    bool guessed; /* its type, which TYPE was not asked for */
    bool moved, lost, vanished, changed, refused;
    struct keys_seen seen;
    char name[];
};

/* keys_measure_probe.c */

/* The command behind a want; NULL = there is none for its type. */
const char *keys_measure_command(const struct probe *p, enum want w);
bool keys_measure_is_refused(const struct keys_measure *m, const char *command);
/* What of `wants` is possible. */
int keys_measure_ask(struct probe *p, unsigned wants, struct err *e) MUST_CHECK;
/* A reply has ended: what comes next for the key, or its end, which frees p. */
void keys_measure_go_on(struct probe *p);
int keys_measure_unknown_type(struct keys_measure *m);
/* What is wanted of a key of which nothing is known. */
unsigned keys_measure_wants(const struct keys_measure *m);

/* keys_measure_reply.c */
extern session_cb *const keys_measure_callbacks[]; /* by the number of a want's bit */

#endif
