/* SPDX-License-Identifier: BSD-3-Clause */
/* Arbitrary bytes as CLIENT LIST, and as a glob and its text. The input: a byte (the glob's
 * length), then the bytes.
 *
 * Held: every client that is in the table by an origin of its own is found by it and is that
 * client;
 * "*" in front of a glob never makes it match less of a text that is not empty. */
#include <string.h>

#include "core/clients.h"
#include "core/glob.h"

#define HOLD(what)                                                                                 \
    do {                                                                                           \
        if (!(what)) __builtin_trap();                                                             \
    } while (0)

static void check_client(const struct clients *c, const struct clients_entry *e) {
    const struct clients_entry *found = clients_of(c, MONITOR_TCP, e->addr.p, e->addr.len);
    HOLD(e->id >= 0);
    HOLD(!found ||
         (found->addr.len == e->addr.len && !memcmp(found->addr.p, e->addr.p, e->addr.len)));
}

static void as_clients(const char *p, size_t len) {
    struct clients *c = clients_new(20);
    struct err e;
    if (!clients_take(c, p, len, &e))
        for (size_t i = 0; i < clients_count(c); i++)
            check_client(c, clients_at(c, i));
    else
        HOLD(!clients_count(c));
    clients_free(c);
}

static void as_glob(const char *p, size_t len, size_t pattern_len) {
    if (pattern_len > len) pattern_len = len;
    const char *text = p + pattern_len;
    size_t text_len = len - pattern_len;
    char with[257] = "*";
    if (!text_len || !glob_match(p, pattern_len, text, text_len)) return;
    memcpy(with + 1, p, pattern_len);
    HOLD(glob_match(with, pattern_len + 1, text, text_len));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (!size) return 0;
    as_clients((const char *)data + 1, size - 1);
    as_glob((const char *)data + 1, size - 1, data[0]);
    return 0;
}
