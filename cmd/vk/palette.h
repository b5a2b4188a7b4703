/* SPDX-License-Identifier: BSD-3-Clause */
/* What the terminal of a live view is able to show. */
#ifndef VK_PALETTE_H
#define VK_PALETTE_H

#include "options.h"

/* Colours: standard output is a terminal that has them, and NO_COLOR (no-color.org) is not set. */
bool palette_colour(const struct options *o);
/* The cursor can be moved. */
bool palette_moves(const struct options *o);
/* Characters beyond ASCII, by the locale (LC_ALL, LC_CTYPE, LANG; POSIX.1-2017, 8.2). */
bool palette_utf8(void);

#endif
