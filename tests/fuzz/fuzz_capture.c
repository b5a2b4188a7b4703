/* SPDX-License-Identifier: BSD-3-Clause */
/* Arbitrary bytes as a capture file. The input: a byte (the windows' size), then the stream, which
 * is read as it is, and once more behind a header and two nodes, so that records are reached.
 *
 * Held: windows give the same records, the same error and the same ending as the whole; what was
 * read is written so that reading it again gives the same. */
#include <string.h>

#include "tests/unit/capture_cases.h"

#define HOLD(what)                                                                                 \
    do {                                                                                           \
        if (!(what)) __builtin_trap();                                                             \
    } while (0)

struct reading {
    struct capture_reader *r;
    struct buf said, again;
    struct err e;
};

static const struct capture_limits limits = {.args = 64, .record = 4096};

static void reading_init(struct reading *g) {
    g->r = capture_new(&limits);
    buf_init(&g->said, 1 << 24);
    buf_init(&g->again, 1 << 24);
    err_clear(&g->e);
}

static void reading_release(struct reading *g) {
    capture_free(g->r);
    buf_release(&g->said);
    buf_release(&g->again);
}

/* 0 or an error, as capture_next. */
static int take(struct reading *g, const char *p, size_t n) {
    struct capture_record record;
    int rc;
    capture_feed(g->r, p, n);
    while ((rc = capture_next(g->r, &record, &g->e)) == 1) {
        say_record(&g->said, &record);
        HOLD(!capture_put(&g->again, &record));
    }
    return rc;
}

/* What was written of a whole capture is read as the same; numbers that were not written in the
 * shortest way are then. */
static void check_again(const struct reading *g) {
    struct reading second;
    if (capture_unknown(g->r)) return; /* not written again: the end's count is another */
    reading_init(&second);
    HOLD(!take(&second, g->again.p, g->again.len));
    HOLD(second.said.len == g->said.len);
    HOLD(!g->said.len || !memcmp(second.said.p, g->said.p, g->said.len));
    reading_release(&second);
}

static void read_both_ways(const char *p, size_t len, size_t window) {
    struct reading whole, cut;
    reading_init(&whole);
    reading_init(&cut);
    int rc = take(&whole, p, len), rc_cut = 0;
    for (size_t at = 0; at < len && !rc_cut; at += window)
        rc_cut = take(&cut, p + at, len - at < window ? len - at : window);
    HOLD(rc == rc_cut && rc == whole.e.code && !strcmp(whole.e.text, cut.e.text));
    HOLD(whole.said.len == cut.said.len);
    HOLD(!whole.said.len || !memcmp(whole.said.p, cut.said.p, cut.said.len));
    HOLD(capture_offset(whole.r) == capture_offset(cut.r));
    HOLD(rc || capture_ending(whole.r) == capture_ending(cut.r));
    check_again(&whole);
    reading_release(&whole);
    reading_release(&cut);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char head[] = "*5\r\n$14\r\nvalkit-capture\r\n$1\r\n1\r\n$1\r\n7\r\n$1\r\np\r\n"
                               "$1\r\ns\r\n*3\r\n$4\r\nnode\r\n$1\r\n0\r\n$1\r\na\r\n"
                               "*3\r\n$4\r\nnode\r\n$1\r\n1\r\n$1\r\nb\r\n";
    if (!size) return 0;
    const char *p = (const char *)data + 1;
    size_t window = 1 + data[0] % 16;
    read_both_ways(p, size - 1, window);
    struct buf with;
    buf_init(&with, 1 << 24);
    buf_add(&with, head, sizeof head - 1);
    buf_add(&with, p, size - 1);
    read_both_ways(with.p, with.len, window);
    buf_release(&with);
    return 0;
}
