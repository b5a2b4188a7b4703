/* SPDX-License-Identifier: BSD-3-Clause */
/* The event loop: descriptors, timers, signals' wake-ups. epoll on Linux, poll(2) elsewhere or when
 * the environment says VK_LOOP=poll. One per thread. A descriptor is registered once and stays
 * registered; a regular file, which epoll refuses, counts as always ready. Callbacks may add,
 * change and delete anything, themselves included. */
#ifndef IO_LOOP_H
#define IO_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct loop;
struct loop_watch;

enum { LOOP_READ = 1, LOOP_WRITE = 2, LOOP_HANGUP = 4 }; /* HANGUP is reported, never asked for */

typedef void loop_fd_fn(void *arg, unsigned events);
typedef void loop_fn(void *arg);

/* Caller-owned; zero it before first use; must not be freed while set. */
struct loop_timer {
    loop_fn *fn;
    void *arg;
    int64_t at_ns;
    uint32_t index; /* private: place in the heap + 1, 0 = not set */
};

/* NULL with e filled when the kernel refuses. */
struct loop *loop_new(struct err *e);
void loop_free(struct loop *l);

/* Watch fd for mask (may be 0). The watch is owned by the loop until loop_del, which comes before
 * the descriptor is closed. A hang-up comes with all that the mask asks for, so that reading finds
 * the last bytes and the end; under an empty mask it is told once. */
int loop_add(struct loop *l, int fd, unsigned mask, loop_fd_fn *fn, void *arg,
             struct loop_watch **out, struct err *e) MUST_CHECK;
void loop_mask(struct loop *l, struct loop_watch *w, unsigned mask);
/* Stop watching; does not close the descriptor. NULL is legal. */
void loop_del(struct loop *l, struct loop_watch *w);

/* (Re)arm t to fire once at at_ns (monotonic). */
void loop_timer_set(struct loop *l, struct loop_timer *t, int64_t at_ns);
void loop_timer_clear(struct loop *l, struct loop_timer *t);

/* fn runs each time the loop is about to block (to flush output); one of them. NULL removes it. */
void loop_before_wait(struct loop *l, loop_fn *fn, void *arg);

/* Wait for and run what is ready: at most until until_ns (0 = do not wait, -1 = without end).
 * Returns after one round. VK_ECANCEL when a signal handler interrupted the wait with nothing run,
 * else 0. */
int loop_turn(struct loop *l, int64_t until_ns);
/* The clock as of the last wake-up. */
int64_t loop_now_ns(const struct loop *l);
/* "epoll" or "poll". */
const char *loop_name(const struct loop *l);

#endif
