/* SPDX-License-Identifier: BSD-3-Clause */
/* Writing dump files. See dumpfile.h. A record is composed at the end of the output, so that its
 * check can be taken there. */
#include "core/dumpfile_impl.h"

#include <string.h>

#include "base/crc64.h"

const char dumpfile_kinds[] = "HKE";

static void put_number(struct buf *out, uint64_t v, int bytes) {
    char p[8];
    for (int i = 0; i < bytes; i++)
        p[i] = (char)(v >> (8 * i) & 0xff);
    buf_add(out, p, (size_t)bytes);
}

/* ---- records ---- */

struct record {
    struct dumpfile_writer *w;
    struct buf *out;
    size_t from; /* where it begins in out */
    uint64_t check;
};

static void note(struct record *r, size_t from) {
    if (!r->out->over) r->check = crc64_update(r->check, r->out->p + from, r->out->len - from);
}

static void open_record(struct record *r, struct dumpfile_writer *w, struct buf *out,
                        enum dumpfile_kind kind, size_t body) {
    *r = (struct record){w, out, out->len, w->check};
    buf_addc(out, dumpfile_kinds[kind]);
    put_number(out, body, 4);
    note(r, r->from);
    put_number(out, r->check, DUMPFILE_HEAD_CHECK);
}

static int close_record(struct record *r) {
    size_t body = r->from + DUMPFILE_HEAD + DUMPFILE_HEAD_CHECK;
    note(r, body);
    put_number(r->out, r->check, DUMPFILE_CHECK);
    if (r->out->over) {
        r->out->len = r->from;
        return VK_ELIMIT;
    }
    r->w->check = r->check;
    return 0;
}

/* ---- what is in them ---- */

static size_t text_len(struct dumpfile_text t) {
    return t.len < DUMPFILE_TEXT_MAX ? t.len : DUMPFILE_TEXT_MAX;
}

static void put_text(struct buf *out, struct dumpfile_text t) {
    put_number(out, text_len(t), 2);
    buf_add(out, t.p, text_len(t));
}

int dumpfile_begin(struct dumpfile_writer *w, struct buf *out, const struct dumpfile_header *h) {
    struct record r;
    size_t from = out->len;
    *w = (struct dumpfile_writer){.check = 0};
    buf_addf(out, DUMPFILE_MAGIC "%d\n", DUMPFILE_VERSION);
    if (out->over) return VK_ELIMIT;
    w->check = crc64_update(0, out->p + from, out->len - from);
    open_record(&r, w, out, DUMPFILE_HEADER,
                8 + 4 + 3 * 2 + text_len(h->program) + text_len(h->server) + text_len(h->source));
    put_number(out, (uint64_t)h->time_ms, 8);
    put_number(out, h->db, 4);
    put_text(out, h->program);
    put_text(out, h->server);
    put_text(out, h->source);
    return close_record(&r);
}

/* 0: too large. */
static size_t key_body(const struct dumpfile_key *k) {
    size_t most = DUMPFILE_BODY_MAX - 32;
    if (k->key.len > most || k->payload.len > most - k->key.len) return 0;
    return 1 + (k->expire_ms >= 0 ? 8 : 0) + (k->idle_s >= 0 ? 8 : 0) + (k->freq >= 0 ? 1 : 0) + 4 +
           k->key.len + k->payload.len;
}

int dumpfile_put(struct dumpfile_writer *w, struct buf *out, const struct dumpfile_key *k) {
    struct record r;
    size_t body = key_body(k);
    if (!body) return VK_ELIMIT;
    open_record(&r, w, out, DUMPFILE_KEY, body);
    buf_addc(out,
             (char)((k->expire_ms >= 0 ? DUMPFILE_EXPIRES : 0) |
                    (k->idle_s >= 0 ? DUMPFILE_IDLE : 0) | (k->freq >= 0 ? DUMPFILE_FREQ : 0)));
    if (k->expire_ms >= 0) put_number(out, (uint64_t)k->expire_ms, 8);
    if (k->idle_s >= 0) put_number(out, (uint64_t)k->idle_s, 8);
    if (k->freq >= 0) put_number(out, (uint64_t)k->freq, 1);
    put_number(out, k->key.len, 4);
    buf_add(out, k->key.p, k->key.len);
    buf_add(out, k->payload.p, k->payload.len);
    int code = close_record(&r);
    if (code == 0) w->keys++;
    return code;
}

int dumpfile_end(struct dumpfile_writer *w, struct buf *out) {
    struct record r;
    open_record(&r, w, out, DUMPFILE_END, 8);
    put_number(out, w->keys, 8);
    return close_record(&r);
}
