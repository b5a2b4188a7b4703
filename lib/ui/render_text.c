/* SPDX-License-Identifier: BSD-3-Clause */
/* Server text on its way out: as it is, or with everything escaped that could drive a terminal (the
 * rules of base/safe). Strings come in pieces, so a UTF-8 sequence or CRLF that a piece's end cuts
 * waits in r->pending for its rest: at most three bytes, never a whole sequence. */
#include <string.h>

#include "base/safe.h"
#include "ui/render_format.h"

/* Bytes of the sequence that begins with c, by its look. */
static uint32_t sequence_len(char c) {
    unsigned char lead = (unsigned char)c;
    if (c == '\r') return 2; /* with the newline */
    return lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
}

static bool continues(char lead, char c) {
    return lead == '\r' ? c == '\n' : ((unsigned char)c & 0xc0) == 0x80;
}

/* Bytes at the end of p[0..n) that may be the beginning of a longer sequence. */
static size_t cut_len(const char *p, size_t n) {
    for (size_t k = 1; k <= 3 && k <= n; k++) {
        char c = p[n - k];
        if (((unsigned char)c & 0xc0) == 0x80) continue;
        return sequence_len(c) > k ? k : 0;
    }
    return 0;
}

void render_text_flush(struct render *r, render_text_fn *fn) {
    if (r->pending_len) fn(r, r->pending, r->pending_len);
    r->pending_len = 0;
}

void render_text_feed(struct render *r, const char *p, size_t n, render_text_fn *fn) {
    while (r->pending_len && n) {
        bool more = continues(r->pending[0], *p);
        if (more) r->pending[r->pending_len++] = *p++, n--;
        if (!more || r->pending_len == sequence_len(r->pending[0])) render_text_flush(r, fn);
    }
    size_t cut = cut_len(p, n);
    if (n > cut) fn(r, p, n - cut);
    if (!cut) return;
    memcpy(r->pending, p + n - cut, cut);
    r->pending_len = (uint32_t)cut;
}

static void put_line(struct render *r, const char *p, size_t n) {
    safe_add(render_sink(r), p, n, false);
}

/* A CRLF is a line end; any other CR would go back over what is printed. */
static void put_lines(struct render *r, const char *p, size_t n) {
    const char *end = p + n, *from = p, *cr = p;
    while ((cr = memchr(cr, '\r', (size_t)(end - cr)))) {
        cr++;
        if (cr == end || *cr != '\n') continue;
        safe_add(render_sink(r), from, (size_t)(cr - 1 - from), true);
        render_put(r, "\r", 1);
        from = cr;
    }
    safe_add(render_sink(r), from, (size_t)(end - from), true);
}

void render_text_put(struct render *r, const char *p, size_t n, bool lines) {
    if (r->opts.safe)
        render_text_feed(r, p, n, lines ? put_lines : put_line);
    else
        render_put(r, p, n);
}

void render_text_end(struct render *r, bool lines) {
    render_text_flush(r, lines ? put_lines : put_line);
}
