/* SPDX-License-Identifier: BSD-3-Clause */
/* See throwaway.h. */
#include "client/throwaway.h"

static int start_server(struct throwaway *t, struct loop *l, struct connopt *conn, struct err *e) {
    int code = scratch_start(l, &t->server, e);
    if (code == 0) conn->path = t->server.path;
    return code;
}

static int start_cluster(struct throwaway *t, struct loop *l, struct connopt *conn,
                         const char *text, struct err *e) {
    int primaries, replicas;
    int code = scratch_cluster_parse(text, &primaries, &replicas, e);
    if (code == 0) code = scratch_cluster_start(l, primaries, replicas, &t->cluster, e);
    if (code < 0) return code;
    conn->host = SCRATCH_CLUSTER_HOST;
    conn->port = t->cluster.nodes[0].port;
    return 0;
}

int throwaway_start(struct throwaway *t, struct loop *l, struct connopt *conn, const char *cluster,
                    struct err *e) {
    if (cluster && conn->scratch)
        return err_set(e, VK_EUSAGE, "--scratch and --scratch-cluster exclude each other");
    if (cluster) return start_cluster(t, l, conn, cluster, e);
    return conn->scratch ? start_server(t, l, conn, e) : 0;
}

void throwaway_stop(struct throwaway *t) {
    scratch_stop(&t->server);
    scratch_cluster_stop(&t->cluster);
}
