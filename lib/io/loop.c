/* SPDX-License-Identifier: BSD-3-Clause */
/* The event loop: what to wait for and how long, and the order of callbacks; the waiting itself is
 * in loop_epoll.c and loop_poll.c. One round runs descriptors first and timers after them, so that
 * an answer that came with the last tick of its deadline still counts. The invariant: while a round
 * is under way (depth > 0) no watch is freed, only marked dead, for the batch may still name it. */
#include "io/loop.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "io/loop_backend.h"
#include "io/signal.h"

struct loop {
    const struct loop_backend *backend;
    void *state;               /* the backend's */
    struct loop_watch *live;   /* waited for by the backend */
    struct loop_watch *always; /* cannot be waited for */
    struct loop_watch *dead;   /* to be freed when depth is 0 */
    struct loop_watch *wake;   /* a stop signal makes it readable; NULL before signal_setup */
    struct loop_timer **heap;  /* heap[0] is the earliest */
    uint32_t n_timers, cap_timers;
    loop_fn *before_wait;
    void *before_wait_arg;
    int64_t now_ns;
    unsigned depth;   /* rounds under way, one inside the other */
    unsigned told;    /* signal_count as of the last wake-up by `wake` */
    bool interrupted; /* the wake-up was a signal's */
};

/* ---- descriptors ---- */

static void link_watch(struct loop_watch **list, struct loop_watch *w) {
    w->next = *list;
    w->link = list;
    if (w->next) w->next->link = &w->next;
    *list = w;
}

static void unlink_watch(struct loop_watch *w) {
    *w->link = w->next;
    if (w->next) w->next->link = w->link;
}

static void free_watches(struct loop_watch *w) {
    while (w) {
        struct loop_watch *next = w->next;
        free(w);
        w = next;
    }
}

int loop_add(struct loop *l, int fd, unsigned mask, loop_fd_fn *fn, void *arg,
             struct loop_watch **out, struct err *e) {
    struct loop_watch *w = mem_zalloc(1, sizeof *w);
    *w = (struct loop_watch){.fn = fn, .arg = arg, .fd = fd, .mask = mask & ~(unsigned)LOOP_HANGUP};
    int code = l->backend->add(l->state, w, e);
    if (code < 0) {
        free(w);
        return code;
    }
    w->always = code == VK_MORE;
    link_watch(w->always ? &l->always : &l->live, w);
    *out = w;
    return 0;
}

void loop_mask(struct loop *l, struct loop_watch *w, unsigned mask) {
    mask &= ~(unsigned)LOOP_HANGUP;
    if (w->mask == mask) return;
    w->mask = mask;
    if (!w->always) l->backend->mask(l->state, w);
}

void loop_del(struct loop *l, struct loop_watch *w) {
    if (!w) return;
    assert(!w->dead);
    if (!w->always) l->backend->del(l->state, w);
    unlink_watch(w);
    w->dead = true;
    if (l->depth)
        link_watch(&l->dead, w);
    else
        free(w);
}

/* ---- timers: a binary heap whose members know their place ---- */

static void place(struct loop *l, struct loop_timer *t, uint32_t i) {
    l->heap[i] = t;
    t->index = i + 1;
}

/* t goes to place i, or nearer to the root. */
static void sift_up(struct loop *l, struct loop_timer *t, uint32_t i) {
    while (i && t->at_ns < l->heap[(i - 1) / 2]->at_ns) {
        place(l, l->heap[(i - 1) / 2], i);
        i = (i - 1) / 2;
    }
    place(l, t, i);
}

/* t goes to place i, or farther from the root. */
static void sift_down(struct loop *l, struct loop_timer *t, uint32_t i) {
    for (uint32_t child; (child = 2 * i + 1) < l->n_timers; i = child) {
        if (child + 1 < l->n_timers && l->heap[child + 1]->at_ns < l->heap[child]->at_ns) child++;
        if (t->at_ns <= l->heap[child]->at_ns) break;
        place(l, l->heap[child], i);
    }
    place(l, t, i);
}

void loop_timer_set(struct loop *l, struct loop_timer *t, int64_t at_ns) {
    loop_timer_clear(l, t);
    if (l->n_timers == l->cap_timers) {
        l->cap_timers = l->cap_timers ? l->cap_timers * 2 : 16;
        l->heap = mem_realloc(l->heap, l->cap_timers, sizeof(struct loop_timer *));
    }
    t->at_ns = at_ns;
    sift_up(l, t, l->n_timers++);
}

void loop_timer_clear(struct loop *l, struct loop_timer *t) {
    if (!t->index) return;
    uint32_t i = t->index - 1;
    t->index = 0;
    struct loop_timer *last = l->heap[--l->n_timers];
    if (last == t) return;
    if (i && last->at_ns < l->heap[(i - 1) / 2]->at_ns)
        sift_up(l, last, i);
    else
        sift_down(l, last, i);
}

/* At most as many runs as there are timers: one that arms itself for now, again and again, must not
 * keep the round from ending. */
static int run_timers(struct loop *l) {
    int ran = 0;
    for (uint32_t left = l->n_timers; left && l->n_timers; left--) {
        struct loop_timer *t = l->heap[0];
        if (t->at_ns > l->now_ns) break;
        loop_timer_clear(l, t);
        t->fn(t->arg); /* may free t */
        ran++;
    }
    return ran;
}

/* ---- stop signals ---- */

static void on_signal(void *arg, unsigned events) {
    struct loop *l = arg;
    (void)events;
    l->interrupted = true;
    l->told = signal_count();
}

/* A signal that comes after its flag was looked at and before the wait begins must end that wait;
 * but each only once, or a program that winds down without clearing the flag would spin. */
static void watch_signals(struct loop *l) {
    if (l->wake) {
        bool known = signal_stop() && l->told == signal_count();
        loop_mask(l, l->wake, known ? 0 : LOOP_READ);
    } else if (signal_fd() >= 0 &&
               loop_add(l, signal_fd(), LOOP_READ, on_signal, l, &l->wake, NULL) < 0) {
        l->wake = NULL; /* EINTR alone has to do */
    }
}

/* ---- a round ---- */

static int gather_always(const struct loop *l, struct loop_ready *out, int cap) {
    int n = 0;
    for (struct loop_watch *w = l->always; w && n < cap; w = w->next)
        if (w->mask) out[n++] = (struct loop_ready){w, w->mask};
    return n;
}

static int64_t time_to_wait(const struct loop *l, int64_t until_ns) {
    if (until_ns == 0) return 0;
    struct loop_ready any;
    if (gather_always(l, &any, 1)) return 0;
    if (l->n_timers && (until_ns < 0 || l->heap[0]->at_ns < until_ns))
        until_ns = l->heap[0]->at_ns > 0 ? l->heap[0]->at_ns : 0;
    if (until_ns < 0) return -1;
    int64_t left_ns = until_ns - clock_now_ns();
    return left_ns > 0 ? left_ns : 0;
}

static int run_ready(struct loop *l, const struct loop_ready *ready, int n) {
    int ran = 0;
    for (int i = 0; i < n; i++) {
        struct loop_watch *w = ready[i].watch;
        /* an earlier callback of this round may have deleted it, or asked for less */
        unsigned events = w->dead ? 0 : ready[i].events & (w->mask | LOOP_HANGUP);
        if (!events) continue;
        ran += w != l->wake;
        w->fn(w->arg, events);
    }
    return ran;
}

int loop_turn(struct loop *l, int64_t until_ns) {
    struct loop_ready ready[LOOP_BATCH];
    watch_signals(l);
    l->depth++;
    l->interrupted = false;
    int64_t wait_ns = time_to_wait(l, until_ns);
    if (wait_ns && l->before_wait) {
        l->before_wait(l->before_wait_arg);
        wait_ns = time_to_wait(l, until_ns);
    }
    int n = gather_always(l, ready, LOOP_BATCH / 2);
    int got = l->backend->wait(l->state, wait_ns, ready + n, LOOP_BATCH - n);
    bool eintr = got < 0 && errno == EINTR;
    l->now_ns = clock_now_ns();
    int ran = run_ready(l, ready, n + (got > 0 ? got : 0));
    ran += run_timers(l);
    if (--l->depth == 0) {
        free_watches(l->dead);
        l->dead = NULL;
    }
    return (eintr || l->interrupted) && !ran ? VK_ECANCEL : 0;
}

void loop_before_wait(struct loop *l, loop_fn *fn, void *arg) {
    l->before_wait = fn;
    l->before_wait_arg = arg;
}

int64_t loop_now_ns(const struct loop *l) {
    return l->now_ns;
}

const char *loop_name(const struct loop *l) {
    return l->backend->name;
}

/* ---- life ---- */

static const struct loop_backend *choose_backend(void) {
#ifdef __linux__
    const char *name = getenv("VK_LOOP");
    if (!name || strcmp(name, loop_poll.name) != 0) return &loop_epoll;
#endif
    return &loop_poll;
}

struct loop *loop_new(struct err *e) {
    const struct loop_backend *backend = choose_backend();
    void *state = backend->open(e);
    if (!state) return NULL;
    struct loop *l = mem_zalloc(1, sizeof *l);
    l->backend = backend;
    l->state = state;
    l->now_ns = clock_now_ns();
    return l;
}

void loop_free(struct loop *l) {
    if (!l) return;
    assert(!l->depth);
    for (uint32_t i = 0; i < l->n_timers; i++)
        l->heap[i]->index = 0;
    l->backend->close(l->state);
    free_watches(l->live);
    free_watches(l->always);
    free(l->heap);
    free(l);
}
