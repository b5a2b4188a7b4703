/* SPDX-License-Identifier: BSD-3-Clause */
/* What came of one kind of command: counts, bytes, latencies, errors by word. One per command and
 * worker, written by that worker, merged after the end. The counts may be read while they change
 * (as with hist); the words may not. */
#ifndef LOAD_TALLY_H
#define LOAD_TALLY_H

#include "load/hist.h"

enum {
    TALLY_WORDS = 32,     /* kinds of error kept apart; the rest goes under "(other)" */
    TALLY_WORD_MAX = 32,  /* bytes of a word with its NUL */
    TALLY_TEXT_MAX = 160, /* bytes of the sample with its NUL */
};

struct tally_word {
    char word[TALLY_WORD_MAX]; /* "WRONGTYPE"; "LOST" for a request whose connection ended */
    char text[TALLY_TEXT_MAX]; /* the first whole text of that word; may hold anything a server
                                  says: escape it before it is shown */
    uint64_t count;
};

struct tally {
    uint64_t done;                /* replies that are no errors */
    uint64_t errors;              /* error replies, and requests that were lost */
    uint64_t bytes_out, bytes_in; /* of all that were answered */
    struct hist *service;         /* submit to done, of `done` */
    struct hist *response;        /* intended to done, of `done`; NULL in a closed loop */
    struct hist *lag;             /* intended to submit, of all; NULL in a closed loop */
    struct hist *failed;          /* submit to done, of error replies */
    struct tally_word words[TALLY_WORDS];
    int n_words;
};

/* rated: with the two histograms that a rate needs. */
void tally_init(struct tally *t, bool rated);
void tally_release(struct tally *t);
/* An error reply's text (without '-'), or "LOST ...": counts it under its first word (letters,
 * digits, '_'; else "(other)"). */
void tally_error(struct tally *t, const char *text, size_t len);
void tally_merge(struct tally *dst, const struct tally *src);
/* Words by count, greatest first, then by name. */
void tally_sort(struct tally *t);

#endif
