/* SPDX-License-Identifier: BSD-3-Clause */
/* See flags.h. What is set is what was there with the missing letters behind it, so that nothing
 * that another listens for is ever taken away. */
#include "flags.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/msg.h"

enum { TEXT_MAX = 64 };
#define NAME "notify-keyspace-events"

struct flags_node {
    struct flags *flags;
    struct node *node;
    unsigned round;
    char was[TEXT_MAX], set[TEXT_MAX]; /* changed: from what, to what */
    bool changed, said, busy;
    int64_t asked_us, known_us; /* when it was asked, as of the last good answer */
};

void flags_init(struct flags *f, struct loop *l, notify_set asked, bool enable) {
    *f = (struct flags){.loop = l, .asked = asked, .enable = enable};
}

void flags_release(struct flags *f) {
    for (int i = 0; i < f->n; i++)
        free(f->nodes[i]);
    free(f->nodes);
    *f = (struct flags){0};
}

static struct flags_node *of(struct flags *f, struct node *n) {
    if (n->number >= f->n) {
        int more = n->number + 1;
        f->nodes = mem_realloc(f->nodes, (size_t)more, sizeof *f->nodes);
        while (f->n < more)
            f->nodes[f->n++] = NULL;
    }
    struct flags_node **fn = &f->nodes[n->number];
    if (!*fn) *fn = mem_zalloc(1, sizeof **fn);
    (*fn)->flags = f;
    (*fn)->node = n;
    return *fn;
}

/* ---- what a server says ---- */

static void get(struct flags_node *fn, side_fn *then) {
    fn->asked_us = clock_wall_us();
    side_ask(node_side(fn->node), 3, (const char *const[]){"CONFIG", "GET", NAME}, then, fn);
}

static void set(struct flags_node *fn, const char *value, side_fn *then) {
    side_ask(node_side(fn->node), 4, (const char *const[]){"CONFIG", "SET", NAME, value}, then, fn);
}

/* The value in CONFIG GET's reply; NULL and e: there is none. */
static const struct reply *value_of(const struct reply *r, const struct err *why, struct err *e) {
    const struct reply *value = r ? reply_at(r, 1) : NULL;
    if (value && value->p && value->len < TEXT_MAX / 2) return value;
    if (!r)
        *e = *why;
    else
        err_set(e, VK_ESERVER, "%.200s", r->p ? r->p : "no such setting");
    return NULL;
}

static void text_of(char text[TEXT_MAX], const struct reply *value) {
    memcpy(text, value->p, value->len);
    text[value->len] = 0;
}

static void add_missing(const struct flags_node *fn, const struct reply *value, struct buf *out) {
    notify_add(out, fn->flags->asked & ~notify_parse(value->p, value->len));
}

/* ---- before a node listens ---- */

static void let_go(struct flags_node *fn) {
    node_let_go(fn->node, fn->round);
}

static void on_set(void *arg, const struct reply *r, const struct err *why) {
    struct flags_node *fn = arg;
    bool ok = r && !resp_read_is_error(r->type);
    if (ok)
        msg_warn("%s: " NAME " was '%s', is '%s' until the end", fn->node->name, fn->was, fn->set);
    else
        msg_warn("%s: cannot set " NAME ": %s", fn->node->name, r ? r->p : why->text);
    fn->changed = ok;
    let_go(fn);
}

static void enable(struct flags_node *fn, const struct reply *value) {
    struct buf b;
    buf_init(&b, TEXT_MAX - 1);
    buf_add(&b, value->p, value->len);
    add_missing(fn, value, &b);
    text_of(fn->was, value);
    memcpy(fn->set, buf_cstr(&b), b.len + 1);
    buf_release(&b);
    set(fn, fn->set, on_set);
}

/* What is missing, and how to set it. */
static void put_lack(const struct flags_node *fn, const struct reply *value, struct buf *b) {
    buf_addf(b, "%s: " NAME " is '%.*s', which lacks '", fn->node->name, (int)value->len, value->p);
    add_missing(fn, value, b);
    buf_addf(b, "' for what is asked; --enable sets it until the end, CONFIG SET " NAME " %.*s",
             (int)value->len, value->p);
    add_missing(fn, value, b);
    buf_adds(b, " for good");
}

static void complain(struct flags_node *fn, const struct reply *value, bool deaf) {
    struct buf b;
    struct err e;
    buf_init(&b, 1024);
    put_lack(fn, value, &b);
    if (deaf) {
        err_set(&e, VK_ESTATE, "%s", buf_cstr(&b));
        node_refuse(fn->node, &e);
    } else if (!fn->said) {
        msg_warn("%s", buf_cstr(&b));
    }
    fn->said = true;
    buf_release(&b);
}

static void on_flags(void *arg, const struct reply *r, const struct err *why) {
    struct flags_node *fn = arg;
    struct err e;
    if (fn->round != fn->node->round || fn->node->state == NODE_WAITING) return;
    const struct reply *value = value_of(r, why, &e);
    if (!value) {
        if (!fn->said)
            msg_warn("%s: cannot read " NAME " (%s): events may be missing", fn->node->name,
                     e.text);
        fn->said = true;
        let_go(fn);
        return;
    }
    fn->known_us = fn->asked_us;
    notify_set present = notify_parse(value->p, value->len), asked = fn->flags->asked;
    if ((present & asked) == asked) {
        let_go(fn);
    } else if (fn->flags->enable) {
        enable(fn, value);
    } else {
        complain(fn, value, notify_is_deaf(present, asked));
        let_go(fn);
    }
}

void flags_check(struct flags *f, struct node *n) {
    struct flags_node *fn = of(f, n);
    fn->round = n->round;
    fn->busy = false;
    node_hold(n);
    get(fn, on_flags);
}

/* ---- while it listens ---- */

static void on_look(void *arg, const struct reply *r, const struct err *why) {
    struct flags_node *fn = arg;
    struct node *n = fn->node;
    struct err e;
    fn->busy = false;
    const struct reply *value = value_of(r, why, &e);
    if (!value || n->state != NODE_LISTENING || fn->round != n->round) return;
    notify_set present = notify_parse(value->p, value->len), asked = fn->flags->asked;
    bool narrowed = fn->changed ? (present & asked) != asked : notify_is_deaf(present, asked);
    if (narrowed) {
        n->lost_us = fn->known_us;
        n->lost_by = NAME " was changed";
        err_set(&e, VK_ESTATE, "%s: " NAME " was changed to '%.*s'", n->name, (int)value->len,
                value->p);
        node_refuse(n, &e);
    }
    fn->known_us = fn->asked_us;
}

void flags_look(struct flags *f, struct node *n) {
    struct flags_node *fn = of(f, n);
    if (fn->busy || n->state != NODE_LISTENING) return;
    fn->busy = true;
    get(fn, on_look);
}

/* ---- and back ---- */

static void not_back(struct flags_node *fn, const char *reason) {
    msg_warn("%s: " NAME " stays '%s' instead of '%s': %s", fn->node->name, fn->set, fn->was,
             reason);
    fn->changed = false;
}

static void on_back(void *arg, const struct reply *r, const struct err *why) {
    struct flags_node *fn = arg;
    if (!r || resp_read_is_error(r->type))
        not_back(fn, r ? r->p : why->text);
    else
        msg_warn("%s: " NAME " is '%s' again", fn->node->name, fn->was);
    fn->changed = false;
}

/* Another who has changed it since knows better. */
static void on_present(void *arg, const struct reply *r, const struct err *why) {
    struct flags_node *fn = arg;
    struct err e;
    const struct reply *value = value_of(r, why, &e);
    if (!value) {
        not_back(fn, e.text);
    } else if (notify_parse(value->p, value->len) != notify_parse(fn->set, strlen(fn->set))) {
        msg_warn("%s: " NAME " was changed meanwhile, to '%.*s', and stays so", fn->node->name,
                 (int)value->len, value->p);
        fn->changed = false;
    } else {
        set(fn, fn->was, on_back);
    }
}

void flags_put_back(struct flags *f, struct node *n) {
    int64_t end_ns = clock_now_ns() + FLAGS_BACK_MS * CLOCK_NS_PER_MS;
    struct flags_node *fn = of(f, n);
    if (!fn->changed) return;
    get(fn, on_present);
    while (fn->changed && clock_now_ns() < end_ns && loop_turn(f->loop, end_ns) == 0) {
    }
    if (fn->changed) not_back(fn, "no answer");
}
