/* SPDX-License-Identifier: BSD-3-Clause */
/* ui/lineview, on as much of a terminal as it needs: rows of cells, a cursor, scrolling, and the
 * wrap that waits for the next character. */
#include "t.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/str.h"
#include "ui/lineview.h"
#include "ui/width.h"

enum { ROWS_MAX = 12, COLUMNS_MAX = 40, CELL = 32 };

/* ---- a terminal ---- */

static struct {
    int rows, columns, row, column;          /* column == columns: a wrap waits */
    bool strange;                            /* something came that no line should write */
    char cells[ROWS_MAX][COLUMNS_MAX][CELL]; /* "" = behind a wide character */
} tty;

static void erase(int row, int column) {
    for (; column < COLUMNS_MAX; column++)
        memcpy(tty.cells[row][column], " ", 2);
}

static void reset(int rows, int columns) {
    memset(&tty, 0, sizeof tty);
    tty.rows = rows;
    tty.columns = columns;
    for (int i = 0; i < ROWS_MAX; i++)
        erase(i, 0);
}

static void feed_line(void) {
    if (++tty.row < tty.rows) return;
    memmove(tty.cells[0], tty.cells[1], sizeof tty.cells[0] * (size_t)(tty.rows - 1));
    tty.row = tty.rows - 1;
    erase(tty.row, 0);
}

static void type(const char *p, size_t n, int width) {
    if (!width) {
        char *before = tty.cells[tty.row][tty.column ? tty.column - 1 : 0];
        if (strlen(before) + n < CELL) strncat(before, p, n);
        return;
    }
    if (tty.column + width > tty.columns) {
        tty.column = 0;
        feed_line();
    }
    char *cell = tty.cells[tty.row][tty.column];
    memcpy(cell, p, n);
    cell[n] = 0;
    if (width == 2) tty.cells[tty.row][tty.column + 1][0] = 0;
    tty.column += width;
}

static void drive(char what, int n) {
    int last = tty.columns - 1;
    if (what == 'A') tty.row = tty.row > n ? tty.row - n : 0;
    if (what == 'B') tty.row = tty.row + n < tty.rows ? tty.row + n : tty.rows - 1;
    if (what == 'C') tty.column = tty.column + n < last ? tty.column + n : last;
    if (what == 'G') tty.column = n - 1 < last ? n - 1 : last;
    if (what == 'K') erase(tty.row, tty.column);
    if (what == 'J') /* from the first cell on it would be a new screen */
        tty.strange |= !tty.row && !tty.column;
    if (what == 'J')
        for (int i = tty.row; i < tty.rows; i++)
            erase(i, i == tty.row ? tty.column : 0);
    tty.strange |= !strchr("ABCGJKm", what);
}

static size_t control(const char *p) {
    size_t n = 2 + strspn(p + 2, "0123456789;");
    if (*p == '\r') tty.column = 0;
    if (*p == '\n') feed_line();
    tty.strange |= *p != '\r' && *p != '\n' && (*p != '\x1b' || p[1] != '[');
    if (*p != '\x1b') return 1;
    long count = strtol(p + 2, NULL, 10);
    drive(p[n], count ? (int)count : 1);
    return n + 1;
}

static void show(const struct buf *out) {
    for (size_t i = 0, n; i < out->len; i += n) {
        uint32_t c = 0;
        n = str_utf8(out->p + i, out->len - i, &c);
        tty.strange |= !n || c == 127 || (c >= 0x80 && c < 0xa0);
        if (!n) n = 1;
        if (c < ' ')
            n = control(out->p + i);
        else
            type(out->p + i, n, width_columns(out->p + i, n));
    }
}

/* The row's text, blanks at its end left out. */
static const char *row(int i) {
    static char text[COLUMNS_MAX * CELL];
    size_t len = 0;
    for (int k = 0; k < tty.columns; k++)
        for (const char *p = tty.cells[i][k]; *p; p++)
            text[len++] = *p;
    while (len && text[len - 1] == ' ')
        len--;
    text[len] = 0;
    return text;
}

/* ---- drawing on it ---- */

static struct lineview view;
static struct buf out;

static void begin(int rows, int columns) {
    reset(rows, columns);
    view = (struct lineview){0};
    buf_init(&out, 1 << 24);
}

static void end(void) {
    CHECK(!tty.strange);
    buf_release(&out);
}

static struct lineview_text text_of(const char *line, size_t cursor) {
    return (struct lineview_text){.prompt = "> ",
                                  .further = "... ",
                                  .line = line,
                                  .len = strlen(line),
                                  .cursor = cursor,
                                  .hint = "",
                                  .below = ""};
}

static void draw(const struct lineview_text *t) {
    buf_clear(&out);
    lineview_draw(&view, t, tty.columns, tty.rows, &out);
    show(&out);
}

static void draw_line(const char *line, size_t cursor) {
    struct lineview_text t = text_of(line, cursor);
    draw(&t);
}

static void cursor_is(int column, int row_number) {
    CHECK_EQ(tty.column, column);
    CHECK_EQ(tty.row, row_number);
}

static void test_a_line_and_its_cursor(void) {
    begin(6, 20);
    draw_line("get k", 5);
    CHECK_STR(row(0), "> get k");
    cursor_is(7, 0);
    draw_line("get", 1);
    CHECK_STR(row(0), "> get");
    cursor_is(3, 0);
    end();
}

static void test_rows_that_are_full(void) {
    begin(6, 10);
    draw_line("12345678", 8); /* with the prompt ten columns */
    cursor_is(0, 1);
    draw_line("12345678", 7);
    cursor_is(9, 0);
    draw_line("123456789", 8);
    cursor_is(0, 1);
    draw_line("123456789", 0);
    CHECK_STR(row(0), "> 12345678");
    CHECK_STR(row(1), "9");
    cursor_is(2, 0);
    draw_line("1", 1);
    CHECK_STR(row(0), "> 1");
    CHECK_STR(row(1), "");
    end();
}

static void test_wide_characters_and_marks(void) {
    begin(6, 10);
    draw_line("1234567\xe6\x97\xa5", 7); /* does not fit into the last column */
    CHECK_STR(row(0), "> 1234567");
    CHECK_STR(row(1), "\xe6\x97\xa5");
    cursor_is(0, 1);
    draw_line("e\xcc\x81\xf0\x9f\x98\x80z", 8);
    CHECK_STR(row(0), "> e\xcc\x81\xf0\x9f\x98\x80z");
    cursor_is(6, 0);
    CHECK(memmem(out.p, out.len, "\xcc\x81\x1b[4G", 6)); /* terminals differ about marks */
    end();
}

/* As readline has it where the locale knows no UTF-8. */
static void test_a_cursor_inside_of_a_character(void) {
    begin(6, 20);
    draw_line("a\xe6\x97\xa5z", 2);
    CHECK_STR(row(0), "> a\xe6\x97\xa5z");
    cursor_is(5, 0);
    draw_line("\xe6\x97\xa5", 2);
    CHECK_STR(row(0), "> \xe6\x97\xa5");
    cursor_is(4, 0);
    end();
}

static void test_nothing_typed_drives_the_terminal(void) {
    static const char evil[] = "a\x1b[2Jb\x07\xc2\x9b"
                               "c\xe2\x80\xae\xff\x7f\t|";
    begin(6, 40);
    draw_line(evil, sizeof evil - 1);
    CHECK_STR(row(0), "> a^[[2Jb^G\\xc2\\x9bc\\xe2\\x80\\xae\\xff^?");
    CHECK_STR(row(1), "|");
    end();
}

static void test_lines_of_one_entry(void) {
    begin(6, 20);
    draw_line("set k \"one\ntwo\n\nfour\"", 13);
    CHECK_STR(row(0), "> set k \"one");
    CHECK_STR(row(1), "... two");
    CHECK_STR(row(2), "...");
    CHECK_STR(row(3), "... four\"");
    cursor_is(6, 1);
    draw_line("x", 1);
    CHECK_STR(row(1), "");
    CHECK_STR(row(3), "");
    end();
}

static void test_hint(void) {
    struct lineview_text t = text_of("get ", 4);
    begin(6, 20);
    t.hint = "key";
    draw(&t);
    CHECK_STR(row(0), "> get key");
    cursor_is(6, 0);
    t.hint = "much more than there is room for";
    draw(&t);
    CHECK_STR(row(0), "> get much more th\xe2\x80\xa6");
    CHECK_STR(row(1), "");
    t.hint = "bad\x1b[2J";
    draw(&t);
    CHECK_STR(row(0), "> get bad");
    end();
}

static void test_rows_below_come_and_go(void) {
    struct lineview_text t = text_of("config ", 7);
    begin(6, 20);
    t.below = " get\n set\n";
    draw(&t);
    CHECK_STR(row(1), " get");
    CHECK_STR(row(2), " set");
    cursor_is(9, 0);
    t.below = "";
    draw(&t);
    CHECK_STR(row(1), "");
    CHECK_STR(row(2), "");
    cursor_is(9, 0);
    end();
}

/* What is above must not be drawn over when the rows below make the screen scroll. */
static void test_scrolling_for_rows_below(void) {
    struct lineview_text t = text_of("config ", 7);
    begin(4, 20);
    buf_adds(&out, "one\r\ntwo\r\nthree\r\n");
    show(&out);
    t.below = " get\n set\n";
    draw(&t);
    CHECK_STR(row(0), "three");
    CHECK_STR(row(1), "> config");
    cursor_is(9, 1);
    draw_line("x", 1);
    CHECK_STR(row(0), "three");
    CHECK_STR(row(1), "> x");
    CHECK_STR(row(2), "");
    end();
}

static void test_an_entry_higher_than_the_screen(void) {
    static const char line[] = "0\n1\n2\n3\n4\n5\n6\n7\n8\n9";
    begin(4, 20);
    draw_line(line, sizeof line - 1);
    CHECK_STR(row(0), "... 6");
    CHECK_STR(row(3), "... 9");
    cursor_is(5, 3);
    draw_line(line, 10); /* in front of 5 */
    CHECK_STR(row(0), "... 5");
    cursor_is(4, 0);
    draw_line(line, 12);
    CHECK_STR(row(0), "... 5");
    cursor_is(4, 1);
    draw_line(line, 0);
    CHECK_STR(row(0), "> 0");
    CHECK_STR(row(3), "... 3");
    cursor_is(2, 0);
    draw_line("", 0);
    CHECK_STR(row(0), ">");
    CHECK_STR(row(1), "");
    end();
}

/* The terminal breaks rows that are too long for it now; none must stay behind. */
static void test_a_screen_that_becomes_narrower(void) {
    static const char line[] = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJ";
    begin(10, 30);
    buf_adds(&out, "above\r\n");
    show(&out);
    draw_line(line, sizeof line - 1);
    cursor_is(18, 2);
    reset(10, 10); /* as it is broken again: 30 and 18 columns are 3 and 2 rows */
    tty.row = 5;
    tty.column = 8;
    for (int i = 1; i < 6; i++)
        memcpy(tty.cells[i][0], "#", 2);
    memcpy(tty.cells[0][0], "^", 2);
    draw_line(line, sizeof line - 1);
    CHECK_STR(row(0), "^");
    CHECK_STR(row(1), "> abcdefgh");
    CHECK_STR(row(5), "CDEFGHIJ");
    cursor_is(8, 5);
    end();
}

static void test_clear_and_leave(void) {
    begin(6, 10);
    draw_line("123456789012", 0);
    buf_clear(&out);
    lineview_clear(&view, tty.columns, &out);
    show(&out);
    CHECK_STR(row(0), "");
    CHECK_STR(row(1), "");
    cursor_is(0, 0);
    draw_line("123456789012", 0);
    buf_clear(&out);
    lineview_leave(&view, &out);
    show(&out);
    CHECK_STR(row(1), "9012");
    cursor_is(0, 2);
    end();
}

static void test_colours(void) {
    static const struct lineview_span spans[] = {{0, 3, "32"}, {4, 7, "36"}};
    struct lineview_text t = text_of("get \"a\nb\"", 9);
    begin(6, 20);
    t.spans = spans;
    t.n_spans = 2;
    draw(&t);
    CHECK(memmem(out.p, out.len, "\x1b[32mget\x1b[0m \x1b[36m\"a", 19));
    CHECK_STR(row(0), "> get \"a");
    CHECK_STR(row(1), "... b\"");
    end();
}

/* Wherever the cursor is and however narrow the screen, it is where its character is. */
static void test_every_cursor_on_every_screen(void) {
    static const char line[] = "set \xe6\x97\xa5\xe6\x9c\xac e\xcc\x81 \"a b\nc\" 1234567890 end";
    for (int columns = 8; columns <= 30; columns++) {
        begin(12, columns);
        for (size_t i = 0; i < sizeof line - 1; i++) {
            unsigned char c = (unsigned char)line[i];
            if ((c & 0xc0) == 0x80 || c == 0xcc || c == '\n') continue;
            draw_line(line, i);
            const char *cell = tty.cells[tty.row][tty.column];
            CHECK(*cell == line[i] || (*cell == ' ' && line[i] == ' '));
        }
        end();
    }
}

int main(void) {
    RUN(test_a_line_and_its_cursor);
    RUN(test_rows_that_are_full);
    RUN(test_wide_characters_and_marks);
    RUN(test_a_cursor_inside_of_a_character);
    RUN(test_nothing_typed_drives_the_terminal);
    RUN(test_lines_of_one_entry);
    RUN(test_hint);
    RUN(test_rows_below_come_and_go);
    RUN(test_scrolling_for_rows_below);
    RUN(test_an_entry_higher_than_the_screen);
    RUN(test_a_screen_that_becomes_narrower);
    RUN(test_clear_and_leave);
    RUN(test_colours);
    RUN(test_every_cursor_on_every_screen);
    return t_end();
}
