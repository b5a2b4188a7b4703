/* SPDX-License-Identifier: BSD-3-Clause */
/* A command line to arguments and back, by valkey-cli's rules: blanks separate; "..." knows \n \r
 * \t \b \a \\ \" and \xhh, any other \c is c; '...' knows \' only; a quote may open inside a word
 * (a"b c" is the word `ab c`), a closing quote must be followed by a blank or the end; outside of
 * quotes a backslash is a byte like any other. One difference: a NUL is a byte of its word here,
 * while valkey-cli drops the line from it on (a caller that wants that passes the length up to it).
 */
#ifndef RESP_QUOTE_H
#define RESP_QUOTE_H

#include "base/arena.h"
#include "base/buf.h"

enum { RESP_QUOTE_MAX = 1 << 30 }; /* bytes of the longest line */

struct resp_quote_args {
    struct arena arena; /* owns everything */
    int argc, cap;
    const char **argv; /* each with a NUL behind it */
    size_t *lens;
};

void resp_quote_init(struct resp_quote_args *a);
void resp_quote_release(struct resp_quote_args *a);
/* Split line[0..len), replacing what a held. argc may be 0. VK_EPARSE: unbalanced quotes, or text
 * right behind a closing quote (e says which and at which byte, counted from 1); VK_ELIMIT: longer
 * than RESP_QUOTE_MAX. After an error argc is 0. */
int resp_quote_split(struct resp_quote_args *a, const char *line, size_t len,
                     struct err *e) MUST_CHECK;
/* The next word of a line that resp_quote_split takes, as it was typed: line[*from..*to), searched
 * from *to on (0 at first). False: there is none. */
bool resp_quote_next(const char *line, size_t len, size_t *from, size_t *to);
/* Undo one quoted argument ("--quoted-input"): p must hold exactly one argument, which is
 * appended to out. */
int resp_quote_undo(struct buf *out, const char *p, size_t len, struct err *e) MUST_CHECK;
/* Append p[0..len) in double quotes, every byte that is not printable ASCII as an escape, so that
 * resp_quote_split gives the same bytes back. As valkey-cli prints strings on a terminal. */
int resp_quote_add(struct buf *out, const char *p, size_t len);
/* The same without the quotes around it: for strings that come in pieces. */
int resp_quote_body(struct buf *out, const char *p, size_t len);

#endif
