/* SPDX-License-Identifier: BSD-3-Clause */
/* Keys that a sweep gives, measured: TYPE, the length by the type's own command, MEMORY USAGE and
 * PTTL as they are wanted, pipelined, and what comes of it goes to keys_stats. A command that the
 * server refuses is said once and done without. A key whose slot has moved away is asked for where
 * it is. */
#ifndef VK_KEYS_MEASURE_H
#define VK_KEYS_MEASURE_H

#include "keys_guess.h"
#include "keys_report.h"
#include "keys_stats.h"
#include "sweep.h"

enum { KEYS_MEASURE_REFUSED_MAX = 16, KEYS_MEASURE_WHY_MAX = 160 };

struct keys_measure {
    /* set by the caller */
    struct run *run;
    struct sweep *sweep;
    struct keys_stats *stats;
    bool elements, bytes, ttls;
    int64_t samples;          /* of MEMORY USAGE; -1 = the server's own default */
    const char *type;         /* that all keys have (--type); NULL = to be asked for */
    struct keys_guess *guess; /* NULL = TYPE is asked of every key */
    /* what came */
    uint64_t vanished, changed, unknown;
    int n_refused;
    struct keys_report_refused refused[KEYS_MEASURE_REFUSED_MAX]; /* `why` points into this */
    char why[KEYS_MEASURE_REFUSED_MAX][KEYS_MEASURE_WHY_MAX];
    bool forbidden;        /* one of these by NOPERM */
    uint64_t detours;      /* keys that are being asked for elsewhere */
    session_cb *const *on; /* private: what hears replies */
};

/* Keys have come: as a sweep_page_fn. */
int keys_measure_page(struct keys_measure *m, struct fleet_node *node, const struct sweep_key *keys,
                      size_t n, struct err *e) MUST_CHECK;
/* The command was refused with this reply, and is done without from now on. command is borrowed. */
void keys_measure_do_without(struct keys_measure *m, const char *command, const char *reply,
                             size_t len);
/* To be called in each turn: what goes elsewhere leaves with it. */
void keys_measure_turn(struct keys_measure *m);
/* Whoever still waits elsewhere is given up. Before the sweep is freed. */
void keys_measure_end(struct keys_measure *m);

#endif
