/* SPDX-License-Identifier: BSD-3-Clause */
/* The machine we run on: its limits, and what a report of a measurement has to say of it. */
#ifndef IO_HOST_H
#define IO_HOST_H

#include <stdint.h>

#include "base/err.h"

/* Raise this process' limit on descriptors so that `wanted` can be open, as far as the hard limit
 * (or root's right to raise it) goes. VK_EFILE, with both figures and what to do, when it does not
 * go far enough; the limit is then as it was. */
int host_need_descriptors(uint64_t wanted, struct err *e) MUST_CHECK;
/* Descriptors open now; where the system does not say, the three standard ones. */
int host_open_descriptors(void);

struct host_facts {
    char name[64], system[128], machine[32],
        cpu[128];      /* "myhost", "Linux 6.1.0", "x86_64", model; "" when unknown */
    char governor[32]; /* of CPU 0's frequency; "" when there is none */
    char clock[32];    /* clock source, "" when unknown */
    int cores;         /* this process may run on */
    char utc[32];      /* now, RFC 3339, seconds */
};
void host_facts(struct host_facts *f);

#endif
