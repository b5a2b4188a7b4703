/* SPDX-License-Identifier: BSD-3-Clause */
/* See monitor_keys.h. Of a line that is malformed, what stands before the fault counts. */
#include "core/monitor_keys.h"

#include <limits.h>

/* The arguments, as many as there are up to n. */
static const struct monitor_event *args_of(struct monitor *m, int n) {
    if (monitor_args(m, n) < 0) return &m->ev;
    return &m->ev;
}

const struct command_info *monitor_keys_command(struct monitor *m) {
    const struct monitor_event *c = &m->ev;
    const struct command_info *info = c->argc ? command_find(NULL, 1, c->argv, c->lens) : NULL;
    if (!info || !(info->flags & COMMAND_CONTAINER)) return info;
    c = args_of(m, 2);
    return command_find(NULL, c->argc < 2 ? c->argc : 2, c->argv, c->lens);
}

static int first_argument(struct monitor *m, int *positions, int max) {
    if (args_of(m, 2)->argc < 2) return 0;
    if (max) positions[0] = 1;
    return 1;
}

/* One key at a fixed place, as most commands have it: what stands behind it need not be read. */
static bool has_one_place(const struct command_info *info) {
    return info->first > 0 && info->first == info->last && info->n_specs <= 1 && !info->rule &&
           !(info->flags & COMMAND_MOVABLEKEYS);
}

int monitor_keys_find(struct monitor *m, const struct command_info *info, int *positions, int max) {
    if (!info) return first_argument(m, positions, max);
    if (!info->first && !info->n_specs && !info->rule) return 0;
    if (has_one_place(info)) {
        if (max) positions[0] = info->first;
        return max && args_of(m, info->first + 1)->argc > info->first;
    }
    const struct monitor_event *c = args_of(m, INT_MAX);
    int n = command_keys(info, c->argc, c->argv, c->lens, positions, max);
    if (n < 0) return first_argument(m, positions, max);
    return n < max ? n : max;
}
