/* SPDX-License-Identifier: BSD-3-Clause */
/* One reply of SCAN. The cursor stands in front of it, so the next page is asked for as soon as
 * that is read: the server looks for it while the keys of this one are still coming in. Keys are
 * taken from the reply's events and given on in chunks; no reply is ever held whole. */
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "core/errclass.h"
#include "core/slots.h"
#include "sweep_impl.h"

enum {
    CHUNK_BYTES = 1 << 20,
    REFUSALS_MAX = 240,
    REFUSED_MS = 250,
};

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
    err_clear(&e);
    bool enough = s->stopping && !(s->winding && w->given), drops = enough || s->err.code;
    int code = drops ? 0 : s->o.page(s->o.arg, w->node, keys, n, &e);
    w->dropped |= drops;
    w->given |= !drops;
    if (!drops) s->seen += n;
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
    size_t most = ev->depth == 1 ? STR_INT_MAX : (size_t)SWEEP_KEY_MAX;
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

/* A server that came back loads its data first; a script may hold up the one that is there. */
static bool is_passing(struct sweep_walk *w, enum errclass class) {
    const unsigned passing = ERRCLASS_LOADING | ERRCLASS_BUSY | ERRCLASS_MASTERDOWN;
    if (!w->begun || w->sweep->plain || !(class & passing)) return false;
    return ++w->refusals <= REFUSALS_MAX;
}

static void take_error(struct sweep_walk *w, const struct resp_event *ev) {
    enum errclass class = ev->p ? errclass_of_reply(ev->p, ev->len) : ERRCLASS_SERVER;
    if (is_passing(w, class)) {
        w->due_ns = clock_now_ns() + REFUSED_MS * CLOCK_NS_PER_MS;
        w->refused = true;
        return;
    }
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

static const char *unexpected(const struct sweep_walk *w, const struct resp_event *ev) {
    if (!w->sweep->plain) return "SCAN answered with something else than a cursor and keys";
    return ev->depth || ev->kind != RESP_OPEN ? "Non ARRAY response from SCAN!"
                                              : "Invalid element count from SCAN!";
}

static void take(struct sweep_walk *w, const struct resp_event *ev) {
    if (ev->depth == 0 && resp_read_is_error(ev->type))
        take_error(w, ev);
    else if (!is_expected(w, ev))
        fail(w, VK_EPROTO, unexpected(w, ev));
    else if (ev->kind <= RESP_TEXT_CLOSE)
        take_text(w, ev);
}

static void begin_reply(struct sweep_walk *w) {
    w->in_reply = true;
    w->has_next = w->given = w->dropped = false;
    if (w->timed) sweep_pace_took(&w->pace, clock_now_ns() - w->asked_ns);
    w->timed = false;
}

static void end_page(struct sweep_walk *w) {
    w->in_reply = false;
    if (w->refused) {
        w->refused = false;
        w->next = w->at;
        return;
    }
    w->refusals = 0;
    if (w->n) give(w);
    if (w->dropped) {
        w->next = w->at;
        return;
    }
    w->at = w->next;
    w->begun = true;
    if (!w->at) w->done = true;
    sweep_walk_settle(w);
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

void sweep_reply(void *arg, int code, const struct resp_event *ev) {
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
