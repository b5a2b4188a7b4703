/* SPDX-License-Identifier: BSD-3-Clause */
/* See scan.h. Plain names take the short way to the output buffer; other formats go through the
 * renderer as if each name were a reply of its own. */
#include "scan.h"

#include <string.h>

#include "base/msg.h"
#include "base/safe.h"
#include "face.h"
#include "io/signal.h"
#include "progress.h"
#include "sweep.h"
#include "sweep_tell.h"
#include "ui/amount.h"

enum { FOUND_MAX = 64 };

struct scan {
    struct run *run;
    struct fleet fleet;
    struct sweep *sweep;
    struct progress progress;
    struct render render;
    bool plain;
    uint64_t left; /* --limit */
    uint64_t printed;
};

/* ---- names ---- */

/* As the tool prints a C string: up to its first NUL. */
static size_t shown_len(const struct options *o, const struct sweep_key *k) {
    const char *nul = o->face == FACE_NATIVE ? NULL : memchr(k->p, 0, k->len);
    return nul ? (size_t)(nul - k->p) : k->len;
}

static void add_plain(struct scan *s, const struct sweep_key *k) {
    const struct options *o = s->run->opts;
    struct buf *out = &s->run->out;
    if (o->tty && o->face == FACE_NATIVE)
        safe_add(out, k->p, k->len, false);
    else if (o->format == RENDER_STANDARD)
        resp_quote_add(out, k->p, k->len);
    else
        buf_add(out, k->p, shown_len(o, k));
    if (o->delim && o->face == FACE_NATIVE)
        buf_adds(out, o->delim);
    else
        buf_addc(out, '\n');
}

static void add_rendered(struct scan *s, const struct sweep_key *k) {
    struct resp_event ev = {
        .kind = RESP_VALUE, .type = RESP_BULK, .done = true, .p = k->p, .len = k->len};
    render_begin(&s->render, false);
    if (render_event(&s->render, &ev) < 0) { /* the buffer has no limit that a name could reach */
    }
}

static int on_page(void *arg, struct fleet_node *node, const struct sweep_key *keys, size_t n,
                   struct err *e) {
    struct scan *s = arg;
    (void)node, (void)e;
    if (n > s->left) n = (size_t)s->left;
    for (size_t i = 0; i < n; i++) {
        if (s->plain)
            add_plain(s, &keys[i]);
        else
            add_rendered(s, &keys[i]);
        if (s->run->out.len >= RENDER_FLUSH_BYTES) run_flush(s->run);
    }
    s->left -= n;
    s->printed += n;
    if (!s->left) sweep_stop(s->sweep);
    return 0;
}

static void on_turn(void *arg) {
    struct scan *s = arg;
    struct buf found;
    if (!s->progress.shown) return;
    s->progress.total = sweep_total(s->sweep);
    buf_init(&found, FOUND_MAX);
    amount_add_count(&found, s->printed);
    buf_adds(&found, " found");
    progress_at(&s->progress, sweep_passed(s->sweep), buf_cstr(&found));
    buf_release(&found);
}

/* ---- the job ---- */

/* The format is the renderer's, but for names that stand as they are. */
static void set_format(struct scan *s) {
    const struct options *o = s->run->opts;
    struct render_opts render = {.format = (enum render_format)o->format, .safe = o->tty};
    if (o->format == RENDER_JSON) render.format = RENDER_NDJSON; /* valid whatever the name */
    s->plain = o->format == RENDER_RAW || o->format == RENDER_STANDARD || o->face != FACE_NATIVE;
    render_init(&s->render, &render, &s->run->out, NULL, NULL);
}

static int walk(struct scan *s, struct err *e) {
    const struct options *o = s->run->opts;
    enum fleet_which which = o->sweep.replicas ? FLEET_A_REPLICA_EACH : FLEET_PRIMARIES;
    int code = fleet_open(&s->fleet, s->run, which, e);
    if (code < 0) return code;
    s->sweep = sweep_new(&s->fleet, &(struct sweep_opts){.which = &o->sweep,
                                                         .pause_s = o->interval_s,
                                                         .page = on_page,
                                                         .turned = on_turn,
                                                         .arg = s});
    return sweep_run(s->sweep, e);
}

/* The tool's words for what ends its scan. */
static int fail_as_tool(const struct options *o, const struct err *e, bool swept) {
    if (e->code == VK_ECANCEL) {
        signal_clear(); /* it ends as if it were through */
        return 0;
    }
    if (!swept) return face_fail(o, e);
    if (e->code == VK_ESERVER || e->code == VK_EAUTH) {
        msg_say("SCAN error: %s", e->text);
        return 1;
    }
    if (e->code == VK_EPROTO) {
        msg_say("%s", e->text);
        return 1;
    }
    msg_say("%s", "");
    msg_say("I/O error");
    return 1;
}

static int finish(struct scan *s, int code, const struct err *e) {
    const struct options *o = s->run->opts;
    progress_clear(&s->progress);
    run_flush(s->run);
    if (code == 0) return 0;
    if (o->face != FACE_NATIVE) return fail_as_tool(o, e, s->sweep);
    if (s->sweep) sweep_tell(s->sweep, &s->fleet, "listed", s->printed);
    return face_fail(o, e);
}

int scan_main(struct run *r) {
    struct scan s = {.run = r};
    struct err e;
    int64_t limit = r->opts->sweep.limit;
    s.left = limit ? (uint64_t)limit : UINT64_MAX;
    set_format(&s);
    progress_begin(&s.progress, "scanned", 0, false);
    s.progress.shown &= !r->opts->tty && r->opts->face == FACE_NATIVE;
    int code = walk(&s, &e);
    code = finish(&s, code, &e);
    sweep_free(s.sweep);
    fleet_close(&s.fleet);
    render_release(&s.render);
    return code;
}
