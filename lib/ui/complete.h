/* SPDX-License-Identifier: BSD-3-Clause */
/* What the word at the cursor may become: the words that the grammar knows, and the kind of value
 * that the server or the shell's memory may know more of. */
#ifndef UI_COMPLETE_H
#define UI_COMPLETE_H

#include <stdbool.h>

#include "base/arena.h"
#include "ui/grammar.h"

enum complete_kind {
    COMPLETE_NONE, /* nothing, or free text */
    COMPLETE_KEY,
    COMPLETE_CHANNEL,
    COMPLETE_SHARD_CHANNEL,
    COMPLETE_PATTERN,      /* of keys or channels */
    COMPLETE_ACL_CATEGORY, /* the usual ones are among the words */
    COMPLETE_CONFIG_PARAMETER,
    COMPLETE_USER,
    COMPLETE_CLIENT_ID,
    COMPLETE_CLIENT_ADDRESS, /* ip:port */
    COMPLETE_NODE_ID,
    COMPLETE_FUNCTION,
    COMPLETE_LIBRARY,  /* of functions */
    COMPLETE_GROUP,    /* of the stream whose key stands before it */
    COMPLETE_CONSUMER, /* of the group before it */
    COMPLETE_FIELD,    /* of the hash whose key stands before it */
    COMPLETE_INTEGER,
    COMPLETE_KINDS, /* how many there are */
};

struct complete_word {
    const char *text;    /* the whole word, in the case of what is typed */
    const char *summary; /* one line, may be "" */
};

struct complete {
    struct arena arena; /* owns the words */
    size_t n;
    struct complete_word *words; /* in order, none twice; all begin with the typed prefix */
    enum complete_kind kind;
    const struct grammar_command *command; /* that the word belongs to, NULL = none */
};

void complete_init(struct complete *c);
void complete_release(struct complete *c);
/* Replaces what c held. argv: the words up to the cursor; inside: the last of them is the one to be
 * completed, else a new one. lens may be NULL. Valid until the next call or g changes. */
void complete_find(struct complete *c, const struct grammar *g, int argc, const char *const *argv,
                   const size_t *lens, bool inside);

#endif
