/* SPDX-License-Identifier: BSD-3-Clause */
/* The commands of this very server, for hints, completion and help: out of the cache on disk when a
 * server like it was met before, else by COMMAND DOCS and COMMAND, which are asked while the line
 * is awaited and never waited for. Where neither helps the built-in table stays. */
#ifndef VK_LEARN_H
#define VK_LEARN_H

#include "ask.h"
#include "ui/grammar.h"

enum { LEARN_IDENTITY_MAX = 2048 };

enum learn_stage { LEARN_IDENTITY, LEARN_COUNT, LEARN_DOCS, LEARN_COMMANDS, LEARN_DONE };

struct learn {
    struct ask *ask;
    struct grammar *grammar; /* borrowed */
    struct ask_epoch epoch;  /* whom the stage is of */
    enum learn_stage stage;
    struct ask_question *waiting;      /* NULL: the stage's question is to be asked */
    struct reply_builder docs, answer; /* docs waits for COMMAND's */
    char identity[LEARN_IDENTITY_MAX]; /* name, version, modules, number of commands: a line */
    char has[LEARN_IDENTITY_MAX];      /* the identity of what the grammar says; "" = built in */
    bool by_info;                      /* HELLO did not say, INFO may */
    int tries;                         /* questions that Ctrl-C took along */
    bool answered;                     /* the question's answer has come, */
    int code;                          /* as ask_fn has it */
};

void learn_init(struct learn *l, struct ask *a, struct grammar *g);
void learn_release(struct learn *l);
/* While the line is awaited: go on with what there is to go on with. Returns at once. True: the
 * grammar is another now, so what is shown of it may be out of date. */
bool learn_turn(struct learn *l);

#endif
