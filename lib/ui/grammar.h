/* SPDX-License-Identifier: BSD-3-Clause */
/* What may follow the name of a command: its arguments as a tree, and what help says about it. A
 * grammar begins with the built-in tables (the commands of Redis 7.0.15, those of well-known
 * modules); what a server says by COMMAND DOCS goes before them and is replaced as a whole. */
#ifndef UI_GRAMMAR_H
#define UI_GRAMMAR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "resp/reply.h"

enum {
    GRAMMAR_COMMANDS_MAX = 16384, /* with subcommands, of one server */
    GRAMMAR_ARGS_MAX = 64,        /* side by side */
    GRAMMAR_DEPTH_MAX = 8,        /* of the tree of arguments */
    GRAMMAR_TREE_MAX = 1024,      /* arguments in it: each key that is typed walks it */
    GRAMMAR_NAME_MAX = 64,        /* bytes of a name or token; a subcommand's has twice that */
    GRAMMAR_TEXT_MAX = 1024,      /* bytes of a summary or complexity; more is cut */
    GRAMMAR_SAVE_MAX = 1 << 24,   /* bytes of a saved grammar */
};

enum grammar_type {
    GRAMMAR_STRING,
    GRAMMAR_INTEGER,
    GRAMMAR_DOUBLE,
    GRAMMAR_KEY,
    GRAMMAR_PATTERN,
    GRAMMAR_UNIX_TIME,
    GRAMMAR_PURE_TOKEN, /* nothing but its token */
    GRAMMAR_ONEOF,      /* one of args */
    GRAMMAR_BLOCK,      /* all of args, in this order */
};

enum {
    GRAMMAR_OPTIONAL = 1,
    GRAMMAR_MULTIPLE = 2,       /* once or more, */
    GRAMMAR_MULTIPLE_TOKEN = 4, /* the token each time */
};

/* All texts of a grammar are printable ASCII or UTF-8 without control characters. */
struct grammar_arg {
    const char *name;
    const char *token; /* the word in front of the value, or NULL */
    uint8_t type;      /* enum grammar_type */
    uint8_t flags;     /* GRAMMAR_OPTIONAL... */
    uint8_t n_args;
    const struct grammar_arg *args; /* of ONEOF and BLOCK; else NULL */
};

struct grammar_command {
    const char *name;       /* upper case; "CONFIG GET" for a subcommand */
    const char *summary;    /* each "" where it is not known */
    const char *since;      /* a version */
    const char *group;      /* "string", "sorted-set"... */
    const char *complexity; /* "O(1)" and more words */
    const char *categories; /* ACL, with blanks between: "@read @string @fast" */
    int16_t arity;          /* as COMMAND says it, the name's words counted; 0 = not known */
    uint8_t n_words;        /* of the name: 1 or 2 */
    bool container;         /* has subcommands */
    bool told;              /* args is the whole truth; false = any arguments may follow */
    bool served;            /* the server has it; before one has spoken, true for all */
    uint8_t n_args;
    const struct grammar_arg *args;
};

struct grammar;

/* A grammar that knows the built-in tables. */
struct grammar *grammar_new(void);
void grammar_free(struct grammar *g);

/* Take the reply of COMMAND DOCS, as RESP2 or RESP3 has it, and of COMMAND for arities and ACL
 * categories (NULL = those that are built in). docs NULL: COMMAND alone says which commands there
 * are, and the built-in tables the rest, subcommands among it. Replaces what an earlier server
 * said; keeps nothing of the replies. Entries without sense are left out. VK_ESERVER: the server
 * answered with an error; VK_EPROTO: docs is no map, or commands no list; VK_ELIMIT: more commands
 * than GRAMMAR_COMMANDS_MAX; then g is as before. */
int grammar_take(struct grammar *g, const struct reply *docs, const struct reply *commands,
                 struct err *e) MUST_CHECK;
/* Append what the server said, for grammar_load: lines of text, the first with the format's number
 * in it. Nothing but that line when none has spoken. VK_ELIMIT when out is full. */
int grammar_save(const struct grammar *g, struct buf *out) MUST_CHECK;
/* What grammar_save wrote, as if it were taken. VK_EPARSE: not what this version writes, or
 * damaged: then g is as before. */
int grammar_load(struct grammar *g, const char *p, size_t len, struct err *e) MUST_CHECK;

/* The command that argv begins with: the subcommand if argv names one, else its container. NULL =
 * not known. lens may be NULL. */
const struct grammar_command *grammar_find(const struct grammar *g, int argc,
                                           const char *const *argv, const size_t *lens);
/* All of them by number, in order of name, a container's subcommands right behind it; NULL behind
 * the last. */
const struct grammar_command *grammar_at(const struct grammar *g, size_t i);
/* The number of the first command whose name is not below prefix[0..len) (without case). */
size_t grammar_from(const struct grammar *g, const char *prefix, size_t len);

/* text begins with p[0..len), ASCII letters in any case. */
bool grammar_begins(const char *text, const char *p, size_t len);

/* Append arguments in the notation of the manuals: "key [NX | XX] [EX seconds]". */
void grammar_usage(const struct grammar_arg *args, size_t n, struct buf *out);

#endif
