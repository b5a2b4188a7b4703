/* SPDX-License-Identifier: BSD-3-Clause */
/* See bulk_replies.h. "+OK" and whole numbers, most of what a load is answered with, are counted
 * where they lie; all else goes through the reader. */
#include "bulk_replies.h"

#include <string.h>

enum { ERROR_TEXT_MAX = 4096 };

static const char ok[] = "+OK\r\n";
enum { OK_LEN = sizeof ok - 1 };

/* ---- one reply ---- */

void bulk_verdict_init(struct bulk_verdict *v) {
    *v = (struct bulk_verdict){.error = false};
    buf_init(&v->text, ERROR_TEXT_MAX);
}

void bulk_verdict_clear(struct bulk_verdict *v) {
    v->error = v->keeps = false;
    v->inside = 0;
    buf_clear(&v->text);
}

void bulk_verdict_take(struct bulk_verdict *v, const struct resp_event *ev) {
    size_t room = v->text.max - v->text.len;
    if (ev->aside || !resp_read_is_error(ev->type)) return;
    if (ev->kind == RESP_VALUE || ev->kind == RESP_TEXT_OPEN) {
        v->keeps = bulk_verdict_is_good(v);
        if (ev->depth)
            v->inside++;
        else
            v->error = true;
    }
    if (v->keeps && (ev->kind == RESP_VALUE || ev->kind == RESP_TEXT))
        buf_add(&v->text, ev->p, ev->len < room ? ev->len : room);
}

/* ---- all of them ---- */

void bulk_replies_init(struct bulk_replies *r, const struct bulk_replies_hooks *hooks) {
    *r = (struct bulk_replies){.hooks = *hooks};
    resp_read_init(&r->reader, NULL);
    bulk_verdict_init(&r->verdict);
}

void bulk_replies_release(struct bulk_replies *r) {
    resp_read_release(&r->reader);
    buf_release(&r->verdict.text);
}

/* From p on as far as it goes; *count = how many replies that were. */
static const char *skip_plain(const char *p, const char *end, uint64_t *count) {
    int64_t value;
    for (;; ++*count) {
        const char *behind = NULL;
        if (end - p >= OK_LEN && !memcmp(p, ok, OK_LEN))
            behind = p + OK_LEN;
        else if (p < end && *p == ':')
            behind = resp_read_count(p + 1, end, &value);
        if (!behind) return p;
        p = behind;
    }
}

static void take(struct bulk_replies *r, const struct resp_event *ev) {
    bulk_verdict_take(&r->verdict, ev);
    if (!ev->done || ev->aside) return;
    if (bulk_verdict_is_good(&r->verdict)) {
        r->hooks.on_good(r->hooks.arg, 1);
        return;
    }
    r->hooks.on_error(r->hooks.arg, &r->verdict);
    bulk_verdict_clear(&r->verdict);
}

int bulk_replies_feed(struct bulk_replies *r, const char *p, size_t n, struct err *e) {
    const char *end = p + n;
    struct resp_event ev;
    int code = 0;
    while (p < end) {
        uint64_t count = 0;
        if (resp_read_at_start(&r->reader)) p = skip_plain(p, end, &count);
        if (count) r->hooks.on_good(r->hooks.arg, count);
        if (p == end) break;
        resp_read_feed(&r->reader, p, (size_t)(end - p));
        do {
            code = resp_read_next(&r->reader, &ev);
            if (code > 0) take(r, &ev);
        } while (code > 0 && !ev.done);
        if (code < 0) return err_set(e, code, "%s", r->reader.err.text);
        p = end - resp_read_unfeed(&r->reader);
    }
    return 0;
}
