/* SPDX-License-Identifier: BSD-3-Clause */
/* The lines of RESP for the reader: cut out of its windows, with the counts in them, and the words
 * for what is wrong in them. Private to resp. A line is a type byte, text, CRLF; one that ought to
 * hold a number, a "header", is short and may end otherwise, which the parsing of its text then
 * finds. */
#ifndef RESP_LINE_H
#define RESP_LINE_H

#include "resp/read.h"

enum {
    LINE_STREAMED = -1, /* in place of a count: "?" */
    LINE_NIL = -2,      /* in place of a count: "-1" */
    LINE_HEADER = 32,   /* bytes of text in a header at most */
};

/* Room for the longest line that must be kept. */
#define LINE_ROOM(limit) (((limit) > LINE_HEADER ? (limit) : LINE_HEADER) + 3)

/* How the line behind a type byte looks. */
enum line_class {
    LINE_UNKNOWN,
    LINE_TEXT,  /* any text, or a number of any length */
    LINE_SHORT, /* a header with something of its own */
    LINE_COUNT, /* a header with a count */
};

struct line {
    const char *p;
    size_t len;  /* with type byte and CRLF */
    uint64_t at; /* stream offset of the type byte */
};

extern const uint8_t line_classes[256];
static inline enum line_class line_class(char type) {
    return (enum line_class)line_classes[(unsigned char)type];
}

/* The line at the window's start (not empty, or r->line is not), joined to what earlier windows
 * brought of it: 1; 0 when its end is not there yet, and the part is kept; VK_ELIMIT. */
int line_take(struct resp_reader *r, struct line *l) MUST_CHECK;
bool line_has_crlf(const struct line *l);
/* Bytes between the type byte and the CRLF or whatever ended the line. */
size_t line_text_len(const struct line *l);
/* Type byte and CRLF only. */
bool line_is_bare(const struct line *l);
/* The count in a header: 0 or more, LINE_STREAMED, LINE_NIL. One that no int64_t holds becomes
 * INT64_MAX, which no limit allows. */
int line_count(struct resp_reader *r, const struct line *l, int64_t *n) MUST_CHECK;
int line_int(struct resp_reader *r, const struct line *l, int64_t *n) MUST_CHECK;

/* The reader's sticky error, VK_EPROTO or VK_ELIMIT. */
int line_unexpected(struct resp_reader *r, uint64_t at, char got, const char *expected);
int line_too_much(struct resp_reader *r, uint64_t at, uint64_t limit, const char *what);
/* Byte i of the text is not what was expected; of a number, not a digit or the end. */
int line_bad(struct resp_reader *r, const struct line *l, size_t i, const char *expected);
int line_bad_number(struct resp_reader *r, const struct line *l, size_t i);

#endif
