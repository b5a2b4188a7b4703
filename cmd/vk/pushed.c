/* SPDX-License-Identifier: BSD-3-Clause */
/* Pushes on their way to the screen. See pushed.h. */
#include "pushed.h"

#include "base/safe.h"
#include "ui/colour.h"
#include "ui/oneline.h"

enum { VALUE_MAX = 1 << 16 }; /* of an aggregate where a text should be */

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

/* ---- in the shell ---- */

static void put(struct buf *out, enum colour c, const struct reply *r) {
    colour_begin(out, true, c);
    if (r && r->p)
        oneline_string(out, r->p, r->len);
    else if (r)
        oneline_reply(out, r, VALUE_MAX);
    colour_end(out, true, c);
}

/* "news: it happened", "news.weather (news.*): rain" */
static void put_message(struct buf *out, enum push_kind kind, const struct reply *r) {
    bool pattern = kind == PUSH_PMESSAGE;
    put(out, COLOUR_FIELD, reply_at(r, pattern ? 2 : 1));
    if (pattern) {
        buf_adds(out, " (");
        put(out, COLOUR_NONE, reply_at(r, 1));
        buf_addc(out, ')');
    }
    buf_adds(out, ": ");
    put(out, COLOUR_NONE, reply_at(r, pattern ? 3 : 2));
}

/* "subscribe news (1 in all)" */
static void put_confirmation(struct buf *out, const struct reply *r) {
    put(out, COLOUR_NONE, reply_at(r, 0));
    buf_addc(out, ' ');
    put(out, COLOUR_FIELD, reply_at(r, 1));
    buf_adds(out, " (");
    put(out, COLOUR_NONE, reply_at(r, 2));
    buf_adds(out, " in all)");
}

bool pushed_show(struct buf *out, enum push_kind kind, const struct reply *r) {
    bool message = kind == PUSH_MESSAGE || kind == PUSH_PMESSAGE || kind == PUSH_SMESSAGE;
    bool confirmation = kind >= PUSH_SUBSCRIBE && kind <= PUSH_SUNSUBSCRIBE;
    if (!message && !confirmation) return false;
    colour_puts(out, true, COLOUR_ASIDE, "-> ");
    if (message)
        put_message(out, kind, r);
    else
        put_confirmation(out, r);
    buf_addc(out, '\n');
    return true;
}
