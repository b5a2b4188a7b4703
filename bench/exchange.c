/* SPDX-License-Identifier: BSD-3-Clause */
/* See exchange.h. While a request goes out the reading side is watched as well: a server that
 * refuses it says so before it has all of it, and then hangs up. */
#include "bench/exchange.h"

#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "bench/opening.h"
#include "client/secret.h"
#include "io/signal.h"
#include "resp/scan.h"

enum { READ_BYTES = 1 << 16, SECRET_MAX = 1 << 16, PIECES_MAX = 8, WORDS_MAX = 400 };
#define GRACE_NS CLOCK_NS_PER_S

struct exchange {
    struct loop *loop;
    const struct connopt *conn;
    struct tls_ctx *tls;
    struct sock *sock; /* NULL = closed */
    struct loop_watch *watch;
    struct resp_scanner scan;
    uint64_t settled, errors; /* replies and errors of this connection that were taken */
    uint64_t syscalls;
    /* of the request under way */
    struct iovec rest[PIECES_MAX]; /* what is not written, from first to n */
    int first, n;
    bool write_failed;
    int code; /* VK_MORE until it is over */
    struct err err;
    char in[READ_BYTES];
};

static void drop(struct exchange *x) {
    loop_del(x->loop, x->watch);
    x->watch = NULL;
    sock_close(x->sock);
    x->sock = NULL;
}

int exchange_new(struct loop *l, const struct connopt *conn, struct exchange **out, struct err *e) {
    struct tls_ctx *tls = NULL;
    if (conn->tls) {
        int code = tls_ctx_new(&conn->tls_opts, &tls, e);
        if (code < 0) return code;
    }
    struct exchange *x = mem_zalloc(1, sizeof *x);
    x->loop = l;
    x->conn = conn;
    x->tls = tls;
    resp_scan_init(&x->scan);
    *out = x;
    return 0;
}

void exchange_free(struct exchange *x) {
    if (!x) return;
    drop(x);
    resp_scan_release(&x->scan);
    tls_ctx_free(x->tls);
    free(x);
}

bool exchange_is_open(const struct exchange *x) {
    return x->sock != NULL;
}

uint64_t exchange_syscalls(const struct exchange *x) {
    return x->syscalls;
}

/* ---- one request ---- */

static void on_error_reply(void *arg, const char *text, size_t len) {
    struct exchange *x = arg;
    err_set(&x->err, VK_ESERVER, "%.*s", (int)(len < WORDS_MAX ? len : WORDS_MAX), text);
}

static bool is_written(const struct exchange *x) {
    return x->first == x->n;
}

static void written(struct exchange *x, size_t sent) {
    while (!is_written(x)) {
        struct iovec *v = &x->rest[x->first];
        size_t part = sent < v->iov_len ? sent : v->iov_len;
        v->iov_base = (char *)v->iov_base + part;
        v->iov_len -= part;
        sent -= part;
        if (v->iov_len) return;
        x->first++;
    }
}

/* A failed write decides nothing: the reading side finds the server's last words, or the end. */
static void send_some(struct exchange *x) {
    struct err e;
    while (!is_written(x) && !x->write_failed) {
        size_t sent = 0;
        x->syscalls++;
        int code = sock_write(x->sock, x->rest + x->first, x->n - x->first, &sent, &e);
        if (code == VK_MORE) return;
        if (code < 0)
            x->write_failed = true;
        else
            written(x, sent);
    }
}

static int take(struct exchange *x, size_t n) {
    size_t used;
    int got = resp_scan_feed(&x->scan, x->in, n, 0, &used);
    if (got < 0) return err_set(&x->err, got, "%s", x->scan.reader.err.text);
    if (x->scan.replies == x->settled) return VK_MORE;
    if (x->scan.replies - x->settled > 1)
        return err_set(&x->err, VK_EPROTO, "the server sent a reply that nobody asked for");
    if (x->scan.errors > x->errors) return VK_ESERVER;
    if (is_written(x)) return 0;
    return err_set(&x->err, VK_EPROTO, "the server answered before it had the whole request");
}

static void receive_some(struct exchange *x) {
    do {
        size_t got = 0;
        x->syscalls++;
        int code = sock_read(x->sock, x->in, sizeof x->in, &got, &x->err);
        if (code == VK_MORE) return;
        x->code = code < 0 ? code : take(x, got);
    } while (x->code == VK_MORE && x->sock->has_more);
}

static void watch(struct exchange *x) {
    bool waits = !is_written(x) && !x->write_failed;
    loop_mask(x->loop, x->watch, LOOP_READ | sock_wants(x->sock) | (waits ? LOOP_WRITE : 0));
}

static void on_ready(void *arg, unsigned events) {
    struct exchange *x = arg;
    if (x->code != VK_MORE) return;
    if (events & (LOOP_READ | LOOP_HANGUP) || x->sock->read_blocked_on_write) receive_some(x);
    if (x->code != VK_MORE) return;
    send_some(x);
    watch(x);
}

/* Until when to wait, on the loop's terms: the command time-out, and a second once we shall stop.
 */
static int64_t wait_until(const struct exchange *x, int64_t began_ns) {
    double timeout_s = x->conn->command_timeout_s;
    int64_t until = timeout_s > 0 ? began_ns + (int64_t)(timeout_s * (double)CLOCK_NS_PER_S) : -1;
    if (signal_stop() && (until < 0 || until > began_ns + GRACE_NS)) until = began_ns + GRACE_NS;
    return until;
}

static int give_up(struct exchange *x) {
    if (signal_stop()) return err_set(&x->err, VK_ECANCEL, "interrupted");
    return err_set(&x->err, VK_ETIMEOUT, "no reply in time");
}

static void wait_reply(struct exchange *x) {
    int64_t began_ns = clock_now_ns();
    while (x->code == VK_MORE) {
        int64_t until = wait_until(x, began_ns);
        x->syscalls++;
        loop_turn(x->loop, until);
        if (x->code == VK_MORE && until >= 0 && loop_now_ns(x->loop) >= until) x->code = give_up(x);
    }
}

int exchange_call(struct exchange *x, const struct iovec *v, int n, struct err *e) {
    assert(n > 0 && n <= PIECES_MAX && exchange_is_open(x));
    for (int i = 0; i < n; i++)
        x->rest[i] = v[i];
    x->first = 0;
    x->n = n;
    x->write_failed = false;
    x->code = VK_MORE;
    send_some(x);
    watch(x);
    wait_reply(x);
    if (x->code == VK_ESERVER && !is_written(x)) drop(x); /* the rest would be another request */
    if (x->code < 0 && x->code != VK_ESERVER) drop(x);
    x->settled = x->scan.replies;
    x->errors = x->scan.errors;
    if (x->code < 0) *e = x->err;
    return x->code;
}

/* ---- connecting ---- */

struct connecting {
    struct exchange *x;
    int code; /* VK_MORE until it is over */
    struct err err;
};

static void on_opened(void *arg, struct sock *s, int64_t took_ns, const struct err *e) {
    struct connecting *c = arg;
    (void)took_ns;
    c->x->sock = s;
    c->code = s ? 0 : e->code;
    if (!s) c->err = *e;
}

static int open_stream(struct exchange *x, const char *password, struct err *e) {
    const struct run_opts run = {.conn = x->conn};
    const struct opening_opts opts = {
        .run = &run, .conn = x->conn, .tls = x->tls, .password = password};
    struct connecting c = {.x = x, .code = VK_MORE};
    struct opening *o = opening_start(x->loop, &opts, 0, on_opened, &c);
    while (c.code == VK_MORE && !signal_stop())
        loop_turn(x->loop, -1);
    if (c.code == VK_MORE) {
        opening_cancel(o);
        return err_set(e, VK_ECANCEL, "interrupted");
    }
    if (c.code < 0) *e = c.err;
    return c.code;
}

int exchange_connect(struct exchange *x, struct err *e) {
    struct buf secret;
    bool has_secret = false;
    if (exchange_is_open(x)) return 0;
    buf_init(&secret, SECRET_MAX);
    buf_reserve(&secret, SECRET_MAX); /* growing would leave bytes behind */
    int code = secret_for_connect(x->conn, &secret, &has_secret, e);
    if (code == 0) code = open_stream(x, has_secret ? buf_cstr(&secret) : NULL, e);
    if (secret.p) mem_wipe(secret.p, secret.cap);
    buf_release(&secret);
    if (code < 0) return code;
    resp_scan_reset(&x->scan);
    x->scan.on_error = on_error_reply;
    x->scan.error_arg = x;
    x->settled = x->errors = 0;
    code = loop_add(x->loop, x->sock->fd, LOOP_READ, on_ready, x, &x->watch, e);
    if (code < 0) drop(x);
    return code;
}
