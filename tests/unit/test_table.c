/* SPDX-License-Identifier: BSD-3-Clause */
/* ui/width and ui/table. */
#include "t.h"
#include "ui/table.h"
#include "ui/width.h"

static struct table t;
static struct buf out;

/* n cells in rows of n_columns, the headers first; those that begin with '#' are numbers. */
static const char *table(size_t n_columns, const char *const *cells, const struct table_opts *o,
                         int want) {
    table_init(&t, n_columns);
    for (; *cells; cells++)
        if (**cells == '#')
            table_adds(&t, COLOUR_NUMBER, *cells + 1);
        else
            table_adds(&t, COLOUR_NONE, *cells);
    buf_clear(&out);
    CHECK_EQ(table_render(&t, o, &out), want);
    table_release(&t);
    return buf_cstr(&out);
}

#define CELLS(...)                                                                                 \
    (const char *const[]) {                                                                        \
        __VA_ARGS__, NULL                                                                          \
    }

static void test_width_counts_columns(void) {
    CHECK_EQ(width_columns("abc", 3), 3);
    CHECK_EQ(width_columns("\xc3\xa9", 2), 1);
    CHECK_EQ(width_columns("e\xcc\x81", 3), 1);
    CHECK_EQ(width_columns("\xe6\x97\xa5\xe6\x9c\xac", 6), 4);
    CHECK_EQ(width_columns("\xf0\x9f\x98\x80", 4), 2);
    CHECK_EQ(width_columns("\xff\xfe", 2), 2);
    CHECK_EQ(width_columns("", 0), 0);
}

static void test_width_never_splits_a_character(void) {
    int columns;
    CHECK_EQ(width_fit("\xe6\x97\xa5\xe6\x9c\xac", 6, 3, &columns), 3);
    CHECK_EQ(columns, 2);
    CHECK_EQ(width_fit("abc", 3, 0, &columns), 0);
    CHECK_EQ(width_fit("abc", 3, 3, &columns), 3);
}

static void test_numbers_stand_right_and_text_left(void) {
    const struct table_opts o = {.columns = 80};
    CHECK_STR(table(3, CELLS("name", "n", "what", "a", "#1", "x", "bcdefg", "#-12.5", "yy"), &o, 0),
              "name        n  what\n"
              "a           1  x\n"
              "bcdefg  -12.5  yy\n");
    /* one text among numbers makes a column of text; holes do not */
    CHECK_STR(table(2, CELLS("n", "m", "#1", "#10", "none", ""), &o, 0), "n      m\n"
                                                                         "1     10\n"
                                                                         "none\n");
}

static void test_wide_characters_are_aligned(void) {
    const struct table_opts o = {.columns = 80};
    CHECK_STR(
        table(2, CELLS("k", "v", "\xe6\x97\xa5\xe6\x9c\xac", "1", "e\xcc\x81", "2", "abcde", "3"),
              &o, 0),
        "k      v\n"
        "\xe6\x97\xa5\xe6\x9c\xac   1\n"
        "e\xcc\x81      2\n"
        "abcde  3\n");
}

static void test_hostile_bytes_are_escaped(void) {
    const struct table_opts o = {.columns = 80, .colour = false};
    CHECK_STR(table(1, CELLS("h\x1b[2J", "a\x07\n", "\xff", "\xe2\x80\xae"), &o, 0),
              "h\\x1b[2J\n"
              "a\\x07\\x0a\n"
              "\\xff\n"
              "\\xe2\\x80\\xae\n");
}

static void test_text_is_cut_where_the_terminal_is_narrow_and_numbers_are_not(void) {
    const struct table_opts o = {.columns = 24};
    CHECK_STR(table(2, CELLS("id", "text", "#1234567890", "a long text that does not fit"), &o, 0),
              "        id  text\n"
              "1234567890  a long text\xe2\x80\xa6\n");
    CHECK_STR(table(1, CELLS("t", "\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5"),
                    &(struct table_opts){.columns = 8}, 0),
              "t\n\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe2\x80\xa6\n");
}

static void test_the_widest_columns_give_first(void) {
    const struct table_opts o = {.columns = 30};
    CHECK_STR(
        table(3, CELLS("a", "b", "c", "12345678", "123456789012345678901234567890", "123"), &o, 0),
        "a         b                c\n"
        "12345678  12345678901234\xe2\x80\xa6  123\n");
}

static void test_expanded_when_it_does_not_fit_or_on_request(void) {
    const char *const *cells = CELLS("id", "name", "#1", "a name of some length", "#2", "");
    const char *want = "-[ 1 ]-\n"
                       "id    1\n"
                       "name  a name of some length\n"
                       "-[ 2 ]-\n"
                       "id    2\n";
    CHECK_STR(table(2, cells, &(struct table_opts){.columns = 9}, 0), want);
    CHECK_STR(table(2, cells, &(struct table_opts){.columns = 80, .expanded = true}, 0), want);
    CHECK_STR(table(1, CELLS("id", "#1"), &(struct table_opts){.expanded = true}, 0), "id  1\n");
}

static void test_colours_stand_around_the_text(void) {
    const struct table_opts o = {.columns = 80, .colour = true};
    CHECK_STR(table(2, CELLS("n", "t", "#1", "x", "#22", "y"), &o, 0),
              " \x1b[1mn\x1b[0m  \x1b[1mt\x1b[0m\n"
              " \x1b[33m1\x1b[0m  x\n"
              "\x1b[33m22\x1b[0m  y\n");
}

static void test_a_table_without_rows_is_its_header(void) {
    const struct table_opts o = {.columns = 80};
    CHECK_STR(table(2, CELLS("a", "b"), &o, 0), "a  b\n");
    CHECK_STR(table(2, CELLS("a"), &o, 0), ""); /* not even that */
}

/* A cell of a megabyte does not make every row a megabyte wide. */
static void test_a_huge_cell_does_not_fill_memory(void) {
    static char huge[1 << 20];
    memset(huge, 'x', sizeof huge - 1);
    table_init(&t, 2);
    table_adds(&t, COLOUR_NONE, "a");
    table_adds(&t, COLOUR_NONE, "b");
    for (int i = 0; i < 1000; i++) {
        table_adds(&t, COLOUR_NONE, i ? "x" : huge);
        table_adds(&t, COLOUR_NONE, "y");
    }
    buf_clear(&out);
    CHECK_EQ(table_rows(&t), 1000);
    CHECK_EQ(table_render(&t, &(struct table_opts){.columns = 0}, &out), 0);
    CHECK(out.len < 2 * sizeof huge);
    table_release(&t);
}

static void add_row(enum colour c, const char *a, const char *b) {
    table_adds(&t, c, a);
    table_adds(&t, COLOUR_NONE, b);
}

/* In two portions, the first of which has the narrower cells. */
static const char *in_portions(const struct table_opts *o) {
    table_init(&t, 2);
    add_row(COLOUR_HEAD, "n", "text");
    add_row(COLOUR_NUMBER, "1", "a b c d e f g");
    buf_clear(&out);
    CHECK_EQ(table_render(&t, o, &out), 0);
    CHECK_EQ(table_rows(&t), 0);
    add_row(COLOUR_NUMBER, "12345", "x");
    add_row(COLOUR_NUMBER, "2", "a b c d e f g h");
    CHECK_EQ(table_render(&t, o, &out), 0);
    CHECK_EQ(table_render(&t, o, &out), 0); /* nothing more */
    table_release(&t);
    return buf_cstr(&out);
}

static void test_further_rows_are_laid_out_as_the_first_ones(void) {
    CHECK_STR(in_portions(&(struct table_opts){.columns = 80}),
              "n  text\n1  a b c d e f g\n12345  x\n2  a b c d e f g h\n");
    CHECK_STR(in_portions(&(struct table_opts){.columns = 12}),
              "n  text\n1  a b c d …\n12345  x\n2  a b c d …\n");
    CHECK_STR(in_portions(&(struct table_opts){.columns = 80, .expanded = true}),
              "n     1\ntext  a b c d e f g\n"
              "-[ 2 ]-\nn     12345\ntext  x\n"
              "-[ 3 ]-\nn     2\ntext  a b c d e f g h\n");
}

static void test_what_does_not_fit_into_the_buffer_is_told(void) {
    struct buf small;
    buf_init(&small, 8);
    table_init(&t, 1);
    table_adds(&t, COLOUR_NONE, "title");
    table_adds(&t, COLOUR_NONE, "value");
    CHECK_EQ(table_render(&t, &(struct table_opts){.columns = 80}, &small), VK_ELIMIT);
    table_release(&t);
    buf_release(&small);
}

int main(void) {
    buf_init(&out, 1 << 24);
    RUN(test_width_counts_columns);
    RUN(test_width_never_splits_a_character);
    RUN(test_numbers_stand_right_and_text_left);
    RUN(test_wide_characters_are_aligned);
    RUN(test_hostile_bytes_are_escaped);
    RUN(test_text_is_cut_where_the_terminal_is_narrow_and_numbers_are_not);
    RUN(test_the_widest_columns_give_first);
    RUN(test_expanded_when_it_does_not_fit_or_on_request);
    RUN(test_colours_stand_around_the_text);
    RUN(test_a_table_without_rows_is_its_header);
    RUN(test_a_huge_cell_does_not_fill_memory);
    RUN(test_further_rows_are_laid_out_as_the_first_ones);
    RUN(test_what_does_not_fit_into_the_buffer_is_told);
    buf_release(&out);
    return t_end();
}
