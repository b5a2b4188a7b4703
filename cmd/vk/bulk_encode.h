/* SPDX-License-Identifier: BSD-3-Clause */
/* A record of the input as a command in RESP, the only form in which one is ever sent, and its
 * words again. */
#ifndef VK_BULK_ENCODE_H
#define VK_BULK_ENCODE_H

#include "bulk_input.h"
#include "bulk_template.h"

struct bulk_encoder {
    struct bulk_template tmpl;
    struct bulk_csv_fields fields;
    const struct bulk_csv *csv; /* of the input */
    struct resp_quote_args args;
};

/* The words of a command in RESP; they lie in it. */
struct bulk_words {
    int argc, cap;
    const char **argv;
    size_t *lens;
};

void bulk_encode_init(struct bulk_encoder *c);
void bulk_encode_release(struct bulk_encoder *c);
/* Read the template (NULL = there is none) by in's header. VK_EUSAGE. */
int bulk_encode_begin(struct bulk_encoder *c, const char *tmpl, const struct bulk_input *in,
                      struct err *e) MUST_CHECK;
/* Append the record at p: 1; 0: it holds no command (an empty line, a comment). VK_EPARSE,
 * VK_ELIMIT: it cannot be read; VK_ESTATE: it must not be sent (bulk_refuse). e says why, and out
 * is as it was. */
int bulk_encode(struct bulk_encoder *c, const struct bulk_record *r, const char *p, struct buf *out,
                struct err *e) MUST_CHECK;
void bulk_encode_words(struct bulk_words *w, const char *p, size_t len);
void bulk_encode_words_release(struct bulk_words *w);

#endif
