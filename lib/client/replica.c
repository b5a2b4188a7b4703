/* SPDX-License-Identifier: BSD-3-Clause */
/* See replica.h. The invariant: `sock` is open until `end`, which closes it and calls on_end, once.
 */
#include "client/replica.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "client/client_impl.h"
#include "resp/write.h"

enum {
    READ_BYTES = 1 << 16,
    READS_PER_WAKE = 16,
    OUT_MAX = 1 << 16,
    COMMAND_MAX = 1 << 30,
    ACK_FIRST_MS = 50,
    ACK_MOST_MS = 1000,
};

struct replica {
    struct loop *loop;
    struct replica_opts opts;
    struct replica_hooks hooks;
    const char *where; /* the client's */
    struct sock *sock; /* NULL = over */
    struct loop_watch *watch;
    struct loop_timer again, silence, ack;
    int64_t ack_ns; /* until the next one */
    struct rdbstream stream;
    bool dumped; /* the commands follow */
    struct resp_reader reader;
    struct reply_builder builder;
    struct buf out;
    char *in;
};

/* ---- the end ---- */

static void close_sock(struct replica *r) {
    loop_timer_clear(r->loop, &r->again);
    loop_timer_clear(r->loop, &r->silence);
    loop_timer_clear(r->loop, &r->ack);
    loop_del(r->loop, r->watch);
    r->watch = NULL;
    sock_close(r->sock);
    r->sock = NULL;
}

static void end(struct replica *r, const struct err *why) {
    struct err e;
    if (!r->sock) return;
    close_sock(r);
    if (why) {
        err_set(&e, why->code, "%s: %s", r->where, why->text);
        e.sys = why->sys;
    }
    r->hooks.on_end(r->hooks.arg, why ? &e : NULL);
}

/* What the caller found wrong stands in his words. */
static void end_by_caller(struct replica *r, const struct err *why) {
    close_sock(r);
    r->hooks.on_end(r->hooks.arg, why);
}

/* ---- out ---- */

static void flush(struct replica *r) {
    struct err e;
    size_t sent;
    unsigned mask = LOOP_READ;
    while (r->out.len) {
        struct iovec v = {.iov_base = r->out.p, .iov_len = r->out.len};
        int code = sock_write(r->sock, &v, 1, &sent, &e);
        if (code == VK_MORE) mask |= LOOP_WRITE;
        if (code) break; /* why it failed, reading finds out */
        buf_drop(&r->out, sent);
    }
    loop_mask(r->loop, r->watch, mask | sock_wants(r->sock));
}

static void send_words(struct replica *r, int argc, const char *const *argv) {
    if (resp_write_argv(&r->out, argc, argv, NULL) < 0) return; /* it does not read: no need */
    flush(r);
}

/* Nothing is kept here, so nothing is acknowledged: a WAIT at the primary must not count us. */
static void acknowledge(struct replica *r) {
    send_words(r, 3, (const char *[]){"REPLCONF", "ACK", "0"});
}

/* A dump that ended with a mark is followed by nothing until it is acknowledged, of which a primary
 * that has not seen the end of its own child takes no notice. */
static void on_ack(void *arg) {
    struct replica *r = arg;
    acknowledge(r);
    loop_timer_set(r->loop, &r->ack, clock_now_ns() + r->ack_ns);
    r->ack_ns *= 2;
    if (r->ack_ns > ACK_MOST_MS * CLOCK_NS_PER_MS) r->ack_ns = ACK_MOST_MS * CLOCK_NS_PER_MS;
}

/* ---- in ---- */

static void on_silence(void *arg) {
    struct replica *r = arg;
    struct err e;
    err_set(&e, VK_ETIMEOUT, "nothing has come for %g s",
            (double)r->opts.silence_ns / (double)CLOCK_NS_PER_S);
    end(r, &e);
}

static void listen_on(struct replica *r) {
    if (r->opts.silence_ns && !r->dumped)
        loop_timer_set(r->loop, &r->silence, clock_now_ns() + r->opts.silence_ns);
    else
        loop_timer_clear(r->loop, &r->silence);
}

static void go_on(struct replica *r) {
    r->dumped = true;
    if (!r->stream.marked) return;
    r->ack_ns = ACK_FIRST_MS * CLOCK_NS_PER_MS;
    on_ack(r);
}

static int take_event(struct replica *r, const struct rdbstream_event *ev, struct err *e) {
    const struct replica_hooks *h = &r->hooks;
    switch (ev->kind) {
    case RDBSTREAM_BEGIN: return h->on_begin ? h->on_begin(h->arg, e) : 0;
    case RDBSTREAM_DATA: return h->on_data ? h->on_data(h->arg, ev->p, ev->n, e) : 0;
    case RDBSTREAM_END: return h->on_dump ? h->on_dump(h->arg, e) : 0;
    }
    return 0;
}

static void take_dump(struct replica *r, const char *p, size_t n) {
    struct rdbstream_event ev = {.kind = 0};
    struct err e;
    int code;
    err_clear(&e);
    rdbstream_feed(&r->stream, p, n);
    while ((code = rdbstream_next(&r->stream, &ev, &e)) > 0)
        if (take_event(r, &ev, &e) < 0) {
            end_by_caller(r, &e);
            return;
        }
    if (code < 0)
        end(r, &e);
    else if (ev.kind == RDBSTREAM_END && r->opts.goes_on)
        go_on(r);
    else if (ev.kind == RDBSTREAM_END)
        end(r, NULL);
}

static bool is_getack(const struct reply *command) {
    const struct reply *name = reply_at(command, 0), *what = reply_at(command, 1);
    return name && name->p && str_ieq(name->p, name->len, "replconf") && what && what->p &&
           str_ieq(what->p, what->len, "getack");
}

static void take_command(struct replica *r, const struct reply *command) {
    if (command->type != RESP_ARRAY) return;
    if (is_getack(command)) acknowledge(r);
    r->hooks.on_command(r->hooks.arg, command);
}

static void take_commands(struct replica *r, const char *p, size_t n) {
    struct resp_event ev;
    int code, built;
    loop_timer_clear(r->loop, &r->ack);
    resp_read_feed(&r->reader, p, n);
    while ((code = resp_read_next(&r->reader, &ev)) > 0) {
        if ((built = reply_build(&r->builder, &ev)) == VK_MORE) continue;
        if (built < 0) {
            struct err e;
            err_set(&e, built, "a command takes more memory than is allowed");
            end(r, &e);
            return;
        }
        take_command(r, r->builder.root);
        reply_builder_clear(&r->builder);
    }
    if (code < 0) end(r, &r->reader.err);
}

static void take(struct replica *r, const char *p, size_t n) {
    if (!r->dumped) {
        take_dump(r, p, n);
        if (!r->dumped || !r->sock) return;
        n = rdbstream_rest(&r->stream, &p);
    }
    if (n) take_commands(r, p, n);
}

static void on_ready(void *arg, unsigned events);

static void on_again(void *arg) {
    on_ready(arg, LOOP_READ);
}

static void read_some(struct replica *r) {
    struct err e;
    for (int i = 0; r->sock && i < READS_PER_WAKE; i++) {
        size_t got = 0;
        err_clear(&e);
        int code = sock_read(r->sock, r->in, READ_BYTES, &got, &e);
        if (code == VK_MORE) return;
        if (code < 0) {
            end(r, &e);
            return;
        }
        take(r, r->in, got);
        if (r->sock) listen_on(r);
        if (got < READ_BYTES && r->sock && !r->sock->has_more) return;
    }
    if (r->sock && r->sock->has_more) loop_timer_set(r->loop, &r->again, 0);
}

static void on_ready(void *arg, unsigned events) {
    struct replica *r = arg;
    (void)events;
    read_some(r);
    if (r->sock) flush(r);
}

/* ---- the beginning ---- */

static void start(struct replica *r) {
    struct err e;
    if (loop_add(r->loop, r->sock->fd, LOOP_READ, on_ready, r, &r->watch, &e) < 0) {
        end(r, &e);
        return;
    }
    listen_on(r);
    if (r->opts.old_sync)
        send_words(r, 1, (const char *[]){"SYNC"});
    else
        send_words(r, 3, (const char *[]){"PSYNC", "?", "-1"});
}

struct replica *replica_new(struct loop *l, struct client *c, const struct replica_opts *o,
                            const struct replica_hooks *h) {
    struct replica *r = mem_zalloc(1, sizeof *r);
    *r = (struct replica){.loop = l, .opts = *o, .hooks = *h, .where = client_where(c)};
    r->again = (struct loop_timer){.fn = on_again, .arg = r};
    r->silence = (struct loop_timer){.fn = on_silence, .arg = r};
    r->ack = (struct loop_timer){.fn = on_ack, .arg = r};
    rdbstream_init(&r->stream);
    resp_read_init(&r->reader, NULL);
    reply_builder_init(&r->builder, COMMAND_MAX);
    buf_init(&r->out, OUT_MAX);
    r->in = mem_alloc(READ_BYTES);
    r->sock = client_take_sock(c);
    start(r);
    return r;
}

void replica_free(struct replica *r) {
    if (!r) return;
    close_sock(r);
    resp_read_release(&r->reader);
    reply_builder_release(&r->builder);
    buf_release(&r->out);
    free(r->in);
    free(r);
}

const struct rdbstream *replica_stream(const struct replica *r) {
    return &r->stream;
}
