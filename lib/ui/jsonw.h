/* SPDX-License-Identifier: BSD-3-Clause */
/* JSON (RFC 8259), appended to a buffer: valid whatever the texts hold, and no number that JSON
 * does not know. Who opens an object or an array closes it with '}' or ']'. */
#ifndef UI_JSONW_H
#define UI_JSONW_H

#include "base/buf.h"

/* Bytes of a text that are looked at: a title may hold a whole value. */
enum { JSONW_TEXT_MAX = 4096 };

/* p[0..n) with its quotes, and nothing in it that could drive a terminal. A byte that is no UTF-8
 * becomes U+FFFD. */
void jsonw_string(struct buf *out, const char *p, size_t n);
/* The same; {"base64":"..."} (RFC 4648) when it is not UTF-8. */
void jsonw_bytes(struct buf *out, const char *p, size_t n);
/* The comma in front of the next value or name, unless it is the first of its kind. */
void jsonw_separate(struct buf *out);
void jsonw_key(struct buf *out, const char *name);
/* The same of a name that is not our own. */
void jsonw_name(struct buf *out, const char *p, size_t n);

/* A string as the next element of an array. */
void jsonw_element(struct buf *out, const char *s);
/* Members of an object; names are our own and stand as they are. */
void jsonw_text(struct buf *out, const char *name, const char *s);
void jsonw_count(struct buf *out, const char *name, uint64_t n);
void jsonw_none(struct buf *out, const char *name);
void jsonw_count_or_null(struct buf *out, const char *name, uint64_t n, bool known);
/* null unless v is finite */
void jsonw_number(struct buf *out, const char *name, double v);
void jsonw_flag(struct buf *out, const char *name, bool v);
void jsonw_object(struct buf *out, const char *name);
void jsonw_array(struct buf *out, const char *name);

#endif
