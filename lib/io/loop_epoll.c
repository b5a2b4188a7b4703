/* SPDX-License-Identifier: BSD-3-Clause */
/* Waiting with Linux' epoll, level-triggered: one system call per change of a mask, one per wait,
 * with a time-out in nanoseconds where the kernel has epoll_pwait2 (5.11). */
#ifdef __linux__
#include "io/loop_backend.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

#ifdef __GLIBC_PREREQ
#if __GLIBC_PREREQ(2, 35)
#define HAVE_EPOLL_PWAIT2 1
#endif
#endif

struct epoll_state {
    int fd;
    bool only_ms; /* the kernel, or a sandbox, has no epoll_pwait2 */
};

static void *epoll_open(struct err *e) {
    int fd = epoll_create1(EPOLL_CLOEXEC);
    if (fd < 0) {
        err_sys(e, VK_EFILE, "cannot create an event loop");
        return NULL;
    }
    struct epoll_state *s = mem_zalloc(1, sizeof *s);
    s->fd = fd;
    return s;
}

static void epoll_close(void *state) {
    struct epoll_state *s = state;
    close(s->fd);
    free(s);
}

/* An empty mask is edge-triggered: the kernel reports a hang-up unasked, and would for ever. */
static int control(struct epoll_state *s, int op, struct loop_watch *w) {
    uint32_t bits = (w->mask & LOOP_READ ? EPOLLIN : 0U) | (w->mask & LOOP_WRITE ? EPOLLOUT : 0U);
    struct epoll_event event = {.events = bits ? bits : EPOLLET, .data.ptr = w};
    return epoll_ctl(s->fd, op, w->fd, &event);
}

static int epoll_add(void *state, struct loop_watch *w, struct err *e) {
    if (control(state, EPOLL_CTL_ADD, w) == 0) return 0;
    if (errno == EPERM) return VK_MORE;
    return err_sys(e, VK_EFILE, "cannot watch descriptor %d", w->fd);
}

static void epoll_mask(void *state, struct loop_watch *w) {
    control(state, EPOLL_CTL_MOD, w); /* fails only when w's owner closed the descriptor */
}

static void epoll_del(void *state, struct loop_watch *w) {
    control(state, EPOLL_CTL_DEL, w);
}

static int wait_kernel(struct epoll_state *s, struct epoll_event *event, int cap, int64_t wait_ns) {
#ifdef HAVE_EPOLL_PWAIT2
    if (wait_ns > 0 && !s->only_ms) {
        struct timespec t = {wait_ns / CLOCK_NS_PER_S, wait_ns % CLOCK_NS_PER_S};
        int n = epoll_pwait2(s->fd, event, cap, &t, NULL);
        if (n >= 0 || (errno != ENOSYS && errno != EPERM)) return n;
        s->only_ms = true;
    }
#endif
    return epoll_wait(s->fd, event, cap, loop_backend_ms(wait_ns));
}

static unsigned events_of(uint32_t bits, unsigned mask) {
    unsigned events = (bits & EPOLLIN ? LOOP_READ : 0U) | (bits & EPOLLOUT ? LOOP_WRITE : 0U);
    return bits & (EPOLLHUP | EPOLLERR) ? mask | LOOP_HANGUP : events;
}

static int epoll_wait_ready(void *state, int64_t wait_ns, struct loop_ready *out, int cap) {
    struct epoll_event event[LOOP_BATCH];
    int n = wait_kernel(state, event, cap, wait_ns);
    for (int i = 0; i < n; i++) {
        struct loop_watch *w = event[i].data.ptr;
        out[i] = (struct loop_ready){w, events_of(event[i].events, w->mask)};
    }
    return n;
}

const struct loop_backend loop_epoll = {
    .name = "epoll",
    .open = epoll_open,
    .close = epoll_close,
    .add = epoll_add,
    .mask = epoll_mask,
    .del = epoll_del,
    .wait = epoll_wait_ready,
};
#endif
