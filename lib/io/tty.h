/* SPDX-License-Identifier: BSD-3-Clause */
/* The terminal. */
#ifndef IO_TTY_H
#define IO_TTY_H

#include "base/buf.h"

bool tty_is(int fd);
/* Columns of the terminal behind fd, 80 when unknown. */
int tty_columns(int fd);
/* Each key is to be read when it is typed, and is not shown; Ctrl-C and Ctrl-Z stay what they are.
 * VK_EFILE: fd is no terminal. */
struct tty_keys;
int tty_keys_begin(int fd, struct tty_keys **out, struct err *e) MUST_CHECK;
/* What was typed, at most n bytes; fd is readable. 0: nothing, or the terminal has gone. */
size_t tty_keys_read(struct tty_keys *k, char *p, size_t n);
/* Back to what the terminal was before, and free k. NULL is legal. */
void tty_keys_end(struct tty_keys *k);
/* Rows, 24 when unknown. */
int tty_rows(int fd);
/* Ask for a secret on /dev/tty, without echo; the prompt goes there too. VK_EFILE when there is no
 * terminal, VK_ECANCEL on Ctrl-C (the terminal is restored in every case). */
int tty_ask_secret(const char *prompt, struct buf *out, struct err *e) MUST_CHECK;
/* The same with the answer shown. What was typed before the question is thrown away in both, and
 * here the pieces of a paste that still come as well: they are no answer. */
int tty_ask(const char *prompt, struct buf *out, struct err *e) MUST_CHECK;

#endif
