/* SPDX-License-Identifier: BSD-3-Clause */
/* The inside of struct slots, for lib/core/slots*.c only. */
#ifndef CORE_SLOTS_IMPL_H
#define CORE_SLOTS_IMPL_H

#include "core/slots.h"

enum { SLOTS_NOBODY = 0xffff, SLOTS_HOST_MAX = 255 };

/* What the refresh under way says of a node. */
struct slots_tale {
    bool named, replica;
    int primary;
    char id[SLOTS_ID_MAX + 1];
    char hostname[SLOTS_HOST_MAX + 1];
};

struct slots {
    struct slots_node *nodes;
    struct slots_tale *tales; /* by node number, as long as nodes */
    int *order;               /* node numbers, in which to ask */
    int n, cap;
    uint16_t map[SLOTS_COUNT];
    uint16_t taken[SLOTS_COUNT];
    int n_taken, n_disputes;
    char dispute[128]; /* the first one */
    uint64_t epoch;
};

#endif
