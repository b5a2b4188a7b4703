/* SPDX-License-Identifier: BSD-3-Clause */
/* From an address to a connected socket: one try per address, one after the other, each a
 * non-blocking connect. It speaks no protocol and does no TLS. The invariant: while a try is under
 * way fd is open, and either watch waits for its outcome or the timer for the next attempt at it.
 */
#include "io/dial.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "io/resolve.h"

enum { REASONS_MAX = 4096, WHERE_MAX = 320, ADDRESS_MAX = 128 };
#define BACKLOG_PAUSE_NS (10 * CLOCK_NS_PER_MS)

struct target {
    const struct sockaddr *address;
    socklen_t len;
};

struct dial {
    struct loop *loop;
    struct dial_opts opts;
    dial_done_fn *done;
    void *arg;
    int64_t start_ns;
    struct resolve *resolve; /* while the name is looked up */
    struct addrinfo *list;   /* owns the addresses of targets, but for: */
    struct sockaddr_un local;
    struct target targets[DIAL_ADDRESSES_MAX];
    size_t n_targets, next;
    int fd; /* of the present try, else -1 */
    struct loop_watch *watch;
    struct loop_timer timer;
    int64_t try_start_ns, try_deadline_ns; /* deadline 0 = none */
    struct buf reasons;                    /* why the tries so far failed */
    int sys;                               /* errno of the last of them */
    bool timed_out;                        /* the last of them */
    bool starting, over;                   /* inside dial_start; done was called there */
};

/* ---- the end ---- */

static void end_try(struct dial *d) {
    loop_timer_clear(d->loop, &d->timer);
    loop_del(d->loop, d->watch);
    d->watch = NULL;
    if (d->fd >= 0) close(d->fd);
    d->fd = -1;
}

static void release(struct dial *d) {
    end_try(d);
    resolve_cancel(d->resolve);
    if (d->list) freeaddrinfo(d->list);
    buf_release(&d->reasons);
}

static void finish(struct dial *d, struct sock *s, const struct err *e) {
    release(d);
    d->done(d->arg, s, e);
    if (d->starting)
        d->over = true; /* dial_start frees it */
    else
        free(d);
}

static void succeed(struct dial *d) {
    struct sock *s = sock_new(d->fd);
    d->fd = -1; /* moved to s */
    finish(d, s, NULL);
}

/* Milliseconds are fine enough to read, and hide that the clock went on while we were called. */
static double seconds(int64_t ns) {
    return (double)((ns + CLOCK_NS_PER_MS / 2) / CLOCK_NS_PER_MS) / 1000;
}

/* "host:port" with brackets where the host has colons, or the path. */
static const char *where(const struct dial *d, char text[WHERE_MAX]) {
    const struct dial_opts *o = &d->opts;
    if (o->path)
        snprintf(text, WHERE_MAX, "%s", o->path);
    else
        snprintf(text, WHERE_MAX, strchr(o->host, ':') ? "[%.255s]:%d" : "%.255s:%d", o->host,
                 o->port);
    return text;
}

static void fail(struct dial *d) {
    struct err e;
    char text[WHERE_MAX];
    err_set(&e, d->timed_out ? VK_ETIMEOUT : VK_ECONNECT, "cannot connect to %s: %s",
            where(d, text), buf_cstr(&d->reasons));
    e.sys = d->sys;
    finish(d, NULL, &e);
}

/* ---- one try ---- */

static void add_address(struct buf *b, const struct target *t) {
    char host[ADDRESS_MAX], port[16];
    if (getnameinfo(t->address, t->len, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return;
    buf_addf(b, t->address->sa_family == AF_INET6 ? "[%s]:%s: " : "%s:%s: ", host, port);
}

/* The present try has failed, by errno sys or, when that is 0, by its time. */
static int note_failure(struct dial *d, int sys) {
    struct buf *b = &d->reasons;
    if (b->len) buf_adds(b, "; ");
    if (d->n_targets > 1) add_address(b, &d->targets[d->next - 1]);
    int64_t start_ns = d->n_targets > 1 ? d->try_start_ns : d->start_ns;
    if (sys)
        buf_adds(b, strerror(sys));
    else
        buf_addf(b, "timed out after %g s", seconds(d->try_deadline_ns - start_ns));
    d->sys = sys;
    d->timed_out = !sys;
    end_try(d);
    return VK_ECONNECT;
}

static bool set_number(int fd, int level, int option, int value) {
    return setsockopt(fd, level, option, &value, sizeof value) == 0;
}

static bool set_keepalive(int fd, const struct dial_opts *o) {
    if (!set_number(fd, SOL_SOCKET, SO_KEEPALIVE, 1)) return false;
#ifdef TCP_KEEPIDLE
    if (o->keepalive_idle_s && !set_number(fd, IPPROTO_TCP, TCP_KEEPIDLE, o->keepalive_idle_s))
        return false;
#endif
    if (o->keepalive_interval_s &&
        !set_number(fd, IPPROTO_TCP, TCP_KEEPINTVL, o->keepalive_interval_s))
        return false;
    return !o->keepalive_count || set_number(fd, IPPROTO_TCP, TCP_KEEPCNT, o->keepalive_count);
}

static bool set_user_timeout(int fd, const struct dial_opts *o) {
#ifdef TCP_USER_TIMEOUT
    if (o->user_timeout_ms)
        return set_number(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, o->user_timeout_ms);
#else
    (void)fd, (void)o;
#endif
    return true;
}

#if defined(__linux__) && !defined(IPPROTO_MPTCP)
#define IPPROTO_MPTCP 262
#endif

/* -1 with errno. A peer that does not know Multipath TCP makes it TCP again. */
static int new_socket(int family, bool multipath) {
    if (!multipath || family == AF_UNIX) return socket(family, SOCK_STREAM, 0);
#ifdef IPPROTO_MPTCP
    return socket(family, SOCK_STREAM, IPPROTO_MPTCP);
#else
    errno = EPROTONOSUPPORT;
    return -1;
#endif
}

static bool tune(int fd, const struct dial_opts *o) {
    return set_number(fd, IPPROTO_TCP, TCP_NODELAY, 1) && (!o->keepalive || set_keepalive(fd, o)) &&
           set_user_timeout(fd, o);
}

static bool open_socket(struct dial *d, int family) {
    d->fd = new_socket(family, d->opts.multipath);
    if (d->fd < 0 || fcntl(d->fd, F_SETFL, O_NONBLOCK) < 0 || fcntl(d->fd, F_SETFD, FD_CLOEXEC) < 0)
        return false;
    if (family == AF_UNIX) return true;
    /* kernels differ in which of TCP's options they know of a multipath socket */
    return tune(d->fd, &d->opts) || d->opts.multipath;
}

/* A connect to a free local port may by chance be given that very port, and so reach itself. */
static bool is_connected_to_itself(int fd) {
    struct sockaddr_storage here, there;
    socklen_t here_len = sizeof here, there_len = sizeof there;
    memset(&here, 0, sizeof here); /* what lies between the members is compared too */
    memset(&there, 0, sizeof there);
    if (getsockname(fd, (struct sockaddr *)&here, &here_len) < 0 || here.ss_family == AF_UNIX ||
        getpeername(fd, (struct sockaddr *)&there, &there_len) < 0)
        return false;
    return here_len == there_len && memcmp(&here, &there, here_len) == 0;
}

static void next_try(struct dial *d);

static void on_connected(void *arg, unsigned events) {
    struct dial *d = arg;
    int sys = 0;
    socklen_t len = sizeof sys;
    (void)events;
    if (getsockopt(d->fd, SOL_SOCKET, SO_ERROR, &sys, &len) < 0) sys = errno;
    if (!sys && is_connected_to_itself(d->fd)) sys = ECONNREFUSED;
    loop_del(d->loop, d->watch);
    d->watch = NULL;
    if (!sys) {
        succeed(d);
        return;
    }
    note_failure(d, sys);
    next_try(d);
}

static void arm_timer(struct dial *d, int64_t at_ns) {
    if (d->try_deadline_ns && (!at_ns || at_ns > d->try_deadline_ns)) at_ns = d->try_deadline_ns;
    if (at_ns) loop_timer_set(d->loop, &d->timer, at_ns);
}

/* 0 connected, VK_MORE under way, < 0 failed */
static int attempt_connect(struct dial *d) {
    const struct target *t = &d->targets[d->next - 1];
    struct err e;
    if (connect(d->fd, t->address, t->len) == 0) return 0;
    if (errno == EAGAIN && t->address->sa_family == AF_UNIX) {
        arm_timer(d, clock_now_ns() + BACKLOG_PAUSE_NS); /* the server's backlog is full */
        return VK_MORE;
    }
    if (errno != EINPROGRESS && errno != EINTR) return note_failure(d, errno);
    if (loop_add(d->loop, d->fd, LOOP_WRITE, on_connected, d, &d->watch, &e) < 0)
        return note_failure(d, e.sys);
    arm_timer(d, 0);
    return VK_MORE;
}

static int start_try(struct dial *d) {
    const struct target *t = &d->targets[d->next++];
    int64_t tries_left = (int64_t)(d->n_targets - d->next) + 1;
    d->try_start_ns = clock_now_ns();
    if (d->opts.deadline_ns) {
        int64_t left_ns = d->opts.deadline_ns - d->try_start_ns;
        d->try_deadline_ns = d->try_start_ns + (left_ns > 0 ? left_ns / tries_left : 0);
    }
    if (!open_socket(d, t->address->sa_family)) return note_failure(d, errno);
    return attempt_connect(d);
}

static void next_try(struct dial *d) {
    while (d->next < d->n_targets) {
        int code = start_try(d);
        if (code == VK_MORE) return;
        if (code == 0) {
            succeed(d);
            return;
        }
    }
    fail(d);
}

static void on_timer(void *arg) {
    struct dial *d = arg;
    if (d->resolve) {
        struct err e;
        err_set(&e, VK_ETIMEOUT, "cannot resolve '%.255s': timed out after %g s", d->opts.host,
                seconds(d->opts.deadline_ns - d->start_ns));
        finish(d, NULL, &e);
        return;
    }
    bool late = d->try_deadline_ns && clock_now_ns() >= d->try_deadline_ns;
    int code = late ? note_failure(d, 0) : attempt_connect(d);
    if (code == 0)
        succeed(d);
    else if (code < 0)
        next_try(d);
}

/* ---- the beginning ---- */

/* The addresses of the preferred family first, else in the resolver's order. */
static void choose_targets(struct dial *d) {
    int first = d->opts.prefer_v6 ? AF_INET6 : d->opts.prefer_v4 ? AF_INET : AF_UNSPEC;
    for (int round = 0; round < 2; round++)
        for (struct addrinfo *a = d->list; a && d->n_targets < DIAL_ADDRESSES_MAX; a = a->ai_next) {
            bool now = first == AF_UNSPEC || a->ai_family == first;
            if (now == (round == 0))
                d->targets[d->n_targets++] = (struct target){a->ai_addr, a->ai_addrlen};
        }
}

static void on_resolved(void *arg, struct addrinfo *list, const struct err *e) {
    struct dial *d = arg;
    d->resolve = NULL; /* it is over */
    loop_timer_clear(d->loop, &d->timer);
    if (e) {
        finish(d, NULL, e);
        return;
    }
    d->list = list;
    choose_targets(d);
    next_try(d);
}

static void dial_local(struct dial *d) {
    size_t len = strlen(d->opts.path);
    if (len >= sizeof d->local.sun_path) {
        struct err e;
        err_set(
            &e, VK_ECONNECT,
            "cannot connect to %.300s: the path is %zu bytes long, a Unix socket's has at most %zu",
            d->opts.path, len, sizeof d->local.sun_path - 1);
        finish(d, NULL, &e);
        return;
    }
    d->local.sun_family = AF_UNIX;
    memcpy(d->local.sun_path, d->opts.path, len + 1);
    d->targets[0] = (struct target){(const struct sockaddr *)&d->local, sizeof d->local};
    d->n_targets = 1;
    next_try(d);
}

static void dial_name(struct dial *d) {
    const struct dial_opts *o = &d->opts;
    struct resolve *r = resolve_start(d->loop, o->host, o->port, o->family, on_resolved, d);
    if (!r) return; /* on_resolved was called */
    d->resolve = r;
    if (o->deadline_ns) loop_timer_set(d->loop, &d->timer, o->deadline_ns);
}

struct dial *dial_start(struct loop *l, const struct dial_opts *o, dial_done_fn *done, void *arg) {
    struct dial *d = mem_zalloc(1, sizeof *d);
    *d = (struct dial){.loop = l, .opts = *o, .done = done, .arg = arg, .fd = -1, .starting = true};
    d->start_ns = clock_now_ns();
    d->timer = (struct loop_timer){.fn = on_timer, .arg = d};
    buf_init(&d->reasons, REASONS_MAX);
    if (o->path)
        dial_local(d);
    else
        dial_name(d);
    d->starting = false;
    if (!d->over) return d;
    free(d);
    return NULL;
}

void dial_cancel(struct dial *d) {
    if (!d) return;
    release(d);
    free(d);
}
