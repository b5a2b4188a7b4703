/* SPDX-License-Identifier: BSD-3-Clause */
/* A script is one command like any other (oneshot.c); here is only what is said when it fails. */
#include "eval.h"

#include "face.h"
#include "oneshot.h"
#include "ui/luaerr.h"
#include "words.h"

static void word_error(void *arg, const struct slot *s, const struct buf *text, struct buf *out) {
    const struct run *r = arg;
    int script = words_script(s->argc, s->argv);
    luaerr_add(out, words_script_name(r->opts), s->argv[script], s->lens[script], text->p,
               text->len);
}

int eval_main(struct run *r) {
    struct err e;
    if (r->opts->face == FACE_NATIVE) {
        r->word_error = word_error;
        r->word_error_arg = r;
    } else if (wire_connect(&r->wire, &e) < 0) { /* the tools connect before they look for it */
        return face_fail(r->opts, &e);
    }
    return oneshot_main(r);
}
