/* SPDX-License-Identifier: BSD-3-Clause */
/* See palette.h. */
#include "palette.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

bool palette_moves(const struct options *o) {
    const char *term = getenv("TERM");
    return o->tty && term && *term && strcmp(term, "dumb") != 0;
}

bool palette_colour(const struct options *o) {
    const char *plain = getenv("NO_COLOR");
    return palette_moves(o) && !(plain && *plain);
}

bool palette_utf8(void) {
    setlocale(LC_CTYPE, "");
    return !strcmp(nl_langinfo(CODESET), "UTF-8");
}
