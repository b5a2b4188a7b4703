/* SPDX-License-Identifier: BSD-3-Clause */
/* See options_keys.h. */
#include "options_keys.h"

#include <stddef.h>
#include <string.h>

#define ROW(member) .offset = offsetof(struct options_keys, member)

const struct opt_row options_keys_rows[] = {
    {.type = OPT_HEADING, .help = "Big keys and hot keys"},
    {0, "bigkeys", OPT_FLAG, ROW(bigkeys),
     .help = "the keys with the most elements, by type, and how many elements keys have"},
    {0, "memkeys", OPT_FLAG, ROW(memkeys),
     .help = "the keys that take the most memory, by type, and who has which share of it"},
    {0, "memkeys-samples", OPT_INT, ROW(memkeys_samples), "N",
     "--memkeys, estimated from N elements of a key, 0 = from all (default 5)", .max = 1e9},
    {0, "keystats", OPT_FLAG, ROW(keystats), .help = "both at once, and how long keys live"},
    {0, "keystats-samples", OPT_INT, ROW(keystats_samples), "N", "--keystats with as many samples",
     .max = 1e9},
    {0, "top", OPT_INT, ROW(top), "N", "keys of each list (default 10)", .min = 1, .max = 1000},
    {0, "delimiter", OPT_STR, ROW(delimiter), "CHAR",
     "between the parts of a key, for the sums by prefix (default :)"},
    {0, "cursor", OPT_STR, ROW(cursor), "CURSOR",
     "go on where an interrupted --bigkeys, --memkeys, --keystats said it was; in a cluster "
     "NODE=CURSOR,..."},
    {0, "hotkeys", OPT_FLAG, ROW(hotkeys),
     .help = "the keys that are used most: by their counters under an LFU policy, else by a "
             "short sample of MONITOR"},
    {0, "hotkeys-count", OPT_INT, ROW(hotkeys_count), "N", "so many hot keys (default 16)",
     .min = 1, .max = 1000},
    {0, "hotkeys-seconds", OPT_NUMBER, ROW(hotkeys_seconds), "SECONDS",
     "how long MONITOR may last (default 5)", .min = 0.1, .max = 3600},
    {0, "hotkeys-lines", OPT_INT, ROW(hotkeys_lines), "N",
     "how many lines of it are read from a node (default 1000000)", .min = 1, .max = 1e12},
    {0},
};

int options_keys_settle(struct options_keys *o, struct err *e) {
    if (o->memkeys_samples >= 0) o->memkeys = true;
    if (o->keystats_samples >= 0) o->keystats = true;
    if (strlen(o->delimiter) != 1)
        return err_set(e, VK_EUSAGE, "--delimiter '%.40s': it is one byte", o->delimiter);
    if (o->cursor && !o->bigkeys && !o->memkeys && !o->keystats)
        return err_set(e, VK_EUSAGE, "--cursor goes with --bigkeys, --memkeys or --keystats");
    return 0;
}
