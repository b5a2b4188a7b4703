/* SPDX-License-Identifier: BSD-3-Clause */
/* See ldb_link.h. The server answers the EVAL and each command behind it with an array of lines;
 * the last one has <endsession> in it, and EVAL's own reply comes behind that. */
#include "ldb_link.h"

#include <string.h>

#include "base/clock.h"
#include "core/slots.h"
#include "io/signal.h"

enum { TREE_MAX = 1 << 30 };
#define ABORT_WAIT_NS (CLOCK_NS_PER_S / 2)

void ldb_link_init(struct ldb_link *l, struct run *r) {
    *l = (struct ldb_link){.run = r};
    reply_builder_init(&l->lines, TREE_MAX);
    reply_builder_init(&l->result, TREE_MAX);
}

void ldb_link_release(struct ldb_link *l) {
    ldb_link_close(l);
    client_free(l->own);
    reply_builder_release(&l->lines);
    reply_builder_release(&l->result);
}

bool ldb_link_is_open(const struct ldb_link *l) {
    return l->client && client_is_open(l->client);
}

void ldb_link_why(const struct ldb_link *l, struct err *e) {
    *e = *client_error(l->client);
    if (!e->code) *e = *session_error(client_session(l->client));
}

void ldb_link_close(struct ldb_link *l) {
    if (l->client) client_disconnect(l->client);
}

/* ---- connecting ---- */

/* The node with the first key; without one any primary. */
static int choose_node(const struct ldb_link *l, const struct words *w) {
    const struct slots *s = cluster_slots(l->run->wire.cluster);
    bool keys = w->argc > 3 && strcmp(w->n_keys, "0") != 0;
    int node = -1;
    if (keys) node = slots_primary(s, slots_of_key(w->argv[3], w->lens[3]));
    return node >= 0 || slots_primaries(s, &node, 1) > 0 ? node : -1;
}

static int connect_node(struct ldb_link *l, const struct words *w, struct err *e) {
    struct wire *wire = &l->run->wire;
    int code = wire_connect(wire, e);
    if (code < 0) return code;
    int node = choose_node(l, w);
    if (node < 0) return err_set(e, VK_ECONNECT, "the cluster has no primary");
    client_free(l->own);
    l->own = l->client = NULL;
    cluster_door(wire->cluster, node, &l->door);
    code = client_new(l->run->loop, &l->door.conn, &(struct client_hooks){0}, &l->own, e);
    if (code < 0) return code;
    l->client = l->own;
    return client_connect(l->client, e);
}

static int connect_link(struct ldb_link *l, const struct words *w, struct err *e) {
    if (l->run->wire.cluster) return connect_node(l, w, e);
    int code = wire_connect(&l->run->wire, e);
    l->client = l->run->wire.client;
    return code;
}

/* What the handshake does not wait for is answered first: a debugger will not start behind it. */
static int settle(struct ldb_link *l, struct err *e) {
    client_flush(l->client);
    while (ldb_link_is_open(l) && session_pending(client_session(l->client)) && !signal_stop())
        loop_turn(l->run->loop, -1);
    if (signal_stop()) return err_set(e, VK_ECANCEL, "interrupted");
    if (ldb_link_is_open(l)) return 0;
    ldb_link_why(l, e);
    return e->code;
}

int ldb_link_debug(struct ldb_link *l, const struct words *w, const struct reply **refused,
                   struct err *e) {
    const char *const argv[] = {"SCRIPT", "DEBUG", l->run->opts->ldb_sync ? "SYNC" : "YES"};
    const struct reply *r;
    int code = connect_link(l, w, e);
    if (code == 0) code = settle(l, e);
    if (code == 0) code = client_call(l->client, 3, argv, &r, e);
    if (code < 0) return code;
    if (refused) *refused = resp_read_is_error(r->type) ? r : NULL;
    return 0;
}

/* ---- commands ---- */

static void on_result(void *arg, int code, const struct resp_event *ev) {
    struct ldb_link *l = arg;
    if (ev && reply_build(&l->result, ev) == VK_ELIMIT) code = VK_ELIMIT;
    if (l->result_code != VK_ELIMIT) l->result_code = code;
}

static bool ends_session(const struct reply *r) {
    if (!r || r->type != RESP_ARRAY) return false;
    for (const struct reply *v = r->child; v; v = v->next)
        if (v->type == RESP_SIMPLE && reply_is(v, "<endsession>")) return true;
    return false;
}

static void on_lines(void *arg, int code, const struct resp_event *ev) {
    struct ldb_link *l = arg;
    if (ev && reply_build(&l->lines, ev) == VK_ELIMIT) code = VK_ELIMIT;
    if (code == 0 && ends_session(l->lines.root)) {
        l->ended = true;
        l->result_code = VK_MORE;
        code = session_expect(client_session(l->client), on_result, l);
    }
    if (l->lines_code != VK_ELIMIT) l->lines_code = code;
}

static bool is_waiting(const struct ldb_link *l) {
    return l->lines_code == VK_MORE || (l->lines_code == 0 && l->result_code == VK_MORE);
}

static int failed(const struct ldb_link *l, int code, struct err *e) {
    if (code == VK_ETIMEOUT)
        return err_set(e, code, "no reply in %g s", l->run->opts->conn.command_timeout_s);
    if (code == VK_ELIMIT) return err_set(e, code, "a reply is too large to be shown");
    ldb_link_why(l, e);
    return e->code ? e->code : err_set(e, code, "the connection is lost");
}

int ldb_link_send(struct ldb_link *l, int argc, const char *const *argv, const size_t *lens,
                  struct err *e) {
    reply_builder_clear(&l->lines);
    reply_builder_clear(&l->result);
    l->lines_code = VK_MORE;
    l->result_code = 0;
    l->ended = false;
    int code = client_submit(l->client, argc, argv, lens, on_lines, l, e);
    if (code < 0) return code;
    client_flush(l->client);
    while (is_waiting(l) && !signal_stop())
        loop_turn(l->run->loop, -1);
    if (is_waiting(l)) code = err_set(e, VK_ECANCEL, "interrupted");
    if (code == 0 && l->lines_code < 0) code = failed(l, l->lines_code, e);
    if (code == 0 && l->result_code < 0) code = failed(l, l->result_code, e);
    if (code < 0 || l->ended) ldb_link_close(l); /* an ended session's end is the server's, too */
    return code;
}

void ldb_link_abort(struct ldb_link *l) {
    struct err ignored;
    const char *const argv[] = {"abort"};
    int64_t until = clock_now_ns() + ABORT_WAIT_NS;
    reply_builder_clear(&l->lines);
    l->lines_code = VK_MORE;
    if (!ldb_link_is_open(l)) return;
    if (client_submit(l->client, 1, argv, NULL, on_lines, l, &ignored) == 0) {
        client_flush(l->client);
        while (l->lines_code == VK_MORE && clock_now_ns() < until)
            loop_turn(l->run->loop, until);
    }
    ldb_link_close(l);
}
