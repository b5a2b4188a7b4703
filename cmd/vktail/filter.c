/* SPDX-License-Identifier: BSD-3-Clause */
/* See filter.h. */
#include "filter.h"

#include <stdlib.h>

#include "filter_impl.h"

enum { TEXT_MAX = 1 << 30 };

void filter_release(struct filter *f) {
    for (size_t i = 0; i < f->n; i++)
        filter_grep_free(f->rules[i].grep);
    free(f->rules);
    *f = (struct filter){0};
}

void filter_work_init(struct filter_work *w, uint64_t seed) {
    *w = (struct filter_work){0};
    buf_init(&w->text, TEXT_MAX);
    rng_seed(&w->rng, seed);
}

void filter_work_release(struct filter_work *w) {
    buf_release(&w->text);
}

/* Rules [i, end) are of one kind. */
static bool agree(const struct filter *f, size_t i, size_t end, struct filter_work *w,
                  const struct event *ev) {
    bool asked = false, one = false;
    for (; i < end; i++) {
        const struct filter_rule *r = &f->rules[i];
        if (!r->negated) asked = true;
        if (!r->negated && one) continue;
        if (!filter_match(r, w, ev)) continue;
        if (r->negated) return false;
        one = true;
    }
    return one || !asked;
}

bool filter_samples(const struct filter *f, struct filter_work *w) {
    return f->one_of <= 1 || !rng_below(&w->rng, (uint64_t)f->one_of);
}

bool filter_passes(const struct filter *f, struct filter_work *w, const struct event *ev) {
    for (size_t i = 0, end; i < f->n; i = end) {
        for (end = i; end < f->n && f->rules[end].kind == f->rules[i].kind;)
            end++;
        if (!agree(f, i, end, w, ev)) return false;
    }
    return true;
}
