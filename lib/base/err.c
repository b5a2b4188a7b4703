/* SPDX-License-Identifier: BSD-3-Clause */
/* Filling a struct err. See err.h. */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static PRINTF_LIKE(4, 0) void set(struct err *e, int code, int sys, const char *fmt, va_list args) {
    e->code = code;
    e->sys = sys;
    int len = vsnprintf(e->text, sizeof e->text, fmt, args);
    if (len < 0) len = 0;
    if (sys && (size_t)len < sizeof e->text)
        snprintf(e->text + len, sizeof e->text - (size_t)len, ": %s", strerror(sys));
}

int err_set(struct err *e, int code, const char *fmt, ...) {
    if (!e) return code;
    va_list args;
    va_start(args, fmt);
    set(e, code, 0, fmt, args);
    va_end(args);
    return code;
}

int err_sys(struct err *e, int code, const char *fmt, ...) {
    int sys = errno;
    if (!e) return code;
    va_list args;
    va_start(args, fmt);
    set(e, code, sys, fmt, args);
    va_end(args);
    return code;
}

void err_clear(struct err *e) {
    e->code = e->sys = 0;
    e->text[0] = 0;
}

const char *err_reason(const struct err *e) {
    if (e->sys) return strerror(e->sys);
    for (const char *p = e->text; (p = strstr(p, ": ")) != NULL; p += 2)
        if (!strstr(p + 2, ": ")) return p + 2;
    return e->text;
}
