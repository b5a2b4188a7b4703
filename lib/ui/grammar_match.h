/* SPDX-License-Identifier: BSD-3-Clause */
/* A command's words against its grammar, one after the other: which argument each word is, and what
 * may follow. Tokens are known in any case; options between two positional arguments come in any
 * order; a count (numkeys and its like) rules how many of the next follow. */
#ifndef UI_GRAMMAR_MATCH_H
#define UI_GRAMMAR_MATCH_H

#include "ui/grammar.h"

enum { GRAMMAR_MATCH_FRAMES = 3 * GRAMMAR_DEPTH_MAX + 3 };

enum grammar_role {
    GRAMMAR_NO_PLACE, /* nor have the words behind it */
    GRAMMAR_TOKEN,
    GRAMMAR_VALUE,
};

/* Arguments side by side, some of which are behind us. */
struct grammar_frame {
    const struct grammar_arg *args;
    uint64_t done;   /* by bit: has been there */
    int64_t left;    /* how many more of args[counted] there must be */
    uint8_t n, base; /* what stands in front of args[base] is past */
    int8_t counted;  /* -1 = none */
    int8_t passed;   /* an optional argument that was passed over for want of words, or -1 */
    bool bare;       /* one argument whose token stands already */
    int n_times;     /* how often the last one has been there in a row */
};

struct grammar_match {
    struct grammar_frame frames[GRAMMAR_MATCH_FRAMES];
    int depth;   /* frames in use */
    bool lost;   /* a word had no place */
    bool loosen; /* the grammar does not tell everything */
};

void grammar_match_begin(struct grammar_match *m, const struct grammar_command *c);
/* The role of the next word, with n_behind words behind it; *arg gets the argument that it belongs
 * to. */
enum grammar_role grammar_match_take(struct grammar_match *m, const char *p, size_t len,
                                     int n_behind, const struct grammar_arg **arg);
/* No required argument is missing. */
bool grammar_match_full(const struct grammar_match *m);
/* Append what may follow. */
void grammar_match_rest(const struct grammar_match *m, struct buf *out);
/* Call fn with each argument that the next word may begin: as a token, or as a value. Stops when fn
 * returns true. */
typedef bool grammar_match_fn(void *arg, const struct grammar_arg *a, bool as_token);
void grammar_match_each(const struct grammar_match *m, grammar_match_fn *fn, void *arg);
/* p[0..len) looks like a value of a's type. */
bool grammar_match_fits(const struct grammar_arg *a, const char *p, size_t len);

#endif
