/* SPDX-License-Identifier: BSD-3-Clause */
/* What help shows of commands: pages out of a grammar, laid out for a terminal. Texts of a grammar
 * are printable, so what a server says of itself is harmless here. */
#ifndef VK_HELP_PAGE_H
#define VK_HELP_PAGE_H

#include "ui/grammar.h"

struct help_page {
    const struct grammar *grammar;
    int columns; /* of the terminal */
    bool colour;
    struct buf *out;
};

/* A command, with its subcommands if it has any. */
void help_page_command(const struct help_page *p, const struct grammar_command *c);
/* "string" or, if no group has that name, the ACL category; a line for each command. False: there
 * is neither, and nothing was written. */
bool help_page_group(const struct help_page *p, const char *name, size_t len);
/* The groups, as many on a line as fit. */
void help_page_groups(const struct help_page *p);
/* Commands that word may be meant for: names that are near it, else those that bear it in their
 * name or summary. False: there is none, and nothing was written. container: its subcommands;
 * NULL = any command. */
bool help_page_near(const struct help_page *p, const struct grammar_command *container,
                    const char *word, size_t len);

/* Append text with its lines broken between words, each but the first indented; at is the column
 * where it begins. */
void help_page_wrap(const struct help_page *p, const char *text, int at, int indent);
/* "name    summary", the name filled up to width columns, the summary cut to what is left. */
void help_page_row(const struct help_page *p, const char *name, int width, const char *summary);

/* The number of edits (a letter more, less, another, two exchanged) that lead from the one to the
 * other, in any case; more than max is max + 1. Of names up to GRAMMAR_NAME_MAX. */
int help_page_distance(const char *a, size_t a_len, const char *b, size_t b_len, int max);

/* What an option of a command does, NULL = not known here. */
const char *help_words_of(const char *command, const char *token);

#endif
