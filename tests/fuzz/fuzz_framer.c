/* SPDX-License-Identifier: BSD-3-Clause */
/* resp/framer on any bytes: it says the same of a stream however it is cut, never looks behind its
 * end, and the arguments of a command it gives fill the command. */
#include "resp/framer.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX = 1 << 16, COMMANDS = 4096 };

struct seen {
    size_t n, ends[COMMANDS];
    int code;   /* of the end */
    size_t bad; /* the byte at fault */
};

static void must(bool ok) {
    if (!ok) abort();
}

/* Of an array as the framer gave it. */
static void check_arguments(const char *p, size_t len) {
    const char *arg;
    size_t n, at = 0;
    while (resp_framer_arg(p, len, &at, &arg, &n))
        must(arg > p && (size_t)(arg - p) + n + 2 == at && at <= len);
    must(at == len);
}

static int step(struct resp_framer *f, const char *p, size_t n, size_t *len, struct err *e) {
    enum resp_framer_kind kind = RESP_FRAMER_NOTHING;
    char *copy = malloc(n + !n);
    if (n) memcpy(copy, p, n);
    int code = resp_framer_next(f, copy, n, len, &kind, e);
    must(code <= 0 || (*len > 0 && *len <= n));
    if (code > 0 && kind == RESP_FRAMER_ARRAY) check_arguments(copy, *len);
    free(copy);
    return code;
}

static void see(struct seen *s, const char *p, size_t all, size_t more) {
    struct resp_framer f;
    struct err e;
    size_t at = 0, n = more, len = 0;
    memset(s, 0, sizeof *s);
    resp_framer_init(&f, MAX);
    for (;;) {
        if (n > all) n = all;
        s->code = step(&f, p + at, n - at, &len, &e);
        if (s->code < 0) {
            s->bad = at + len;
            return;
        }
        if (s->code > 0) at += len;
        if (s->code > 0 && s->n < COMMANDS) s->ends[s->n++] = at;
        if (s->code == 0 && n == all) return;
        if (s->code == 0) n += more;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct seen whole, cut;
    see(&whole, (const char *)data, size, size ? size : 1);
    see(&cut, (const char *)data, size, size && data[0] % 7 ? data[0] % 7 : 1);
    must(!memcmp(&whole, &cut, sizeof whole));
    return 0;
}
