/* SPDX-License-Identifier: BSD-3-Clause */
/* Where commands end in a stream of them, as a server reads it: arrays of bulk strings, and lines
 * ("inline commands"). Nothing is copied. Stricter than the servers, who do not look at the line
 * end behind a bulk string: there a stream that has gone wrong is told from one that has not. */
#ifndef RESP_FRAMER_H
#define RESP_FRAMER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum resp_framer_kind {
    RESP_FRAMER_NOTHING, /* an empty line, an array of nothing: a server does not answer it */
    RESP_FRAMER_ARRAY,
    RESP_FRAMER_LINE,
};

struct resp_framer {
    size_t max; /* bytes of the longest command */
    /* private */
    size_t seen;  /* bytes of the command under way that were understood */
    int64_t left; /* its arguments still to come; -1 = its header is not read yet */
};

void resp_framer_init(struct resp_framer *f, size_t max);
/* The command that begins at p, of which n bytes are there: 1, and *len is where it ends; 0: it is
 * not whole, call again with the same and more. VK_EPARSE, VK_ELIMIT: *len is the byte at fault,
 * and e has "expected X, got Y". */
int resp_framer_next(struct resp_framer *f, const char *p, size_t n, size_t *len,
                     enum resp_framer_kind *kind, struct err *e) MUST_CHECK;
/* The arguments of a whole array p[0..len), one after the other: *at is 0 at first. False behind
 * the last. */
bool resp_framer_arg(const char *p, size_t len, size_t *at, const char **arg, size_t *arg_len);

#endif
