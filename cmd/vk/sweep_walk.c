/* SPDX-License-Identifier: BSD-3-Clause */
/* One node's calls of SCAN. The cursor stands in front of a reply, so the next page is asked for
 * as soon as it is read: the server looks for it while the keys of this one are still coming in.
 * Keys are taken from the reply's events and given on in chunks; no reply is ever held whole. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "core/errclass.h"
#include "core/info.h"
#include "core/slots.h"
#include "sweep_impl.h"

enum {
    CHUNK_BYTES = 1 << 20,
    KEY_BYTES_MAX = 1 << 29, /* the servers' own limit */
    SAID_MAX = 1 << 20,
    WINDOW = 4096,    /* commands owed at which no further page is asked for */
    PROBE_CALLS = 32, /* so often a call is sent alone, and timed */
    ARGS_MAX = 8,
};

void sweep_walk_init(struct sweep_walk *w, struct sweep *s, struct fleet_node *node) {
    *w = (struct sweep_walk){.sweep = s, .node = node};
    uint64_t count = s->o.which ? (uint64_t)s->o.which->count : 0;
    sweep_pace_init(&w->pace, count);
    buf_init(&w->text, (size_t)KEY_BYTES_MAX + CHUNK_BYTES);
    reply_builder_init(&w->said, SAID_MAX);
}

void sweep_walk_release(struct sweep_walk *w) {
    buf_release(&w->text);
    reply_builder_release(&w->said);
}

void sweep_fail(struct sweep *s, const struct sweep_walk *w, int code, const char *why,
                size_t len) {
    if (s->err.code) return;
    if (len > sizeof s->err.text / 2) len = sizeof s->err.text / 2;
    err_set(&s->err, code, "%s: %.*s", w->node->name, (int)len, why);
}

static void fail(struct sweep_walk *w, int code, const char *why) {
    w->failed = true;
    sweep_fail(w->sweep, w, code, why, strlen(why));
}

/* ---- the keys of a reply ---- */

static void give(struct sweep_walk *w) {
    struct sweep_key keys[SWEEP_CHUNK_KEYS];
    struct sweep *s = w->sweep;
    struct err e;
    size_t from = 0, n = w->n;
    for (size_t i = 0; i < n; from = w->ends[i++])
        keys[i] = (struct sweep_key){w->text.p + from, w->ends[i] - from};
    s->seen += n;
    err_clear(&e);
    int code = s->stopping || s->err.code ? 0 : s->o.page(s->o.arg, w->node, keys, n, &e);
    if (code == VK_ELOST)
        w->broken = w->unpaid = true;
    else if (code < 0)
        s->err = e;
    w->n = 0;
    w->key_at = 0;
    buf_clear(&w->text);
}

static bool is_wanted(const struct sweep_walk *w, const char *p, size_t len) {
    if (!w->only) return true;
    unsigned slot = slots_of_key(p, len);
    return w->only[slot / 8] >> slot % 8 & 1;
}

static void end_key(struct sweep_walk *w) {
    if (!is_wanted(w, w->text.p + w->key_at, w->text.len - w->key_at)) {
        w->text.len = w->key_at;
        return;
    }
    w->key_at = w->ends[w->n++] = w->text.len;
    if (w->n == SWEEP_CHUNK_KEYS || w->text.len > CHUNK_BYTES) give(w);
}

/* ---- a reply ---- */

static void end_cursor(struct sweep_walk *w) {
    uint64_t cursor = 0;
    int code = str_to_u64(w->text.p, w->text.len, &cursor);
    buf_clear(&w->text);
    if (code < 0) {
        fail(w, VK_EPROTO, "SCAN answered with a cursor that is no number");
        return;
    }
    w->next = cursor;
    w->has_next = true;
    if (!cursor || w->sweep->plain || w->sweep->o.pause_s > 0 || !sweep_walk_is_due(w, 0)) return;
    sweep_walk_ask(w);
    client_flush(w->node->client);
}

static void take_text(struct sweep_walk *w, const struct resp_event *ev) {
    size_t most = ev->depth == 1 ? STR_INT_MAX : (size_t)KEY_BYTES_MAX;
    bool ends = ev->kind == RESP_VALUE || ev->kind == RESP_TEXT_CLOSE;
    if (ev->kind == RESP_VALUE || ev->kind == RESP_TEXT) {
        if (w->text.len - w->key_at + ev->len > most) {
            fail(w, VK_ELIMIT, "SCAN answered with a name that is too long");
            return;
        }
        buf_add(&w->text, ev->p, ev->len);
    }
    if (!ends) return;
    if (ev->depth == 1)
        end_cursor(w);
    else
        end_key(w);
}

static void take_error(struct sweep_walk *w, const struct resp_event *ev) {
    enum errclass class = errclass_of_reply(ev->p, ev->len);
    bool rights = class & (ERRCLASS_PERMISSION | ERRCLASS_AUTH);
    w->failed = true;
    if (ev->kind == RESP_VALUE)
        sweep_fail(w->sweep, w, rights ? VK_EAUTH : VK_ESERVER, ev->p, ev->len);
    else
        fail(w, VK_ESERVER, "SCAN answered with an error");
}

/* [cursor, [key ...]] */
static bool is_expected(const struct sweep_walk *w, const struct resp_event *ev) {
    bool text = ev->kind <= RESP_TEXT_CLOSE && (ev->type == RESP_BULK || ev->type == RESP_SIMPLE);
    bool list = ev->kind >= RESP_OPEN && ev->type == RESP_ARRAY;
    switch (ev->depth) {
    case 0: return list && (ev->kind == RESP_CLOSE || ev->n == 2);
    case 1: return w->has_next ? list : text;
    default: return ev->depth == 2 && text;
    }
}

static void take(struct sweep_walk *w, const struct resp_event *ev) {
    if (ev->depth == 0 && resp_read_is_error(ev->type))
        take_error(w, ev);
    else if (!is_expected(w, ev))
        fail(w, VK_EPROTO, "SCAN answered with something else than a cursor and keys");
    else if (ev->kind <= RESP_TEXT_CLOSE)
        take_text(w, ev);
}

static void begin_reply(struct sweep_walk *w) {
    w->in_reply = true;
    w->has_next = false;
    if (w->timed) sweep_pace_took(&w->pace, clock_now_ns() - w->asked_ns);
    w->timed = false;
}

static void settle_safe(struct sweep_walk *w) {
    if (!w->owed && !w->unpaid) w->safe = w->at;
}

static void end_page(struct sweep_walk *w) {
    w->in_reply = false;
    w->losses = 0;
    if (w->n) give(w);
    w->at = w->next;
    w->begun = true;
    if (!w->at) w->done = true;
    settle_safe(w);
}

/* What had come of a page is given again with it. */
static void lose(struct sweep_walk *w, int code) {
    bool ours = code == VK_ECANCEL;
    w->in_reply = w->timed = false;
    w->n = 0;
    w->key_at = 0;
    buf_clear(&w->text);
    if (ours || w->broken) return;
    w->broken = true;
    if (code != VK_ELOST) fail(w, code, code == VK_ETIMEOUT ? "no reply to SCAN" : "SCAN failed");
}

static void on_scan(void *arg, int code, const struct resp_event *ev) {
    struct sweep_walk *w = arg;
    if (ev && !ev->aside && !w->failed) {
        if (!w->in_reply) begin_reply(w);
        take(w, ev);
    }
    if (code == VK_MORE) return;
    w->in_flight--;
    if (code < 0)
        lose(w, code);
    else if (!w->failed)
        end_page(w);
}

/* ---- a call ---- */

bool sweep_walk_is_due(const struct sweep_walk *w, int64_t now_ns) {
    bool probe = w->owes && (sweep_pace_is_new(&w->pace) || w->sweep->calls % PROBE_CALLS == 0);
    if (w->sweep->stopping || w->sweep->err.code || w->broken || w->done || !w->known) return false;
    if (w->in_flight > (w->in_reply ? 1 : 0) || now_ns < w->due_ns) return false;
    return probe && !w->pace.fixed ? !w->owed && !w->in_reply : w->owed < WINDOW;
}

static int add_words(struct sweep_walk *w, const char **argv, size_t *lens, char *count) {
    const struct sweep *s = w->sweep;
    const struct options_sweep *o = s->o.which;
    int n = 2;
#define WORD(text, size) (argv[n] = (text), lens[n++] = (size))
    if (s->has_pattern) WORD("MATCH", 5), WORD(s->pattern.p, s->pattern.len);
    if (o && o->type && !s->plain) WORD("TYPE", 4), WORD(o->type, strlen(o->type));
    if (!s->plain || w->pace.fixed) {
        WORD("COUNT", 5);
        WORD(count, str_put_u64(count, w->pace.count));
    }
#undef WORD
    return n;
}

void sweep_walk_ask(struct sweep_walk *w) {
    char cursor[STR_INT_MAX], count[STR_INT_MAX];
    const char *argv[ARGS_MAX] = {"SCAN", cursor};
    size_t lens[ARGS_MAX] = {4, str_put_u64(cursor, w->next)};
    struct client *c = w->node->client;
    struct err e;
    int argc = add_words(w, argv, lens, count);
    size_t waits = client_is_open(c) ? session_pending(client_session(c)) : 0;
    if (client_submit(c, argc, argv, lens, on_scan, w, &e) < 0) {
        w->broken = true;
        return;
    }
    w->timed = waits == w->in_flight;
    w->asked_ns = clock_now_ns();
    if (w->sweep->o.pause_s > 0)
        w->due_ns = w->asked_ns + (int64_t)(w->sweep->o.pause_s * (double)CLOCK_NS_PER_S);
    w->in_flight++;
    w->sweep->calls++;
    w->passed += w->pace.count;
}

void sweep_owe(struct sweep *s, struct fleet_node *node, size_t commands) {
    struct sweep_walk *w = &s->walks[node - s->fleet->nodes];
    w->owed += commands;
    w->owes = true;
    w->timed = false;
}

void sweep_paid(struct sweep *s, struct fleet_node *node) {
    struct sweep_walk *w = &s->walks[node - s->fleet->nodes];
    w->owed--;
    if (!client_is_open(node->client)) w->unpaid = w->broken = true;
    settle_safe(w);
}

/* ---- who the server is ---- */

/* A server that does not say who it is may be another one. */
static void take_info(struct sweep_walk *w) {
    char run_id[SWEEP_ID_MAX + 1] = "";
    const struct reply *r = w->said.root;
    if (r && !resp_read_is_error(r->type)) info_field(r, "run_id", run_id, sizeof run_id);
    bool same = *run_id && !strcmp(run_id, w->run_id);
    memcpy(w->run_id, run_id, sizeof run_id);
    if (w->begun && !same) sweep_walk_begin(w);
    w->known = true;
}

static void on_info(void *arg, int code, const struct resp_event *ev) {
    struct sweep_walk *w = arg;
    if (ev && reply_build(&w->said, ev) == VK_ELIMIT) { /* it has no root then */
    }
    if (code == VK_MORE) return;
    if (code == 0) take_info(w);
    w->broken |= code < 0;
    reply_builder_clear(&w->said);
}

static void on_size(void *arg, int code, const struct resp_event *ev) {
    struct sweep_walk *w = arg;
    if (code == 0 && ev && ev->type == RESP_INT && ev->n > 0) w->size = (uint64_t)ev->n;
}

void sweep_walk_identify(struct sweep_walk *w) {
    static const char *const info[] = {"INFO", "server"}, *const size[] = {"DBSIZE"};
    struct client *c = w->node->client;
    struct err ignored;
    w->known = w->sweep->plain;
    if (!w->known && (client_submit(c, 1, size, NULL, on_size, w, &ignored) < 0 ||
                      client_submit(c, 2, info, NULL, on_info, w, &ignored) < 0))
        w->broken = true;
}

void sweep_walk_resume(struct sweep_walk *w) {
    if (w->unpaid) {
        w->at = w->safe;
        w->done = false;
    }
    w->next = w->at;
    w->broken = w->unpaid = false;
    sweep_walk_identify(w);
}

void sweep_walk_begin(struct sweep_walk *w) {
    struct sweep *s = w->sweep;
    bool again = w->begun;
    w->next = w->at = w->safe = w->passed = 0;
    w->begun = w->done = false;
    if (again && s->o.anew) s->o.anew(s->o.arg, w->node);
}
