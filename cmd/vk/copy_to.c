/* SPDX-License-Identifier: BSD-3-Clause */
/* See copy_to.h. A source and a sink on one loop; the source asks for no more than the sink has
 * room for. */
#include "copy_to.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/msg.h"
#include "client/secret.h"
#include "copy_sink.h"
#include "copy_source.h"
#include "core/errclass.h"
#include "face.h"
#include "progress.h"
#include "ui/amount.h"
#include "ui/jsonw.h"

enum { PATH_BYTES_MAX = 4096 };

struct copy_to {
    struct run *run;
    struct options target_opts;
    struct wire target;
    bool has_target;
    struct copy_source source;
    struct copy_sink sink;
    char version[32]; /* of the source's server */
    struct progress progress;
    int64_t begun_ns;
};

/* ---- where to ---- */

static const char *environment(const char *name) {
    return getenv(name);
}

static int understand(struct copy_to *c, struct err *e) {
    const struct options *o = c->run->opts;
    struct buf path;
    if (*o->copy.to != '@') return options_for_uri(&c->target_opts, o, o->copy.to, e);
    buf_init(&path, PATH_BYTES_MAX);
    int code = profile_path(environment, &path, e);
    if (code == 0)
        code = options_for_profile(&c->target_opts, o, buf_cstr(&path), o->copy.to + 1, e);
    buf_release(&path);
    return code;
}

static int open_target(struct copy_to *c, struct err *e) {
    int code = understand(c, e);
    if (code == 0) code = secret_fetch(&c->target_opts.conn, e);
    if (code == 0) code = wire_init(&c->target, &c->target_opts, c->run->loop, NULL, NULL, e);
    c->has_target = code == 0;
    return code == 0 ? copy_sink_open(&c->sink, c->run->opts, &c->target, e) : code;
}

/* ---- on their way ---- */

static int take(void *arg, const struct dumpfile_key *k, struct err *e) {
    struct copy_to *c = arg;
    return copy_sink_put(&c->sink, k, e);
}

static bool has_room(void *arg) {
    const struct copy_to *c = arg;
    return copy_sink_has_room(&c->sink);
}

static void on_turned(void *arg) {
    struct copy_to *c = arg;
    copy_sink_flush(&c->sink);
    if (c->sink.failed.code) copy_source_fail(&c->source, &c->sink.failed);
    copy_source_progress(&c->source, &c->progress, "copied");
}

static int open_source(struct copy_to *c, struct err *e) {
    const struct copy_source_opts how = {
        .take = take, .has_room = has_room, .turned = on_turned, .arg = c};
    int code = copy_source_open(&c->source, c->run, &how, e);
    if (code < 0) return code;
    struct fleet_node *first = &c->source.fleet.nodes[0];
    if (copy_source_ask(first->client, c->version, sizeof c->version) && !c->run->wire.cluster)
        msg_warn("%s is a node of a cluster: its own keys alone (-c takes all)", first->name);
    return 0;
}

/* ---- words ---- */

static void tell(struct copy_to *c, bool whole) {
    struct run *r = c->run;
    bool json = r->opts->format == RENDER_JSON;
    progress_clear(&c->progress);
    copy_source_say(&c->source, "not copied");
    copy_sink_say(&c->sink, c->version);
    if (json) {
        buf_addc(&r->out, '{');
        jsonw_flag(&r->out, "complete", whole);
        jsonw_count(&r->out, "vanished", c->source.vanished);
        jsonw_count(&r->out, "unread", c->source.faults.n);
    } else {
        buf_adds(&r->out, whole ? "copied " : "ended early, copied ");
    }
    copy_sink_sum(&c->sink, clock_now_ns() - c->begun_ns, json, &r->out);
    if (!json && c->source.vanished) {
        buf_adds(&r->out, ", ");
        amount_add_count(&r->out, c->source.vanished);
        buf_adds(&r->out, " vanished meanwhile");
    }
    buf_adds(&r->out, json ? "}\n" : "\n");
    run_flush(r);
}

/* What ended it: the target's own trouble is known better there. */
static int exit_code(struct copy_to *c, const struct err *why) {
    const struct copy_sink *s = &c->sink;
    bool failed = s->faults.n || c->source.faults.n;
    if (!why->code) return failed ? 7 : 0;
    int code = face_fail(c->run->opts, why);
    bool in_part = s->restored || s->in_doubt;
    bool ours = why->code == VK_ESERVER || why->code == VK_EAUTH;
    return in_part && ours ? 7 : code;
}

int copy_to_main(struct run *r) {
    struct copy_to c = {.run = r};
    struct err e;
    bool begun = false;
    err_clear(&e);
    int code = open_target(&c, &e);
    if (code == 0) code = open_source(&c, &e);
    begun = code == 0;
    c.begun_ns = clock_now_ns();
    progress_begin(&c.progress, "scanned", 0, false);
    if (code == 0) code = copy_source_run(&c.source, &e);
    if (begun) copy_sink_drain(&c.sink);
    if (begun && c.sink.failed.code) e = c.sink.failed;
    if (begun && c.sink.failed.code) code = e.code;
    if (begun) tell(&c, code == 0);
    if (code == 0) err_clear(&e);
    code = exit_code(&c, &e);
    copy_source_close(&c.source);
    if (c.has_target) copy_sink_close(&c.sink);
    if (c.has_target) wire_release(&c.target);
    options_release(&c.target_opts);
    return code;
}
