/* SPDX-License-Identifier: BSD-3-Clause */
/* The cluster options that the tools share, as rows, and what client/cluster makes of them. Whether
 * to speak to a cluster at all is each tool's own row. */
#ifndef CLIENT_CLUSTEROPT_H
#define CLIENT_CLUSTEROPT_H

#include "base/opt.h"
#include "client/cluster.h"

struct clusteropt {
    bool no_follow, trace, full_coverage;
    const char *node_map, *node_map_all_to;
    const char *scratch; /* --scratch-cluster; NULL = none */
    int read_from;       /* enum cluster_read */
    int64_t redirects, attempts, moved_per_refresh;
};

void clusteropt_init(struct clusteropt *o);
/* For an opt_group whose target is a struct clusteropt. */
extern const struct opt_row clusteropt_rows[];
/* VK_EUSAGE: conn and a cluster exclude each other (socket, database), a bad node map. */
int clusteropt_finish(const struct clusteropt *o, const struct connopt *conn,
                      struct cluster_opts *out, struct err *e) MUST_CHECK;

#endif
