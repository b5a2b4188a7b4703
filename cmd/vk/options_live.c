/* SPDX-License-Identifier: BSD-3-Clause */
/* See options_live.h. */
#include "options_live.h"

#include <stddef.h>

#define ROW(member) .offset = offsetof(struct options_live, member)

const struct opt_row options_live_rows[] = {
    {.type = OPT_HEADING, .help = "What goes on"},
    {0, "stat", OPT_FLAG, ROW(stat),
     .help = "a line each second: keys, memory, clients, requests, hit rate, lag, CPU; -i SECONDS, "
             "-r TIMES; with -c of each primary; --json, --csv"},
    {0, "dash", OPT_FLAG, ROW(dash),
     .help =
         "the same as a screen: the last minutes of each node, the slow log (? shows its keys)"},
    {0},
};
