/* SPDX-License-Identifier: BSD-3-Clause */
/* CPU time of a key's slot, by its length. Medians over rounds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "core/slots.h"

enum { ROUNDS = 21, SHORT = 16, LONG = 4096, BYTES_PER_ROUND = 1 << 24 };

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Each key differs, so that nothing is left out. */
static double ns_per_key(char *key, size_t len, unsigned *sum) {
    double ns[ROUNDS];
    int keys = BYTES_PER_ROUND / (int)len;
    for (int r = 0; r < ROUNDS; r++) {
        int64_t start = clock_process_cpu_ns();
        for (int i = 0; i < keys; i++) {
            memcpy(key, &i, sizeof i);
            *sum += slots_of_key(key, len);
        }
        ns[r] = (double)(clock_process_cpu_ns() - start) / keys;
    }
    qsort(ns, ROUNDS, sizeof *ns, by_value);
    return ns[ROUNDS / 2];
}

int main(void) {
    static char key[LONG];
    unsigned sum = 0;
    memset(key, 'x', sizeof key);
    double few = ns_per_key(key, SHORT, &sum), many = ns_per_key(key, LONG, &sum);
    printf("keyslot: 16-byte key %.1f ns (reach <= 30), long ones %.0f MB/s (reach >= 200)\n", few,
           LONG / many * 1e3);
    return sum == 0; /* and it is used */
}
