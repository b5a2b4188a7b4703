/* SPDX-License-Identifier: BSD-3-Clause */
/* The prompt's text out of a format and what is so: no connection is known here. */
#ifndef VK_PROMPT_FORMAT_H
#define VK_PROMPT_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum { PROMPT_MAX = 1024 };

/* Our own. */
#define PROMPT_FORMAT "%c%p%o %r %a%d %u %s> "

/* "" where there is nothing to say. */
struct prompt_facts {
    const char *profile, *environment;
    const char *role;    /* primary, replica, sentinel, cluster */
    const char *address; /* host:port, or a socket's path; may be anything */
    const char *user;    /* other than the default one; may be anything */
    const char *state;   /* "(tx 3)", "not connected" */
    int db;              /* shown from 1 on */
    int colour;          /* SGR foreground of the profile; 0 = none, or no colours at all */
};

/* VK_EUSAGE: what stands behind a % is not known. */
int prompt_format_check(const char *format, struct err *e) MUST_CHECK;
/* %p profile, %e environment, %r role, %a address, %d database as [N], %u user, %s state, %c and %o
 * the profile's colour on and off, %% a percent sign. The blank next to what is empty is left out;
 * one is added at the end. What would take more than two thirds of the columns loses its role, then
 * the middle of its address. The format has been checked. Returns text. */
const char *prompt_format(const char *format, const struct prompt_facts *f, int columns,
                          char text[PROMPT_MAX]);

#endif
