/* SPDX-License-Identifier: BSD-3-Clause */
/* Following the server's idea of the connection. Nothing here is trusted for memory safety: a
 * server that lies about its counts only misleads itself.
 *
 * The trap: SUBSCRIBE a b is one command with two confirmations. The first one ends the command,
 * the rest is `owed` and must not end the next SUBSCRIBE. UNSUBSCRIBE without names is confirmed
 * once per channel, which only the server can count: each confirmation carries what is left. */
#include "core/state.h"

#include <string.h>

#include "core/errclass.h"
#include "core/session.h"

void state_init(struct state *t) {
    *t = (struct state){.protocol = 2, .queued_db = -1};
}

bool state_submit(struct state *t, struct verb v) {
    bool skipped = t->replies != STATE_REPLIES_ON;
    switch (v.kind) {
    case VERB_REPLY_ON:
    case VERB_RESET: t->replies = STATE_REPLIES_ON; return false;
    case VERB_REPLY_OFF: t->replies = STATE_REPLIES_OFF; return true;
    case VERB_REPLY_SKIP:
        if (t->replies != STATE_REPLIES_OFF) t->replies = STATE_REPLIES_SKIP;
        return true;
    case VERB_MONITOR: t->monitor = true; break;
    default: break;
    }
    if (t->replies == STATE_REPLIES_SKIP) t->replies = STATE_REPLIES_ON;
    return skipped;
}

/* Errors with which a server discards the transaction, too, when it is EXEC that gets them. */
static bool is_abort(const char *p, size_t len) {
    const enum errclass aborts = ERRCLASS_EXECABORT | ERRCLASS_MOVED | ERRCLASS_ASK |
                                 ERRCLASS_TRYAGAIN | ERRCLASS_CLUSTERDOWN | ERRCLASS_CROSSSLOT;
    return errclass_of_reply(p, len) & aborts;
}

enum state_outcome state_outcome(const struct resp_event *first) {
    static const char queued[] = "QUEUED";
    if (resp_read_is_error(first->type))
        return is_abort(first->p, first->len) ? STATE_ABORTED : STATE_REFUSED;
    if (first->type == RESP_NIL) return STATE_NIL;
    bool is_queued = first->type == RESP_SIMPLE && first->len == sizeof queued - 1 &&
                     !memcmp(first->p, queued, first->len);
    return is_queued ? STATE_QUEUED : STATE_DONE;
}

static void set_bit(struct state *t, unsigned bit, bool on) {
    t->bits = on ? t->bits | bit : t->bits & ~bit;
}

static void queued(struct state *t, struct verb v) {
    t->queued++;
    if (v.kind == VERB_SELECT) t->queued_db = v.n;
    if (verb_subscribes(v.kind)) t->queued_names = true;
    if (v.kind == VERB_MONITOR) t->monitor = false;
}

static void end_transaction(struct state *t, bool executed) {
    if (executed && t->queued_db >= 0) t->db = t->queued_db;
    if (executed && t->queued_names) t->unsure = t->listening = true;
    t->queued_db = -1;
    t->queued_names = false;
    t->queued = 0;
    t->dirty = false;
    set_bit(t, SESSION_MULTI | SESSION_WATCH, false);
}

/* But for what commands behind the RESET have asked for already. */
static void reset(struct state *t) {
    struct state after;
    state_init(&after);
    after.replies = t->replies;
    after.monitor = t->monitor;
    *t = after;
}

static void done(struct state *t, struct verb v) {
    switch (v.kind) {
    case VERB_HELLO:
        if (v.n) t->protocol = v.n;
        break;
    case VERB_SELECT: t->db = v.n; break;
    case VERB_MULTI: set_bit(t, SESSION_MULTI, true); break;
    case VERB_EXEC: end_transaction(t, true); break;
    case VERB_DISCARD: end_transaction(t, false); break;
    case VERB_WATCH: set_bit(t, SESSION_WATCH, true); break;
    case VERB_UNWATCH: set_bit(t, SESSION_WATCH, false); break;
    case VERB_TRACKING: set_bit(t, SESSION_TRACKING, v.n); break;
    case VERB_MONITOR: set_bit(t, SESSION_MONITOR, true); break;
    case VERB_RESET: reset(t); break;
    default: break;
    }
}

void state_reply(struct state *t, struct verb v, enum state_outcome o) {
    if (o == STATE_DONE) done(t, v);
    if (o == STATE_QUEUED) queued(t, v);
    if (o == STATE_REFUSED && v.kind == VERB_MONITOR) t->monitor = false;
    bool refused = o == STATE_REFUSED || o == STATE_ABORTED;
    if (refused && t->bits & SESSION_MULTI && v.kind != VERB_MULTI &&
        v.kind != VERB_WATCH) /* those two do no harm there */
        t->dirty = true;
    if ((o == STATE_ABORTED || o == STATE_NIL) && v.kind == VERB_EXEC) end_transaction(t, false);
}

void state_unanswered(struct state *t, struct verb v) {
    if (verb_subscribes(v.kind))
        t->unsure = t->listening = true; /* it is confirmed all the same, unless it was refused */
    else
        done(t, v);
}

/* Channels, patterns, shard channels. */
static int names_of(enum push_kind kind) {
    return (kind - PUSH_SUBSCRIBE) % 3;
}

/* Totals count channels and patterns together, and shard channels by themselves. */
static void count(struct state *t, enum push_kind kind, int64_t total) {
    int which = names_of(kind);
    int64_t others = which == 2 ? 0 : t->names[1 - which];
    if (total >= 0) t->names[which] = total > others ? total - others : 0;
}

static void update_listening(struct state *t) {
    t->listening = t->unsure;
    for (int i = 0; i < 3; i++)
        t->listening |= t->names[i] || t->owed[i] || t->owed[3 + i];
}

/* Confirmations behind the first one. */
static int64_t still_owed(const struct state *t, struct verb v) {
    if (v.n) return v.n - 1;
    return t->names[names_of((enum push_kind)v.kind)];
}

bool state_push(struct state *t, enum push_kind kind, const struct reply *r, struct verb head) {
    if (!verb_subscribes((enum verb_kind)kind)) return false;
    int64_t *owed = &t->owed[kind - PUSH_SUBSCRIBE];
    bool ends_head = !*owed && head.kind == (enum verb_kind)kind;
    count(t, kind, push_count(r));
    if (*owed) --*owed;
    if (ends_head) *owed = still_owed(t, head);
    update_listening(t);
    return ends_head;
}

unsigned state_bits(const struct state *t) {
    unsigned bits = t->bits;
    if (t->unsure || t->names[0] || t->names[1] || t->names[2]) bits |= SESSION_SUBSCRIBED;
    if (t->replies == STATE_REPLIES_OFF) bits |= SESSION_REPLY_OFF;
    return bits;
}
