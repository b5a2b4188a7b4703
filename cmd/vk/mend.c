/* SPDX-License-Identifier: BSD-3-Clause */
/* See mend.h. */
#include "mend.h"

#include <stdio.h>

#include "base/msg.h"
#include "base/str.h"
#include "face.h"
#include "io/signal.h"

void mend_init(struct mend *m, struct run *r, bool says) {
    *m = (struct mend){.run = r, .says = says, .db = -1};
}

/* The database that was selected by hand comes back with the connection. */
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

static void say_reconnected(const struct mend *m) {
    char in_db[STR_INT_MAX + 16] = "";
    if (m->db) snprintf(in_db, sizeof in_db, ", database %d", m->db);
    msg_warn("reconnected%s%s%s", in_db,
             m->lost & (SESSION_MULTI | SESSION_WATCH) ? "; the transaction is lost" : "",
             m->lost & SESSION_SUBSCRIBED ? "; the subscriptions are lost" : "");
}

bool mend_connect(struct mend *m) {
    struct run *r = m->run;
    if (wire_is_open(&r->wire)) return true;
    struct session *before = r->wire.client ? client_session(r->wire.client) : NULL;
    if (m->db < 0) m->db = before ? session_db(before) : (int)r->opts->conn.db;
    if (before) m->lost |= session_state(before);
    struct err e;
    int code = wire_connect(&r->wire, &e);
    if (code == 0) code = restore_db(m, m->db, &e);
    if (code == 0) {
        if (m->says) say_reconnected(m);
        m->db = -1;
        m->lost = 0;
        return true;
    }
    face_fail(r->opts, &e);
    return false;
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
    if (r->stopped.code == VK_ECANCEL && !begun) buf_addc(&r->out, '\n'); /* behind the ^C */
    run_flush(r);
    face_fail(r->opts, &r->stopped);
    give_up_command(m);
    err_clear(&r->stopped);
    signal_clear();
    r->muted = false;
    return true;
}
