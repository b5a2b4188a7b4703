/* SPDX-License-Identifier: BSD-3-Clause */
/* Arbitrary bytes as a dump file. The input: a byte (the windows' size), then the file, which is
 * read as it is, and once more as bodies of records (a kind, a length, so many bytes) with checks
 * that are right, so that what is behind these is reached.
 *
 * Held: windows give the same records and the same error as the whole; what was read is written so
 * that reading it again gives the same. */
#include "base/crc64.h"
#include "tests/unit/dumpfile_cases.h"

#define HOLD(what)                                                                                 \
    do {                                                                                           \
        if (!(what)) __builtin_trap();                                                             \
    } while (0)

enum { BODY_MAX = 4096, SAID_MAX = 1 << 24 };

struct reading {
    struct dumpfile_reader *r;
    struct buf said;
    struct err e;
    int code;
};

static void read_file(struct reading *g, const char *p, size_t len, size_t window) {
    g->r = dumpfile_new(BODY_MAX);
    buf_init(&g->said, SAID_MAX);
    err_clear(&g->e);
    g->code = say_file(&g->said, g->r, p, len, window, &g->e);
    HOLD(g->code == g->e.code);
}

static void reading_release(struct reading *g) {
    dumpfile_free(g->r);
    buf_release(&g->said);
}

/* Written again, which a header's longer text may keep from being the same. */
static void write_again(struct buf *out, const char *p, size_t len) {
    struct dumpfile_reader *r = dumpfile_new(BODY_MAX);
    struct dumpfile_record record;
    struct dumpfile_writer w;
    dumpfile_feed(r, p, len);
    while (dumpfile_next(r, &record, NULL) == 1) {
        if (record.kind == DUMPFILE_HEADER)
            HOLD(!dumpfile_begin(&w, out, &record.header));
        else if (record.kind == DUMPFILE_KEY)
            HOLD(!dumpfile_put(&w, out, &record.key));
        else
            HOLD(!dumpfile_end(&w, out));
    }
    dumpfile_free(r);
}

static void check(const char *p, size_t len, size_t window) {
    struct reading whole, cut, again;
    struct buf out;
    read_file(&whole, p, len, len ? len : 1);
    read_file(&cut, p, len, window);
    HOLD(whole.code == cut.code && !strcmp(whole.e.text, cut.e.text));
    HOLD(whole.said.len == cut.said.len);
    HOLD(!whole.said.len || !memcmp(whole.said.p, cut.said.p, cut.said.len));
    HOLD(dumpfile_offset(whole.r) == dumpfile_offset(cut.r));
    if (!whole.code) {
        buf_init(&out, SAID_MAX);
        write_again(&out, p, len);
        HOLD(out.len <= len);
        read_file(&again, out.p, out.len, window);
        HOLD(!again.code && (out.len < len || again.said.len == whole.said.len));
        reading_release(&again);
        buf_release(&out);
    }
    reading_release(&whole);
    reading_release(&cut);
}

static void put_number(struct buf *out, uint64_t v, int bytes) {
    for (int i = 0; i < bytes; i++)
        buf_addc(out, (char)(v >> (8 * i)));
}

static void forge(struct buf *out, const uint8_t *data, size_t size) {
    static const char line[] = "valkit-dump 1\n";
    uint64_t sum = crc64_update(0, line, sizeof line - 1);
    buf_add(out, line, sizeof line - 1);
    while (size >= 2) {
        size_t n = data[1] < size - 2 ? data[1] : size - 2, from = out->len;
        buf_addc(out, (char)data[0]);
        put_number(out, n, 4);
        sum = crc64_update(sum, out->p + from, 5);
        put_number(out, sum, 4);
        buf_add(out, data + 2, n);
        sum = crc64_update(sum, data + 2, n);
        put_number(out, sum, 8);
        data += 2 + n;
        size -= 2 + n;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct buf forged;
    if (!size) return 0;
    size_t window = 1 + data[0] % 16;
    check((const char *)data + 1, size - 1, window);
    buf_init(&forged, SAID_MAX);
    forge(&forged, data + 1, size - 1);
    check(forged.p, forged.len, window);
    buf_release(&forged);
    return 0;
}
