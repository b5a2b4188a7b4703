/* SPDX-License-Identifier: BSD-3-Clause */
/* See import.h. A file that can be read twice is checked to its end before the first key is
 * written; of what comes through a pipe each record is. Reading waits while the server has enough
 * to do. */
#include "import.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/msg.h"
#include "base/safe.h"
#include "copy_sink.h"
#include "core/errclass.h"
#include "face.h"
#include "io/signal.h"
#include "io/tty.h"
#include "progress.h"
#include "ui/amount.h"
#include "ui/jsonw.h"

enum { READ_BYTES = 1 << 18, TEXT_MAX = 1 << 16, EVERY_READS = 16 };

struct import {
    struct run *run;
    struct copy_sink sink;
    struct dumpfile_reader *reader;
    char *window;
    struct loop_watch *watch;
    bool eof;
    struct err failed; /* of the file */
    struct progress progress;
    int64_t begun_ns;
    uint64_t total; /* keys, when it was read before; 0 = not known */
    /* what the file says */
    int64_t made_ms;
    uint32_t db;
    char server[64], source[256], program[64];
    uint64_t keys, bytes, expiring;
};

/* ---- the file ---- */

static void keep(char *to, size_t cap, struct dumpfile_text t) {
    snprintf(to, cap, "%.*s", (int)t.len, t.p);
}

static void take_header(struct import *m, const struct dumpfile_header *h) {
    m->made_ms = h->time_ms;
    m->db = h->db;
    keep(m->program, sizeof m->program, h->program);
    keep(m->server, sizeof m->server, h->server);
    keep(m->source, sizeof m->source, h->source);
}

static void take_key(struct import *m, const struct dumpfile_key *k) {
    m->keys++;
    m->bytes += k->payload.len;
    m->expiring += k->expire_ms >= 0;
}

/* 1: *rec is the next record; 0: the window is used up; <0: m->failed. */
static int next_record(struct import *m, struct dumpfile_record *rec) {
    int code = dumpfile_next(m->reader, rec, &m->failed);
    if (code == 1 && rec->kind == DUMPFILE_HEADER) take_header(m, &rec->header);
    if (code == 1 && rec->kind == DUMPFILE_KEY) take_key(m, &rec->key);
    return code;
}

static void read_window(struct import *m) {
    ssize_t n = read(STDIN_FILENO, m->window, READ_BYTES);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n < 0) err_sys(&m->failed, VK_EFILE, "cannot read standard input");
    if (n > 0) dumpfile_feed(m->reader, m->window, (size_t)n);
    if (n > 0) return;
    m->eof = true;
    if (n == 0 && dumpfile_finish(m->reader, &m->failed) < 0) return;
}

static void begin_file(struct import *m) {
    dumpfile_free(m->reader);
    m->reader = dumpfile_new(0);
    m->keys = m->bytes = m->expiring = 0;
    m->eof = false;
}

/* All of it, and nothing but that. */
static int check_file(struct import *m) {
    struct dumpfile_record rec;
    begin_file(m);
    for (unsigned i = 1; !m->eof && !m->failed.code; i++) {
        int code;
        if (run_interrupted(m->run)) return VK_ECANCEL;
        read_window(m);
        if (m->eof || m->failed.code) break;
        while ((code = next_record(m, &rec)) == 1) {
        }
        if (i % EVERY_READS == 0) progress_at(&m->progress, dumpfile_offset(m->reader), NULL);
    }
    return m->failed.code;
}

/* ---- on their way ---- */

static void feed(struct import *m) {
    struct dumpfile_record rec;
    struct err ignored;
    int code;
    while (copy_sink_has_room(&m->sink) && !m->failed.code && !m->eof) {
        code = next_record(m, &rec);
        if (code == 1 && rec.kind == DUMPFILE_KEY &&
            copy_sink_put(&m->sink, &rec.key, &ignored) < 0)
            return; /* it says why */
        if (code == 1) continue;
        loop_mask(m->run->loop, m->watch, code == 0 ? LOOP_READ : 0);
        return;
    }
    loop_mask(m->run->loop, m->watch, 0);
}

static void on_input(void *arg, unsigned events) {
    struct import *m = arg;
    if (!(events & LOOP_READ)) return;    /* a hang-up is told also when nothing was asked for */
    loop_mask(m->run->loop, m->watch, 0); /* until what was read is used up */
    read_window(m);
}

static void restore_all(struct import *m) {
    struct run *r = m->run;
    while (!m->eof && !m->failed.code && !m->sink.failed.code && !run_interrupted(r)) {
        feed(m);
        progress_at(&m->progress, m->sink.restored, NULL);
        if (m->failed.code || m->sink.failed.code) break;
        wire_turn(&r->wire, -1);
    }
    copy_sink_drain(&m->sink);
}

static int restore(struct import *m, struct err *e) {
    struct run *r = m->run;
    int code = copy_sink_open(&m->sink, r->opts, &r->wire, e);
    if (code < 0) return code;
    code = loop_add(r->loop, STDIN_FILENO, 0, on_input, m, &m->watch, e);
    if (code < 0) return code;
    progress_begin(&m->progress, "restored", m->total, false);
    m->begun_ns = clock_now_ns();
    restore_all(m);
    loop_del(r->loop, m->watch);
    return 0;
}

/* ---- words ---- */

static void add_file(struct import *m, struct buf *out) {
    time_t at = (time_t)(m->made_ms / 1000);
    char when[64];
    struct tm tm;
    if (gmtime_r(&at, &tm) && strftime(when, sizeof when, "%Y-%m-%d %H:%M:%S UTC", &tm))
        buf_addf(out, "; exported %s", when);
    buf_addf(out, " by %s from %s, database %lu", m->program, m->source, (unsigned long)m->db);
    if (*m->server) buf_addf(out, ", server version %s", m->server);
}

static void say_file(struct import *m) {
    struct buf text, safe;
    buf_init(&text, TEXT_MAX);
    buf_init(&safe, 4 * TEXT_MAX);
    buf_adds(&text, "the file is whole: ");
    amount_add_count(&text, m->keys);
    buf_addf(&text, " key%s (", m->keys == 1 ? "" : "s");
    amount_add_bytes(&text, m->bytes);
    buf_adds(&text, "), ");
    amount_add_count(&text, m->expiring);
    buf_adds(&text, " with a time to live");
    add_file(m, &text);
    safe_add(&m->run->out, text.p, text.len, false);
    buf_release(&text);
    buf_release(&safe);
}

static void json_file(struct import *m, struct buf *out) {
    jsonw_count(out, "keys", m->keys);
    jsonw_count(out, "with_ttl", m->expiring);
    jsonw_count(out, "made_ms", (uint64_t)m->made_ms);
    jsonw_text(out, "program", m->program);
    jsonw_text(out, "source", m->source);
    jsonw_text(out, "server_version", m->server);
    jsonw_count(out, "db", m->db);
}

static void tell(struct import *m, bool whole) {
    struct run *r = m->run;
    bool json = r->opts->format == RENDER_JSON, dry = r->opts->sweep.dry_run;
    if (json) buf_addc(&r->out, '{');
    if (json) jsonw_flag(&r->out, "complete", whole);
    if (json) json_file(m, &r->out);
    if (dry && !json && whole) say_file(m);
    if (!dry && !json) buf_adds(&r->out, whole ? "restored " : "ended early, restored ");
    if (!dry) copy_sink_sum(&m->sink, clock_now_ns() - m->begun_ns, json, &r->out);
    if (json) buf_addc(&r->out, '}');
    if (r->out.len) buf_addc(&r->out, '\n');
    run_flush(r);
}

static int say_bad_file(struct import *m, bool begun) {
    struct err e;
    const char *nothing = begun || m->run->opts->sweep.dry_run ? "" : "; nothing was restored";
    if (m->failed.code == VK_EFILE) return face_fail(m->run->opts, &m->failed);
    err_set(&e, m->failed.code, "standard input: %s%s", m->failed.text, nothing);
    return face_fail(m->run->opts, &e);
}

static int exit_code(struct import *m, bool begun) {
    const struct copy_sink *s = &m->sink;
    const struct err *why = s->failed.code ? &s->failed : &m->failed;
    int code = 0;
    if (m->run->stopped.code) return errclass_exit_of_code(m->run->stopped.code);
    if (why == &m->failed && why->code) code = say_bad_file(m, begun);
    if (why == &s->failed) code = face_fail(m->run->opts, why);
    bool in_part = s->restored || s->in_doubt;
    if (code && in_part && why->code != VK_ELOST && why->code != VK_ETIMEOUT) return 7;
    return code ? code : s->faults.n ? 7 : 0;
}

static int finish(struct import *m, bool begun) {
    bool whole = !m->failed.code && !m->sink.failed.code && !m->run->stopped.code;
    progress_clear(&m->progress);
    if (begun) {
        copy_sink_say(&m->sink, m->server);
        tell(m, whole);
    } else if (m->run->opts->sweep.dry_run) {
        tell(m, whole);
    }
    return exit_code(m, begun);
}

/* A file that is to be restored, and can be read twice, is read before. */
static int check(struct import *m, struct err *e) {
    if (tty_is(STDIN_FILENO))
        return err_set(e, VK_EUSAGE,
                       "--import reads a file of --export from standard input: < FILE");
    off_t at = lseek(STDIN_FILENO, 0, SEEK_CUR);
    progress_begin(&m->progress, "checked", 0, true);
    if (m->run->opts->sweep.dry_run || at >= 0) check_file(m);
    if (m->failed.code || m->run->stopped.code || m->run->opts->sweep.dry_run) return VK_MORE;
    m->total = m->keys;
    if (at >= 0 && lseek(STDIN_FILENO, at, SEEK_SET) < 0)
        return err_sys(e, VK_EFILE, "cannot read standard input again");
    begin_file(m);
    return 0;
}

int import_main(struct run *r) {
    struct import m = {.run = r};
    struct err e;
    m.window = mem_alloc(READ_BYTES);
    int code = check(&m, &e);
    progress_clear(&m.progress);
    bool begun = code == 0;
    if (code == 0) {
        code = restore(&m, &e);
        begun = code == 0;
    }
    if (code < 0)
        code = face_fail(r->opts, &e);
    else
        code = finish(&m, begun);
    copy_sink_close(&m.sink);
    dumpfile_free(m.reader);
    free(m.window);
    return code;
}
