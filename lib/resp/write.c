/* SPDX-License-Identifier: BSD-3-Clause */
/* Encoding commands. See write.h.
 *
 * Each command is measured first, so that room is asked for once and a refusal leaves everything as
 * it was. In the queue, neighbouring copied bytes share one piece; sent bytes at the front of
 * `copied` are dead until they outnumber the live ones and are then dropped, which keeps the cost
 * of moving below that of copying in. The invariant: the copied pieces' lengths add up to
 * copied.len - copied_at. */
#include "resp/write.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

enum { FIRST_PIECES = 16 };

static size_t arg_len(const char *const *argv, const size_t *lens, int i) {
    return lens ? lens[i] : strlen(argv[i]);
}

/* Bytes of a head such as "$64\r\n". */
static size_t head_size(size_t n) {
    size_t size = 4;
    for (; n >= 10; n /= 10)
        size++;
    return size;
}

static char *put_crlf(char *p) {
    p[0] = '\r';
    p[1] = '\n';
    return p + 2;
}

static char *put_head(char *p, char type, size_t n) {
    *p++ = type;
    if (n >= 100) return put_crlf(p + str_put_u64(p, n));
    if (n >= 10) *p++ = (char)('0' + n / 10);
    *p++ = (char)('0' + n % 10);
    return put_crlf(p);
}

static char *put_bytes(char *p, const char *from, size_t n) {
    if (n) memcpy(p, from, n);
    return p + n;
}

struct sizes {
    size_t copied, borrowed;
};

/* What a command takes up, when arguments longer than cutoff are borrowed. */
static int measure(int argc, const char *const *argv, const size_t *lens, size_t cutoff,
                   struct sizes *out) {
    struct sizes s = {.copied = head_size((size_t)argc)};
    bool over = false;
    for (int i = 0; i < argc; i++) {
        size_t len = arg_len(argv, lens, i), *in = len > cutoff ? &s.borrowed : &s.copied;
        over |= __builtin_add_overflow(s.copied, head_size(len) + 2, &s.copied);
        over |= __builtin_add_overflow(*in, len, in);
    }
    if (over) return VK_ELIMIT;
    *out = s;
    return 0;
}

int resp_write_argv(struct buf *b, int argc, const char *const *argv, const size_t *lens) {
    struct sizes s;
    assert(argc > 0);
    if (measure(argc, argv, lens, SIZE_MAX, &s)) return VK_ELIMIT;
    char *p = buf_reserve(b, s.copied);
    if (!p) return VK_ELIMIT;
    p = put_head(p, '*', (size_t)argc);
    for (int i = 0; i < argc; i++) {
        size_t len = arg_len(argv, lens, i);
        p = put_head(p, '$', len);
        p = put_crlf(put_bytes(p, argv[i], len));
    }
    b->len += s.copied;
    return 0;
}

/* The buffer may hold twice the limit, half of it dead: so even a queue that is always nearly full
 * drops its dead bytes only when they outnumber the live ones. */
void resp_write_queue_init(struct resp_write_queue *q, size_t max) {
    *q = (struct resp_write_queue){0};
    buf_init(&q->copied, max > SIZE_MAX / 4 ? SIZE_MAX / 2 : max * 2);
}

void resp_write_queue_release(struct resp_write_queue *q) {
    size_t max = q->copied.max / 2;
    buf_release(&q->copied);
    free(q->pieces);
    resp_write_queue_init(q, max);
}

void resp_write_queue_clear(struct resp_write_queue *q) {
    buf_clear(&q->copied);
    q->copied_at = q->first = q->count = q->len = 0;
}

/* Room for n more copied bytes, or NULL when the limit would be passed. */
static char *reserve_copied(struct resp_write_queue *q, size_t n) {
    struct buf *b = &q->copied;
    size_t live = b->len - q->copied_at, max = b->max / 2;
    if (n > max || live > max - n) return NULL;
    if (n > b->cap - b->len && q->copied_at > live) {
        buf_drop(b, q->copied_at);
        q->copied_at = 0;
    }
    return buf_reserve(b, n);
}

static struct resp_write_piece *next_piece(struct resp_write_queue *q) {
    if (q->first + q->count == q->cap && q->first > q->count) {
        memmove(q->pieces, q->pieces + q->first, q->count * sizeof *q->pieces);
        q->first = 0;
    } else if (q->first + q->count == q->cap) {
        q->cap = q->cap ? q->cap * 2 : FIRST_PIECES;
        q->pieces = mem_realloc(q->pieces, q->cap, sizeof *q->pieces);
    }
    return &q->pieces[q->first + q->count++];
}

/* The next n bytes of `copied` are written. */
static void push_copied(struct resp_write_queue *q, size_t n) {
    struct resp_write_piece *last = q->count ? &q->pieces[q->first + q->count - 1] : NULL;
    q->copied.len += n;
    q->len += n;
    if (last && !last->p) {
        last->len += n;
    } else {
        *next_piece(q) = (struct resp_write_piece){.len = n};
    }
}

static void push_borrowed(struct resp_write_queue *q, const char *p, size_t n) {
    q->len += n;
    *next_piece(q) = (struct resp_write_piece){.p = p, .len = n};
}

int resp_write_queue_add(struct resp_write_queue *q, int argc, const char *const *argv,
                         const size_t *lens) {
    struct sizes s;
    assert(argc > 0);
    size_t total;
    if (measure(argc, argv, lens, RESP_WRITE_CUTOFF, &s)) return VK_ELIMIT;
    if (__builtin_add_overflow(s.copied, s.borrowed, &total) || total > SIZE_MAX - q->len)
        return VK_ELIMIT;
    char *from = reserve_copied(q, s.copied), *p = from;
    if (!p) return VK_ELIMIT;
    p = put_head(p, '*', (size_t)argc);
    for (int i = 0; i < argc; i++) {
        size_t len = arg_len(argv, lens, i);
        p = put_head(p, '$', len);
        if (len > RESP_WRITE_CUTOFF) {
            push_copied(q, (size_t)(p - from));
            push_borrowed(q, argv[i], len);
            from = p;
        } else {
            p = put_bytes(p, argv[i], len);
        }
        p = put_crlf(p);
    }
    push_copied(q, (size_t)(p - from));
    return 0;
}

int resp_write_queue_raw(struct resp_write_queue *q, const char *p, size_t n) {
    if (!n) return 0;
    char *to = n > SIZE_MAX - q->len ? NULL : reserve_copied(q, n);
    if (!to) return VK_ELIMIT;
    put_bytes(to, p, n);
    push_copied(q, n);
    return 0;
}

int resp_write_queue_iov(const struct resp_write_queue *q, struct iovec *v, int max) {
    size_t at = q->copied_at;
    int n = 0;
    for (; n < max && (size_t)n < q->count; n++) {
        const struct resp_write_piece *piece = &q->pieces[q->first + (size_t)n];
        const char *p = piece->p ? piece->p : q->copied.p + at;
        if (!piece->p) at += piece->len;
        v[n] = (struct iovec){.iov_base = (void *)p, .iov_len = piece->len};
    }
    return n;
}

void resp_write_queue_sent(struct resp_write_queue *q, size_t n) {
    assert(n <= q->len);
    q->len -= n;
    if (!q->len) {
        resp_write_queue_clear(q);
        return;
    }
    while (n) {
        struct resp_write_piece *piece = &q->pieces[q->first];
        size_t part = n < piece->len ? n : piece->len;
        if (piece->p) {
            piece->p += part;
        } else {
            q->copied_at += part;
        }
        piece->len -= part;
        n -= part;
        if (piece->len) break;
        q->first++;
        q->count--;
    }
}
