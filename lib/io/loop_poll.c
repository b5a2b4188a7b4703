/* SPDX-License-Identifier: BSD-3-Clause */
/* Waiting with poll(2), for systems without epoll and for tests: an array of all descriptors,
 * handed to the kernel each time. The invariant: fds[w->slot] belongs to watches[w->slot] == w. */
#include "io/loop_backend.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "base/clock.h"

struct poll_state {
    struct pollfd *fds;
    struct loop_watch **watches;
    size_t n, cap;
    size_t first; /* where the next look begins, so that a full batch starves nobody */
};

static void *poll_open(struct err *e) {
    (void)e;
    return mem_zalloc(1, sizeof(struct poll_state));
}

static void poll_close(void *state) {
    struct poll_state *s = state;
    free(s->fds);
    free(s->watches);
    free(s);
}

static void poll_mask(void *state, struct loop_watch *w) {
    struct poll_state *s = state;
    short bits = (short)((w->mask & LOOP_READ ? POLLIN : 0) | (w->mask & LOOP_WRITE ? POLLOUT : 0));
    s->fds[w->slot] = (struct pollfd){.fd = w->fd, .events = bits};
}

static int poll_add(void *state, struct loop_watch *w, struct err *e) {
    struct poll_state *s = state;
    struct stat st;
    if (fstat(w->fd, &st) < 0) return err_sys(e, VK_EFILE, "cannot watch descriptor %d", w->fd);
    if (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)) return VK_MORE;
    if (s->n == s->cap) {
        s->cap = s->cap ? s->cap * 2 : 16;
        s->fds = mem_realloc(s->fds, s->cap, sizeof *s->fds);
        s->watches = mem_realloc(s->watches, s->cap, sizeof(struct loop_watch *));
    }
    w->slot = s->n++;
    s->watches[w->slot] = w;
    poll_mask(s, w);
    return 0;
}

static void poll_del(void *state, struct loop_watch *w) {
    struct poll_state *s = state;
    struct loop_watch *last = s->watches[--s->n];
    s->fds[w->slot] = s->fds[s->n];
    s->watches[w->slot] = last;
    last->slot = w->slot;
}

static int wait_kernel(struct poll_state *s, int64_t wait_ns) {
#ifdef __linux__
    struct timespec t = {wait_ns / CLOCK_NS_PER_S, wait_ns % CLOCK_NS_PER_S};
    return ppoll(s->fds, s->n, wait_ns < 0 ? NULL : &t, NULL);
#else
    return poll(s->fds, (nfds_t)s->n, loop_backend_ms(wait_ns));
#endif
}

static unsigned events_of(struct pollfd *p, unsigned mask) {
    int bits = p->revents;
    unsigned events = (bits & POLLIN ? LOOP_READ : 0U) | (bits & POLLOUT ? LOOP_WRITE : 0U);
    if (!(bits & (POLLHUP | POLLERR | POLLNVAL))) return events;
    /* poll(2) skips a negative descriptor; the next change of the mask brings it back */
    if (!mask || bits & POLLNVAL) p->fd = -1;
    return mask | LOOP_HANGUP;
}

static int poll_wait(void *state, int64_t wait_ns, struct loop_ready *out, int cap) {
    struct poll_state *s = state;
    int left = wait_kernel(s, wait_ns);
    if (left <= 0) return left;
    int n = 0;
    size_t i = s->first < s->n ? s->first : 0;
    for (size_t seen = 0; seen < s->n && left > 0 && n < cap;
         seen++, i = i + 1 < s->n ? i + 1 : 0) {
        if (s->fds[i].fd < 0 || !s->fds[i].revents) continue;
        struct loop_watch *w = s->watches[i];
        out[n++] = (struct loop_ready){w, events_of(&s->fds[i], w->mask)};
        left--;
    }
    s->first = i;
    return n;
}

const struct loop_backend loop_poll = {
    .name = "poll",
    .open = poll_open,
    .close = poll_close,
    .add = poll_add,
    .mask = poll_mask,
    .del = poll_del,
    .wait = poll_wait,
};
