/* SPDX-License-Identifier: BSD-3-Clause */
#include "core/info.h"

#include <stdio.h>
#include <string.h>

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
