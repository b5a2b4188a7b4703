/* SPDX-License-Identifier: BSD-3-Clause */
/* CPU time of encoding SET with a 64-byte value: into one buffer against hiredis, then onto the
 * queue with its iovecs, then by patching a template. Ours and hiredis take turns, so that a slow
 * spell of the machine hits both, and the medians are compared. */
#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "resp/template.h"
#include "resp/write.h"

enum { ROUNDS = 21, PER_ROUND = 200000, BATCH = 100, VALUE = 64 };

static const char value[VALUE + 1] =
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
static const char *const argv[] = {"SET", "key:000000012345", value};
static const size_t lens[] = {3, 16, VALUE};

/* Lengths that the compiler cannot know, and bytes that it must believe are read. */
static void touch(const void *p) {
    __asm__ volatile("" : : "r"(p) : "memory");
}

static int64_t cpu_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * CLOCK_NS_PER_S + t.tv_nsec;
}

static void run_buffer(void) {
    struct buf b;
    buf_init(&b, 1 << 20);
    for (int i = 0; i < PER_ROUND; i++) {
        if (i % BATCH == 0) buf_clear(&b);
        touch(lens);
        resp_write_argv(&b, 3, argv, lens);
        touch(b.p);
    }
    buf_release(&b);
}

/* hiredis has no call that appends: each command is a new string. */
static void run_hiredis(void) {
    for (int i = 0; i < PER_ROUND; i++) {
        char *command;
        touch(lens);
        if (redisFormatCommandArgv(&command, 3, (const char **)argv, lens) < 0) abort();
        touch(command);
        redisFreeCommand(command);
    }
}

static void run_queue(void) {
    struct resp_write_queue q;
    struct iovec v[8];
    resp_write_queue_init(&q, 1 << 20);
    for (int i = 0; i < PER_ROUND; i++) {
        touch(lens);
        resp_write_queue_add(&q, 3, argv, lens);
        if (i % BATCH < BATCH - 1) continue;
        touch(v + resp_write_queue_iov(&q, v, 8));
        resp_write_queue_sent(&q, q.len);
    }
    resp_write_queue_release(&q);
}

static void run_template(void) {
    struct resp_template t;
    resp_template_init(&t, 1 << 20);
    if (resp_template_add(&t, 3, argv, lens) < 0) abort();
    int key = resp_template_hole(&t, 1, 4, 12), payload = resp_template_hole(&t, 2, 0, VALUE);
    if (key < 0 || payload < 0 || resp_template_repeat(&t, BATCH)) abort();
    for (int i = 0; i < PER_ROUND; i++) {
        int first = t.commands[i % BATCH].first_hole;
        touch(lens);
        resp_template_digits(&t, first + key, (uint64_t)i * 7919);
        resp_template_bytes(&t, first + payload, value, VALUE);
        touch(t.bytes.p);
    }
    resp_template_release(&t);
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *v) {
    qsort(v, ROUNDS, sizeof *v, by_value);
    return v[ROUNDS / 2];
}

static double ns_per_command(void (*run)(void)) {
    int64_t start = cpu_ns();
    run();
    return (double)(cpu_ns() - start) / PER_ROUND;
}

int main(void) {
    static double ours[ROUNDS], hiredis[ROUNDS], queue[ROUNDS], patch[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        ours[i] = ns_per_command(run_buffer);
        hiredis[i] = ns_per_command(run_hiredis);
        queue[i] = ns_per_command(run_queue);
        patch[i] = ns_per_command(run_template);
    }
    double a = median(ours), b = median(hiredis);
    printf("resp_encode SET 64: ours %.1f ns, hiredis %.1f ns, ratio %.1f (reach >= 3)\n", a, b,
           b / a);
    printf("resp_encode SET 64 as iovec: %.1f ns\n", median(queue));
    printf("resp_encode SET 64 template patch: %.1f ns\n", median(patch));
    return 0;
}
