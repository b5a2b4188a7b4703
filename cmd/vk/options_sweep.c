/* SPDX-License-Identifier: BSD-3-Clause */
/* See options_sweep.h. */
#include "options_sweep.h"

#include <stddef.h>
#include <string.h>

#include "resp/quote.h"

#define ROW(member) .offset = offsetof(struct options_sweep, member)

enum { PATTERN_MAX = 1 << 20 };

static int take_pattern(void *target, char *value, struct err *e) {
    struct options_sweep *o = target;
    (void)e;
    o->pattern = value;
    o->quoted_pattern = NULL;
    return 0;
}

static int take_quoted(void *target, char *value, struct err *e) {
    struct options_sweep *o = target;
    (void)e;
    o->quoted_pattern = value;
    o->pattern = NULL;
    return 0;
}

const struct opt_row options_sweep_rows[] = {
    {.type = OPT_HEADING, .help = "Which keys"},
    {0, "pattern", OPT_CALL, .fn = take_pattern, .arg = "GLOB", .help = "only keys that match"},
    {0, "quoted-pattern", OPT_CALL, .fn = take_quoted, .arg = "TEXT",
     .help = "the same, with quotes and escapes undone"},
    {0, "type", OPT_STR, ROW(type), "TYPE", "only keys of this type",
     .words = "string list set zset hash stream"},
    {0, "count", OPT_INT, ROW(count), "N",
     "COUNT of each SCAN (default: as many as the server answers in a few milliseconds)", .min = 1,
     .max = 1e9},
    {0, "replicas", OPT_FLAG, ROW(replicas),
     .help = "with -c: the replicas instead of the primaries"},
    {.type = OPT_HEADING, .help = "Listing keys"},
    {0, "scan", OPT_FLAG, ROW(scan), .help = "list the names of all keys that match, one a line"},
    {0, "limit", OPT_INT, ROW(limit), "N", "list, change or copy at most N keys", .min = 1,
     .max = 1e15},
    {.type = OPT_HEADING, .help = "Changing keys by pattern"},
    {0, "unlink", OPT_FLAG, ROW(unlink),
     .help = "remove all keys that match: count them, show a few, ask"},
    {0, "expire", OPT_INT, ROW(expire_s), "SECONDS", "the same: let them expire", .min = 1,
     .max = 1e12},
    {0, "persist", OPT_FLAG, ROW(persist), .help = "the same: take their expiry away"},
    {0, "idle", OPT_INT, ROW(idle_s), "SECONDS", "of these, keys that nobody used for so long",
     .min = 1, .max = 1e12},
    {0, "ttl", OPT_STR, ROW(ttl), "none", "of these, keys without an expiry", .words = "none"},
    {0, "dry-run", OPT_FLAG, ROW(dry_run), .help = "count and show, and change nothing"},
    {0, "rate", OPT_INT, ROW(rate), "N", "change at most N keys a second", .min = 1, .max = 1e9},
    {0},
};

int options_sweep_check(const struct options_sweep *o, bool as_tool, struct err *e) {
    struct buf pattern;
    if (o->ttl && strcmp(o->ttl, "none") != 0)
        return err_set(e, VK_EUSAGE, "unknown --ttl value '%s' (valid: none)", o->ttl);
    if (!o->quoted_pattern) return 0;
    buf_init(&pattern, PATTERN_MAX);
    int code = resp_quote_undo(&pattern, o->quoted_pattern, strlen(o->quoted_pattern), e);
    buf_release(&pattern);
    if (code == 0) return 0;
    if (as_tool)
        return err_set(e, VK_EUSAGE, "Invalid quoted string specified for --quoted-pattern.");
    struct err why = *e;
    return err_set(e, VK_EUSAGE, "--quoted-pattern: %s", why.text);
}
