/* SPDX-License-Identifier: BSD-3-Clause */
/* See keys_bars.h. */
#include "keys_bars.h"

#include <stdio.h>
#include <string.h>

#include "ui/amount.h"

enum {
    COUNT_MAX = 28,     /* "18,446,744,073,709,551,615" */
    FIXED_COLUMNS = 16, /* blanks and the share */
    BAR_MOST = 40,
    BITS = 64,
    TEXT_MAX = 128,
};

static void label(struct keys_bar *b, bool bytes) {
    struct buf text;
    buf_init(&text, TEXT_MAX);
    if (b->below > 1) buf_adds(&text, "< ");
    if (b->below == 1)
        buf_adds(&text, bytes ? "0 B" : "0");
    else if (!b->below)
        buf_adds(&text, "more");
    else if (bytes && b->below >= 1024)
        buf_addf(&text, "%llu %ciB", 1ULL << ((BITS - 1 - __builtin_clzll(b->below)) % 10),
                 " KMGTPE"[(BITS - 1 - __builtin_clzll(b->below)) / 10]);
    else
        amount_add_count(&text, b->below);
    if (bytes && b->below > 1 && b->below < 1024) buf_adds(&text, " B");
    snprintf(b->label, sizeof b->label, "%s", buf_cstr(&text));
    buf_release(&text);
}

/* The least k with v < 2^k. */
static int exponent_of(uint64_t v) {
    return v ? BITS - __builtin_clzll(v) : 0;
}

int keys_bars_of(const struct hist *h, bool bytes, struct keys_bar bars[KEYS_BARS_MAX]) {
    if (!h || !h->count) return 0;
    int first = exponent_of(h->min), last = exponent_of(h->max), n = 0;
    int step = (last - first) / KEYS_BARS_MAX + 1;
    uint64_t before = 0;
    for (int k = first; before < h->count; k += step) {
        struct keys_bar *b = &bars[n++];
        b->below = k < BITS ? 1ULL << k : 0;
        uint64_t to = b->below ? hist_count_to(h, b->below - 1) : h->count;
        b->n = to - before;
        before = to;
        label(b, bytes);
    }
    return n;
}

/* How wide things are. */
struct layout {
    int label, count, bar;
    uint64_t total, most;
};

static int put_count(char text[COUNT_MAX], uint64_t n) {
    struct buf b;
    buf_init(&b, COUNT_MAX);
    amount_add_count(&b, n);
    int len = snprintf(text, COUNT_MAX, "%s", buf_cstr(&b));
    buf_release(&b);
    return len;
}

static void add_line(struct buf *out, const struct keys_bar *b, const struct layout *l) {
    char count[COUNT_MAX];
    put_count(count, b->n);
    buf_addf(out, "  %*s  %*s  %5.1f %%", l->label, b->label, l->count, count,
             l->total ? 100.0 * (double)b->n / (double)l->total : 0);
    int bar = l->most ? (int)((double)b->n / (double)l->most * l->bar + 0.5) : 0;
    if (b->n && !bar) bar = 1;
    if (bar) buf_adds(out, "  ");
    for (int i = 0; i < bar; i++)
        buf_addc(out, '#');
    buf_addc(out, '\n');
}

void keys_bars_add(struct buf *out, const struct keys_bar *bars, int n, int columns) {
    struct layout l = {0};
    char count[COUNT_MAX];
    for (int i = 0; i < n; i++) {
        int len = (int)strlen(bars[i].label);
        if (len > l.label) l.label = len;
        if (bars[i].n > l.most) l.most = bars[i].n;
        l.total += bars[i].n;
    }
    l.count = put_count(count, l.most);
    l.bar = columns - FIXED_COLUMNS - l.label - l.count;
    l.bar = l.bar < 0 ? 0 : l.bar > BAR_MOST ? BAR_MOST : l.bar;
    for (int i = 0; i < n; i++)
        add_line(out, &bars[i], &l);
}
