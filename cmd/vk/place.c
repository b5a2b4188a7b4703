/* SPDX-License-Identifier: BSD-3-Clause */
/* See place.h. */
#include "place.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"

enum { REPLY_MAX = 1 << 20, FRESH_S = 10 };

void place_init(struct place *p, struct ask *a) {
    *p = (struct place){.ask = a};
    reply_builder_init(&p->reply, REPLY_MAX);
}

void place_release(struct place *p) {
    ask_forget(p->question);
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

static void on_role(void *arg, int code) {
    struct place *p = arg;
    const struct reply *role = code == 0 ? reply_at(p->reply.root, 0) : NULL;
    p->question = NULL;
    p->refused = code == VK_ESERVER;
    if (role && role->p) set_role(p, role->p, role->len);
}

static void ask(struct place *p) {
    static const char *const argv[] = {"ROLE"};
    const struct cmd cmd = {.argc = 1, .argv = argv};
    p->question = ask_send(p->ask, &cmd, &p->reply, on_role, p);
    if (p->question) p->asked_ns = clock_now_ns();
}

/* HELLO's word of another connection. */
static void begin(struct place *p, const struct client *client) {
    const struct handshake_said *said = client_said(client);
    const char *role = strcmp(said->mode, "sentinel") ? said->role : "sentinel";
    p->refused = false;
    p->asked_ns = *role ? clock_now_ns() : 0;
    set_role(p, role, strlen(role));
}

void place_look(struct place *p) {
    const struct wire *w = p->ask->wire;
    p->changed = false;
    if (!w->client || !wire_is_open(w)) return;
    if (w->connected_ns != p->connected_ns) begin(p, w->client);
    p->connected_ns = w->connected_ns;
    bool old = !p->asked_ns || clock_now_ns() - p->asked_ns > FRESH_S * CLOCK_NS_PER_S;
    if (old && !p->question && !p->refused) ask(p);
}

void place_note(struct place *p, int argc, const char *const *argv, const size_t *lens) {
    static const char *const words[] = {"replicaof", "slaveof", "failover", "cluster", NULL};
    for (int i = 0; argc && words[i]; i++)
        if (str_ieq(argv[0], lens[0], words[i])) p->asked_ns = 0;
}
