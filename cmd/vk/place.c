/* SPDX-License-Identifier: BSD-3-Clause */
/* See place.h. */
#include "place.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"

enum { REPLY_MAX = 1 << 20, FRESH_S = 10 };

void place_init(struct place *p, struct run *r) {
    *p = (struct place){.run = r};
    reply_builder_init(&p->reply, REPLY_MAX);
}

void place_release(struct place *p) {
    reply_builder_release(&p->reply);
}

static void set_role(struct place *p, const char *role, size_t len) {
    char now[sizeof p->role] = "";
    if (str_ieq(role, len, "master"))
        snprintf(now, sizeof now, "primary");
    else if (str_ieq(role, len, "slave") || str_ieq(role, len, "replica"))
        snprintf(now, sizeof now, "replica");
    else if (str_ieq(role, len, "sentinel"))
        snprintf(now, sizeof now, "sentinel");
    p->changed |= strcmp(now, p->role) != 0;
    memcpy(p->role, now, sizeof now);
}

static void on_role(void *arg, int code, const struct resp_event *ev) {
    struct place *p = arg;
    int built = ev ? reply_build(&p->reply, ev) : VK_ELOST;
    if (code == VK_MORE) return;
    p->waiting = false;
    const struct reply *role = code == 0 && built == 0 ? reply_at(p->reply.root, 0) : NULL;
    if (role && role->p)
        set_role(p, role->p, role->len);
    else if (code == 0)
        p->refused = true;
    reply_builder_clear(&p->reply);
}

/* Not in the middle of anything that it would become a part of. */
static bool may_ask(const struct place *p) {
    const struct wire *w = &p->run->wire;
    return w->client && wire_is_open(w) && !p->waiting && !p->refused && !wire_state(w) &&
           !wire_is_blocked(w);
}

static void ask(struct place *p) {
    static const char *const argv[] = {"ROLE"};
    struct err unused;
    if (client_submit(p->run->wire.client, 1, argv, NULL, on_role, p, &unused) < 0) return;
    p->waiting = true;
    p->asked_ns = clock_now_ns();
    client_flush(p->run->wire.client);
}

/* HELLO's word of another connection. */
static void begin(struct place *p) {
    const struct handshake_said *said = client_said(p->run->wire.client);
    bool sentinel = !strcmp(said->mode, "sentinel");
    p->refused = false;
    p->asked_ns = *said->role || sentinel ? clock_now_ns() : 0;
    set_role(p, sentinel ? "sentinel" : said->role, strlen(sentinel ? "sentinel" : said->role));
}

void place_look(struct place *p) {
    struct client *client = p->run->wire.client;
    uint64_t connection = client ? client_connections(client) : 0;
    if (connection && connection != p->connection) begin(p);
    p->connection = connection;
    p->changed = false;
    bool old = clock_now_ns() - p->asked_ns > FRESH_S * CLOCK_NS_PER_S;
    if (connection && old && may_ask(p)) ask(p);
}

void place_note(struct place *p, int argc, const char *const *argv, const size_t *lens) {
    static const char *const words[] = {"replicaof", "slaveof", "failover", "cluster", NULL};
    for (int i = 0; argc && words[i]; i++)
        if (str_ieq(argv[0], lens[0], words[i])) p->asked_ns = 0;
}
