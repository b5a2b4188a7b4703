/* SPDX-License-Identifier: BSD-3-Clause */
/* The replies of CLUSTER SLOTS and CLUSTER SHARDS, either protocol, into one form. Nothing is taken
 * from a reply of which a part makes no sense. */
#include <stdlib.h>
#include <string.h>

#include "base/safe.h"
#include "core/slots_impl.h"

enum { PORT_MAX = 65535, FIRST_CAP = 16, WORDS_MAX = 400 };

struct reading {
    struct slots_tale *tale;
    bool tls;
    const char *where;
    struct err *e;
};

void slots_tale_release(struct slots_tale *t) {
    free(t->nodes);
    free(t->shards);
    free(t->ranges);
}

static int lie(const struct reading *g, const char *what) {
    return err_set(g->e, VK_EPROTO, "topology from %s: %s", g->where, what);
}

/* Room for one more of them. */
static void *room(void *p, int n, int *cap, size_t size) {
    if (n < *cap) return p;
    *cap = *cap ? 2 * *cap : FIRST_CAP;
    return mem_realloc(p, (size_t)*cap, size);
}

static void add_node(struct slots_tale *t, const struct slots_tale_node *n) {
    t->nodes = room(t->nodes, t->n_nodes, &t->cap_nodes, sizeof *t->nodes);
    t->nodes[t->n_nodes++] = *n;
}

static void open_shard(struct slots_tale *t) {
    t->shards = room(t->shards, t->n_shards, &t->cap_shards, sizeof *t->shards);
    t->shards[t->n_shards++] = (struct slots_tale_shard){.node = t->n_nodes, .range = t->n_ranges};
}

/* Without a primary that can be reached the shard's slots are nobody's. */
static void close_shard(struct slots_tale *t) {
    struct slots_tale_shard *shard = &t->shards[t->n_shards - 1];
    shard->n_nodes = t->n_nodes - shard->node;
    shard->n_ranges = t->n_ranges - shard->range;
    if (!shard->n_nodes) t->n_shards--;
}

/* ---- values ---- */

static bool is_text(const struct reply *r) {
    return r->type == RESP_BULK || r->type == RESP_SIMPLE || r->type == RESP_VERBATIM;
}

static bool is_list(const struct reply *r) {
    return r->type == RESP_ARRAY || r->type == RESP_MAP;
}

static bool is_word(const struct reply *r, const char *word) {
    return r && is_text(r) && reply_is(r, word);
}

/* Printable, without blanks, at most max bytes. */
static bool is_plain(const struct reply *r, size_t max) {
    if (!is_text(r) || r->len > max) return false;
    for (size_t i = 0; i < r->len; i++)
        if (r->p[i] <= ' ' || r->p[i] > '~') return false;
    return true;
}

/* What may be left out, or is left out when it is odd. */
static const char *plain(const struct reply *r, size_t max) {
    return r && is_plain(r, max) ? r->p : "";
}

static bool is_number(const struct reply *r, int64_t from, int64_t to) {
    return r && r->type == RESP_INT && r->n >= from && r->n <= to;
}

/* The value behind a name, of a map or of a list where they alternate. */
static const struct reply *field(const struct reply *r, const char *name) {
    for (const struct reply *at = r->child; at && at->next; at = at->next->next)
        if (is_word(at, name)) return at->next;
    return NULL;
}

/* ---- parts of both ---- */

static int take_range(const struct reading *g, const struct reply *from) {
    struct slots_tale *t = g->tale;
    const struct reply *to = from->next;
    if (!is_number(from, 0, SLOTS_COUNT - 1) || !is_number(to, from->n, SLOTS_COUNT - 1))
        return lie(g, "slots out of range");
    t->slots += (int)(to->n - from->n) + 1;
    if (t->slots > SLOTS_COUNT) return lie(g, "more slots than there are");
    t->ranges = room(t->ranges, t->n_ranges, &t->cap_ranges, sizeof *t->ranges);
    t->ranges[t->n_ranges++] = (struct slots_tale_range){(unsigned)from->n, (unsigned)to->n};
    return 0;
}

/* VK_MORE: the node that was asked does not know where this one is. */
static int take_address(const struct reading *g, const struct reply *host, const struct reply *port,
                        struct slots_tale_node *n) {
    bool none = host && host->type == RESP_NIL;
    if (!none && (!host || !is_plain(host, SLOTS_HOST_MAX))) return lie(g, "a node without a host");
    if (!is_number(port, 1, PORT_MAX)) return lie(g, "a node without a port");
    n->host = none ? "" : host->p;
    n->port = (int)port->n;
    return strcmp(n->host, "?") ? 0 : VK_MORE;
}

/* ---- CLUSTER SLOTS: [from, to, primary, replica ...] ---- */

/* [host, port, id, [name, value ...]]; older servers end sooner. */
static int read_node(const struct reading *g, const struct reply *r, struct slots_tale_node *n) {
    if (!is_list(r)) return lie(g, "a node that is no list");
    const struct reply *host = r->child, *port = host ? host->next : NULL;
    const struct reply *id = port ? port->next : NULL, *more = id ? id->next : NULL;
    n->id = plain(id, SLOTS_ID_MAX);
    n->hostname = more && is_list(more) ? plain(field(more, "hostname"), SLOTS_HOST_MAX) : "";
    return take_address(g, host, port, n);
}

static int read_nodes(const struct reading *g, const struct reply *r) {
    bool lost = false; /* the primary is nowhere, and its replicas do not count */
    for (bool first = true; r; r = r->next, first = false) {
        struct slots_tale_node n;
        int code = read_node(g, r, &n);
        if (code < 0) return code;
        lost |= first && code == VK_MORE;
        if (code == 0 && !lost) add_node(g->tale, &n);
    }
    return 0;
}

static int read_entry(const struct reading *g, const struct reply *r) {
    const struct reply *to = r->child ? r->child->next : NULL;
    if (!to || !to->next) return lie(g, "slots without a node");
    open_shard(g->tale);
    int code = take_range(g, r->child);
    if (code == 0) code = read_nodes(g, to->next);
    close_shard(g->tale);
    return code;
}

/* ---- CLUSTER SHARDS: {"slots": [from, to ...], "nodes": [{name: value ...} ...]} ---- */

static int read_shard_node(const struct reading *g, const struct reply *r,
                           struct slots_tale_node *n) {
    const struct reply *host = field(r, "endpoint"), *port = field(r, "port");
    const struct reply *tls_port = field(r, "tls-port");
    n->id = plain(field(r, "id"), SLOTS_ID_MAX);
    n->hostname = plain(field(r, "hostname"), SLOTS_HOST_MAX);
    return take_address(g, host ? host : field(r, "ip"),
                        tls_port && (g->tls || !port) ? tls_port : port, n);
}

static bool is_primary(const struct reply *r) {
    const struct reply *role = field(r, "role");
    return is_word(role, "master") || is_word(role, "primary");
}

static bool has_failed(const struct reply *r) {
    const struct reply *health = field(r, "health");
    return is_word(health, "fail") || is_word(health, "failed");
}

/* One that has failed keeps its slots until another takes over. */
static const struct reply *find_primary(const struct reply *nodes) {
    const struct reply *found = NULL;
    for (const struct reply *r = nodes->child; r; r = r->next)
        if (is_primary(r) && (!found || (has_failed(found) && !has_failed(r)))) found = r;
    return found;
}

static int read_shard_nodes(const struct reading *g, const struct reply *nodes) {
    struct slots_tale *t = g->tale;
    struct slots_tale_node n;
    for (const struct reply *r = nodes->child; r; r = r->next)
        if (!is_list(r)) return lie(g, "a node that is no map");
    const struct reply *primary = find_primary(nodes);
    int lost = primary ? read_shard_node(g, primary, &n) : VK_MORE;
    if (lost < 0) return lost;
    if (!lost) add_node(t, &n);
    for (const struct reply *r = nodes->child; r; r = r->next) {
        int code = r == primary ? VK_MORE : read_shard_node(g, r, &n);
        if (code < 0) return code;
        if (code == 0 && !lost && !is_primary(r) && !has_failed(r)) add_node(t, &n);
    }
    return 0;
}

static int read_shard(const struct reading *g, const struct reply *r) {
    const struct reply *slots = field(r, "slots"), *nodes = field(r, "nodes");
    if (!slots || !nodes || !is_list(slots) || !is_list(nodes))
        return lie(g, "a shard without slots or nodes");
    int code = 0;
    open_shard(g->tale);
    for (const struct reply *from = slots->child; from; from = from->next->next) {
        code = take_range(g, from);
        if (code < 0) break;
    }
    if (code == 0) code = read_shard_nodes(g, nodes);
    close_shard(g->tale);
    return code;
}

/* ---- either ---- */

static int tell_error(const struct reading *g, const struct reply *r) {
    struct buf words;
    buf_init(&words, WORDS_MAX * 5);
    safe_add(&words, r->p, r->len < WORDS_MAX ? r->len : WORDS_MAX, false);
    int code = err_set(g->e, VK_ESERVER, "%s", words.len ? buf_cstr(&words) : "an empty error");
    buf_release(&words);
    return code;
}

int slots_tale_read(struct slots_tale *t, const struct reply *r, bool tls, const char *where,
                    struct err *e) {
    const struct reading g = {.tale = t, .tls = tls, .where = where, .e = e};
    int code = 0;
    if (resp_read_is_error(r->type)) return tell_error(&g, r);
    if (r->type != RESP_ARRAY) return lie(&g, "no list");
    for (const struct reply *at = r->child; at && code == 0; at = at->next) {
        if (!is_list(at) || !at->child) return lie(&g, "an entry that is no list");
        code = is_text(at->child) ? read_shard(&g, at) : read_entry(&g, at);
    }
    return code;
}
