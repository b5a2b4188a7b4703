/* SPDX-License-Identifier: BSD-3-Clause */
/* See rdbcheck.h. The CRC stands behind what it is of, and where the end is turns out at the end:
 * the last eight bytes wait. */
#include "core/rdbcheck.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/crc64.h"

enum { END_MARK = 0xff };

void rdbcheck_init(struct rdbcheck *c) {
    *c = (struct rdbcheck){0};
}

static size_t name_len(const char *magic) {
    return !memcmp(magic, "REDIS", 5) ? 5 : !memcmp(magic, "VALKEY", 6) ? 6 : 0;
}

static bool is_magic(const char *magic) {
    size_t at = name_len(magic);
    if (!at) return false;
    while (at < RDBCHECK_MAGIC && isdigit((unsigned char)magic[at]))
        at++;
    return at == RDBCHECK_MAGIC;
}

/* The first bytes go to the magic as well; a text that is none is known by its last. */
static int take_magic(struct rdbcheck *c, const char *p, size_t n, struct err *e) {
    size_t at = (size_t)c->n, room = RDBCHECK_MAGIC - at;
    memcpy(c->magic + at, p, n < room ? n : room);
    if (n < room || is_magic(c->magic)) return 0;
    return err_set(e, VK_EPROTO, "what the server sends is no dump: it begins with '%s'", c->magic);
}

static void sum(struct rdbcheck *c, const void *p, size_t n) {
    if (!n) return;
    c->crc = crc64_update(c->crc, p, n);
    c->before = ((const unsigned char *)p)[n - 1];
}

/* All but the last eight bytes of what is held and what is new. */
static void sum_and_hold(struct rdbcheck *c, const char *p, size_t n) {
    size_t held = c->n < RDBCHECK_SUM ? (size_t)c->n : RDBCHECK_SUM;
    size_t over = held + n > RDBCHECK_SUM ? held + n - RDBCHECK_SUM : 0;
    size_t of_held = over < held ? over : held, of_new = over - of_held;
    sum(c, c->held, of_held);
    sum(c, p, of_new);
    memmove(c->held, c->held + of_held, held - of_held);
    memcpy(c->held + held - of_held, p + of_new, n - of_new);
}

int rdbcheck_take(struct rdbcheck *c, const char *p, size_t n, struct err *e) {
    int code = c->n < RDBCHECK_MAGIC && n ? take_magic(c, p, n, e) : 0;
    if (code < 0) return code;
    if (n) sum_and_hold(c, p, n);
    c->n += n;
    return 0;
}

static uint64_t sum_in_file(const struct rdbcheck *c) {
    uint64_t v = 0;
    for (int i = RDBCHECK_SUM - 1; i >= 0; i--)
        v = v << 8 | c->held[i];
    return v;
}

int rdbcheck_end(const struct rdbcheck *c, bool *summed, struct err *e) {
    uint64_t in_file = sum_in_file(c);
    if (c->n < RDBCHECK_MAGIC + 1 + RDBCHECK_SUM || c->before != END_MARK)
        return err_set(e, VK_EPROTO,
                       "the dump is cut off: its end mark is missing after %" PRIu64 " bytes",
                       c->n);
    if (in_file && in_file != c->crc)
        return err_set(e, VK_EPROTO,
                       "the dump is damaged: it says that its CRC64 is %016" PRIx64
                       ", but it is %016" PRIx64,
                       in_file, c->crc);
    *summed = in_file;
    return 0;
}

int rdbcheck_version(const struct rdbcheck *c) {
    return (int)strtol(c->magic + name_len(c->magic), NULL, 10);
}
