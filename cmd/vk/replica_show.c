/* SPDX-License-Identifier: BSD-3-Clause */
/* See replica_show.h. An empty dump is asked for, so that the commands begin at once; a server that
 * does not know that sends all of it, which is dropped. */
#include "replica_show.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/msg.h"
#include "base/str.h"
#include "client/replica.h"
#include "core/errclass.h"
#include "dump_tool.h"
#include "face.h"
#include "io/signal.h"
#include "io/tty.h"
#include "replconf.h"
#include "replica_line.h"
#include "ui/amount.h"

enum {
    TEXT_MOST = 1000, /* of a command on a terminal */
    FLUSH_BYTES = 1 << 16,
    SUMMARY_BYTES = 512,
};

struct show;

struct source {
    struct show *show;
    const struct fleet_node *node;
    struct replica *replica;
    int64_t db;
    bool begun, over;
    struct err why;
};

struct show {
    struct run *run;
    struct fleet fleet;
    struct source *sources; /* fleet.n of them */
    int n_over;
    bool tool;
    uint64_t n; /* commands shown */
    int64_t start_ns;
};

/* ---- the dump in front ---- */

static int on_begin(void *arg, struct err *e) {
    struct source *s = arg;
    const struct rdbstream *stream = replica_stream(s->replica);
    (void)e;
    s->begun = true;
    if (!s->show->tool) return 0;
    if (stream->marked)
        msg_say("SYNC with master, discarding bytes of bulk transfer until EOF marker...");
    else
        msg_say("SYNC with master, discarding %" PRIu64 " bytes of bulk transfer...", stream->size);
    return 0;
}

static int on_dump(void *arg, struct err *e) {
    struct source *s = arg;
    const struct rdbstream *stream = replica_stream(s->replica);
    (void)e;
    if (!s->show->tool) {
        msg_warn("following %s", s->node->name);
    } else if (stream->marked) {
        msg_say("SYNC done after %" PRIu64 " bytes. Logging commands from master.", stream->n);
        msg_say("sending REPLCONF ACK 0");
    } else {
        msg_say("SYNC done. Logging commands from master.");
    }
    return 0;
}

/* ---- the commands ---- */

static bool is_named(const struct reply *command, const char *name) {
    const struct reply *first = reply_at(command, 0);
    return first && first->p && str_ieq(first->p, first->len, name);
}

/* What keeps the stream itself going is not shown, and the database is a label. */
static bool is_upkeep(struct source *s, const struct reply *command) {
    const struct reply *db = reply_at(command, 1);
    if (is_named(command, "select") && db && db->p) return str_to_i64(db->p, db->len, &s->db) == 0;
    return is_named(command, "ping") || is_named(command, "replconf");
}

static void on_command(void *arg, const struct reply *command) {
    struct source *s = arg;
    struct show *show = s->show;
    struct run *r = show->run;
    if (!show->tool && is_upkeep(s, command)) return;
    struct replica_line line = {.time_us = clock_wall_us(),
                                .node = show->fleet.n > 1 ? s->node->name : NULL,
                                .db = s->db,
                                .command = command};
    show->n++;
    if (show->tool)
        replica_line_tool(&r->out, &line);
    else if (r->opts->format == RENDER_JSON)
        replica_line_json(&r->out, &line);
    else
        replica_line_text(&r->out, &line, r->opts->tty ? TEXT_MOST : SIZE_MAX / 2);
    if (r->out.len > FLUSH_BYTES) run_flush(r);
}

static void on_end(void *arg, const struct err *why) {
    struct source *s = arg;
    s->why = *why; /* it never ends by itself */
    s->over = true;
    s->show->n_over++;
    run_flush(s->show->run);
    if (!s->show->tool) msg_warn("%s", why->text);
}

/* ---- the beginning ---- */

static const struct replconf settings[] = {
    {"capa", "eof", false}, {"rdb-filter-only", "", false}, REPLCONF_NOWHERE};

static int introduce(struct show *v, struct err *e) {
    const int n = v->tool ? 2 : 3;
    unsigned refused;
    if (v->tool) return replconf_tool(v->fleet.nodes[0].client, settings, n, e);
    struct err *why = mem_zalloc((size_t)v->fleet.n, sizeof *why);
    for (int i = 0; i < v->fleet.n; i++)
        why[i] = v->fleet.nodes[i].why;
    int code = replconf_all(&v->fleet, settings, n, why, &refused, e);
    if (code == 0 && refused & 2)
        msg_warn("the server sends all of its data first, which is dropped (before 7.0 it cannot "
                 "leave them out)");
    for (int i = 0; code == 0 && i < v->fleet.n; i++)
        if (why[i].code) on_end(&v->sources[i], &why[i]);
    free(why);
    return code;
}

static void start(struct show *v, struct source *s) {
    const struct replica_opts how = {.old_sync = true, .goes_on = true};
    const struct replica_hooks hooks = {.on_begin = on_begin,
                                        .on_dump = on_dump,
                                        .on_command = on_command,
                                        .on_end = on_end,
                                        .arg = s};
    s->replica = replica_new(v->run->loop, s->node->client, &how, &hooks);
}

static int begin(struct show *v, struct err *e) {
    int code = fleet_open_reachable(&v->fleet, v->run, FLEET_PRIMARIES, e);
    if (code < 0) return code;
    v->sources = mem_zalloc((size_t)v->fleet.n, sizeof *v->sources);
    for (int i = 0; i < v->fleet.n; i++)
        v->sources[i] = (struct source){.show = v, .node = &v->fleet.nodes[i]};
    code = introduce(v, e);
    for (int i = 0; code == 0 && i < v->fleet.n; i++)
        if (!v->sources[i].over) start(v, &v->sources[i]);
    v->start_ns = clock_now_ns();
    return code;
}

/* ---- the end ---- */

static int sum_up(const struct show *v) {
    struct buf line;
    if (tty_is(STDERR_FILENO)) msg_say("%s", ""); /* behind the terminal's ^C */
    buf_init(&line, SUMMARY_BYTES);
    amount_add_count(&line, v->n);
    buf_adds(&line, v->n == 1 ? " command in " : " commands in ");
    amount_add_time(&line, clock_now_ns() - v->start_ns);
    msg_warn("%s", buf_cstr(&line));
    buf_release(&line);
    return errclass_exit_of_code(VK_ECANCEL);
}

static int end(struct show *v, int code, const struct err *e) {
    const struct options *o = v->run->opts;
    const struct source *s = v->sources;
    run_flush(v->run);
    if (signal_stop() && !v->tool && v->sources) return sum_up(v);
    if (code < 0) return face_fail(o, e);
    if (signal_stop()) return errclass_exit_of_code(VK_ECANCEL);
    if (v->tool && !s->begun && dump_tool_refused(&s->why, s->node->name)) return 1;
    if (v->tool) return face_fail(o, &s->why);
    return errclass_exit_of_code(s->why.code);
}

int replica_show_main(struct run *r) {
    struct show v = {.run = r, .tool = r->opts->face != FACE_NATIVE};
    struct err e;
    int code = begin(&v, &e);
    while (code == 0 && v.n_over < v.fleet.n && !signal_stop())
        loop_turn(r->loop, -1);
    code = end(&v, code, &e);
    for (int i = 0; v.sources && i < v.fleet.n; i++)
        replica_free(v.sources[i].replica);
    free(v.sources);
    fleet_close(&v.fleet);
    return code;
}
