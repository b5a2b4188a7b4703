/* SPDX-License-Identifier: BSD-3-Clause */
/* Making a cluster of servers that know nothing of each other: slots, epochs, all meet all, roles;
 * then waiting until every node has heard of it. A new primary refuses to serve in its first 2 s
 * (the servers' CLUSTER_WRITABLE_DELAY), but a replica does not wait, nor when it becomes a
 * primary. So, where there are replicas, the first replica of each primary gets its slots, the
 * primary follows it, and takes over. All is said over the nodes' Unix sockets. The invariant:
 * nothing waits longer than the deadline. */
#include "client/scratch_cluster_impl.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/safe.h"
#include "client/client.h"
#include "client/scratch_server.h"
#include "core/slots.h"

#define POLL_EVERY_NS (10 * CLOCK_NS_PER_MS)

enum {
    TEXT_MAX = 1024,
    WORDS_MAX = 128,
    SLOTS_AT_A_TIME = 100, /* without ranges */
    ID_LEN = 40,
    SAID_MAX = 400,
};

struct node {
    struct connopt opts;
    struct client *client;
    char id[ID_LEN + 1];
    bool done; /* with the present step */
};

struct maker {
    const struct scratch_cluster *c;
    struct node *nodes;
    int replicas; /* of each primary */
    bool has_ranges;
    int64_t deadline_ns;
};

/* ---- talking to one node ---- */

static int explain(const struct maker *m, int k, const char *what, struct err *e) {
    char text[128];
    snprintf(text, sizeof text, "%s %s", m->c->nodes[k].address, what);
    return scratch_server_explain(&m->c->nodes[k].server, text, e);
}

static double seconds_left(const struct maker *m) {
    int64_t left_ns = m->deadline_ns - clock_now_ns();
    return (double)(left_ns > CLOCK_NS_PER_MS ? left_ns : CLOCK_NS_PER_MS) / CLOCK_NS_PER_S;
}

/* Say text, a command with blanks between its words. An error reply is a reply. */
static int ask(const struct maker *m, int k, const char *text, const struct reply **r,
               struct err *e) {
    struct node *node = &m->nodes[k];
    char words[TEXT_MAX], *p = words;
    const char *argv[WORDS_MAX];
    int argc = 0;
    snprintf(words, sizeof words, "%s", text);
    while (p && argc < WORDS_MAX)
        argv[argc++] = strsep(&p, " ");
    node->opts.command_timeout_s = seconds_left(m);
    int code = client_call(node->client, argc, argv, r, e);
    if (code == 0 || code == VK_ECANCEL) return code;
    return explain(m, k, code == VK_ETIMEOUT ? "does not answer" : "ended", e);
}

/* 0: it was answered with OK. VK_MORE: with an error, which is then the text of e. */
PRINTF_LIKE(4, 5)
static int try_to(const struct maker *m, int k, struct err *e, const char *fmt, ...) {
    char text[TEXT_MAX];
    const struct reply *r;
    struct buf said;
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    int code = ask(m, k, text, &r, e);
    if (code < 0 || reply_is(r, "OK")) return code;
    buf_init(&said, SAID_MAX);
    if (r->p) safe_add(&said, r->p, r->len, false);
    err_set(e, VK_EFILE, "throwaway server %s refused '%.40s': %s", m->c->nodes[k].address, text,
            buf_cstr(&said));
    buf_release(&said);
    return VK_MORE;
}

static int must(int code, const struct err *e) {
    return code == VK_MORE ? e->code : code;
}

/* 0 or VK_MORE: whether the text that answers a command has this in it. */
static int says(const struct maker *m, int k, const char *command, const char *what,
                struct err *e) {
    const struct reply *r;
    int code = ask(m, k, command, &r, e);
    if (code < 0) return code;
    return r->p && strstr(r->p, what) ? 0 : VK_MORE;
}

/* ---- what each is told first ---- */

static int first_slot(const struct maker *m, int primary) {
    return primary * SLOTS_COUNT / m->c->primaries;
}

/* Until roles are taken over, the node whose slots those of a primary are. */
static int holder_of(const struct maker *m, int primary) {
    return m->replicas ? primary + m->c->primaries : primary;
}

static int add_slots(const struct maker *m, int k, int first, int end, struct err *e) {
    char text[TEXT_MAX];
    int code = 0;
    if (m->has_ranges)
        return must(try_to(m, k, e, "CLUSTER ADDSLOTSRANGE %d %d", first, end - 1), e);
    while (first < end && code == 0) {
        int len = snprintf(text, sizeof text, "CLUSTER ADDSLOTS");
        for (int i = 0; i < SLOTS_AT_A_TIME && first < end; i++)
            len += snprintf(text + len, sizeof text - (size_t)len, " %d", first++);
        code = must(try_to(m, k, e, "%s", text), e);
    }
    return code;
}

static int introduce(const struct maker *m, int k, struct err *e) {
    static const struct client_hooks hooks = {.bare = true};
    struct node *node = &m->nodes[k];
    const struct reply *r = NULL;
    node->opts.path = m->c->nodes[k].server.path;
    node->opts.protocol = 2;
    node->opts.connect_timeout_s = seconds_left(m);
    int code = client_new(m->c->loop, &node->opts, &hooks, &node->client, e);
    if (code < 0) return code;
    code = client_connect(node->client, e);
    if (code < 0) return code == VK_ECANCEL ? code : explain(m, k, "does not answer", e);
    code = ask(m, k, "CLUSTER MYID", &r, e);
    if (code < 0) return code;
    if (r->len != ID_LEN) return explain(m, k, "has no cluster support", e);
    memcpy(node->id, r->p, ID_LEN);
    return must(try_to(m, k, e, "CLUSTER SET-CONFIG-EPOCH %d", k + 1), e);
}

static int meet(const struct maker *m, int k, int first, struct err *e) {
    int code = 0;
    for (int other = first; other < m->c->n && code == 0; other++) {
        const struct scratch_cluster_node *to = &m->c->nodes[other];
        if (other == k) continue;
        code = must(
            try_to(m, k, e, "CLUSTER MEET " SCRATCH_CLUSTER_HOST " %d %d", to->port, to->bus_port),
            e);
    }
    return code;
}

static int tell_all(const struct maker *m, struct err *e) {
    int code = 0;
    for (int k = 0; k < m->c->n && code == 0; k++)
        code = introduce(m, k, e);
    for (int p = 0; p < m->c->primaries && code == 0; p++)
        code = add_slots(m, holder_of(m, p), first_slot(m, p), first_slot(m, p + 1), e);
    for (int k = 0; k < m->c->n && code == 0; k++)
        code = meet(m, k, k + 1, e); /* all meet all: they need not wait for gossip */
    return code;
}

/* ---- the steps of a node: 0 when it has made it, VK_MORE not yet, or < 0 ---- */

/* It knows all and can reach all. Before that it would not believe what others say of slots. */
static int has_met_all(const struct maker *m, int k, struct err *e) {
    const struct reply *r;
    int code = ask(m, k, "CLUSTER NODES", &r, e);
    if (code < 0) return code;
    if (!r->p || strstr(r->p, " handshake ") || strstr(r->p, " disconnected")) return VK_MORE;
    for (int other = 0; other < m->c->n; other++)
        if (!strstr(r->p, m->nodes[other].id)) return VK_MORE;
    return 0;
}

static int join(const struct maker *m, int k, struct err *e) {
    return try_to(m, k, e, "CLUSTER REPLICATE %s", m->nodes[holder_of(m, k)].id);
}

static int take_over(const struct maker *m, int k, struct err *e) {
    int code = says(m, k, "CLUSTER INFO", "cluster_state:ok", e);
    return code == 0 ? try_to(m, k, e, "CLUSTER FAILOVER TAKEOVER") : code;
}

/* Have the primary's data. One that follows another, or nobody, is told so (again). */
static int follow(const struct maker *m, int k, struct err *e) {
    int primary = k % m->c->primaries;
    char port[32];
    snprintf(port, sizeof port, "\nmaster_port:%d\r", m->c->nodes[primary].port);
    int code = says(m, k, "INFO replication", port, e);
    if (code == VK_MORE) code = try_to(m, k, e, "CLUSTER REPLICATE %s", m->nodes[primary].id);
    return code == 0 ? says(m, k, "INFO replication", "\nmaster_link_status:up\r", e) : code;
}

/* CLUSTER SLOTS leaves out a replica that was sent nothing yet, which would last until a routine
 * ping, up to 10 s. A FLUSHALL is sent at once, and here is nothing to flush. That the replica has
 * something now the others hear at once when it meets them again, not a second or two later. */
static int become_known(const struct maker *m, int k, struct err *e) {
    int code = says(m, k, "INFO replication", "\nslave_repl_offset:0\r", e);
    if (code == VK_MORE) return meet(m, k, 0, e);
    if (code == 0) code = must(try_to(m, k % m->c->primaries, e, "FLUSHALL"), e);
    return code == 0 ? VK_MORE : code;
}

static bool is_share(const struct maker *m, const struct reply *range) {
    const struct reply *first = reply_at(range, 0), *owner = reply_at(range, 2);
    const struct reply *port = owner ? reply_at(owner, 1) : NULL;
    if (!port || range->n != 3 + m->replicas) return false;
    for (int p = 0; p < m->c->primaries; p++)
        if (first->n == first_slot(m, p)) return port->n == m->c->nodes[p].port;
    return false;
}

/* It serves, and would send a client to the right nodes. */
static int settle(const struct maker *m, int k, struct err *e) {
    const struct reply *r;
    int code = says(m, k, "CLUSTER INFO", "cluster_state:ok", e);
    if (code == 0) code = has_met_all(m, k, e);
    if (code == 0) code = ask(m, k, "CLUSTER SLOTS", &r, e);
    if (code) return code;
    if (r->n != m->c->primaries) return VK_MORE;
    for (const struct reply *range = r->child; range; range = range->next)
        if (!is_share(m, range)) return VK_MORE;
    return 0;
}

/* ---- all of them ---- */

typedef int step_fn(const struct maker *m, int k, struct err *e);

/* Look at each of the nodes from first to end; *late is one that is not there yet, -1 = none. */
static int look_round(const struct maker *m, step_fn *step, int first, int end, int *late,
                      struct err *e) {
    *late = -1;
    for (int k = first; k < end; k++) {
        if (m->nodes[k].done) continue;
        int code = step(m, k, e);
        if (code < 0) return code;
        m->nodes[k].done = code == 0;
        if (code == VK_MORE) *late = k;
    }
    return 0;
}

static int go_through(const struct maker *m, step_fn *step, int first, int end, struct err *e) {
    int late, code;
    while ((code = look_round(m, step, first, end, &late, e)) == 0 && late >= 0) {
        int64_t now_ns = clock_now_ns();
        if (now_ns >= m->deadline_ns) return explain(m, late, "does not settle in its cluster", e);
        if (scratch_server_pause(m->c->loop, now_ns + POLL_EVERY_NS) < 0)
            return err_set(e, VK_ECANCEL, "interrupted");
    }
    for (int k = first; k < end; k++)
        m->nodes[k].done = false;
    return code;
}

static int settle_all(const struct maker *m, struct err *e) {
    int n = m->c->n, primaries = m->c->primaries;
    int code = go_through(m, has_met_all, 0, n, e);
    if (code == 0 && m->replicas) {
        code = go_through(m, join, 0, primaries, e);
        if (code == 0) code = go_through(m, take_over, 0, primaries, e);
        if (code == 0) code = go_through(m, follow, primaries, n, e);
        if (code == 0) code = go_through(m, become_known, primaries, n, e);
    }
    return code == 0 ? go_through(m, settle, 0, n, e) : code;
}

int scratch_cluster_make(const struct scratch_cluster *c, bool has_ranges, int64_t deadline_ns,
                         struct err *e) {
    struct maker m = {.c = c,
                      .replicas = c->n / c->primaries - 1,
                      .has_ranges = has_ranges,
                      .deadline_ns = deadline_ns};
    struct err why; /* also what was refused and then granted */
    m.nodes = mem_zalloc((size_t)c->n, sizeof *m.nodes);
    for (int k = 0; k < c->n; k++)
        connopt_init(&m.nodes[k].opts);
    int code = tell_all(&m, &why);
    if (code == 0) code = settle_all(&m, &why);
    if (code < 0 && e) *e = why;
    for (int k = 0; k < c->n; k++) {
        client_free(m.nodes[k].client);
        connopt_release(&m.nodes[k].opts);
    }
    free(m.nodes);
    return code;
}
