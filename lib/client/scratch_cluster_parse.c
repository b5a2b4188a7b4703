/* SPDX-License-Identifier: BSD-3-Clause */
/* The size of a throwaway cluster as text; by itself, for it is all that an option row needs. */
#include <string.h>

#include "base/str.h"
#include "client/scratch_cluster.h"

int scratch_cluster_parse(const char *text, int *primaries, int *replicas, struct err *e) {
    size_t len = strcspn(text, "x");
    int64_t n = 0, r = 0;
    if (str_to_i64(text, len, &n) < 0 || n < 1 ||
        (text[len] && (str_to_i64(text + len + 1, strlen(text + len + 1), &r) < 0 || r < 0)))
        return err_set(e, VK_EUSAGE,
                       "'%s' is no size of a cluster, such as 3 or 3x1 (with replicas)", text);
    if (n > SCRATCH_CLUSTER_NODES_MAX || r >= SCRATCH_CLUSTER_NODES_MAX ||
        n * (1 + r) > SCRATCH_CLUSTER_NODES_MAX)
        return err_set(e, VK_EUSAGE, "'%s' are more than %d nodes", text,
                       SCRATCH_CLUSTER_NODES_MAX);
    *primaries = (int)n;
    *replicas = (int)r;
    return 0;
}
