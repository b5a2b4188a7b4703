/* SPDX-License-Identifier: BSD-3-Clause */
/* What peek's two files share: peek.c asks, peek_tell.c tells. */
#ifndef VK_PEEK_IMPL_H
#define VK_PEEK_IMPL_H

#include "shell_impl.h"

enum { PEEK_WORDS = 6, PEEK_FACT_BYTES = 160 };

enum {
    PEEK_TYPE,
    PEEK_ENCODING,
    PEEK_TTL,
    PEEK_EXPIRES,
    PEEK_MEMORY,
    PEEK_REFS,
    PEEK_IDLE,
    PEEK_FREQ,
    PEEK_LENGTH,
    PEEK_FACTS
};

struct peek_fact {
    enum { PEEK_UNKNOWN, PEEK_NUMBER, PEEK_TEXT, PEEK_REFUSED } kind;
    int64_t n;
    char text[PEEK_FACT_BYTES]; /* of an error, too; the server's bytes */
};

/* How long a key of a type is, and what shows its beginning. */
struct peek_kind {
    const char *type;
    const char *length;           /* a command; NULL = none */
    const char *unit[2];          /* what it counts: one, many */
    const char *look[PEEK_WORDS]; /* "" is the key */
};

struct peek_command {
    int argc;
    const char *argv[PEEK_WORDS];
    size_t lens[PEEK_WORDS];
};

struct peek {
    struct shell *shell;
    const char *key;
    size_t key_len;
    struct peek_fact facts[PEEK_FACTS];
    struct peek_command commands[PEEK_FACTS]; /* of one write; they live until all is over */
    int asked[PEEK_FACTS];                    /* the fact that each of them asks for */
    int n_commands, n_answered;
    const struct peek_kind *kind; /* NULL = of a type that is not known */
    struct buf text;              /* of all keys */
    struct buf value;             /* what is shown of it */
    int64_t shown;                /* elements or bytes of that, -1 = none */
    bool colour;
};

/* The key's lines to the text. */
void peek_tell(struct peek *p);

#endif
