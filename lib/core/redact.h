/* SPDX-License-Identifier: BSD-3-Clause */
/* Which words of a command are secrets, by the command's grammar: passwords of AUTH, HELLO, ACL
 * SETUSER, CONFIG SET, MIGRATE and SENTINEL, and the URI of the shell's \connect. Target words
 * (@all), repeat counts and the shell's own words (\watch 2) in front of the command are looked
 * past. In doubt, of a command that the server would refuse, a word too many is a secret rather
 * than one too few. */
#ifndef CORE_REDACT_H
#define CORE_REDACT_H

#include "base/buf.h"

#define REDACT_TEXT "(redacted)"

/* secret[i] = argv[i] is one, for all argc of them; returns how many are. lens NULL: argv are C
 * strings. */
int redact_words(int argc, const char *const *argv, const size_t *lens, bool *secret);
/* False: whatever its arguments, a command of this name holds no secret (there is nothing in front
 * of it: it is as a server runs it). */
bool redact_may(const char *name, size_t len);
/* Append a typed line (resp/quote's rules) with REDACT_TEXT in place of each secret word, quotes
 * and all; every other byte is kept. Returns how many secrets there were; VK_EPARSE, and nothing
 * appended: the line has no words, so no redacted form; VK_ELIMIT: it does not fit. */
int redact_line(struct buf *out, const char *line, size_t len, struct err *e) MUST_CHECK;

#endif
