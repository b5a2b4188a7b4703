/* SPDX-License-Identifier: BSD-3-Clause */
/* See wire.h. */
#include "wire.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/msg.h"
#include "face.h"
#include "targets.h"

static void on_line(void *arg, const char *line) {
    (void)arg;
    msg_warn("%s", line);
}

static void make_cluster(struct wire *w) {
    const struct cluster_hooks hooks = {
        .on_push = w->on_push,
        .trace = w->opts->clusteropt.trace ? on_line : NULL,
        .note = on_line,
        .arg = w->arg,
    };
    w->cluster = cluster_new(w->loop, &w->opts->cluster_opts, &hooks);
}

int wire_init(struct wire *w, const struct options *o, struct loop *l, session_push_cb *on_push,
              void *arg, struct err *e) {
    bool bare = o->face != FACE_NATIVE;
    struct client_hooks hooks = {.on_push = on_push, .arg = arg, .bare = bare, .keeps = !bare};
    *w = (struct wire){.opts = o, .loop = l, .on_push = on_push, .arg = arg};
    if (!o->cluster || o->face != FACE_NATIVE)
        return client_new(l, &o->conn, &hooks, &w->client, e);
    make_cluster(w);
    return 0;
}

void wire_release(struct wire *w) {
    client_free(w->client);
    cluster_free(w->cluster);
    command_table_free(w->commands);
}

/* Unless w is strict the command goes out all the same, and e stays as it was. */
static int greet(struct wire *w, struct err *e) {
    struct err why;
    int code = face_greet(w->opts, w->client, &why);
    if (code == VK_ESERVER && !w->strict) return 0;
    if (code < 0) *e = why;
    return code;
}

static int connect_client(struct wire *w, struct err *e) {
    bool open = client_is_open(w->client);
    int code = client_connect(w->client, e);
    if (code < 0 || open) return code;
    w->connected_ns = clock_now_ns();
    if (client_note(w->client) && w->opts->face == FACE_NATIVE)
        msg_warn("%s", client_note(w->client));
    code = greet(w, e);
    if (code == 0 && w->opts->verbose && w->opts->face == FACE_NATIVE) {
        char text[512];
        msg_warn("connected to %s", client_describe(w->client, text, sizeof text));
    }
    return code;
}

static int connect_cluster(struct wire *w, struct err *e) {
    bool open = wire_is_open(w);
    int code = cluster_connect(w->cluster, e);
    if (code == 0 && !open) w->connected_ns = clock_now_ns();
    return code;
}

int wire_connect(struct wire *w, struct err *e) {
    return w->cluster ? connect_cluster(w, e) : connect_client(w, e);
}

bool wire_is_open(const struct wire *w) {
    return w->cluster ? slots_covered(cluster_slots(w->cluster)) > 0 : client_is_open(w->client);
}

int wire_into_cluster(struct wire *w, struct err *e) {
    make_cluster(w);
    int code = connect_cluster(w, e);
    if (code < 0) {
        cluster_free(w->cluster);
        w->cluster = NULL;
        return code;
    }
    client_free(w->client);
    w->client = NULL;
    return 0;
}

static int reconnect(struct wire *w, bool asking, struct err *e) {
    static const char *const words[] = {"ASKING"};
    struct client_hooks hooks = {.on_push = w->on_push, .arg = w->arg, .bare = true};
    struct client *next;
    int code = client_new(w->loop, &w->moved_to, &hooks, &next, e);
    if (code < 0) return code;
    client_free(w->client);
    w->client = next;
    code = connect_client(w, e);
    if (code == 0 && asking) code = client_submit(w->client, 1, words, NULL, NULL, NULL, e);
    return code;
}

int wire_go_to(struct wire *w, const char *text, size_t len, struct buf *out, struct err *e) {
    const struct route_opts o = ROUTE_OPTS_DEFAULT;
    struct route route = {.sends = 1};
    uint64_t moved = 0;
    struct route_decision d = route_error(&route, &o, text, len, &moved);
    if (d.action != ROUTE_MOVED && d.action != ROUTE_ASK)
        return err_set(e, VK_EPROTO, "a redirect that cannot be read: %.*s", (int)len, text);
    const char *host = d.host_len ? d.host : connopt_host(&w->opts->conn);
    int host_len = (int)(d.host_len ? d.host_len : strlen(host));
    snprintf(w->moved_host, sizeof w->moved_host, "%.*s", host_len, host);
    w->moved_to = w->opts->conn;
    w->moved_to.path = NULL;
    w->moved_to.host = w->moved_host;
    w->moved_to.port = d.port;
    if (!w->opts->argc)
        buf_addf(out, "-> Redirected to slot [%u] located at %s:%d\n", d.slot, w->moved_host,
                 d.port);
    return reconnect(w, d.action == ROUTE_ASK, e);
}

bool wire_may_follow(const struct wire *w) {
    const struct options *o = w->opts;
    if (o->face != FACE_NATIVE) return o->cluster;
    if (w->cluster || !o->cluster_opts.route.follow) return false;
    if (o->conn.path || o->conn.db) return false;
    return !(session_state(client_session(w->client)) & (SESSION_MULTI | SESSION_WATCH));
}

int wire_submit(struct wire *w, int argc, const char *const *argv, const size_t *lens,
                session_cb *cb, void *arg, struct err *e) {
    if (!w->cluster) return client_submit(w->client, argc, argv, lens, cb, arg, e);
    targets_submit(w->cluster, w->opts, argc, argv, lens, cb, arg);
    return 0;
}

/* What the server refuses to say stays unknown. */
static void learn(struct wire *w) {
    static const char *const argv[] = {"COMMAND"};
    const struct reply *reply;
    struct client *client;
    struct err ignored;
    w->commands = command_table_new();
    if (client_new(w->loop, &w->opts->conn, NULL, &client, &ignored) < 0) return;
    int code = client_connect(client, &ignored);
    if (code == 0) code = client_call(client, 1, argv, &reply, &ignored);
    if (code == 0 && command_table_take(w->commands, reply, &ignored) < 0) { /* as without it */
    }
    client_free(client);
}

const struct command_info *wire_command(struct wire *w, int argc, const char *const *argv,
                                        const size_t *lens) {
    if (w->cluster) return cluster_command(w->cluster, argc, argv, lens);
    const struct command_info *info = command_find(w->commands, argc, argv, lens);
    bool known = info && !(info->flags & COMMAND_CONTAINER && argc > 1);
    if (known || w->commands) return info;
    learn(w);
    return command_find(w->commands, argc, argv, lens);
}

void wire_turn(struct wire *w, int64_t until_ns) {
    if (w->cluster) {
        cluster_turn(w->cluster, until_ns);
        return;
    }
    const struct session *s = client_session(w->client);
    size_t before = s ? session_pending(s) : 0;
    client_flush(w->client);
    bool told = before && session_pending(s) < before; /* the caller may wait for just that */
    loop_turn(w->loop, told ? 0 : until_ns);
}

void wire_cancel(struct wire *w) {
    if (w->cluster)
        cluster_cancel(w->cluster);
    else
        client_cancel(w->client);
}

static struct session *session_of(const struct wire *w) {
    return w->client ? client_session(w->client) : NULL;
}

size_t wire_waiting(const struct wire *w) {
    const struct session *s = session_of(w);
    return s ? session_out_len(s) : 0;
}

unsigned wire_state(const struct wire *w) {
    const struct session *s = session_of(w);
    if (w->cluster) return cluster_state(w->cluster);
    return s ? session_state(s) : 0;
}

bool wire_is_blocked(const struct wire *w) {
    return session_of(w) && session_blocked(session_of(w));
}

void wire_disconnect(struct wire *w) {
    if (w->client) client_disconnect(w->client);
}

void wire_why(const struct wire *w, int code, struct err *e) {
    const struct err *why = w->cluster ? cluster_why(w->cluster) : client_error(w->client);
    if (code == VK_ETIMEOUT && !w->cluster) {
        err_set(e, code, "no reply in %g s", w->opts->conn.command_timeout_s);
        return;
    }
    *e = why->code || w->cluster ? *why : *session_error(client_session(w->client));
    if (!e->code) err_set(e, code, "interrupted");
}

bool wire_is_demoted(const struct wire *w) {
    return w->client && client_is_demoted(w->client);
}

const char *wire_where(const struct wire *w, char *text, size_t cap) {
    return w->client ? client_where(w->client) : connopt_where(&w->opts->conn, text, cap);
}
