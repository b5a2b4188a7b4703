/* SPDX-License-Identifier: BSD-3-Clause */
/* See split.h. The keys are sorted by slot; each run of one slot is a command of its own, which
 * remembers where its keys stood. */
#include "split.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "parts.h"

struct key {
    unsigned slot;
    int at;    /* in argv */
    int order; /* among the keys */
};

/* The keys of one slot. */
struct share {
    const struct key *keys;
    int n;
    const char **argv;
    size_t *lens;
};

struct split {
    enum command_gather kind;
    struct key *keys;
    int n_keys, n;
    struct share shares[];
};

/* ---- the reply ---- */

static const struct reply *root(const struct parts *p, int i) {
    return p->part[i].tree.root;
}

static bool lists_fit(const struct parts *p, const struct split *s) {
    for (int i = 0; i < p->n; i++)
        if (root(p, i)->type != RESP_ARRAY || root(p, i)->n != s->shares[i].n) return false;
    return true;
}

/* Each item back to where its key stood. */
static void list(const struct parts *p, const struct split *s) {
    const struct reply **items = mem_zalloc((size_t)s->n_keys, sizeof *items);
    for (int i = 0; i < s->n; i++) {
        const struct reply *r = root(p, i)->child;
        for (int k = 0; k < s->shares[i].n; k++, r = r->next)
            items[s->shares[i].keys[k].order] = r;
    }
    parts_give_open(p, RESP_ARRAY, s->n_keys);
    for (int i = 0; i < s->n_keys; i++)
        parts_give_tree(p, items[i], 1);
    parts_give_close(p, RESP_ARRAY);
    free((void *)items);
}

static void sum(const struct parts *p) {
    int64_t n = 0;
    for (int i = 0; i < p->n; i++)
        n += root(p, i)->n;
    parts_give_int(p, n, 0);
}

static void free_split(struct split *s) {
    for (int i = 0; i < s->n; i++) {
        free((void *)s->shares[i].argv);
        free(s->shares[i].lens);
    }
    free(s->keys);
    free(s);
}

static void put_together(struct parts *p) {
    struct split *s = p->owner;
    char where[32];
    int first = 0;
    if (parts_failed(p, &first)) {
        snprintf(where, sizeof where, "slot %u", s->shares[first].keys[0].slot);
        parts_give_failure(p, where);
    } else if (s->kind == COMMAND_GATHER_BY_KEY_ORDER && lists_fit(p, s)) {
        list(p, s);
    } else if (s->kind == COMMAND_GATHER_SUM) {
        sum(p);
    } else {
        parts_give_tree(p, root(p, 0), 0);
    }
    free_split(s);
}

/* ---- the parts ---- */

static int by_slot(const void *a, const void *b) {
    const struct key *x = a, *y = b;
    return x->slot != y->slot ? (x->slot > y->slot) - (x->slot < y->slot) : x->order - y->order;
}

/* The keys by slot, NULL when there are not two of them. */
static struct key *sort_keys(const struct command_info *info, int argc, const char *const *argv,
                             const size_t *lens, int *n) {
    int *at = mem_zalloc((size_t)argc, sizeof *at);
    struct key *keys = NULL;
    *n = command_keys(info, argc, argv, lens, at, argc);
    if (*n > 1 && *n < argc) keys = mem_zalloc((size_t)*n, sizeof *keys);
    for (int i = 0; keys && i < *n; i++)
        keys[i] = (struct key){slots_of_key(argv[at[i]], lens[at[i]]), at[i], i};
    free(at);
    if (keys) qsort(keys, (size_t)*n, sizeof *keys, by_slot);
    return keys;
}

static int count_slots(const struct key *keys, int n) {
    int slots = 1;
    for (int i = 1; i < n; i++)
        slots += keys[i].slot != keys[i - 1].slot;
    return slots;
}

static void cut(struct split *s) {
    int share = -1;
    for (int i = 0; i < s->n_keys; i++) {
        if (i == 0 || s->keys[i].slot != s->keys[i - 1].slot)
            s->shares[++share] = (struct share){.keys = &s->keys[i]};
        s->shares[share].n++;
    }
}

/* The name, and each key with what belongs to it (MSET's value). */
static int fill_words(struct share *h, const char *const *argv, const size_t *lens, int step) {
    int argc = 0;
    h->argv = mem_zalloc((size_t)(1 + h->n * step), sizeof *h->argv);
    h->lens = mem_zalloc((size_t)(1 + h->n * step), sizeof *h->lens);
    h->argv[argc] = argv[0];
    h->lens[argc++] = lens[0];
    for (int i = 0; i < h->n; i++)
        for (int k = 0; k < step; k++) {
            h->argv[argc] = argv[h->keys[i].at + k];
            h->lens[argc++] = lens[h->keys[i].at + k];
        }
    return argc;
}

static bool may_split(const struct command_info *info, int argc) {
    if (info->request != COMMAND_REQUEST_MULTI_SHARD || !command_arity_fits(info, argc))
        return false;
    return (argc - 1) % info->step == 0; /* MSET without its last value: the server says so */
}

bool split_submit(struct cluster *c, const struct command_info *info, int argc,
                  const char *const *argv, const size_t *lens, session_cb *cb, void *arg) {
    int n;
    struct key *keys = may_split(info, argc) ? sort_keys(info, argc, argv, lens, &n) : NULL;
    int slots = keys ? count_slots(keys, n) : 1;
    if (slots == 1) {
        free(keys);
        return false;
    }
    struct split *s = mem_zalloc(1, sizeof *s + (size_t)slots * sizeof s->shares[0]);
    *s = (struct split){.kind = command_gather(info), .keys = keys, .n_keys = n, .n = slots};
    cut(s);
    msg_warn("%.*s was split over %d slots: not atomic", (int)lens[0], argv[0], slots);
    struct parts *p = parts_new(c, slots, cb, arg, put_together, s);
    for (int i = 0; i < slots; i++) {
        struct share *h = &s->shares[i];
        int words = fill_words(h, argv, lens, info->step);
        cluster_submit(c, words, h->argv, h->lens, CLUSTER_BY_KEY, parts_on_reply, &p->part[i]);
    }
    return true;
}
