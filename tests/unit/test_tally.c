/* SPDX-License-Identifier: BSD-3-Clause */
/* load/tally: errors by word, merging, sorting. */
#include "load/tally.h"

#include "tests/unit/t.h"

static void note(struct tally *t, const char *text) {
    tally_error(t, text, strlen(text));
}

static const struct tally_word *word(const struct tally *t, const char *name) {
    for (int i = 0; i < t->n_words; i++)
        if (!strcmp(t->words[i].word, name)) return &t->words[i];
    return NULL;
}

static uint64_t count_of(const struct tally *t, const char *name) {
    const struct tally_word *w = word(t, name);
    return w ? w->count : 0;
}

static uint64_t all_counts(const struct tally *t) {
    uint64_t sum = 0;
    for (int i = 0; i < t->n_words; i++)
        sum += t->words[i].count;
    return sum;
}

/* ---- words ---- */

static void errors_are_counted_by_their_first_word(void) {
    struct tally t;
    tally_init(&t, false);
    note(&t, "WRONGTYPE Operation against a key");
    note(&t, "ERR one");
    note(&t, "WRONGTYPE another text");
    note(&t, "ERR");
    note(&t, "ERROR longer than ERR");
    note(&t, "My_2nd word");
    note(&t, "CRLF\r\nbehind");
    CHECK_EQ(t.n_words, 5);
    CHECK_EQ(count_of(&t, "WRONGTYPE"), 2);
    CHECK_EQ(count_of(&t, "ERR"), 2);
    CHECK_EQ(count_of(&t, "ERROR"), 1);
    CHECK_EQ(count_of(&t, "My_2nd"), 1);
    CHECK_EQ(count_of(&t, "CRLF"), 1);
    CHECK_STR(word(&t, "WRONGTYPE")->text, "WRONGTYPE Operation against a key");
    CHECK_STR(word(&t, "ERR")->text, "ERR one");
    tally_release(&t);
}

static void what_has_no_word_is_other(void) {
    struct tally t;
    tally_init(&t, false);
    note(&t, "");
    note(&t, " ERR a blank first");
    note(&t, "M\303\244rz ");
    note(&t, "ERR: a colon");
    note(&t, "\033[31mred");
    note(&t, "A2345678901234567890123456789012 is one byte too long");
    CHECK_EQ(t.n_words, 1);
    CHECK_EQ(count_of(&t, "(other)"), 6);
    note(&t, "A234567890123456789012345678901 just fits");
    CHECK_EQ(count_of(&t, "A234567890123456789012345678901"), 1);
    tally_release(&t);
}

static void a_text_may_hold_any_byte_and_have_no_end(void) {
    struct tally t;
    const char text[] = {'E', 'R', 'R', ' ', 'a', '\0', 'b', '\377'};
    tally_init(&t, false);
    tally_error(&t, text, sizeof text);
    tally_error(&t, text, 2); /* "ER": what lies behind is not read */
    tally_error(&t, "ER\0R x", 6);
    tally_error(&t, NULL, 0);
    CHECK_EQ(count_of(&t, "ERR"), 1);
    CHECK_EQ(count_of(&t, "ER"), 1);
    CHECK_EQ(count_of(&t, "(other)"), 2);
    CHECK_MEM(word(&t, "ERR")->text, sizeof text, text, sizeof text);
    CHECK_STR(word(&t, "ER")->text, "ER");
    tally_release(&t);
}

static void a_long_text_is_cut(void) {
    struct tally t;
    char text[1000];
    memset(text, 'x', sizeof text);
    memcpy(text, "ERR ", 4);
    tally_init(&t, false);
    tally_error(&t, text, TALLY_TEXT_MAX);
    CHECK_MEM(t.words[0].text, strlen(t.words[0].text), text, TALLY_TEXT_MAX - 1);
    text[2] = 'S';
    tally_error(&t, text, sizeof text);
    CHECK_MEM(t.words[1].text, strlen(t.words[1].text), text, TALLY_TEXT_MAX - 1);
    tally_release(&t);
}

static void note_many(struct tally *t, int from, int to) {
    for (int i = from; i < to; i++) {
        char text[20];
        snprintf(text, sizeof text, "E%d text", i);
        note(t, text);
    }
}

static void too_many_words_go_under_other(void) {
    struct tally t;
    tally_init(&t, false);
    note_many(&t, 0, 100);
    note_many(&t, 0, 100);
    CHECK_EQ(t.n_words, TALLY_WORDS);
    CHECK_EQ(count_of(&t, "E30"), 2);
    CHECK_EQ(count_of(&t, "E31"), 0);
    CHECK_EQ(count_of(&t, "(other)"), 138);
    CHECK_STR(word(&t, "(other)")->text, "E31 text");
    tally_release(&t);
}

/* Wherever "(other)" came first, there is one of it and as many others as fit. */
static void other_has_a_place_whenever_it_comes(void) {
    for (int before = 0; before <= 40; before++) {
        struct tally t;
        tally_init(&t, false);
        note_many(&t, 0, before);
        note(&t, "?");
        note_many(&t, before, 60);
        CHECK_EQ(t.n_words, TALLY_WORDS);
        CHECK_EQ(count_of(&t, "(other)"), 1 + 60 - (TALLY_WORDS - 1));
        CHECK_EQ(all_counts(&t), 61);
        tally_release(&t);
    }
}

/* ---- the whole ---- */

static void only_a_rate_has_its_two_histograms(void) {
    struct tally t;
    tally_init(&t, false);
    CHECK(t.service && t.failed && !t.response && !t.lag);
    CHECK_EQ(t.done + t.errors + t.bytes_out + t.bytes_in, 0);
    tally_release(&t);
    tally_release(&t);
    tally_init(&t, true);
    CHECK(t.service && t.failed && t.response && t.lag);
    tally_release(&t);
}

static void fill(struct tally *t, uint64_t scale) {
    t->done = scale;
    t->errors = 2 * scale;
    t->bytes_out = 3 * scale;
    t->bytes_in = 4 * scale;
    hist_record(t->service, scale);
    hist_record_n(t->failed, scale, 2);
    if (t->response) hist_record_n(t->response, scale, 3);
    if (t->lag) hist_record_n(t->lag, scale, 4);
}

static void merging_adds_everything(void) {
    struct tally a, b;
    tally_init(&a, true);
    tally_init(&b, true);
    fill(&a, 10);
    fill(&b, 100);
    note(&a, "ERR first");
    note(&b, "ERR second");
    note(&b, "OOM b");
    note(&b, "OOM c");
    tally_merge(&a, &b);
    CHECK(a.done == 110 && a.errors == 220 && a.bytes_out == 330 && a.bytes_in == 440);
    CHECK_EQ(a.service->count, 2);
    CHECK_EQ(a.failed->count, 4);
    CHECK_EQ(a.response->count, 6);
    CHECK_EQ(a.lag->count, 8);
    CHECK_EQ(a.lag->sum, 440);
    CHECK_EQ(a.n_words, 2);
    CHECK_EQ(count_of(&a, "ERR"), 2);
    CHECK_EQ(count_of(&a, "OOM"), 2);
    CHECK_STR(word(&a, "ERR")->text, "ERR first");
    CHECK_STR(word(&a, "OOM")->text, "OOM b");
    tally_release(&a);
    tally_release(&b);
}

static void full_tables_merge_without_a_loss(void) {
    struct tally a, b, closed;
    tally_init(&a, true);
    tally_init(&b, true);
    tally_init(&closed, false);
    note_many(&a, 0, 40);
    note_many(&b, 20, 80);
    tally_merge(&a, &b);
    CHECK_EQ(a.n_words, TALLY_WORDS);
    CHECK_EQ(all_counts(&a), 100);
    CHECK_EQ(count_of(&a, "E25"), 2);
    tally_merge(&closed, &a);
    tally_merge(&b, &closed);
    CHECK_EQ(all_counts(&closed), 100);
    CHECK_EQ(all_counts(&b), 160);
    tally_release(&a);
    tally_release(&b);
    tally_release(&closed);
}

static void words_are_sorted_by_count_then_name(void) {
    struct tally t;
    tally_init(&t, false);
    tally_sort(&t);
    const char *const texts[] = {"B", "C", "A", "C", "LOST x", "LOST y", "LOST z"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        note(&t, texts[i]);
    tally_sort(&t);
    CHECK_EQ(t.n_words, 4);
    CHECK_STR(t.words[0].word, "LOST");
    CHECK_STR(t.words[0].text, "LOST x");
    CHECK_STR(t.words[1].word, "C");
    CHECK_STR(t.words[2].word, "A");
    CHECK_STR(t.words[3].word, "B");
    tally_release(&t);
}

int main(void) {
    RUN(errors_are_counted_by_their_first_word);
    RUN(what_has_no_word_is_other);
    RUN(a_text_may_hold_any_byte_and_have_no_end);
    RUN(a_long_text_is_cut);
    RUN(too_many_words_go_under_other);
    RUN(other_has_a_place_whenever_it_comes);
    RUN(only_a_rate_has_its_two_histograms);
    RUN(merging_adds_everything);
    RUN(full_tables_merge_without_a_loss);
    RUN(words_are_sorted_by_count_then_name);
    return t_end();
}
