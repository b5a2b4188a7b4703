/* SPDX-License-Identifier: BSD-3-Clause */
/* Records of CSV (RFC 4180) and TSV. In CSV a field that begins with a double quote ends at the
 * next one that is not doubled, and may hold commas and line ends; a quote elsewhere is a byte like
 * any other. In TSV every byte but tab and line end is. */
#ifndef VK_BULK_CSV_H
#define VK_BULK_CSV_H

#include <stdbool.h>

#include "base/buf.h"

struct bulk_csv {
    char separator; /* ',' or '\t'; with '\t' there are no quotes */
    /* private: of the record under way */
    size_t seen;
    uint8_t state;
};

enum bulk_csv_fault {
    BULK_CSV_FINE,
    BULK_CSV_BEHIND, /* text right behind a closing quote */
    BULK_CSV_OPEN,   /* a quote that is never closed */
};

void bulk_csv_init(struct bulk_csv *c, char separator);
/* The record that begins at p, of which n bytes are there and end with a newline if `ended`: 1, and
 * *len is where it ends, line end included; 0: it is not whole, call again with the same and more.
 * VK_EPARSE: *fault says why, and *len is the end of its first line, so that a stray quote takes no
 * more with it. */
int bulk_csv_next(struct bulk_csv *c, const char *p, size_t n, bool ended, size_t *len,
                  enum bulk_csv_fault *fault) MUST_CHECK;
/* The record under way never ends: as VK_EPARSE above, if it has a first line. */
int bulk_csv_give_up(struct bulk_csv *c, const char *p, size_t n, size_t *len,
                     enum bulk_csv_fault *fault) MUST_CHECK;

struct bulk_csv_fields {
    int n, cap;
    const char **p;
    size_t *lens;
    struct buf undone; /* quoted fields without their quotes */
};

void bulk_csv_fields_init(struct bulk_csv_fields *f);
void bulk_csv_fields_release(struct bulk_csv_fields *f);
/* The fields of a whole record; valid as long as it, and until the next call. */
void bulk_csv_split(const struct bulk_csv *c, const char *p, size_t len, struct bulk_csv_fields *f);

#endif
