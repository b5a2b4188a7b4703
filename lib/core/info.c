/* SPDX-License-Identifier: BSD-3-Clause */
#include "core/info.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"

bool info_field(const struct reply *r, const char *name, char *out, size_t cap) {
    size_t name_len = strlen(name);
    const char *p = r->p, *end = p + r->len;
    out[0] = 0;
    while (p && p < end) {
        const char *line_end = memchr(p, '\n', (size_t)(end - p));
        if (!line_end) line_end = end;
        size_t len = (size_t)(line_end - p);
        if (len > name_len && p[name_len] == ':' && !memcmp(p, name, name_len)) {
            const char *value = p + name_len + 1;
            len -= name_len + 1;
            if (len && value[len - 1] == '\r') len--;
            snprintf(out, cap, "%.*s", (int)(len < cap ? len : cap - 1), value);
            return true;
        }
        p = line_end + 1;
    }
    return false;
}

/* "db0:keys=12,expires=0,...": the number of the database, and its keys. */
static bool take_db(const char *p, size_t len, int64_t *db, uint64_t *keys) {
    const char *colon = len > 2 && !memcmp(p, "db", 2) ? memchr(p, ':', len) : NULL;
    static const char word[] = ":keys=";
    if (!colon || (size_t)(p + len - colon) < sizeof word || memcmp(colon, word, sizeof word - 1))
        return false;
    const char *digits = colon + sizeof word - 1,
               *comma = memchr(digits, ',', (size_t)(p + len - digits));
    if (!comma || str_to_i64(p + 2, (size_t)(colon - p - 2), db) < 0) return false;
    return str_to_u64(digits, (size_t)(comma - digits), keys) == 0;
}

uint64_t info_keys(const struct reply *r, int db) {
    const char *p = r->p, *end = p + r->len;
    uint64_t sum = 0, keys;
    int64_t number;
    while (p && p < end) {
        const char *line_end = memchr(p, '\n', (size_t)(end - p));
        if (!line_end) line_end = end;
        if (take_db(p, (size_t)(line_end - p), &number, &keys) && (db < 0 || number == db))
            sum += keys;
        p = line_end + 1;
    }
    return sum;
}
