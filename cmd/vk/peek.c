/* SPDX-License-Identifier: BSD-3-Clause */
/* See peek.h. Three questions, each one write and one wait: what is known of any key, how long it
 * is, and the look at its value, which the answers before may forbid. What of it the user may not
 * ask is said where it would stand. */
#include "peek.h"

#include <string.h>

#include "base/msg.h"
#include "peek_impl.h"
#include "ui/oneline.h"

enum {
    SHOWN_ELEMENTS = 10,
    INDENT = 4,              /* columns in front of the value */
    LOOK_MAX = 1 << 20,      /* a key that takes no more can be looked at whatever is in it */
    ELEMENT_MAX = 16 * 1024, /* of a larger one: bytes of its elements on average */
    JSON_MAX = 64 * 1024,    /* a document has no beginning to ask for */
    TEXT_MAX = 64 << 20,
};

static const char KEY[] = ""; /* where the key stands among a command's words */

/* How long a key of a type is, and what shows its beginning. */
static const struct peek_kind kinds[] = {
    {"string", "strlen", {"byte", "bytes"}, {"getrange", KEY, "0", "511"}},
    {"list", "llen", {"element", "elements"}, {"lrange", KEY, "0", "9"}},
    {"hash", "hlen", {"field", "fields"}, {"hscan", KEY, "0", "count", "10"}},
    {"set", "scard", {"member", "members"}, {"sscan", KEY, "0", "count", "10"}},
    {"zset", "zcard", {"member", "members"}, {"zrange", KEY, "0", "9", "withscores"}},
    {"stream", "xlen", {"entry", "entries"}, {"xrange", KEY, "-", "+", "count", "5"}},
    {"ReJSON-RL", NULL, {NULL}, {"json.get", KEY}},
};

static const char *const questions[PEEK_FACTS][PEEK_WORDS] = {
    [PEEK_TYPE] = {"type", KEY},
    [PEEK_ENCODING] = {"object", "encoding", KEY},
    [PEEK_TTL] = {"pttl", KEY},
    [PEEK_EXPIRES] = {"pexpiretime", KEY},
    [PEEK_MEMORY] = {"memory", "usage", KEY},
    [PEEK_REFS] = {"object", "refcount", KEY},
    [PEEK_IDLE] = {"object", "idletime", KEY},
    [PEEK_FREQ] = {"object", "freq", KEY},
};

/* ---- asking ---- */

/* Words with the key among them. */
static void compose(struct peek *p, const char *const *words) {
    struct peek_command *c = &p->commands[p->n_commands++];
    c->argc = 0;
    for (int i = 0; i < PEEK_WORDS && words[i]; i++, c->argc++) {
        c->argv[i] = words[i] == KEY ? p->key : words[i];
        c->lens[i] = words[i] == KEY ? p->key_len : strlen(words[i]);
    }
}

static void take_fact(void *arg, const struct slot *slot, const struct reply *r, struct buf *out) {
    struct peek *p = arg;
    struct peek_fact *f = &p->facts[p->asked[p->n_answered++]];
    (void)slot, (void)out;
    if (r->type == RESP_INT) {
        f->kind = PEEK_NUMBER;
        f->n = r->n;
    } else if (r->p) {
        size_t len = r->len < PEEK_FACT_BYTES ? r->len : PEEK_FACT_BYTES - 1;
        f->kind = resp_read_is_error(r->type) ? PEEK_REFUSED : PEEK_TEXT;
        memcpy(f->text, r->p, len);
        f->text[len] = 0;
    }
}

static int wait(struct run *r) {
    while (r->in_flight && !r->stopped.code && !run_interrupted(r))
        run_turn(r, -1);
    return r->stopped.code;
}

/* In one write; 0, or the run has stopped. */
static int ask(struct peek *p) {
    struct run *r = p->shell->run;
    int n = p->n_commands;
    p->n_answered = p->n_commands = 0;
    for (int i = 0; i < n && !r->stopped.code; i++) {
        const struct peek_command *c = &p->commands[i];
        if (run_submit(r, NULL, c->argc, c->argv, c->lens, 0) < 0) break;
    }
    return wait(r);
}

static void want(struct peek *p, int fact, const char *const *words) {
    p->asked[p->n_commands] = fact;
    compose(p, words);
}

static int ask_facts(struct peek *p) {
    for (int i = PEEK_TYPE; i <= PEEK_IDLE; i++)
        want(p, i, questions[i]);
    return ask(p);
}

/* Where keys are evicted by use, a server counts that and knows no idle time. */
static int ask_length(struct peek *p) {
    const struct peek_fact *idle = &p->facts[PEEK_IDLE];
    if (p->kind && p->kind->length)
        want(p, PEEK_LENGTH, (const char *const[PEEK_WORDS]){p->kind->length, KEY});
    if (idle->kind == PEEK_REFUSED && strncmp(idle->text, "NOPERM", 6) != 0)
        want(p, PEEK_FREQ, questions[PEEK_FREQ]);
    return ask(p);
}

/* ---- the value ---- */

/* The elements themselves, of a cursor's reply, and no more than a few. */
static struct reply beginning(const struct peek *p, const struct reply *r) {
    bool cursor = !strcmp(p->kind->look[0], "hscan") || !strcmp(p->kind->look[0], "sscan");
    bool pairs = !strcmp(p->kind->look[0], "hscan");
    struct reply top = *r;
    if (cursor && resp_read_is_aggregate(r->type) && r->n == 2 &&
        resp_read_is_aggregate(r->child->next->type))
        top = *r->child->next;
    if (pairs && resp_read_is_aggregate(top.type)) top.type = RESP_MAP;
    int64_t most = SHOWN_ELEMENTS * (pairs ? 2 : 1);
    if (resp_read_is_aggregate(top.type) && top.n > most && cursor) top.n = most;
    return top;
}

static int64_t count_shown(const struct peek *p, const struct reply *top) {
    bool flat = top->type == RESP_MAP ||
                (!strcmp(p->kind->type, "zset") && top->child && top->child->type != RESP_ARRAY);
    if (!resp_read_is_aggregate(top->type)) return (int64_t)top->len;
    return flat ? top->n / 2 : top->n;
}

/* Why there is no value to see. */
static void take_refusal(struct peek *p, const struct reply *r) {
    bool changed = memmem(r->p, r->len, "WRONGTYPE", 9);
    p->shown = -1;
    if (changed)
        buf_adds(&p->value, "its type has changed meanwhile\n");
    else if (r->len > 6 && !memcmp(r->p, "NOPERM", 6))
        buf_adds(&p->value, "not allowed\n");
    else
        oneline_reply(&p->value, r, PEEK_FACT_BYTES), buf_addc(&p->value, '\n');
}

/* The view's first line is the count, which would be that of what is shown. */
static void drop_count(struct buf *text) {
    const char *end = text->len ? memchr(text->p, '\n', text->len) : NULL;
    if (end) buf_drop(text, (size_t)(end - text->p) + 1);
}

static void take_value(void *arg, const struct slot *slot, const struct reply *r, struct buf *out) {
    struct peek *p = arg;
    struct view_opts o = entry_view(p->shell);
    (void)out;
    if (slot->failed) {
        take_refusal(p, r);
        return;
    }
    struct reply top = beginning(p, r);
    bool pairs = top.type == RESP_MAP;
    const char *const hash[] = {"hgetall"};
    o.format = VIEW_BEST;
    o.columns = o.columns > 2 * INDENT ? o.columns - INDENT : INDENT;
    o.colour = p->colour;
    if (!p->colour) o.columns = 0;
    p->shown = count_shown(p, &top);
    int code = view_render(&o, pairs ? 1 : slot->argc, pairs ? hash : slot->argv,
                           pairs ? NULL : slot->lens, &top, &p->value);
    if (code < 0) buf_adds(&p->value, "... (too long to be shown)\n");
    if (resp_read_is_aggregate(top.type) && top.n) drop_count(&p->value);
}

/* Why the value is not to be read, or NULL. */
static const char *too_large(const struct peek *p) {
    const struct peek_fact *memory = &p->facts[PEEK_MEMORY], *length = &p->facts[PEEK_LENGTH];
    bool document = !p->kind->length, text = !strcmp(p->kind->type, "string");
    if (memory->kind != PEEK_NUMBER || text) return NULL;
    if (document && memory->n > JSON_MAX) return "not read: it is large";
    if (memory->n <= LOOK_MAX || length->kind != PEEK_NUMBER || !length->n) return NULL;
    return memory->n / length->n > ELEMENT_MAX ? "not read: its elements are large" : NULL;
}

static int look(struct peek *p) {
    struct run *r = p->shell->run;
    const char *why = p->kind ? too_large(p) : NULL;
    p->shown = -1;
    if (why) buf_addf(&p->value, "%s\n", why);
    if (!p->kind || why) return 0;
    compose(p, p->kind->look);
    r->view = take_value;
    return ask(p);
}

/* ---- one key after the other ---- */

static const struct peek_kind *kind_of(const struct peek_fact *type) {
    for (size_t i = 0; type->kind == PEEK_TEXT && i < sizeof kinds / sizeof *kinds; i++)
        if (!strcmp(type->text, kinds[i].type)) return &kinds[i];
    return NULL;
}

static int peek_at(struct peek *p, const char *key, size_t len) {
    struct run *r = p->shell->run;
    p->key = key;
    p->key_len = len;
    p->kind = NULL;
    memset(p->facts, 0, sizeof p->facts);
    buf_clear(&p->value);
    r->view = take_fact;
    r->view_arg = p;
    int code = ask_facts(p);
    if (code == 0) p->kind = kind_of(&p->facts[PEEK_TYPE]);
    if (code == 0) code = ask_length(p);
    if (code == 0) code = look(p);
    r->view = entry_show;
    r->view_arg = p->shell;
    if (code == 0) peek_tell(p);
    return code;
}

void peek_meta(struct shell *s, int argc, const char *const *argv, const size_t *lens) {
    struct peek p = {.shell = s, .colour = !s->to.kind};
    if (wire_state(&s->run->wire) & SESSION_MULTI) {
        msg_warn("peek: a transaction is open, in which replies come with EXEC only");
        return;
    }
    if (!mend_connect(&s->mend)) return;
    buf_init(&p.text, TEXT_MAX);
    buf_init(&p.value, TEXT_MAX);
    for (int i = 1; i < argc; i++)
        if (peek_at(&p, argv[i], lens[i])) break;
    entry_text(s, p.text.p, p.text.len);
    mend_command(&s->mend);
    buf_release(&p.text);
    buf_release(&p.value);
}
