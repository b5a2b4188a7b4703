/* SPDX-License-Identifier: BSD-3-Clause */
/* The protocol machine. Every top-level value takes one of two roads: a reply goes to the head of
 * the FIFO event by event, untouched; what is, or may be, a push is gathered into a tree first.
 * What the commands mean is in core/verb, what they do to the connection in core/state.
 *
 * The one invariant: only a command that has been sent whole can be answered, so borrowed bytes are
 * never needed after their command's callback, and what nobody asked for is never taken for a
 * reply. */
#include "core/session.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/command.h"
#include "core/fifo.h"
#include "core/identity.h"
#include "core/state.h"
#include "resp/write.h"

#define DEFAULT_OUT_MAX ((size_t)1 << 30)
#define DEFAULT_PUSH_MAX ((size_t)512 << 20)

enum gather {
    GATHER_NOTHING,
    GATHER_PUSH,   /* a RESP3 push, at the top or inside a reply */
    GATHER_ARRAY,  /* RESP2: a message, or the reply to head */
    GATHER_LINE,   /* of MONITOR */
    GATHER_ORPHAN, /* an error that nobody waits for */
};

struct session {
    struct session_config config;
    struct resp_reader reader;
    struct resp_write_queue out;
    struct fifo fifo;
    struct state state;
    struct identity identity;
    struct reply_builder builder;
    enum gather gather;         /* what the builder is at */
    uint16_t gather_depth;      /* of the push in the stream */
    enum state_outcome outcome; /* of head's reply under way */
    bool in_value;              /* inside head's reply */
    bool started;               /* some of it, or of its attribute, has gone to head */
    bool attr_to_head;          /* the attribute under way does */
    bool busy;                  /* inside session_in */
    uint64_t queued, sent, received;
    uint64_t borrowed_end; /* offset behind the last command with borrowed bytes */
    int64_t earliest_ns;   /* no pending deadline is before this one; 0 = none */
    struct err err;        /* sticky */
};

struct session *session_new(const struct session_config *config) {
    struct session *s = mem_zalloc(1, sizeof *s);
    s->config = *config;
    if (!s->config.out_max) s->config.out_max = DEFAULT_OUT_MAX;
    if (!s->config.push_max) s->config.push_max = DEFAULT_PUSH_MAX;
    resp_read_init(&s->reader, config->limits.depth ? &config->limits : NULL);
    resp_write_queue_init(&s->out, s->config.out_max);
    fifo_init(&s->fifo);
    state_init(&s->state);
    identity_init(&s->identity);
    reply_builder_init(&s->builder, s->config.push_max);
    return s;
}

/* ---- the end ---- */

/* The first error sticks; everybody who waits hears of it. Output goes first: it may point at bytes
 * that the callbacks give up. */
static int fail(struct session *s, const struct err *why) {
    assert(why->code < 0);
    if (s->err.code) return s->err.code;
    s->err = *why;
    resp_write_queue_clear(&s->out);
    s->earliest_ns = 0;
    while (fifo_count(&s->fifo)) {
        struct fifo_entry e = fifo_pop(&s->fifo);
        if (e.cb) e.cb(e.arg, s->err.code, NULL);
    }
    return s->err.code;
}

static int fail_with(struct session *s, int code, const char *text) {
    struct err e;
    err_set(&e, code, "%s", text);
    return fail(s, &e);
}

/* The server's own words. */
static int fail_orphan(struct session *s, const struct reply *words) {
    struct err e;
    int len = words->len < sizeof e.text ? (int)words->len : (int)sizeof e.text;
    err_set(&e, VK_ESERVER, "%.*s", len, words->p);
    for (char *p = e.text; *p; p++)
        if ((unsigned char)*p < ' ') *p = ' ';
    return fail(s, &e);
}

void session_end(struct session *s, const struct err *why) {
    fail(s, why);
}

void session_free(struct session *s) {
    if (!s) return;
    assert(!s->busy);
    fail_with(s, VK_ECANCEL, "the session is closed");
    resp_read_release(&s->reader);
    resp_write_queue_release(&s->out);
    fifo_release(&s->fifo);
    identity_release(&s->identity);
    reply_builder_release(&s->builder);
    free(s);
}

/* ---- out ---- */

static bool has_large_arg(const struct cmd *c, size_t encoded) {
    if (encoded <= RESP_WRITE_CUTOFF) return false;
    for (int i = 0; i < c->argc; i++)
        if ((c->lens ? c->lens[i] : strlen(c->argv[i])) > RESP_WRITE_CUTOFF) return true;
    return false;
}

int session_submit(struct session *s, const struct cmd *c, session_cb *cb, void *arg) {
    if (s->err.code) return s->err.code;
    if (s->state.monitor) return VK_ESTATE;
    size_t before = s->out.len;
    int code = resp_write_queue_add(&s->out, c->argc, c->argv, c->lens);
    if (code < 0) return code;
    size_t encoded = s->out.len - before;
    s->queued += encoded;
    struct fifo_entry e = {
        .cb = cb,
        .arg = arg,
        .deadline_ns = c->deadline_ns,
        .out_end = s->queued,
        .verb = verb_of(c->argc, c->argv, c->lens),
        .blocks = command_blocks(c->argc, c->argv, c->lens),
        .borrows = has_large_arg(c, encoded),
    };
    e.silent = state_submit(&s->state, e.verb);
    if (verb_identifies(e.verb.kind))
        identity_submit(&s->identity, e.verb, c->argc, c->argv, c->lens);
    if (e.borrows) s->borrowed_end = s->queued;
    if (e.deadline_ns && (!s->earliest_ns || e.deadline_ns < s->earliest_ns))
        s->earliest_ns = e.deadline_ns;
    fifo_push(&s->fifo, &e);
    return 0;
}

int session_expect(struct session *s, session_cb *cb, void *arg) {
    if (s->err.code) return s->err.code;
    assert(!s->in_value);
    fifo_push_front(&s->fifo, &(struct fifo_entry){.cb = cb, .arg = arg});
    return 0;
}

int session_out(const struct session *s, struct iovec *v, int max) {
    return resp_write_queue_iov(&s->out, v, max);
}

size_t session_out_len(const struct session *s) {
    return s->out.len;
}

/* The oldest command, if it has been sent whole: the one that a reply belongs to. */
static inline struct fifo_entry *waiting(const struct session *s) {
    struct fifo_entry *e = fifo_head(&s->fifo);
    return e && e->out_end <= s->sent ? e : NULL;
}

static void end_head(struct session *s, const struct resp_event *ev) {
    struct fifo_entry e = fifo_pop(&s->fifo);
    s->in_value = s->started = false;
    if (!fifo_count(&s->fifo)) s->earliest_ns = 0;
    if (e.cb) e.cb(e.arg, 0, ev);
}

/* Commands that are never answered are over once they have been sent and it is their turn. */
static void end_silent(struct session *s) {
    const struct fifo_entry *e;
    while ((e = waiting(s)) && e->silent) {
        state_unanswered(&s->state, e->verb);
        identity_reply(&s->identity, e->verb, STATE_DONE);
        end_head(s, NULL);
    }
}

void session_sent(struct session *s, size_t n) {
    if (s->err.code) return;
    resp_write_queue_sent(&s->out, n);
    s->sent += n;
    end_silent(s);
}

/* ---- in ---- */

/* Its outcome changes what the connection is. */
static bool matters(const struct session *s, struct verb v) {
    return v.kind || s->state.bits & SESSION_MULTI;
}

/* An event of head's reply. */
static int deliver(struct session *s, const struct resp_event *ev) {
    struct fifo_entry *e = fifo_head(&s->fifo);
    if (!ev->done) {
        s->started = true;
        if (e->cb) e->cb(e->arg, VK_MORE, ev);
        return s->err.code;
    }
    if (matters(s, e->verb)) state_reply(&s->state, e->verb, s->outcome);
    if (verb_identifies(e->verb.kind)) identity_reply(&s->identity, e->verb, s->outcome);
    end_head(s, ev);
    end_silent(s);
    return s->err.code;
}

static int gather_event(struct session *s, const struct resp_event *ev);

static int gather_from(struct session *s, enum gather what, const struct resp_event *ev) {
    s->gather = what;
    s->gather_depth = ev->depth;
    return gather_event(s, ev);
}

/* The first event of a value that is no push: somebody must be waiting for it. */
static int begin_reply(struct session *s, const struct resp_event *ev) {
    const struct fifo_entry *e = waiting(s);
    if (!e && resp_read_is_error(ev->type)) return gather_from(s, GATHER_ORPHAN, ev);
    if (!e) return fail_with(s, VK_EPROTO, "reply without a command");
    s->in_value = true;
    if (matters(s, e->verb)) s->outcome = state_outcome(ev);
    return deliver(s, ev);
}

/* An attribute at the top belongs to the reply behind it; in front of a push nobody cares. */
static int take_attribute(struct session *s, const struct resp_event *ev) {
    if (!ev->depth && ev->kind == RESP_OPEN) s->attr_to_head = waiting(s);
    return s->attr_to_head ? deliver(s, ev) : 0;
}

static int take_reply_event(void *arg, const struct resp_event *ev) {
    struct session *s = arg;
    if (s->in_value) return deliver(s, ev);
    return ev->aside ? take_attribute(s, ev) : begin_reply(s, ev);
}

static int take_push(struct session *s, enum push_kind kind, const struct reply *r) {
    const struct fifo_entry *e = s->gather_depth ? NULL : waiting(s);
    bool ends_head = state_push(&s->state, kind, r, e ? e->verb : (struct verb){VERB_PLAIN, 0});
    if (s->config.on_push) s->config.on_push(s->config.push_arg, kind, r);
    if (s->err.code || !ends_head) return s->err.code;
    end_head(s, NULL);
    end_silent(s);
    return s->err.code;
}

static int take_gathered(struct session *s, enum gather what, const struct reply *r) {
    enum push_kind kind = push_classify(r);
    switch (what) {
    case GATHER_LINE: return take_push(s, PUSH_MONITOR, r);
    case GATHER_ORPHAN: return fail_orphan(s, r);
    default: break;
    }
    return kind ? take_push(s, kind, r) : reply_replay(r, take_reply_event, s);
}

static int gather_event(struct session *s, const struct resp_event *ev) {
    struct resp_event inner;
    if (s->gather_depth) { /* a push's end is that of a whole value, even inside another */
        inner = *ev;
        inner.depth = (uint16_t)(ev->depth - s->gather_depth);
        if (s->gather == GATHER_PUSH) inner.done = !inner.depth && ev->kind == RESP_CLOSE;
        ev = &inner;
    }
    int code = reply_build(&s->builder, ev);
    if (code == VK_MORE) return 0;
    if (code < 0) return fail_with(s, code, "a message takes more memory than is allowed");
    enum gather what = s->gather;
    s->gather = GATHER_NOTHING;
    code = take_gathered(s, what, s->builder.root);
    reply_builder_clear(&s->builder);
    return code;
}

static bool may_be_message(const struct session *s, const struct resp_event *ev) {
    const struct fifo_entry *e = waiting(s);
    return ev->type == RESP_ARRAY && ev->kind == RESP_OPEN &&
           state_expects_push(&s->state, e ? e->verb.kind : VERB_PLAIN);
}

/* A line of MONITOR that stands whole needs no tree of its own. */
static int take_line(struct session *s, const struct resp_event *ev) {
    if (ev->kind != RESP_VALUE) return gather_from(s, GATHER_LINE, ev);
    const struct reply line = {.type = RESP_SIMPLE, .p = ev->p, .len = ev->len};
    return take_push(s, PUSH_MONITOR, &line);
}

static int take(struct session *s, const struct resp_event *ev) {
    if (s->gather) return gather_event(s, ev);
    if (ev->type == RESP_PUSH) return gather_from(s, GATHER_PUSH, ev);
    if (s->in_value) return deliver(s, ev);
    if (ev->aside) return take_attribute(s, ev);
    if (ev->type == RESP_SIMPLE && s->state.bits & SESSION_MONITOR) return take_line(s, ev);
    if (may_be_message(s, ev)) return gather_from(s, GATHER_ARRAY, ev);
    return begin_reply(s, ev);
}

/* Does the window go on with a message? */
static bool is_message_ahead(const struct session *s) {
    static const char message[] = "$7\r\nmessage\r\n", other[] = "$8\r\n.message\r\n";
    const char *p = s->reader.p;
    size_t n = (size_t)(s->reader.end - p);
    const struct fifo_entry *e = waiting(s);
    if (n < 20 || p[2] != '\r') return false;
    if (p[0] != RESP_PUSH &&
        (p[0] != RESP_ARRAY || !state_expects_push(&s->state, e ? e->verb.kind : VERB_PLAIN)))
        return false;
    if (!memcmp(p + 4, message, sizeof message - 1)) return true;
    return !memcmp(p + 4, other, 4) && (p[8] == 'p' || p[8] == 's') &&
           !memcmp(p + 9, other + 5, sizeof other - 6);
}

/* Messages that stand whole in the window, up to the first that does not. */
static int take_messages(struct session *s) {
    int code = 0;
    while (code == 0 && !s->gather && !s->in_value && is_message_ahead(s) &&
           reply_flat(&s->builder, &s->reader)) {
        code = take_push(s, push_classify(s->builder.root), s->builder.root);
        reply_builder_clear(&s->builder);
    }
    return code;
}

int session_in(struct session *s, const char *p, size_t n, int64_t now_ns) {
    struct resp_event ev;
    int code = 0;
    (void)now_ns; /* the machine's clock is session_expire */
    if (s->err.code) return s->err.code;
    assert(!s->busy);
    s->received += n;
    s->busy = true;
    resp_read_feed(&s->reader, p, n);
    while (code == 0) {
        bool subscribed = state_bits(&s->state) & SESSION_SUBSCRIBED;
        code = subscribed ? take_messages(s) : 0;
        if (code == 0) code = resp_read_next(&s->reader, &ev);
        if (code <= 0) break;
        code = take(s, &ev);
    }
    if (code < 0 && !s->err.code) fail(s, &s->reader.err);
    s->busy = false;
    return s->err.code;
}

/* ---- time and interruption ---- */

int64_t session_deadline(const struct session *s) {
    return s->earliest_ns;
}

/* Entry seq stays in the FIFO, but nobody waits for it any more. */
static void drop(struct session *s, uint64_t seq, int code) {
    struct fifo_entry *e = fifo_at(&s->fifo, seq);
    session_cb *cb = e->cb;
    e->cb = NULL;
    e->deadline_ns = 0;
    if (cb) cb(e->arg, code, NULL);
}

/* Callbacks may push, which moves entries, or end the session, which removes them all. */
int session_expire(struct session *s, int64_t now_ns) {
    uint64_t end = s->fifo.end;
    int n = 0;
    if (!s->earliest_ns || now_ns < s->earliest_ns) return 0;
    s->earliest_ns = 0; /* found anew; what callbacks submit counts itself */
    for (uint64_t seq = s->fifo.first; seq != end && !s->err.code; seq++) {
        const struct fifo_entry *e = fifo_at(&s->fifo, seq);
        int64_t deadline = e->deadline_ns;
        if (!deadline) continue;
        if (deadline > now_ns) {
            if (!s->earliest_ns || deadline < s->earliest_ns) s->earliest_ns = deadline;
            continue;
        }
        n++;
        if (e->borrows && e->out_end > s->sent)
            fail_with(s, VK_ETIMEOUT, "timed out while a large argument was sent");
        else
            drop(s, seq, VK_ETIMEOUT);
    }
    return n;
}

void session_cancel(struct session *s) {
    uint64_t end = s->fifo.end;
    if (s->borrowed_end > s->sent)
        fail_with(s, VK_ECANCEL, "interrupted while a large argument was sent");
    s->earliest_ns = 0;
    for (uint64_t seq = s->fifo.first; seq != end && !s->err.code; seq++)
        drop(s, seq, VK_ECANCEL);
}

/* ---- what is known ---- */

size_t session_pending(const struct session *s) {
    return (size_t)fifo_count(&s->fifo);
}

bool session_blocked(const struct session *s) {
    const struct fifo_entry *e = fifo_head(&s->fifo);
    return e && e->blocks;
}

bool session_in_reply(const struct session *s) {
    return s->started || (s->gather == GATHER_ARRAY && waiting(s));
}

unsigned session_state(const struct session *s) {
    return state_bits(&s->state);
}

int session_protocol(const struct session *s) {
    return s->state.protocol;
}

bool session_only_listens(const struct session *s) {
    unsigned bits = session_state(s);
    return bits & SESSION_MONITOR || (bits & SESSION_SUBSCRIBED && session_protocol(s) == 2);
}

int session_db(const struct session *s) {
    return s->state.db;
}

int session_queued(const struct session *s, bool *dirty) {
    *dirty = s->state.dirty;
    return s->state.queued;
}

const struct identity *session_identity(const struct session *s) {
    return &s->identity;
}

void session_forget_password(struct session *s) {
    identity_forget_password(&s->identity);
}

void session_leave_identity(struct session *s, struct identity *to) {
    identity_move(to, &s->identity);
}

uint64_t session_received(const struct session *s) {
    return s->received;
}

const struct err *session_error(const struct session *s) {
    return &s->err;
}
