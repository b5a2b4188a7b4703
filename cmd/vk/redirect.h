/* SPDX-License-Identifier: BSD-3-Clause */
/* Where a typed line sends its replies: `get k | jq .`, `hgetall h > file`, `hgetall h >> file`.
 * The sign is a word of its own and not in quotes; "|" in quotes is an argument like any other. */
#ifndef VK_REDIRECT_H
#define VK_REDIRECT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum redirect_kind {
    REDIRECT_NONE,
    REDIRECT_PIPE,   /* to: what the shell (sh) gets, as it was typed */
    REDIRECT_FILE,   /* to: the file's name, still quoted */
    REDIRECT_APPEND, /* the same */
};

struct redirect {
    enum redirect_kind kind;
    size_t command_len; /* bytes of the line in front of the sign; all of it without one */
    const char *to;     /* of the line */
    size_t to_len;
};

/* XREADGROUP keeps its `>`, which is an ID: there, `| cat > file` or `>> file` write a file. */
void redirect_find(const char *line, size_t len, struct redirect *out);
/* What `to` names, with its quotes undone and ~/ being $HOME; the caller frees it. VK_EUSAGE: there
 * is none, or more than one. */
int redirect_name(const struct redirect *r, char **name, struct err *e) MUST_CHECK;

#endif
