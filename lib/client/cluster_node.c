/* SPDX-License-Identifier: BSD-3-Clause */
/* A connection per node: where it goes (node map), which name its certificate must bear, and whose
 * replies it reads. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "client/cluster_impl.h"
#include "io/sock.h"

enum { PORT_MAX = 65535 };

/* ---- the node map ---- */

/* "host", "host:port", "[v6]:port", "v6": port 0 when there is none. */
struct place {
    const char *host;
    size_t len;
    int port;
};

static const char *last_colon(const char *p, size_t len) {
    while (len && p[len - 1] != ':')
        len--;
    return len ? p + len - 1 : NULL;
}

static int take_place(const char *p, size_t len, struct place *out) {
    int64_t port = 0;
    if (!len) return VK_EUSAGE;
    const char *colon = last_colon(p, len);
    if (*p == '[') {
        const char *end = memchr(p, ']', len);
        if (!end || (colon && colon > end && colon != end + 1)) return VK_EUSAGE;
        *out = (struct place){p + 1, (size_t)(end - p - 1), 0};
        if (!colon || colon < end) return end + 1 == p + len && out->len ? 0 : VK_EUSAGE;
    } else {
        bool has_port = colon && memchr(p, ':', len) == colon;
        *out = (struct place){p, has_port ? (size_t)(colon - p) : len, 0};
        if (!has_port) return out->len ? 0 : VK_EUSAGE;
    }
    size_t digits = (size_t)(p + len - colon - 1);
    if (str_to_i64(colon + 1, digits, &port) < 0 || port < 1 || port > PORT_MAX) return VK_EUSAGE;
    out->port = (int)port;
    return out->len ? 0 : VK_EUSAGE;
}

/* The pair that begins at *p, which moves behind it. VK_MORE: there is none. */
static int next_pair(const char **p, struct place *from, struct place *to) {
    const char *pair = *p;
    if (!*pair) return VK_MORE;
    size_t len = strcspn(pair, ",");
    *p = pair + len + (pair[len] == ',');
    const char *equals = memchr(pair, '=', len);
    if (!equals || take_place(pair, (size_t)(equals - pair), from) < 0) return VK_EUSAGE;
    return take_place(equals + 1, (size_t)(pair + len - equals - 1), to);
}

int cluster_node_check_map(const char *map, struct err *e) {
    struct place from, to;
    int code = 0;
    for (const char *p = map, *pair = p; p && code == 0; pair = p) {
        code = next_pair(&p, &from, &to);
        if (code < 0)
            return err_set(e, VK_EUSAGE, "--node-map: '%.*s' is not A=B with hosts or host:port",
                           (int)strcspn(pair, ","), pair);
    }
    return 0;
}

static bool place_is(const struct place *p, const char *host) {
    return strlen(host) == p->len && !strncasecmp(host, p->host, p->len);
}

/* Of the pairs that fit, one with a port wins. */
static bool map_node(const char *map, const struct slots_node *n, struct place *out) {
    struct place from, to;
    bool found = false;
    for (const char *p = map; p && next_pair(&p, &from, &to) == 0;) {
        if (!place_is(&from, n->host) || (from.port && from.port != n->port)) continue;
        if (found && !from.port) continue;
        *out = to;
        found = true;
        if (from.port) break;
    }
    return found;
}

int cluster_node_address(const struct cluster *c, int node, char *host, size_t cap) {
    const struct slots_node *n = slots_node(c->slots, node);
    struct place to;
    if (map_node(c->opts.node_map, n, &to)) {
        snprintf(host, cap, "%.*s", (int)to.len, to.host);
        return to.port ? to.port : n->port;
    }
    snprintf(host, cap, "%s", c->opts.node_map_all_to ? c->opts.node_map_all_to : n->host);
    return n->port;
}

const char *cluster_where(const struct cluster *c, int node, char *text, size_t cap) {
    char host[256];
    int port = cluster_node_address(c, node, host, sizeof host);
    snprintf(text, cap, strchr(host, ':') ? "[%s]:%d" : "%s:%d", host, port);
    return text;
}

/* ---- the name in the certificate ---- */

/* Nodes are announced by address, certificates bear names: the announced name, else the one the
 * user typed, else the address itself. What is given by option wins. */
static void set_name(const struct cluster *c, int node, struct cluster_door *d) {
    const struct slots_node *n = slots_node(c->slots, node);
    const char *seed = connopt_host(c->opts.conn);
    if (n->hostname[0])
        snprintf(d->name, sizeof d->name, "%s", n->hostname);
    else if (sock_is_literal(d->host) && !sock_is_literal(seed))
        snprintf(d->name, sizeof d->name, "%s", seed);
    else
        return;
    if (!d->conn.tls_opts.verify_name) d->conn.tls_opts.verify_name = d->name;
    if (!d->conn.tls_opts.sni) d->conn.tls_opts.sni = d->name;
}

void cluster_door(const struct cluster *c, int node, struct cluster_door *d) {
    d->conn = *c->opts.conn;
    d->conn.path = NULL;
    d->conn.db = 0;
    d->conn.port = cluster_node_address(c, node, d->host, sizeof d->host);
    d->conn.host = d->host;
    set_name(c, node, d);
}

/* ---- connections ---- */

static void on_push(void *arg, enum push_kind kind, const struct reply *r) {
    struct cluster_link *l = arg;
    struct cluster *c = l->cluster;
    if (cluster_shards_push(c, l, kind, r)) return;
    if (c->hooks.on_push) c->hooks.on_push(c->hooks.arg, kind, r);
}

struct cluster_link *cluster_node_link(struct cluster *c, int node) {
    if (node >= c->n_links) {
        int n = slots_nodes(c->slots);
        c->links = mem_realloc(c->links, (size_t)n, sizeof *c->links);
        memset(c->links + c->n_links, 0, (size_t)(n - c->n_links) * sizeof *c->links);
        c->n_links = n;
    }
    if (!c->links[node]) {
        c->links[node] = mem_zalloc(1, sizeof **c->links);
        c->links[node]->cluster = c;
        c->links[node]->number = node;
    }
    return c->links[node];
}

static int new_client(struct cluster *c, struct cluster_link *l, int node, struct err *e) {
    const struct slots_node *n = slots_node(c->slots, node);
    struct client_hooks hooks = {
        .on_push = on_push,
        .arg = l,
        /* on primaries as well: roles change */
        .readonly = c->opts.read_from != CLUSTER_READ_PRIMARY || n->replica,
    };
    cluster_door(c, node, &l->door);
    return client_new(c->loop, &l->door.conn, &hooks, &l->client, e);
}

/* An announced address that cannot be reached is most often one behind NAT. */
static void advise(const struct cluster *c, int node, struct err *e) {
    struct err why = *e;
    const struct slots_node *n = slots_node(c->slots, node);
    if (!n->id[0] || (e->code != VK_ECONNECT && e->code != VK_ETIMEOUT)) return;
    err_set(e, why.code, "node announced %s:%d, unreachable (use --node-map): %s", n->host, n->port,
            why.text);
}

static int connect_link(struct cluster *c, struct cluster_link *l, int node, int64_t timeout_ms,
                        struct err *e) {
    client_free(l->client);
    l->client = NULL;
    int code = new_client(c, l, node, e);
    if (code < 0) return code;
    if (timeout_ms) {
        l->door.conn.connect_timeout_s = (double)timeout_ms / 1e3;
        l->door.conn.retry.connect_on = 0;
    }
    return client_connect(l->client, e);
}

int cluster_node_connect(struct cluster *c, struct cluster_link *l, int node, int64_t timeout_ms,
                         struct err *e) {
    int code = connect_link(c, l, node, timeout_ms, e);
    l->generation++;
    if (code == 0) l->connected_once = true;
    if (code < 0 && !l->connected_once) advise(c, node, e);
    return code;
}

unsigned cluster_state(const struct cluster *c) {
    unsigned bits = cluster_shards_any(c) ? SESSION_SUBSCRIBED : 0;
    for (int i = 0; i < c->n_links; i++)
        if (c->links[i] && c->links[i]->client && client_is_open(c->links[i]->client))
            bits |= session_state(client_session(c->links[i]->client));
    return bits;
}

bool cluster_stop_listening(struct cluster *c) {
    bool any = false;
    for (int i = 0; i < c->n_links; i++) {
        struct client *client = c->links[i] ? c->links[i]->client : NULL;
        if (!client || !client_is_open(client)) continue;
        if (!session_only_listens(client_session(client))) continue;
        client_disconnect(client);
        any = true;
    }
    return any;
}

int cluster_queued(const struct cluster *c, bool *dirty) {
    int n = 0;
    *dirty = false;
    for (int i = 0; i < c->n_links; i++) {
        bool fails = false;
        if (c->links[i] && c->links[i]->client && client_is_open(c->links[i]->client))
            n += session_queued(client_session(c->links[i]->client), &fails);
        *dirty |= fails;
    }
    return n;
}

void cluster_node_release(struct cluster *c) {
    for (int i = 0; i < c->n_links; i++) {
        if (c->links[i]) client_free(c->links[i]->client);
        free(c->links[i]);
    }
    free(c->links);
}
