/* SPDX-License-Identifier: BSD-3-Clause */
/* See learn.h. One question at a time: what the user types meanwhile has at most one answer in
 * front of it. A callback only notes what came; the next step is taken in learn_turn. */
#include "learn.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "learn_cache.h"
#include "learn_identity.h"

/* Memory of an answer; COMMAND DOCS of 240 commands takes 5 MiB. */
#define ANSWER_MAX ((size_t)64 << 20)

enum { TRIES_MAX = 3, COUNT_ROOM = 32 };

void learn_init(struct learn *l, struct ask *a, struct grammar *g) {
    *l = (struct learn){.ask = a, .grammar = g, .stage = LEARN_DONE};
    reply_builder_init(&l->docs, ANSWER_MAX);
    reply_builder_init(&l->answer, ANSWER_MAX);
}

void learn_release(struct learn *l) {
    ask_forget(l->waiting);
    reply_builder_release(&l->docs);
    reply_builder_release(&l->answer);
}

/* ---- questions ---- */

static void on_answer(void *arg, int code) {
    struct learn *l = arg;
    l->waiting = NULL;
    l->answered = true;
    l->code = code;
}

static void ask(struct learn *l) {
    static const char *const hello[] = {"HELLO"}, *const info[] = {"INFO"};
    static const char *const command[] = {"COMMAND", "COUNT"}, *const docs[] = {"COMMAND", "DOCS"};
    const struct cmd cmds[] = {
        [LEARN_IDENTITY] = {.argc = 1, .argv = l->by_info ? info : hello},
        [LEARN_COUNT] = {.argc = 2, .argv = command},
        [LEARN_DOCS] = {.argc = 2, .argv = docs},
        [LEARN_COMMANDS] = {.argc = 1, .argv = command},
    };
    struct reply_builder *into = l->stage == LEARN_DOCS ? &l->docs : &l->answer;
    l->answered = false;
    l->waiting = ask_send(l->ask, &cmds[l->stage], into, on_answer, l);
}

/* ---- answers ---- */

static void take_identity(struct learn *l) {
    struct buf b;
    bool known = false;
    buf_init(&b, LEARN_IDENTITY_MAX - COUNT_ROOM);
    if (l->code == 0 && l->by_info) known = learn_identity_of_info(l->answer.root, &b);
    if (l->code == 0 && !l->by_info) known = learn_identity_of_hello(l->answer.root, &b);
    snprintf(l->identity, sizeof l->identity, "%s", known ? buf_cstr(&b) : "");
    buf_release(&b);
    if (known || l->by_info)
        l->stage = known ? LEARN_COUNT : LEARN_DONE;
    else
        l->by_info = true;
}

/* Commands may have been taken from the server by its configuration. True: the cache knows it. */
static bool take_count(struct learn *l) {
    const struct reply *n = l->answer.root;
    size_t len = strlen(l->identity);
    l->stage = LEARN_DONE;
    if (l->code < 0 || n->type != RESP_INT) return false;
    snprintf(l->identity + len, sizeof l->identity - len, " %lld", (long long)n->n);
    if (!strcmp(l->identity, l->has)) return false;
    if (learn_cache_load(l->identity, l->grammar)) return true;
    l->stage = LEARN_DOCS;
    return false;
}

/* Servers before 7 know no COMMAND DOCS. */
static bool take_commands(struct learn *l) {
    struct err e;
    l->stage = LEARN_DONE;
    if (l->code < 0) return false;
    if (grammar_take(l->grammar, l->docs.root, l->answer.root, &e) < 0) return false;
    learn_cache_save(l->identity, l->grammar);
    return true;
}

static void take_docs(struct learn *l) {
    l->stage = l->code == 0 || l->code == VK_ESERVER ? LEARN_COMMANDS : LEARN_DONE;
    if (l->code < 0) reply_builder_clear(&l->docs);
}

static bool take(struct learn *l) {
    bool other = false;
    l->answered = false;
    if (l->code == VK_ECANCEL && ++l->tries < TRIES_MAX) return false; /* with a command's Ctrl-C */
    switch (l->stage) {
    case LEARN_IDENTITY: take_identity(l); break;
    case LEARN_COUNT: other = take_count(l); break;
    case LEARN_DOCS: take_docs(l); break;
    case LEARN_COMMANDS: other = take_commands(l); break;
    default: break;
    }
    if (other) snprintf(l->has, sizeof l->has, "%s", l->identity);
    return other;
}

/* ---- */

static void begin(struct learn *l, const struct ask_epoch *now) {
    ask_forget(l->waiting);
    l->waiting = NULL;
    l->answered = l->by_info = false;
    l->tries = 0;
    l->epoch = *now;
    l->stage = LEARN_IDENTITY;
}

static void give_back(struct learn *l) {
    reply_builder_release(&l->docs);
    reply_builder_release(&l->answer);
    reply_builder_init(&l->docs, ANSWER_MAX);
    reply_builder_init(&l->answer, ANSWER_MAX);
}

bool learn_turn(struct learn *l) {
    struct ask_epoch now = ask_epoch(l->ask);
    bool other = false;
    if (!ask_epoch_is(&now, &l->epoch)) begin(l, &now);
    if (l->waiting || l->stage == LEARN_DONE) return false;
    if (l->answered) other = take(l);
    if (l->stage != LEARN_DONE)
        ask(l);
    else
        give_back(l);
    return other;
}
