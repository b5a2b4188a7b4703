/* SPDX-License-Identifier: BSD-3-Clause */
/* --idle and --ttl: neither question counts as a use of the key, so it is as idle afterwards as it
 * was before. A key that is gone by then passes no filter. */
#include <stdlib.h>
#include <string.h>

#include "prune_impl.h"

enum { ARGS_MAX = 3 };

/* A key that is asked about. */
struct candidate {
    struct prune *prune;
    struct fleet_node *node;
    prune_take_fn *take;
    int waiting; /* answers */
    bool passes, lost;
    size_t len;
    char name[];
};

bool prune_pick_asks(const struct options_sweep *o) {
    return o->idle_s || o->ttl;
}

/* One answer less to wait for. */
static void settle(struct candidate *c) {
    struct prune *p = c->prune;
    if (--c->waiting) return;
    if (c->passes && !c->lost)
        c->take(p, c->node, c->name, c->len);
    else
        sweep_paid(p->sweep, c->node);
    free(c);
}

static void stop(struct prune *p, const struct resp_event *ev, const char *option) {
    if (p->stopped.code) return;
    int len = ev->p ? (int)(ev->len < PRUNE_SHOWN_BYTES ? ev->len : PRUNE_SHOWN_BYTES) : 0;
    enum errclass class = errclass_of_reply(ev->p ? ev->p : "", (size_t)len);
    bool rights = class & (ERRCLASS_PERMISSION | ERRCLASS_AUTH);
    err_set(&p->stopped, rights ? VK_EAUTH : VK_ESERVER, "%s cannot be told: %.*s", option, len,
            ev->p ? ev->p : "");
    sweep_stop(p->sweep);
}

/* The reply's number; false when there is none, and then the key does not pass. */
static bool take_number(struct candidate *c, int code, const struct resp_event *ev,
                        const char *option, int64_t *n) {
    c->lost |= code < 0;
    if (!ev || ev->depth) return false;
    if (resp_read_is_error(ev->type)) {
        bool gone = ev->p && ev->len >= 15 && !memcmp(ev->p, "ERR no such key", 15);
        if (ev->kind == RESP_VALUE && !gone) stop(c->prune, ev, option);
    } else if (ev->type == RESP_INT) {
        *n = ev->n;
        return true;
    }
    c->passes = false;
    return false;
}

static void on_idle(void *arg, int code, const struct resp_event *ev) {
    struct candidate *c = arg;
    int64_t idle = 0;
    if (take_number(c, code, ev, "--idle", &idle) && idle < c->prune->o->idle_s) c->passes = false;
    if (code != VK_MORE) settle(c);
}

static void on_ttl(void *arg, int code, const struct resp_event *ev) {
    struct candidate *c = arg;
    int64_t ttl = 0;
    if (take_number(c, code, ev, "--ttl", &ttl) && ttl != -1) c->passes = false;
    if (code != VK_MORE) settle(c);
}

static int submit(struct candidate *c, const char *first, const char *second, session_cb *cb,
                  struct err *e) {
    const char *argv[ARGS_MAX] = {first};
    size_t lens[ARGS_MAX] = {strlen(first)};
    int argc = 1;
    if (second) {
        lens[argc] = strlen(second);
        argv[argc++] = second;
    }
    lens[argc] = c->len;
    argv[argc++] = c->name;
    int code = client_submit(c->node->client, argc, argv, lens, cb, c, e);
    if (code == 0) c->waiting++;
    return code;
}

int prune_pick_ask(struct prune *p, struct fleet_node *node, const struct sweep_key *key,
                   prune_take_fn *take, struct err *e) {
    struct candidate *c = mem_zalloc(1, sizeof *c + key->len);
    int code = 0;
    c->prune = p;
    c->node = node;
    c->take = take;
    c->passes = true;
    c->len = key->len;
    memcpy(c->name, key->p, key->len);
    if (p->o->idle_s) code = submit(c, "OBJECT", "IDLETIME", on_idle, e);
    if (code == 0 && p->o->ttl) code = submit(c, "TTL", NULL, on_ttl, e);
    if (c->waiting)
        sweep_owe(p->sweep, node, 1);
    else
        free(c);
    return code;
}
