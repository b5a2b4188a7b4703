/* SPDX-License-Identifier: BSD-3-Clause */
/* Lines of MONITOR, counted by the keys they use: in bounded memory, with a bound on the error
 * (load/heavy.h). Pure. */
#ifndef VK_HOTKEYS_COUNT_H
#define VK_HOTKEYS_COUNT_H

#include "core/monitor.h"
#include "load/heavy.h"

struct hotkeys_count_opts {
    int db;              /* commands elsewhere are not counted */
    const char *pattern; /* of keys; NULL = all */
    size_t pattern_len;
    uint64_t seed;
};

struct hotkeys_count {
    struct hotkeys_count_opts opts;
    struct monitor monitor;
    struct heavy *keys;
    uint64_t lines, uses;        /* uses of keys that match */
    uint64_t malformed, foreign; /* lines that cannot be read, and those of other databases */
};

void hotkeys_count_init(struct hotkeys_count *c, const struct hotkeys_count_opts *o);
void hotkeys_count_release(struct hotkeys_count *c);
/* A line (no '+', no CRLF). Returns the server's time of it in us since 1970; 0 = it cannot be
 * read. Scripts count by what they call. */
int64_t hotkeys_count_line(struct hotkeys_count *c, const char *line, size_t len);
/* What the share n of all uses may be off by, were the sample drawn at random: half the width of
 * its 95 % interval, 0 to 1. */
double hotkeys_count_margin(uint64_t n, uint64_t all);

#endif
