/* SPDX-License-Identifier: BSD-3-Clause */
/* See doctor_cert.h. */
#include "doctor_cert.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "client/transport.h"

enum { TIMEOUT_S = 5 };

struct look {
    struct judge_node *facts;
    bool over;
};

static void on_shaken(void *arg, struct sock *s, const struct err *e) {
    struct look *look = arg;
    struct judge_node *n = look->facts;
    look->over = true;
    if (s && tls_peer_dates(s, &n->cert_from_s, &n->cert_to_s))
        n->read[JUDGE_CERTIFICATE] = true;
    else
        snprintf(n->skipped[JUDGE_CERTIFICATE], JUDGE_WHY_MAX, "%.*s", JUDGE_WHY_MAX - 1,
                 e ? e->text : "no certificate was shown");
    sock_close(s);
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
    struct look look = {.facts = facts};
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
    const struct transport_opts o = {
        .conn = &door, .tls = tls, .deadline_ns = clock_now_ns() + TIMEOUT_S * CLOCK_NS_PER_S};
    struct transport *t = transport_start(f->run->loop, &o, on_shaken, &look);
    while (!look.over && !run_interrupted(f->run))
        loop_turn(f->run->loop, -1);
    if (!look.over) transport_cancel(t);
    tls_ctx_free(tls);
}
