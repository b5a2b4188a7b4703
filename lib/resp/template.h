/* SPDX-License-Identifier: BSD-3-Clause */
/* A command encoded once, whose holes are patched in place before each send: what a load generator
 * writes. Holes have a fixed width, so that no length ever changes. */
#ifndef RESP_TEMPLATE_H
#define RESP_TEMPLATE_H

#include "base/buf.h"

struct resp_template {
    struct buf bytes; /* `copies` encodings in a row */
    size_t stride;    /* bytes of one copy */
    int copies;       /* pipeline depth */
    struct resp_template_hole {
        size_t at, width; /* within one copy */
    } * holes;
    int n_holes;
};

/* Encode one command copies times. Holes are added afterwards. */
int resp_template_init(struct resp_template *t, int argc, const char *const *argv,
                       const size_t *lens, int copies, size_t max_bytes) MUST_CHECK;
void resp_template_release(struct resp_template *t);
/* A hole over bytes [from, from + width) of argument arg. Returns its number, or VK_EUSAGE when it
 * does not lie inside the argument. */
int resp_template_hole(struct resp_template *t, int arg, size_t from, size_t width) MUST_CHECK;
/* Write v as decimal digits, zero-padded to the hole's width; digits that do not fit are cut from
 * the left (v modulo 10^width). */
void resp_template_digits(struct resp_template *t, int copy, int hole, uint64_t v);
/* Write n bytes (at most the hole's width) at the hole's start. */
void resp_template_bytes(struct resp_template *t, int copy, int hole, const char *p, size_t n);

#endif
