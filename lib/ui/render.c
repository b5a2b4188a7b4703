/* SPDX-License-Identifier: BSD-3-Clause */
/* From events to a format's operations: the stack of open aggregates, attributes (skipped), strings
 * cut into portions, flushing. What is printed is the formats' matter, render_<format>.c; they
 * follow redis-cli 7.0.15. Differences: big numbers, bulk errors and streamed values, which end
 * that tool, are printed, and a NUL byte does not end a simple string or an error.
 *
 * The one invariant: a string that comes whole takes the same road as one in pieces, so both print
 * the same bytes. */
#include "ui/render.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "ui/render_format.h"

enum { PORTION = 16384, HOLD_MAX = 1 << 26, FIRST_FRAMES = 8 };

static const struct render_ops *const formats[] = {
    [RENDER_STANDARD] = &render_standard_ops,
    [RENDER_RAW] = &render_raw_ops,
    [RENDER_CSV] = &render_csv_ops,
    [RENDER_JSON] = &render_json_ops,
    [RENDER_QUOTED_JSON] = &render_json_quoted_ops,
    [RENDER_NDJSON] = &render_ndjson_ops,
};

void render_init(struct render *r, const struct render_opts *o, struct buf *out,
                 render_flush_fn *flush, void *flush_arg) {
    *r = (struct render){.opts = *o, .out = out, .flush = flush, .flush_arg = flush_arg};
    if (!o->delim) r->opts.delim = "\n", r->opts.delim_len = 1;
    if (!o->cmd_delim) r->opts.cmd_delim = "\n", r->opts.cmd_delim_len = 1;
    buf_init(&r->hold, HOLD_MAX);
    render_begin(r, false);
}

void render_release(struct render *r) {
    free(r->frames);
    buf_release(&r->hold);
    *r = (struct render){0};
}

void render_begin(struct render *r, bool plain) {
    r->plain = plain && r->opts.format != RENDER_NDJSON;
    r->ops = r->plain ? &render_raw_ops : formats[r->opts.format];
    r->depth = r->skipping = r->n_marks = r->key_depth = r->pending_len = 0;
    r->line_due = r->base64 = false;
    r->error = 0;
    buf_clear(&r->hold);
}

static void give_out(struct render *r) {
    if (r->error) return;
    if (r->flush && r->out->len > RENDER_FLUSH_BYTES) r->error = r->flush(r->flush_arg);
    if (!r->error && (r->out->over || r->hold.over)) r->error = VK_ELIMIT;
}

static void put_text(struct render *r, const char *p, size_t n) {
    while (n && !r->error) {
        size_t portion = n < PORTION ? n : PORTION;
        r->ops->text(r, p, portion);
        p += portion;
        n -= portion;
        if (n) give_out(r);
    }
}

static void value_begins(struct render *r, const struct resp_event *ev) {
    r->text = ev->type;
    if (r->depth) r->ops->before(r, render_top(r), ev);
}

static void value_ends(struct render *r) {
    if (!r->depth) {
        r->ops->end(r);
        return;
    }
    struct render_frame *in = render_top(r);
    if (r->ops->after) r->ops->after(r, in);
    in->i++;
}

static void on_value(struct render *r, const struct resp_event *ev) {
    value_begins(r, ev);
    if (ev->type == RESP_NIL || ev->type == RESP_INT || ev->type == RESP_BOOL) {
        r->ops->scalar(r, ev);
    } else {
        r->ops->text_open(r, (int64_t)ev->len);
        put_text(r, ev->p, ev->len);
        r->ops->text_close(r);
    }
    value_ends(r);
}

static void on_open(struct render *r, const struct resp_event *ev) {
    value_begins(r, ev);
    if (r->depth == r->cap) {
        r->cap = r->cap ? r->cap * 2 : FIRST_FRAMES;
        r->frames = mem_realloc(r->frames, r->cap, sizeof *r->frames);
    }
    r->frames[r->depth++] = (struct render_frame){.type = ev->type, .n = ev->n};
    r->ops->open(r, render_top(r));
}

static void on_close(struct render *r) {
    if (!r->depth) return;
    r->ops->close(r, render_top(r));
    r->depth--;
    value_ends(r);
}

/* Attributes, with all that is inside of them. */
static bool is_skipped(struct render *r, const struct resp_event *ev) {
    if (ev->type != RESP_ATTR) return r->skipping;
    if (ev->kind == RESP_OPEN) r->skipping++;
    if (ev->kind == RESP_CLOSE && r->skipping) r->skipping--;
    return true;
}

int render_event(struct render *r, const struct resp_event *ev) {
    if (r->error || is_skipped(r, ev)) return r->error;
    switch (ev->kind) {
    case RESP_VALUE: on_value(r, ev); break;
    case RESP_TEXT_OPEN:
        value_begins(r, ev);
        r->ops->text_open(r, ev->n);
        break;
    case RESP_TEXT: put_text(r, ev->p, ev->len); break;
    case RESP_TEXT_CLOSE:
        r->ops->text_close(r);
        value_ends(r);
        break;
    case RESP_OPEN: on_open(r, ev); break;
    case RESP_CLOSE: on_close(r); break;
    }
    give_out(r);
    return r->error;
}

static int on_replay(void *arg, const struct resp_event *ev) {
    return render_event(arg, ev);
}

int render_reply(struct render *r, const struct reply *reply) {
    return reply_replay(reply, on_replay, r);
}

bool render_command_is_plain(int argc, const char *const *argv, const size_t *lens) {
    static const struct {
        const char *name, *sub;
        int argc; /* exactly, 0 = any */
    } plain[] = {
        {"info", NULL, 0},        {"lolwut", NULL, 0},           {"debug", "htstats", 0},
        {"cluster", "nodes", 2},  {"debug", "htstats-key", 0},   {"debug", "client-eviction", 0},
        {"cluster", "info", 2},   {"memory", "malloc-stats", 0}, {"memory", "doctor", 0},
        {"client", "list", 0},    {"client", "info", 0},         {"latency", "graph", 3},
        {"latency", "doctor", 2}, {"proxy", "info", 0},
    };
    for (size_t i = 0; argc && i < sizeof plain / sizeof *plain; i++) {
        if (!str_ieq(argv[0], lens ? lens[0] : strlen(argv[0]), plain[i].name)) continue;
        if (!plain[i].sub) return true;
        if (argc < 2 || (plain[i].argc && argc != plain[i].argc)) continue;
        if (str_ieq(argv[1], lens ? lens[1] : strlen(argv[1]), plain[i].sub)) return true;
    }
    return false;
}
