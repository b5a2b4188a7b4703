/* SPDX-License-Identifier: BSD-3-Clause */
/* See shards.h. */
#include "shards.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "core/route.h"

enum { TOLD_MS = 5000 }; /* so long a redirect outweighs a topology that says otherwise */

void shards_add(struct shards *s, const char *name, void *arg) {
    if (s->n == s->cap) {
        s->cap = s->cap ? 2 * s->cap : 16;
        s->names = mem_realloc(s->names, (size_t)s->cap, sizeof *s->names);
    }
    s->names[s->n++] = (struct shards_name){
        .name = name, .slot = slots_of_key(name, strlen(name)), .owner = -1, .at = -1, .arg = arg};
}

void shards_release(struct shards *s) {
    free(s->names);
    *s = (struct shards){0};
}

static void choose_owner(struct shards_name *name, const struct slots *slots, int64_t now_ns) {
    int owner = slots_primary(slots, name->slot);
    if (name->told_ns && owner != name->owner && now_ns - name->told_ns < TOLD_MS * CLOCK_NS_PER_MS)
        return;
    name->told_ns = 0;
    name->owner = owner;
}

void shards_choose(struct shards *s, const struct cluster *c, bool *wanted, int n) {
    const struct slots *slots = c ? cluster_slots(c) : NULL;
    int64_t now_ns = clock_now_ns();
    for (int i = 0; i < s->n; i++) {
        if (!slots) {
            s->names[i].slot = 0; /* nobody minds what belongs together */
            s->names[i].owner = n;
            continue;
        }
        choose_owner(&s->names[i], slots, now_ns);
        if (wanted && s->names[i].owner >= 0 && s->names[i].owner < n)
            wanted[s->names[i].owner] = true;
    }
}

bool shards_redirect(struct shards_name *name, struct cluster *c, const struct node *n,
                     const char *text, size_t len) {
    const struct route_opts opts = ROUTE_OPTS_DEFAULT;
    struct route route = {0};
    uint64_t moved = 0;
    char host[256];
    if (!c) return false;
    struct route_decision d = route_error(&route, &opts, text, len, &moved);
    if (d.action == ROUTE_RESTART || d.action == ROUTE_AGAIN) {
        name->owner = -1; /* the topology will tell */
        return true;
    }
    if (d.action != ROUTE_MOVED && d.action != ROUTE_ASK) return false;
    if (d.slot != name->slot) return false;
    if (d.host_len)
        snprintf(host, sizeof host, "%.*s", (int)d.host_len, d.host);
    else
        snprintf(host, sizeof host, "%s", slots_node(cluster_slots(c), n->number)->host);
    name->owner = cluster_know(c, host, d.port);
    name->told_ns = clock_now_ns();
    return true;
}
