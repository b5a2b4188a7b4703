/* SPDX-License-Identifier: BSD-3-Clause */
/* A load over one connection: bytes out, replies counted. The session that made the connection is
 * not in the way; what it knows of a command, a line of the flight knows here, and 24 bytes are all
 * it costs. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "bulk_impl.h"
#include "bulk_replies.h"
#include "io/sock.h"

enum {
    FLIGHT = 1 << 16, /* commands in flight; a power of 2 */
    FIRST = 1024,     /* as long as it is not known how the server takes them */
    OUT_BYTES = 1 << 18,
    READ_BYTES = 1 << 16,
    READS_PER_WAKE = 16,
    MANY = 4096,      /* in flight: no hurry to look at replies, */
    NAP_NS = 1000000, /* rather at many at once */
};

/* One command in flight, or a record that waits for its turn to be reported. */
struct place {
    uint64_t at;  /* in the input */
    uint64_t end; /* in the stream of what is sent */
    uint32_t len;
    uint8_t kind;
    bool bad; /* not sent */
};

struct direct {
    struct bulk *b;
    struct sock *sock;
    struct loop_watch *watch;
    struct bulk_replies replies;
    struct buf out; /* from out_at on it waits to be sent */
    size_t out_at;
    uint64_t queued, answered; /* in the stream: what was put into out, and what was answered */
    struct place *flight;      /* a ring: n of them from head on, n_bad of them bad */
    size_t head, n, n_bad;
    uint64_t behind;  /* where what was never sent begins, once stopped */
    int64_t moved_ns; /* when a byte went out or a reply came last */
    bool write_waits, write_failed, stopped;
    bool over; /* the connection has ended, and this is why: */
    struct err why;
    char *in;
};

static struct place *place_at(const struct direct *d, size_t i) {
    return &d->flight[(d->head + i) & (FLIGHT - 1)];
}

static uint64_t sent(const struct direct *d) {
    return d->queued - (d->out.len - d->out_at);
}

static struct bulk_record record_of(const struct place *p) {
    return (struct bulk_record){p->at, p->len, p->kind};
}

/* ---- replies ---- */

static void pop(struct direct *d, size_t n) {
    d->answered = place_at(d, n - 1)->end;
    d->head = (d->head + n) & (FLIGHT - 1);
    d->n -= n;
}

/* Bad records whose turn it is. With nothing in flight behind them a stop leaves them to --resume.
 */
static void report_bad(struct direct *d) {
    while (d->n && place_at(d, 0)->bad) {
        if (d->n == d->n_bad && bulk_is_stopping(d->b)) return;
        const struct bulk_record c = record_of(place_at(d, 0));
        bulk_report_bad(&d->b->report, &c);
        d->n_bad--;
        pop(d, 1);
    }
}

static bool is_expected(struct direct *d) {
    report_bad(d);
    if (d->n && place_at(d, 0)->end <= sent(d)) return true;
    d->over = true;
    err_set(&d->why, VK_EPROTO, "a reply that belongs to no command");
    return false;
}

static void on_good(void *arg, uint64_t n) {
    struct direct *d = arg;
    while (n && !d->over && is_expected(d)) {
        uint64_t some = d->n_bad ? 1 : n;
        if (some > d->n) some = d->n;
        bulk_report_good(&d->b->report, some);
        pop(d, (size_t)some);
        n -= some;
    }
}

static void on_error(void *arg, const struct bulk_verdict *v) {
    struct direct *d = arg;
    if (d->over) return;
    report_bad(d);
    if (!d->n) { /* the server says why it hangs up */
        d->over = true;
        err_set(&d->why, VK_ESERVER, "%.*s", (int)(v->text.len < 400 ? v->text.len : 400),
                v->text.p);
        return;
    }
    const struct bulk_record c = record_of(place_at(d, 0));
    bulk_report_error(&d->b->report, &c, v);
    pop(d, 1);
}

static void end(struct direct *d, const struct err *why) {
    if (!d->over) d->why = *why;
    d->over = true;
}

static void on_ready(void *arg, unsigned events) {
    struct direct *d = arg;
    struct err e;
    (void)events;
    d->write_waits = false; /* try again */
    for (int i = 0; !d->over && i < READS_PER_WAKE; i++) {
        size_t got = 0;
        err_clear(&e);
        int code = sock_read(d->sock, d->in, READ_BYTES, &got, &e);
        if (code == VK_MORE) return;
        if (code == 0) code = bulk_replies_feed(&d->replies, d->in, got, &e);
        if (code < 0) end(d, &e);
        d->moved_ns = loop_now_ns(d->b->run->loop);
        if (got < READ_BYTES && !d->sock->has_more) return;
    }
}

/* ---- commands ---- */

static void add_place(struct direct *d, const struct bulk_record *c, bool bad) {
    struct place *p = place_at(d, d->n++);
    *p = (struct place){.at = c->at, .end = d->queued, .len = c->len, .kind = c->kind, .bad = bad};
    d->n_bad += bad;
}

static bool has_room(const struct direct *d) {
    return d->n < (d->b->report.good ? FLIGHT : FIRST) &&
           d->queued - d->answered < BULK_WINDOW_BYTES && d->out.len - d->out_at < OUT_BYTES;
}

static void fill(struct direct *d) {
    struct bulk_record c;
    while (!bulk_is_stopping(d->b) && has_room(d)) {
        size_t before = d->out.len;
        enum bulk_taken taken = bulk_take(d->b, &c, &d->out);
        if (taken == BULK_NONE) break;
        if (!d->n) d->moved_ns = clock_now_ns();
        d->queued += d->out.len - before;
        add_place(d, &c, taken == BULK_BAD);
    }
    report_bad(d);
}

/* A failed write is not the end: the server may have said why before it hung up. */
static void write_some(struct direct *d) {
    struct err e;
    while (d->out_at < d->out.len && !d->write_waits && !d->write_failed) {
        struct iovec v = {d->out.p + d->out_at, d->out.len - d->out_at};
        size_t n = 0;
        int code = sock_write(d->sock, &v, 1, &n, &e);
        if (code == VK_MORE) d->write_waits = true;
        if (code < 0) d->write_failed = true;
        d->out_at += n;
        if (n) d->moved_ns = loop_now_ns(d->b->run->loop);
    }
    if (d->out_at == d->out.len) {
        buf_clear(&d->out);
        d->out_at = 0;
    } else if (d->out_at > d->out.len / 2) {
        buf_drop(&d->out, d->out_at);
        d->out_at = 0;
    }
}

/* Take back what has not begun to go out. */
static void take_back(struct direct *d) {
    uint64_t gone = sent(d);
    d->behind = bulk_input_offset(&d->b->in);
    while (d->n) {
        const struct place *p = place_at(d, d->n - 1);
        uint64_t start = d->n > 1 ? place_at(d, d->n - 2)->end : d->answered;
        if (start < gone) break;
        d->out.len -= (size_t)(p->end - start);
        d->queued = start;
        d->behind = p->at;
        d->n_bad -= p->bad;
        d->n--;
    }
    d->stopped = true;
}

/* As much as there is and the server takes. */
static void send_all(struct direct *d) {
    do {
        fill(d);
        if (bulk_is_stopping(d->b) && !d->stopped) take_back(d);
        write_some(d);
    } while (!d->out.len && !d->stopped && !d->b->starving && !bulk_at_end(d->b) && has_room(d));
}

/* ---- the loop ---- */

static bool is_over(const struct direct *d) {
    if (d->over) return true;
    if (d->n) return false;
    return d->stopped || bulk_at_end(d->b);
}

static int64_t earlier(int64_t a, int64_t b) {
    return a < 0 || (b >= 0 && b < a) ? b : a;
}

/* When patience with the server ends; -1 = never. */
static int64_t patience(const struct direct *d) {
    if (!d->n || !d->b->opts->timeout_s) return -1;
    return d->moved_ns + d->b->opts->timeout_s * CLOCK_NS_PER_S;
}

/* Wait for what can be done. As long as the server has much to do its replies are let gather: to
 * look at each few as they come would cost more than all else here. */
static void turn(struct direct *d, int64_t grace_ns) {
    struct bulk *b = d->b;
    bool naps = d->n >= MANY && !d->stopped;
    unsigned mask = naps ? 0 : sock_wants(d->sock) | LOOP_READ;
    if (d->write_waits) mask |= LOOP_WRITE;
    loop_mask(b->run->loop, d->watch, mask);
    int64_t until = earlier(patience(d), grace_ns), now = clock_now_ns();
    if (b->progress.shown) until = earlier(until, now + CLOCK_NS_PER_S / 5);
    if (naps) until = earlier(until, now + NAP_NS);
    if (d->sock->has_more) until = 0;
    bulk_turn(b, has_room(d) && !d->stopped, until);
    if (naps || d->sock->has_more) on_ready(d, 0);
}

static void give_up(struct direct *d, enum bulk_stop stop, const char *why) {
    struct err e;
    err_set(&e, VK_ETIMEOUT, "%s", why);
    if (bulk_report_stop(&d->b->report, stop)) d->b->report.why = e;
    d->over = true;
    d->why = e;
}

static void check_time(struct direct *d, int64_t grace_ns) {
    int64_t now = clock_now_ns(), patient = patience(d);
    char text[64];
    if (patient >= 0 && now >= patient) {
        snprintf(text, sizeof text, "no reply for %lld s", (long long)d->b->opts->timeout_s);
        give_up(d, BULK_STOP_TIMEOUT, text);
    }
    if (grace_ns >= 0 && now >= grace_ns) give_up(d, BULK_STOP_SIGNAL, "interrupted");
}

static void loop_until_over(struct direct *d) {
    struct bulk *b = d->b;
    int64_t grace_ns = -1;
    while (!is_over(d)) {
        send_all(d);
        if (is_over(d)) break;
        turn(d, grace_ns);
        if (!d->over)
            bulk_input_drop(&b->in, d->n ? place_at(d, 0)->at : bulk_input_offset(&b->in));
        if (b->report.stop == BULK_STOP_SIGNAL && grace_ns < 0)
            grace_ns = clock_now_ns() + BULK_GRACE_S * CLOCK_NS_PER_S;
        if (!d->over) check_time(d, grace_ns);
    }
}

static void account(struct direct *d) {
    struct bulk *b = d->b;
    if (!d->stopped) take_back(d);
    b->in_doubt = d->n - d->n_bad;
    b->resume = bulk_point_of(b, d->n ? place_at(d, 0)->at : d->behind);
    b->behind = bulk_point_of(b, d->behind);
    bool none_left = d->behind == bulk_input_offset(&b->in);
    bool done = !d->n && none_left && bulk_at_end(b); /* then it may hang up */
    if (!d->over || (done && d->why.code == VK_ELOST)) return;
    if (!bulk_report_stop(&b->report, BULK_STOP_LOST)) return;
    err_set(&b->report.why, d->why.code, "%s: %s", client_where(b->run->wire.client), d->why.text);
}

int bulk_direct(struct bulk *b, struct err *e) {
    const struct bulk_replies_hooks hooks = {on_good, on_error, NULL};
    struct direct d = {.b = b, .moved_ns = clock_now_ns()};
    d.replies.hooks = hooks;
    d.sock = client_take_sock(b->run->wire.client);
    int code = loop_add(b->run->loop, d.sock->fd, LOOP_READ, on_ready, &d, &d.watch, e);
    if (code == 0) {
        bulk_replies_init(&d.replies, &hooks);
        d.replies.hooks.arg = &d;
        buf_init(&d.out, SIZE_MAX / 2);
        d.flight = mem_zalloc(FLIGHT, sizeof *d.flight);
        d.in = mem_alloc(READ_BYTES);
        loop_until_over(&d);
        account(&d);
        bulk_replies_release(&d.replies);
        buf_release(&d.out);
        free(d.flight);
        free(d.in);
    }
    loop_del(b->run->loop, d.watch);
    sock_close(d.sock);
    return code;
}
