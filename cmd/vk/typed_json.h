/* SPDX-License-Identifier: BSD-3-Clause */
/* --json for a command whose reply is known by name: the reply as a tree, then as typed objects. */
#ifndef VK_TYPED_JSON_H
#define VK_TYPED_JSON_H

#include "options.h"
#include "ui/render.h"
#include "wire.h"

struct typed_json;

/* Does the command's reply get typed objects? Only in the native face. Replies of several nodes get
 * theirs under the names of the nodes. */
bool typed_json_wants(const struct options *o, int argc, const char *const *argv,
                      const size_t *lens);
struct typed_json *typed_json_new(const struct wire *w); /* borrowed */
void typed_json_free(struct typed_json *t);
/* One event of the reply to that command; behind the last, its JSON goes to render's output, or, if
 * the reply has not the shape that is known, what render makes of it. 0, VK_MORE, or VK_ELIMIT. */
int typed_json_take(struct typed_json *t, const struct resp_event *ev, int argc,
                    const char *const *argv, const size_t *lens, struct render *render) MUST_CHECK;

#endif
