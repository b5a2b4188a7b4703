/* SPDX-License-Identifier: BSD-3-Clause */
/* See sentinel.h. One client goes from sentinel to sentinel. The invariant: places[0] is the one to
 * ask first. */
#include "client/sentinel.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "client/client_impl.h"
#include "client/sentinel_reply.h"

enum { REASONS_MAX = 512, REASON_MAX = 200 };

struct sentinel {
    const struct connopt *opts;
    struct connopt conn;     /* how to reach the sentinel at hand, */
    struct connopt_place at; /* and where it is */
    struct client *client;
    struct connopt_place places[CONNOPT_SENTINELS_MAX];
    int n;
    unsigned turn;    /* the replica to begin with */
    int64_t began_ns; /* with the sentinel at hand */
    sentinel_switch_fn *on_switch;
    void *arg;
};

/* What became of a round of asking. */
struct round {
    struct buf reasons;
    int code;            /* of all failures, when it is the same one */
    bool unknown, known; /* some sentinel has no such service, or has it and cannot offer it */
};

/* ---- one sentinel ---- */

static void on_push(void *arg, enum push_kind kind, const struct reply *r) {
    struct sentinel *s = arg;
    struct connopt_place primary;
    if (kind == PUSH_MESSAGE && s->on_switch &&
        sentinel_reply_switch(reply_at(r, 2), s->opts->sentinel.service, &primary))
        s->on_switch(s->arg, &primary);
}

static int connect_to(struct sentinel *s, const struct connopt_place *place, struct err *e) {
    client_disconnect(s->client);
    s->at = *place;
    s->conn.host = s->at.host;
    s->conn.port = s->at.port;
    s->conn.password = s->opts->sentinel.password;
    s->began_ns = clock_now_ns();
    return client_attempt(s->client, e);
}

/* A reply takes what is left of the time to connect in. An error reply is an error; *r is NULL for
 * a SUBSCRIBE, which is confirmed by a push. */
static int call(struct sentinel *s, int argc, const char *const *argv, const struct reply **r,
                struct err *e) {
    double spent_s = (double)(clock_now_ns() - s->began_ns) / (double)CLOCK_NS_PER_S;
    double left_s = s->conn.connect_timeout_s - spent_s;
    s->conn.command_timeout_s = s->conn.connect_timeout_s > 0 ? (left_s > 1e-3 ? left_s : 1e-3) : 0;
    int code = client_call(s->client, argc, argv, r, e);
    if (code < 0 || !*r || !resp_read_is_error((*r)->type)) return code;
    enum errclass class = errclass_of_reply((*r)->p, (*r)->len);
    bool auth = class & (ERRCLASS_AUTH | ERRCLASS_PERMISSION);
    return err_set(e, auth ? VK_EAUTH : VK_ESERVER, "%.*s", (int)(*r)->len, (*r)->p);
}

static const struct reply *find_service(struct sentinel *s, struct err *e) {
    const struct connopt_sentinel *o = &s->opts->sentinel;
    const struct reply *r;
    if (call(s, 2, (const char *const[]){"SENTINEL", "MASTERS"}, &r, e) < 0) return NULL;
    return sentinel_reply_service(r, o->service, o->peers, e);
}

typedef int ask_fn(struct sentinel *s, void *out, struct err *e);

static int ask_primary(struct sentinel *s, void *out, struct err *e) {
    const struct reply *service = find_service(s, e);
    return service ? sentinel_reply_primary(service, out, e) : e->code;
}

struct replicas {
    struct connopt_place *places;
    int n;
    bool answered;
};

static int ask_replicas(struct sentinel *s, void *out, struct err *e) {
    struct replicas *found = out;
    const char *service = s->opts->sentinel.service;
    const struct reply *r;
    if (!find_service(s, e)) return e->code;
    int code = call(s, 3, (const char *const[]){"SENTINEL", "REPLICAS", service}, &r, e);
    if (code == VK_ESERVER) /* before Redis 5 */
        code = call(s, 3, (const char *const[]){"SENTINEL", "SLAVES", service}, &r, e);
    if (code < 0) return code;
    found->answered = true;
    found->n = sentinel_reply_replicas(r, found->places, SENTINEL_REPLICAS_MAX);
    return found->n ? 0 : err_set(e, VK_ECONNECT, "no replica is up");
}

static int ask_to_listen(struct sentinel *s, void *out, struct err *e) {
    const struct reply *r;
    (void)out;
    return call(s, 2, (const char *const[]){"SUBSCRIBE", "+switch-master"}, &r, e);
}

/* ---- all of them ---- */

/* "127.0.0.1:26379: Connection refused" */
static void add_reason(struct sentinel *s, struct round *r, const struct err *why) {
    static const char cannot[] = "cannot connect to ";
    const char *text = why->text, *where = s->client->where;
    if (!strncmp(text, cannot, sizeof cannot - 1)) text += sizeof cannot - 1;
    bool named = !strncmp(text, where, strlen(where));
    buf_addf(&r->reasons, "%s%s%s%.*s", r->reasons.len ? "; " : "", named ? "" : where,
             named ? "" : ": ", REASON_MAX, text);
}

static void note_failure(struct sentinel *s, struct round *r, const struct err *why) {
    bool answered = client_is_open(s->client);
    int code = why->code == VK_ESTATE ? VK_ECONNECT : why->code;
    r->unknown |= why->code == VK_ESTATE;
    r->known |= answered && why->code == VK_ECONNECT;
    r->code = !r->code || r->code == code ? code : VK_ECONNECT;
    add_reason(s, r, why);
}

static int fail_round(const struct sentinel *s, struct round *r, struct err *e) {
    const char *what = r->known     ? "no sentinel can offer a server of"
                       : r->unknown ? "no sentinel knows"
                                    : "no sentinel could be asked for";
    return err_set(e, r->code, "%s service '%.80s': %s", what, s->opts->sentinel.service,
                   buf_cstr(&r->reasons));
}

static void move_to_front(struct sentinel *s, int i) {
    struct connopt_place first = s->places[0];
    s->places[0] = s->places[i];
    s->places[i] = first;
}

/* Until one has an answer, with which the connection stands. */
static int ask_all(struct sentinel *s, ask_fn *ask, void *out, struct err *e) {
    struct round r = {0};
    struct err why;
    int code = 0;
    buf_init(&r.reasons, REASONS_MAX);
    for (int i = 0; i < s->n; i++) {
        err_clear(&why);
        code = connect_to(s, &s->places[i], &why);
        if (code == 0) code = ask(s, out, &why);
        if (code == 0) move_to_front(s, i);
        if (code == 0 || code == VK_ECANCEL) break;
        note_failure(s, &r, &why);
    }
    if (code < 0) client_disconnect(s->client);
    if (code == VK_ECANCEL)
        *e = why;
    else if (code < 0)
        code = fail_round(s, &r, e);
    buf_release(&r.reasons);
    return code;
}

int sentinel_primary(struct sentinel *s, struct connopt_place *out, struct err *e) {
    int code = ask_all(s, ask_primary, out, e);
    client_disconnect(s->client);
    return code;
}

static void rotate(struct connopt_place *p, int n, unsigned by) {
    struct connopt_place turned[SENTINEL_REPLICAS_MAX];
    size_t first = n ? by % (unsigned)n : 0, rest = (size_t)n - first;
    memcpy(turned, p, first * sizeof *p);
    memmove(p, p + first, rest * sizeof *p);
    memcpy(p + rest, turned, first * sizeof *p);
}

int sentinel_replicas(struct sentinel *s, struct connopt_place out[SENTINEL_REPLICAS_MAX], int *n,
                      struct err *e) {
    struct replicas found = {.places = out};
    int code = ask_all(s, ask_replicas, &found, e);
    client_disconnect(s->client);
    if (code < 0 && (code == VK_ECANCEL || !found.answered)) return code;
    rotate(out, found.n, s->turn++);
    *n = found.n;
    return 0;
}

void sentinel_doubt(struct sentinel *s) {
    struct connopt_place first = s->places[0];
    memmove(s->places, s->places + 1, (size_t)(s->n - 1) * sizeof *s->places);
    s->places[s->n - 1] = first;
}

int sentinel_listen(struct sentinel *s, sentinel_switch_fn *fn, void *arg, struct err *e) {
    s->on_switch = fn;
    s->arg = arg;
    return ask_all(s, ask_to_listen, NULL, e);
}

bool sentinel_is_listening(const struct sentinel *s) {
    return client_is_open(s->client);
}

/* ---- beginning and end ---- */

/* What is the server's alone is left behind, its secrets before all. */
static struct connopt conn_of(const struct connopt *o) {
    struct connopt c = *o;
    c.path = c.uri = NULL;
    c.user = o->sentinel.user;
    c.password = NULL;
    c.auth_command = c.client_name = NULL;
    c.capa_redirect = false;
    c.db = 0;
    c.tls = o->sentinel.tls;
    c.tls_opts.sni = c.tls_opts.verify_name = NULL;
    if (c.connect_timeout_s < 0) c.connect_timeout_s = CONNOPT_CONNECT_TIMEOUT_S;
    c.sentinel = (struct connopt_sentinel){0};
    return c;
}

static int take_places(struct sentinel *s, struct err *e) {
    for (const char *p = s->opts->sentinel.list; p;) {
        if (s->n == CONNOPT_SENTINELS_MAX || connopt_next_sentinel(&p, &s->places[s->n]) < 0)
            return err_set(e, VK_EUSAGE, "bad list of sentinels");
        s->n++;
    }
    return 0;
}

int sentinel_new(struct loop *l, const struct connopt *o, struct sentinel **out, struct err *e) {
    struct sentinel *s = mem_zalloc(1, sizeof *s);
    struct client_hooks hooks = {.on_push = on_push, .arg = s};
    s->opts = o;
    s->conn = conn_of(o);
    int code = take_places(s, e);
    if (code == 0) code = client_attempt_new(l, &s->conn, &hooks, &s->client, e);
    if (code < 0) {
        free(s);
        return code;
    }
    s->turn = (unsigned)rng_next(&s->client->rng);
    *out = s;
    return 0;
}

void sentinel_free(struct sentinel *s) {
    if (!s) return;
    client_attempt_free(s->client);
    free(s);
}
