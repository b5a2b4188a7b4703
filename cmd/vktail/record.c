/* SPDX-License-Identifier: BSD-3-Clause */
/* See record.h. Records are gathered and written in blocks; once a second what is there is flushed,
 * so that a recording that is killed lacks no more than that. */
#include "record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "core/capture.h"
#include "io/gzfile.h"

enum {
    BLOCK_BYTES = 1 << 16,
    RECORD_MAX = 1 << 30,
    FILES_MAX = 1000000,
    FLUSH_MS = 1000,
};

struct record {
    struct record_opts opts;
    struct record_source from;
    struct loop *loop;
    struct loop_timer timer; /* set while something is not flushed */
    struct gzfile *file;
    struct buf block;
    bool declared[CAPTURE_NODES_MAX]; /* nodes of the file under way */
    uint64_t n;                       /* records of it behind its header */
    int number;                       /* of the file */
    struct err late;                  /* what a flush between two records met */
};

/* ---- bytes ---- */

static int write_block(struct record *r, struct err *e) {
    int code = gzfile_write(r->file, r->block.p, r->block.len, e);
    buf_clear(&r->block);
    return code;
}

static void on_flush(void *arg) {
    struct record *r = arg;
    if (r->late.code) return;
    if (write_block(r, &r->late) < 0) return;
    if (gzfile_flush(r->file, &r->late) == 0) err_clear(&r->late);
}

static int put(struct record *r, const struct capture_record *record, struct err *e) {
    if (capture_put(&r->block, record) < 0)
        return err_set(e, VK_EFILE, "an event is too long for a capture");
    if (record->kind != CAPTURE_HEADER) r->n++;
    if (!r->timer.index)
        loop_timer_set(r->loop, &r->timer, clock_now_ns() + FLUSH_MS * CLOCK_NS_PER_MS);
    return r->block.len >= BLOCK_BYTES ? write_block(r, e) : 0;
}

static struct capture_text text_of(const char *text) {
    return (struct capture_text){text, strlen(text)};
}

/* ---- files ---- */

/* The next name that is free; without rotation there is one only. */
static int create(struct record *r, struct err *e) {
    const char *path = r->opts.path, *dot = strrchr(path, '.');
    bool gzip = r->opts.gzip || (dot && !strcmp(dot, ".gz"));
    struct buf name;
    buf_init(&name, strlen(path) + 32);
    int code;
    do {
        buf_clear(&name);
        buf_adds(&name, path);
        if (r->number) buf_addf(&name, ".%d", r->number);
        code = gzfile_create(buf_cstr(&name), gzip, &r->file, e);
    } while (code < 0 && r->number && e->sys == EEXIST && r->number++ < FILES_MAX);
    buf_release(&name);
    return code;
}

static int declare(struct record *r, int node, struct err *e) {
    if (node < 0 || node >= CAPTURE_NODES_MAX || r->declared[node]) return 0;
    r->declared[node] = true;
    return put(r,
               &(struct capture_record){.kind = CAPTURE_NODE,
                                        .node = node,
                                        .text = text_of(r->from.node(r->from.arg, node))},
               e);
}

static int begin_file(struct record *r, struct err *e) {
    memset(r->declared, 0, sizeof r->declared);
    r->n = 0;
    int code = create(r, e);
    if (code == 0)
        code = put(r,
                   &(struct capture_record){.kind = CAPTURE_HEADER,
                                            .time_us = clock_wall_us(),
                                            .program = text_of("vktail " VK_VERSION),
                                            .text = text_of(r->from.mode)},
                   e);
    for (int i = 0; i < r->from.n_nodes && code == 0; i++)
        code = declare(r, i, e);
    return code;
}

static int end_file(struct record *r, struct err *e) {
    int code = put(
        r, &(struct capture_record){.kind = CAPTURE_END, .time_us = clock_wall_us(), .count = r->n},
        e);
    if (code == 0) code = write_block(r, e);
    struct gzfile *file = r->file;
    r->file = NULL;
    if (code == 0) return gzfile_close(file, e);
    gzfile_free(file);
    return code;
}

static int rotate(struct record *r, struct err *e) {
    if (r->opts.size_mb <= 0 || (double)gzfile_size(r->file) < r->opts.size_mb * 1048576) return 0;
    int code = end_file(r, e);
    r->number++;
    return code == 0 ? begin_file(r, e) : code;
}

int record_new(struct loop *l, const struct record_opts *o, const struct record_source *from,
               struct record **out, struct err *e) {
    struct record *r = mem_zalloc(1, sizeof *r);
    r->loop = l;
    r->opts = *o;
    r->from = *from;
    r->timer = (struct loop_timer){.fn = on_flush, .arg = r};
    buf_init(&r->block, RECORD_MAX);
    int code = begin_file(r, e);
    if (code == 0)
        *out = r;
    else
        record_free(r);
    return code;
}

void record_free(struct record *r) {
    if (!r) return;
    loop_timer_clear(r->loop, &r->timer);
    gzfile_free(r->file);
    buf_release(&r->block);
    free(r);
}

/* ---- events ---- */

static struct capture_text text(struct event_text t) {
    return (struct capture_text){t.p, t.len};
}

static struct capture_record record_of(const struct event *ev) {
    struct capture_record r = {.node = ev->node, .time_us = ev->time_us};
    switch (ev->kind) {
    case EVENT_COMMAND:
        r.kind = ev->command ? CAPTURE_COMMAND : CAPTURE_RAW;
        if (ev->command) r.command = ev->command->ev;
        if (!ev->command) r.text = text(ev->line);
        break;
    case EVENT_MESSAGE:
        r.kind = ev->push == PUSH_PMESSAGE   ? CAPTURE_PMESSAGE
                 : ev->push == PUSH_SMESSAGE ? CAPTURE_SMESSAGE
                                             : CAPTURE_MESSAGE;
        r.channel = text(ev->channel);
        r.pattern = text(ev->pattern);
        r.text = text(ev->payload);
        break;
    case EVENT_ENTRY: break; /* options.c refuses it: the server keeps them */
    case EVENT_GAP:
        r.kind = CAPTURE_GAP;
        r.from_us = ev->from_us;
        r.text = text_of(ev->why);
        break;
    case EVENT_DROPPED:
        r.kind = CAPTURE_DROP;
        r.count = ev->dropped;
        r.text = text_of("output");
        break;
    }
    return r;
}

int record_put(struct record *r, const struct event *ev, struct err *e) {
    if (r->late.code) {
        *e = r->late;
        return e->code;
    }
    if (!ev) return 0;
    struct capture_record record = record_of(ev);
    if (record.node < 0) return 0; /* a capture tells what was seen of nodes */
    int code = rotate(r, e);
    if (code == 0) code = declare(r, record.node, e);
    return code == 0 ? put(r, &record, e) : code;
}

int record_end(struct record *r, struct err *e) {
    int code = r->late.code;
    if (code) *e = r->late;
    if (code == 0) code = end_file(r, e);
    record_free(r);
    return code;
}
