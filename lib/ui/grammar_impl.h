/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of grammar share. A saved grammar, and the built-in tables, are lines of nine
 * fields with tabs between: name, arity, flags (c container, t told), since, group, categories,
 * complexity, summary, arguments. Arguments are separated by blanks and noted as
 *
 *     [?][*][+] type name [=token] [(arguments)]
 *
 * ? optional, * multiple, + multiple_token; the type is a letter of GRAMMAR_LETTERS; bytes that
 * mean something here are %hh. SET: "kkey svalue ?ocondition(tnx=NX txx=XX) ?tget=GET". */
#ifndef UI_GRAMMAR_IMPL_H
#define UI_GRAMMAR_IMPL_H

#include "base/arena.h"
#include "ui/grammar.h"

#define GRAMMAR_LETTERS "sidkputob" /* by enum grammar_type */
#define GRAMMAR_FIRST_LINE "valkit grammar 1\n"

/* The commands of one source, sorted by name, none twice. */
struct grammar_set {
    struct arena arena; /* owns all of it */
    struct grammar_command *rows;
    size_t n, cap;
    size_t n_args; /* in the last row, so far */
};

struct grammar {
    struct grammar_set builtin, server;
    struct grammar_command *all; /* the server's, then what is only built in; by name */
    size_t n;
    bool spoken; /* there is a server's set */
};

extern const char grammar_table_commands[], grammar_modules_commands[];

void grammar_set_init(struct grammar_set *s);
void grammar_set_release(struct grammar_set *s);
/* A new row, to be filled in; NULL when there are GRAMMAR_COMMANDS_MAX. */
struct grammar_command *grammar_set_add(struct grammar_set *s);
/* Bring it into order; of rows with the same name the first stands. */
void grammar_set_sort(struct grammar_set *s);
/* The row whose name is name[0..len), compared without case, or NULL. */
const struct grammar_command *grammar_set_find(const struct grammar_command *rows, size_t n,
                                               const char *name, size_t len);
/* The first row whose name is not below that. */
size_t grammar_set_from(const struct grammar_command *rows, size_t n, const char *name, size_t len);
/* A name of one or two words in upper case, NULL when it is none. */
const char *grammar_set_name(struct grammar_set *s, const char *p, size_t len, uint8_t *n_words);
/* A copy of a text that may be shown, cut to max bytes. */
const char *grammar_set_text(struct grammar_set *s, const char *p, size_t len, size_t max);

/* Add rows out of lines. VK_EPARSE: they are not well-formed; VK_ELIMIT: too many. */
int grammar_text_parse(struct grammar_set *s, const char *p, size_t len) MUST_CHECK;
void grammar_text_write(const struct grammar_command *c, struct buf *out);

/* Make s what the server says; s is empty then. */
void grammar_adopt(struct grammar *g, struct grammar_set *s);

#endif
