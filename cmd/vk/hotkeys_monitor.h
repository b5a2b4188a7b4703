/* SPDX-License-Identifier: BSD-3-Clause */
/* A sample of MONITOR on every node of a fleet, each over a connection of its own, which is closed
 * as soon as the time is over, the lines are enough, or they come late: who reads too slowly makes
 * the server keep what he has not read. */
#ifndef VK_HOTKEYS_MONITOR_H
#define VK_HOTKEYS_MONITOR_H

#include "fleet.h"
#include "hotkeys_count.h"

struct hotkeys_monitor_opts {
    double seconds;
    uint64_t lines;                            /* of one node */
    void (*turned)(void *arg, uint64_t lines); /* for progress */
    void *arg;
};

/* Counts into c; turns the loop. lagged: nodes that were left early. VK_ECANCEL on a signal,
 * VK_ELOST when a node's connection ended, both with what came until then counted (of the other
 * nodes to the end of the time); VK_EAUTH, VK_ESERVER: MONITOR is refused; VK_ECONNECT ... */
int hotkeys_monitor(struct fleet *f, const struct hotkeys_monitor_opts *o, struct hotkeys_count *c,
                    int *lagged, struct err *e) MUST_CHECK;

#endif
