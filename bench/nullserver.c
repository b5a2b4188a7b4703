/* SPDX-License-Identifier: BSD-3-Clause */
/* See nullserver.h. A request is an array, and each complete one is a "reply" to the scanner, which
 * is all that is looked at. What a peer is owed is a number: the bytes come out of one block of
 * replies that all of them share. A peer that is owed something is not read from, so that who does
 * not take replies cannot ask for more. */
#include "bench/nullserver.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "io/listen.h"
#include "io/loop.h"
#include "io/thread.h"
#include "resp/scan.h"

#define REPLY "+OK\r\n"
enum {
    REPLY_LEN = sizeof REPLY - 1,
    BLOCK_LEN = 8192 * REPLY_LEN,
    READ_BYTES = 1 << 16,
    LOOK_NS = 50 * CLOCK_NS_PER_MS, /* at least so often the stop flag is looked at */
    ACCOUNT_NS = 10 * CLOCK_NS_PER_MS,
};

struct peer {
    struct desk *desk;
    struct peer *next, **link; /* among the desk's; link is what points here */
    struct sock *sock;
    struct loop_watch *watch;
    struct resp_scanner scan;
    uint64_t owed; /* bytes of replies to be written ... */
    size_t at;     /* ... from this byte of a reply on */
};

/* One thread and its peers. */
struct desk {
    struct nullserver *server;
    struct thread *thread;
    struct loop *loop;
    struct loop_watch *watch; /* of the listening socket */
    struct peer *peers;
    char *in;
    int64_t accounted_ns;
    atomic_int n_peers;  /* live: the others look at it to deal evenly */
    atomic_llong cpu_ns; /* live */
};

struct nullserver {
    int fd;
    struct desk *desks;
    int n_desks;
    atomic_bool stop;
    char block[BLOCK_LEN];
};

static void leave(struct peer *p) {
    *p->link = p->next;
    if (p->next) p->next->link = p->link;
    atomic_fetch_sub(&p->desk->n_peers, 1);
    loop_del(p->desk->loop, p->watch);
    sock_close(p->sock);
    resp_scan_release(&p->scan);
    free(p);
}

/* All that is owed, as far as the socket takes it. */
static int answer(struct peer *p) {
    struct err e;
    while (p->owed) {
        size_t sent = 0, len = BLOCK_LEN - p->at;
        if (p->owed < len) len = (size_t)p->owed;
        struct iovec v = {.iov_base = p->desk->server->block + p->at, .iov_len = len};
        int code = sock_write(p->sock, &v, 1, &sent, &e);
        if (code == VK_MORE) return 0;
        if (code < 0) return code;
        p->owed -= sent;
        p->at = (p->at + sent) % REPLY_LEN;
    }
    return 0;
}

static int take(struct peer *p) {
    struct err e;
    size_t got = 0, used;
    int code = sock_read(p->sock, p->desk->in, READ_BYTES, &got, &e);
    if (code != 0) return code == VK_MORE ? 0 : code;
    int n = resp_scan_feed(&p->scan, p->desk->in, got, 0, &used);
    if (n < 0) return n;
    p->owed += (uint64_t)n * REPLY_LEN;
    return 0;
}

static void on_ready(void *arg, unsigned events) {
    struct peer *p = arg;
    int code = p->owed ? 0 : take(p);
    (void)events;
    if (code == 0) code = answer(p);
    if (code < 0)
        leave(p);
    else
        loop_mask(p->desk->loop, p->watch, p->owed ? LOOP_WRITE : LOOP_READ);
}

static void greet(struct desk *d, struct sock *s) {
    struct err e;
    struct peer *p = mem_zalloc(1, sizeof *p);
    p->desk = d;
    p->sock = s;
    resp_scan_init(&p->scan);
    p->next = d->peers;
    p->link = &d->peers;
    if (p->next) p->next->link = &p->next;
    d->peers = p;
    atomic_fetch_add(&d->n_peers, 1);
    if (loop_add(d->loop, s->fd, LOOP_READ, on_ready, p, &p->watch, &e) < 0) leave(p);
}

/* All desks wake when a peer knocks; it goes to one that has no more peers than any other. */
static bool is_next(struct desk *d) {
    int n = atomic_load(&d->n_peers);
    for (int i = 0; i < d->server->n_desks; i++)
        if (atomic_load(&d->server->desks[i].n_peers) < n) return false;
    return true;
}

static void on_knock(void *arg, unsigned events) {
    struct desk *d = arg;
    struct sock *s;
    (void)events;
    while (is_next(d) && (s = listen_accept(d->server->fd)))
        greet(d, s);
}

static void account(struct desk *d) {
    int64_t now_ns = loop_now_ns(d->loop);
    if (now_ns - d->accounted_ns < ACCOUNT_NS) return;
    d->accounted_ns = now_ns;
    atomic_store_explicit(&d->cpu_ns, thread_cpu_ns(), memory_order_relaxed);
}

static void serve(void *arg, struct thread *self) {
    struct desk *d = arg;
    (void)self;
    while (!atomic_load_explicit(&d->server->stop, memory_order_relaxed)) {
        loop_turn(d->loop, clock_now_ns() + LOOK_NS);
        account(d);
    }
}

static int open_desk(struct nullserver *s, struct desk *d, struct err *e) {
    d->server = s;
    d->in = mem_alloc(READ_BYTES);
    d->loop = loop_new(e);
    if (!d->loop) return VK_EFILE;
    return loop_add(d->loop, s->fd, LOOP_READ, on_knock, d, &d->watch, e);
}

static void close_desk(struct desk *d) {
    while (d->peers)
        leave(d->peers);
    if (d->loop) loop_del(d->loop, d->watch);
    loop_free(d->loop);
    free(d->in);
}

int nullserver_start(int threads, struct nullserver **out, int *port, struct err *e) {
    int fd, code = listen_loopback(&fd, port, e);
    if (code < 0) return code;
    struct nullserver *s = mem_zalloc(1, sizeof *s);
    s->fd = fd;
    s->n_desks = threads;
    s->desks = mem_zalloc((size_t)threads, sizeof *s->desks);
    for (size_t i = 0; i < BLOCK_LEN; i += REPLY_LEN)
        memcpy(s->block + i, REPLY, REPLY_LEN);
    for (int i = 0; code == 0 && i < threads; i++)
        code = open_desk(s, &s->desks[i], e);
    for (int i = 0; code == 0 && i < threads; i++)
        code = thread_start(serve, &s->desks[i], &s->desks[i].thread, e);
    if (code < 0)
        nullserver_stop(s);
    else
        *out = s;
    return code;
}

int nullserver_threads(const struct nullserver *s) {
    return s->n_desks;
}

int64_t nullserver_cpu_ns(const struct nullserver *s, int thread) {
    return atomic_load_explicit(&s->desks[thread].cpu_ns, memory_order_relaxed);
}

void nullserver_stop(struct nullserver *s) {
    if (!s) return;
    atomic_store(&s->stop, true);
    for (int i = 0; i < s->n_desks; i++)
        thread_join(s->desks[i].thread);
    for (int i = 0; i < s->n_desks; i++)
        close_desk(&s->desks[i]);
    listen_close(s->fd);
    free(s->desks);
    free(s);
}
