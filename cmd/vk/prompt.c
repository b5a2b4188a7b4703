/* SPDX-License-Identifier: BSD-3-Clause */
/* The text in front of the line: where one is, and in which state. */
#include <stdio.h>

#include "shell_impl.h"

static void add_state(const struct shell *s, struct buf *b) {
    unsigned state = wire_state(&s->run->wire);
    if (state & SESSION_MULTI) buf_adds(b, " (tx)");
    if (state & SESSION_SUBSCRIBED) buf_adds(b, " (subscribed)");
    if (state & SESSION_MONITOR) buf_adds(b, " (monitor)");
}

const char *prompt_compose(const struct shell *s, char text[PROMPT_MAX]) {
    struct wire *w = &s->run->wire;
    char where[256];
    struct buf b;
    bool open = wire_is_open(w);
    buf_init(&b, PROMPT_MAX - 1);
    const struct profile *profile = &s->run->opts->profile;
    if (*profile->name && profile->colour) buf_addf(&b, "\x1b[%dm", profile->colour);
    if (*profile->name) buf_adds(&b, profile->name);
    if (*profile->name && profile->colour) buf_adds(&b, "\x1b[0m");
    if (*profile->name) buf_addc(&b, ' ');
    buf_adds(&b, open ? wire_where(w, where, sizeof where) : "not connected");
    int db = open && w->client ? session_db(client_session(w->client)) : 0;
    if (db) buf_addf(&b, "[%d]", db);
    if (open) add_state(s, &b);
    buf_adds(&b, "> ");
    snprintf(text, PROMPT_MAX, "%s", buf_cstr(&b));
    buf_release(&b);
    return text;
}
