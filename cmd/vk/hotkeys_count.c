/* SPDX-License-Identifier: BSD-3-Clause */
/* See hotkeys_count.h. */
#include "hotkeys_count.h"

#include "base/str.h"
#include "core/glob.h"
#include "core/monitor_keys.h"

enum {
    COUNTERS = 16384,
    NAME_MAX_BYTES = 256, /* kept of a key */
    ARGS_MAX = 1 << 16,
    LINE_MAX_BYTES = 1 << 26,
    KEYS_MAX = 1024, /* of one command that are counted */
};

void hotkeys_count_init(struct hotkeys_count *c, const struct hotkeys_count_opts *o) {
    *c = (struct hotkeys_count){.opts = *o};
    monitor_init(&c->monitor, ARGS_MAX, LINE_MAX_BYTES);
    c->keys = heavy_new(COUNTERS, NAME_MAX_BYTES, o->seed);
}

void hotkeys_count_release(struct hotkeys_count *c) {
    monitor_release(&c->monitor);
    heavy_free(c->keys);
}

/* Its calls come as lines of their own. */
static bool is_script(const struct monitor_event *ev) {
    static const char *const names[] = {"eval",       "evalsha", "eval_ro",
                                        "evalsha_ro", "fcall",   "fcall_ro"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_ieq(ev->argv[0], ev->lens[0], names[i])) return true;
    return false;
}

static void count_key(struct hotkeys_count *c, const char *key, size_t len) {
    if (c->opts.pattern && !glob_match(c->opts.pattern, c->opts.pattern_len, key, len)) return;
    heavy_add(c->keys, key, len, 1, 0);
    c->uses++;
}

int64_t hotkeys_count_line(struct hotkeys_count *c, const char *line, size_t len) {
    const struct monitor_event *ev = &c->monitor.ev;
    int positions[KEYS_MAX];
    c->lines++;
    if (monitor_head(&c->monitor, line, len) < 0) {
        c->malformed++;
        return 0;
    }
    int64_t time_us = ev->time_us;
    if (ev->db != c->opts.db) {
        c->foreign++;
        return time_us;
    }
    if (!ev->argc || is_script(ev)) return time_us;
    const struct command_info *info = monitor_keys_command(&c->monitor);
    int n = monitor_keys_find(&c->monitor, info, positions, KEYS_MAX);
    for (int i = 0; i < n; i++)
        count_key(c, ev->argv[positions[i]], ev->lens[positions[i]]);
    return time_us;
}

/* By Newton's method, which spares us the mathematical library; v is not above 1. */
static double square_root(double v) {
    enum { STEPS = 64 };
    double root = 1;
    for (int i = 0; i < STEPS && root * root > v; i++)
        root = (root + v / root) / 2;
    return root;
}

double hotkeys_count_margin(uint64_t n, uint64_t all) {
    const double normal = 1.96;
    if (!all) return 0;
    double share = (double)n / (double)all;
    return normal * square_root(share * (1 - share) / (double)all);
}
