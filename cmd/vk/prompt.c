/* SPDX-License-Identifier: BSD-3-Clause */
/* The text in front of the line: where one is, and in which state. */
#include "prompt.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/identity.h"
#include "io/tty.h"

enum { STATE_MAX = 200, WHERE_MAX = 512 };

/* ", text"; the first one without the comma. */
static void add(struct buf *b, const char *text) {
    if (b->len) buf_adds(b, ", ");
    buf_adds(b, text);
}

static void add_transaction(const struct wire *w, struct buf *b) {
    bool dirty = false;
    char text[64];
    int n = w->client ? session_queued(client_session(w->client), &dirty)
                      : cluster_queued(w->cluster, &dirty);
    snprintf(text, sizeof text, n ? "tx %d%s" : "tx%.0d%s", n, dirty ? ", will fail" : "");
    add(b, text);
}

static void add_nodes(const struct wire *w, struct buf *b) {
    char text[64];
    int n = 0;
    const struct slots *s = cluster_slots(w->cluster);
    for (int i = 0; i < slots_nodes(s); i++)
        n += !slots_node(s, i)->gone;
    snprintf(text, sizeof text, "%d node%s", n, n == 1 ? "" : "s");
    add(b, text);
}

/* "(tx 3, subscribed)" */
static void put_state(const struct run *r, char text[STATE_MAX]) {
    const struct wire *w = &r->wire;
    unsigned state = wire_state(w);
    bool in_tx = state & SESSION_MULTI || (w->cluster && cluster_in_transaction(w->cluster));
    struct buf b;
    buf_init(&b, STATE_MAX - 3);
    if (w->cluster) add_nodes(w, &b);
    if (r->opts->read_only || r->opts->profile.read_only) add(&b, "read-only");
    if (in_tx) add_transaction(w, &b);
    if (state & SESSION_WATCH && !in_tx) add(&b, "watching");
    if (state & SESSION_SUBSCRIBED) add(&b, "subscribed");
    if (state & SESSION_MONITOR) add(&b, "monitor");
    if (state & SESSION_REPLY_OFF) add(&b, "replies off");
    snprintf(text, STATE_MAX, b.len ? "(%s)" : "%s", buf_cstr(&b));
    buf_release(&b);
}

/* The environment's colour, when the profile has none of its own. */
static int colour_of(const struct profile *p) {
    static const int by_environment[] = {
        [PROFILE_DEV] = 32, [PROFILE_STAGING] = 33, [PROFILE_PRODUCTION] = 31};
    return p->colour ? p->colour : by_environment[p->environment];
}

static const char *user_of(const struct run *r) {
    const char *user = r->opts->conn.user;
    if (r->wire.client) user = session_identity(client_session(r->wire.client))->user;
    return user && strcmp(user, "default") != 0 ? user : "";
}

const char *prompt_compose(struct run *r, const char *role, bool colours, char text[PROMPT_MAX]) {
    const struct options *o = r->opts;
    const struct wire *w = &r->wire;
    char where[WHERE_MAX], state[STATE_MAX] = "not connected";
    bool open = wire_is_open(w);
    struct session *session = w->client ? client_session(w->client) : NULL; /* open, or the last */
    struct prompt_facts f = {
        .profile = o->profile.name,
        .environment = profile_environment_name(o->profile.environment),
        .role = !open        ? ""
                : w->cluster ? "cluster"
                             : role,
        .address = wire_where(w, where, sizeof where),
        .user = open ? user_of(r) : "",
        .state = state,
        .db = session ? session_db(session) : 0,
        .colour = colours ? colour_of(&o->profile) : 0,
    };
    if (open) put_state(r, state);
    return prompt_format(prompt_of(o), &f, tty_columns(STDOUT_FILENO), text);
}

const char *prompt_of(const struct options *o) {
    const char *format = o->prompt ? o->prompt : o->profile.prompt;
    return format ? format : PROMPT_FORMAT;
}
