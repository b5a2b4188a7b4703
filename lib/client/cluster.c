/* SPDX-License-Identifier: BSD-3-Clause */
/* The door to a cluster: commands come in here and leave by cluster_flush. The invariant that keeps
 * commands of one slot in order: as long as one is in flight at a node, or waits to be sent again,
 * none of its slot is sent anywhere else. */
#include "client/cluster.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "client/cluster_impl.h"
#include "core/args.h"
#include "io/signal.h"

enum { KEYS_MAX = 1024, REPLICAS_MAX = 64 };

/* ---- which node ---- */

static int slot_of_keys(int argc, const char *const *argv, const size_t *lens, const int *keys,
                        int n, unsigned *slot, struct err *e) {
    const struct args a = {argc, argv, lens};
    for (int i = 0; i < n; i++) {
        unsigned s = slots_of_key(argv[keys[i]], args_len(&a, keys[i]));
        if (i && s != *slot)
            return err_set(
                e, VK_EUSAGE,
                "CROSSSLOT the keys are of different slots (%u and %u): nothing was sent", *slot,
                s);
        *slot = s;
    }
    return n ? 0 : VK_MORE;
}

/* The slot of a command's keys: 0 and *slot, VK_MORE when it has none, VK_EUSAGE when they are of
 * several (e names two), VK_EPARSE when this cannot be told without the server. */
static int slot_of(const struct command_info *info, int argc, const char *const *argv,
                   const size_t *lens, unsigned *slot, struct err *e) {
    int few[KEYS_MAX], *keys = few;
    int n = info ? command_keys(info, argc, argv, lens, few, KEYS_MAX) : 0;
    if (n < 0 || !info) return VK_EPARSE;
    if (n > KEYS_MAX) {
        keys = mem_zalloc((size_t)n, sizeof *keys);
        n = command_keys(info, argc, argv, lens, keys, n);
    }
    int code = slot_of_keys(argc, argv, lens, keys, n, slot, e);
    if (keys != few) free(keys);
    return code;
}

static int reader(struct cluster *c, unsigned slot, int primary) {
    int nodes[REPLICAS_MAX + 1], n = slots_replicas(c->slots, slot, nodes + 1, REPLICAS_MAX);
    if (n > REPLICAS_MAX) n = REPLICAS_MAX;
    bool replicas_only = c->opts.read_from == CLUSTER_READ_ROUND_ROBIN_REPLICAS ||
                         c->opts.read_from == CLUSTER_READ_RANDOM_REPLICA;
    bool random = c->opts.read_from == CLUSTER_READ_RANDOM ||
                  c->opts.read_from == CLUSTER_READ_RANDOM_REPLICA;
    nodes[0] = primary;
    if (c->opts.read_from == CLUSTER_READ_PRIMARY || n == 0) return primary;
    unsigned first = replicas_only, choices = (unsigned)n + 1 - first;
    unsigned i = random ? (unsigned)(rng_next(&c->rng) % choices) : c->turn++ % choices;
    return nodes[first + i];
}

static bool reads_elsewhere(const struct cluster *c, const struct cluster_request *q) {
    return q->reads && c->opts.read_from != CLUSTER_READ_PRIMARY;
}

/* -1: the slot has no owner. */
static int choose_node(struct cluster *c, const struct cluster_request *q) {
    int any = -1;
    if (q->ask >= 0) return q->ask;
    if (q->fixed >= 0) return q->fixed;
    if (!q->has_slot) return slots_primaries(c->slots, &any, 1) > 0 ? any : -1;
    int primary = slots_primary(c->slots, q->slot);
    if (primary < 0 || !reads_elsewhere(c, q)) return primary;
    return reader(c, q->slot, primary);
}

/* ---- sending ---- */

enum verdict {
    SENT,    /* or over: not in the queue any more */
    WAITS,   /* it, and what is of its slot */
    ALL_WAIT /* it, and all behind it */
};

/* What must be done before the next scan. */
struct needs {
    int connect;    /* this node, -1 = none */
    int64_t due_ns; /* when the first of those that wait is due, 0 = none */
};

static enum verdict give_up(struct cluster *c, struct cluster_request **at, int code) {
    cluster_queue_over(c, cluster_queue_take(c, at), code);
    return SENT;
}

static int submit_to(struct cluster *c, struct cluster_request *q, struct client *client) {
    static const char *const asking[] = {"ASKING"};
    int code = 0;
    if (q->ask >= 0) code = client_submit(client, 1, asking, NULL, NULL, NULL, &q->why);
    if (code == 0)
        code = client_submit(client, q->argc, q->argv, q->lens, cluster_reply_event, q, &q->why);
    if (code < 0) return code;
    c->in_flight++;
    c->alone += q->alone;
    if (!q->has_slot) return 0;
    bool several = c->busy[q->slot] && c->busy_node[q->slot] != (uint16_t)q->node;
    c->busy_node[q->slot] = several ? UINT16_MAX : (uint16_t)q->node;
    c->busy[q->slot]++;
    return 0;
}

static enum verdict send_to(struct cluster *c, struct cluster_request **at, int node,
                            struct needs *needs) {
    struct cluster_request *q = *at;
    struct cluster_link *l = cluster_node_link(c, node);
    if (!l->client || !client_is_open(l->client)) {
        needs->connect = node;
        return q->tx || q->alone ? ALL_WAIT : WAITS;
    }
    if (!route_may_send(&q->route, &c->opts.route))
        return give_up(c, at, q->why.code ? q->why.code : VK_ESERVER);
    q->node = node;
    if (submit_to(c, cluster_queue_take(c, at), l->client) < 0) {
        cluster_queue_over(c, q, q->why.code);
        return SENT;
    }
    if (q->tx) cluster_tx_sent(c, q);
    return SENT;
}

static enum verdict try_transaction(struct cluster *c, struct cluster_request **at,
                                    struct needs *needs) {
    int node = -1;
    switch (cluster_tx_way(c, *at, &node)) {
    case CLUSTER_TX_WAIT: return ALL_WAIT;
    case CLUSTER_TX_LOST: return give_up(c, at, (*at)->why.code);
    case CLUSTER_TX_OVER: return give_up(c, at, 0);
    default: break;
    }
    if (node >= 0) return send_to(c, at, node, needs);
    cluster_reply_uncovered(c, cluster_queue_take(c, at));
    return SENT;
}

static bool must_wait(struct cluster *c, const struct cluster_request *q, struct needs *needs) {
    if (q->due_ns > loop_now_ns(c->loop)) {
        if (!needs->due_ns || q->due_ns < needs->due_ns) needs->due_ns = q->due_ns;
        return true;
    }
    return q->has_slot && c->held[q->slot] == c->scan;
}

static enum verdict try_one(struct cluster *c, struct cluster_request **at, struct needs *needs) {
    struct cluster_request *q = *at;
    if (c->alone || (q->alone && (c->in_flight || c->queue != q))) return ALL_WAIT;
    if (must_wait(c, q, needs)) return q->tx || q->alone ? ALL_WAIT : WAITS;
    if (q->tx) return try_transaction(c, at, needs);
    int node = choose_node(c, q);
    if (node < 0) {
        cluster_reply_uncovered(c, cluster_queue_take(c, at));
        return SENT;
    }
    q->node = node;
    bool elsewhere = q->has_slot && c->busy[q->slot] && c->busy_node[q->slot] != (uint16_t)node;
    if (elsewhere && !reads_elsewhere(c, q)) return WAITS;
    return send_to(c, at, node, needs);
}

static struct needs scan(struct cluster *c) {
    struct needs needs = {.connect = -1};
    c->scan++;
    for (struct cluster_request **at = &c->queue; *at && !c->refresh_wanted;) {
        struct cluster_request *q = *at;
        enum verdict v = try_one(c, at, &needs);
        if (v == ALL_WAIT) break;
        if (v == SENT) continue;
        if (q->has_slot) c->held[q->slot] = c->scan;
        at = &q->next;
    }
    return needs;
}

static void flush_links(struct cluster *c) {
    for (int i = 0; i < c->n_links; i++)
        if (c->links[i] && c->links[i]->client) client_flush(c->links[i]->client);
}

/* Those that would go to a node that cannot be reached. */
static void refuse_all(struct cluster *c, int node, const struct err *e) {
    slots_failed(c->slots, node);
    for (struct cluster_request **at = &c->queue; *at;) {
        struct cluster_request *q = *at;
        bool its = q->tx ? q->tx_first && c->tx_node == node : q->node == node;
        if (!its) {
            at = &q->next;
            continue;
        }
        uint64_t number = q->number;
        cluster_reply_unreachable(c, cluster_queue_take(c, at), e);
        while (*at && (*at)->number <= number)
            at = &(*at)->next;
    }
}

static void connect_node(struct cluster *c, int node) {
    struct err e;
    if (cluster_node_connect(c, cluster_node_link(c, node), node, 0, &e) < 0)
        refuse_all(c, node, &e);
}

static void refresh(struct cluster *c) {
    struct err e;
    char line[600];
    int code = cluster_topology_read(c, &e); /* failed: the map we have serves on */
    if (!c->hooks.trace) return;
    snprintf(line, sizeof line, "topology read again%s%s", code < 0 ? ": " : "",
             code < 0 ? e.text : "");
    c->hooks.trace(c->hooks.arg, line);
}

static void on_due(void *arg) {
    (void)arg; /* the loop's turn ends, and the next flush finds what is due */
}

static void arm(struct cluster *c, int64_t due_ns) {
    c->timer.fn = on_due;
    if (due_ns)
        loop_timer_set(c->loop, &c->timer, due_ns);
    else
        loop_timer_clear(c->loop, &c->timer);
}

bool cluster_flush(struct cluster *c) {
    bool told = false;
    assert(!c->in_callback);
    for (;;) {
        cluster_shards_follow(c);
        struct needs needs = scan(c);
        flush_links(c);
        told |= cluster_queue_tell(c);
        if (signal_stop() || (!c->refresh_wanted && needs.connect < 0)) {
            arm(c, needs.due_ns);
            return told;
        }
        if (c->refresh_wanted)
            refresh(c);
        else
            connect_node(c, needs.connect);
    }
}

void cluster_turn(struct cluster *c, int64_t until_ns) {
    bool told = cluster_flush(c); /* the caller may wait for just that */
    loop_turn(c->loop, told ? 0 : until_ns);
    cluster_queue_tell(c);
}

/* ---- commands ---- */

void cluster_answer(struct cluster *c, const char *text, session_cb *cb, void *arg) {
    struct cluster_request *q = cluster_queue_new(c);
    q->cb = cb;
    q->arg = arg;
    cluster_queue_say(q, text);
    cluster_queue_over(c, q, 0);
}

void cluster_submit(struct cluster *c, int argc, const char *const *argv, const size_t *lens,
                    int node, session_cb *cb, void *arg) {
    unsigned slot = 0;
    struct err e;
    const struct command_info *info = command_find(c->commands, argc, argv, lens);
    int code = node >= 0 ? VK_MORE : slot_of(info, argc, argv, lens, &slot, &e);
    if (code == VK_EUSAGE) {
        cluster_answer(c, e.text, cb, arg);
        return;
    }
    struct cluster_request *q = cluster_queue_new(c);
    q->argc = argc;
    q->argv = argv;
    q->lens = lens;
    q->cb = cb;
    q->arg = arg;
    if (c->closing) {
        err_set(&q->why, VK_ECANCEL, "interrupted");
        cluster_queue_over(c, q, VK_ECANCEL);
        return;
    }
    q->fixed = node;
    q->slot = slot;
    q->has_slot = code == 0;
    q->reads = command_info_reads_only(info, argc, argv, lens);
    cluster_shards_note(c, q);
    if (node < 0 && cluster_tx_admit(c, q)) return;
    q->alone = code == VK_EPARSE;
    cluster_queue_put(c, q);
}

bool cluster_in_transaction(const struct cluster *c) {
    return c->tx != TX_NONE;
}

void cluster_cancel(struct cluster *c) {
    for (int i = 0; i < c->n_links; i++)
        if (c->links[i] && c->links[i]->client) client_cancel(c->links[i]->client);
    while (c->queue) {
        struct cluster_request *q = cluster_queue_take(c, &c->queue);
        err_set(&q->why, VK_ECANCEL, "interrupted");
        cluster_queue_over(c, q, VK_ECANCEL);
    }
    cluster_tx_abandon(c);
    c->tx = TX_NONE;
    c->tx_waits = false;
    cluster_queue_tell(c);
}

size_t cluster_pending(const struct cluster *c) {
    return c->queued + c->in_flight + c->finishing;
}

const struct err *cluster_why(const struct cluster *c) {
    return &c->why;
}

uint64_t cluster_redirects(const struct cluster *c) {
    return c->redirects;
}

int cluster_answering(const struct cluster *c) {
    return c->answering;
}

/* ---- the whole ---- */

const struct slots *cluster_slots(const struct cluster *c) {
    return c->slots;
}

int cluster_connect(struct cluster *c, struct err *e) {
    return c->has_map ? 0 : cluster_topology_read(c, e);
}

int cluster_check(const struct cluster_opts *o, struct err *e) {
    if (o->conn->path)
        return err_set(e, VK_EUSAGE, "a cluster is reached by TCP: give -h and -p, not a socket");
    if (o->conn->sentinel.list)
        return err_set(e, VK_EUSAGE,
                       "sentinels watch no cluster: --sentinel and a cluster exclude "
                       "each other");
    if (o->conn->db)
        return err_set(e, VK_EUSAGE, "a cluster has only database 0, not %lld",
                       (long long)o->conn->db);
    return o->node_map ? cluster_node_check_map(o->node_map, e) : 0;
}

struct cluster *cluster_new(struct loop *l, const struct cluster_opts *o,
                            const struct cluster_hooks *hooks) {
    struct cluster *c = mem_zalloc(1, sizeof *c);
    c->loop = l;
    c->opts = *o;
    if (hooks) c->hooks = *hooks;
    c->slots = slots_new();
    c->control_node = c->tx_node = c->answering = -1;
    c->queue_end = &c->queue;
    c->over_end = &c->over;
    rng_seed(&c->rng, (uint64_t)clock_now_ns());
    slots_add(c->slots, connopt_host(o->conn), o->conn->port ? (int)o->conn->port : 6379);
    return c;
}

void cluster_free(struct cluster *c) {
    if (!c) return;
    c->closing = true;
    cluster_cancel(c);
    loop_timer_clear(c->loop, &c->timer);
    cluster_node_release(c);
    cluster_topology_release(c);
    cluster_commands_release(c);
    cluster_shards_release(c);
    cluster_queue_release(c);
    slots_free(c->slots);
    free(c);
}
