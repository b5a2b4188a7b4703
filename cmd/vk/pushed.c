/* SPDX-License-Identifier: BSD-3-Clause */
/* Pushes on their way to the screen. See pushed.h. */
#include "pushed.h"

#include "base/safe.h"

bool pushed_is_asked_for(enum push_kind kind) {
    return kind != PUSH_INVALIDATE && kind != PUSH_OTHER && kind != PUSH_NONE;
}

/* "-> invalidate: 'a', 'b'" */
static void print_invalidate(struct buf *out, const struct reply *r) {
    const struct reply *keys = reply_at(r, 1);
    buf_adds(out, "-> invalidate: ");
    if (!keys || keys->type == RESP_NIL) {
        buf_adds(out, "all keys\n");
        return;
    }
    for (const struct reply *k = keys->child; k; k = k->next) {
        buf_addc(out, '\'');
        safe_add(out, k->p ? k->p : "", k->len, false);
        buf_adds(out, k->next ? "', " : "'");
    }
    buf_addc(out, '\n');
}

void pushed_print(const struct options *o, struct render *render, struct buf *out,
                  enum push_kind kind, const struct reply *r) {
    const struct reply *keys = kind == PUSH_INVALIDATE ? reply_at(r, 1) : NULL;
    bool bare = o->face != FACE_NATIVE && keys && keys->type == RESP_NIL; /* the tool's way */
    if (kind == PUSH_INVALIDATE && o->format == RENDER_STANDARD && !bare) {
        print_invalidate(out, r);
        return;
    }
    render_begin(render, false);
    if (render_reply(render, r) < 0) { /* out of room: the next flush makes some */
    }
}
