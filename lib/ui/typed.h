/* SPDX-License-Identifier: BSD-3-Clause */
/* A line that is being typed, as words. The rules are those of resp/quote, but nothing is an error:
 * a quote that is still open ends at the line's end, text behind a closing quote belongs to its
 * word. Words know where they stand in the line. */
#ifndef UI_TYPED_H
#define UI_TYPED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"

struct typed_word {
    size_t at, len; /* in the line, quotes and all */
    bool quoted;    /* begins with a quote */
    bool open;      /* ... that has no end */
    bool broken;    /* text right behind a closing quote: the line cannot be sent */
};

struct typed {
    struct arena arena;
    int argc, cap;
    const char **argv; /* decoded, each with a NUL behind it; as hint and complete want them */
    size_t *lens;
    struct typed_word *words;
    bool inside; /* the line ends in its last word, not behind a blank */
};

void typed_init(struct typed *t);
void typed_release(struct typed *t);
/* Split line[0..len), replacing what t held. Give the line up to the cursor for hints and
 * completion, all of it for colours. */
void typed_split(struct typed *t, const char *line, size_t len);
/* Text of several lines may be several entries: the bytes of the first, up to a newline that stands
 * in no quotes, or len. A line that begins with # is one, whatever quotes are in it. */
size_t typed_entry(const char *text, size_t len);
/* Append p[0..len) as it is typed: resp/quote and typed_split give the same bytes back. In double
 * quotes when it needs them, or has to be `quoted`; with `open` the closing one is left out.
 * Harmless UTF-8 stays as it is, other bytes become escapes. */
void typed_add(struct buf *out, const char *p, size_t len, bool quoted, bool open);

#endif
