/* SPDX-License-Identifier: BSD-3-Clause */
/* See gather.h. */
#include "gather.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parts.h"

enum { WHERE_MAX = 256 };

struct gather {
    enum command_gather kind;
    int nodes[]; /* of the parts */
};

static const struct reply *root(const struct parts *p, int i) {
    return p->part[i].tree.root;
}

static const char *where(const struct parts *p, int i, char text[WHERE_MAX]) {
    const struct gather *g = p->owner;
    return cluster_where(p->cluster, g->nodes[i], text, WHERE_MAX);
}

static bool all_are(const struct parts *p, enum resp_type a, enum resp_type b) {
    for (int i = 0; i < p->n; i++)
        if (root(p, i)->type != a && root(p, i)->type != b) return false;
    return true;
}

/* ---- a list ---- */

static void list(const struct parts *p) {
    char text[WHERE_MAX];
    parts_give_open(p, RESP_MAP, 2 * (int64_t)p->n);
    for (int i = 0; i < p->n; i++) {
        const char *name = where(p, i, text);
        parts_give_text(p, RESP_BULK, name, strlen(name), 1);
        const char *why = p->part[i].why.text;
        if (p->part[i].why.code)
            parts_give_text(p, RESP_ERROR, why, strlen(why), 1);
        else
            parts_give_tree(p, root(p, i), 1);
    }
    parts_give_close(p, RESP_MAP);
}

/* ---- numbers ---- */

static int64_t put_number(enum command_gather kind, int64_t sum, int64_t n) {
    switch (kind) {
    case COMMAND_GATHER_AND: return sum && n;
    case COMMAND_GATHER_OR: return sum || n;
    case COMMAND_GATHER_MIN: return n < sum ? n : sum;
    case COMMAND_GATHER_MAX: return n > sum ? n : sum;
    default: return sum + n;
    }
}

static void numbers(const struct parts *p, enum command_gather kind) {
    int64_t sum = root(p, 0)->n;
    for (int i = 1; i < p->n; i++)
        sum = put_number(kind, sum, root(p, i)->n);
    parts_give_int(p, sum, 0);
}

/* Lists of numbers, each put together with its like: SCRIPT EXISTS. */
static bool same_shape(const struct parts *p) {
    for (int i = 0; i < p->n; i++) {
        if (root(p, i)->n != root(p, 0)->n) return false;
        for (const struct reply *r = root(p, i)->child; r; r = r->next)
            if (r->type != RESP_INT) return false;
    }
    return true;
}

static void lists_of_numbers(const struct parts *p, enum command_gather kind) {
    int64_t n = root(p, 0)->n;
    parts_give_open(p, RESP_ARRAY, n);
    for (int64_t k = 0; k < n; k++) {
        int64_t sum = reply_at(root(p, 0), (size_t)k)->n;
        for (int i = 1; i < p->n; i++)
            sum = put_number(kind, sum, reply_at(root(p, i), (size_t)k)->n);
        parts_give_int(p, sum, 1);
    }
    parts_give_close(p, RESP_ARRAY);
}

static bool same_text(const struct reply *a, const struct reply *b) {
    return a->p && b->p && a->len == b->len && !memcmp(a->p, b->p, a->len);
}

/* Channel and count in turn, as PUBSUB NUMSUB answers every name it was asked for. */
static bool pairs_agree(const struct parts *p) {
    for (int i = 0; i < p->n; i++) {
        const struct reply *a = root(p, 0)->child, *b = root(p, i)->child;
        for (; a && b; a = a->next->next, b = b->next->next)
            if (!a->next || !b->next || b->next->type != RESP_INT || !same_text(a, b)) return false;
        if (a || b) return false;
    }
    return true;
}

static void pairs(const struct parts *p) {
    const struct reply *first = root(p, 0);
    size_t at = 0;
    parts_give_open(p, first->type, first->n);
    for (const struct reply *r = first->child; r; r = r->next->next, at += 2) {
        int64_t sum = 0;
        for (int i = 0; i < p->n; i++)
            sum += reply_at(root(p, i), at + 1)->n;
        parts_give_text(p, r->type, r->p, r->len, 1);
        parts_give_int(p, sum, 1);
    }
    parts_give_close(p, first->type);
}

/* ---- sets ---- */

static int compare(const void *a, const void *b) {
    const struct reply *x = *(const struct reply *const *)a, *y = *(const struct reply *const *)b;
    int order = memcmp(x->p, y->p, x->len < y->len ? x->len : y->len);
    return order ? order : (x->len > y->len) - (x->len < y->len);
}

static bool all_texts(const struct parts *p) {
    for (int i = 0; i < p->n; i++)
        for (const struct reply *r = root(p, i)->child; r; r = r->next)
            if (!r->p) return false;
    return true;
}

static void merge(const struct parts *p) {
    size_t n = 0, kept = 0;
    for (int i = 0; i < p->n; i++)
        n += (size_t)root(p, i)->n;
    const struct reply **all = mem_zalloc(n + 1, sizeof *all);
    n = 0;
    for (int i = 0; i < p->n; i++)
        for (const struct reply *r = root(p, i)->child; r; r = r->next)
            all[n++] = r;
    qsort((void *)all, n, sizeof *all, compare);
    for (size_t i = 0; i < n; i++)
        if (!kept || !same_text(all[kept - 1], all[i])) all[kept++] = all[i];
    parts_give_open(p, RESP_ARRAY, (int64_t)kept);
    for (size_t i = 0; i < kept; i++)
        parts_give_text(p, all[i]->type, all[i]->p, all[i]->len, 1);
    parts_give_close(p, RESP_ARRAY);
    free((void *)all);
}

/* ---- which way ---- */

static bool is_number(enum command_gather kind) {
    return kind == COMMAND_GATHER_SUM || kind == COMMAND_GATHER_AND || kind == COMMAND_GATHER_OR ||
           kind == COMMAND_GATHER_MIN || kind == COMMAND_GATHER_MAX;
}

static void make_one(const struct parts *p, enum command_gather kind) {
    bool lists = all_are(p, RESP_ARRAY, RESP_SET), number = is_number(kind);
    if (number && all_are(p, RESP_INT, RESP_INT))
        numbers(p, kind);
    else if (number && lists && same_shape(p))
        lists_of_numbers(p, kind);
    else if (kind == COMMAND_GATHER_SUM_BY_NAME && all_are(p, RESP_ARRAY, RESP_MAP) &&
             pairs_agree(p))
        pairs(p);
    else if (kind == COMMAND_GATHER_UNION && lists && all_texts(p))
        merge(p);
    else if (kind == COMMAND_GATHER_ALL_OK && all_are(p, RESP_SIMPLE, RESP_BULK))
        parts_give_tree(p, root(p, 0), 0);
    else
        list(p);
}

static void put_together(struct parts *p) {
    struct gather *g = p->owner;
    char text[WHERE_MAX], at[WHERE_MAX + 8];
    int first = 0, good = 0, failed = parts_failed(p, &first);
    while (failed && good < p->n && parts_has_failed(&p->part[good]))
        good++;
    if (failed < p->n && g->kind == COMMAND_GATHER_LIST_PER_NODE) {
        list(p);
    } else if (failed < p->n && g->kind == COMMAND_GATHER_ANY_OK) {
        parts_give_tree(p, root(p, good), 0);
    } else if (failed) {
        snprintf(at, sizeof at, "at %s", where(p, first, text));
        parts_give_failure(p, at);
    } else {
        make_one(p, g->kind);
    }
    free(g);
}

void gather_submit(struct cluster *c, const int *nodes, int n, int argc, const char *const *argv,
                   const size_t *lens, session_cb *cb, void *arg) {
    struct gather *g = mem_alloc(sizeof *g + (size_t)n * sizeof g->nodes[0]);
    const struct command_info *info = cluster_command(c, argc, argv, lens);
    g->kind = info ? command_gather(info) : COMMAND_GATHER_LIST_PER_NODE;
    memcpy(g->nodes, nodes, (size_t)n * sizeof *nodes);
    struct parts *p = parts_new(c, n, cb, arg, put_together, g);
    for (int i = 0; i < n; i++)
        cluster_submit(c, argc, argv, lens, nodes[i], parts_on_reply, &p->part[i]);
}

static bool is_node(const struct cluster *c, const struct reply *name) {
    char text[WHERE_MAX];
    for (int i = 0; i < slots_nodes(cluster_slots(c)); i++)
        if (reply_is(name, cluster_where(c, i, text, sizeof text))) return true;
    return false;
}

bool gather_is_list(const struct cluster *c, const struct reply *r) {
    if (!c || r->type != RESP_MAP || !r->child) return false;
    for (const struct reply *name = r->child; name; name = name->next->next)
        if (!name->next || !is_node(c, name)) return false;
    return true;
}
