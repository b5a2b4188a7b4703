/* SPDX-License-Identifier: BSD-3-Clause */
/* resp/quote: splitting as redis-cli 7.0 was seen to do it, and the way back. */
#include "resp/quote.h"

#include <stdlib.h>

#include "base/rng.h"
#include "tests/unit/t.h"

static struct resp_quote_args args;
static struct err error;

static void split_n(const char *line, size_t len, int argc, const char *const *argv) {
    CHECK_EQ(resp_quote_split(&args, line, len, &error), 0);
    CHECK_EQ(args.argc, argc);
    for (int i = 0; i < argc && i < args.argc; i++) {
        CHECK_MEM(args.argv[i], args.lens[i], argv[i], strlen(argv[i]));
        CHECK_EQ(args.argv[i][args.lens[i]], 0);
    }
}

#define SPLIT(line, ...)                                                                           \
    split_n(line, strlen(line),                                                                    \
            (int)(sizeof((const char *[]){__VA_ARGS__}) / sizeof(const char *)),                   \
            (const char *[]){__VA_ARGS__})
#define FAILS(line, text) fails(line, strlen(line), text)

static void fails(const char *line, size_t len, const char *text) {
    err_clear(&error);
    CHECK_EQ(resp_quote_split(&args, line, len, &error), VK_EPARSE);
    CHECK_EQ(args.argc, 0);
    CHECK_EQ(error.code, VK_EPARSE);
    CHECK_STR(error.text, text);
}

static void blanks_separate(void) {
    SPLIT("GET key", "GET", "key");
    SPLIT("  \t GET\tkey \r\n", "GET", "key");
    SPLIT("\v\fGET \va", "GET", "a");
    SPLIT("one", "one");
}

static void empty_line_has_no_arguments(void) {
    split_n("", 0, 0, NULL);
    split_n(" \t\r\n\v\f", 6, 0, NULL);
}

static void vertical_tab_does_not_end_a_bare_word(void) {
    SPLIT("ECHO a\vb", "ECHO", "a\vb");
    SPLIT("ECHO \"a\"\vb", "ECHO", "a", "b");
}

static void double_quotes_know_escapes(void) {
    SPLIT("\"a b\" \"\"", "a b", "");
    SPLIT("\"\\n\\r\\t\\b\\a\\\\\\\"\"", "\n\r\t\b\a\\\"");
    SPLIT("\"\\x41\\xfF\\X41\"", "A\xffX41");
    SPLIT("\"\\q\\v\\0\\'\"", "qv0'");
}

static void bad_hexadecimal_is_an_x(void) {
    SPLIT("\"\\xzz\"", "xzz");
    SPLIT("\"\\x4\"", "x4");
    SPLIT("\"\\x4g\"", "x4g");
    SPLIT("\"\\x\"", "x");
}

static void single_quotes_know_one_escape(void) {
    SPLIT("'a b' ''", "a b", "");
    SPLIT("'a\\'b\\n\"'", "a'b\\n\"");
    SPLIT("'\\x41'", "\\x41");
}

static void quote_may_open_inside_a_word(void) {
    SPLIT("a\"b\"", "ab");
    SPLIT("a'b c' d", "ab c", "d");
    SPLIT("k=\"\\x41\"", "k=A");
}

static void backslash_outside_of_quotes_is_a_byte(void) {
    SPLIT("a\\b \\ \\n", "a\\b", "\\", "\\n");
}

static void high_bytes_are_not_blanks(void) {
    SPLIT("ECHO ab\xa0"
          "c \xc3\xa9",
          "ECHO",
          "ab\xa0"
          "c",
          "\xc3\xa9");
}

static void nul_is_a_byte_of_its_word(void) {
    CHECK_EQ(resp_quote_split(&args, "a\0b \"\0\\\0\" '\0'", 13, &error), 0);
    CHECK_EQ(args.argc, 3);
    CHECK_MEM(args.argv[0], args.lens[0], "a\0b", 3);
    CHECK_MEM(args.argv[1], args.lens[1], "\0\0", 2);
    CHECK_MEM(args.argv[2], args.lens[2], "\0", 1);
}

static void unbalanced_quote_is_named_with_its_column(void) {
    FAILS("\"", "unbalanced double quote at column 1");
    FAILS("ECHO \"abc", "unbalanced double quote at column 6");
    FAILS("ECHO 'abc", "unbalanced single quote at column 6");
    FAILS("ECHO a\"", "unbalanced double quote at column 7");
    FAILS("\"abc\\\"", "unbalanced double quote at column 1");
    FAILS("\"abc\\", "unbalanced double quote at column 1");
    FAILS("'abc\\'", "unbalanced single quote at column 1");
    FAILS("'abc\\", "unbalanced single quote at column 1");
    FAILS("\"\\x4", "unbalanced double quote at column 1");
}

static void text_behind_a_closing_quote_is_refused(void) {
    FAILS("\"a\"b", "text right behind a closing quote at column 4");
    FAILS("ECHO \"a\"\"b\"", "text right behind a closing quote at column 9");
    FAILS("'a'b", "text right behind a closing quote at column 4");
    FAILS("'a''b'", "text right behind a closing quote at column 4");
    fails("\"a\"\0", 4, "text right behind a closing quote at column 4");
}

static void errors_need_no_struct(void) {
    CHECK_EQ(resp_quote_split(&args, "'", 1, NULL), VK_EPARSE);
}

static void endless_line_is_refused(void) {
    CHECK_EQ(resp_quote_split(&args, "x", (size_t)RESP_QUOTE_MAX + 1, &error), VK_ELIMIT);
}

static void many_arguments_split_in_order(void) {
    struct buf line;
    int wrong = 0;
    buf_init(&line, 1 << 24);
    for (int i = 0; i < 100000; i++)
        buf_addf(&line, i % 2 ? "%d " : "\"%d\"\t", i);
    CHECK_EQ(resp_quote_split(&args, line.p, line.len, &error), 0);
    CHECK_EQ(args.argc, 100000);
    for (int i = 0; i < args.argc; i++)
        wrong += strtol(args.argv[i], NULL, 10) != i;
    CHECK_EQ(wrong, 0);
    buf_release(&line);
}

/* Copied to a block of its own size, so that a sanitizer sees a read past the end. */
static void every_prefix_splits_or_is_refused(void) {
    static const char line[] =
        "SET \"k\\x00\\n\\\"\" 'v\\'w' a\"b\\\\\" \\x \"\\xf\" '' \"\"\vz \"é\"\r\n";
    for (size_t cut = 0; cut < sizeof line; cut++) {
        char *copy = malloc(cut ? cut : 1);
        memcpy(copy, line, cut);
        int rc = resp_quote_split(&args, copy, cut, &error);
        CHECK(rc == 0 || rc == VK_EPARSE);
        free(copy);
    }
    SPLIT("SET", "SET");
}

static void undo_wants_exactly_one_argument(void) {
    struct buf out;
    buf_init(&out, 100);
    CHECK_EQ(resp_quote_undo(&out, "\"a b\\x00\"", 9, &error), 0);
    CHECK_EQ(resp_quote_undo(&out, " c\"d\" ", 6, &error), 0);
    CHECK_EQ(resp_quote_undo(&out, "''", 2, &error), 0);
    CHECK_MEM(out.p, out.len, "a b\0cd", 6);
    CHECK_EQ(resp_quote_undo(&out, "", 0, &error), VK_EPARSE);
    CHECK_STR(error.text, "expected one quoted argument, found 0");
    CHECK_EQ(resp_quote_undo(&out, "a b", 3, &error), VK_EPARSE);
    CHECK_EQ(resp_quote_undo(&out, "\"a", 2, &error), VK_EPARSE);
    CHECK_EQ(out.len, 6);
    buf_release(&out);
}

static void undo_respects_the_limit(void) {
    struct buf out;
    buf_init(&out, 3);
    CHECK_EQ(resp_quote_undo(&out, "abcd", 4, &error), VK_ELIMIT);
    CHECK_EQ(out.len, 0);
    CHECK_EQ(resp_quote_undo(&out, "abc", 3, &error), 0);
    buf_release(&out);
}

static void quoting_prints_as_redis_cli(void) {
    struct buf out;
    buf_init(&out, 1000);
    resp_quote_add(&out, "", 0);
    resp_quote_add(&out, "plain text'", 11);
    resp_quote_add(&out, "\0\n\r\t\a\b\\\"\x7f\xff\x1b\v\xc3\xa9", 14);
    CHECK_STR(buf_cstr(&out), "\"\"\"plain text'\""
                              "\"\\x00\\n\\r\\t\\a\\b\\\\\\\"\\x7f\\xff\\x1b\\x0b\\xc3\\xa9\"");
    buf_release(&out);
}

static void quoting_over_the_limit_changes_nothing(void) {
    struct buf out;
    for (size_t max = 0; max < 14; max++) {
        buf_init(&out, max);
        CHECK_EQ(resp_quote_add(&out, "ab\x01\ncd", 6), max < 12 ? VK_ELIMIT : 0);
        CHECK_EQ(out.len, max < 12 ? 0 : 12);
        buf_clear(&out);
        CHECK_EQ(resp_quote_body(&out, "ab\x01\ncd", 6), max < 10 ? VK_ELIMIT : 0);
        CHECK_EQ(out.len, max < 10 ? 0 : 10);
        buf_release(&out);
    }
}

static void body_in_pieces_is_the_body_of_the_whole(void) {
    static const char text[] = "a\n\"b\\\x80 c";
    struct buf whole, parts;
    buf_init(&whole, 1000);
    buf_init(&parts, 1000);
    for (size_t cut = 0; cut < sizeof text; cut++) {
        buf_clear(&whole);
        buf_clear(&parts);
        resp_quote_body(&whole, text, sizeof text);
        resp_quote_body(&parts, text, cut);
        resp_quote_body(&parts, text + cut, sizeof text - cut);
        CHECK_MEM(parts.p, parts.len, whole.p, whole.len);
    }
    buf_release(&whole);
    buf_release(&parts);
}

static void round_trip(const char *p, size_t len) {
    struct buf line, undone;
    buf_init(&line, 1 << 20);
    buf_init(&undone, 1 << 20);
    buf_adds(&line, "ECHO ");
    CHECK_EQ(resp_quote_add(&line, p, len), 0);
    CHECK_EQ(resp_quote_split(&args, line.p, line.len, &error), 0);
    CHECK_EQ(args.argc, 2);
    if (args.argc == 2) CHECK_MEM(args.argv[1], args.lens[1], p, len);
    CHECK_EQ(resp_quote_undo(&undone, line.p + 5, line.len - 5, &error), 0);
    CHECK_MEM(undone.p, undone.len, p, len);
    buf_release(&line);
    buf_release(&undone);
}

static void every_byte_round_trips(void) {
    char all[256];
    for (int i = 0; i < 256; i++) {
        all[i] = (char)i;
        round_trip(&all[i], 1);
        round_trip((char[]){(char)i, '4', '1'}, 3);
        round_trip((char[]){'\\', (char)i}, 2);
    }
    round_trip(all, sizeof all);
    round_trip("", 0);
}

static void random_strings_round_trip(void) {
    static const char likely[] = "\\\"' \tx4nrtab";
    struct rng r;
    char text[64];
    rng_seed(&r, 2);
    for (int i = 0; i < 3000; i++) {
        size_t len = rng_below(&r, sizeof text);
        for (size_t j = 0; j < len; j++)
            text[j] = rng_below(&r, 2) ? (char)rng_next(&r) : likely[rng_below(&r, 12)];
        round_trip(text, len);
    }
}

/* The words of line as they were typed, each undone, are what splitting gives. */
static void words_agree(const char *line, size_t len) {
    size_t from = 0, to = 0;
    int n = 0;
    if (resp_quote_split(&args, line, len, &error)) return;
    struct buf word;
    for (; resp_quote_next(line, len, &from, &to); n++) {
        buf_init(&word, 100);
        CHECK_EQ(resp_quote_undo(&word, line + from, to - from, &error), 0);
        if (n < args.argc) CHECK_MEM(word.p, word.len, args.argv[n], args.lens[n]);
        buf_release(&word);
    }
    CHECK_EQ(n, args.argc);
}

static void words_are_found_as_they_were_typed(void) {
    static const char line[] = " set\t\"a \\\" b\" x'c \\' d' \ve\vf ";
    size_t from = 0, to = 0;
    CHECK(resp_quote_next(line, sizeof line - 1, &from, &to));
    CHECK_MEM(line + from, to - from, "set", 3);
    CHECK(resp_quote_next(line, sizeof line - 1, &from, &to));
    CHECK_MEM(line + from, to - from, "\"a \\\" b\"", 8);
    CHECK(resp_quote_next(line, sizeof line - 1, &from, &to));
    CHECK_MEM(line + from, to - from, "x'c \\' d'", 9);
    CHECK(resp_quote_next(line, sizeof line - 1, &from, &to));
    CHECK_MEM(line + from, to - from, "e\vf", 3);
    CHECK(!resp_quote_next(line, sizeof line - 1, &from, &to));
}

static void typed_words_agree_with_split_ones(void) {
    static const char bytes[] = "\"\"'' \\\\xa4\n\t\v";
    struct rng rng;
    rng_seed(&rng, 5);
    for (int round = 0; round < 100000; round++) {
        char line[16];
        size_t len = rng_next(&rng) % sizeof line;
        for (size_t i = 0; i < len; i++)
            line[i] = bytes[rng_next(&rng) % (sizeof bytes - 1)];
        words_agree(line, len);
    }
}

int main(void) {
    resp_quote_init(&args);
    RUN(blanks_separate);
    RUN(empty_line_has_no_arguments);
    RUN(vertical_tab_does_not_end_a_bare_word);
    RUN(double_quotes_know_escapes);
    RUN(bad_hexadecimal_is_an_x);
    RUN(single_quotes_know_one_escape);
    RUN(quote_may_open_inside_a_word);
    RUN(backslash_outside_of_quotes_is_a_byte);
    RUN(high_bytes_are_not_blanks);
    RUN(nul_is_a_byte_of_its_word);
    RUN(unbalanced_quote_is_named_with_its_column);
    RUN(text_behind_a_closing_quote_is_refused);
    RUN(errors_need_no_struct);
    RUN(endless_line_is_refused);
    RUN(many_arguments_split_in_order);
    RUN(every_prefix_splits_or_is_refused);
    RUN(undo_wants_exactly_one_argument);
    RUN(undo_respects_the_limit);
    RUN(quoting_prints_as_redis_cli);
    RUN(quoting_over_the_limit_changes_nothing);
    RUN(body_in_pieces_is_the_body_of_the_whole);
    RUN(every_byte_round_trips);
    RUN(random_strings_round_trip);
    RUN(words_are_found_as_they_were_typed);
    RUN(typed_words_agree_with_split_ones);
    resp_quote_release(&args);
    return t_end();
}
