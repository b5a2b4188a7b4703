/* SPDX-License-Identifier: BSD-3-Clause */
/* What a server's set of commands depends on, as a line of text: its name, its version, and its
 * modules with their versions in order of name. */
#ifndef VK_LEARN_IDENTITY_H
#define VK_LEARN_IDENTITY_H

#include "resp/reply.h"

/* Append "redis 7.0.15 json=20404,search=20607" out of a reply of HELLO or INFO; in the text
 * nothing but printable ASCII. False: it does not say, or out is full. */
bool learn_identity_of_hello(const struct reply *r, struct buf *out);
bool learn_identity_of_info(const struct reply *r, struct buf *out);

#endif
