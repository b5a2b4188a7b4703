/* SPDX-License-Identifier: BSD-3-Clause */
/* The second knock. Either a TLS handshake that verifies nothing, or an inline PING. The invariant:
 * every way ends in `decide`, and the callback comes out of the timer alone. */
#include "client/probe.h"

#include <stdlib.h>

#include "base/clock.h"

struct probe {
    struct loop *loop;
    enum probe_kind kind;
    probe_done_fn *done;
    void *arg;
    const char *host;
    struct dial *dial; /* NULL = over */
    struct tls_ctx *tls;
    struct sock *sock;
    struct loop_watch *watch;
    struct loop_timer timer;
    bool asked; /* PING is sent */
    bool yes;
};

void probe_cancel(struct probe *p) {
    if (!p) return;
    loop_timer_clear(p->loop, &p->timer);
    loop_del(p->loop, p->watch);
    dial_cancel(p->dial);
    sock_close(p->sock);
    tls_ctx_free(p->tls);
    free(p);
}

static void on_timer(void *arg) {
    struct probe *p = arg;
    probe_done_fn *done = p->done;
    void *to = p->arg;
    bool yes = p->yes;
    probe_cancel(p);
    done(to, yes);
}

static void decide(struct probe *p, bool yes) {
    p->yes = yes;
    loop_del(p->loop, p->watch);
    p->watch = NULL;
    loop_timer_set(p->loop, &p->timer, clock_now_ns());
}

/* An alert is an answer as well: whoever sends one speaks TLS. */
static int try_tls(struct probe *p) {
    struct err e;
    int code = sock_handshake(p->sock, &e);
    if (code != VK_MORE) decide(p, code == 0 || (code == VK_ETLS && !tls_peer_is_plain(p->sock)));
    return code;
}

static int try_plain(struct probe *p) {
    char ping[] = "PING\r\n";
    struct iovec v = {.iov_base = ping, .iov_len = sizeof ping - 1};
    struct err e;
    size_t n;
    char first;
    int code =
        p->asked ? sock_read(p->sock, &first, 1, &n, &e) : sock_write(p->sock, &v, 1, &n, &e);
    if (code < 0) {
        decide(p, false);
    } else if (code == 0 && p->asked) {
        decide(p, first == '+' || first == '-');
    } else if (code == 0) {
        p->asked = true;
        loop_mask(p->loop, p->watch, LOOP_READ);
    }
    return code;
}

static void on_ready(void *arg, unsigned events) {
    struct probe *p = arg;
    (void)events;
    if (p->kind == PROBE_PLAIN)
        try_plain(p);
    else if (try_tls(p) == VK_MORE)
        loop_mask(p->loop, p->watch, sock_wants(p->sock));
}

static int wrap(struct probe *p) {
    static const struct tls_opts nothing_verified = {.insecure = true};
    struct err e;
    struct sock *wrapped;
    if (p->kind == PROBE_PLAIN) return 0;
    int code = tls_ctx_new(&nothing_verified, &p->tls, &e);
    if (code == 0) code = tls_wrap(p->tls, p->sock, p->host, &wrapped, &e);
    if (code == 0) p->sock = wrapped;
    return code;
}

static void on_dialed(void *arg, struct sock *s, const struct err *why) {
    struct probe *p = arg;
    struct err e;
    (void)why;
    p->dial = NULL; /* it is over */
    p->sock = s;
    if (!s || wrap(p) < 0 || loop_add(p->loop, s->fd, LOOP_WRITE, on_ready, p, &p->watch, &e) < 0)
        decide(p, false);
}

struct probe *probe_start(struct loop *l, const struct connopt *o, enum probe_kind kind,
                          probe_done_fn *done, void *arg) {
    struct probe *p = mem_zalloc(1, sizeof *p);
    *p = (struct probe){.loop = l, .kind = kind, .done = done, .arg = arg};
    p->timer = (struct loop_timer){.fn = on_timer, .arg = p};
    p->host = connopt_host(o);
    struct dial_opts d = connopt_dial(o, clock_now_ns() + PROBE_MS * CLOCK_NS_PER_MS);
    loop_timer_set(l, &p->timer, d.deadline_ns);
    p->dial = dial_start(l, &d, on_dialed, p);
    return p;
}
