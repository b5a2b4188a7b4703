/* SPDX-License-Identifier: BSD-3-Clause */
/* A server's error about a script, for who wrote it: the server knows the script as "user_script",
 * says it twice and adds a checksum; here it has its file's name, and the line is shown. */
#ifndef UI_LUAERR_H
#define UI_LUAERR_H

#include "base/buf.h"

struct luaerr {
    int64_t line;     /* of the script, from 1; 0 = the error tells none */
    const char *code; /* "WRONGTYPE", NULL for a plain ERR; into the text */
    size_t code_len;
    const char *what; /* the rest of the text that says something */
    size_t what_len;
};

/* The error reply text[0..len), without its '-'. Forms of Redis 6 to 7 and Valkey; a text of no
 * known form is `what` as a whole. */
struct luaerr luaerr_parse(const char *text, size_t len);
/* Append "FILE:3: what\n" and that line of the script below it; without a line "what\n" alone.
 * Harmless to a terminal. */
void luaerr_add(struct buf *out, const char *file, const char *script, size_t script_len,
                const char *text, size_t len);

#endif
