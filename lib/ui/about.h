/* SPDX-License-Identifier: BSD-3-Clause */
/* What a program says of itself when it is asked: --help, --version, --completion. */
#ifndef UI_ABOUT_H
#define UI_ABOUT_H

#include "base/opt.h"

/* To standard output: the completion script for a shell; else version (a name and a number); else
 * the help, as wide as the terminal. NULL = not asked for. VK_EUSAGE: a shell that is not known;
 * VK_EFILE: it cannot be written. A closed pipe ends the program as its signal would have. */
int about_print(const struct opt_program *program, const char *completion, const char *version,
                struct err *e) MUST_CHECK;

#endif
