/* SPDX-License-Identifier: BSD-3-Clause */
/* Where a client's connection leads and how often it is tried: straight to what the options say, or
 * to what the sentinels name, each time anew, if the server agrees that it has that role. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "client/client_impl.h"
#include "client/sentinel.h"
#include "io/signal.h"

/* ---- one server that the sentinels named ---- */

/* A server that does not say (ROLE is not permitted, or the password comes later) is believed. */
static int check_role(struct client *c, const char *role, int64_t began_ns, struct err *e) {
    static const char *const argv[] = {"ROLE"};
    const struct reply *r;
    double limit_s = c->given->connect_timeout_s;
    double spent_s = (double)(clock_now_ns() - began_ns) / (double)CLOCK_NS_PER_S;
    if (limit_s > 0)
        c->door.command_timeout_s = limit_s - spent_s > 1e-3 ? limit_s - spent_s : 1e-3;
    int code = client_call(c, 1, argv, &r, e);
    c->door.command_timeout_s = c->given->command_timeout_s;
    const struct reply *said = code == 0 ? reply_at(r, 0) : NULL;
    if (code < 0 || !said || !said->p || reply_is(said, role)) return code;
    return err_set(e, VK_ESTATE, "%s: the sentinels name it as a %s, but its role is %.20s",
                   c->where, role, said->p);
}

static int reach(struct client *c, const struct connopt_place *place, const char *role,
                 struct err *e) {
    int64_t began_ns = clock_now_ns();
    c->place = *place;
    c->door = *c->given;
    c->door.host = c->place.host;
    c->door.port = c->place.port;
    c->note[0] = 0;
    int code = client_attempt(c, e);
    if (code == 0) code = check_role(c, role, began_ns, e);
    if (code < 0) client_disconnect(c);
    return code;
}

/* Another server, or another sentinel, may do better. */
static bool may_be_stale(int code) {
    return code == VK_ESTATE || code == VK_ECONNECT || code == VK_ELOST || code == VK_ETIMEOUT;
}

/* ---- by role ---- */

static bool is_same(const struct connopt_place *a, const struct connopt_place *b) {
    return a->port == b->port && !strcmp(a->host, b->host);
}

/* In the middle of a failover a sentinel names a primary that is none any more: it is asked again,
 * a little later. A primary that cannot be reached is given up once another sentinel has named it
 * as well. */
static int connect_primary(struct client *c, struct err *e) {
    static const int waits_ms[] = {50, 100, 200, 400, 800};
    enum { TRIES = sizeof waits_ms / sizeof *waits_ms + 1 };
    struct connopt_place place;
    struct err why;
    int code = 0;
    for (int i = 0; i < TRIES; i++) {
        if (code == VK_ESTATE &&
            client_attempt_sleep(c, waits_ms[i - 1] * CLOCK_NS_PER_MS, &why) < 0) {
            *e = why;
            return VK_ECANCEL;
        }
        if (sentinel_primary(c->sentinel, &place, &why) < 0) {
            *e = why;
            return why.code;
        }
        if (i && code != VK_ESTATE && is_same(&place, &c->place)) return code;
        code = reach(c, &place, "master", e);
        if (!may_be_stale(code)) return code;
        sentinel_doubt(c->sentinel);
    }
    return code == VK_ESTATE ? (e->code = VK_ECONNECT) : code;
}

static int connect_replica(struct client *c, struct err *e) {
    struct connopt_place places[SENTINEL_REPLICAS_MAX];
    int n;
    int code = sentinel_replicas(c->sentinel, places, &n, e);
    if (code < 0) return code;
    for (int i = 0; i < n; i++) {
        code = reach(c, &places[i], "slave", e);
        if (!may_be_stale(code)) return code;
    }
    code = connect_primary(c, e);
    if (code == 0)
        snprintf(c->note, sizeof c->note, "no replica of '%.80s' %s: this is its primary",
                 c->given->sentinel.service, n ? "can be reached" : "is up");
    return code;
}

static int connect_by_sentinels(struct client *c, struct err *e) {
    assert(!c->in_callback); /* design, rule 5: a callback may not call the blocking API */
    return c->wants_primary ? connect_primary(c, e) : connect_replica(c, e);
}

/* ---- the client's life ---- */

int client_connect(struct client *c, struct err *e) {
    if (client_is_open(c)) return 0;
    struct retry retry;
    struct err why; /* of a try that may not be the last */
    retry_start(&retry, &c->opts->retry, &c->rng);
    for (;;) {
        int64_t wait_ns;
        int code = c->sentinel ? connect_by_sentinels(c, &why) : client_attempt(c, &why);
        if (code == 0) return 0;
        if (!retry_again(&retry, c->opts->retry.connect_on, errclass_of_err(&why), &wait_ns)) {
            *e = why;
            return code;
        }
        if (signal_stop()) return err_set(e, VK_ECANCEL, "interrupted"); /* a wait may be 0 */
        if (wait_ns && (code = client_attempt_sleep(c, wait_ns, e)) < 0) return code;
    }
}

void client_start(struct client *c, client_started_fn *done, void *arg) {
    assert(!c->sentinel && !client_is_open(c));
    client_attempt_start(c, done, arg);
}

static int follow_sentinels(struct client *c, const struct connopt *o, struct err *e) {
    c->given = o;
    c->door = *o;
    c->opts = &c->door;
    c->wants_primary = o->sentinel.role != CONNOPT_REPLICA;
    return sentinel_new(c->loop, o, &c->sentinel, e);
}

int client_new(struct loop *l, const struct connopt *o, const struct client_hooks *hooks,
               struct client **out, struct err *e) {
    struct client *c;
    int code = client_attempt_new(l, o, hooks, &c, e);
    if (code < 0) return code;
    if (o->sentinel.list && (code = follow_sentinels(c, o, e)) < 0) {
        client_free(c);
        return code;
    }
    *out = c;
    return 0;
}

void client_free(struct client *c) {
    if (!c) return;
    sentinel_free(c->sentinel);
    client_attempt_free(c);
}
