/* SPDX-License-Identifier: BSD-3-Clause */
/* Profiles: sections of ~/.config/valkit/config, one for each server that has a name.
 *
 *     [prod]
 *     environment = production
 *     colour = red
 *     host = db.example
 *     tls = yes
 *
 * Its keys are the long names of the program's options, its values what would be typed behind them
 * (yes or no for options without an argument), and they count where the command line says nothing.
 * Its own keys are those of struct profile: environment, colour, read-only, prompt.
 * Options of connecting and of clusters that this program does not have are passed over: one file
 * serves all programs. */
#ifndef CLIENT_PROFILE_H
#define CLIENT_PROFILE_H

#include "base/arena.h"
#include "client/connopt.h"

enum { PROFILE_NAME_MAX = 40, PROFILE_FILE_MAX = 1 << 18 };

enum profile_environment {
    PROFILE_ENVIRONMENT_NONE, /* not said */
    PROFILE_DEV,
    PROFILE_STAGING,
    PROFILE_PRODUCTION,
};

struct profile {
    char name[PROFILE_NAME_MAX + 1]; /* "" = none was asked for */
    enum profile_environment environment;
    int colour;           /* SGR foreground, 31 (red) to 37 (white); 0 = not said */
    bool read_only;       /* nothing that writes is to be sent */
    const char *prompt;   /* of a shell; NULL = not said */
    struct arena strings; /* owns what the program's options now point to */
};

void profile_init(struct profile *p);
/* To be called behind the last use of the options. */
void profile_release(struct profile *p);

/* "dev", "staging", "production"; "" for none. */
const char *profile_environment_name(enum profile_environment environment);
/* A name that no profile can have, because targets have it: all, primaries, replicas, random,
 * HOST:PORT. */
bool profile_is_reserved(const char *name);
/* Append the file's path: $XDG_CONFIG_HOME/valkit/config, else that in ~/.config. VK_EFILE: there
 * is no home. */
int profile_path(connopt_env_fn *lookup, struct buf *out, struct err *e) MUST_CHECK;

/* Options that were typed: argv[1..) as opt_parse takes them. */
struct profile_typed {
    int argc;
    char **argv;
};

/* Set p and, through program's rows, what the section `name` of path says and neither of typed does
 * nor contradicts (with -s typed, the profile's host is passed over). VK_EUSAGE: no such section;
 * or, with file and line, a key that is unknown, a value that its option does not take, a section
 * whose name cannot be one. VK_EFILE: the file cannot be read, anybody may write it, or it holds a
 * secret and others may read it. No secret is ever in the error. */
int profile_load(struct profile *p, const char *path, const char *name,
                 const struct opt_program *program, const struct profile_typed typed[2],
                 struct err *e) MUST_CHECK;
/* The names in path, each once, in its order; ends with fn's first code other than 0, and returns
 * that. No file, no names. */
typedef int profile_list_fn(void *arg, const char *name, struct err *e);
int profile_list(const char *path, profile_list_fn *fn, void *arg, struct err *e) MUST_CHECK;

/* A command line of which opt_parse has taken the options up to argv[*first]. When that word is
 * "@NAME" and NAME is not reserved: take the options behind it too, and load that profile from its
 * file for what is left open. *first is then the word behind all that. */
int profile_take(struct profile *p, connopt_env_fn *lookup, const struct opt_program *program,
                 int argc, char **argv, int *first, struct err *e) MUST_CHECK;

#endif
