/* SPDX-License-Identifier: BSD-3-Clause */
/* One node's calls of SCAN: when the next one goes out, with what, and who the server is that
 * answers. A cursor holds for one server process alone. */
#include <string.h>

#include "base/clock.h"
#include "base/msg.h"
#include "base/str.h"
#include "core/info.h"
#include "sweep_impl.h"

enum {
    SAID_MAX = 1 << 20,
    WINDOW = 4096,    /* commands owed at which no further page is asked for */
    PROBE_CALLS = 32, /* so often a call is sent alone, and timed */
    ARGS_MAX = 8,
};

void sweep_walk_init(struct sweep_walk *w, struct sweep *s, struct fleet_node *node) {
    *w = (struct sweep_walk){.sweep = s, .node = node};
    uint64_t count = s->o.which ? (uint64_t)s->o.which->count : 0;
    sweep_pace_init(&w->pace, count);
    buf_init(&w->text, SWEEP_TEXT_MAX);
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
    const char *where = s->plain ? "" : w->node->name;
    err_set(&s->err, code, "%s%s%.*s", where, *where ? ": " : "", (int)len, why);
}

void sweep_walk_settle(struct sweep_walk *w) {
    if (w->owed || w->unpaid) return;
    if (w->at != w->safe || w->done) w->losses = 0;
    w->safe = w->at;
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
    if (client_submit(c, argc, argv, lens, w->sweep->on_reply, w, &e) < 0) {
        w->broken = true;
        return;
    }
    w->timed = waits == w->in_flight;
    w->asked_ns = clock_now_ns();
    w->due_ns = 0;
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
    sweep_walk_settle(w);
}

/* ---- who the server is ---- */

/* Who walks one node of a cluster may believe that it is all of it. */
static void tell_one_of_many(const struct sweep_walk *w, const struct reply *info) {
    if (w->sweep->fleet->run->wire.cluster || *w->run_id) return;
    if (info_is_cluster(info))
        msg_warn("%s is one node of a cluster: only its keys are looked at (-c takes them all)",
                 w->node->name);
}

/* A server that does not say who it is may be another one. */
static void take_info(struct sweep_walk *w) {
    char run_id[SWEEP_ID_MAX + 1] = "";
    const struct reply *r = w->said.root;
    if (r && !resp_read_is_error(r->type)) {
        tell_one_of_many(w, r);
        info_field(r, "run_id", run_id, sizeof run_id);
    }
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
    if (!again || w->only) return;
    msg_warn("%s is another server, or was restarted: its keys are walked through from the first",
             w->node->name);
    if (s->o.anew) s->o.anew(s->o.arg, w->node);
}

void sweep_walk_again(struct sweep_walk *w, const uint8_t *only) {
    w->only = only;
    w->begun = false;
    sweep_walk_begin(w);
}
