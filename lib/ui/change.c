/* SPDX-License-Identifier: BSD-3-Clause */
/* See change.h. */
#include "ui/change.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/wrap.h"

enum { WORDS_MAX = 256 /* of a line; what is behind them is not compared */ };

static const char begin_mark[] = "\x1b[7m", end_mark[] = "\x1b[27m";

struct word {
    size_t at, len; /* in the line without its colours */
};

struct line {
    const char *p; /* with its colours */
    size_t len;
    char *text; /* without; owned */
    struct word words[WORDS_MAX];
    size_t n_words;
};

static size_t strip(char *to, const char *p, size_t n) {
    size_t len = 0;
    for (size_t i = 0; i < n;) {
        size_t colour = wrap_colour(p + i, n - i);
        if (!colour) to[len++] = p[i];
        i += colour ? colour : 1;
    }
    return len;
}

static void take_words(struct line *l, size_t len) {
    for (size_t i = 0; i < len && l->n_words < WORDS_MAX;) {
        while (i < len && l->text[i] == ' ')
            i++;
        size_t at = i;
        while (i < len && l->text[i] != ' ')
            i++;
        if (i > at) l->words[l->n_words++] = (struct word){at, i - at};
    }
}

static size_t count_lines(const char *p, size_t n) {
    size_t lines = 0;
    for (size_t i = 0; i < n; i++)
        lines += p[i] == '\n' || i + 1 == n;
    return lines;
}

static struct line *split(const char *p, size_t n, size_t *count) {
    *count = count_lines(p, n);
    struct line *lines = mem_zalloc(*count ? *count : 1, sizeof *lines);
    for (size_t i = 0; i < *count; i++) {
        const char *end = memchr(p, '\n', n);
        struct line *l = &lines[i];
        l->p = p;
        l->len = end ? (size_t)(end - p) : n;
        l->text = mem_alloc(l->len + 1);
        take_words(l, strip(l->text, p, l->len));
        n -= l->len + (end != NULL);
        p += l->len + (end != NULL);
    }
    return lines;
}

static void free_lines(struct line *lines, size_t n) {
    for (size_t i = 0; i < n; i++)
        free(lines[i].text);
    free(lines);
}

static bool same_word(const struct line *a, size_t i, const struct line *b, size_t j) {
    return a->words[i].len == b->words[j].len &&
           !memcmp(a->text + a->words[i].at, b->text + b->words[j].at, a->words[i].len);
}

static bool same_start(const struct line *a, const struct line *b) {
    return a->n_words && b->n_words && same_word(a, 0, b, 0);
}

static const struct line *partner(const struct line *l, size_t at, const struct line *lines,
                                  size_t n) {
    if (at < n && same_start(l, &lines[at])) return &lines[at];
    for (size_t i = 0; i < n; i++)
        if (same_start(l, &lines[i])) return &lines[i];
    return NULL;
}

/* The words from..to of now differ, or each by itself when both have as many. */
static void compare(const struct line *now, const struct line *before, bool changed[WORDS_MAX]) {
    size_t n = now->n_words, m = before ? before->n_words : 0, head = 0, tail = 0;
    if (n == m) {
        for (size_t i = 0; i < n; i++)
            changed[i] = !same_word(now, i, before, i);
        return;
    }
    while (head < n && head < m && same_word(now, head, before, head))
        head++;
    while (tail < n - head && tail < m - head && same_word(now, n - 1 - tail, before, m - 1 - tail))
        tail++;
    for (size_t i = 0; i < n; i++)
        changed[i] = i >= head && i < n - tail;
}

/* The line as it came, with the marks around the words that changed. */
static void put(struct buf *out, const struct line *l, const bool *changed) {
    size_t seen = 0, word = 0; /* bytes of the text, words that are behind us */
    bool marked = false;
    for (size_t i = 0; i < l->len;) {
        size_t colour = wrap_colour(l->p + i, l->len - i);
        const struct word *w = word < l->n_words ? &l->words[word] : NULL;
        if (colour) {
            buf_add(out, l->p + i, colour);
            if (marked) buf_adds(out, begin_mark); /* the colour's end ended it, too */
            i += colour;
            continue;
        }
        if (w && seen == w->at && changed[word]) buf_adds(out, begin_mark), marked = true;
        buf_addc(out, l->p[i++]);
        seen++;
        if (!w || seen < w->at + w->len) continue;
        if (marked) buf_adds(out, end_mark), marked = false;
        word++;
    }
    buf_addc(out, '\n');
}

void change_mark(struct buf *out, const char *before, size_t before_len, const char *now,
                 size_t n) {
    size_t n_before, n_now;
    struct line *old = split(before, before_len, &n_before), *new = split(now, n, &n_now);
    for (size_t i = 0; i < n_now; i++) {
        bool changed[WORDS_MAX];
        compare(&new[i], partner(&new[i], i, old, n_before), changed);
        put(out, &new[i], changed);
    }
    free_lines(old, n_before);
    free_lines(new, n_now);
}
