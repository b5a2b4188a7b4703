/* SPDX-License-Identifier: BSD-3-Clause */
/* See options_dump.h. */
#include "options_dump.h"

#include <stddef.h>

#define ROW(member) .offset = offsetof(struct options_dump, member)

const struct opt_row options_dump_rows[] = {
    {.type = OPT_HEADING, .help = "As a replica"},
    {0, "rdb", OPT_STR, ROW(rdb), "FILE",
     "write a dump of the server to FILE (- is standard output), checked, whole or not at all; "
     "with -c one file a primary",
     .words = "file"},
    {0, "functions-rdb", OPT_STR, ROW(functions_rdb), "FILE",
     "the same with the functions alone, without keys", .words = "file"},
    {0, "replica", OPT_FLAG, ROW(replica),
     .help = "show the commands that the primary sends to its replicas; with -c those of all "
             "primaries"},
    {0, "slave", OPT_FLAG, ROW(replica), .hidden = true},
    {.type = OPT_HEADING, .help = "Simulation"},
    {0, "lru-test", OPT_INT, ROW(lru_test), "KEYS",
     "use the server as a cache of KEYS keys, of which a fifth gets four fifths of the traffic, "
     "and show the share of hits; writes keys lru:N",
     .min = 1, .max = 1e15},
    {0},
};
