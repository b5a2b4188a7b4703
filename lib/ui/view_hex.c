/* SPDX-License-Identifier: BSD-3-Clause */
/* The bytes of strings: offset, 16 bytes, their text, as `hexdump -C` has it. Elements of lists and
 * maps stand under their place, 2.1), those that are no strings in their words. */
#include <string.h>

#include "base/str.h"
#include "ui/oneline.h"
#include "ui/view_impl.h"

enum {
    ROW = 16,
    PLACE_MAX = 256, /* bytes of a place: deeper ones are cut */
    WORDS_MAX = 4096,
};

static void put_row(struct buf *out, const char *p, size_t at, size_t n) {
    static const char hex[] = "0123456789abcdef";
    char line[ROW * 3 + 1], *to = line;
    memset(line, ' ', sizeof line);
    for (size_t i = 0; i < n; i++, to += 3) {
        unsigned char c = (unsigned char)p[at + i];
        if (i == ROW / 2) to++;
        to[0] = hex[c >> 4];
        to[1] = hex[c & 15];
    }
    buf_addf(out, "%08zx  ", at);
    buf_add(out, line, sizeof line);
    buf_adds(out, " |");
    for (size_t i = 0; i < n; i++)
        buf_addc(out, p[at + i] >= ' ' && p[at + i] <= '~' ? p[at + i] : '.');
    buf_adds(out, "|\n");
}

/* rows = lines of a string, too: it is the unit here. */
static void put_string(const struct view_pen *v, const struct reply *r) {
    size_t rows = r->len / ROW + (r->len % ROW != 0), n = rows;
    if (v->o->rows && n > v->o->rows) n = v->o->rows;
    for (size_t i = 0; i < n && view_more_wanted(v); i++)
        put_row(v->out, r->p, i * ROW, r->len - i * ROW < ROW ? r->len - i * ROW : ROW);
    if (n == rows)
        buf_addf(v->out, "%08zx\n", r->len);
    else
        buf_addf(v->out, "... %zu more bytes\n", r->len - n * ROW);
}

static void put_scalar(const struct view_pen *v, const struct reply *r) {
    bool words = r->type == RESP_NIL || r->type == RESP_INT || r->type == RESP_BOOL ||
                 resp_read_is_error(r->type);
    if (words) {
        oneline_reply(v->out, r, WORDS_MAX);
        buf_addc(v->out, '\n');
    } else {
        put_string(v, r);
    }
}

static void put(const struct view_pen *v, const struct reply *r, char *place, size_t len) {
    if (!resp_read_is_aggregate(r->type)) {
        if (len) buf_addf(v->out, "%.*s)\n", (int)len, place);
        put_scalar(v, r);
        return;
    }
    size_t total = (size_t)r->n, n = v->o->rows && v->o->rows < total ? v->o->rows : total, i = 0;
    for (const struct reply *at = r->child; at && i < n && !v->out->over; at = at->next) {
        size_t to = len;
        if (to + STR_INT_MAX + 1 < PLACE_MAX) {
            if (to) place[to++] = '.';
            to += str_put_u64(place + to, i + 1);
        }
        put(v, at, place, to);
        i++;
    }
    view_tree_more(v, 0, total - n);
}

void view_hex(const struct view_pen *v, const struct reply *r) {
    char place[PLACE_MAX];
    put(v, r, place, 0);
}
