/* SPDX-License-Identifier: BSD-3-Clause */
/* See keys.h. */
#include "keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/msg.h"
#include "face.h"
#include "io/tty.h"
#include "keys_cursor.h"
#include "keys_face.h"
#include "keys_measure.h"
#include "keys_prelude.h"
#include "progress.h"
#include "shell.h"

enum { CURSORS_MAX = 1 << 20, SAID_MAX = 3 };

/* One of the modes. */
struct kind {
    const char *name;
    bool elements, bytes, ttls;
};

struct keys {
    const struct kind *kind;
    struct run *run;
    struct fleet fleet;
    struct sweep *sweep;
    struct keys_stats stats;
    struct keys_guess guess;
    struct keys_measure measure;
    struct keys_prelude prelude;
    struct progress progress;
    struct buf cursor; /* where it ended, when that was early */
    int n_said;        /* refusals that were told */
    int64_t begun_ns;
};

/* ---- while it goes on ---- */

static void say_refused(struct keys *k) {
    for (; k->n_said < k->measure.n_refused; k->n_said++) {
        const struct keys_report_refused *r = &k->measure.refused[k->n_said];
        progress_clear(&k->progress);
        msg_warn("%s is refused, going on without it: %s", r->command, r->why);
    }
}

static int on_page(void *arg, struct fleet_node *node, const struct sweep_key *keys, size_t n,
                   struct err *e) {
    struct keys *k = arg;
    return keys_measure_page(&k->measure, node, keys, n, e);
}

static void on_turn(void *arg) {
    struct keys *k = arg;
    keys_measure_turn(&k->measure);
    say_refused(k);
    k->progress.total = sweep_total(k->sweep);
    progress_at(&k->progress, sweep_passed(k->sweep), NULL);
}

static void on_anew(void *arg, struct fleet_node *node) {
    struct keys *k = arg;
    progress_clear(&k->progress);
    msg_warn("%s is another server now: its keys are counted anew, some of them twice", node->name);
}

/* ---- cursors ---- */

static int take_cursors(struct keys *k, uint64_t *cursors, struct err *e) {
    struct keys_cursor *c = mem_zalloc((size_t)k->fleet.n, sizeof *c);
    for (int i = 0; i < k->fleet.n; i++)
        c[i].node = k->fleet.nodes[i].name;
    int code = keys_cursor_parse(k->run->opts->keys.cursor, c, k->fleet.n, e);
    for (int i = 0; i < k->fleet.n; i++)
        cursors[i] = c[i].at;
    free(c);
    return code;
}

static void give_cursors(struct keys *k) {
    struct keys_cursor *c = mem_zalloc((size_t)k->fleet.n, sizeof *c);
    for (int i = 0; i < k->fleet.n; i++) {
        const struct fleet_node *node = &k->fleet.nodes[i];
        bool through = sweep_is_through(k->sweep, node);
        c[i].node = node->name;
        c[i].at = through ? KEYS_CURSOR_THROUGH : sweep_cursor(k->sweep, node);
    }
    keys_cursor_add(&k->cursor, c, k->fleet.n);
    free(c);
}

/* ---- the report ---- */

static struct keys_report report_of(const struct keys *k) {
    const struct keys_measure *m = &k->measure;
    return (struct keys_report){
        .mode = k->kind->name,
        .elements = k->kind->elements,
        .bytes = k->kind->bytes,
        .ttls = k->kind->ttls,
        .stats = &k->stats,
        .scanned = sweep_seen(k->sweep),
        .vanished = m->vanished,
        .changed = m->changed,
        .unknown = m->unknown,
        .used_bytes = k->prelude.used_bytes,
        .nodes = k->fleet.n,
        .took_ns = clock_now_ns() - k->begun_ns,
        .cursor = k->cursor.len ? buf_cstr((struct buf *)&k->cursor) : NULL,
        .refused = m->refused,
        .n_refused = m->n_refused,
    };
}

static bool is_json(const struct options *o) {
    return o->format == RENDER_JSON || o->format == RENDER_QUOTED_JSON ||
           o->format == RENDER_NDJSON;
}

static void print(struct keys *k) {
    const struct options *o = k->run->opts;
    const struct keys_report report = report_of(k);
    const struct keys_report_look look = {
        .columns = o->tty ? tty_columns(STDOUT_FILENO) : 0,
        .colour = shell_fits(o),
    };
    struct buf *out = &k->run->out;
    if (o->format == RENDER_CSV)
        keys_report_csv(&report, out);
    else if (is_json(o))
        keys_report_json(&report, out);
    else
        keys_report_text(&report, &look, out);
    run_flush(k->run);
    if (report.cursor)
        msg_warn("to go on from here: --%s --cursor %s", k->kind->name, report.cursor);
}

/* ---- the job ---- */

static int walk(struct keys *k, uint64_t *cursors, struct err *e) {
    const struct options *o = k->run->opts;
    k->sweep = sweep_new(&k->fleet, &(struct sweep_opts){.which = &o->sweep,
                                                         .pause_s = o->interval_s,
                                                         .cursors = cursors,
                                                         .page = on_page,
                                                         .anew = on_anew,
                                                         .turned = on_turn,
                                                         .arg = k});
    k->measure.sweep = k->sweep;
    progress_begin(&k->progress, "measured", 0, false);
    return sweep_run(k->sweep, e);
}

static int open_all(struct keys *k, uint64_t **cursors, struct err *e) {
    const struct options *o = k->run->opts;
    int code = fleet_open(&k->fleet, k->run,
                          o->sweep.replicas ? FLEET_A_REPLICA_EACH : FLEET_PRIMARIES, e);
    if (code == 0) code = keys_prelude(&k->fleet, &k->prelude, e);
    if (code < 0) return code;
    if (k->prelude.refused.code && k->kind->bytes) { /* how much memory is in use */
        keys_measure_do_without(&k->measure, "INFO", k->prelude.refused.text,
                                strlen(k->prelude.refused.text));
        k->measure.forbidden = true;
    }
    if (k->prelude.touches && o->verbose)
        msg_warn("no CLIENT NO-TOUCH here: measuring a key counts as a use of it");
    if (!o->keys.cursor) return 0;
    *cursors = mem_zalloc((size_t)k->fleet.n, sizeof **cursors);
    return take_cursors(k, *cursors, e);
}

static int finish(struct keys *k, int code, const struct err *e) {
    if (k->sweep) {
        say_refused(k);
        progress_clear(&k->progress);
        if (code < 0) give_cursors(k);
        if (code == 0 || sweep_seen(k->sweep)) print(k);
    }
    if (code < 0) return face_fail(k->run->opts, e);
    return k->measure.forbidden ? errclass_exit(ERRCLASS_PERMISSION) : k->measure.n_refused > 0;
}

static int64_t samples_of(const struct options_keys *o, const struct kind *kind) {
    return kind->elements ? o->keystats_samples : o->memkeys_samples;
}

static int run_kind(struct run *r, const struct kind *kind) {
    const struct options *o = r->opts;
    struct keys k = {.kind = kind, .run = r, .begun_ns = clock_now_ns()};
    uint64_t *cursors = NULL;
    struct err e;
    keys_stats_init(&k.stats, &(struct keys_stats_opts){.top = (size_t)o->keys.top,
                                                        .delimiter = o->keys.delimiter[0],
                                                        .seed = (uint64_t)clock_now_ns()});
    keys_guess_init(&k.guess, o->keys.delimiter[0], (uint64_t)clock_now_ns());
    k.measure = (struct keys_measure){.run = r,
                                      .stats = &k.stats,
                                      .elements = kind->elements,
                                      .bytes = kind->bytes,
                                      .ttls = kind->ttls,
                                      .guess = &k.guess,
                                      .samples = samples_of(&o->keys, kind),
                                      .type = o->sweep.type};
    buf_init(&k.cursor, CURSORS_MAX);
    int code = open_all(&k, &cursors, &e);
    if (code == 0) code = walk(&k, cursors, &e);
    code = finish(&k, code, &e);
    keys_measure_end(&k.measure);
    sweep_free(k.sweep);
    fleet_close(&k.fleet);
    keys_stats_release(&k.stats);
    keys_guess_release(&k.guess);
    buf_release(&k.cursor);
    free(cursors);
    return code;
}

int keys_bigkeys(struct run *r) {
    static const struct kind kind = {"bigkeys", .elements = true};
    return r->opts->face == FACE_NATIVE ? run_kind(r, &kind) : keys_face_bigkeys(r);
}

int keys_memkeys(struct run *r) {
    static const struct kind kind = {"memkeys", .bytes = true};
    return r->opts->face == FACE_NATIVE ? run_kind(r, &kind) : keys_face_memkeys(r);
}

int keys_keystats(struct run *r) {
    static const struct kind kind = {"keystats", .elements = true, .bytes = true, .ttls = true};
    return run_kind(r, &kind);
}
