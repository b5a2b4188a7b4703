/* SPDX-License-Identifier: BSD-3-Clause */
/* See clusteropt.h. */
#include "client/clusteropt.h"

#include <stddef.h>
#include <string.h>

#define ROW(member) .offset = offsetof(struct clusteropt, member)

static const char read_words[] = "primary round-robin round-robin-replicas random random-replica";

static int take_read_from(void *target, char *value, struct err *e) {
    struct clusteropt *o = target;
    size_t len = strlen(value);
    int i = 0;
    for (const char *p = read_words; *p; p += *p == ' ', i++) {
        size_t n = strcspn(p, " ");
        if (n == len && !memcmp(p, value, n)) {
            o->read_from = i;
            return 0;
        }
        p += n;
    }
    return err_set(e, VK_EUSAGE, "'%s' is none of %s", value, read_words);
}

const struct opt_row clusteropt_rows[] = {
    {.type = OPT_HEADING, .help = "Cluster"},
    {0, "scratch-cluster", OPT_STR, ROW(scratch), "N[xR]",
     "a throwaway cluster of N primaries with R replicas each, gone at the end"},
    {0, "no-follow", OPT_FLAG, ROW(no_follow), .help = "MOVED and ASK are replies like any other"},
    {.name = "read-from",
     .type = OPT_CALL,
     .arg = "WHO",
     .fn = take_read_from,
     .help = "who answers commands that only read (default primary)",
     .words = read_words},
    {0, "node-map", OPT_STR, ROW(node_map), "A=B,...",
     "where to connect to instead of the announced host or host:port A"},
    {0, "node-map-all-to", OPT_STR, ROW(node_map_all_to), "HOST",
     "connect to HOST instead of every announced host", .words = "host"},
    {0, "max-redirects", OPT_INT, ROW(redirects), "N",
     "sends of one command before its redirects are given up (default 16)", .min = 1, .max = 1e6},
    {0, "cluster-attempts", OPT_INT, ROW(attempts), "N",
     "new starts of a command after CLUSTERDOWN or a lost node (default 3)", .max = 1e6},
    {0, "moved-per-refresh", OPT_INT, ROW(moved_per_refresh), "N",
     "every Nth MOVED reads the topology again, 0 for none (default 5)", .max = 1e6},
    {0, "full-coverage", OPT_FLAG, ROW(full_coverage),
     .help = "give up when a slot has no owner, whatever is asked for"},
    {0, "trace-redirects", OPT_FLAG, ROW(trace),
     .help = "say on standard error what is done about each redirect"},
    {0},
};

void clusteropt_init(struct clusteropt *o) {
    const struct route_opts r = ROUTE_OPTS_DEFAULT;
    *o = (struct clusteropt){
        .redirects = r.redirects, .attempts = r.attempts, .moved_per_refresh = r.moved_per_refresh};
}

int clusteropt_finish(const struct clusteropt *o, const struct connopt *conn,
                      struct cluster_opts *out, struct err *e) {
    *out = (struct cluster_opts){
        .conn = conn,
        .route = ROUTE_OPTS_DEFAULT,
        .read_from = (enum cluster_read)o->read_from,
        .node_map = o->node_map,
        .node_map_all_to = o->node_map_all_to,
        .full_coverage = o->full_coverage,
    };
    out->route.redirects = (int)o->redirects;
    out->route.attempts = (int)o->attempts;
    out->route.moved_per_refresh = (int)o->moved_per_refresh;
    out->route.follow = !o->no_follow;
    return cluster_check(out, e);
}
