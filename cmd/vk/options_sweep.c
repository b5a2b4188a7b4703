/* SPDX-License-Identifier: BSD-3-Clause */
/* See options_sweep.h. */
#include "options_sweep.h"

#include <stddef.h>

#define ROW(member) .offset = offsetof(struct options_sweep, member)

const struct opt_row options_sweep_rows[] = {
    {.type = OPT_HEADING, .help = "Which keys"},
    {0, "pattern", OPT_STR, ROW(pattern), "GLOB", "only keys that match"},
    {0, "quoted-pattern", OPT_STR, ROW(quoted_pattern), "TEXT",
     "the same, with quotes and escapes undone"},
    {0, "type", OPT_STR, ROW(type), "TYPE", "only keys of this type",
     .words = "string list set zset hash stream"},
    {0, "count", OPT_INT, ROW(count), "N",
     "COUNT of each SCAN (default: as many as the server answers in a few milliseconds)", .min = 1,
     .max = 1e9},
    {0, "replicas", OPT_FLAG, ROW(replicas),
     .help = "with -c: the replicas instead of the primaries"},
    {.type = OPT_HEADING, .help = "Walks through the keyspace"},
    {0, "scan", OPT_FLAG, ROW(scan), .help = "list the names of all keys that match, one a line"},
    {0, "limit", OPT_INT, ROW(limit), "N", "no more than so many", .min = 1, .max = 1e15},
    {0},
};
