/* SPDX-License-Identifier: BSD-3-Clause */
/* A command with holes for the fields of a record: 'SET user:{1} {2}', or {name} by a header. Split
 * into words first (resp/quote's rules) and filled afterwards, so no field needs quoting. {{ is a
 * brace. */
#ifndef VK_BULK_TEMPLATE_H
#define VK_BULK_TEMPLATE_H

#include "bulk_csv.h"
#include "resp/quote.h"

struct bulk_template_piece {
    int field; /* counted from 0; -1 = text */
    const char *p;
    size_t len;
    bool last; /* of its word */
};

struct bulk_template {
    struct resp_quote_args words; /* the pieces' texts are in it */
    struct bulk_template_piece *pieces;
    int n_pieces, cap;
    int n_fields; /* that a record must have */
};

void bulk_template_init(struct bulk_template *t);
void bulk_template_release(struct bulk_template *t);
/* header NULL: fields go by number alone. VK_EUSAGE says what is wrong with it. */
int bulk_template_parse(struct bulk_template *t, const char *text,
                        const struct bulk_csv_fields *header, struct err *e) MUST_CHECK;
/* Append the command, as RESP. VK_EPARSE: the record has too few fields; VK_ELIMIT: no room. */
int bulk_template_fill(const struct bulk_template *t, const struct bulk_csv_fields *fields,
                       struct buf *out, struct err *e) MUST_CHECK;

#endif
