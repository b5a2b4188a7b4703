/* SPDX-License-Identifier: BSD-3-Clause */
/* Commands that are the shell's own: one table, which also feeds \? and completion. */
#ifndef VK_META_H
#define VK_META_H

#include <stdbool.h>
#include <stddef.h>

struct shell;

/* argv[0] is the command's own name. */
typedef void meta_fn(struct shell *s, int argc, const char *const *argv, const size_t *lens);

struct meta {
    const char *name;    /* "\\x", or a word that no server has */
    const char *args;    /* as \? shows them */
    const char *summary; /* one line */
    int min, max;        /* arguments behind the name; max -1 = any number */
    meta_fn *run;
};

/* By number; NULL behind the last. */
const struct meta *meta_at(size_t i);
/* Run what argv calls, and true; a wrong number of arguments is said. False: it is a command for
 * the server. */
bool meta_run(struct shell *s, int argc, const char *const *argv, const size_t *lens);

#endif
