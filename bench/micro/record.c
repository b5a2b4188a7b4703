/* SPDX-License-Identifier: BSD-3-Clause */
/* CPU time per command of taking its times: a stamp written when it is submitted and read when it
 * is done, and its latency recorded in a histogram. Commands come in batches of 16 with one look at
 * the clock for each batch that goes out and one for each that comes back. Latencies spread over
 * four decades, so that the buckets do not all stay in one cache line. Medians over rounds. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "load/hist.h"
#include "load/keygen.h"

enum { ROUNDS = 21, PER_ROUND = 1 << 20, BATCH = 16, IN_FLIGHT = 1024 };

struct stamp {
    int64_t intended_ns, submit_ns;
};

static int64_t cpu_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * CLOCK_NS_PER_S + t.tv_nsec;
}

/* Each command's age at its submission: 10 us to 100 ms, as many below as above 1 ms. */
static void draw_ages(int64_t *ages) {
    for (uint64_t i = 0; i < IN_FLIGHT; i++) {
        int64_t scale = 10000;
        for (uint64_t n = keygen_below(keygen_bits(1, 0, i), 4); n; n--)
            scale *= 10;
        ages[i] = scale + (int64_t)keygen_below(keygen_bits(1, 1, i), (uint64_t)(9 * scale));
    }
}

static void submit(struct stamp *stamps, const int64_t *ages, int from) {
    int64_t now_ns = clock_now_ns();
    for (int i = from; i < from + BATCH; i++)
        stamps[i % IN_FLIGHT] = (struct stamp){now_ns - ages[i % IN_FLIGHT], now_ns};
}

static void done(struct hist *response, const struct stamp *stamps, int from) {
    int64_t now_ns = clock_now_ns();
    for (int i = from; i < from + BATCH; i++)
        hist_record(response, (uint64_t)(now_ns - stamps[i % IN_FLIGHT].intended_ns));
}

/* Half of what may be in flight is, so a stamp is not read just after it was written. */
static void run(struct hist *response, struct stamp *stamps, const int64_t *ages) {
    for (int i = 0; i < IN_FLIGHT / 2; i += BATCH)
        submit(stamps, ages, i);
    for (int i = 0; i < PER_ROUND; i += BATCH) {
        submit(stamps, ages, i + IN_FLIGHT / 2);
        done(response, stamps, i);
    }
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(void) {
    static struct stamp stamps[IN_FLIGHT];
    static int64_t ages[IN_FLIGHT];
    static double ns[ROUNDS];
    struct hist *response = hist_new();
    draw_ages(ages);
    for (int i = 0; i < ROUNDS; i++) {
        int64_t start = cpu_ns();
        run(response, stamps, ages);
        ns[i] = (double)(cpu_ns() - start) / PER_ROUND;
    }
    if (response->count != (uint64_t)ROUNDS * PER_ROUND) abort();
    qsort(ns, ROUNDS, sizeof *ns, by_value);
    printf("record: stamp and record a command %.1f ns (reach <= 60)\n", ns[ROUNDS / 2]);
    free(response);
    return 0;
}
