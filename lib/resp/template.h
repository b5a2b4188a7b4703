/* SPDX-License-Identifier: BSD-3-Clause */
/* Commands encoded once, one behind the other, whose holes are patched in place before each send:
 * what a load generator writes. Holes have a fixed width, so that no length ever changes. */
#ifndef RESP_TEMPLATE_H
#define RESP_TEMPLATE_H

#include "base/buf.h"

struct resp_template_command {
    size_t at, len; /* in bytes */
    int argc;       /* 0: raw bytes */
    int first_hole, n_holes;
};
struct resp_template_hole {
    size_t at, width; /* in bytes */
};

struct resp_template {
    struct buf bytes;
    struct resp_template_command *commands;
    struct resp_template_hole *holes;
    int n_commands, n_holes;
};

void resp_template_init(struct resp_template *t, size_t max_bytes);
void resp_template_release(struct resp_template *t);
/* Append a command; lens NULL = C strings. Returns its number; VK_EUSAGE for an empty one,
 * VK_ELIMIT when the maximum would be passed (t is then unchanged). */
int resp_template_add(struct resp_template *t, int argc, const char *const *argv,
                      const size_t *lens) MUST_CHECK;
/* Append bytes that are a command as they stand (an inline one). */
int resp_template_add_raw(struct resp_template *t, const char *p, size_t n) MUST_CHECK;
/* Where argument arg of the last command begins in t's bytes, and how long it is; NULL = there is
 * no such argument. Valid until t grows. */
const char *resp_template_arg(const struct resp_template *t, int arg, size_t *len);
/* A hole over bytes [from, from + width) of argument arg of the last command. Returns its number in
 * t, or VK_EUSAGE when it does not lie inside the argument. */
int resp_template_hole(struct resp_template *t, int arg, size_t from, size_t width) MUST_CHECK;
/* All of it, holes included, `copies` times in a row (1 = as it is). VK_ELIMIT, then unchanged. */
int resp_template_repeat(struct resp_template *t, int copies) MUST_CHECK;
/* Write v as decimal digits, zero-padded to the hole's width; digits that do not fit are cut from
 * the left (v modulo 10^width). */
void resp_template_digits(struct resp_template *t, int hole, uint64_t v);
/* Write n bytes (at most the hole's width) at the hole's start. */
void resp_template_bytes(struct resp_template *t, int hole, const char *p, size_t n);

#endif
