/* SPDX-License-Identifier: BSD-3-Clause */
/* --pipe as redis-cli has it: the bytes of standard input as they are, whatever they are, then an
 * ECHO whose reply is the last one. Its words and exit codes to the byte. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/msg.h"
#include "base/rng.h"
#include "bulk.h"
#include "resp/reply.h"
#include "face.h"
#include "io/signal.h"
#include "io/sock.h"

enum { READ_BYTES = 1 << 16, MAGIC = 20 };

struct piping {
    struct run *run;
    struct sock *sock;
    struct loop_watch *watch, *input;
    struct resp_reader reader;
    struct reply_builder tree;
    char out[READ_BYTES];
    size_t out_at, out_len;
    char in[READ_BYTES];
    char magic[MAGIC];
    uint64_t errors, n;
    int64_t read_ns;
    bool eof, done, failed, write_waits;
};

static void say_error(const struct reply *r) {
    fprintf(stderr, "%s\n", r->p); /* up to a NUL, as the tool does it */
}

/* A whole reply. */
static void take(struct piping *p, const struct reply *r) {
    p->read_ns = clock_now_ns();
    if (resp_read_is_error(r->type)) {
        say_error(r);
        p->errors++;
    } else if (p->eof && r->type == RESP_BULK && r->len == MAGIC &&
               !memcmp(r->p, p->magic, MAGIC)) {
        printf("Last reply received from server.\n");
        p->done = true;
        return;
    }
    p->n++;
}

static int feed(struct piping *p, size_t got) {
    struct resp_reader *reader = &p->reader;
    struct resp_event ev;
    resp_read_feed(reader, p->in, got);
    int code;
    while ((code = resp_read_next(reader, &ev)) > 0) {
        if (reply_build(&p->tree, &ev) == VK_MORE) continue;
        if (p->tree.root && !ev.aside) take(p, p->tree.root);
        reply_builder_clear(&p->tree);
    }
    return code;
}

static void on_ready(void *arg, unsigned events) {
    struct piping *p = arg;
    struct err e;
    size_t got = 0;
    (void)events;
    p->write_waits = false;
    int code = sock_read(p->sock, p->in, sizeof p->in, &got, &e);
    if (code == VK_MORE) return;
    if (code < 0) {
        p->failed = true;
    } else if (feed(p, got) < 0) {
        msg_say("Error reading replies from server");
        p->failed = true;
    }
}

static void write_some(struct piping *p) {
    struct err e;
    while (p->out_at < p->out_len && !p->write_waits && !p->failed) {
        struct iovec v = {p->out + p->out_at, p->out_len - p->out_at};
        size_t n = 0;
        int code = sock_write(p->sock, &v, 1, &n, &e);
        if (code == VK_MORE) p->write_waits = true;
        if (code < 0) {
            msg_say("Error writing to the server: %s", strerror(e.sys));
            p->failed = true;
        }
        p->out_at += n;
    }
}

/* Its line end keeps what may be cut off in front of it apart. */
static void add_echo(struct piping *p) {
    struct rng rng;
    uint64_t random[3];
    int head = snprintf(p->out, sizeof p->out, "\r\n*2\r\n$4\r\nECHO\r\n$%d\r\n", MAGIC);
    rng_seed(&rng, (uint64_t)clock_now_ns() ^ (uint64_t)getpid() << 32);
    for (int i = 0; i < 3; i++)
        random[i] = rng_next(&rng);
    memcpy(p->magic, random, MAGIC);
    memcpy(p->out + head, p->magic, MAGIC);
    memcpy(p->out + head + MAGIC, "\r\n", 2);
    p->out_at = 0;
    p->out_len = (size_t)head + MAGIC + 2;
    p->eof = true;
    printf("All data transferred. Waiting for the last reply...\n");
}

static void on_input(void *arg, unsigned events) {
    struct piping *p = arg;
    (void)events;
    if (p->eof || p->out_at < p->out_len) return;
    ssize_t n = read(STDIN_FILENO, p->out, sizeof p->out);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n < 0) {
        msg_say("Error reading from stdin: %s", strerror(errno));
        p->failed = true;
    } else if (n == 0) {
        add_echo(p);
    } else {
        p->out_at = 0;
        p->out_len = (size_t)n;
    }
}

/* The tool counts whole seconds, and gives up when more than the limit have passed. */
static bool is_out_of_time(struct piping *p) {
    int64_t limit = p->run->opts->bulk.timeout_s;
    if (!p->eof || !limit) return false;
    if (clock_now_ns() - p->read_ns <= limit * CLOCK_NS_PER_S) return false;
    msg_say("No replies for %lld seconds: exiting.", (long long)limit);
    p->errors++;
    return true;
}

static void turn(struct piping *p) {
    struct loop *l = p->run->loop;
    bool full = p->out_at < p->out_len;
    unsigned mask = sock_wants(p->sock) | LOOP_READ;
    loop_mask(l, p->watch, p->write_waits ? mask | LOOP_WRITE : mask);
    loop_mask(l, p->input, full || p->eof ? 0 : LOOP_READ);
    loop_turn(l, p->sock->has_more ? 0 : clock_now_ns() + CLOCK_NS_PER_S);
    if (p->sock->has_more) on_ready(p, 0);
}

static int pipe_all(struct piping *p) {
    while (!p->done && !p->failed && !signal_stop()) {
        write_some(p);
        if (is_out_of_time(p)) break;
        if (!p->failed) turn(p);
    }
    if (signal_stop()) return 130;
    if (p->failed) return 1;
    printf("errors: %llu, replies: %llu\n", (unsigned long long)p->errors,
           (unsigned long long)p->n);
    return p->errors > 0;
}

static int watch(struct piping *p, struct err *e) {
    struct loop *l = p->run->loop;
    int code = loop_add(l, p->sock->fd, LOOP_READ, on_ready, p, &p->watch, e);
    return code == 0 ? loop_add(l, STDIN_FILENO, 0, on_input, p, &p->input, e) : code;
}

int bulk_face(struct run *r) {
    static struct piping p; /* large */
    struct err e;
    r->wire.strict = true;
    int code = wire_connect(&r->wire, &e);
    if (code < 0) return e.text[0] ? face_fail(r->opts, &e) : 1; /* the greeting was refused */
    p.run = r;
    p.read_ns = clock_now_ns();
    p.sock = client_take_sock(r->wire.client);
    resp_read_init(&p.reader, NULL);
    reply_builder_init(&p.tree, SIZE_MAX / 2);
    code = watch(&p, &e);
    code = code < 0 ? face_fail(r->opts, &e) : pipe_all(&p);
    loop_del(r->loop, p.input);
    loop_del(r->loop, p.watch);
    sock_close(p.sock);
    reply_builder_release(&p.tree);
    resp_read_release(&p.reader);
    return code;
}
