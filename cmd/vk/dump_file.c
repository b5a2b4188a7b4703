/* SPDX-License-Identifier: BSD-3-Clause */
/* See dump_file.h. The file is put in its place once the connection is closed: the server need not
 * wait for our disk. */
#include "dump_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/msg.h"
#include "dump_tool.h"

enum { TOOL_MODE = 0644 };

static int open_file(struct dump_file *f, struct err *e) {
    int code = file_out_open(f->path, &f->out, e);
    if (code == 0 && f->tool) file_out_mode(f->out, TOOL_MODE);
    return code;
}

static int on_begin(void *arg, struct err *e) {
    struct dump_file *f = arg;
    f->begun = true;
    if (!f->tool) return 0;
    dump_tool_begin(f);
    return open_file(f, e);
}

/* What is wrong with the dump itself, with whose it is. */
static int fault(const struct dump_file *f, struct err *e) {
    struct err why = *e;
    return err_set(e, why.code, "%s: %s", f->node->name, why.text);
}

static int on_data(void *arg, const char *p, size_t n, struct err *e) {
    struct dump_file *f = arg;
    if (rdbcheck_take(&f->check, p, n, e) < 0) return fault(f, e);
    return file_out_write(f->out, p, n, e);
}

static int on_dump(void *arg, struct err *e) {
    struct dump_file *f = arg;
    return rdbcheck_end(&f->check, &f->summed, e) < 0 ? fault(f, e) : 0;
}

static void on_end(void *arg, const struct err *why) {
    struct dump_file *f = arg;
    struct err e;
    err_clear(&e);
    if (why) {
        f->why = *why;
    } else {
        if (f->tool) dump_tool_end(f);
        if (file_out_commit(f->out, &e) < 0) f->why = e;
        f->out = NULL; /* freed by the commit */
    }
    f->taken_ns = clock_now_ns() - f->start_ns;
    f->over = true;
}

void dump_file_start(struct dump_file *f, struct loop *l, const struct replica_opts *o) {
    const struct replica_hooks hooks = {
        .on_begin = on_begin, .on_data = on_data, .on_dump = on_dump, .on_end = on_end, .arg = f};
    rdbcheck_init(&f->check);
    f->start_ns = clock_now_ns();
    /* a file that cannot be written is no reason to make the server fork */
    f->over = !f->tool && open_file(f, &f->why) < 0;
    if (!f->over) f->replica = replica_new(l, f->node->client, o, &hooks);
}

void dump_file_release(struct dump_file *f) {
    replica_free(f->replica);
    file_out_abort(f->out);
    free(f->path);
}
