/* SPDX-License-Identifier: BSD-3-Clause */
/* The terminal. */
#ifndef IO_TTY_H
#define IO_TTY_H

#include "base/buf.h"

bool tty_is(int fd);
/* Columns of the terminal behind fd, 80 when unknown. */
int tty_columns(int fd);
/* Rows, 24 when unknown. */
int tty_rows(int fd);
/* Ask for a secret on /dev/tty, without echo; the prompt goes there too. VK_EFILE when there is no
 * terminal, VK_ECANCEL on Ctrl-C (the terminal is restored in every case). */
int tty_ask_secret(const char *prompt, struct buf *out, struct err *e) MUST_CHECK;
/* The same with the answer shown. What was typed before the question is thrown away in both, and
 * here the pieces of a paste that still come as well: they are no answer. */
int tty_ask(const char *prompt, struct buf *out, struct err *e) MUST_CHECK;

#endif
