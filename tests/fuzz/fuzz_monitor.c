/* SPDX-License-Identifier: BSD-3-Clause */
/* Arbitrary bytes as a line of MONITOR, taken apart in steps, and as the bytes of a command, put
 * together. The input: a byte (how many arguments a step asks for), then the line or the arguments.
 *
 * Held: a line that is accepted is put together to the same bytes, and asking in steps gives what
 * asking at once gives; a command that is put together is accepted and gives the same arguments. */
#include <limits.h>
#include <string.h>

#include "core/monitor.h"

#define HOLD(what)                                                                                 \
    do {                                                                                           \
        if (!(what)) __builtin_trap();                                                             \
    } while (0)

enum { ARGS = 64 };

static int in_steps(struct monitor *m, int step) {
    int rc = 0;
    while (!rc && !m->whole) {
        int before = m->ev.argc;
        rc = monitor_args(m, before + step);
        HOLD(m->ev.argc <= before + step);
        HOLD(rc || m->whole || m->ev.argc == before + step);
    }
    return rc;
}

static void apart(const char *line, size_t len, int step) {
    struct monitor m, once;
    struct buf out;
    monitor_init(&m, ARGS, 1 << 20);
    monitor_init(&once, ARGS, 1 << 20);
    buf_init(&out, 1 << 20);
    int rc = monitor_head(&m, line, len);
    HOLD(rc == monitor_head(&once, line, len));
    if (!rc) {
        rc = in_steps(&m, step);
        HOLD(rc == monitor_args(&once, INT_MAX));
        HOLD(m.ev.argc == once.ev.argc && m.ev.argc <= ARGS);
        for (int i = 0; i < m.ev.argc; i++)
            HOLD(m.ev.lens[i] == once.ev.lens[i] &&
                 !memcmp(m.ev.argv[i], once.ev.argv[i], m.ev.lens[i]));
    }
    if (!rc) {
        HOLD(!monitor_put(&out, &m.ev));
        HOLD(out.len == len && !memcmp(out.p, line, len));
    }
    monitor_release(&m);
    monitor_release(&once);
    buf_release(&out);
}

/* The bytes as arguments with a zero byte between them. */
static void together(const char *p, size_t len) {
    const char *argv[ARGS], *end = p + len;
    size_t lens[ARGS];
    struct monitor_event ev = {
        .db = 3, .addr = "[::1]:1", .addr_len = 7, .argv = argv, .lens = lens};
    while (p < end && ev.argc < ARGS) {
        const char *zero = memchr(p, 0, (size_t)(end - p));
        argv[ev.argc] = p;
        lens[ev.argc++] = (size_t)((zero ? zero : end) - p);
        p = zero ? zero + 1 : end;
    }
    struct monitor m;
    struct buf out;
    monitor_init(&m, ARGS, 1 << 20);
    buf_init(&out, 1 << 20);
    HOLD(!monitor_put(&out, &ev));
    HOLD(!monitor_head(&m, out.p, out.len) && !monitor_args(&m, INT_MAX));
    HOLD(m.ev.argc == ev.argc && m.ev.db == 3 && m.ev.origin == MONITOR_TCP);
    for (int i = 0; i < ev.argc; i++)
        HOLD(m.ev.lens[i] == lens[i] && !memcmp(m.ev.argv[i], argv[i], lens[i]));
    monitor_release(&m);
    buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (!size) return 0;
    apart((const char *)data + 1, size - 1, 1 + data[0] % 8);
    together((const char *)data + 1, size - 1);
    return 0;
}
