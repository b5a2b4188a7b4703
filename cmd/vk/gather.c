/* SPDX-License-Identifier: BSD-3-Clause */
/* See gather.h. */
#include "gather.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "resp/reply.h"

#define REPLY_MAX ((size_t)1 << 30)

enum { ERROR_MAX = 1024 };

struct part {
    struct gather *gather;
    int node;
    struct reply_builder tree;
    struct err why; /* why there is no reply; code 0 = there is one */
};

struct gather {
    struct cluster *cluster;
    enum command_gather kind;
    session_cb *cb;
    void *arg;
    int n, left;
    struct part parts[];
};

/* ---- giving events ---- */

static void give(const struct gather *g, const struct resp_event *ev) {
    g->cb(g->arg, ev->done ? 0 : VK_MORE, ev);
}

static void give_open(const struct gather *g, enum resp_type type, int64_t n) {
    give(g, &(struct resp_event){.kind = RESP_OPEN, .type = type, .n = n});
}

static void give_close(const struct gather *g, enum resp_type type) {
    give(g, &(struct resp_event){.kind = RESP_CLOSE, .type = type, .done = true});
}

static void give_text(const struct gather *g, enum resp_type type, const char *p, size_t len,
                      int64_t n, int depth) {
    give(g, &(struct resp_event){.kind = RESP_VALUE,
                                 .type = type,
                                 .done = depth == 0,
                                 .depth = (uint16_t)depth,
                                 .p = p,
                                 .len = len,
                                 .n = n});
}

static void give_int(const struct gather *g, int64_t n, int depth) {
    char digits[STR_INT_MAX];
    size_t len = str_put_i64(digits, n);
    give_text(g, RESP_INT, digits, len, n, depth);
}

static int give_inside(void *arg, const struct resp_event *ev) {
    struct resp_event inside = *ev;
    inside.depth++;
    inside.done = false;
    give(arg, &inside);
    return 0;
}

static int give_whole(void *arg, const struct resp_event *ev) {
    give(arg, ev);
    return 0;
}

/* ---- ways of putting together ---- */

static const struct reply *root(const struct gather *g, int i) {
    return g->parts[i].tree.root;
}

static bool all_are(const struct gather *g, enum resp_type a, enum resp_type b) {
    for (int i = 0; i < g->n; i++)
        if (!root(g, i) || (root(g, i)->type != a && root(g, i)->type != b)) return false;
    return true;
}

static void list(const struct gather *g) {
    give_open(g, RESP_MAP, 2 * (int64_t)g->n);
    for (int i = 0; i < g->n; i++) {
        const struct part *p = &g->parts[i];
        char where[256];
        cluster_where(g->cluster, p->node, where, sizeof where);
        give_text(g, RESP_BULK, where, strlen(where), 0, 1);
        if (p->why.code)
            give_text(g, RESP_ERROR, p->why.text, strlen(p->why.text), 0, 1);
        else
            reply_replay(p->tree.root, give_inside, (void *)g);
    }
    give_close(g, RESP_MAP);
}

static int64_t put_number(enum command_gather kind, int64_t sum, int64_t n) {
    switch (kind) {
    case COMMAND_GATHER_AND: return sum && n;
    case COMMAND_GATHER_OR: return sum || n;
    case COMMAND_GATHER_MIN: return n < sum ? n : sum;
    case COMMAND_GATHER_MAX: return n > sum ? n : sum;
    default: return sum + n;
    }
}

static void numbers(const struct gather *g) {
    int64_t sum = root(g, 0)->n;
    for (int i = 1; i < g->n; i++)
        sum = put_number(g->kind, sum, root(g, i)->n);
    give_int(g, sum, 0);
}

/* Arrays of numbers, each put together with its like: SCRIPT EXISTS. */
static bool same_shape(const struct gather *g) {
    for (int i = 0; i < g->n; i++) {
        if (root(g, i)->n != root(g, 0)->n) return false;
        for (const struct reply *r = root(g, i)->child; r; r = r->next)
            if (r->type != RESP_INT) return false;
    }
    return true;
}

static void arrays_of_numbers(const struct gather *g) {
    int64_t n = root(g, 0)->n;
    give_open(g, RESP_ARRAY, n);
    for (int64_t k = 0; k < n; k++) {
        int64_t sum = reply_at(root(g, 0), (size_t)k)->n;
        for (int i = 1; i < g->n; i++)
            sum = put_number(g->kind, sum, reply_at(root(g, i), (size_t)k)->n);
        give_int(g, sum, 1);
    }
    give_close(g, RESP_ARRAY);
}

static bool same_text(const struct reply *a, const struct reply *b) {
    return a->p && b->p && a->len == b->len && !memcmp(a->p, b->p, a->len);
}

/* Channel and count in turn, as PUBSUB NUMSUB answers every name it was asked for. */
static bool pairs_agree(const struct gather *g) {
    for (int i = 0; i < g->n; i++) {
        const struct reply *a = root(g, 0)->child, *b = root(g, i)->child;
        for (; a && b; a = a->next->next, b = b->next->next)
            if (!a->next || !b->next || b->next->type != RESP_INT || !same_text(a, b)) return false;
        if (a || b) return false;
    }
    return true;
}

static void pairs(const struct gather *g) {
    const struct reply *first = root(g, 0);
    give_open(g, first->type, first->n);
    size_t at = 0;
    for (const struct reply *r = first->child; r; r = r->next->next, at += 2) {
        int64_t sum = 0;
        for (int i = 0; i < g->n; i++)
            sum += reply_at(root(g, i), at + 1)->n;
        give_text(g, r->type, r->p, r->len, 0, 1);
        give_int(g, sum, 1);
    }
    give_close(g, first->type);
}

static int compare(const void *a, const void *b) {
    const struct reply *x = *(const struct reply *const *)a, *y = *(const struct reply *const *)b;
    int order = memcmp(x->p, y->p, x->len < y->len ? x->len : y->len);
    return order ? order : (x->len > y->len) - (x->len < y->len);
}

static bool all_texts(const struct gather *g) {
    for (int i = 0; i < g->n; i++)
        for (const struct reply *r = root(g, i)->child; r; r = r->next)
            if (!r->p) return false;
    return true;
}

static void merge(const struct gather *g) {
    size_t n = 0, kept = 0;
    for (int i = 0; i < g->n; i++)
        n += (size_t)root(g, i)->n;
    const struct reply **all = mem_zalloc(n + 1, sizeof *all);
    n = 0;
    for (int i = 0; i < g->n; i++)
        for (const struct reply *r = root(g, i)->child; r; r = r->next)
            all[n++] = r;
    qsort(all, n, sizeof *all, compare);
    for (size_t i = 0; i < n; i++)
        if (!kept || !same_text(all[kept - 1], all[i])) all[kept++] = all[i];
    give_open(g, RESP_ARRAY, (int64_t)kept);
    for (size_t i = 0; i < kept; i++)
        give_text(g, all[i]->type, all[i]->p, all[i]->len, 0, 1);
    give_close(g, RESP_ARRAY);
    free(all);
}

/* One node's failure is the reply, in its words: nothing less would make the command fail. */
static const char *failure(const struct part *p) {
    const struct reply *r = p->tree.root;
    if (p->why.code) return p->why.text;
    return resp_read_is_error(r->type) ? r->p : NULL;
}

static void give_failure(const struct gather *g, int first, int failed) {
    char text[ERROR_MAX], where[256];
    cluster_where(g->cluster, g->parts[first].node, where, sizeof where);
    snprintf(text, sizeof text, "%.600s (at %s; %d of %d nodes failed)", failure(&g->parts[first]),
             where, failed, g->n);
    give_text(g, RESP_ERROR, text, strlen(text), 0, 0);
}

static bool is_number(enum command_gather kind) {
    return kind == COMMAND_GATHER_SUM || kind == COMMAND_GATHER_AND || kind == COMMAND_GATHER_OR ||
           kind == COMMAND_GATHER_MIN || kind == COMMAND_GATHER_MAX;
}

static void put_together(const struct gather *g) {
    bool arrays = all_are(g, RESP_ARRAY, RESP_SET), number = is_number(g->kind);
    const struct reply *first = root(g, 0);
    if (number && all_are(g, RESP_INT, RESP_INT))
        numbers(g);
    else if (number && arrays && same_shape(g))
        arrays_of_numbers(g);
    else if (g->kind == COMMAND_GATHER_SUM_BY_NAME && all_are(g, RESP_ARRAY, RESP_MAP) &&
             pairs_agree(g))
        pairs(g);
    else if (g->kind == COMMAND_GATHER_UNION && arrays && all_texts(g))
        merge(g);
    else if (g->kind == COMMAND_GATHER_ALL_OK && all_are(g, RESP_SIMPLE, RESP_BULK))
        give_text(g, first->type, first->p, first->len, 0, 0);
    else
        list(g);
}

static void put_replies(const struct gather *g) {
    int failed = 0, first = 0, good = -1;
    for (int i = 0; i < g->n; i++) {
        if (!failure(&g->parts[i])) {
            if (good < 0) good = i;
            continue;
        }
        if (!failed++) first = i;
    }
    if (g->kind == COMMAND_GATHER_LIST_PER_NODE && good >= 0)
        list(g);
    else if (g->kind == COMMAND_GATHER_ANY_OK && good >= 0)
        reply_replay(root(g, good), give_whole, (void *)g);
    else if (failed)
        give_failure(g, first, failed);
    else
        put_together(g);
}

/* ---- collecting ---- */

static void end(struct gather *g) {
    int code = 0;
    struct err *why = NULL;
    for (int i = 0; i < g->n && !why; i++)
        if (g->parts[i].why.code == VK_ECANCEL) why = &g->parts[i].why;
    if (why) code = why->code;
    if (code < 0)
        g->cb(g->arg, code, NULL);
    else
        put_replies(g);
    for (int i = 0; i < g->n; i++)
        reply_builder_release(&g->parts[i].tree);
    free(g);
}

static void on_part(void *arg, int code, const struct resp_event *ev) {
    struct part *p = arg;
    if (ev && reply_build(&p->tree, ev) == VK_ELIMIT && !p->why.code)
        err_set(&p->why, VK_ELIMIT, "ERR the reply takes more memory than is allowed");
    if (code == VK_MORE) return;
    if (code < 0) p->why = *cluster_why(p->gather->cluster);
    if (code == 0 && !p->tree.root && !p->why.code) err_set(&p->why, VK_EPROTO, "ERR no reply");
    if (--p->gather->left == 0) end(p->gather);
}

void gather_submit(struct cluster *c, const int *nodes, int n, int argc, const char *const *argv,
                   const size_t *lens, session_cb *cb, void *arg) {
    struct gather *g = mem_zalloc(1, sizeof *g + (size_t)n * sizeof g->parts[0]);
    *g = (struct gather){.cluster = c,
                         .kind = command_gather(command_find(NULL, argc, argv, lens)),
                         .cb = cb,
                         .arg = arg,
                         .n = n,
                         .left = n};
    for (int i = 0; i < n; i++) {
        g->parts[i] = (struct part){.gather = g, .node = nodes[i]};
        reply_builder_init(&g->parts[i].tree, REPLY_MAX);
        cluster_submit(c, argc, argv, lens, nodes[i], on_part, &g->parts[i]);
    }
}
