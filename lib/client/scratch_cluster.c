/* SPDX-License-Identifier: BSD-3-Clause */
/* The servers of a throwaway cluster: free ports, all started side by side, all ended side by side.
 * A port is free when we look and may be another program's when the server binds it: such a node
 * starts again with others. The invariant: a cluster that failed to start has left neither process
 * nor folder. */
#include "client/scratch_cluster.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "client/scratch_cluster_impl.h"
#include "client/scratch_server.h"
#include "io/listen.h"

#define START_LIMIT_NS (15 * CLOCK_NS_PER_S)

enum {
    VERSION_LIMIT_MS = 5000,
    VERSION_MAX = 4096,
    STARTS_MAX = 5,       /* of one node */
    BUS_DISTANCE = 10000, /* from port to bus port, where it cannot be chosen */
    PORT_TRIES = 1000,
    PORT_MAX = 65535,
    NUMBER_MAX = 12,
};

/* What the nodes have in common. */
struct launch {
    const char *program;
    bool modern; /* Valkey, or Redis 7: --cluster-port, --shutdown-timeout, CLUSTER ADDSLOTSRANGE */
    int64_t deadline_ns;
};

/* "Redis server v=7.0.15 ..." A program that does not say it that way is taken for a new one. */
static int ask_version(struct launch *l, struct err *e) {
    char command[64];
    struct buf said;
    snprintf(command, sizeof command, "%s --version 2>/dev/null", l->program);
    buf_init(&said, VERSION_MAX);
    int code = child_capture(command, &said, VERSION_LIMIT_MS, e);
    const char *version = code == 0 ? strstr(buf_cstr(&said), "v=") : NULL;
    l->modern = !version || strtol(version + 2, NULL, 10) >= 7;
    buf_release(&said);
    return code == VK_EFILE ? 0 : code; /* why it does not run is seen when it is started */
}

/* ---- ports ---- */

static int reserve(int max, int *fd, int *port, struct err *e) {
    for (int i = 0; i < PORT_TRIES; i++) {
        int code = listen_loopback(fd, port, e);
        if (code < 0 || *port <= max) return code;
        listen_close(*fd);
    }
    return err_set(e, VK_EFILE, "no port below %d is free", max);
}

/* Ports for n nodes. They are held until all are chosen, so that no two are the same. */
static int choose_ports(const struct launch *l, struct scratch_cluster_node *nodes, int n,
                        struct err *e) {
    int fds[2 * SCRATCH_CLUSTER_NODES_MAX], held = 0, code = 0;
    for (int k = 0; k < n && code == 0; k++) {
        struct scratch_cluster_node *node = &nodes[k];
        code = reserve(l->modern ? PORT_MAX : PORT_MAX - BUS_DISTANCE, &fds[held], &node->port, e);
        held += code == 0;
        node->bus_port = node->port + BUS_DISTANCE;
        if (code < 0 || !l->modern) continue;
        code = reserve(PORT_MAX, &fds[held], &node->bus_port, e);
        held += code == 0;
    }
    while (held)
        listen_close(fds[--held]);
    return code;
}

/* ---- servers ---- */

static int start_node(const struct launch *l, struct scratch_cluster_node *node, struct err *e) {
    char port[NUMBER_MAX], bus_port[NUMBER_MAX];
    const char *const options[] = {
        "--port", port, "--bind", SCRATCH_CLUSTER_HOST, "--cluster-enabled", "yes",
        "--cluster-announce-ip", SCRATCH_CLUSTER_HOST, "--cluster-node-timeout", "2000",
        /* replicas stay where they were put */
        "--cluster-migration-barrier", "64",
        /* at once, and through no file */
        "--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0", "--repl-diskless-load",
        "on-empty-db",
        /* where it is known; ends without waiting for replicas */
        l->modern ? "--cluster-port" : NULL, bus_port, "--shutdown-timeout", "0", NULL};
    snprintf(port, sizeof port, "%d", node->port);
    snprintf(bus_port, sizeof bus_port, "%d", node->bus_port);
    snprintf(node->address, sizeof node->address, SCRATCH_CLUSTER_HOST ":%d", node->port);
    return scratch_server_start(l->program, options, &node->server, e);
}

/* The server's words: "Failed listening on port 7001 (TCP), aborting." */
static bool lost_its_port(const struct scratch_cluster_node *node, const struct err *e) {
    return child_guard_ended(&node->server.child) && strstr(e->text, "listening on port");
}

static int wait_for_node(const struct launch *l, struct loop *loop,
                         struct scratch_cluster_node *node, struct err *e) {
    int code = scratch_server_wait(loop, &node->server, l->deadline_ns, e);
    for (int i = 1; i < STARTS_MAX && code == VK_EFILE && lost_its_port(node, e); i++) {
        scratch_server_end(&node->server);
        code = choose_ports(l, node, 1, e);
        if (code == 0) code = start_node(l, node, e);
        if (code == 0) code = scratch_server_wait(loop, &node->server, l->deadline_ns, e);
    }
    return code;
}

static int start_nodes(const struct launch *l, struct scratch_cluster *c, struct err *e) {
    int code = choose_ports(l, c->nodes, c->n, e);
    for (int k = 0; k < c->n && code == 0; k++)
        code = start_node(l, &c->nodes[k], e);
    for (int k = 0; k < c->n && code == 0; k++)
        code = wait_for_node(l, c->loop, &c->nodes[k], e);
    return code;
}

int scratch_cluster_start(struct loop *l, int primaries, int replicas, struct scratch_cluster *c,
                          struct err *e) {
    struct launch launch = {.deadline_ns = clock_now_ns() + START_LIMIT_NS};
    struct scratch_cluster new = {.loop = l, .primaries = primaries};
    assert(primaries >= 1 && replicas >= 0);
    new.n = primaries *(1 + replicas);
    assert(new.n <= SCRATCH_CLUSTER_NODES_MAX);
    int code = scratch_server_program(&launch.program, e);
    if (code == 0) code = ask_version(&launch, e);
    if (code < 0) return code;
    new.nodes = mem_zalloc((size_t) new.n, sizeof *new.nodes);
    for (int k = 0; k < new.n; k++)
        new.nodes[k].server = SCRATCH_SERVER_NONE;
    code = start_nodes(&launch, &new, e);
    if (code == 0) code = scratch_cluster_make(&new, launch.modern, launch.deadline_ns, e);
    if (code < 0) {
        scratch_cluster_stop(&new);
        return code;
    }
    *c = new;
    return 0;
}

void scratch_cluster_stop(struct scratch_cluster *c) {
    for (int k = 0; k < c->n; k++)
        scratch_server_ask_end(c->loop, &c->nodes[k].server);
    for (int k = 0; k < c->n; k++)
        scratch_server_end(&c->nodes[k].server);
    free(c->nodes);
    *c = (struct scratch_cluster){0};
}
