/* SPDX-License-Identifier: BSD-3-Clause */
/* See bulk_csv.h. A line without a quote is a record: that is most of them, and found by memchr. */
#include "bulk_csv.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_FIELDS = 16 };

enum state { AT_FIELD, IN_BARE, IN_QUOTED, AT_QUOTE, AT_CR, BROKEN };

void bulk_csv_init(struct bulk_csv *c, char separator) {
    *c = (struct bulk_csv){.separator = separator};
}

/* The next state behind a byte that does not end the record. */
static enum state step(const struct bulk_csv *c, enum state state, char byte) {
    switch (state) {
    case AT_FIELD:
        if (byte == '"') return IN_QUOTED;
        return byte == c->separator ? AT_FIELD : IN_BARE;
    case IN_BARE: return byte == c->separator ? AT_FIELD : IN_BARE;
    case IN_QUOTED: return byte == '"' ? AT_QUOTE : IN_QUOTED;
    case AT_QUOTE:
        if (byte == '"') return IN_QUOTED;
        if (byte == '\r') return AT_CR;
        return byte == c->separator ? AT_FIELD : BROKEN;
    default: return BROKEN;
    }
}

static int give_up(struct bulk_csv *c, const char *p, size_t n, size_t *len) {
    const char *nl = memchr(p, '\n', n);
    if (!nl) return 0;
    *len = (size_t)(nl - p) + 1;
    bulk_csv_init(c, c->separator);
    return VK_EPARSE;
}

static int walk(struct bulk_csv *c, const char *p, size_t n, size_t *len) {
    enum state state = (enum state)c->state;
    for (size_t i = c->seen; i < n && state != BROKEN; i++) {
        if (p[i] == '\n' && state != IN_QUOTED) {
            *len = i + 1;
            bulk_csv_init(c, c->separator);
            return 1;
        }
        state = step(c, state, p[i]);
    }
    c->seen = n;
    c->state = (uint8_t)state;
    return 0;
}

int bulk_csv_give_up(struct bulk_csv *c, const char *p, size_t n, size_t *len,
                     enum bulk_csv_fault *fault) {
    *fault = BULK_CSV_OPEN;
    return give_up(c, p, n, len);
}

static int careful(struct bulk_csv *c, const char *p, size_t n, bool ended, size_t *len,
                   enum bulk_csv_fault *fault) {
    if (walk(c, p, n, len)) return 1;
    if (c->state == BROKEN) {
        *fault = BULK_CSV_BEHIND;
        return give_up(c, p, n, len);
    }
    return ended ? bulk_csv_give_up(c, p, n, len, fault) : 0;
}

int bulk_csv_next(struct bulk_csv *c, const char *p, size_t n, bool ended, size_t *len,
                  enum bulk_csv_fault *fault) {
    const char *nl = c->seen ? NULL : memchr(p, '\n', n);
    *fault = BULK_CSV_FINE;
    if (nl && (c->separator == '\t' || !memchr(p, '"', (size_t)(nl - p)))) {
        *len = (size_t)(nl - p) + 1;
        return 1;
    }
    if (c->separator != '\t') return careful(c, p, n, ended, len, fault);
    nl = memchr(p + c->seen, '\n', n - c->seen);
    c->seen = nl ? 0 : n;
    if (nl) *len = (size_t)(nl - p) + 1;
    return nl != NULL;
}

/* ---- fields ---- */

void bulk_csv_fields_init(struct bulk_csv_fields *f) {
    *f = (struct bulk_csv_fields){.n = 0};
    buf_init(&f->undone, SIZE_MAX / 2);
}

void bulk_csv_fields_release(struct bulk_csv_fields *f) {
    free(f->p);
    free(f->lens);
    buf_release(&f->undone);
}

static void add(struct bulk_csv_fields *f, const char *p, size_t len) {
    if (f->n == f->cap) {
        f->cap = f->cap ? 2 * f->cap : FIRST_FIELDS;
        f->p = mem_realloc(f->p, (size_t)f->cap, sizeof *f->p);
        f->lens = mem_realloc(f->lens, (size_t)f->cap, sizeof *f->lens);
    }
    f->p[f->n] = p;
    f->lens[f->n++] = len;
}

/* The quoted field at p; returns where it ends, behind its closing quote. */
static const char *add_quoted(struct bulk_csv_fields *f, const char *p, const char *end) {
    char *text = f->undone.p + f->undone.len, *to = text;
    for (p++; p < end; *to++ = *p++) {
        if (*p != '"') continue;
        p++;
        if (p == end || *p != '"') break;
    }
    f->undone.len += (size_t)(to - text);
    add(f, text, (size_t)(to - text));
    return p;
}

void bulk_csv_split(const struct bulk_csv *c, const char *p, size_t len,
                    struct bulk_csv_fields *f) {
    const char *end = p + len;
    if (len && end[-1] == '\n') end--;
    if (end > p && end[-1] == '\r') end--;
    f->n = 0;
    buf_clear(&f->undone);
    buf_reserve(&f->undone, len + 1); /* no field moves once it is undone */
    for (;;) {
        if (c->separator == ',' && p < end && *p == '"') {
            p = add_quoted(f, p, end);
        } else {
            const char *stop = memchr(p, c->separator, (size_t)(end - p));
            if (!stop) stop = end;
            add(f, p, (size_t)(stop - p));
            p = stop;
        }
        if (p >= end) return;
        p++; /* the separator */
    }
}
