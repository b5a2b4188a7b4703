/* SPDX-License-Identifier: BSD-3-Clause */
/* See hotkeys.h. */
#include "hotkeys.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/msg.h"
#include "core/errclass.h"
#include "face.h"
#include "guard.h"
#include "hotkeys_monitor.h"
#include "hotkeys_report.h"
#include "io/tty.h"
#include "keys_prelude.h"
#include "progress.h"
#include "resp/quote.h"
#include "shell.h"
#include "sweep.h"
#include "ui/amount.h"

enum { PATTERN_MAX = 1 << 20, LEFT_MAX = 64 };

struct hotkeys {
    struct run *run;
    struct fleet fleet;
    struct progress progress;
    struct hotkeys_report report;
    bool forbidden; /* INFO is refused, and was done without */
    int64_t begun_ns;
    /* by the servers' counters */
    struct sweep *sweep;
    struct keys_top top;
    uint64_t keys, vanished, unknown;
    struct err refused; /* why OBJECT FREQ is; code 0 = it is not */
    /* by a sample */
    struct hotkeys_count count;
    struct buf pattern;
};

/* ---- the servers' counters ---- */

struct asked {
    struct hotkeys *hot;
    struct fleet_node *node;
    size_t len;
    char name[];
};

static void take_error(struct hotkeys *h, const struct resp_event *ev) {
    enum errclass class = errclass_of_reply(ev->p, ev->len);
    h->unknown++;
    if (class & (ERRCLASS_MOVED | ERRCLASS_ASK | ERRCLASS_TRYAGAIN) || h->refused.code) return;
    if (class == ERRCLASS_PERMISSION && !memmem(ev->p, ev->len, " run ", 5)) return; /* this key */
    err_set(&h->refused, class == ERRCLASS_PERMISSION ? VK_EAUTH : VK_ESERVER, "OBJECT FREQ: %.*s",
            ev->len < 400 ? (int)ev->len : 400, ev->p);
    sweep_stop(h->sweep);
}

static void on_freq(void *arg, int code, const struct resp_event *ev) {
    struct asked *a = arg;
    struct hotkeys *h = a->hot;
    if (code == VK_MORE || (ev && ev->aside)) return;
    if (code == 0 && ev && ev->type == RESP_INT) {
        const struct keys_seen k = {.name = a->name, .len = a->len};
        keys_top_add(&h->top, &k, (uint64_t)ev->n);
        h->keys++;
    } else if (code == 0 && ev && resp_read_is_error(ev->type)) {
        take_error(h, ev);
    } else if (code == 0) {
        h->vanished++;
    }
    sweep_paid(h->sweep, a->node);
    free(a);
}

static int on_page(void *arg, struct fleet_node *node, const struct sweep_key *keys, size_t n,
                   struct err *e) {
    for (size_t i = 0; i < n; i++) {
        struct asked *a = mem_alloc(sizeof *a + keys[i].len);
        *a = (struct asked){.hot = arg, .node = node, .len = keys[i].len};
        memcpy(a->name, keys[i].p, keys[i].len);
        const char *const argv[] = {"OBJECT", "FREQ", a->name};
        const size_t lens[] = {6, 4, a->len};
        int code = client_submit(node->client, 3, argv, lens, on_freq, a, e);
        if (code < 0) {
            free(a);
            return code;
        }
        sweep_owe(a->hot->sweep, node, 1);
    }
    return 0;
}

static void on_turn(void *arg) {
    struct hotkeys *h = arg;
    h->progress.total = sweep_total(h->sweep);
    progress_at(&h->progress, sweep_passed(h->sweep), NULL);
}

static int read_counters(struct hotkeys *h, struct err *e) {
    const struct options *o = h->run->opts;
    keys_top_init(&h->top, (size_t)o->keys.hotkeys_count);
    h->report.counters = &h->top;
    h->sweep = sweep_new(&h->fleet, &(struct sweep_opts){.which = &o->sweep,
                                                         .pause_s = o->interval_s,
                                                         .page = on_page,
                                                         .turned = on_turn,
                                                         .arg = h});
    progress_begin(&h->progress, "asked for", 0, false);
    int code = sweep_run(h->sweep, e);
    if (!h->refused.code) return code;
    *e = h->refused;
    return e->code;
}

/* ---- a sample ---- */

static int take_pattern(struct hotkeys *h, struct err *e) {
    const struct options_sweep *o = &h->run->opts->sweep;
    if (o->type)
        return err_set(e, VK_EUSAGE, "--type needs an LFU policy: MONITOR does not tell types");
    if (o->quoted_pattern)
        return resp_quote_undo(&h->pattern, o->quoted_pattern, strlen(o->quoted_pattern), e);
    return o->pattern ? buf_adds(&h->pattern, o->pattern) : 0;
}

static void on_lines(void *arg, uint64_t lines) {
    struct hotkeys *h = arg;
    struct buf left;
    double whole_ns = h->run->opts->keys.hotkeys_seconds * (double)CLOCK_NS_PER_S;
    int64_t left_ns = (int64_t)whole_ns - (clock_now_ns() - h->begun_ns);
    buf_init(&left, LEFT_MAX);
    amount_add_time(&left, left_ns > 0 ? left_ns : 0);
    buf_adds(&left, " left");
    progress_at(&h->progress, lines, buf_cstr(&left));
    buf_release(&left);
}

static int ask_first(struct run *r, struct err *e) {
    static const char *const argv[] = {"@primaries", "MONITOR"};
    static const size_t lens[] = {10, 7};
    int skip = r->wire.cluster ? 0 : 1;
    return guard_check(r, GUARD_BY_ENVIRONMENT, 2 - skip, argv + skip, lens + skip, e);
}

static int sample(struct hotkeys *h, struct err *e) {
    const struct options *o = h->run->opts;
    const struct options_sweep *which = &o->sweep;
    int code = take_pattern(h, e);
    if (code == 0) code = ask_first(h->run, e);
    if (code < 0) return code;
    hotkeys_count_init(
        &h->count, &(struct hotkeys_count_opts){.db = (int)o->conn.db,
                                                .pattern = which->pattern || which->quoted_pattern
                                                               ? buf_cstr(&h->pattern)
                                                               : NULL,
                                                .pattern_len = h->pattern.len,
                                                .seed = (uint64_t)clock_now_ns()});
    h->report.sample = &h->count;
    progress_begin(&h->progress, "sampled", 0, false);
    h->begun_ns = clock_now_ns();
    const struct hotkeys_monitor_opts how = {.seconds = o->keys.hotkeys_seconds,
                                             .lines = (uint64_t)o->keys.hotkeys_lines,
                                             .turned = on_lines,
                                             .arg = h};
    return hotkeys_monitor(&h->fleet, &how, &h->count, &h->report.lagged, e);
}

/* ---- the job ---- */

static void print(struct hotkeys *h) {
    const struct options *o = h->run->opts;
    struct hotkeys_report *r = &h->report;
    const struct keys_report_look look = {
        .columns = o->tty ? tty_columns(STDOUT_FILENO) : 0,
        .colour = shell_fits(o),
    };
    struct buf *out = &h->run->out;
    r->keys = h->keys;
    r->vanished = h->vanished;
    r->unknown = h->unknown;
    r->most = (size_t)o->keys.hotkeys_count;
    r->nodes = h->fleet.n;
    r->took_ns = clock_now_ns() - h->begun_ns;
    if (o->format == RENDER_CSV)
        hotkeys_report_csv(r, out);
    else if (o->format == RENDER_STANDARD || o->format == RENDER_RAW)
        hotkeys_report_text(r, &look, out);
    else
        hotkeys_report_json(r, out);
    run_flush(h->run);
}

static int find(struct hotkeys *h, struct err *e) {
    const struct options *o = h->run->opts;
    struct keys_prelude prelude;
    int code = fleet_open(&h->fleet, h->run,
                          o->sweep.replicas ? FLEET_A_REPLICA_EACH : FLEET_PRIMARIES, e);
    if (code == 0) code = keys_prelude(&h->fleet, &prelude, e);
    if (code < 0) return code;
    h->forbidden = prelude.refused.code != 0;
    if (h->forbidden)
        msg_warn("INFO is refused, so whether keys have counters is not known: %s",
                 prelude.refused.text);
    return prelude.lfu ? read_counters(h, e) : sample(h, e);
}

static void release(struct hotkeys *h) {
    sweep_free(h->sweep);
    if (h->report.sample) hotkeys_count_release(&h->count);
    if (h->report.counters) keys_top_release(&h->top);
    fleet_close(&h->fleet);
    buf_release(&h->pattern);
}

static int find_and_print(struct run *r) {
    struct hotkeys h = {.run = r, .begun_ns = clock_now_ns()};
    struct err e;
    err_clear(&e);
    buf_init(&h.pattern, PATTERN_MAX);
    int code = find(&h, &e);
    progress_clear(&h.progress);
    h.report.interrupted = code < 0;
    bool any = h.keys || (h.report.sample && h.count.lines);
    if (code == 0 || any) print(&h);
    if (code < 0)
        code = face_fail(r->opts, &e);
    else if (h.forbidden)
        code = errclass_exit(ERRCLASS_PERMISSION);
    release(&h);
    return code;
}

int hotkeys_main(struct run *r) {
    return r->opts->face == FACE_NATIVE ? find_and_print(r) : hotkeys_face(r);
}
