/* SPDX-License-Identifier: BSD-3-Clause */
/* Arbitrary bytes through the reader, the tree builder and the scanner. The input: a byte k, then
 * k % 8 bytes of window sizes (used in turn, 0 = an empty window), then the stream.
 *
 * Held: the reader gives the same trace (pieces of a string joined) and the same error, to the
 * letter, whole and in windows; the scanner counts the same replies, errors and pushes, and fails
 * with the same words; the builder finishes as many trees as there are `done` events, and a tree
 * replayed gives the trace of what was built. May differ, and is not compared: which pieces a
 * string comes in; in trees, that something was streamed, and pushes inside a value (both are left
 * out of the tree). */
#include "resp/reply.h"
#include "resp/scan.h"

#include "tests/unit/resp_trace.h"

#define HOLD(what)                                                                                 \
    do {                                                                                           \
        if (!(what)) __builtin_trap();                                                             \
    } while (0)

struct input {
    const uint8_t *sizes;
    size_t n_sizes, turn;
    const char *p;
    size_t len;
};

/* The next window's size, of what is left. */
static size_t next_size(struct input *in) {
    if (!in->n_sizes) return in->len;
    size_t n = in->sizes[in->turn++ % in->n_sizes];
    if (in->turn % in->n_sizes == 0) n++; /* not for ever nothing */
    return n < in->len ? n : in->len;
}

static bool same(const struct buf *a, const struct buf *b) {
    return a->len == b->len && (!a->len || !memcmp(a->p, b->p, a->len));
}

static void read_windows(struct trace *t, struct resp_reader *r, struct input in) {
    int got = 0;
    while (in.len && !got) {
        size_t n = next_size(&in);
        got = trace_window(t, r, in.p, n);
        in.p += n;
        in.len -= n;
    }
    HOLD(got <= 0 && got == r->err.code);
}

static void scan_windows(struct resp_scanner *s, struct input in) {
    size_t used;
    int got = 0;
    while (in.len && got >= 0) {
        size_t n = next_size(&in);
        got = resp_scan_feed(s, in.p, n, in.n_sizes > 3 ? 1 : 0, &used);
        HOLD(got < 0 || used == n || got == 1);
        in.p += used;
        in.len -= used;
    }
}

/* The trace of a stream without what a tree forgets. */
struct plain {
    struct trace t;
    uint32_t skip; /* inside a push inside a value, opened at this depth; UINT32_MAX = not */
    bool streamed;
};

static void plain_event(struct plain *p, const struct resp_event *ev) {
    bool opens = ev->kind == RESP_OPEN && ev->type == RESP_PUSH && ev->depth;
    if (p->skip == UINT32_MAX && opens) p->skip = ev->depth;
    bool hidden = p->skip != UINT32_MAX;
    if (ev->kind == RESP_CLOSE && ev->depth == p->skip) p->skip = UINT32_MAX;
    if (hidden) return;
    if ((ev->kind == RESP_OPEN || ev->kind == RESP_TEXT_OPEN) && ev->n < 0) p->streamed = true;
    trace_event(&p->t, ev);
}

static int replay_event(void *arg, const struct resp_event *ev) {
    trace_event(arg, ev);
    return 0;
}

static void check_tree(struct plain *plain, const struct reply *root) {
    struct trace again;
    trace_init(&again);
    HOLD(!reply_replay(root, replay_event, &again));
    HOLD(!again.n_wrong && again.n_done == 1);
    if (!plain->streamed) HOLD(same(&again.text, &plain->t.text));
    buf_release(&again.text);
    buf_clear(&plain->t.text);
    plain->streamed = false;
}

static unsigned build_all(struct resp_reader *r, struct input in) {
    struct plain plain = {.skip = UINT32_MAX};
    struct reply_builder b;
    struct resp_event ev;
    unsigned n_trees = 0;
    trace_init(&plain.t);
    reply_builder_init(&b, (size_t)1 << 28);
    while (in.len && !r->err.code) {
        size_t n = next_size(&in);
        resp_read_feed(r, in.p, n);
        while (resp_read_next(r, &ev) == 1) {
            plain_event(&plain, &ev);
            int code = reply_build(&b, &ev);
            HOLD(code == (ev.done ? 0 : VK_MORE));
            if (code) continue;
            check_tree(&plain, b.root);
            reply_builder_clear(&b);
            n_trees++;
        }
        in.p += n;
        in.len -= n;
    }
    reply_builder_release(&b);
    buf_release(&plain.t.text);
    return n_trees;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (!size || size < 1u + data[0] % 8) return 0;
    struct input in = {.sizes = data + 1, .n_sizes = data[0] % 8};
    in.p = (const char *)data + 1 + in.n_sizes;
    in.len = size - 1 - in.n_sizes;
    struct input whole = {.p = in.p, .len = in.len};

    struct resp_reader r, cut;
    struct resp_scanner s;
    struct trace t, t_cut;
    resp_read_init(&r, NULL);
    resp_read_init(&cut, NULL);
    resp_scan_init(&s);
    trace_init(&t);
    trace_init(&t_cut);

    read_windows(&t, &r, whole);
    read_windows(&t_cut, &cut, in);
    HOLD(!t.n_wrong && !t_cut.n_wrong && t.n_done == t_cut.n_done);
    HOLD(same(&t.text, &t_cut.text));
    HOLD(!strcmp(r.err.text, cut.err.text) && r.err.code == cut.err.code);
    HOLD(resp_read_at_start(&r) == resp_read_at_start(&cut));

    scan_windows(&s, in);
    HOLD(s.replies + s.pushes == t.n_done);
    HOLD(!strcmp(r.err.text, s.reader.err.text));

    resp_read_reset(&cut);
    HOLD(build_all(&cut, in) == t.n_done);

    resp_read_release(&r);
    resp_read_release(&cut);
    resp_scan_release(&s);
    buf_release(&t.text);
    buf_release(&t_cut.text);
    return 0;
}
