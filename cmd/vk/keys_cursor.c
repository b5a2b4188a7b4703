/* SPDX-License-Identifier: BSD-3-Clause */
/* See keys_cursor.h. */
#include "keys_cursor.h"

#include <string.h>

#include "base/str.h"

static int one(const char *text, const char *p, size_t len, uint64_t *at, struct err *e) {
    if (str_to_u64(p, len, at) == 0 && *at != KEYS_CURSOR_THROUGH) return 0;
    return err_set(e, VK_EUSAGE, "--cursor '%.200s': '%.*s' is no cursor", text, (int)len, p);
}

/* "NODE=NUMBER" */
static int pair(const char *text, const char *p, size_t len, struct keys_cursor *c, int n,
                struct err *e) {
    const char *equals = memrchr(p, '=', len);
    if (!equals && n == 1) return one(text, p, len, &c->at, e);
    if (!equals)
        return err_set(e, VK_EUSAGE, "--cursor '%.200s': of several nodes it is NODE=CURSOR,...",
                       text);
    size_t name = (size_t)(equals - p);
    for (int i = 0; i < n; i++)
        if (strlen(c[i].node) == name && !memcmp(c[i].node, p, name))
            return one(text, equals + 1, len - name - 1, &c[i].at, e);
    return err_set(e, VK_EUSAGE, "--cursor '%.200s': no node '%.*s' here", text, (int)name, p);
}

int keys_cursor_parse(const char *text, struct keys_cursor *c, int n, struct err *e) {
    int code = 0;
    for (int i = 0; i < n; i++)
        c[i].at = KEYS_CURSOR_THROUGH;
    for (const char *p = text, *end; code == 0; p = end + 1) {
        end = strchrnul(p, ',');
        code = pair(text, p, (size_t)(end - p), c, n, e);
        if (!*end) break;
    }
    return code;
}

void keys_cursor_add(struct buf *out, const struct keys_cursor *c, int n) {
    bool first = true;
    for (int i = 0; i < n; i++) {
        if (c[i].at == KEYS_CURSOR_THROUGH) continue;
        if (!first) buf_addc(out, ',');
        if (n > 1) buf_addf(out, "%s=", c[i].node);
        buf_addf(out, "%llu", (unsigned long long)c[i].at);
        first = false;
    }
}
