/* SPDX-License-Identifier: BSD-3-Clause */
/* See mend.h. What can be made again is the client's to do (its `keeps`), in the same handshake;
 * here is what of it is told, and what the compatible faces do instead. */
#include "mend.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/msg.h"
#include "base/safe.h"
#include "base/str.h"
#include "core/identity.h"
#include "face.h"
#include "io/signal.h"

enum { TEXT_MAX = 1024 };

void mend_init(struct mend *m, struct run *r, bool says) {
    *m = (struct mend){.run = r, .says = says, .db = -1};
}

void mend_forget(struct mend *m) {
    m->db = -1;
    m->lost = 0;
    m->queued = 0;
    m->untold = false;
}

/* A compatible face greets as its tool does, which goes back to the database by hand. */
static int restore_db(struct mend *m, int db, struct err *e) {
    char digits[STR_INT_MAX + 1];
    const struct reply *r;
    struct client *client = m->run->wire.client;
    if (!client || db == session_db(client_session(client))) return 0;
    digits[str_put_i64(digits, db)] = 0;
    int code = client_call(client, 2, (const char *const[]){"select", digits}, &r, e);
    if (code < 0 || !resp_read_is_error(r->type)) return code;
    client_disconnect(client);
    return err_set(e, VK_ESERVER, "SELECT %d failed: %.*s", db, (int)r->len, r->p);
}

void mend_list_lost(struct buf *out, unsigned state, int queued) {
    static const struct {
        unsigned bit;
        const char *text;
    } rows[] = {
        {SESSION_MULTI, "the transaction"},        {SESSION_WATCH, "the watched keys"},
        {SESSION_SUBSCRIBED, "the subscriptions"}, {SESSION_MONITOR, "MONITOR"},
        {SESSION_TRACKING, "CLIENT TRACKING"},     {SESSION_REPLY_OFF, "CLIENT REPLY OFF"},
    };
    const char *comma = "";
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!(state & rows[i].bit)) continue;
        buf_addf(out, "%s%s", comma, rows[i].text);
        if (rows[i].bit == SESSION_MULTI && queued)
            buf_addf(out, " (%d command%s, not applied)", queued, queued == 1 ? "" : "s");
        comma = ", ";
    }
}

static void add_restored(struct buf *out, struct session *s) {
    const struct identity *i = session_identity(s);
    bool named = i->user && strcmp(i->user, "default") != 0;
    if (named) buf_adds(out, " as ");
    if (named) safe_add(out, i->user, strlen(i->user), false);
    if (session_db(s)) buf_addf(out, ", database %d", session_db(s));
    if (i->readonly) buf_adds(out, ", READONLY");
}

static void say_reconnected(const struct mend *m) {
    struct buf text;
    buf_init(&text, TEXT_MAX);
    if (m->run->wire.client) add_restored(&text, client_session(m->run->wire.client));
    if (m->lost) buf_adds(&text, "; lost: ");
    mend_list_lost(&text, m->lost, m->queued);
    msg_warn("reconnected%s", buf_cstr(&text));
    buf_release(&text);
}

/* The server will not have us as we were, which the next try will not change. */
static void fail(const struct mend *m, const struct err *e, bool again) {
    face_fail(m->run->opts, e);
    if (again && m->in_shell && (e->code == VK_EAUTH || e->code == VK_ESERVER))
        msg_warn("\\connect alone begins anew, as the options say");
}

static void note_lost(struct mend *m, struct session *before) {
    bool dirty;
    m->lost |= session_state(before);
    if (session_queued(before, &dirty)) m->queued = session_queued(before, &dirty);
}

void mend_say_lost(struct mend *m) {
    struct session *before = m->run->wire.client ? client_session(m->run->wire.client) : NULL;
    struct buf text;
    buf_init(&text, TEXT_MAX);
    if (before) note_lost(m, before);
    if (m->lost) buf_adds(&text, ", and with it: ");
    mend_list_lost(&text, m->lost, m->queued);
    msg_warn("the connection is lost%s; the next command connects again", buf_cstr(&text));
    buf_release(&text);
}

int mend_quietly(struct mend *m, struct err *e) {
    struct run *r = m->run;
    if (wire_is_open(&r->wire)) return 0;
    struct session *before = r->wire.client ? client_session(r->wire.client) : NULL;
    bool native = r->opts->face == FACE_NATIVE;
    if (m->db < 0) m->db = before ? session_db(before) : (int)r->opts->conn.db;
    if (before) note_lost(m, before);
    int code = wire_connect(&r->wire, e);
    if (code == 0 && !native) code = restore_db(m, m->db, e);
    m->untold = code == 0;
    return code;
}

bool mend_connect(struct mend *m) {
    struct err e;
    bool before = m->run->wire.client && client_session(m->run->wire.client);
    if (mend_quietly(m, &e) < 0) {
        fail(m, &e, before);
        return false;
    }
    if (m->untold && m->says) say_reconnected(m);
    if (m->untold) mend_forget(m);
    return true;
}

/* What a command given up leaves behind: its reply is dropped when it comes; but a server that is
 * itself blocked in it would keep everything behind it waiting (design, rule 4). */
static void give_up_command(struct mend *m) {
    struct wire *w = &m->run->wire;
    if (!wire_is_open(w)) return;
    if (wire_is_blocked(w))
        wire_disconnect(w);
    else
        run_give_up(m->run);
}

bool mend_command(struct mend *m) {
    struct run *r = m->run;
    if (!r->stopped.code) return false;
    if (r->stopped.code == VK_ECANCEL && !r->in_flight) return false;
    /* what has begun on the screen has its line ended with it */
    bool begun = r->in_flight && r->slots[r->head].started && !r->take;
    bool interrupted = r->stopped.code == VK_ECANCEL;
    if (interrupted && !begun) buf_addc(&r->out, '\n'); /* behind the ^C */
    run_flush(r);
    face_fail(r->opts, &r->stopped);
    give_up_command(m);
    if (r->opts->face == FACE_NATIVE) doubt_tell(&r->doubt, interrupted);
    doubt_clear(&r->doubt);
    err_clear(&r->stopped);
    if (signal_stop() == SIGINT) signal_clear(); /* another one is for the caller */
    r->muted = false;
    return true;
}
