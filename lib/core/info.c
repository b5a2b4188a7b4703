/* SPDX-License-Identifier: BSD-3-Clause */
#include "core/info.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"

bool info_next(const char **p, const char *end, struct info_line *line) {
    while (*p && *p < end) {
        const char *from = *p, *line_end = memchr(from, '\n', (size_t)(end - from));
        if (!line_end) line_end = end;
        *p = line_end + (line_end < end);
        const char *colon = memchr(from, ':', (size_t)(line_end - from));
        if (!colon || from[0] == '#') continue;
        if (line_end > colon + 1 && line_end[-1] == '\r') line_end--;
        *line = (struct info_line){.name = from,
                                   .name_len = (size_t)(colon - from),
                                   .value = colon + 1,
                                   .len = (size_t)(line_end - colon - 1)};
        return true;
    }
    return false;
}

bool info_is(const struct info_line *line, const char *name) {
    return strlen(name) == line->name_len && !memcmp(name, line->name, line->name_len);
}

bool info_part(const struct info_line *line, const char *name, uint64_t *out) {
    size_t len = strlen(name);
    const char *p = line->value, *end = p + line->len;
    while (p < end) {
        const char *comma = memchr(p, ',', (size_t)(end - p));
        if (!comma) comma = end;
        if ((size_t)(comma - p) > len && p[len] == '=' && !memcmp(p, name, len))
            return str_to_u64(p + len + 1, (size_t)(comma - p) - len - 1, out) == 0;
        p = comma + 1;
    }
    return false;
}

int64_t info_db(const struct info_line *line) {
    int64_t db = -1;
    bool named = line->name_len > 2 && !memcmp(line->name, "db", 2);
    return named && str_to_i64(line->name + 2, line->name_len - 2, &db) == 0 ? db : -1;
}

bool info_field(const struct reply *r, const char *name, char *out, size_t cap) {
    const char *p = r->p;
    struct info_line line;
    out[0] = 0;
    while (info_next(&p, r->p + r->len, &line)) {
        if (!info_is(&line, name)) continue;
        snprintf(out, cap, "%.*s", (int)(line.len < cap ? line.len : cap - 1), line.value);
        return true;
    }
    return false;
}

bool info_is_cluster(const struct reply *r) {
    char mode[16];
    bool told = info_field(r, "redis_mode", mode, sizeof mode) ||
                info_field(r, "server_mode", mode, sizeof mode);
    return told && !strcmp(mode, "cluster");
}

uint64_t info_keys(const struct reply *r, int db) {
    const char *p = r->p;
    uint64_t sum = 0, keys;
    struct info_line line;
    while (info_next(&p, r->p + r->len, &line)) {
        int64_t number = info_db(&line);
        if (number >= 0 && (db < 0 || number == db) && info_part(&line, "keys", &keys)) sum += keys;
    }
    return sum;
}
