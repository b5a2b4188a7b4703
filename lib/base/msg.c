/* SPDX-License-Identifier: BSD-3-Clause */
/* Messages on standard error. See msg.h. */
#include "base/msg.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/safe.h"

enum { TEXT_MAX = 2048 };

static const char *program = "valkit";

void msg_program(const char *name) {
    program = name;
}

static PRINTF_LIKE(2, 0) void say(const char *before, const char *fmt, va_list args) {
    char text[TEXT_MAX];
    struct buf line;
    int n = vsnprintf(text, sizeof text, fmt, args);
    buf_init(&line, TEXT_MAX * 8);
    if (before) buf_addf(&line, "%s: ", before);
    if (n > 0) safe_add(&line, text, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1, false);
    buf_addc(&line, '\n');
    if (write(STDERR_FILENO, line.p, line.len) < 0) { /* nobody is left to be told */
    }
    buf_release(&line);
}

void msg_warn(const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    say(program, fmt, args);
    va_end(args);
}

void msg_say(const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    say(NULL, fmt, args);
    va_end(args);
}

void msg_die(int exit_code, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    say(program, fmt, args);
    va_end(args);
    exit(exit_code);
}
