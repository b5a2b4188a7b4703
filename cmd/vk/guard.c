/* SPDX-License-Identifier: BSD-3-Clause */
/* See guard.h. What is dangerous is core/hazard's to tell; here is whom that concerns. */
#include "guard.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "ask.h"
#include "base/clock.h"
#include "base/msg.h"
#include "client/cluster_refused.h"
#include "client/profile_confirm.h"
#include "core/hazard.h"
#include "core/info.h"
#include "io/signal.h"
#include "resp/reply.h"

enum { TEXT_MAX = 4096, KEYSPACE_MAX = 1 << 16, COUNT_MS = 300 };

struct command {
    int argc; /* the command itself, */
    const char *const *argv;
    const size_t *lens;
    int target; /* and how many words stand in front: 1 or 0 */
};

/* ---- who only reads ---- */

static bool reads_only(const struct options *o) {
    return o->read_only || o->profile.read_only;
}

static int refuse(const struct options *o, const struct command *c, const char *why,
                  struct err *e) {
    struct buf text;
    buf_init(&text, TEXT_MAX);
    doubt_show(&text, c->argc, c->argv, c->lens);
    err_set(e, VK_EAUTH, "not sent, %s%s: '%.200s' %s", o->read_only ? "" : o->profile.name,
            o->read_only ? "--read-only" : " is read-only", buf_cstr(&text), why);
    buf_release(&text);
    return VK_EAUTH;
}

/* ---- the question ---- */

static bool is_asked(const struct options *o, enum guard_asks asks, enum hazard hazard) {
    enum profile_environment environment = o->profile.environment;
    if (o->yes || o->conn.scratch || o->clusteropt.scratch || environment == PROFILE_DEV)
        return false;
    if (environment == PROFILE_ENVIRONMENT_NONE)
        return asks == GUARD_ASKS && hazard == HAZARD_DESTROYS;
    return asks != GUARD_NEVER && hazard != HAZARD_NONE;
}

/* The number of keys, for which nobody is to wait long. */
static bool count_keys(struct run *r, int db, uint64_t *keys) {
    static const char *const argv[] = {"INFO", "keyspace"};
    const struct cmd cmd = {.argc = 2, .argv = argv};
    int64_t until = clock_now_ns() + COUNT_MS * CLOCK_NS_PER_MS;
    struct reply_builder tree;
    struct ask ask;
    if (!r->wire.client || !wire_is_open(&r->wire)) return false;
    ask_init(&ask, &r->wire);
    reply_builder_init(&tree, KEYSPACE_MAX);
    bool known = ask_wait(&ask, ASK_ANY, &cmd, until, &tree) == 0 && tree.root->p;
    if (known) *keys = info_keys(tree.root, db);
    reply_builder_release(&tree);
    return known;
}

/* "prod (production), 10.0.0.5:6379, database 2, 1204 keys" */
static void add_server(struct buf *out, struct run *r, bool whole) {
    const struct profile *p = &r->opts->profile;
    char where[256];
    uint64_t keys;
    int db =
        r->wire.client && wire_is_open(&r->wire) ? session_db(client_session(r->wire.client)) : 0;
    if (*p->name) buf_addf(out, "%s (%s), ", p->name, profile_environment_name(p->environment));
    buf_addf(out, "%s%s", r->wire.cluster ? "the cluster of " : "",
             wire_where(&r->wire, where, sizeof where));
    if (db && !whole) buf_addf(out, ", database %d", db);
    if (count_keys(r, whole ? -1 : db, &keys))
        buf_addf(out, ", %llu key%s", (unsigned long long)keys, keys == 1 ? "" : "s");
}

static bool is_of_one_database(const struct command_info *info) {
    return info && (!strcmp(info->name, "FLUSHDB") || !strcmp(info->name, "KEYS"));
}

static int ask(struct run *r, const struct command_info *info, const struct command *c,
               const char *what, struct err *e) {
    struct buf text;
    int code = wire_is_open(&r->wire) ? 0 : wire_connect(&r->wire, e);
    if (code < 0) return code;
    buf_init(&text, TEXT_MAX);
    buf_addc(&text, '\'');
    doubt_show(&text, c->argc + c->target, c->argv - c->target, c->lens - c->target);
    buf_addf(&text, "' %s: ", what);
    add_server(&text, r, !is_of_one_database(info));
    run_flush(r);
    msg_warn("%s", buf_cstr(&text));
    buf_release(&text);
    code = profile_confirm(&r->opts->profile, "send it", e);
    return code == VK_ECANCEL ? err_set(e, code, "not sent") : code;
}

/* The cluster will refuse it, since it needs a target. */
static bool goes_nowhere(const struct run *r, const struct command_info *info,
                         const struct command *c) {
    int words;
    return r->wire.cluster && !c->target &&
           cluster_refused(info, c->argc, c->argv, c->lens, &words);
}

int guard_check(struct run *r, enum guard_asks asks, int argc, const char *const *argv,
                const size_t *lens, struct err *e) {
    const struct options *o = r->opts;
    bool target = argc && lens[0] && *argv[0] == '@';
    const struct command c = {argc - target, argv + target, lens + target, target};
    const char *why, *what;
    bool matters = reads_only(o) || is_asked(o, asks, HAZARD_DESTROYS);
    if (o->face != FACE_NATIVE || c.argc < 1 || !matters) return 0;
    const struct command_info *info = wire_command(&r->wire, c.argc, c.argv, c.lens);
    if (reads_only(o) && (why = hazard_to_reader(info, c.argc, c.argv, c.lens)))
        return refuse(o, &c, why, e);
    enum hazard hazard = hazard_of(info, c.argc, c.argv, c.lens, &what);
    if (!is_asked(o, asks, hazard) || goes_nowhere(r, info, &c)) return 0;
    int code = ask(r, info, &c, what, e);
    /* Ctrl-C was the answer, and ends no more than the question where others follow */
    if (asks == GUARD_ASKS && signal_stop() == SIGINT) signal_clear();
    return code;
}
