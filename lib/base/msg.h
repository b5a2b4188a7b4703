/* SPDX-License-Identifier: BSD-3-Clause */
/* What a program says to its user on standard error. Only cmd calls these; the library returns
 * errors instead. */
#ifndef BASE_MSG_H
#define BASE_MSG_H

#include "base/mem.h"

/* The name in front of every message; a borrowed string that outlives the program. */
void msg_program(const char *name);
/* "name: text\n" in one write. Control characters in it are escaped: a message may quote a server.
 */
void msg_warn(const char *fmt, ...) PRINTF_LIKE(1, 2);
/* The same without the name: what a compatible face says in its tool's words. */
void msg_say(const char *fmt, ...) PRINTF_LIKE(1, 2);
/* msg_warn, then exit. */
_Noreturn void msg_die(int exit_code, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
