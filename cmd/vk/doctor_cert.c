/* SPDX-License-Identifier: BSD-3-Clause */
/* See doctor_cert.h. */
#include "doctor_cert.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "client/transport.h"

enum { TIMEOUT_S = 5 };

struct look {
    struct loop *loop;
    struct judge_node *facts;
    struct sock *sock; /* until the server has closed */
    struct loop_watch *watch;
    size_t sent; /* of the farewell */
    bool over;
};

static const char farewell[] = "QUIT\r\n";

static void end(struct look *l) {
    loop_del(l->loop, l->watch);
    sock_close(l->sock);
    l->watch = NULL;
    l->sock = NULL;
    l->over = true;
}

/* Without a farewell the server may find a connection that has ended before it took it in, and
 * counts it as refused: a trouble that the next doctor would find. */
static void on_ready(void *arg, unsigned events) {
    struct look *l = arg;
    struct err e;
    char text[256];
    size_t n = 0;
    int code = 0;
    (void)events;
    while (code == 0 && l->sent < sizeof farewell - 1) {
        struct iovec v = {(void *)(uintptr_t)(farewell + l->sent), sizeof farewell - 1 - l->sent};
        code = sock_write(l->sock, &v, 1, &n, &e);
        if (code == 0) l->sent += n;
    }
    if (code == 0) code = sock_read(l->sock, text, sizeof text, &n, &e);
    if (code != VK_MORE) /* +OK, or the end */
        end(l);
    else
        loop_mask(l->loop, l->watch, LOOP_READ | sock_wants(l->sock));
}

static void on_shaken(void *arg, struct sock *s, const struct err *e) {
    struct look *l = arg;
    struct judge_node *n = l->facts;
    struct err why;
    l->sock = s;
    n->read[JUDGE_CERTIFICATE] = s && tls_peer_dates(s, &n->cert_from_s, &n->cert_to_s);
    if (!n->read[JUDGE_CERTIFICATE])
        snprintf(n->skipped[JUDGE_CERTIFICATE], JUDGE_WHY_MAX, "%.*s", JUDGE_WHY_MAX - 1,
                 e ? e->text : "no certificate was shown");
    if (!s || loop_add(l->loop, s->fd, LOOP_READ | LOOP_WRITE, on_ready, l, &l->watch, &why) < 0)
        end(l);
}

/* "NAME (HOST:PORT)" behind sentinels, "HOST:PORT" else. */
static void host_of(const struct fleet *f, const struct fleet_node *n, char *host, size_t cap) {
    const struct connopt *o = &f->run->opts->conn;
    const char *at = strrchr(n->name, '('), *colon = at ? strrchr(at, ':') : NULL;
    if (n->door)
        snprintf(host, cap, "%s", connopt_host(&n->door->conn));
    else if (o->sentinel.list && colon)
        snprintf(host, cap, "%.*s", (int)(colon - at - 1), at + 1);
    else
        snprintf(host, cap, "%s", o->path ? "127.0.0.1" : connopt_host(o));
}

void doctor_cert_read(struct fleet *f, const struct fleet_node *n, int tls_port,
                      struct judge_node *facts) {
    struct connopt door = f->run->opts->conn;
    struct tls_opts opts = door.tls_opts;
    struct look look = {.loop = f->run->loop, .facts = facts};
    struct tls_ctx *tls;
    struct err e;
    char host[CONNOPT_HOST_MAX + 1];
    host_of(f, n, host, sizeof host);
    opts.insecure = true;
    if (tls_ctx_new(&opts, &tls, &e) < 0) {
        snprintf(facts->skipped[JUDGE_CERTIFICATE], JUDGE_WHY_MAX, "%.*s", JUDGE_WHY_MAX - 1,
                 e.text);
        return;
    }
    door.host = host;
    door.port = tls_port;
    door.path = door.sentinel.list = NULL;
    door.lenient = true; /* no second knock */
    facts->tls_port = tls_port;
    int64_t until = clock_now_ns() + TIMEOUT_S * CLOCK_NS_PER_S;
    const struct transport_opts o = {.conn = &door, .tls = tls, .deadline_ns = until};
    struct transport *t = transport_start(f->run->loop, &o, on_shaken, &look);
    while (!look.over && clock_now_ns() < until && !run_interrupted(f->run))
        loop_turn(f->run->loop, until);
    if (!look.over && !look.sock) transport_cancel(t);
    if (!look.over) end(&look);
    tls_ctx_free(tls);
}
