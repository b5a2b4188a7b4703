/* SPDX-License-Identifier: BSD-3-Clause */
/* A command's arguments as they come from a user: looked at, never changed. */
#ifndef CORE_ARGS_H
#define CORE_ARGS_H

#include <string.h>

#include "base/str.h"

struct args {
    int argc;
    const char *const *argv;
    const size_t *lens; /* NULL: argv are C strings */
};

static inline size_t args_len(const struct args *a, int i) {
    return a->lens ? a->lens[i] : strlen(a->argv[i]);
}

/* Argument i is there and equals word, in any case. */
static inline bool args_is(const struct args *a, int i, const char *word) {
    return i < a->argc && str_ieq(a->argv[i], args_len(a, i), word);
}

#endif
