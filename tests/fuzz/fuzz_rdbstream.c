/* SPDX-License-Identifier: BSD-3-Clause */
/* Arbitrary bytes as the answer to SYNC, and the dump in it as a dump. The input: a byte (the size
 * of a feed), then the stream.
 *
 * Held: fed in pieces it gives what it gives when fed at once, and so does the check of the dump.
 */
#include <stdlib.h>
#include <string.h>

#include "core/rdbcheck.h"
#include "core/rdbstream.h"

#define HOLD(what)                                                                                 \
    do {                                                                                           \
        if (!(what)) __builtin_trap();                                                             \
    } while (0)

struct seen {
    struct rdbstream stream;
    struct rdbcheck check;
    int code, checked, ends;
    char *dump;
    size_t len;
};

static void feed(struct seen *t, const char *p, size_t n) {
    struct rdbstream_event ev;
    char *copy = malloc(n);
    memcpy(copy, p, n);
    rdbstream_feed(&t->stream, copy, n);
    while ((t->code = rdbstream_next(&t->stream, &ev, NULL)) > 0) {
        t->ends += ev.kind == RDBSTREAM_END;
        if (ev.kind != RDBSTREAM_DATA) continue;
        HOLD(ev.n > 0 && !t->ends);
        memcpy(t->dump + t->len, ev.p, ev.n);
        t->len += ev.n;
        if (t->checked == 0) t->checked = rdbcheck_take(&t->check, ev.p, ev.n, NULL);
    }
    free(copy);
}

static void see(struct seen *t, const char *p, size_t n, size_t step) {
    bool summed;
    memset(t, 0, sizeof *t);
    t->dump = malloc(n);
    rdbstream_init(&t->stream);
    rdbcheck_init(&t->check);
    for (size_t at = 0; at < n && t->code == 0; at += step)
        feed(t, p + at, n - at < step ? n - at : step);
    if (t->checked == 0) t->checked = rdbcheck_end(&t->check, &summed, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct seen once, pieces;
    if (size < 2) return 0;
    const char *p = (const char *)data + 1;
    see(&once, p, size - 1, size - 1);
    see(&pieces, p, size - 1, 1 + data[0] % 64);
    HOLD(once.code == pieces.code && once.checked == pieces.checked && once.ends == pieces.ends);
    /* what may be a mark's beginning is held back alike */
    HOLD(once.len == pieces.len && !memcmp(once.dump, pieces.dump, once.len));
    free(once.dump);
    free(pieces.dump);
    return 0;
}
