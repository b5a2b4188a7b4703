/* SPDX-License-Identifier: BSD-3-Clause */
/* Reply trees out of the reader's events, and back into events. Memory follows the bytes that have
 * come, never a length that was only announced: a node is made when its event arrives, a string in
 * pieces is gathered aside and copied when it ends.
 *
 * The one invariant: levels[depth].next is where the next value goes. An attribute is built like a
 * value, but waits in levels[depth].attr for the value behind it. */
#include "resp/reply.h"

#include <stdlib.h>
#include <string.h>

enum {
    FIRST_LEVELS = 16,
    TRUST =
        1 << 20, /* bytes of text reserved on its announced length alone, and kept for the next */
};

void reply_builder_init(struct reply_builder *b, size_t max_bytes) {
    *b = (struct reply_builder){.max = max_bytes, .cap = FIRST_LEVELS};
    arena_init(&b->arena);
    buf_init(&b->text, max_bytes);
    b->levels = mem_alloc(FIRST_LEVELS * sizeof *b->levels);
    reply_builder_clear(b);
}

void reply_builder_release(struct reply_builder *b) {
    arena_release(&b->arena);
    buf_release(&b->text);
    free(b->levels);
    b->levels = NULL;
}

void reply_builder_clear(struct reply_builder *b) {
    arena_clear(&b->arena);
    if (b->text.cap > TRUST) buf_release(&b->text);
    buf_clear(&b->text);
    b->root = b->top = NULL;
    b->depth = 0;
    b->levels[0] = (struct reply_level){.next = &b->top};
    b->used = 0;
    b->skipping = b->over = false;
}

/* n bytes of the tree's allowance, or NULL. */
static inline void *take(struct reply_builder *b, size_t n) {
    if (n > b->max - b->used) return NULL;
    b->used += n;
    return arena_alloc(&b->arena, n);
}

/* A node for the event's value, with room for more bytes behind it, hung where it belongs. NULL
 * when that is over the maximum. */
static inline struct reply *add_node(struct reply_builder *b, const struct resp_event *ev,
                                     size_t more) {
    struct reply_level *level = &b->levels[b->depth];
    struct reply *r = more < b->max ? take(b, sizeof *r + more) : NULL;
    if (!r) return NULL;
    *r = (struct reply){.type = ev->type};
    if (ev->type == RESP_ATTR) return r; /* is hung when it closes */
    r->attr = level->attr;
    level->attr = NULL;
    *level->next = r;
    level->next = &r->next;
    if (level->open) level->open->n++;
    return r;
}

static inline void set_text(struct reply *r, char *to, const char *p, size_t len) {
    if (len) memcpy(to, p, len);
    to[len] = 0;
    r->p = to;
    r->len = len;
}

static inline int finish(struct reply_builder *b, bool done) {
    if (!done) return VK_MORE;
    b->root = b->top;
    return 0;
}

static inline int build_value(struct reply_builder *b, const struct resp_event *ev) {
    struct reply *r = add_node(b, ev, ev->len + 1);
    if (!r) return VK_ELIMIT;
    r->n = ev->n;
    memcpy(r->format, ev->format, sizeof r->format);
    set_text(r, (char *)(r + 1), ev->p, ev->len);
    return finish(b, ev->done);
}

static int open_text(struct reply_builder *b, const struct resp_event *ev) {
    b->string = add_node(b, ev, 0);
    if (!b->string) return VK_ELIMIT;
    memcpy(b->string->format, ev->format, sizeof b->string->format);
    buf_clear(&b->text);
    if (ev->n > 0 && ev->n <= TRUST) buf_reserve(&b->text, (size_t)ev->n);
    return VK_MORE;
}

static int close_text(struct reply_builder *b, const struct resp_event *ev) {
    char *to = take(b, b->text.len + 1);
    if (!to) return VK_ELIMIT;
    set_text(b->string, to, b->text.p, b->text.len);
    if (b->text.cap > TRUST) buf_release(&b->text);
    return finish(b, ev->done);
}

static int open_aggregate(struct reply_builder *b, const struct resp_event *ev) {
    struct reply *r = add_node(b, ev, 0);
    if (!r) return VK_ELIMIT;
    if (++b->depth == b->cap) {
        b->cap *= 2;
        b->levels = mem_realloc(b->levels, b->cap, sizeof *b->levels);
    }
    b->levels[b->depth] = (struct reply_level){.open = r, .next = &r->child};
    return VK_MORE;
}

static void add_attr(struct reply_level *level, struct reply *attr) {
    if (level->attr)
        level->attr_last->next = attr;
    else
        level->attr = attr;
    level->attr_last = attr;
}

static int close_aggregate(struct reply_builder *b, const struct resp_event *ev) {
    struct reply *closed = b->levels[b->depth--].open;
    if (ev->type == RESP_ATTR) add_attr(&b->levels[b->depth], closed);
    return finish(b, ev->done);
}

/* Inside a push that came in the middle of the value. */
static int skip(struct reply_builder *b, const struct resp_event *ev) {
    b->skipping = ev->kind != RESP_CLOSE || ev->depth != b->skip_depth;
    return VK_MORE;
}

static int build(struct reply_builder *b, const struct resp_event *ev) {
    switch (ev->kind) {
    case RESP_VALUE: return build_value(b, ev);
    case RESP_TEXT_OPEN: return open_text(b, ev);
    case RESP_TEXT: return buf_add(&b->text, ev->p, ev->len) ? VK_ELIMIT : VK_MORE;
    case RESP_TEXT_CLOSE: return close_text(b, ev);
    case RESP_OPEN: return open_aggregate(b, ev);
    case RESP_CLOSE: return close_aggregate(b, ev);
    }
    return VK_MORE;
}

int reply_build(struct reply_builder *b, const struct resp_event *ev) {
    if (b->over) return VK_ELIMIT;
    if (b->skipping) return skip(b, ev);
    if (ev->type == RESP_PUSH && ev->kind == RESP_OPEN && ev->depth) {
        b->skipping = true;
        b->skip_depth = ev->depth;
        return VK_MORE;
    }
    int code = build(b, ev);
    b->over = code < 0;
    return code;
}

const struct reply *reply_at(const struct reply *r, size_t i) {
    const struct reply *at = r->child;
    while (at && i--)
        at = at->next;
    return at;
}

bool reply_is(const struct reply *r, const char *text) {
    size_t len = strlen(text);
    return r->p && r->len == len && !memcmp(r->p, text, len);
}

const struct reply *reply_field(const struct reply *map, const char *name) {
    for (const struct reply *at = map ? map->child : NULL; at && at->next; at = at->next->next)
        if (reply_is(at, name)) return at->next;
    return NULL;
}

/* What stays the same over a replay, and where in it we are. */
struct replay {
    reply_event_fn *fn;
    void *arg;
};

static int replay(const struct replay *to, const struct reply *r, uint16_t depth, bool aside);

/* The aggregate r: its beginning, its values, its end. */
static int replay_aggregate(const struct replay *to, const struct reply *r, struct resp_event *ev) {
    ev->kind = RESP_OPEN;
    ev->n = r->n;
    int code = to->fn(to->arg, ev);
    for (const struct reply *at = r->child; at && !code; at = at->next)
        code = replay(to, at, (uint16_t)(ev->depth + 1), ev->aside);
    if (code) return code;
    ev->kind = RESP_CLOSE;
    ev->n = 0;
    ev->done = !ev->depth && r->type != RESP_ATTR;
    return to->fn(to->arg, ev);
}

static int replay(const struct replay *to, const struct reply *r, uint16_t depth, bool aside) {
    for (const struct reply *attr = r->attr; attr; attr = attr->next) {
        int code = replay(to, attr, depth, aside);
        if (code) return code;
    }
    struct resp_event ev = {.type = r->type, .depth = depth, .aside = aside, .p = ""};
    if (r->type == RESP_PUSH || r->type == RESP_ATTR) ev.aside = true;
    if (resp_read_is_aggregate(r->type)) return replay_aggregate(to, r, &ev);
    ev.kind = RESP_VALUE;
    ev.p = r->p;
    ev.len = r->len;
    ev.n = r->n;
    ev.done = !depth;
    memcpy(ev.format, r->format, sizeof ev.format);
    return to->fn(to->arg, &ev);
}

int reply_replay(const struct reply *r, reply_event_fn *fn, void *arg) {
    return replay(&(struct replay){fn, arg}, r, 0, false);
}
