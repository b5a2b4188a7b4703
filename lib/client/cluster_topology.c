/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading the map: CLUSTER SLOTS of one node after another until every slot is covered, over a
 * connection of its own. A node that does not answer goes to the end of the list. */
#include <stdlib.h>
#include <string.h>

#include "client/cluster_impl.h"

static void drop_control(struct cluster *c) {
    client_free(c->control);
    c->control = NULL;
    c->control_node = -1;
}

static int reach(struct cluster *c, int node, struct err *e) {
    if (c->control && c->control_node == node && client_is_open(c->control)) return 0;
    drop_control(c);
    cluster_door(c, node, &c->control_door);
    int code = client_new(c->loop, &c->control_door.conn, NULL, &c->control, e);
    if (code < 0) return code;
    c->control_node = node;
    return client_connect(c->control, e);
}

/* A user without rights is another matter than a server without a cluster. */
static int refused(const struct cluster *c, int node, int code, struct err *e) {
    unsigned rights = ERRCLASS_AUTH | ERRCLASS_PERMISSION;
    char where[300], said[sizeof e->text];
    if (code == VK_ESERVER && (errclass_of_err(e) & rights)) return e->code = VK_EAUTH;
    if (code != VK_ESERVER || !strstr(e->text, "cluster support disabled")) return code;
    memcpy(said, e->text, sizeof said);
    return err_set(e, VK_EUSAGE, "%s is no node of a cluster: %s",
                   cluster_where(c, node, where, sizeof where), said);
}

int cluster_topology_call(struct cluster *c, int node, int argc, const char *const *argv,
                          const struct reply **out, struct err *e) {
    int code = reach(c, node, e);
    if (code == 0) code = client_call(c->control, argc, argv, out, e);
    if (code < 0) drop_control(c);
    return code;
}

/* One node's tale. */
static int ask(struct cluster *c, int node, struct err *e) {
    static const char *const argv[] = {"CLUSTER", "SLOTS"};
    const struct reply *r;
    int code = cluster_topology_call(c, node, 2, argv, &r, e);
    if (code < 0) return code;
    return refused(c, node, slots_take(c->slots, r, node, c->opts.conn->tls, e), e);
}

static int uncovered(struct cluster *c, struct err *e) {
    int n = slots_covered(c->slots);
    if (n == SLOTS_COUNT || !c->opts.full_coverage) return 0;
    return err_set(e, VK_ESERVER, "%d of the cluster's %d slots have no owner", SLOTS_COUNT - n,
                   SLOTS_COUNT);
}

/* What is worth telling of several failures: the start node's, which the user named. */
static void keep_first(struct err *first, const struct err *e) {
    if (!first->code) *first = *e;
}

int cluster_topology_read(struct cluster *c, struct err *e) {
    struct err first, why;
    int failed[CLUSTER_ASK_MAX], n_failed = 0, node, answers = 0;
    err_clear(&first);
    c->refresh_wanted = false;
    slots_begin(c->slots);
    for (int i = 0; n_failed < CLUSTER_ASK_MAX && (node = slots_candidate(c->slots, i)) >= 0; i++) {
        int code = ask(c, node, &why);
        if (code == VK_ECANCEL || code == VK_EAUTH) {
            slots_abandon(c->slots);
            *e = why;
            return code;
        }
        if (code < 0) {
            keep_first(&first, &why);
            failed[n_failed++] = node;
            continue;
        }
        answers++;
        if (slots_taken(c->slots) == SLOTS_COUNT) break;
    }
    for (int i = 0; i < n_failed; i++)
        slots_failed(c->slots, failed[i]);
    if (!answers) {
        slots_abandon(c->slots);
        *e = first;
        return first.code ? first.code : err_set(e, VK_ECONNECT, "no node of the cluster is known");
    }
    int code = slots_end(c->slots, e);
    if (code < 0) return code;
    c->has_map = true;
    return uncovered(c, e);
}

int cluster_refresh(struct cluster *c, struct err *e) {
    return cluster_topology_read(c, e);
}

int cluster_know(struct cluster *c, const char *host, int port) {
    return slots_add(c->slots, host, port);
}

void cluster_topology_release(struct cluster *c) {
    drop_control(c);
}
