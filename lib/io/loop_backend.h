/* SPDX-License-Identifier: BSD-3-Clause */
/* What loop.c and its two ways to wait, loop_epoll.c and loop_poll.c, share. For lib/io/loop*.c
 * only. A backend calls nothing above it: it says what is ready, loop.c calls the callbacks. */
#ifndef IO_LOOP_BACKEND_H
#define IO_LOOP_BACKEND_H

#include <stddef.h>

#include "io/loop.h"

struct loop_watch {
    struct loop_watch *next, **link; /* the list it is on: live, always ready, or dead */
    loop_fd_fn *fn;
    void *arg;
    int fd;
    unsigned mask;
    size_t slot; /* loop_poll's: place in its array */
    bool always; /* no backend waits for it: ready for whatever the mask asks */
    bool dead;   /* deleted; freed when no round is under way */
};

struct loop_ready {
    struct loop_watch *watch;
    unsigned events;
};

/* A watch with an empty mask is told of a hang-up once, not round after round. */
struct loop_backend {
    const char *name;
    /* NULL with e filled */
    void *(*open)(struct err *e);
    void (*close)(void *state);
    /* 0; VK_MORE: this descriptor cannot be waited for and is always ready; < 0 */
    int (*add)(void *state, struct loop_watch *w, struct err *e);
    /* w->mask has changed */
    void (*mask)(void *state, struct loop_watch *w);
    void (*del)(void *state, struct loop_watch *w);
    /* Wait for wait_ns (0 = look only, -1 = without end) and fill out with at most cap (> 0)
     * entries. How many, or -1 with errno. */
    int (*wait)(void *state, int64_t wait_ns, struct loop_ready *out, int cap);
};

enum { LOOP_BATCH = 256 }; /* the largest cap */

#ifdef __linux__
extern const struct loop_backend loop_epoll;
#endif
extern const struct loop_backend loop_poll;

/* For a backend whose system call counts milliseconds: rounded up, so that it never wakes early. */
static inline int loop_backend_ms(int64_t wait_ns) {
    if (wait_ns < 0) return -1;
    int64_t ms = wait_ns / 1000000 + (wait_ns % 1000000 != 0);
    return ms > INT32_MAX ? INT32_MAX : (int)ms;
}

#endif
