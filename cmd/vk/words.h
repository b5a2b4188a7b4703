/* SPDX-License-Identifier: BSD-3-Clause */
/* The command of the command line as it is sent: quotes undone, an argument from standard input, a
 * script in its EVAL. */
#ifndef VK_WORDS_H
#define VK_WORDS_H

#include "base/str.h"
#include "options.h"

struct words {
    int argc;
    const char **argv;
    size_t *lens;
    struct buf input;   /* standard input, for -x and -X */
    struct buf *undone; /* --quoted-input: one a word */
    struct buf script;  /* --eval */
    char n_keys[STR_INT_MAX + 1];
};

/* To be released whatever comes back. VK_EUSAGE, VK_EFILE; VK_EPARSE: quotes, in a compatible face.
 */
int words_init(struct words *w, const struct options *o, struct err *e) MUST_CHECK;
void words_release(struct words *w);
/* The number of the word that is the script, when these are the words of an --eval. */
int words_script(int argc, const char *const *argv);
/* What the script is called in messages. */
const char *words_script_name(const struct options *o);

#endif
