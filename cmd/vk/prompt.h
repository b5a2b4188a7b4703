/* SPDX-License-Identifier: BSD-3-Clause */
/* The prompt for what is now. */
#ifndef VK_PROMPT_H
#define VK_PROMPT_H

#include "prompt_format.h"
#include "run.h"

/* role: struct place's, "" when it is not known. Returns text. */
const char *prompt_compose(struct run *r, const char *role, bool colours, char text[PROMPT_MAX]);
/* The format that counts: that of the options, of the profile, our own. */
const char *prompt_of(const struct options *o);

#endif
