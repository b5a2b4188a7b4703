/* SPDX-License-Identifier: BSD-3-Clause */
/* See intrinsic.h. The loop does a little work that takes well below a microsecond, and looks at
 * the clock; what it takes longer is time in which something else had the CPU. */
#include "intrinsic.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "intrinsic_report.h"
#include "io/signal.h"
#include "load/hist.h"

enum { ROUNDS = 64, US = 1000 };

/* Something that the compiler cannot leave out. */
static uint32_t work(uint32_t seed) {
    for (int i = 0; i < ROUNDS; i++)
        seed = seed * 1664525u + 1013904223u;
    return seed;
}

static void note_stall(struct intrinsic_result *res, int64_t ns, int64_t at_ns) {
    if (ns < INTRINSIC_STALL_NS) return;
    res->stolen_ns += ns;
    int i = INTRINSIC_WORST;
    while (i > 0 && res->worst[i - 1].ns < ns)
        i--;
    for (int k = INTRINSIC_WORST - 1; k > i; k--)
        res->worst[k] = res->worst[k - 1];
    if (i < INTRINSIC_WORST) res->worst[i] = (struct intrinsic_stall){.ns = ns, .at_ns = at_ns};
}

static int run_native(struct run *r, double seconds) {
    struct intrinsic_result res = {.hist = hist_new()};
    volatile uint32_t kept = 1;
    int64_t begun = clock_now_ns(), until = begun + (int64_t)(seconds * 1e9), then = begun;
    do {
        int64_t start = then;
        kept = work(kept);
        then = clock_now_ns();
        hist_record(res.hist, (uint64_t)(then - start));
        if (then - start >= INTRINSIC_STALL_NS) {
            note_stall(&res, then - start, start - begun);
            intrinsic_report_progress(r, &res, then - begun);
            then = clock_now_ns(); /* what it takes to say so is ours */
        }
    } while (then < until && !signal_stop());
    res.ns = then - begun;
    intrinsic_report(r, &res);
    free(res.hist);
    return 0;
}

/* ---- as the tool ---- */

static int run_face(struct run *r, double seconds) {
    int64_t wanted_us = (int64_t)seconds * 1000000, end_us = clock_wall_us() + wanted_us;
    int64_t worst = 0, runs = 0, end;
    volatile uint32_t kept = 1;
    do {
        int64_t start = clock_wall_us();
        kept = work(kept);
        end = clock_wall_us();
        runs++;
        if (end - start > worst) {
            worst = end - start;
            buf_addf(&r->out, "Max latency so far: %lld microseconds.\n", (long long)worst);
            run_flush(r);
        }
    } while (end <= end_us && !signal_stop());
    double average = (double)wanted_us / (double)runs;
    buf_addf(&r->out,
             "\n%lld total runs (avg latency: %.4f microseconds / %.2f nanoseconds per run).\n"
             "Worst run took %.0fx longer than the average latency.\n",
             (long long)runs, average, average * 1e3, (double)worst / average);
    signal_clear(); /* Ctrl-C is a way to its end like another */
    run_flush(r);
    return 0;
}

int intrinsic_main(struct run *r) {
    double seconds = r->opts->latency.intrinsic.seconds;
    return r->opts->face == FACE_NATIVE ? run_native(r, seconds) : run_face(r, seconds);
}
