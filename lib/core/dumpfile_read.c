/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading dump files. See dumpfile.h. What lies whole in a window is given out from there, what a
 * window's end cuts is gathered in `held`. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/crc64.h"
#include "core/dumpfile_impl.h"

enum {
    LINE_MAX_BYTES = sizeof DUMPFILE_MAGIC + 10,
    OTHERS_MAGIC = 8, /* bytes by which a file of another kind is known */
    KEEP_BYTES = 1 << 20,
    HELD_FIRST = 1 << 16,
};

enum part { PART_LINE, PART_HEAD, PART_BODY, PART_NONE };

struct dumpfile_reader {
    const char *p; /* the window */
    size_t left;
    struct buf held;
    bool given; /* held was given out, and goes with the next call */
    size_t body_max;
    enum part part; /* what comes next */
    enum dumpfile_kind kind;
    size_t body;
    uint64_t check;
    uint64_t at;     /* bytes used */
    uint64_t offset; /* where the record under way begins */
    uint64_t records, keys;
    struct err err; /* sticky */
};

struct dumpfile_reader *dumpfile_new(size_t body_max) {
    struct dumpfile_reader *r = mem_zalloc(1, sizeof *r);
    r->body_max = body_max ? body_max : DUMPFILE_BODY_MAX;
    buf_init(&r->held, r->body_max + DUMPFILE_CHECK + LINE_MAX_BYTES);
    return r;
}

void dumpfile_free(struct dumpfile_reader *r) {
    if (!r) return;
    buf_release(&r->held);
    free(r);
}

void dumpfile_feed(struct dumpfile_reader *r, const char *p, size_t n) {
    r->p = p;
    r->left = n;
}

/* ---- what is wrong ---- */

static int damaged(struct dumpfile_reader *r, const char *what) {
    return err_set(&r->err, VK_EPARSE, "record %" PRIu64 ", at byte %" PRIu64 " of the file: %s",
                   r->records + 1, r->offset, what);
}

/* What people take for such a file. */
static int not_one(struct dumpfile_reader *r, const char *p, size_t n) {
    static const struct {
        const char *begins, *is;
    } known[] = {
        {"REDIS", ": it is an RDB file, which a server loads at its start"},
        {"VALKEY", ": it is an RDB file, which a server loads at its start"},
        {"\x1f\x8b", ": it is compressed (gunzip it first)"},
        {"(\xb5/\xfd", ": it is compressed (unzstd it first)"},
    };
    const char *is = "";
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        size_t len = strlen(known[i].begins);
        if (n >= len && !memcmp(p, known[i].begins, len)) is = known[i].is;
    }
    return err_set(&r->err, VK_EPARSE, "this is no file of --export%s", is);
}

/* ---- bytes ---- */

static void use(struct dumpfile_reader *r, size_t n) {
    r->p += n;
    r->left -= n;
    r->at += n;
}

static void hold(struct dumpfile_reader *r, size_t n) {
    if (r->held.cap == 0 && n < HELD_FIRST) buf_reserve(&r->held, HELD_FIRST);
    buf_add(&r->held, r->p, n); /* no more than a record, which was checked */
    use(r, n);
}

static void drop_given(struct dumpfile_reader *r) {
    if (!r->given) return;
    r->given = false;
    if (r->held.cap > KEEP_BYTES) buf_release(&r->held);
    buf_clear(&r->held);
}

/* The next n bytes in one piece; NULL: the window has not got them. */
static const char *take(struct dumpfile_reader *r, size_t n) {
    if (!r->held.len && r->left >= n) {
        const char *p = r->p;
        use(r, n);
        return p;
    }
    size_t missing = n - r->held.len;
    hold(r, missing < r->left ? missing : r->left);
    if (r->held.len < n) return NULL;
    r->given = true;
    return r->held.p;
}

static uint64_t number(const char *p, int bytes) {
    uint64_t v = 0;
    for (int i = bytes; i-- > 0;)
        v = v << 8 | (unsigned char)p[i];
    return v;
}

/* ---- the first line ---- */

static int read_version(struct dumpfile_reader *r) {
    const char *p = r->held.p + sizeof DUMPFILE_MAGIC - 1;
    unsigned version = 0;
    for (; *p >= '0' && *p <= '9' && version < 100000; p++)
        version = version * 10 + (unsigned)(*p - '0');
    if (*p == '\r')
        return err_set(&r->err, VK_EPARSE, "the file was transferred as text, and is spoilt");
    if (*p != '\n' || !version) return not_one(r, r->held.p, r->held.len);
    if (version == DUMPFILE_VERSION) return 1;
    return err_set(&r->err, VK_EPARSE,
                   "the file is of version %u of the format, and this program knows version %d: "
                   "a newer one wrote it",
                   version, DUMPFILE_VERSION);
}

/* Byte by byte, so that what is said does not hang on the windows. */
static int read_line(struct dumpfile_reader *r) {
    static const char magic[] = DUMPFILE_MAGIC;
    while (r->left) {
        hold(r, 1);
        size_t n = r->held.len, known = n < sizeof magic - 1 ? n : sizeof magic - 1;
        bool line = r->held.p[n - 1] == '\n', wrong = memcmp(r->held.p, magic, known) != 0;
        if (n == LINE_MAX_BYTES || (wrong && (n == OTHERS_MAGIC || line)))
            return not_one(r, r->held.p, n);
        if (!line) continue;
        int code = n < sizeof magic ? not_one(r, r->held.p, n) : read_version(r);
        if (code < 0) return code;
        r->check = crc64_update(0, r->held.p, n);
        r->given = true;
        r->offset = r->at;
        r->part = PART_HEAD;
        return 1;
    }
    return 0;
}

/* ---- records ---- */

static int read_head(struct dumpfile_reader *r) {
    const char *p = take(r, DUMPFILE_HEAD + DUMPFILE_HEAD_CHECK);
    if (!p) return 0;
    r->check = crc64_update(r->check, p, DUMPFILE_HEAD);
    if (number(p + DUMPFILE_HEAD, DUMPFILE_HEAD_CHECK) != (r->check & UINT32_MAX))
        return damaged(r, "its check is wrong, so the file was altered here");
    const char *kind = *p ? strchr(dumpfile_kinds, *p) : NULL;
    if (!kind) return damaged(r, "of a kind that version 1 of the format does not have");
    r->kind = (enum dumpfile_kind)(kind - dumpfile_kinds);
    r->body = number(p + 1, 4);
    if ((r->kind == DUMPFILE_HEADER) != (r->records == 0))
        return damaged(r, r->records ? "a second header" : "the header is missing");
    if (r->body > r->body_max)
        return err_set(&r->err, VK_ELIMIT,
                       "record %" PRIu64 ", at byte %" PRIu64 " of the file: %zu bytes, more than "
                       "the %zu that are taken",
                       r->records + 1, r->offset, r->body, r->body_max);
    r->part = PART_BODY;
    return 1;
}

/* What is left of a body while it is taken to pieces. */
struct body {
    const char *p;
    size_t left;
    bool bad; /* it was shorter */
};

static const char *piece(struct body *b, size_t n) {
    const char *p = b->p;
    if (b->bad || n > b->left) {
        b->bad = true;
        return NULL;
    }
    b->p += n;
    b->left -= n;
    return p;
}

static uint64_t piece_number(struct body *b, int bytes) {
    const char *p = piece(b, (size_t)bytes);
    return p ? number(p, bytes) : 0;
}

static struct dumpfile_text piece_text(struct body *b, int length_bytes) {
    size_t len = piece_number(b, length_bytes);
    const char *p = piece(b, len);
    return (struct dumpfile_text){p, p ? len : 0};
}

static int64_t piece_signed(struct body *b) {
    uint64_t v = piece_number(b, 8);
    if (v > INT64_MAX) b->bad = true;
    return b->bad ? DUMPFILE_NONE : (int64_t)v;
}

static void take_header(struct body *b, struct dumpfile_header *h) {
    h->time_ms = piece_signed(b);
    h->db = (uint32_t)piece_number(b, 4);
    h->program = piece_text(b, 2);
    h->server = piece_text(b, 2);
    h->source = piece_text(b, 2);
    if (b->left) b->bad = true;
}

static void take_key(struct body *b, struct dumpfile_key *k) {
    unsigned flags = (unsigned)piece_number(b, 1);
    if (flags & ~(unsigned)(DUMPFILE_EXPIRES | DUMPFILE_IDLE | DUMPFILE_FREQ)) b->bad = true;
    k->expire_ms = flags & DUMPFILE_EXPIRES ? piece_signed(b) : DUMPFILE_NONE;
    k->idle_s = flags & DUMPFILE_IDLE ? piece_signed(b) : DUMPFILE_NONE;
    k->freq = flags & DUMPFILE_FREQ ? (int)piece_number(b, 1) : DUMPFILE_NONE;
    k->key = piece_text(b, 4);
    k->payload.len = b->left;
    k->payload.p = piece(b, b->left);
}

static int take_body(struct dumpfile_reader *r, struct body *b, struct dumpfile_record *out) {
    *out = (struct dumpfile_record){.kind = r->kind};
    switch (r->kind) {
    case DUMPFILE_HEADER: take_header(b, &out->header); break;
    case DUMPFILE_KEY: take_key(b, &out->key); break;
    case DUMPFILE_END:
        if (piece_number(b, 8) != r->keys || b->left) b->bad = true;
        break;
    }
    if (b->bad) return damaged(r, "it is not what it should be");
    r->keys += r->kind == DUMPFILE_KEY;
    r->records++;
    r->offset = r->at;
    r->part = r->kind == DUMPFILE_END ? PART_NONE : PART_HEAD;
    return 1;
}

static int read_body(struct dumpfile_reader *r, struct dumpfile_record *out) {
    const char *p = take(r, r->body + DUMPFILE_CHECK);
    if (!p) return 0;
    r->check = crc64_update(r->check, p, r->body);
    if (number(p + r->body, DUMPFILE_CHECK) != r->check)
        return damaged(r, "its check is wrong, so the file was altered here");
    return take_body(r, &(struct body){.p = p, .left = r->body}, out);
}

static int next(struct dumpfile_reader *r, struct dumpfile_record *out) {
    int code = 1;
    drop_given(r);
    if (r->part == PART_LINE) code = read_line(r);
    drop_given(r);
    if (code == 1 && r->part == PART_HEAD) code = read_head(r);
    drop_given(r);
    if (code == 1 && r->part == PART_BODY) return read_body(r, out);
    if (code < 0 || !r->left) return code < 0 ? code : 0;
    return r->part == PART_NONE ? damaged(r, "there are bytes behind the end") : 0;
}

int dumpfile_next(struct dumpfile_reader *r, struct dumpfile_record *out, struct err *e) {
    int code = r->err.code ? r->err.code : next(r, out);
    if (code < 0 && e) *e = r->err;
    return code;
}

/* ---- asking ---- */

int dumpfile_finish(const struct dumpfile_reader *r, struct err *e) {
    if (r->err.code) {
        if (e) *e = r->err;
        return r->err.code;
    }
    if (r->part == PART_NONE) return 0;
    if (!r->at) return err_set(e, VK_EPARSE, "the file is empty");
    if (r->part == PART_LINE) return err_set(e, VK_EPARSE, "this is no file of --export");
    return err_set(
        e, VK_EPARSE,
        "the file is cut: it ends at byte %" PRIu64 ", %s record %" PRIu64 ", without its end",
        r->at, r->at == r->offset ? "behind" : "inside of", r->records + (r->at != r->offset));
}

uint64_t dumpfile_offset(const struct dumpfile_reader *r) {
    return r->offset;
}
