/* SPDX-License-Identifier: BSD-3-Clause */
/* See typed_json.h. */
#include "typed_json.h"

#include <stdlib.h>

#include "ui/view.h"

#define REPLY_MAX ((size_t)1 << 30)

struct typed_json {
    struct reply_builder tree;
};

bool typed_json_wants(const struct options *o, int argc, const char *const *argv,
                      const size_t *lens) {
    return o->face == FACE_NATIVE && o->format == RENDER_JSON && view_is_typed(argc, argv, lens);
}

struct typed_json *typed_json_new(void) {
    struct typed_json *t = mem_zalloc(1, sizeof *t);
    reply_builder_init(&t->tree, REPLY_MAX);
    return t;
}

void typed_json_free(struct typed_json *t) {
    if (t) reply_builder_release(&t->tree);
    free(t);
}

int typed_json_take(struct typed_json *t, const struct resp_event *ev, int argc,
                    const char *const *argv, const size_t *lens, struct render *render) {
    int code = reply_build(&t->tree, ev);
    if (code != 0) return code;
    if (!view_typed_json(argc, argv, lens, t->tree.root, render->out))
        code = render_reply(render, t->tree.root);
    reply_builder_clear(&t->tree);
    return code;
}
