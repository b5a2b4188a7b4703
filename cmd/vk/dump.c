/* SPDX-License-Identifier: BSD-3-Clause */
/* See dump.h. All nodes of a cluster are asked at once, so that their dumps are of about the same
 * time; each file stands for itself. */
#include "dump.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/msg.h"
#include "core/errclass.h"
#include "dump_file.h"
#include "dump_tool.h"
#include "face.h"
#include "io/signal.h"
#include "io/tty.h"
#include "progress.h"
#include "replconf.h"
#include "ui/amount.h"
#include "ui/jsonw.h"

enum {
    SILENCE_S = 60, /* as long as a replica waits: a primary that lives says so each second */
    PROGRESS_MS = 200,
    NAME_BYTES = 1 << 16,
    LINE_BYTES = 1 << 16,
    PARTLY = 7,
};

struct dump {
    struct run *run;
    const char *path;
    bool functions;
    struct fleet fleet;
    struct dump_file *files; /* fleet.n of them */
    struct progress progress;
    bool begun; /* the first of them comes */
};

/* ---- the beginning ---- */

/* "dump.rdb" of 127.0.0.1:7001 is "dump-127.0.0.1-7001.rdb". */
static char *path_of_node(const char *path, const char *node) {
    struct buf out;
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    const char *end = dot && dot != name ? dot : path + strlen(path);
    buf_init(&out, NAME_BYTES);
    buf_add(&out, path, (size_t)(end - path));
    buf_addc(&out, '-');
    for (const char *p = node; *p; p++)
        if (!strchr("[]", *p)) buf_addc(&out, *p == ':' || *p == '/' ? '-' : *p);
    buf_adds(&out, end);
    char *made = mem_strdup(buf_cstr(&out));
    buf_release(&out);
    return made;
}

/* Before a server is asked for anything. */
static int check(const struct dump *d, struct err *e) {
    const struct options *o = d->run->opts;
    const char *name = d->functions ? "functions-rdb" : "rdb";
    if (strcmp(d->path, "-") != 0 || o->face != FACE_NATIVE) return 0;
    if (o->cluster)
        return err_set(e, VK_EUSAGE, "--%s with -c makes a file for each primary: not -", name);
    if (o->format == RENDER_JSON)
        return err_set(e, VK_EUSAGE, "--%s - and --json both write standard output", name);
    if (o->tty)
        return err_set(e, VK_EUSAGE, "--%s -: standard output is a terminal, for binary data",
                       name);
    return 0;
}

static int64_t silence_ns(const struct options *o) {
    double seconds = o->conn.command_timeout_s;
    if (o->face != FACE_NATIVE)
        seconds = 0;
    else if (seconds <= 0)
        seconds = SILENCE_S;
    return (int64_t)(seconds * (double)CLOCK_NS_PER_S);
}

static const struct replconf settings[] = {
    {"capa", "eof", false},
    {"rdb-only", "1", false},
    {"rdb-filter-only", "functions", true},
};
static const struct replconf own_settings[] = {
    REPLCONF_NOWHERE,
    {"capa", "eof", false},
    {"rdb-only", "1", false},
    {"rdb-filter-only", "functions", true},
};

static int introduce(struct dump *d, struct err *e) {
    const int n = d->functions ? 3 : 2;
    unsigned refused;
    if (d->run->opts->face != FACE_NATIVE) {
        int code = replconf_tool(d->fleet.nodes[0].client, settings, n, e);
        if (code == VK_ESERVER)
            err_set(e, code, "Failed requesting functions only RDB from server, aborting");
        return code;
    }
    struct err *why = mem_zalloc((size_t)d->fleet.n, sizeof *why);
    for (int i = 0; i < d->fleet.n; i++)
        why[i] = d->fleet.nodes[i].why;
    int code = replconf_all(&d->fleet, own_settings, n + 1, why, &refused, e);
    for (int i = 0; i < d->fleet.n; i++)
        d->files[i].why = why[i];
    free(why);
    return code;
}

static void start_all(struct dump *d) {
    const struct options *o = d->run->opts;
    const struct replica_opts how = {.old_sync = o->face != FACE_NATIVE,
                                     .silence_ns = silence_ns(o)};
    for (int i = 0; i < d->fleet.n; i++) {
        struct dump_file *f = &d->files[i];
        f->over = f->why.code;
        if (!f->over) dump_file_start(f, d->run->loop, &how);
    }
}

static int begin(struct dump *d, struct err *e) {
    const struct options *o = d->run->opts;
    int code = fleet_open_reachable(&d->fleet, d->run,
                                    o->sweep.replicas ? FLEET_A_REPLICA_EACH : FLEET_PRIMARIES, e);
    if (code < 0) return code;
    d->files = mem_zalloc((size_t)d->fleet.n, sizeof *d->files);
    for (int i = 0; i < d->fleet.n; i++) {
        struct dump_file *f = &d->files[i];
        f->node = &d->fleet.nodes[i];
        f->tool = o->face != FACE_NATIVE;
        f->path = d->run->wire.cluster ? path_of_node(d->path, f->node->name) : mem_strdup(d->path);
    }
    code = introduce(d, e);
    if (code == 0) start_all(d);
    return code;
}

/* ---- on the way ---- */

static bool is_over(const struct dump *d) {
    for (int i = 0; i < d->fleet.n; i++)
        if (!d->files[i].over) return false;
    return true;
}

static void begin_progress(struct dump *d) {
    progress_clear(&d->progress);
    progress_begin(&d->progress, "received", 0, true);
}

static void show_progress(struct dump *d) {
    uint64_t taken = 0, total = 0;
    bool known = true, begun = false;
    for (int i = 0; i < d->fleet.n; i++) {
        const struct dump_file *f = &d->files[i];
        if (!f->replica) continue;
        const struct rdbstream *s = replica_stream(f->replica);
        taken += s->n;
        total += s->size;
        begun |= f->begun;
        known &= s->size > 0;
    }
    if (begun && !d->begun) begin_progress(d); /* its pace is not that of the waiting before */
    d->begun |= begun;
    d->progress.total = known ? total : 0;
    progress_at(&d->progress, taken, begun ? NULL : "the server prepares the dump");
}

static void wait_for_all(struct dump *d) {
    begin_progress(d);
    while (!is_over(d) && !signal_stop()) {
        loop_turn(d->run->loop,
                  d->progress.shown ? clock_now_ns() + PROGRESS_MS * CLOCK_NS_PER_MS : -1);
        show_progress(d);
    }
    progress_clear(&d->progress);
}

/* ---- the end ---- */

static void tell_json(struct buf *out, const struct dump_file *f) {
    const struct rdbstream *s = f->replica ? replica_stream(f->replica) : NULL;
    buf_addc(out, '{');
    jsonw_text(out, "node", f->node->name);
    if (f->why.code) {
        jsonw_text(out, "error", f->why.text);
    } else {
        jsonw_text(out, "file", f->path);
        jsonw_count(out, "bytes", s->n);
        jsonw_count(out, "version", (uint64_t)rdbcheck_version(&f->check));
        jsonw_flag(out, "crc64", f->summed);
        jsonw_number(out, "seconds", (double)f->taken_ns / (double)CLOCK_NS_PER_S);
        if (s->resumable) {
            jsonw_text(out, "replication_id", s->replid);
            jsonw_count(out, "offset", s->offset);
        }
    }
    buf_adds(out, "}\n");
}

static void tell_line(const struct dump_file *f) {
    const struct rdbstream *s = replica_stream(f->replica);
    struct buf line;
    buf_init(&line, LINE_BYTES);
    if (strcmp(f->path, "-") != 0) buf_addf(&line, "%s: ", f->path);
    amount_add_bytes(&line, s->n);
    buf_addf(&line, " from %s in ", f->node->name);
    amount_add_time(&line, f->taken_ns);
    buf_adds(&line, f->summed ? ", CRC64 right" : ", without a CRC64 (the server's rdbchecksum)");
    if (s->resumable) buf_addf(&line, ", replication offset %llu", (unsigned long long)s->offset);
    msg_say("%s", buf_cstr(&line));
    buf_release(&line);
}

static void tell(struct dump *d, const struct dump_file *f) {
    if (f->why.code) msg_warn("%s", f->why.text);
    if (d->run->opts->format == RENDER_JSON)
        tell_json(&d->run->out, f);
    else if (!f->why.code)
        tell_line(f);
}

static int tell_all(struct dump *d) {
    int failed = 0, code = 0;
    for (int i = 0; i < d->fleet.n; i++) {
        const struct dump_file *f = &d->files[i];
        tell(d, f);
        failed += f->why.code != 0;
        if (f->why.code && !code) code = errclass_exit_of_code(f->why.code);
    }
    run_flush(d->run);
    if (d->fleet.n > 1 && failed) msg_warn("%d of %d dumps failed", failed, d->fleet.n);
    return failed && failed < d->fleet.n ? PARTLY : code;
}

static int tell_interrupted(const struct dump *d) {
    uint64_t taken = 0;
    struct buf line;
    for (int i = 0; d->files && i < d->fleet.n; i++)
        taken += d->files[i].replica ? replica_stream(d->files[i].replica)->n : 0;
    buf_init(&line, LINE_BYTES);
    amount_add_bytes(&line, taken);
    if (d->run->opts->face == FACE_NATIVE)
        msg_warn("interrupted after %s: what was not whole is not kept", buf_cstr(&line));
    buf_release(&line);
    return errclass_exit_of_code(VK_ECANCEL);
}

static int end(struct dump *d, int code, const struct err *e) {
    const struct options *o = d->run->opts;
    if (signal_stop()) return tell_interrupted(d);
    if (code < 0) return face_fail(o, e);
    if (o->face == FACE_NATIVE) return tell_all(d);
    return d->files[0].why.code ? dump_tool_fail(&d->files[0], o) : 0;
}

static int dump(struct dump *d) {
    struct err e;
    int code = check(d, &e);
    if (code < 0) return face_usage(d->run->opts, &e, NULL);
    code = begin(d, &e);
    if (code == 0) wait_for_all(d);
    code = end(d, code, &e);
    for (int i = 0; d->files && i < d->fleet.n; i++)
        dump_file_release(&d->files[i]);
    free(d->files);
    fleet_close(&d->fleet);
    return code;
}

int dump_main(struct run *r) {
    struct dump d = {.run = r, .path = r->opts->dump.rdb};
    return dump(&d);
}

int dump_functions_main(struct run *r) {
    struct dump d = {.run = r, .path = r->opts->dump.functions_rdb, .functions = true};
    return dump(&d);
}
