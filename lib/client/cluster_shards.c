/* SPDX-License-Identifier: BSD-3-Clause */
/* Shard channels follow their slot. A server that gives a slot away ends the subscriptions of its
 * channels by itself, and a lost connection ends them silently: what the user has not ended is
 * subscribed again, at the new owner, and he is not told of either confirmation. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "client/cluster_impl.h"
#include "core/args.h"

#define AGAIN_NS (250 * CLOCK_NS_PER_MS) /* after a failure */

struct cluster_shard {
    struct cluster *cluster;
    char *name;
    const char *argv[2]; /* SSUBSCRIBE name */
    size_t lens[2];
    int node;            /* who confirmed it, -1 = nobody does now */
    uint64_t generation; /* of the connection to it */
    bool asked;          /* a SSUBSCRIBE is under way */
    bool queued;         /* ours, which points here */
    bool ours;           /* its confirmation is not for the user */
    bool ended;          /* by the user: to be freed, */
    bool leaving;        /* once that is confirmed */
    int64_t due_ns;
};

static struct cluster_shard *find(struct cluster *c, const char *name, size_t len) {
    for (int i = 0; i < c->n_shards; i++) {
        struct cluster_shard *h = c->shards[i];
        if (!h->ended && h->lens[1] == len && !memcmp(h->name, name, len)) return h;
    }
    return NULL;
}

static void add(struct cluster *c, const char *name, size_t len) {
    if (find(c, name, len)) return;
    struct cluster_shard *h = mem_zalloc(1, sizeof *h);
    *h = (struct cluster_shard){.cluster = c, .name = mem_dup(name, len), .node = -1};
    h->argv[0] = "SSUBSCRIBE";
    h->argv[1] = h->name;
    h->lens[0] = strlen(h->argv[0]);
    h->lens[1] = len;
    h->asked = true; /* the user's own */
    c->shards = mem_realloc(c->shards, (size_t)c->n_shards + 1, sizeof *c->shards);
    c->shards[c->n_shards++] = h;
}

static void free_shard(struct cluster_shard *h) {
    free(h->name);
    free(h);
}

static bool stands(const struct cluster *c, const struct cluster_shard *h) {
    const struct cluster_link *l = h->node >= 0 ? c->links[h->node] : NULL;
    return l && l->generation == h->generation && l->client && client_is_open(l->client);
}

/* Those that the user has ended and that nothing is to come for. */
static void sweep(struct cluster *c) {
    int kept = 0;
    for (int i = 0; i < c->n_shards; i++) {
        struct cluster_shard *h = c->shards[i];
        if (h->ended && !h->asked && !h->queued && !(h->leaving && stands(c, h)))
            free_shard(h);
        else
            c->shards[kept++] = h;
    }
    c->n_shards = kept;
}

static void end(struct cluster_shard *h) {
    if (!h->ended) h->leaving = true;
    h->ended = true;
}

/* The confirmation that the user waits for. */
static bool confirms_end(struct cluster *c, const struct reply *name) {
    for (int i = 0; i < c->n_shards; i++) {
        struct cluster_shard *h = c->shards[i];
        if (!h->leaving || !name->p || h->lens[1] != name->len ||
            memcmp(h->name, name->p, name->len) != 0)
            continue;
        h->leaving = false;
        return true;
    }
    return false;
}

void cluster_shards_note(struct cluster *c, const struct cluster_request *q) {
    const struct args a = {q->argc, q->argv, q->lens};
    if (args_is(&a, 0, "SSUBSCRIBE")) {
        for (int i = 1; i < q->argc; i++)
            add(c, q->argv[i], q->lens[i]);
    } else if (c->n_shards && args_is(&a, 0, "SUNSUBSCRIBE")) {
        for (int i = 0; i < c->n_shards; i++)
            if (q->argc == 1) end(c->shards[i]);
        for (int i = 1; i < q->argc; i++) {
            struct cluster_shard *h = find(c, q->argv[i], q->lens[i]);
            if (h) end(h);
        }
    }
}

/* True: the push is nothing to the user. */
bool cluster_shards_push(struct cluster *c, const struct cluster_link *l, enum push_kind kind,
                         const struct reply *r) {
    if (!c->n_shards || (kind != PUSH_SSUBSCRIBE && kind != PUSH_SUNSUBSCRIBE)) return false;
    const struct reply *name = r->child->next;
    if (kind == PUSH_SUNSUBSCRIBE && confirms_end(c, name)) return false;
    struct cluster_shard *h = name->p ? find(c, name->p, name->len) : NULL;
    if (!h) return false;
    if (kind == PUSH_SUNSUBSCRIBE) { /* the user has not asked for it */
        h->node = -1;
        h->asked = false;
        c->refresh_wanted = true;
        return true;
    }
    bool ours = h->ours;
    h->node = l->number;
    h->generation = l->generation;
    h->asked = h->ours = false;
    return ours;
}

static void on_asked(void *arg, int code, const struct resp_event *ev) {
    struct cluster_shard *h = arg;
    bool refused = ev && resp_read_is_error(ev->type);
    if (code == VK_MORE) return;
    h->asked = h->queued = false;
    if (code < 0 || refused) h->ours = false;
    if (code < 0 || refused) h->due_ns = loop_now_ns(h->cluster->loop) + AGAIN_NS;
}

void cluster_shards_follow(struct cluster *c) {
    sweep(c);
    for (int i = 0; i < c->n_shards; i++) {
        struct cluster_shard *h = c->shards[i];
        if (h->asked || h->queued || h->ended || !h->generation || stands(c, h)) continue;
        h->node = -1;
        h->asked = h->queued = h->ours = true;
        struct cluster_request *q = cluster_queue_new(c);
        q->argc = 2;
        q->argv = h->argv;
        q->lens = h->lens;
        q->cb = on_asked;
        q->arg = h;
        q->slot = slots_of_key(h->name, h->lens[1]);
        q->has_slot = true;
        q->due_ns = h->due_ns;
        cluster_queue_put(c, q);
    }
}

bool cluster_shards_any(const struct cluster *c) {
    for (int i = 0; i < c->n_shards; i++)
        if (c->shards[i]->generation && !c->shards[i]->ended) return true;
    return false;
}

void cluster_shards_release(struct cluster *c) {
    for (int i = 0; i < c->n_shards; i++)
        free_shard(c->shards[i]);
    free(c->shards);
}
