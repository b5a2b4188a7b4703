/* SPDX-License-Identifier: BSD-3-Clause */
/* The quick way to a short list of strings. See reply.h. It looks at the whole list before it
 * consumes any of it; what is cut, nested, of other types or too large is left to the careful way.
 */
#include <string.h>

#include "resp/reply.h"

/* The list's node and those of its strings, with their bytes behind them. */
struct flat {
    struct reply nodes[REPLY_FLAT_MAX + 1];
    char bytes[];
};

struct span {
    const char *p;
    size_t len;
};

/* "$7\r\nmessage\r\n" at p: the byte behind it, or NULL. */
static const char *take_string(const char *p, const char *end, struct span *out) {
    int64_t len;
    if (p == end || *p != RESP_BULK) return NULL;
    p = resp_read_count(p + 1, end, &len);
    if (!p || end - p < 2 || len > end - p - 2) return NULL;
    *out = (struct span){p, (size_t)len};
    p += len;
    return p[0] == '\r' && p[1] == '\n' ? p + 2 : NULL;
}

static void build(struct flat *f, enum resp_type type, const struct span *spans, int n) {
    char *to = f->bytes;
    f->nodes[0] = (struct reply){.type = type, .n = n, .child = n ? &f->nodes[1] : NULL};
    for (int i = 0; i < n; i++) {
        f->nodes[i + 1] = (struct reply){.type = RESP_BULK,
                                         .p = to,
                                         .len = spans[i].len,
                                         .next = i + 1 < n ? &f->nodes[i + 2] : NULL};
        if (spans[i].len) memcpy(to, spans[i].p, spans[i].len);
        to[spans[i].len] = 0;
        to += spans[i].len + 1;
    }
}

bool reply_flat(struct reply_builder *b, struct resp_reader *r) {
    struct span spans[REPLY_FLAT_MAX];
    int64_t n;
    size_t size = sizeof(struct flat);
    if (r->p == r->end || !resp_read_at_start(r)) return false;
    if (*r->p != RESP_ARRAY && *r->p != RESP_PUSH) return false;
    const char *p = resp_read_count(r->p + 1, r->end, &n);
    if (!p || n > REPLY_FLAT_MAX || n > r->limits.elements) return false;
    for (int i = 0; i < n; i++) {
        p = take_string(p, r->end, &spans[i]);
        if (!p || (int64_t)spans[i].len > r->limits.bulk) return false;
        size += spans[i].len + 1;
    }
    if (size > b->max) return false;
    struct flat *f = arena_alloc(&b->arena, size);
    build(f, (enum resp_type) * r->p, spans, (int)n);
    b->used = size;
    b->root = &f->nodes[0];
    r->p = p;
    return true;
}
