/* SPDX-License-Identifier: BSD-3-Clause */
/* See copy_source.h; what is asked about a key and what comes is in copy_item.c. */
#include "copy_source.h"

#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "copy_item.h"
#include "copy_recent.h"
#include "core/info.h"
#include "io/signal.h"
#include "ui/amount.h"

enum {
    WINDOW_BYTES = 4 << 20, /* of payloads, as far as can be foreseen, in flight to one node */
    WINDOW_KEYS = 512,
    KEY_BYTES = 100, /* what a key costs besides its payload */
    FIRST_TYPICAL = 16 << 10,
    TEXT_MAX = 256,
};

/* ---- asking ---- */

static size_t window(const struct copy_node *n) {
    double keys = WINDOW_BYTES / (n->typical + KEY_BYTES);
    return keys < 2 ? 2 : keys > WINDOW_KEYS ? WINDOW_KEYS : (size_t)keys;
}

static struct copy_item *pop(struct copy_node *n) {
    struct copy_item *i = n->first;
    n->first = i->next;
    if (!n->first) n->last = &n->first;
    return i;
}

/* What is in flight comes in by itself. */
static void give_up_queue(struct copy_node *n) {
    while (n->first)
        copy_item_drop(pop(n));
}

static bool may_ask(const struct copy_source *s, const struct copy_node *n) {
    bool room = !s->o.has_room || s->o.has_room(s->o.arg);
    return room && n->in_flight < window(n) && client_is_open(n->node->client);
}

static void pump(struct copy_node *n) {
    struct copy_source *s = n->source;
    if (s->failed.code || signal_stop()) give_up_queue(n);
    while (n->first && may_ask(s, n))
        copy_item_ask(pop(n));
}

static void pump_all(struct copy_source *s) {
    for (int i = 0; i < s->fleet.n; i++)
        if (s->nodes[i].source) pump(&s->nodes[i]);
}

/* ---- the sweep ---- */

static void begin_node(struct copy_source *s, struct copy_node *n, struct fleet_node *node) {
    *n = (struct copy_node){.source = s, .node = node, .typical = FIRST_TYPICAL};
    n->last = &n->first;
    n->no_idle = !s->run->opts->copy.idle;
}

static int on_page(void *arg, struct fleet_node *node, const struct sweep_key *keys, size_t n_keys,
                   struct err *e) {
    struct copy_source *s = arg;
    struct copy_node *n = &s->nodes[node - s->fleet.nodes];
    if (s->failed.code) {
        *e = s->failed;
        return e->code;
    }
    if (n_keys > s->left) n_keys = (size_t)s->left;
    s->left -= n_keys;
    if (!s->left) sweep_stop(s->sweep);
    if (!n_keys) return 0;
    if (!n->source) begin_node(s, n, node);
    sweep_owe(s->sweep, node, n_keys);
    for (size_t i = 0; i < n_keys; i++) {
        struct copy_item *item = copy_item_new(n, keys[i].p, keys[i].len);
        *n->last = item;
        n->last = &item->next;
    }
    pump(n);
    return 0;
}

/* Its keys would come again, and not all as they were. */
static void on_anew(void *arg, struct fleet_node *node) {
    struct err why;
    err_set(&why, VK_ELOST,
            "%s: the server is another one than before, or was restarted: begin again", node->name);
    copy_source_fail(arg, &why);
}

static void on_turned(void *arg) {
    struct copy_source *s = arg;
    if (s->o.turned) s->o.turned(s->o.arg);
    pump_all(s);
    if (s->others) cluster_flush(s->run->wire.cluster);
}

/* ---- the whole ---- */

int copy_source_open(struct copy_source *s, struct run *r, const struct copy_source_opts *o,
                     struct err *e) {
    *s = (struct copy_source){.run = r, .o = *o};
    enum fleet_which which = r->opts->sweep.replicas ? FLEET_A_REPLICA_EACH : FLEET_PRIMARIES;
    int code = fleet_open(&s->fleet, r, which, e);
    if (code < 0) return code;
    s->nodes = mem_zalloc((size_t)s->fleet.max, sizeof *s->nodes);
    s->recent = copy_recent_new();
    s->left = r->opts->sweep.limit ? (uint64_t)r->opts->sweep.limit : UINT64_MAX;
    return 0;
}

void copy_source_close(struct copy_source *s) {
    fleet_close(&s->fleet);
    copy_item_free_all(s->spare);
    copy_recent_free(s->recent);
    copy_faults_release(&s->faults);
    free(s->nodes);
}

bool copy_source_ask(struct client *c, char *version, size_t cap) {
    static const char *const info[] = {"INFO", "server"};
    const struct reply *r;
    struct err ignored;
    *version = 0;
    if (client_call(c, 2, info, &r, &ignored) < 0 || !r->p || resp_read_is_error(r->type))
        return false;
    if (!info_field(r, "valkey_version", version, cap))
        info_field(r, "redis_version", version, cap);
    return info_is_cluster(r);
}

void copy_source_progress(const struct copy_source *s, struct progress *p, const char *done) {
    struct buf text;
    if (!p->shown) return;
    buf_init(&text, TEXT_MAX);
    amount_add_count(&text, s->keys);
    buf_addf(&text, " %s", done);
    p->total = sweep_total(s->sweep);
    progress_at(p, sweep_passed(s->sweep), buf_cstr(&text));
    buf_release(&text);
}

void copy_source_say(struct copy_source *s, const char *what) {
    copy_faults_say(&s->faults, what, NULL);
    bool no_idle = false;
    for (int i = 0; i < s->fleet.n; i++)
        no_idle |= s->run->opts->copy.idle && s->nodes[i].no_idle;
    if (no_idle) msg_warn("keys go without idle times: OBJECT: %s", s->no_idle_why);
}

int copy_source_run(struct copy_source *s, struct err *e) {
    const struct options *o = s->run->opts;
    s->sweep = sweep_new(&s->fleet, &(struct sweep_opts){.which = &o->sweep,
                                                         .pause_s = o->interval_s,
                                                         .page = on_page,
                                                         .anew = on_anew,
                                                         .turned = on_turned,
                                                         .arg = s});
    int code = sweep_run(s->sweep, e);
    if (s->failed.code) {
        *e = s->failed;
        code = e->code;
    } else if (code < 0) {
        s->failed = *e;
    }
    for (int i = 0; i < s->fleet.n; i++)
        if (s->nodes[i].source) give_up_queue(&s->nodes[i]);
    if (s->others) cluster_cancel(s->run->wire.cluster);
    sweep_free(s->sweep); /* whose clients are cancelled by it */
    s->sweep = NULL;
    return code;
}
