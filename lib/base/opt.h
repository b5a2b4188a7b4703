/* SPDX-License-Identifier: BSD-3-Clause */
/* Command-line options from one table, which feeds parsing, --help, shell completion and the check
 * of the man page. A program's table is a list of groups, each with its own target struct, so that
 * the three programs share the connection group. Numbers are strict: all of the text, within
 * bounds. */
#ifndef BASE_OPT_H
#define BASE_OPT_H

#include "base/buf.h"

enum opt_type {
    OPT_HEADING, /* no option: `help` is a heading of --help */
    OPT_FLAG,    /* no argument; bool = true */
    OPT_SET,     /* no argument; int = value */
    OPT_INT,     /* int64_t within min..max */
    OPT_NUMBER,  /* double within min..max */
    OPT_STR,     /* const char *, borrowed from argv */
    OPT_SECRET,  /* char *: NULL or its own allocation, replaced by a copy; argv's bytes become 'x'
                  */
    OPT_CALL,    /* fn decides; has an argument when `arg` is set (else value is NULL) */
};

/* value is argv's own text: it lives as long as argv, and fn may overwrite it (secrets). An error's
 * text gets the option's name in front. */
typedef int opt_fn(void *target, char *value, struct err *e);

struct opt_row {
    char letter;      /* 0 = none */
    const char *name; /* without dashes, NULL = none */
    enum opt_type type;
    size_t offset;     /* of the target's member */
    const char *arg;   /* the argument's name in --help: "HOST" */
    const char *help;  /* a phrase, no full stop */
    double min, max;   /* OPT_INT, OPT_NUMBER */
    int value;         /* OPT_SET */
    opt_fn *fn;        /* OPT_CALL */
    const char *words; /* completion of the argument: "file", "dir", "host", "command", or words
                          with blanks */
    bool hidden;       /* parsed, not in --help (an alias) */
};

/* The row of all zeros behind a table. */
static inline bool opt_is_end(const struct opt_row *r) {
    return !r->letter && !r->name && r->type == OPT_HEADING && !r->help;
}

struct opt_group {
    const struct opt_row *rows; /* ends with a row of all zeros */
    void *target;
};

/* Of two rows of one name or letter the first counts: a program's own group in front of a shared
 * one gives an option another meaning. */
struct opt_program {
    const char *name;               /* "vk" */
    const char *summary;            /* one line: what it does */
    const char *const *usage;       /* usage lines without the name, NULL at the end */
    const struct opt_group *groups; /* ends with rows NULL */
    const char *const *examples;    /* lines for the end of --help, NULL at the end; may be NULL */
    const char *const *notes; /* lines behind the options (exit codes, environment); may be NULL */
    bool lenient; /* numbers as other tools read them: what a text begins with, 0 if that is none,
                     and the bound that is passed */
    const char *profiles; /* a command that lists what @NAME behind the options can be, a name at
                             the beginning of each line; NULL = no such thing */
};

/* Parse argv[1..): options up to "--" or the first word that is none; *first is that word's index
 * (or argc). "--name value", "--name=value", "-x value". The last of a repeated option wins.
 * VK_EUSAGE, with *first at the option at fault, and a text such as "unknown option '--prot' (did
 * you mean '--port'?)", "option '-p' needs a PORT", "option '-p': 'abc' is not a whole number from
 * 0 to 65535"; a secret's value is never in it. */
int opt_parse(const struct opt_program *p, int argc, char **argv, int *first,
              struct err *e) MUST_CHECK;
/* Options that come from elsewhere (a file), by their long names. The row called name; NULL = none.
 */
const struct opt_row *opt_find(const struct opt_program *p, const char *name);
/* As if "--NAME VALUE" were typed, or "--NAME" where the row has no argument; the name is known.
 * The same holds of value as of argv. */
int opt_set(const struct opt_program *p, const char *name, char *value, struct err *e) MUST_CHECK;
/* Was it, or another option that sets the same, typed among the options that opt_parse took from
 * argv? */
bool opt_is_typed(const struct opt_program *p, int argc, char **argv, const char *name);
/* The long name that looks most like the typed one; NULL = none does. */
const char *opt_nearest(const struct opt_program *p, const char *name, size_t len);
/* --help at most `columns` wide. */
void opt_help(const struct opt_program *p, int columns, struct buf *out);
/* Does it stand in --help and completion: no heading, not hidden, no option of its name before it?
 */
bool opt_is_shown(const struct opt_program *p, const struct opt_row *r);
/* The completion script for shell "bash", "zsh" or "fish"; VK_EUSAGE for another. */
int opt_completion(const struct opt_program *p, const char *shell, struct buf *out,
                   struct err *e) MUST_CHECK;
/* Does a typed name look like a known one? The number of letters to change, drop, add or swap, or
 * OPT_FAR when that is more than a slip of the hand. */
enum { OPT_FAR = 1000 };
int opt_distance(const char *typed, size_t len, const char *known);

#endif
