/* SPDX-License-Identifier: BSD-3-Clause */
/* Counts of one kind of command. See tally.h. One place of the word table is kept free for
 * "(other)", so that no error is ever lost for want of room. */
#include "load/tally.h"

#include <stdlib.h>
#include <string.h>

static const char other[] = "(other)";

void tally_init(struct tally *t, bool rated) {
    *t = (struct tally){.service = hist_new(), .failed = hist_new()};
    if (!rated) return;
    t->response = hist_new();
    t->lag = hist_new();
}

void tally_release(struct tally *t) {
    free(t->service);
    free(t->response);
    free(t->lag);
    free(t->failed);
    *t = (struct tally){0};
}

/* Error words are ASCII, whatever the locale. */
static bool is_word_byte(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/* The bytes of the first word; 0 when it is none, or too long to be kept. */
static size_t word_len(const char *text, size_t len) {
    size_t n = 0;
    while (n < len && n < TALLY_WORD_MAX && is_word_byte(text[n]))
        n++;
    if (n == TALLY_WORD_MAX) return 0;
    return n == len || text[n] == ' ' || text[n] == '\r' || text[n] == '\n' ? n : 0;
}

static struct tally_word *find(struct tally *t, const char *word, size_t len) {
    for (int i = 0; i < t->n_words; i++)
        if (!memcmp(t->words[i].word, word, len) && !t->words[i].word[len]) return &t->words[i];
    return NULL;
}

static struct tally_word *add(struct tally *t, const char *word, size_t len) {
    struct tally_word *w = &t->words[t->n_words++];
    *w = (struct tally_word){0};
    memcpy(w->word, word, len);
    return w;
}

/* The entry of a word, a new one if there is room, else that of "(other)". */
static struct tally_word *entry(struct tally *t, const char *word, size_t len) {
    struct tally_word *w = find(t, word, len), *rest;
    if (w) return w;
    rest = find(t, other, sizeof other - 1);
    if (t->n_words < TALLY_WORDS - !rest) return add(t, word, len);
    return rest ? rest : add(t, other, sizeof other - 1);
}

void tally_error(struct tally *t, const char *text, size_t len) {
    size_t n = word_len(text, len);
    struct tally_word *w = n ? entry(t, text, n) : entry(t, other, sizeof other - 1);
    if (!w->count++ && len) memcpy(w->text, text, len < TALLY_TEXT_MAX ? len : TALLY_TEXT_MAX - 1);
}

static void merge_words(struct tally *dst, const struct tally *src) {
    for (int i = 0; i < src->n_words; i++) {
        const struct tally_word *from = &src->words[i];
        struct tally_word *w = entry(dst, from->word, strlen(from->word));
        if (!w->count) memcpy(w->text, from->text, sizeof w->text);
        w->count += from->count;
    }
}

static void merge_hist(struct hist *dst, const struct hist *src) {
    if (dst && src) hist_merge(dst, src);
}

void tally_merge(struct tally *dst, const struct tally *src) {
    dst->done += HIST_LOAD(src->done);
    dst->errors += HIST_LOAD(src->errors);
    dst->bytes_out += HIST_LOAD(src->bytes_out);
    dst->bytes_in += HIST_LOAD(src->bytes_in);
    merge_hist(dst->service, src->service);
    merge_hist(dst->response, src->response);
    merge_hist(dst->lag, src->lag);
    merge_hist(dst->failed, src->failed);
    merge_words(dst, src);
}

static int by_count(const void *a, const void *b) {
    const struct tally_word *x = a, *y = b;
    if (x->count != y->count) return x->count < y->count ? 1 : -1;
    return strcmp(x->word, y->word);
}

void tally_sort(struct tally *t) {
    if (t->n_words) qsort(t->words, (size_t)t->n_words, sizeof *t->words, by_count);
}
