/* SPDX-License-Identifier: BSD-3-Clause */
/* See names_seen.h. A ring, and open hashing into it with one place for a name: of two that meet
 * there the older is not found any more, so it may come to stand in the ring twice, which costs
 * room and nothing else. */
#include "names_seen.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { PLACES = 1 << 15 }; /* a power of two */

struct name {
    char *p; /* owned; NULL = dropped */
    size_t len;
};

struct names_seen {
    struct name ring[NAMES_SEEN_MAX];
    size_t first, n, bytes;
    uint16_t place[PLACES]; /* number in the ring + 1, 0 = none */
};

struct names_seen *names_seen_new(void) {
    return mem_zalloc(1, sizeof(struct names_seen));
}

void names_seen_free(struct names_seen *s) {
    if (s) names_seen_clear(s);
    free(s);
}

/* FNV-1a. */
static size_t place_of(const char *p, size_t len) {
    uint32_t h = 0x811c9dc5u;
    for (size_t i = 0; i < len; i++)
        h = (h ^ (unsigned char)p[i]) * 0x01000193u;
    return (h ^ h >> 16) & (PLACES - 1);
}

static bool is(const struct name *n, const char *p, size_t len) {
    return n->p && n->len == len && !memcmp(n->p, p, len);
}

static void release(struct names_seen *s, struct name *n) {
    s->bytes -= n->len;
    free(n->p);
    *n = (struct name){.p = NULL};
}

static void drop_oldest(struct names_seen *s) {
    release(s, &s->ring[s->first]);
    s->first = (s->first + 1) % NAMES_SEEN_MAX;
    s->n--;
}

void names_seen_clear(struct names_seen *s) {
    while (s->n)
        drop_oldest(s);
    memset(s->place, 0, sizeof s->place);
}

/* Where it stands in the ring by its place, or NULL. */
static struct name *find(struct names_seen *s, const char *p, size_t len) {
    uint16_t at = s->place[place_of(p, len)];
    struct name *n = at ? &s->ring[at - 1] : NULL;
    return n && is(n, p, len) ? n : NULL;
}

void names_seen_add(struct names_seen *s, const char *p, size_t len) {
    if (!len || len > NAMES_SEEN_NAME_MAX) return;
    struct name *old = find(s, p, len);
    if (old) release(s, old);
    while (s->n == NAMES_SEEN_MAX || s->bytes + len > NAMES_SEEN_BYTES)
        drop_oldest(s);
    size_t at = (s->first + s->n++) % NAMES_SEEN_MAX;
    s->ring[at] = (struct name){mem_dup(p, len), len};
    s->place[place_of(p, len)] = (uint16_t)(at + 1);
    s->bytes += len;
}

void names_seen_drop(struct names_seen *s, const char *p, size_t len) {
    for (size_t i = 0; i < s->n; i++) {
        struct name *n = &s->ring[(s->first + i) % NAMES_SEEN_MAX];
        if (is(n, p, len)) release(s, n);
    }
}

void names_seen_each(const struct names_seen *s, const char *prefix, size_t len, names_seen_fn *fn,
                     void *arg) {
    for (size_t i = s->n; i--;) {
        const struct name *n = &s->ring[(s->first + i) % NAMES_SEEN_MAX];
        if (!n->p || n->len < len || memcmp(n->p, prefix, len) != 0) continue;
        if (!fn(arg, n->p, n->len)) return;
    }
}
