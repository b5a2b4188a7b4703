/* SPDX-License-Identifier: BSD-3-Clause */
/* See options_copy.h. */
#include "options_copy.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "client/uri.h"
#include "resp/quote.h"

#define ROW(member) .offset = offsetof(struct options_copy, member)

static void drop_target(struct options_copy *o) {
    if (o->to) mem_wipe(o->to, strlen(o->to));
    free(o->to);
    o->to = NULL;
}

/* Out of the process list, as with -u. */
static int keep_target(void *target, char *value, struct err *e) {
    struct options_copy *o = target;
    if (*value != '@' && !strstr(value, "://"))
        return err_set(e, VK_EUSAGE, "a URI (redis://HOST:PORT) or @PROFILE is wanted");
    drop_target(o);
    o->to = mem_strdup(value);
    if (*value != '@') uri_wipe(value);
    return 0;
}

const struct opt_row options_copy_rows[] = {
    {.type = OPT_HEADING, .help = "Copying keys"},
    {0, "export", OPT_FLAG, ROW(export),
     .help = "write keys with their times to live to standard output or --out FILE, exact to the "
             "byte, for --import"},
    {0, "import", OPT_FLAG, ROW(import),
     .help = "put the keys of a file of --export, which is standard input, into the server; with "
             "--dry-run only check the file"},
    {0, "copy-to", OPT_CALL, .arg = "URI", .fn = keep_target,
     .help = "put the keys into another server or cluster, given by URI or @PROFILE"},
    {0, "replace", OPT_FLAG, ROW(replace),
     .help = "--import, --copy-to: overwrite keys that are there"},
    {0, "rewrite-prefix", OPT_STR, ROW(rewrite_prefix), "A:B",
     "--import, --copy-to: keys that begin with A begin with B instead; '\"a:\":\"b:\"' where "
     "these have colons or other bytes"},
    {0, "with-idle", OPT_FLAG, ROW(idle),
     .help = "--export, --copy-to: keep how long keys have been idle, or how often they are used"},
    {0},
};

int options_copy_check(const struct options_copy *o, const struct options_sweep *which,
                       struct err *e) {
    bool puts = o->import || o->to, gets = o->export || o->to;
    struct buf from, to;
    if (o->replace && !puts)
        return err_set(e, VK_EUSAGE, "--replace goes with --import or --copy-to");
    if (o->rewrite_prefix && !puts)
        return err_set(e, VK_EUSAGE, "--rewrite-prefix goes with --import or --copy-to");
    if (which->dry_run && gets)
        return err_set(e, VK_EUSAGE, "--dry-run goes with --import, not with --%s",
                       o->to ? "copy-to" : "export");
    if ((puts || gets) && (which->idle_s || which->ttl || which->rate))
        return err_set(e, VK_EUSAGE, "--%s does not go with --%s",
                       which->idle_s ? "idle"
                       : which->ttl  ? "ttl"
                                     : "rate",
                       o->to       ? "copy-to"
                       : o->import ? "import"
                                   : "export");
    if (o->idle && !gets)
        return err_set(e, VK_EUSAGE, "--with-idle goes with --export or --copy-to");
    if (!o->rewrite_prefix) return 0;
    size_t room = strlen(o->rewrite_prefix);
    buf_init(&from, room);
    buf_init(&to, room);
    int code = options_copy_prefix(o->rewrite_prefix, &from, &to, e);
    buf_release(&from);
    buf_release(&to);
    return code;
}

void options_copy_release(struct options_copy *o) {
    drop_target(o);
}

/* ---- --rewrite-prefix ---- */

static int unclear(const char *text, struct err *e) {
    return err_set(e, VK_EUSAGE,
                   "--rewrite-prefix '%.100s': not A:B with one colon, nor \"A\":\"B\" in quotes "
                   "that may hold any bytes",
                   text);
}

/* The byte behind the text in double quotes that begins at p; NULL: it has no end. */
static const char *behind_quotes(const char *p) {
    for (p++; *p && *p != '"'; p++)
        if (*p == '\\' && p[1]) p++;
    return *p ? p + 1 : NULL;
}

static int quoted_prefix(const char *text, struct buf *from, struct buf *to, struct err *e) {
    struct err unused;
    const char *end = behind_quotes(text), *other = end && *end == ':' ? end + 1 : NULL;
    const char *last = other && *other == '"' ? behind_quotes(other) : NULL;
    if (!last || *last || resp_quote_undo(from, text, (size_t)(end - text), &unused) < 0 ||
        resp_quote_undo(to, other, (size_t)(last - other), &unused) < 0)
        return unclear(text, e);
    return 0;
}

int options_copy_prefix(const char *text, struct buf *from, struct buf *to, struct err *e) {
    const char *colon = strchr(text, ':');
    if (*text == '"') return quoted_prefix(text, from, to, e);
    if (!colon || strchr(colon + 1, ':')) return unclear(text, e);
    buf_add(from, text, (size_t)(colon - text));
    buf_adds(to, colon + 1);
    return 0;
}
