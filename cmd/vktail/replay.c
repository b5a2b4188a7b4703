/* SPDX-License-Identifier: BSD-3-Clause */
/* See replay.h. Names and reasons are the only texts of a capture that the forms take for our own:
 * they are made harmless here. */
#include "replay.h"

#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "base/safe.h"
#include "core/capture.h"
#include "io/gzfile.h"

enum { BLOCK_BYTES = 1 << 16, LINE_MAX_BYTES = 1 << 30, ARGS_MAX = 1 << 20, REASON_MAX = 1024 };

struct place {
    char *path;
    int64_t begun_us;
    int i;
};

struct replay {
    struct place *places;
    int n, at; /* places[at - 1] is under way */
    struct gzfile *file;
    struct capture_reader *reader;
    struct monitor raw; /* a malformed line, as far as it goes */
    struct monitor command;
    char **names; /* of nodes, by our number */
    int n_names;
    int *numbers; /* ours, by the capture's */
    int n_numbers;
    struct buf why;
    int n_cut;
    char block[BLOCK_BYTES];
};

static const char *path(const struct replay *r) {
    return r->places[r->at - 1].path;
}

/* ---- nodes ---- */

static int number_of(struct replay *r, const char *name) {
    for (int i = 0; i < r->n_names; i++)
        if (!strcmp(r->names[i], name)) return i;
    r->names = mem_realloc(r->names, (size_t)r->n_names + 1, sizeof *r->names);
    r->names[r->n_names] = mem_strdup(name);
    return r->n_names++;
}

static void declare(struct replay *r, const struct capture_record *node) {
    struct buf name;
    buf_init(&name, CAPTURE_NAME_MAX * 4 + 1);
    safe_add(&name, node->text.p, node->text.len, false);
    if (node->node >= r->n_numbers) {
        r->numbers = mem_realloc(r->numbers, (size_t)node->node + 1, sizeof *r->numbers);
        while (r->n_numbers <= node->node)
            r->numbers[r->n_numbers++] = -1;
    }
    r->numbers[node->node] = number_of(r, buf_cstr(&name));
    buf_release(&name);
}

const char *replay_node(void *arg, int node) {
    const struct replay *r = arg;
    return node >= 0 && node < r->n_names ? r->names[node] : "?";
}

int replay_nodes(const struct replay *r) {
    return r->n_names;
}

/* ---- files ---- */

static void close_file(struct replay *r) {
    gzfile_free(r->file);
    capture_free(r->reader);
    r->file = NULL;
    r->reader = NULL;
}

static int open_file(struct replay *r, struct err *e) {
    int code = gzfile_open(r->places[r->at].path, &r->file, e);
    if (code < 0) return code;
    r->at++;
    r->reader = capture_new(NULL);
    return 0;
}

/* The next bytes. 0: there are none. */
static int read_block(struct replay *r, struct err *e) {
    size_t n;
    int code = gzfile_read(r->file, r->block, sizeof r->block, &n, e);
    if (code < 0) return code;
    if (n) capture_feed(r->reader, r->block, n);
    return n > 0;
}

/* The next record; 0: the file has no more. */
static int next_record(struct replay *r, struct capture_record *out, struct err *e) {
    int code;
    while ((code = capture_next(r->reader, out, e)) == 0) {
        code = read_block(r, e);
        if (code <= 0) return code;
    }
    return code;
}

static int not_a_capture(const struct replay *r, const char *why, struct err *e) {
    return err_set(e, VK_EUSAGE, "'%.300s' is not a capture: %.120s", path(r), why);
}

static void warn_cut(struct replay *r, const char *why) {
    r->n_cut++;
    msg_warn("'%s' is incomplete: %s; its first %llu records were read", path(r), why,
             (unsigned long long)capture_records(r->reader));
}

/* The file ends here, well or not. */
static int end_file(struct replay *r, int code, struct err *e) {
    bool any = capture_records(r->reader) > 0;
    if (code == VK_EFILE || code == VK_ECANCEL) return code;
    if (code < 0 && !any) {
        const struct err why = *e;
        return not_a_capture(r, err_reason(&why), e);
    }
    if (code < 0) {
        warn_cut(r, err_reason(e));
    } else {
        switch (capture_ending(r->reader)) {
        case CAPTURE_ENDED: break;
        case CAPTURE_EMPTY: return not_a_capture(r, "it is empty", e);
        case CAPTURE_CUT:
            if (!any) return not_a_capture(r, "it ends within the first record", e);
            warn_cut(r, "it is cut inside a record");
            break;
        case CAPTURE_OPEN: warn_cut(r, "it has no end (killed, or still recording)"); break;
        }
    }
    close_file(r);
    return 0;
}

/* ---- their order ---- */

static int by_time(const void *a, const void *b) {
    const struct place *x = a, *y = b;
    if (x->begun_us != y->begun_us) return x->begun_us < y->begun_us ? -1 : 1;
    return x->i - y->i;
}

static int look_at_header(struct replay *r, struct err *e) {
    struct capture_record header;
    int code = open_file(r, e);
    if (code < 0) return code;
    code = next_record(r, &header, e);
    if (code <= 0) code = end_file(r, code, e);
    if (code > 0) r->places[r->at - 1].begun_us = header.time_us;
    close_file(r);
    return code < 0 ? code : 0;
}

static int put_in_order(struct replay *r, struct err *e) {
    int code = 0;
    for (int i = 0; i < r->n && code == 0; i++) {
        if (!strcmp(r->places[i].path, "-"))
            return err_set(e, VK_EUSAGE, "standard input is read alone");
        code = look_at_header(r, e);
    }
    r->at = 0;
    if (code == 0) qsort(r->places, (size_t)r->n, sizeof *r->places, by_time);
    return code;
}

int replay_new(char *const *paths, int n, struct replay **out, struct err *e) {
    struct replay *r = mem_zalloc(1, sizeof *r);
    int code;
    r->places = mem_zalloc((size_t)n, sizeof *r->places);
    for (r->n = 0; r->n < n; r->n++)
        r->places[r->n] = (struct place){.path = paths[r->n], .i = r->n};
    buf_init(&r->why, REASON_MAX * 4 + 1);
    monitor_init(&r->raw, ARGS_MAX, LINE_MAX_BYTES);
    code = n > 1 ? put_in_order(r, e) : 0;
    if (code == 0)
        *out = r;
    else
        replay_free(r);
    return code;
}

void replay_free(struct replay *r) {
    if (!r) return;
    close_file(r);
    for (int i = 0; i < r->n_names; i++)
        free(r->names[i]);
    free(r->names);
    free(r->numbers);
    free(r->places);
    buf_release(&r->why);
    monitor_release(&r->raw);
    free(r);
}

int replay_cut(const struct replay *r) {
    return r->n_cut;
}

/* ---- events ---- */

static struct event_text text(struct capture_text t) {
    return (struct event_text){t.p, t.len};
}

static void take_message(struct event *ev, const struct capture_record *c) {
    ev->kind = EVENT_MESSAGE;
    ev->push = c->kind == CAPTURE_PMESSAGE   ? PUSH_PMESSAGE
               : c->kind == CAPTURE_SMESSAGE ? PUSH_SMESSAGE
                                             : PUSH_MESSAGE;
    ev->channel = text(c->channel);
    ev->pattern = text(c->pattern);
    ev->payload = text(c->text);
}

static void take_raw(struct replay *r, struct event *ev, const struct capture_record *c) {
    ev->kind = EVENT_COMMAND;
    ev->line = text(c->text);
    if (monitor_head(&r->raw, c->text.p, c->text.len) == 0) ev->command = &r->raw;
}

static void take_gap(struct replay *r, struct event *ev, const struct capture_record *c) {
    buf_clear(&r->why);
    safe_add(&r->why, c->text.p, c->text.len < REASON_MAX ? c->text.len : REASON_MAX, false);
    ev->kind = EVENT_GAP;
    ev->from_us = c->from_us;
    ev->why = buf_cstr(&r->why);
}

/* False: the record is no event. */
static bool take(struct replay *r, struct event *ev, const struct capture_record *c) {
    *ev = (struct event){.time_us = c->time_us};
    ev->node = c->node < r->n_numbers ? r->numbers[c->node] : -1;
    switch (c->kind) {
    case CAPTURE_HEADER: r->n_numbers = 0; return false;
    case CAPTURE_END: return false;
    case CAPTURE_NODE: declare(r, c); return false;
    case CAPTURE_COMMAND:
        r->command = (struct monitor){.ev = c->command, .whole = true};
        ev->kind = EVENT_COMMAND;
        ev->command = &r->command;
        return true;
    case CAPTURE_RAW: take_raw(r, ev, c); return true;
    case CAPTURE_MESSAGE:
    case CAPTURE_SMESSAGE:
    case CAPTURE_PMESSAGE: take_message(ev, c); return true;
    case CAPTURE_GAP: take_gap(r, ev, c); return true;
    case CAPTURE_DROP:
        ev->kind = EVENT_DROPPED;
        ev->dropped = c->count;
        return true;
    }
    return false;
}

int replay_next(struct replay *r, struct event *ev, struct err *e) {
    struct capture_record record;
    for (;;) {
        if (!r->file && r->at == r->n) return 0;
        int code = r->file ? 0 : open_file(r, e);
        if (code == 0) code = next_record(r, &record, e);
        if (code > 0 && take(r, ev, &record)) return 1;
        if (code <= 0) code = r->file ? end_file(r, code, e) : code;
        if (code < 0) return code;
    }
}
