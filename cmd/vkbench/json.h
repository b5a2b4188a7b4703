/* SPDX-License-Identifier: BSD-3-Clause */
/* JSON (RFC 8259), appended to a buffer: valid whatever the texts hold, and no number that JSON
 * does not know. Who opens an object or an array closes it with '}' or ']'. */
#ifndef VKBENCH_JSON_H
#define VKBENCH_JSON_H

#include "base/buf.h"

/* Bytes of a text that are looked at: a title may hold a whole value. */
enum { JSON_TEXT_MAX = 4096 };

/* p[0..n) with its quotes, and nothing in it that could drive a terminal. A byte that is no UTF-8
 * becomes U+FFFD. */
void json_string(struct buf *out, const char *p, size_t n);
/* The comma in front of the next value or name, unless it is the first of its kind. */
void json_separate(struct buf *out);
void json_key(struct buf *out, const char *name);

/* A string as the next element of an array. */
void json_element(struct buf *out, const char *s);
/* Members of an object; names are our own and stand as they are. */
void json_text(struct buf *out, const char *name, const char *s);
void json_count(struct buf *out, const char *name, uint64_t n);
void json_none(struct buf *out, const char *name);
void json_count_or_null(struct buf *out, const char *name, uint64_t n, bool known);
/* null unless v is finite */
void json_number(struct buf *out, const char *name, double v);
void json_flag(struct buf *out, const char *name, bool v);
void json_object(struct buf *out, const char *name);
void json_array(struct buf *out, const char *name);

#endif
