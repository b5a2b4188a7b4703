/* SPDX-License-Identifier: BSD-3-Clause */
/* The replies of CLUSTER SLOTS and CLUSTER SHARDS, RESP2 and RESP3. Each is read twice: once to see
 * that all of it makes sense, once to take it, so that a lie in the middle changes nothing. */
#include <stdio.h>
#include <string.h>

#include "core/slots_impl.h"

enum { PORT_MAX = 65535 };

struct reading {
    struct slots *slots;
    const struct slots_node *asked;
    bool tls, take;
    struct err *e;
};

/* A node as a reply tells of it. */
struct told {
    char host[SLOTS_HOST_MAX + 1], hostname[SLOTS_HOST_MAX + 1], id[SLOTS_ID_MAX + 1];
    int port;
    bool replica, unknown, failed; /* unknown: its host is not known to the node that was asked */
};

static int lie(const struct reading *r, const char *what) {
    return err_set(r->e, VK_EPROTO, "%s:%d tells a topology that makes no sense: %s",
                   r->asked->host, r->asked->port, what);
}

/* ---- scalars ---- */

static bool is_text(const struct reply *r) {
    return r && (r->type == RESP_BULK || r->type == RESP_SIMPLE || r->type == RESP_VERBATIM);
}

static bool is_list(const struct reply *r) {
    return r && (r->type == RESP_ARRAY || r->type == RESP_MAP || r->type == RESP_SET);
}

/* Printable and short enough; "" when it is not there. */
static bool take_text(const struct reply *r, char *out, size_t cap) {
    out[0] = 0;
    if (!r || r->type == RESP_NIL) return true;
    if (!is_text(r) || r->len >= cap) return false;
    for (size_t i = 0; i < r->len; i++)
        if (r->p[i] <= ' ' || r->p[i] > '~') return false;
    memcpy(out, r->p, r->len);
    out[r->len] = 0;
    return true;
}

static bool take_port(const struct reply *r, int *port) {
    if (!r || r->type != RESP_INT || r->n < 1 || r->n > PORT_MAX) return false;
    *port = (int)r->n;
    return true;
}

/* The value behind a name in a map, or in a list where names and values alternate. */
static const struct reply *field(const struct reply *map, const char *name) {
    if (!is_list(map)) return NULL;
    for (const struct reply *r = map->child; r && r->next; r = r->next->next)
        if (is_text(r) && reply_is(r, name)) return r->next;
    return NULL;
}

/* Where the host is left out, the asked node speaks of its own address. */
static void settle_host(const struct reading *r, struct told *t) {
    t->unknown = !strcmp(t->host, "?");
    if (!t->host[0]) snprintf(t->host, sizeof t->host, "%.*s", SLOTS_HOST_MAX, r->asked->host);
}

/* ---- taking ---- */

/* -1: it is not to be served to, or there are too many. */
static int take_node(const struct reading *r, const struct told *t, int primary) {
    if (t->unknown || (t->failed && t->replica)) return -1;
    int i = slots_add(r->slots, t->host, t->port);
    if (i < 0) return i;
    struct slots_tale *tale = &r->slots->tales[i];
    tale->named = true;
    tale->replica = t->replica;
    tale->primary = t->replica ? primary : -1;
    memcpy(tale->id, t->id, sizeof tale->id);
    memcpy(tale->hostname, t->hostname, sizeof tale->hostname);
    return i;
}

static void take_range(struct slots *s, int64_t first, int64_t last, int primary) {
    bool disputed = false;
    for (int64_t slot = first; slot <= last; slot++) {
        if (s->taken[slot] == SLOTS_NOBODY) {
            s->taken[slot] = (uint16_t)primary;
            s->n_taken++;
        } else if (s->taken[slot] != (uint16_t)primary && !disputed) {
            const struct slots_node *a = &s->nodes[s->taken[slot]], *b = &s->nodes[primary];
            disputed = true;
            if (!s->n_disputes++)
                snprintf(s->dispute, sizeof s->dispute, "slot %d is of %.40s:%d or %.40s:%d",
                         (int)slot, a->host, a->port, b->host, b->port);
        }
    }
}

static bool range_fits(const struct reply *first, const struct reply *last) {
    return first && last && first->type == RESP_INT && last->type == RESP_INT && first->n >= 0 &&
           first->n <= last->n && last->n < SLOTS_COUNT;
}

/* ---- CLUSTER SLOTS ---- */

static int read_slots_node(const struct reading *r, const struct reply *node, struct told *t) {
    const struct reply *meta = is_list(node) ? reply_at(node, 3) : NULL;
    if (!is_list(node) || !take_text(reply_at(node, 0), t->host, sizeof t->host))
        return lie(r, "a node without a host");
    if (!take_port(reply_at(node, 1), &t->port)) return lie(r, "a node without a port");
    if (!take_text(reply_at(node, 2), t->id, sizeof t->id)) t->id[0] = 0;
    if (!take_text(field(meta, "hostname"), t->hostname, sizeof t->hostname)) t->hostname[0] = 0;
    settle_host(r, t);
    return 0;
}

static int read_slots_entry(const struct reading *r, const struct reply *entry) {
    const struct reply *first = is_list(entry) ? reply_at(entry, 0) : NULL;
    const struct reply *last = first ? first->next : NULL;
    const struct reply *node = last ? last->next : NULL;
    int primary = -1;
    if (!node) return lie(r, "an entry without a node");
    if (!range_fits(first, last)) return lie(r, "slots out of range");
    for (bool is_primary = true; node; node = node->next, is_primary = false) {
        struct told t = {.replica = !is_primary};
        int code = read_slots_node(r, node, &t);
        if (code < 0) return code;
        if (!r->take || (!is_primary && primary < 0)) continue;
        int number = take_node(r, &t, primary);
        if (is_primary) primary = number;
    }
    if (r->take && primary >= 0) take_range(r->slots, first->n, last->n, primary);
    return 0;
}

/* ---- CLUSTER SHARDS ---- */

static bool word_is(const struct reply *r, const char *word) {
    return is_text(r) && reply_is(r, word);
}

static int read_shards_node(const struct reading *r, const struct reply *node, struct told *t) {
    const struct reply *endpoint = field(node, "endpoint"), *port = field(node, "port");
    const struct reply *tls_port = field(node, "tls-port");
    if (!endpoint) endpoint = field(node, "ip");
    if (!is_list(node) || !take_text(endpoint, t->host, sizeof t->host))
        return lie(r, "a node without an endpoint");
    if (!(r->tls && take_port(tls_port, &t->port)) && !take_port(port, &t->port) &&
        !take_port(tls_port, &t->port))
        return lie(r, "a node without a port");
    if (!take_text(field(node, "id"), t->id, sizeof t->id)) t->id[0] = 0;
    if (!take_text(field(node, "hostname"), t->hostname, sizeof t->hostname)) t->hostname[0] = 0;
    t->replica = !word_is(field(node, "role"), "master");
    t->failed = word_is(field(node, "health"), "fail") || word_is(field(node, "health"), "failed");
    settle_host(r, t);
    return 0;
}

/* The primary must be known before its replicas are taken: it may stand behind them. A failed one
 * gives way to another that calls itself primary. */
static int read_shards_nodes(const struct reading *r, const struct reply *nodes, bool replicas,
                             int *primary) {
    bool failed = true;
    for (const struct reply *node = nodes->child; node; node = node->next) {
        struct told t = {.replica = false};
        int code = read_shards_node(r, node, &t);
        if (code < 0) return code;
        if (!r->take || t.replica != replicas) continue;
        if (!replicas && *primary >= 0 && (t.failed || !failed)) continue;
        int number = take_node(r, &t, *primary);
        if (!replicas && number >= 0) {
            *primary = number;
            failed = t.failed;
        }
    }
    return 0;
}

static int read_shard(const struct reading *r, const struct reply *shard) {
    const struct reply *ranges = field(shard, "slots"), *nodes = field(shard, "nodes");
    int primary = -1;
    if (!is_list(ranges) || !is_list(nodes)) return lie(r, "a shard without slots or nodes");
    int code = read_shards_nodes(r, nodes, false, &primary);
    if (code == 0 && primary >= 0) code = read_shards_nodes(r, nodes, true, &primary);
    if (code < 0) return code;
    for (const struct reply *first = ranges->child; first; first = first->next->next) {
        if (!range_fits(first, first->next)) return lie(r, "slots out of range");
        if (primary >= 0) take_range(r->slots, first->n, first->next->n, primary);
    }
    return 0;
}

/* ---- either ---- */

static bool is_shard(const struct reply *entry) {
    return is_list(entry) && is_text(entry->child);
}

static int read_all(const struct reading *r, const struct reply *reply) {
    int code = 0;
    for (const struct reply *entry = reply->child; entry && code == 0; entry = entry->next)
        code = is_shard(entry) ? read_shard(r, entry) : read_slots_entry(r, entry);
    return code;
}

int slots_take(struct slots *s, const struct reply *r, int asked, bool tls, struct err *e) {
    const struct slots_node own = s->nodes[asked]; /* the array may move */
    struct reading reading = {.slots = s, .asked = &own, .tls = tls, .e = e};
    if (resp_read_is_error(r->type))
        return err_set(e, VK_ESERVER, "%s:%d: %.*s", own.host, own.port,
                       (int)(r->len < 300 ? r->len : 300), r->p);
    if (!is_list(r)) return lie(&reading, "no list");
    int code = read_all(&reading, r);
    if (code < 0) return code;
    reading.take = true;
    return read_all(&reading, r);
}
