/* SPDX-License-Identifier: BSD-3-Clause */
/* A refresh: the tales of one node after another are merged, and then stand for the map. The first
 * to speak of a slot is believed; where a later one differs, it is counted. */
#include <stdlib.h>
#include <string.h>

#include "core/slots_impl.h"

enum { DIFFERENCES_MAX = 5, WHERE_MAX = 80 };

void slots_begin(struct slots *s) {
    slots_abandon(s);
    s->refresh = mem_zalloc(1, sizeof *s->refresh);
    slots_roster_init(&s->refresh->roster);
    slots_map_init(&s->refresh->map);
}

void slots_abandon(struct slots *s) {
    if (!s->refresh) return;
    slots_roster_release(&s->refresh->roster);
    slots_map_release(&s->refresh->map);
    free(s->refresh);
    s->refresh = NULL;
}

int slots_taken(const struct slots *s) {
    return s->refresh ? s->refresh->map.covered : 0;
}

/* ---- merging a tale ---- */

static void describe(struct slots_node *n, const struct slots_tale_node *told, int primary) {
    memcpy(n->id, told->id, strlen(told->id) + 1);
    n->replica = primary >= 0;
    n->primary = primary;
    if (!*told->hostname) return;
    free(n->hostname);
    n->hostname = mem_strdup(told->hostname);
}

/* Numbers for the nodes of a shard; false when there are too many. */
static bool enlist(struct slots_roster *r, struct slots_tale_node *told, int n, const char *asked) {
    for (int i = 0; i < n; i++) {
        int known = r->n;
        told[i].number = slots_roster_add(r, *told[i].host ? told[i].host : asked, told[i].port);
        if (told[i].number < 0) return false;
        if (told[i].number == known)
            describe(&r->entries[known]->node, &told[i], i ? told[0].number : -1);
    }
    return true;
}

/* Each member once, whatever is told. */
static void add_shard(struct slots_map *m, const struct slots_tale_node *told, int n) {
    bool seen[SLOTS_NODES_MAX] = {false};
    slots_map_open(m);
    for (int i = 0; i < n; i++) {
        if (!seen[told[i].number]) slots_map_member(m, told[i].number);
        seen[told[i].number] = true;
    }
}

static void differ(struct slots_refresh *f, unsigned slot, int primary) {
    if (f->differences++) return;
    f->differs = slot;
    f->first = f->map.primary[slot];
    f->second = primary;
}

/* False when every slot of the range was told before. */
static bool merge_range(struct slots_refresh *f, struct slots_tale_range range, int shard,
                        int primary) {
    struct slots_map *m = &f->map;
    int covered = m->covered;
    bool differs = false;
    for (unsigned slot = range.from; slot <= range.to; slot++) {
        if (m->primary[slot] == SLOTS_NOBODY) {
            m->primary[slot] = (uint16_t)primary;
            m->shard[slot] = (uint16_t)shard;
            m->covered++;
        } else if (m->primary[slot] != primary && !differs) {
            differs = true;
            differ(f, slot, primary);
        }
    }
    return m->covered > covered;
}

/* The shard gets the next number, and exists once a slot of it is news. */
static void merge_shard(struct slots_refresh *f, const struct slots_tale *t,
                        const struct slots_tale_shard *shard) {
    const struct slots_tale_node *nodes = t->nodes + shard->node;
    bool news = false;
    for (int i = 0; i < shard->n_ranges; i++)
        news |= merge_range(f, t->ranges[shard->range + i], f->map.n_shards, nodes[0].number);
    if (news) add_shard(&f->map, nodes, shard->n_nodes);
}

static int merge(struct slots_refresh *f, const struct slots_tale *t, const char *asked,
                 const char *where, struct err *e) {
    int known = f->roster.n;
    for (int i = 0; i < t->n_shards; i++) {
        const struct slots_tale_shard *shard = &t->shards[i];
        if (enlist(&f->roster, t->nodes + shard->node, shard->n_nodes, asked)) continue;
        slots_roster_cut(&f->roster, known);
        return err_set(e, VK_EPROTO, "topology from %s: more than %d nodes", where,
                       SLOTS_NODES_MAX);
    }
    for (int i = 0; i < t->n_shards; i++)
        merge_shard(f, t, &t->shards[i]);
    return 0;
}

int slots_take(struct slots *s, const struct reply *r, int asked, bool tls, struct err *e) {
    const struct slots_node *node = &s->roster.entries[asked]->node;
    struct slots_tale t = {0};
    char where[WHERE_MAX];
    slots_roster_where(node, where, sizeof where);
    int code = slots_tale_read(&t, r, tls, where, e);
    if (code == 0) code = merge(s->refresh, &t, node->host, where, e);
    slots_tale_release(&t);
    return code;
}

/* ---- taking over ---- */

static bool is_known(const struct slots *s, const struct slots_node *n) {
    return slots_roster_find(&s->roster, n->host, n->port) >= 0;
}

static int count_new(const struct slots *s) {
    const struct slots_roster *told = &s->refresh->roster;
    int n = 0;
    for (int i = 0; i < told->n; i++)
        n += !is_known(s, &told->entries[i]->node);
    return n;
}

static int check(const struct slots *s, struct err *e) {
    const struct slots_refresh *f = s->refresh;
    char first[WHERE_MAX], second[WHERE_MAX];
    if (s->roster.n + count_new(s) > SLOTS_NODES_MAX)
        return err_set(e, VK_EPROTO, "the cluster has had more than %d nodes", SLOTS_NODES_MAX);
    if (f->differences <= DIFFERENCES_MAX) return 0;
    return err_set(e, VK_EPROTO,
                   "the cluster's nodes disagree about %d ranges of slots: slot %u is of %s or %s",
                   f->differences, f->differs,
                   slots_roster_where(&f->roster.entries[f->first]->node, first, sizeof first),
                   slots_roster_where(&f->roster.entries[f->second]->node, second, sizeof second));
}

/* A node as it was told, under its lasting number; numbers has those of all. */
static void adopt(struct slots_node *n, struct slots_node *told, const uint16_t *numbers) {
    memcpy(n->id, told->id, sizeof n->id);
    free(n->hostname);
    n->hostname = told->hostname;
    told->hostname = NULL; /* moved to n */
    n->replica = told->replica;
    n->primary = told->primary < 0 ? -1 : numbers[told->primary];
    n->gone = false;
}

static void adopt_nodes(struct slots *s, uint16_t *numbers) {
    struct slots_roster *told = &s->refresh->roster;
    for (int i = 0; i < s->roster.n; i++) {
        s->roster.entries[i]->node.gone = true;
        s->roster.entries[i]->owned = 0;
    }
    for (int i = 0; i < told->n; i++) {
        const struct slots_node *n = &told->entries[i]->node;
        int known = s->roster.n, node = slots_roster_add(&s->roster, n->host, n->port);
        if (node == known) s->order[node] = (uint16_t)node;
        numbers[i] = (uint16_t)node;
    }
    for (int i = 0; i < told->n; i++)
        adopt(&s->roster.entries[numbers[i]]->node, &told->entries[i]->node, numbers);
}

/* Who owns a slot is a primary, whatever else was told of it. */
static void adopt_map(struct slots *s, const uint16_t *numbers) {
    struct slots_map *m = &s->refresh->map;
    for (size_t i = 0; i < m->n_members; i++)
        m->members[i] = numbers[m->members[i]];
    for (int slot = 0; slot < SLOTS_COUNT; slot++) {
        if (m->primary[slot] == SLOTS_NOBODY) continue;
        m->primary[slot] = numbers[m->primary[slot]];
        struct slots_entry *owner = s->roster.entries[m->primary[slot]];
        owner->owned++;
        owner->node.replica = false;
        owner->node.primary = -1;
    }
    slots_map_release(&s->map);
    s->map = *m;
    slots_map_init(m); /* moved to s */
}

/* Nodes that are gone are the last to be asked; a start node may be there under another name. */
static void sort_candidates(struct slots *s) {
    uint16_t gone[SLOTS_NODES_MAX] = {0};
    size_t n = 0, n_gone = 0;
    for (int i = 0; i < s->roster.n; i++) {
        uint16_t node = s->order[i];
        if (s->roster.entries[node]->node.gone && node >= s->n_start)
            gone[n_gone++] = node;
        else
            s->order[n++] = node;
    }
    memcpy(s->order + n, gone, n_gone * sizeof *gone);
}

int slots_end(struct slots *s, struct err *e) {
    uint16_t numbers[SLOTS_NODES_MAX];
    int code = check(s, e);
    if (code == 0) {
        if (!s->n_start) s->n_start = s->roster.n;
        adopt_nodes(s, numbers);
        adopt_map(s, numbers);
        sort_candidates(s);
        s->epoch++;
    }
    slots_abandon(s);
    return code;
}
