/* SPDX-License-Identifier: BSD-3-Clause */
/* Connections of a cluster for who has questions of his own, beside the commands. */
#include "client/cluster_impl.h"

static bool is_open(const struct client *c) {
    return c && client_is_open(c);
}

struct client *cluster_control(const struct cluster *c) {
    return is_open(c->control) ? c->control : NULL;
}

struct client *cluster_reach(struct cluster *c, int node, int64_t timeout_ms) {
    struct cluster_link *l = cluster_node_link(c, node);
    struct err e;
    if (is_open(l->client)) return l->client;
    if (timeout_ms <= 0) return NULL;
    return cluster_node_connect(c, l, node, timeout_ms, &e) < 0 ? NULL : l->client;
}
