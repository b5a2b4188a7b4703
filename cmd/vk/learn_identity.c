/* SPDX-License-Identifier: BSD-3-Clause */
/* See learn_identity.h. */
#include "learn_identity.h"

#include <stdlib.h>
#include <string.h>

#include "core/info.h"

enum { MODULES_MAX = 256, TEXT_MAX = 64 };

struct module {
    const char *name;
    size_t len;
    int64_t version;
};

/* One word: what could end it, or a line, is replaced. */
static void add_word(struct buf *out, const char *p, size_t len) {
    for (size_t i = 0; i < len; i++)
        buf_addc(out, p[i] > ' ' && p[i] <= '~' ? p[i] : '?');
}

static int by_name(const void *a, const void *b) {
    const struct module *x = a, *y = b;
    int order = memcmp(x->name, y->name, x->len < y->len ? x->len : y->len);
    return order ? order : (x->len > y->len) - (x->len < y->len);
}

static void add_modules(struct buf *out, struct module *modules, size_t n) {
    if (n) qsort(modules, n, sizeof *modules, by_name);
    for (size_t i = 0; i < n; i++) {
        buf_addc(out, i ? ',' : ' ');
        add_word(out, modules[i].name, modules[i].len);
        buf_addf(out, "=%lld", (long long)modules[i].version);
    }
}

/* ---- HELLO: names and values in turn, whatever the protocol calls that ---- */

static size_t take_modules(const struct reply *list, struct module *modules) {
    size_t n = 0;
    for (const struct reply *r = list ? list->child : NULL; r && n < MODULES_MAX; r = r->next) {
        const struct reply *name = reply_field(r, "name"), *version = reply_field(r, "ver");
        if (name && name->p)
            modules[n++] = (struct module){name->p, name->len, version ? version->n : 0};
    }
    return n;
}

bool learn_identity_of_hello(const struct reply *r, struct buf *out) {
    struct module modules[MODULES_MAX];
    const struct reply *server = reply_field(r, "server"), *version = reply_field(r, "version");
    if (!server || !version || !server->p || !version->p) return false;
    add_word(out, server->p, server->len);
    buf_addc(out, ' ');
    add_word(out, version->p, version->len);
    add_modules(out, modules, take_modules(reply_field(r, "modules"), modules));
    return !out->over;
}

/* ---- INFO ---- */

bool learn_identity_of_info(const struct reply *r, struct buf *out) {
    char version[TEXT_MAX];
    bool valkey = r->p && info_field(r, "valkey_version", version, sizeof version);
    if (!valkey && !(r->p && info_field(r, "redis_version", version, sizeof version))) return false;
    buf_adds(out, valkey ? "valkey " : "redis ");
    add_word(out, version, strlen(version));
    return !out->over;
}
