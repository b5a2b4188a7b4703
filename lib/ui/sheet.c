/* SPDX-License-Identifier: BSD-3-Clause */
/* Filling a sheet. See sheet.h. */
#include "ui/sheet.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/str.h"

enum { FIRST_CELLS = 64, SHOWN_MAX = 128, NUMBER_MAX = 40 };

void sheet_init(struct sheet *s, size_t max_rows) {
    *s = (struct sheet){.max_rows = max_rows};
    arena_init(&s->arena);
}

void sheet_release(struct sheet *s) {
    arena_release(&s->arena);
    free(s->cells);
    free(s->rows);
    *s = (struct sheet){0};
}

bool sheet_row(struct sheet *s) {
    s->total++;
    s->skipping = s->max_rows && s->n_rows >= s->max_rows;
    if (s->skipping) return false;
    if (s->n_rows == s->rows_cap) {
        s->rows_cap = s->rows_cap ? s->rows_cap * 2 : FIRST_CELLS;
        s->rows = mem_realloc(s->rows, s->rows_cap, sizeof *s->rows);
    }
    s->rows[s->n_rows++] = s->n;
    return true;
}

static struct sheet_cell *add(struct sheet *s, const char *name, size_t name_len,
                              enum sheet_kind kind) {
    if (s->n == s->cap) {
        s->cap = s->cap ? s->cap * 2 : FIRST_CELLS;
        s->cells = mem_realloc(s->cells, s->cap, sizeof *s->cells);
    }
    s->cells[s->n] = (struct sheet_cell){.name = name, .name_len = name_len, .kind = kind};
    return &s->cells[s->n++];
}

void sheet_add(struct sheet *s, const char *name, size_t name_len, enum sheet_kind kind,
               const char *p, size_t len) {
    if (s->skipping) return;
    struct sheet_cell *c = add(s, name, name_len, kind);
    c->p = p;
    c->len = len;
}

void sheet_text(struct sheet *s, const char *name, const char *p, size_t len) {
    sheet_add(s, name, strlen(name), SHEET_TEXT, p, len);
}

void sheet_nil(struct sheet *s, const char *name) {
    sheet_add(s, name, strlen(name), SHEET_NIL, NULL, 0);
}

static size_t digits(const char *p, const char *end) {
    size_t n = 0;
    while (p + n < end && p[n] >= '0' && p[n] <= '9')
        n++;
    return n;
}

/* -?(0|[1-9]d*)(.d+)?([eE][+-]?d+)? of a length that no id has. */
static bool is_json_number(const char *p, size_t len) {
    const char *end = p + len;
    if (!len || len > NUMBER_MAX) return false;
    if (*p == '-') p++;
    size_t n = digits(p, end);
    if (!n || (*p == '0' && n > 1)) return false;
    p += n;
    if (p < end && *p == '.') {
        if (!(n = digits(p + 1, end))) return false;
        p += n + 1;
    }
    if (p < end && (*p == 'e' || *p == 'E')) {
        p++;
        if (p < end && (*p == '+' || *p == '-')) p++;
        if (!(n = digits(p, end))) return false;
        p += n;
    }
    return p == end;
}

void sheet_typed(struct sheet *s, const char *name, size_t name_len, const char *p, size_t len) {
    sheet_add(s, name, name_len, is_json_number(p, len) ? SHEET_NUMBER : SHEET_TEXT, p, len);
}

static void add_int(struct sheet *s, const char *name, size_t name_len, int64_t n) {
    char text[STR_INT_MAX];
    size_t len = str_put_i64(text, n);
    if (s->skipping) return;
    sheet_add(s, name, name_len, SHEET_NUMBER, arena_dup(&s->arena, text, len), len);
}

void sheet_int(struct sheet *s, const char *name, int64_t n) {
    add_int(s, name, strlen(name), n);
}

void sheet_reply(struct sheet *s, const char *name, const struct reply *r) {
    sheet_reply_named(s, name, strlen(name), r);
}

void sheet_reply_named(struct sheet *s, const char *name, size_t name_len, const struct reply *r) {
    switch (r->type) {
    case RESP_INT: add_int(s, name, name_len, r->n); return;
    case RESP_NIL: sheet_add(s, name, name_len, SHEET_NIL, NULL, 0); return;
    case RESP_BOOL:
        sheet_add(s, name, name_len, SHEET_BOOL, r->n ? "true" : "false", r->n ? 4 : 5);
        return;
    case RESP_DOUBLE: sheet_typed(s, name, name_len, r->p, r->len); return;
    case RESP_ERROR:
    case RESP_BULK_ERROR: sheet_add(s, name, name_len, SHEET_ERROR, r->p, r->len); return;
    default: break;
    }
    if (!resp_read_is_aggregate(r->type))
        sheet_add(s, name, name_len, SHEET_TEXT, r->p, r->len);
    else if (!s->skipping)
        add(s, name, name_len, SHEET_TREE)->tree = r;
}

/* --- for people ------------------------------------------------------------------------------- */

void sheet_show(struct sheet *s, const char *fmt, ...) {
    char text[SHOWN_MAX];
    va_list ap;
    if (s->skipping || !s->n) return;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    size_t len = n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1;
    s->cells[s->n - 1].shown = arena_dup(&s->arena, text, len);
}

bool sheet_time(int64_t unix_s, char *text, size_t cap) {
    static const int64_t year_9999 = 253402300799;
    struct tm tm;
    time_t t = (time_t)unix_s;
    if (unix_s <= 0 || unix_s > year_9999 || !gmtime_r(&t, &tm)) return false;
    return strftime(text, cap, "%Y-%m-%d %H:%M:%SZ", &tm);
}

void sheet_show_time(struct sheet *s, int64_t unix_s) {
    char text[32];
    if (sheet_time(unix_s, text, sizeof text)) sheet_show(s, "%s", text);
}

void sheet_show_bytes(struct sheet *s, int64_t n) {
    static const char *const units[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    double v = (double)n / 1024;
    size_t unit = 0;
    if (n < 1024) return;
    for (; v >= 1023.95 && unit + 1 < sizeof units / sizeof *units; unit++)
        v /= 1024;
    sheet_show(s, "%.1f %s", v, units[unit]);
}

char *sheet_keep(struct sheet *s, const struct buf *b) {
    return arena_dup(&s->arena, b->p ? b->p : "", b->len);
}
