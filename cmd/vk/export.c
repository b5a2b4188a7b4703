/* SPDX-License-Identifier: BSD-3-Clause */
/* See export.h. A file that is not whole has no end record, and under --out no name. */
#include "export.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/msg.h"
#include "copy_source.h"
#include "face.h"
#include "io/tty.h"
#include "progress.h"
#include "ui/amount.h"
#include "ui/jsonw.h"

enum { FLUSH_BYTES = 1 << 18, KEEP_BYTES = 1 << 22, TEXT_MAX = 1 << 16 };

struct export {
    struct run *run;
    struct copy_source source;
    struct dumpfile_writer writer;
    struct buf out;
    struct file_out *file; /* NULL = standard output */
    struct progress progress;
    int64_t begun_ns;
    uint64_t written;
};

/* ---- the file ---- */

static int flush(struct export *x, struct err *e) {
    const struct buf *out = &x->out;
    int code = x->file ? file_out_write(x->file, out->p, out->len, e)
                       : file_write_fd(STDOUT_FILENO, out->p, out->len, e);
    x->written += out->len;
    buf_clear(&x->out);
    if (x->out.cap > KEEP_BYTES) buf_release(&x->out);
    return code;
}

static int take(void *arg, const struct dumpfile_key *k, struct err *e) {
    struct export *x = arg;
    if (dumpfile_put(&x->writer, &x->out, k) < 0)
        return err_set(e, VK_ELIMIT, "a key with its payload is larger than 4 GiB");
    return x->out.len >= FLUSH_BYTES ? flush(x, e) : 0;
}

static struct dumpfile_text text_of(const char *s) {
    return (struct dumpfile_text){s, strlen(s)};
}

static int begin(struct export *x, struct err *e) {
    const struct options *o = x->run->opts;
    struct client *c = x->source.fleet.nodes[0].client;
    char version[32], where[256];
    bool node = copy_source_ask(c, version, sizeof version);
    if (node && !x->run->wire.cluster)
        msg_warn("%s is a node of a cluster: its own keys alone (-c takes all)",
                 x->source.fleet.nodes[0].name);
    const struct dumpfile_header h = {
        .time_ms = clock_wall_us() / 1000,
        .db = (uint32_t)session_db(client_session(c)),
        .program = text_of("vk " VK_VERSION),
        .server = text_of(version),
        .source = text_of(wire_where(&x->run->wire, where, sizeof where)),
    };
    int code = o->out ? file_out_open(o->out, &x->file, e) : 0;
    if (code == 0 && dumpfile_begin(&x->writer, &x->out, &h) < 0) code = VK_ELIMIT;
    return code;
}

static int end(struct export *x, struct err *e) {
    if (dumpfile_end(&x->writer, &x->out) < 0) return VK_ELIMIT;
    int code = flush(x, e);
    if (code < 0 || !x->file) return code;
    struct file_out *f = x->file;
    x->file = NULL;
    return file_out_commit(f, e);
}

/* ---- words ---- */

static void on_turned(void *arg) {
    struct export *x = arg;
    copy_source_progress(&x->source, &x->progress, "exported");
}

static void add_json(struct export *x, bool whole, struct buf *out) {
    buf_addc(out, '{');
    jsonw_flag(out, "complete", whole);
    jsonw_count(out, "exported", x->source.keys);
    jsonw_count(out, "bytes", x->source.bytes);
    jsonw_count(out, "vanished", x->source.vanished);
    jsonw_count(out, "failed", x->source.faults.n);
    copy_faults_json(&x->source.faults, out);
    jsonw_number(out, "seconds", (double)(clock_now_ns() - x->begun_ns) / 1e9);
    buf_adds(out, "}\n");
}

static void add_text(struct export *x, bool whole, struct buf *out) {
    const struct copy_source *s = &x->source;
    buf_adds(out, whole ? "exported " : "ended early, after ");
    amount_add_count(out, s->keys);
    buf_addf(out, " key%s (", s->keys == 1 ? "" : "s");
    amount_add_bytes(out, s->bytes);
    buf_adds(out, ") in ");
    amount_add_time(out, clock_now_ns() - x->begun_ns);
    if (s->vanished) {
        buf_adds(out, ", ");
        amount_add_count(out, s->vanished);
        buf_adds(out, " vanished meanwhile");
    }
    if (!whole && x->run->opts->out)
        buf_adds(out, ": no file was made");
    else if (!whole)
        buf_adds(out, ": what was written is not whole, and --import refuses it");
}

/* The data have standard output, unless --out has them. */
static void tell(struct export *x, bool whole) {
    const struct options *o = x->run->opts;
    struct buf text;
    bool json = o->out && o->format == RENDER_JSON;
    progress_clear(&x->progress);
    copy_source_say(&x->source, "not exported");
    buf_init(&text, TEXT_MAX);
    if (json) {
        add_json(x, whole, &x->run->out);
        run_flush(x->run);
    } else {
        add_text(x, whole, &text);
        msg_warn("%s", buf_cstr(&text));
    }
    buf_release(&text);
}

static int check(const struct options *o, struct err *e) {
    if (o->out || !tty_is(STDOUT_FILENO)) return 0;
    return err_set(e, VK_EUSAGE,
                   "--export writes bytes that are not for a terminal: > FILE or --out FILE");
}

int export_main(struct run *r) {
    struct export x = {.run = r, .begun_ns = clock_now_ns()};
    struct err e;
    bool begun = false;
    const struct copy_source_opts how = {.take = take, .turned = on_turned, .arg = &x};
    buf_init(&x.out, 2 * DUMPFILE_BODY_MAX);
    int code = check(r->opts, &e);
    if (code == 0) code = copy_source_open(&x.source, r, &how, &e);
    if (code == 0) code = begin(&x, &e);
    begun = code == 0;
    progress_begin(&x.progress, "scanned", 0, false);
    if (code == 0) code = copy_source_run(&x.source, &e);
    if (code == 0) code = end(&x, &e);
    file_out_abort(x.file);
    if (begun) tell(&x, code == 0);
    if (code < 0) code = face_fail(r->opts, &e);
    if (code == 0 && x.source.faults.n) code = 7;
    copy_source_close(&x.source);
    buf_release(&x.out);
    return code;
}
