/* SPDX-License-Identifier: BSD-3-Clause */
/* A stack of frames: the arguments of the command below, those of the block or the option that is
 * under way above. A word is offered to the frames from the top down, first as a token, then as a
 * value; a frame that still lacks something lets nothing pass to those below it. */
#include "ui/grammar_match.h"

#include <string.h>

#include "base/str.h"
#include "ui/grammar_usage.h"

struct word {
    const char *p;
    size_t len;
    int n_behind;
};

/* ---- one argument ---- */

static bool has_token(const struct grammar_arg *a, bool bare) {
    return a->token && !bare;
}

static bool is_parent(const struct grammar_arg *a) {
    return a->type == GRAMMAR_ONEOF || a->type == GRAMMAR_BLOCK;
}

/* A word may begin the argument as a value. */
static bool begins_plain(const struct grammar_arg *a, bool bare) {
    if (has_token(a, bare) || a->type == GRAMMAR_PURE_TOKEN) return false;
    if (!is_parent(a)) return true;
    for (size_t i = 0; i < a->n_args; i++) {
        if (begins_plain(&a->args[i], false)) return true;
        if (a->type == GRAMMAR_BLOCK && !(a->args[i].flags & GRAMMAR_OPTIONAL)) return false;
    }
    return false;
}

/* The word begins it as a token. */
static bool begins_token(const struct grammar_arg *a, bool bare, const struct word *w) {
    if (has_token(a, bare)) return str_ieq(w->p, w->len, a->token);
    if (!is_parent(a)) return false;
    for (size_t i = 0; i < a->n_args; i++) {
        if (begins_token(&a->args[i], false, w)) return true;
        if (a->type == GRAMMAR_BLOCK && !(a->args[i].flags & GRAMMAR_OPTIONAL)) return false;
    }
    return false;
}

/* Digits, or digits-digits, or a sign that stands for an id of a stream. */
static bool is_stream_id(const struct word *w) {
    size_t i = 0, dashes = 0;
    if (w->len == 1 && strchr("$>+-", w->p[0])) return true;
    for (; i < w->len && (str_hex(w->p[i]) < 10 || w->p[i] == '-'); i++) {
        if (str_hex(w->p[i]) < 0) dashes++;
    }
    return i == w->len && i && w->p[0] != '-' && dashes < 2;
}

bool grammar_match_fits(const struct grammar_arg *a, const char *p, size_t len) {
    int64_t n;
    double d;
    switch (a->type) {
    case GRAMMAR_INTEGER:
    case GRAMMAR_UNIX_TIME: return !str_to_i64(p, len, &n);
    case GRAMMAR_DOUBLE: /* an excluded end of a range is "(1.5" */
        return !str_to_double(p, len, &d) || (len > 1 && !str_to_double(p + 1, len - 1, &d));
    default: return true;
    }
}

/* Of a choice, the part that the word is. */
static const struct grammar_arg *choose(const struct grammar_arg *a, const struct word *w,
                                        bool token) {
    const struct grammar_arg *first = NULL;
    for (size_t i = 0; i < a->n_args; i++) {
        const struct grammar_arg *b = &a->args[i];
        if (token ? !begins_token(b, false, w) : !begins_plain(b, false)) continue;
        if (token || is_parent(b) || grammar_match_fits(b, w->p, w->len)) return b;
        if (!first) first = b;
    }
    return first;
}

/* ---- frames ---- */

static bool is_done(const struct grammar_frame *f, int i) {
    return f->done >> i & 1;
}

/* It may stand here, first or again. A token that comes only once has its values in a frame of
 * their own. */
static bool is_open(const struct grammar_frame *f, int i) {
    const struct grammar_arg *a = &f->args[i];
    if (f->counted == i) return f->left > 0;
    if (!is_done(f, i)) return true;
    if (!(a->flags & GRAMMAR_MULTIPLE)) return false;
    return f->bare ? !(a->flags & GRAMMAR_MULTIPLE_TOKEN)
                   : !a->token || a->flags & GRAMMAR_MULTIPLE_TOKEN;
}

static bool is_missing(const struct grammar_frame *f, int i) {
    if (f->counted == i) return f->left > 0;
    return !is_done(f, i) && (f->bare || !(f->args[i].flags & GRAMMAR_OPTIONAL));
}

static int n_missing(const struct grammar_frame *f, int from) {
    int n = 0;
    for (int i = from; i < f->n; i++)
        n += is_missing(f, i);
    return n;
}

/* An argument that no option may be put in front of any more. */
static bool is_barrier(const struct grammar_frame *f, int i) {
    return is_missing(f, i) && begins_plain(&f->args[i], f->bare);
}

static struct grammar_frame *push(struct grammar_match *m, const struct grammar_arg *args, int n,
                                  bool bare) {
    if (m->depth == GRAMMAR_MATCH_FRAMES) return NULL;
    struct grammar_frame *f = &m->frames[m->depth++];
    *f = (struct grammar_frame){
        .args = args, .n = (uint8_t)n, .bare = bare, .counted = -1, .passed = -1};
    return f;
}

/* Which argument of the frame the word is a token of, or -1. */
static int find_token(const struct grammar_frame *f, const struct word *w) {
    for (int i = f->base; i < f->n; i++) {
        if (f->counted == i && f->left > 0) return -1;
        if (is_open(f, i) && begins_token(&f->args[i], f->bare, w)) return i;
        if (is_barrier(f, i)) break;
    }
    return -1;
}

/* key [key ...] id [id ...]: as many of the one as of the other. */
static bool is_paired(const struct grammar_frame *f, int i) {
    if (i < 0 || i + 1 >= f->n || !is_missing(f, i + 1)) return false;
    const struct grammar_arg *a = &f->args[i], *b = a + 1;
    return a->flags & b->flags & GRAMMAR_MULTIPLE && !a->token && !strcmp(b->name, "id");
}

/* The word may not be a further args[i]: those behind it need it. */
static bool is_enough(const struct grammar_frame *f, int i, const struct word *w) {
    if (is_paired(f, i)) return is_stream_id(w) && w->n_behind < f->n_times;
    return w->n_behind < n_missing(f, i + 1);
}

/* Which argument of the frame the word is a value of, or -1. */
static int find_value(struct grammar_frame *f, const struct word *w) {
    for (int i = f->base; i < f->n; i++) {
        const struct grammar_arg *a = &f->args[i];
        if (!is_open(f, i) || !begins_plain(a, f->bare)) {
            if (is_missing(f, i)) return -1;
            continue;
        }
        if (is_missing(f, i)) return i;
        if (is_done(f, i) ? !is_enough(f, i, w) : w->n_behind >= n_missing(f, i + 1)) return i;
        if (!is_done(f, i)) f->passed = (int8_t)i;
    }
    return -1;
}

/* ---- taking a word ---- */

static bool is_count(const struct grammar_arg *a) {
    return a->type == GRAMMAR_INTEGER && !a->token &&
           (!strncmp(a->name, "num", 3) || !strcmp(a->name, "nargs") || !strcmp(a->name, "count"));
}

/* The word at args[i] tells how many of the next argument there are. */
static void note_count(struct grammar_frame *f, int i, const struct word *w) {
    int64_t n;
    if (i + 1 >= f->n || !is_count(&f->args[i])) return;
    const struct grammar_arg *next = &f->args[i + 1];
    if (!(next->flags & GRAMMAR_MULTIPLE) || next->token || str_to_i64(w->p, w->len, &n)) return;
    if (n < 0) return;
    f->counted = (int8_t)(i + 1);
    f->left = n;
}

/* Words to the end of the line are its values. */
static bool is_endless(const struct grammar_arg *a) {
    if (a->flags & GRAMMAR_MULTIPLE) return !(a->flags & GRAMMAR_MULTIPLE_TOKEN);
    return a->type == GRAMMAR_BLOCK && !a->args[a->n_args - 1].token &&
           is_endless(&a->args[a->n_args - 1]);
}

/* No option of the frame may follow a token: it is the required one that stands behind them, or all
 * that follows is its value. */
static bool ends_options(const struct grammar_frame *f, int i) {
    const struct grammar_arg *a = &f->args[i];
    if (i == f->n - 1 && has_token(a, f->bare) && is_endless(a)) return true;
    return !(a->flags & (GRAMMAR_OPTIONAL | GRAMMAR_MULTIPLE)) &&
           n_missing(f, f->base) == n_missing(f, i);
}

static void mark(struct grammar_frame *f, int i, bool token) {
    if (f->counted != i && is_paired(f, i - 1)) {
        f->counted = (int8_t)i;
        f->left = f->n_times;
    }
    bool more = f->counted == i ? --f->left > 0 : f->args[i].flags & GRAMMAR_MULTIPLE;
    if (!token) f->base = (uint8_t)(more ? i : i + 1);
    if (token && ends_options(f, i)) f->base = (uint8_t)(i + 1);
    f->n_times = is_done(f, i) ? f->n_times + 1 : 1;
    f->done |= (uint64_t)1 << i;
}

static enum grammar_role start(struct grammar_match *m, struct grammar_frame *f, int i,
                               const struct word *w, bool token, const struct grammar_arg **arg);

static enum grammar_role enter(struct grammar_match *m, struct grammar_frame *f,
                               const struct word *w, bool token, const struct grammar_arg **arg) {
    int i = f ? token ? find_token(f, w) : find_value(f, w) : -1;
    return i < 0 ? GRAMMAR_NO_PLACE : start(m, f, i, w, token, arg);
}

static enum grammar_role open_token(struct grammar_match *m, const struct grammar_arg *a) {
    bool again = a->flags & GRAMMAR_MULTIPLE && !(a->flags & GRAMMAR_MULTIPLE_TOKEN);
    if (a->type == GRAMMAR_PURE_TOKEN) return GRAMMAR_TOKEN;
    /* all parts of a block may be optional, a value may not */
    bool room = a->type == GRAMMAR_BLOCK && !again ? push(m, a->args, a->n_args, false) != NULL
                                                   : push(m, a, 1, true) != NULL;
    return room ? GRAMMAR_TOKEN : GRAMMAR_NO_PLACE;
}

/* The word begins a. */
static enum grammar_role descend(struct grammar_match *m, const struct grammar_arg *a, bool bare,
                                 const struct word *w, bool token, const struct grammar_arg **arg) {
    *arg = a;
    if (has_token(a, bare)) return open_token(m, a);
    if (a->type == GRAMMAR_BLOCK)
        return enter(m, push(m, a->args, a->n_args, false), w, token, arg);
    if (a->type != GRAMMAR_ONEOF) return GRAMMAR_VALUE;
    const struct grammar_arg *b = choose(a, w, token);
    if (!b) return GRAMMAR_NO_PLACE;
    if (b->flags & GRAMMAR_MULTIPLE) return enter(m, push(m, b, 1, false), w, token, arg);
    return descend(m, b, false, w, token, arg);
}

static enum grammar_role start(struct grammar_match *m, struct grammar_frame *f, int i,
                               const struct word *w, bool token, const struct grammar_arg **arg) {
    mark(f, i, token);
    m->depth = (int)(f - m->frames) + 1;
    if (!token) note_count(f, i, w);
    return descend(m, &f->args[i], f->bare, w, token, arg);
}

static enum grammar_role offer(struct grammar_match *m, const struct word *w, bool token,
                               const struct grammar_arg **arg) {
    for (int depth = m->depth; depth-- > 0;) {
        struct grammar_frame *f = &m->frames[depth];
        int i = token ? find_token(f, w) : find_value(f, w);
        if (i >= 0) return start(m, f, i, w, token, arg);
        if (n_missing(f, f->base)) break;
    }
    return GRAMMAR_NO_PLACE;
}

void grammar_match_begin(struct grammar_match *m, const struct grammar_command *c) {
    m->depth = 0;
    m->lost = false;
    m->loosen = !c->told;
    push(m, c->args, c->n_args, false);
}

enum grammar_role grammar_match_take(struct grammar_match *m, const char *p, size_t len,
                                     int n_behind, const struct grammar_arg **arg) {
    const struct word w = {p, len, n_behind};
    *arg = NULL;
    enum grammar_role role = m->lost ? GRAMMAR_NO_PLACE : offer(m, &w, true, arg);
    if (role == GRAMMAR_NO_PLACE && !m->lost) role = offer(m, &w, false, arg);
    m->lost = role == GRAMMAR_NO_PLACE;
    return role;
}

/* ---- what may follow ---- */

bool grammar_match_full(const struct grammar_match *m) {
    for (int depth = 0; depth < m->depth; depth++)
        if (n_missing(&m->frames[depth], m->frames[depth].base)) return false;
    return true;
}

static void add_rest(const struct grammar_frame *f, int i, struct buf *out) {
    const struct grammar_arg *a = &f->args[i];
    if (f->counted == i && f->left == 1) {
        struct grammar_arg one = *a;
        one.flags = 0;
        grammar_usage_required(&one, f->bare, out);
    } else if (is_missing(f, i)) {
        grammar_usage_required(a, f->bare, out);
    } else if (is_done(f, i)) {
        grammar_usage_again(a, f->bare, out);
    } else {
        grammar_usage_arg(a, f->bare, out);
    }
}

/* AUTH x: x is the password, or a user's name, and then one more is to come. */
static void add_passed(const struct grammar_frame *f, struct buf *out) {
    if (f->passed < 0 || f->base <= f->passed + 1) return;
    buf_addc(out, '[');
    grammar_usage(f->args + f->passed + 1, (size_t)(f->base - f->passed - 1), out);
    buf_adds(out, "] ");
}

void grammar_match_rest(const struct grammar_match *m, struct buf *out) {
    const size_t before = out->len;
    for (int depth = m->depth; depth-- > 0;) {
        const struct grammar_frame *f = &m->frames[depth];
        add_passed(f, out);
        for (int i = f->base; i < f->n; i++) {
            if (!is_open(f, i)) continue;
            add_rest(f, i, out);
            buf_addc(out, ' ');
        }
    }
    if (out->len > before) out->len--;
}

static bool each_of(const struct grammar_arg *a, bool bare, grammar_match_fn *fn, void *arg) {
    if (has_token(a, bare)) return fn(arg, a, true);
    if (!is_parent(a)) return fn(arg, a, false);
    for (size_t i = 0; i < a->n_args; i++) {
        if (each_of(&a->args[i], false, fn, arg)) return true;
        if (a->type == GRAMMAR_BLOCK && !(a->args[i].flags & GRAMMAR_OPTIONAL)) break;
    }
    return false;
}

void grammar_match_each(const struct grammar_match *m, grammar_match_fn *fn, void *arg) {
    for (int depth = m->lost ? 0 : m->depth; depth-- > 0;) {
        const struct grammar_frame *f = &m->frames[depth];
        for (int i = f->base; i < f->n; i++) {
            if (is_open(f, i) && each_of(&f->args[i], f->bare, fn, arg)) return;
            if (is_barrier(f, i)) break;
        }
        if (n_missing(f, f->base)) return;
    }
}
