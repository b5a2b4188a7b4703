/* SPDX-License-Identifier: BSD-3-Clause */
/* ui/wrap and ui/change: rows that lines take, and what is new in a text. */
#include "ui/change.h"
#include "t.h"
#include "ui/wrap.h"

static struct buf out;

static size_t rows(const char *text, int columns) {
    struct wrap w = {.columns = columns};
    wrap_add(&w, text, strlen(text));
    return w.rows;
}

static void lines_are_wrapped_and_colours_take_no_room(void) {
    CHECK_EQ(rows("", 10), 0);
    CHECK_EQ(rows("\n", 10), 1);
    CHECK_EQ(rows("0123456789\n", 10), 1);
    CHECK_EQ(rows("0123456789a\nb\n", 10), 3);
    CHECK_EQ(rows("\x1b[1;32m0123456789\x1b[0m\n", 10), 1);
    CHECK_EQ(rows("日本語日本語\n", 6), 2);
    CHECK_EQ(rows("\x1b[\x1b[2J\x1b", 3), 2);
    CHECK_EQ(rows("no end", 3), 2);
}

static void lines_are_parted_at_their_ends_only(void) {
    const char text[] = "one\ntwo three\nx\n";
    CHECK_EQ(wrap_fit(text, sizeof text - 1, 80, 3), 16);
    CHECK_EQ(wrap_fit(text, sizeof text - 1, 80, 2), 14);
    CHECK_EQ(wrap_fit(text, sizeof text - 1, 5, 2), 4);
    CHECK_EQ(wrap_fit(text, sizeof text - 1, 5, 0), 0);
}

static void check(const char *before, const char *now, const char *want) {
    buf_clear(&out);
    change_mark(&out, before, strlen(before), now, strlen(now));
    CHECK_STR(buf_cstr(&out), want);
}

#define ON "\x1b[7m"
#define OFF "\x1b[27m"

static void words_that_changed_are_marked(void) {
    check("a: 1\nb: 2\n", "a: 1\nb: 3\n", "a: 1\nb: " ON "3" OFF "\n");
    check("a: 1 2 3\n", "a: 1 9 3\n", "a: 1 " ON "9" OFF " 3\n");
    check("a: x\n", "a: x y\n", "a: x " ON "y" OFF "\n");
    check("a: x y z\n", "a: z\n", "a: z\n");
    check("same\n\n", "same\n\n", "same\n\n");
}

static void lines_are_known_by_their_first_word(void) {
    check("1 a\n2 b\n3 c\n", "2 b\n3 d\n", "2 b\n3 " ON "d" OFF "\n");
    check("1 a\n", "1 a\n7 new line\n", "1 a\n" ON "7" OFF " " ON "new" OFF " " ON "line" OFF "\n");
    check("", "x\n", ON "x" OFF "\n");
    check("s 1\ns 2\n", "s 1\ns 3\n", "s 1\ns " ON "3" OFF "\n");
}

static void colours_stay_and_do_not_count(void) {
    check("\x1b[36ma:\x1b[0m 1\n", "a: \x1b[33m1\x1b[0m\n", "a: \x1b[33m1\x1b[0m\n");
    check("a: 1\n", "\x1b[36ma:\x1b[0m \x1b[33m2\x1b[0m\n",
          "\x1b[36ma:\x1b[0m \x1b[33m" ON "2" OFF "\x1b[0m\n");
    check("a b\n", "a b\x1b[1mc\x1b[0md\n", "a " ON "b\x1b[1m" ON "c\x1b[0m" ON "d" OFF "\n");
}

static void long_lines_and_odd_bytes_are_no_trouble(void) {
    char text[4096];
    memset(text, 'x', sizeof text);
    for (size_t i = 1; i < sizeof text; i += 2)
        text[i] = ' ';
    text[sizeof text - 1] = 0;
    text[sizeof text - 2] = '\n';
    check(text, text, text);
    check("\xff\x1b", "\xff\x1b[\n", ON "\xff\x1b[" OFF "\n");
}

int main(void) {
    buf_init(&out, 1 << 20);
    RUN(lines_are_wrapped_and_colours_take_no_room);
    RUN(lines_are_parted_at_their_ends_only);
    RUN(words_that_changed_are_marked);
    RUN(lines_are_known_by_their_first_word);
    RUN(colours_stay_and_do_not_count);
    RUN(long_lines_and_odd_bytes_are_no_trouble);
    buf_release(&out);
    return t_end();
}
