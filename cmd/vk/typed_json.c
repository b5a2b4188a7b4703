/* SPDX-License-Identifier: BSD-3-Clause */
/* See typed_json.h. */
#include "typed_json.h"

#include <stdlib.h>

#include "gather.h"
#include "ui/jsonw.h"
#include "ui/view.h"

#define REPLY_MAX ((size_t)1 << 30)

struct typed_json {
    const struct wire *wire;
    struct reply_builder tree;
};

/* Does a target stand in front of the command? */
static bool is_aimed(const struct options *o, int argc, const char *const *argv,
                     const size_t *lens) {
    return o->cluster && argc > 1 && lens[0] && argv[0][0] == '@';
}

bool typed_json_wants(const struct options *o, int argc, const char *const *argv,
                      const size_t *lens) {
    bool aimed = is_aimed(o, argc, argv, lens);
    return o->face == FACE_NATIVE && o->format == RENDER_JSON &&
           view_is_typed(argc - aimed, argv + aimed, lens + aimed);
}

struct typed_json *typed_json_new(const struct wire *w) {
    struct typed_json *t = mem_zalloc(1, sizeof *t);
    t->wire = w;
    reply_builder_init(&t->tree, REPLY_MAX);
    return t;
}

void typed_json_free(struct typed_json *t) {
    if (t) reply_builder_release(&t->tree);
    free(t);
}

/* {"127.0.0.1:7001":{...},...}: each node's reply as it would be from that node alone. */
static bool put_by_node(int argc, const char *const *argv, const size_t *lens,
                        const struct reply *list, struct buf *out) {
    size_t from = out->len;
    buf_addc(out, '{');
    for (const struct reply *name = list->child; name; name = name->next->next) {
        jsonw_name(out, name->p, name->len);
        if (!view_typed_json(argc, argv, lens, name->next, out)) {
            out->len = from;
            return false;
        }
        out->len--; /* its line end */
    }
    buf_adds(out, "}\n");
    return true;
}

static bool put(const struct typed_json *t, int argc, const char *const *argv, const size_t *lens,
                struct buf *out) {
    const struct reply *root = t->tree.root;
    bool aimed = is_aimed(t->wire->opts, argc, argv, lens);
    argc -= aimed, argv += aimed, lens += aimed;
    if (gather_is_list(t->wire->cluster, root)) return put_by_node(argc, argv, lens, root, out);
    return view_typed_json(argc, argv, lens, root, out);
}

int typed_json_take(struct typed_json *t, const struct resp_event *ev, int argc,
                    const char *const *argv, const size_t *lens, struct render *render) {
    int code = reply_build(&t->tree, ev);
    if (code != 0) return code;
    if (!put(t, argc, argv, lens, render->out)) code = render_reply(render, t->tree.root);
    reply_builder_clear(&t->tree);
    return code;
}
