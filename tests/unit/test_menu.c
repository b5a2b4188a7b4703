/* SPDX-License-Identifier: BSD-3-Clause */
/* ui/menu, and what it stands on: words as they are typed (ui/typed), text cut and wrapped
 * (ui/width). */
#include "t.h"

#include "resp/quote.h"
#include "ui/menu.h"
#include "ui/typed.h"
#include "ui/width.h"

static struct menu menu;
static struct buf out;

static void begin(const char *const *words) {
    menu_init(&menu);
    buf_init(&out, 1 << 20);
    for (; *words; words++)
        menu_add(&menu, *words, strlen(*words), "");
    menu_sort(&menu);
}

static void end(void) {
    menu_release(&menu);
    buf_release(&out);
}

static const char *rows(int columns, int n) {
    buf_clear(&out);
    menu_rows(&menu, columns, n, &out);
    return buf_cstr(&out);
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void test_words_are_in_order_and_once(void) {
    begin(WORDS("b", "a", "b", "aa"));
    CHECK_EQ(menu.n, 3);
    CHECK_STR(menu.words[0].text, "a");
    CHECK_STR(menu.words[1].text, "aa");
    menu_add(&menu, "b", 1, "says more");
    menu_sort(&menu);
    CHECK_EQ(menu.n, 3);
    CHECK_STR(menu.words[2].summary, "says more");
    menu_clear(&menu);
    CHECK_EQ(menu.n, 0);
    CHECK_EQ(menu_common(&menu), 0);
    end();
}

static void test_common_beginning(void) {
    begin(WORDS("user:1", "user:22", "user:"));
    CHECK_EQ(menu_common(&menu), 5);
    end();
    begin(WORDS("k\xc3\xa9", "k\xc3\xa8")); /* not the half of a character */
    CHECK_EQ(menu_common(&menu), 1);
    end();
    begin(WORDS("only"));
    CHECK_EQ(menu_common(&menu), 4);
    end();
}

static void test_choosing_goes_round(void) {
    begin(WORDS("a", "b", "c"));
    menu_choose(&menu, 1);
    CHECK_EQ(menu.chosen, 0);
    menu_choose(&menu, -1);
    CHECK_EQ(menu.chosen, 2);
    menu_choose(&menu, 1);
    CHECK_EQ(menu.chosen, 0);
    end();
    begin(WORDS("a", "b"));
    menu_choose(&menu, -1);
    CHECK_EQ(menu.chosen, 1);
    end();
}

static void test_rows_scroll_with_the_chosen(void) {
    begin(WORDS("a", "b", "c", "d", "e"));
    CHECK_STR(rows(20, 5), " a  \n b  \n c  \n d  \n e  \n");
    CHECK_STR(rows(20, 3), " a  \n b  \n \x1b[90m3 more\x1b[0m\n");
    menu_choose(&menu, -1);
    CHECK_STR(rows(20, 3), " d  \n\x1b[7m e  \x1b[0m\n \x1b[90m3 more\x1b[0m\n");
    menu_choose(&menu, 1);
    CHECK_STR(rows(20, 3), "\x1b[7m a  \x1b[0m\n b  \n \x1b[90m3 more\x1b[0m\n");
    end();
}

static void test_rows_are_cut_and_safe(void) {
    begin(WORDS("k\x1b[31m", "\xe6\x97\xa5", ""));
    menu_add(&menu, "sum", 3, "a summary that is too long");
    CHECK_STR(rows(24, 10),
              " \"\"        \n k\\x1b[31m \n \xe6\x97\xa5        \n sum        \x1b[90m"
              "a summary\xe2\x80\xa6\x1b[0m\n");
    end();
    begin(WORDS("a-very-long-word-indeed"));
    CHECK_STR(rows(14, 10), " a-very-lo\xe2\x80\xa6 \n");
    end();
}

/* As it is typed, it is what it was. */
static void back(const char *p, size_t len, const char *typed) {
    struct resp_quote_args args;
    struct err e;
    buf_init(&out, 1 << 20);
    typed_add(&out, p, len, false, false);
    CHECK_MEM(out.p, out.len, typed, strlen(typed));
    resp_quote_init(&args);
    CHECK_EQ(resp_quote_split(&args, out.p, out.len, &e), 0);
    CHECK_EQ(args.argc, 1);
    if (args.argc == 1) CHECK_MEM(args.argv[0], args.lens[0], p, len);
    resp_quote_release(&args);
    buf_release(&out);
}

static void test_words_are_typed_with_quotes_where_needed(void) {
    back("plain:key", 9, "plain:key");
    back("my key", 6, "\"my key\"");
    back("", 0, "\"\"");
    back("it's", 4, "\"it's\"");
    back("a\"b\\c", 5, "\"a\\\"b\\\\c\"");
    back("a\\c", 3, "a\\c");
    back("\xe6\x97\xa5", 3, "\xe6\x97\xa5");
    back("\xe6\x97\xa5 \xff", 5, "\"\xe6\x97\xa5 \\xff\"");
    back("a\x1b[31m\n\0z", 9, "\"a\\x1b[31m\\n\\x00z\"");
}

static void test_open_words(void) {
    buf_init(&out, 100);
    typed_add(&out, "my k", 4, false, true);
    CHECK_STR(buf_cstr(&out), "\"my k");
    buf_clear(&out);
    typed_add(&out, "my", 2, true, true);
    CHECK_STR(buf_cstr(&out), "\"my");
    buf_release(&out);
}

static size_t entry(const char *text) {
    return typed_entry(text, strlen(text));
}

static void test_entries_end_at_newlines_outside_of_quotes(void) {
    CHECK_EQ(entry(""), 0);
    CHECK_EQ(entry("get k"), 5);
    CHECK_EQ(entry("get k\nget l"), 5);
    CHECK_EQ(entry("\nget l"), 0);
    CHECK_EQ(entry("set k \"a\nb\"\nget k"), 11);
    CHECK_EQ(entry("set k \"a\\\"\nb\"\nget k"), 13);
    CHECK_EQ(entry("set k 'a\\'\nb'\nget k"), 13);
    CHECK_EQ(entry("set k 'a\\\\'\nget k"), 17); /* \\' is a quote */
    CHECK_EQ(entry("set k \"open\nget k"), 17);
    CHECK_EQ(entry("# don't\nget k"), 7);
    CHECK_EQ(entry("a \"b\"c'\nget k"), 7); /* text behind a closing quote: no more quotes */
}

static void test_text_is_wrapped_at_blanks(void) {
    buf_init(&out, 1000);
    width_wrap(&out, "one two three", 7, 5);
    CHECK_STR(buf_cstr(&out), "one two\nthree\n");
    buf_clear(&out);
    width_wrap(&out, "one two three four", 7, 2);
    CHECK_STR(buf_cstr(&out), "one two\nthree \xe2\x80\xa6\n");
    buf_clear(&out);
    width_wrap(&out, "longerthanthat\x1b[2J", 7, 3);
    CHECK_STR(buf_cstr(&out), "longert\nhanthat\n\\x1b[2J\n");
    buf_clear(&out);
    width_wrap(&out, "", 7, 3);
    CHECK_STR(buf_cstr(&out), "");
    buf_release(&out);
}

static void test_widths(void) {
    CHECK_EQ(width_columns("\xe2\x9c\x85", 3), 2); /* a check mark that is a picture */
    CHECK_EQ(width_columns("\xe2\x9c\x93", 3), 1); /* and one that is not */
    CHECK_EQ(width_columns("\xe2\x9d\xa4\xef\xb8\x8f", 6), 1);
    CHECK_EQ(width_columns("\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa", 8), 2); /* a flag */
    CHECK_EQ(width_columns("\xd7\xa9\xd6\xbc", 4), 1);                 /* Hebrew, pointed */
    CHECK_EQ(width_columns("\xf0\xa0\x80\x80", 4), 2);
    CHECK_EQ(width_columns("\xef\xbd\xb1", 3), 1); /* halfwidth katakana */
}

int main(void) {
    RUN(test_words_are_in_order_and_once);
    RUN(test_common_beginning);
    RUN(test_choosing_goes_round);
    RUN(test_rows_scroll_with_the_chosen);
    RUN(test_rows_are_cut_and_safe);
    RUN(test_words_are_typed_with_quotes_where_needed);
    RUN(test_open_words);
    RUN(test_entries_end_at_newlines_outside_of_quotes);
    RUN(test_text_is_wrapped_at_blanks);
    RUN(test_widths);
    return t_end();
}
