/* SPDX-License-Identifier: BSD-3-Clause */
/* See keys_top.h. */
#include "keys_top.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void keys_top_init(struct keys_top *t, size_t cap) {
    *t = (struct keys_top){.entries = mem_zalloc(cap, sizeof *t->entries), .cap = cap};
}

void keys_top_release(struct keys_top *t) {
    for (size_t i = 0; i < t->n; i++)
        free((char *)t->entries[i].key.name);
    free(t->entries);
    *t = (struct keys_top){0};
}

static size_t kept(size_t len) {
    return len < KEYS_TOP_NAME_MAX ? len : KEYS_TOP_NAME_MAX;
}

size_t keys_top_kept(const struct keys_top_entry *e) {
    return kept(e->key.len);
}

static int compare_names(const struct keys_seen *a, const struct keys_seen *b) {
    size_t n = kept(a->len < b->len ? a->len : b->len);
    int order = memcmp(a->name, b->name, n);
    return order ? order : (a->len > b->len) - (a->len < b->len);
}

static bool is_before(const struct keys_seen *k, uint64_t value, const struct keys_top_entry *e) {
    return value != e->value ? value > e->value : compare_names(k, &e->key) < 0;
}

static void remove_at(struct keys_top *t, size_t i) {
    free((char *)t->entries[i].key.name);
    memmove(t->entries + i, t->entries + i + 1, (t->n - i - 1) * sizeof *t->entries);
    t->n--;
}

static void remove_same(struct keys_top *t, const struct keys_seen *k) {
    for (size_t i = 0; i < t->n; i++) {
        if (t->entries[i].key.len != k->len || compare_names(k, &t->entries[i].key)) continue;
        remove_at(t, i);
        return;
    }
}

void keys_top_add(struct keys_top *t, const struct keys_seen *k, uint64_t value) {
    size_t i = 0;
    if (t->n == t->cap && !is_before(k, value, &t->entries[t->n - 1])) return;
    remove_same(t, k);
    if (t->n == t->cap) remove_at(t, t->n - 1);
    while (i < t->n && !is_before(k, value, &t->entries[i]))
        i++;
    memmove(t->entries + i + 1, t->entries + i, (t->n - i) * sizeof *t->entries);
    t->entries[i] = (struct keys_top_entry){.key = *k, .value = value};
    t->entries[i].key.name = mem_dup(k->name, kept(k->len));
    t->n++;
}
