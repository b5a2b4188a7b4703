/* SPDX-License-Identifier: BSD-3-Clause */
/* Between the files of workload only. */
#ifndef BENCH_WORKLOAD_IMPL_H
#define BENCH_WORKLOAD_IMPL_H

#include "bench/workload.h"

enum { WORKLOAD_HASH_MAX = 512 };
#define WORKLOAD_TAG_STREAM UINT64_C(0x746167) /* of the random numbers, none of a hole's */

/* The CRC of the cluster specification is linear (initial value 0): a number in a key adds, by
 * exclusive or, what its digits add, each group of three of them by itself. */
enum { WORKLOAD_GROUPS = WORKLOAD_DIGITS / 3, WORKLOAD_GROUP = 1000 };
struct workload_slot_part {
    int hole;
    uint16_t adds[WORKLOAD_GROUPS][WORKLOAD_GROUP]; /* the last digits' group first */
};

/* The command that was just added, its words as they are in the template: what it says of the
 * operation's slot. VK_EUSAGE: its keys and those before are of several slots. */
int workload_slot_add(struct workload *w, int argc, const char *const *argv, const size_t *lens,
                      struct err *e) MUST_CHECK;
/* All commands are there. */
void workload_slot_finish(struct workload *w);

#endif
