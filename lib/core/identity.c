/* SPDX-License-Identifier: BSD-3-Clause */
/* See identity.h. Words must be kept from the submit to the reply, which is what wishes are: one
 * for each command that has words to keep, and replies come in the same order. */
#include "core/identity.h"

#include <stdlib.h>

#include "core/args.h"

/* What becomes of one of the strings. */
struct change {
    bool any;
    char *to; /* owned; NULL = none */
};

struct identity_wish {
    struct identity_wish *next;
    struct change user, password, name;
};

static void drop(char **text) {
    if (*text) mem_wipe(*text, strlen(*text));
    free(*text);
    *text = NULL;
}

static void wish_free(struct identity_wish *w) {
    drop(&w->user.to);
    drop(&w->password.to);
    drop(&w->name.to);
    free(w);
}

void identity_init(struct identity *i) {
    *i = (struct identity){.wishes = NULL};
}

static struct identity_wish *take_wish(struct identity *i) {
    struct identity_wish *w = i->wishes;
    if (w) i->wishes = w->next;
    return w;
}

void identity_release(struct identity *i) {
    struct identity_wish *w;
    identity_forget_password(i);
    drop(&i->user);
    drop(&i->name);
    while ((w = take_wish(i)))
        wish_free(w);
    identity_init(i);
}

void identity_forget_password(struct identity *i) {
    drop(&i->password);
}

void identity_move(struct identity *to, struct identity *from) {
    identity_release(to);
    *to = *from;
    to->wishes = NULL; /* nobody will answer them there */
    *from = (struct identity){.wishes = from->wishes, .wishes_end = from->wishes_end};
}

/* ---- what is asked for ---- */

/* A C string: what has a NUL in it ends there, and the server will have refused it. */
static void wish_for(struct change *c, const struct args *a, int i) {
    *c = (struct change){true, mem_dup(a->argv[i], args_len(a, i))};
}

static void take_auth(struct identity_wish *w, const struct args *a) {
    if (a->argc != 2 && a->argc != 3) return;
    w->user.any = true; /* to the default one, without a name */
    if (a->argc == 3) wish_for(&w->user, a, 1);
    wish_for(&w->password, a, a->argc - 1);
}

/* HELLO [n [AUTH user password] [SETNAME name]] */
static void take_hello(struct identity_wish *w, const struct args *a) {
    for (int i = 2; i < a->argc; i++) {
        if (args_is(a, i, "AUTH") && i + 2 < a->argc) {
            drop(&w->user.to);
            drop(&w->password.to);
            wish_for(&w->user, a, i + 1);
            wish_for(&w->password, a, i + 2);
            i += 2;
        } else if (args_is(a, i, "SETNAME") && i + 1 < a->argc) {
            drop(&w->name.to);
            wish_for(&w->name, a, ++i);
        }
    }
}

static bool has_words(enum verb_kind k) {
    return k == VERB_AUTH || k == VERB_HELLO || k == VERB_NAME;
}

void identity_submit(struct identity *i, struct verb v, int argc, const char *const *argv,
                     const size_t *lens) {
    const struct args a = {argc, argv, lens};
    if (!has_words(v.kind)) return;
    struct identity_wish *w = mem_zalloc(1, sizeof *w);
    if (v.kind == VERB_AUTH) take_auth(w, &a);
    if (v.kind == VERB_HELLO) take_hello(w, &a);
    if (v.kind == VERB_NAME) wish_for(&w->name, &a, 2);
    if (!i->wishes) i->wishes_end = &i->wishes;
    *i->wishes_end = w;
    i->wishes_end = &w->next;
}

/* ---- what was granted ---- */

static void apply(char **text, struct change *c) {
    if (!c->any) return;
    drop(text);
    if (c->to && *c->to) *text = c->to;
    if (*text) c->to = NULL; /* moved */
}

static void grant(struct identity *i, struct identity_wish *w) {
    apply(&i->user, &w->user);
    apply(&i->password, &w->password);
    apply(&i->name, &w->name);
}

static void reset(struct identity *i) {
    struct identity_wish *wishes = i->wishes, **end = i->wishes_end;
    i->wishes = NULL; /* those behind the RESET are still to be answered */
    identity_release(i);
    i->wishes = wishes;
    i->wishes_end = end;
}

void identity_reply(struct identity *i, struct verb v, enum state_outcome o) {
    struct identity_wish *w = has_words(v.kind) ? take_wish(i) : NULL;
    if (w && o == STATE_DONE) grant(i, w);
    if (w) wish_free(w);
    if (o != STATE_DONE) return;
    switch (v.kind) {
    case VERB_READONLY: i->readonly = v.n; break;
    case VERB_NO_EVICT: i->no_evict = v.n; break;
    case VERB_NO_TOUCH: i->no_touch = v.n; break;
    case VERB_RESET: reset(i); break;
    default: break;
    }
}
