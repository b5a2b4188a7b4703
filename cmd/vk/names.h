/* SPDX-License-Identifier: BSD-3-Clause */
/* Words that only the server and the shell's memory know: keys, parameters, users, clients, nodes,
 * channels ... for completion. Every question is small, has a time limit and is asked when Tab is
 * pressed; its answer serves for a few seconds, or until a command is run. */
#ifndef VK_NAMES_H
#define VK_NAMES_H

#include "ask.h"
#include "names_seen.h"
#include "typing.h"

enum { NAMES_WHERE_MAX = 256 };

/* One list of the server. */
struct names_list {
    struct menu words;
    struct buf question; /* that they answer: its words, each with a NUL */
    struct ask_epoch epoch;
    int64_t fresh_ns; /* until when; 0 = not at all */
    bool forbidden;   /* to this user */
};

/* A series of SCANs. */
struct names_keys {
    struct buf prefix;
    struct menu words;
    struct ask_epoch epoch;
    int64_t fresh_ns;
    int node;        /* how many are through */
    char cursor[24]; /* of the next one */
    int64_t count, quickest_ns;
    bool done, forbidden;
};

struct names {
    struct ask *ask;
    const struct grammar *grammar; /* borrowed */
    bool scans;                    /* keys may be asked for */
    struct names_seen *seen;
    char where[NAMES_WHERE_MAX]; /* the keys that were seen are, */
    int db;
    struct names_keys keys;
    struct names_list lists[COMPLETE_KINDS];
    struct reply_builder answer;
};

void names_init(struct names *n, struct ask *a, const struct grammar *g, bool scans);
void names_release(struct names *n);
/* A command of the user's was answered: the keys in it and in its reply are known from now on, and
 * what the server said before may be out of date. */
void names_take(struct names *n, int argc, const char *const *argv, const size_t *lens,
                const struct reply *r);
/* arg is the struct names. */
typing_more_fn names_find;

#endif
