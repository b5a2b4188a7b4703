/* SPDX-License-Identifier: BSD-3-Clause */
/* What taking one line of MONITOR apart costs: its head (what a filter by command, database or
 * address needs), its first key as well, and the whole, for a plain SET, for one with a binary
 * value and for one of 1 KiB. CPU time of the process, ns per line, median of the rounds. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/msg.h"
#include "core/monitor.h"

enum { LINES = 500000, ROUNDS = 7 };

static int64_t cpu_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* ns per line with n arguments of it taken apart. */
static double run(struct monitor *m, const struct buf *line, int n) {
    double rounds[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        int64_t from = cpu_ns();
        for (int j = 0; j < LINES; j++)
            if (monitor_head(m, line->p, line->len) || monitor_args(m, n))
                msg_die(1, "a line was refused");
        rounds[i] = (double)(cpu_ns() - from) / LINES;
    }
    qsort(rounds, ROUNDS, sizeof *rounds, by_value);
    return rounds[ROUNDS / 2];
}

static double run_put(const struct monitor *m) {
    struct buf out;
    buf_init(&out, 1 << 16);
    int64_t from = cpu_ns();
    for (int j = 0; j < LINES; j++) {
        buf_clear(&out);
        if (monitor_put(&out, &m->ev)) msg_die(1, "a line does not fit");
    }
    double ns = (double)(cpu_ns() - from) / LINES;
    buf_release(&out);
    return ns;
}

static void measure(const char *name, const char *value, size_t len) {
    const char *argv[] = {"SET", "key:000000012345", value};
    size_t lens[] = {3, 16, len};
    struct monitor_event ev = {.time_us = 1339518083107412,
                               .addr = "127.0.0.1:60866",
                               .addr_len = 15,
                               .argc = 3,
                               .argv = argv,
                               .lens = lens};
    struct monitor m;
    struct buf line;
    monitor_init(&m, 1024, 1 << 16);
    buf_init(&line, 1 << 16);
    if (monitor_put(&line, &ev)) msg_die(1, "a line does not fit");
    double head = run(&m, &line, 1), key = run(&m, &line, 2), whole = run(&m, &line, INT_MAX);
    printf("monitor %s (%zu bytes): head %.0f ns, key %.0f ns, whole %.0f ns, put %.0f ns\n", name,
           line.len, head, key, whole, run_put(&m));
    monitor_release(&m);
    buf_release(&line);
}

int main(void) {
    char binary[64], large[1024];
    for (size_t i = 0; i < sizeof binary; i++)
        binary[i] = (char)(i * 37);
    memset(large, 'x', sizeof large);
    msg_program("monitor");
    measure("plain", "xxx", 3);
    measure("binary", binary, sizeof binary);
    measure("large", large, sizeof large);
    return 0;
}
