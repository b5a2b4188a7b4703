/* SPDX-License-Identifier: BSD-3-Clause */
/* Any bytes as what nodes answer: replies that are read as topologies and merged, errors that are
 * read as redirects and followed. The map must hold together whatever is told. The first byte says
 * whether TLS is spoken, and after how many replies a refresh ends. */
#include "core/route.h"
#include "core/slots.h"

#include <stdlib.h>
#include <string.h>

enum { HOST_MAX = 256, LIST_MAX = 16 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok) {
    if (!ok) abort();
}

static void check_node(const struct slots *s, int node) {
    const struct slots_node *n = slots_node(s, node);
    must(n->port >= 1 && n->port <= 65535 && n->host[0] && strlen(n->id) <= SLOTS_ID_MAX);
    must(slots_find(s, n->host, n->port) == node);
    must(n->primary >= -1 && n->primary < slots_nodes(s) && n->primary != node);
    must(n->replica || n->primary == -1);
    must(!slots_owned(s, node) || (!n->replica && !n->gone));
}

static void check_slot(const struct slots *s, unsigned slot, int primary) {
    int list[LIST_MAX], n = slots_replicas(s, slot, list, LIST_MAX);
    for (int i = 0; i < n && i < LIST_MAX; i++) {
        must(list[i] >= 0 && list[i] < slots_nodes(s) && list[i] != primary);
        must(!slots_node(s, list[i])->gone);
    }
}

static void check_map(const struct slots *s) {
    int covered = 0, owned = 0, list[LIST_MAX];
    unsigned end;
    for (unsigned slot = 0; slot < SLOTS_COUNT; slot = end + 1) {
        int primary = slots_run(s, slot, &end);
        must(end >= slot && end < SLOTS_COUNT && primary == slots_primary(s, end));
        must(primary >= -1 && primary < slots_nodes(s));
        covered += primary >= 0 ? (int)(end - slot) + 1 : 0;
        check_slot(s, slot, primary);
    }
    for (int i = 0; i < slots_nodes(s); i++) {
        check_node(s, i);
        owned += slots_owned(s, i);
        must(slots_candidate(s, i) >= 0);
    }
    must(covered == slots_covered(s) && covered == owned);
    must(slots_candidate(s, slots_nodes(s)) == -1);
    must(slots_primaries(s, list, LIST_MAX) <= slots_nodes(s));
    must(slots_all_replicas(s, list, LIST_MAX) <= slots_nodes(s));
}

static void follow(struct slots *s, const struct reply *r) {
    struct route_opts o = ROUTE_OPTS_DEFAULT;
    struct route route = {.sends = 1};
    uint64_t moved = 4;
    char host[HOST_MAX], words[HOST_MAX];
    struct route_decision d = route_error(&route, &o, r->p, r->len, &moved);
    route_explain(&d, &route, &o, words, sizeof words);
    must(words[0] && strlen(words) < sizeof words);
    if (d.action != ROUTE_MOVED && d.action != ROUTE_ASK) return;
    must(d.slot < SLOTS_COUNT && d.port >= 1 && d.port <= 65535 && d.host_len <= r->len);
    if (!d.host_len || d.host_len >= sizeof host) return;
    memcpy(host, d.host, d.host_len);
    host[d.host_len] = 0;
    int node = *host ? slots_add(s, host, d.port) : -1;
    if (node < 0 || d.action != ROUTE_MOVED) return;
    slots_patch(s, d.slot, node);
    must(slots_primary(s, d.slot) == node);
}

static void take(struct slots *s, const struct reply *r, bool tls) {
    struct err e = {0};
    int before = slots_taken(s), code = slots_take(s, r, 0, tls, &e);
    must(code == 0 || ((code == VK_EPROTO || code == VK_ESERVER) && e.code == code && e.text[0]));
    must(slots_taken(s) >= before && slots_taken(s) <= SLOTS_COUNT);
    must(code == 0 || slots_taken(s) == before);
}

static void turn_over(struct slots *s) {
    struct err e = {0};
    uint64_t epoch = slots_epoch(s);
    int taken = slots_taken(s), code = slots_end(s, &e);
    must(code == 0 ? slots_covered(s) == taken : code == VK_EPROTO && slots_epoch(s) == epoch);
    check_map(s);
    slots_begin(s);
}

static void take_all(struct slots *s, const char *p, size_t len, bool tls, unsigned per_refresh) {
    const struct resp_limits limits = {
        .depth = 16, .elements = 1 << 16, .bulk = 4096, .line = 4096};
    struct reply_builder tree;
    struct resp_reader r;
    struct resp_event ev;
    unsigned n = 0;
    reply_builder_init(&tree, (size_t)1 << 24);
    resp_read_init(&r, &limits);
    resp_read_feed(&r, p, len);
    while (resp_read_next(&r, &ev) == 1) {
        if (reply_build(&tree, &ev) != 0) continue;
        take(s, tree.root, tls);
        if (resp_read_is_error(tree.root->type)) follow(s, tree.root);
        if (++n % per_refresh == 0) turn_over(s);
        reply_builder_clear(&tree);
    }
    resp_read_release(&r);
    reply_builder_release(&tree);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (!size) return 0;
    struct slots *s = slots_new();
    slots_add(s, "seed", 7000);
    slots_begin(s);
    take_all(s, (const char *)data + 1, size - 1, data[0] & 1, 1u + data[0] / 2 % 4);
    turn_over(s);
    slots_abandon(s);
    slots_free(s);
    return 0;
}
