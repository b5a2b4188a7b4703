/* SPDX-License-Identifier: BSD-3-Clause */
/* ui/view: replies of commands that are not known by name, and the formats; literal RESP. */
#include <stdlib.h>
#include <time.h>

#include "view_case.h"

static struct view_case c;
static const struct view_opts plain = {.columns = 80};

#define VIEW(o, line, resp) case_view(&c, o, line, resp, sizeof(resp) - 1)

static const struct view_opts json = {.format = VIEW_JSON, .columns = 80};
static const struct view_opts hex = {.format = VIEW_HEX, .columns = 80};
static const struct view_opts tabular = {.format = VIEW_TABLE, .columns = 80};

static void test_scalars(void) {
    CHECK_STR(VIEW(&plain, "x", "+OK\r\n"), "OK\n");
    CHECK_STR(VIEW(&plain, "x", ":-3\r\n"), "(integer) -3\n");
    CHECK_STR(VIEW(&plain, "x", "$-1\r\n"), "(nil)\n");
    CHECK_STR(VIEW(&plain, "x", "_\r\n"), "(nil)\n");
    CHECK_STR(VIEW(&plain, "x", ",0.5\r\n"), "(double) 0.5\n");
    CHECK_STR(VIEW(&plain, "x", ",-inf\r\n"), "(double) -inf\n");
    CHECK_STR(VIEW(&plain, "x", "#t\r\n"), "(true)\n");
    CHECK_STR(VIEW(&plain, "x", "(12345678901234567890\r\n"),
              "(big number) 12345678901234567890\n");
    CHECK_STR(VIEW(&plain, "x", "-ERR no\r\n"), "(error) ERR no\n");
    CHECK_STR(VIEW(&plain, "x", "!6\r\nERR \x1b[\r\n"), "(error) ERR \\x1b[\n");
    CHECK_STR(VIEW(&plain, "x", "=9\r\ntxt:a\n\x1b\tb\r\n"), "a\n\\x1b\tb\n");
}

static void test_strings_are_quoted_unless_they_are_plain_text(void) {
    CHECK_STR(VIEW(&plain, "x", "$11\r\nhello world\r\n"), "hello world\n");
    CHECK_STR(VIEW(&plain, "x", "$5\r\nh\xc3\xa9\xe6\x97\r\n"), "\"h\xc3\xa9\\xe6\\x97\"\n");
    CHECK_STR(VIEW(&plain, "x", "$6\r\n\xe6\x97\xa5\xe6\x9c\xac\r\n"),
              "\xe6\x97\xa5\xe6\x9c\xac\n");
    CHECK_STR(VIEW(&plain, "x", "$0\r\n\r\n"), "\"\"\n");
    CHECK_STR(VIEW(&plain, "x", "$2\r\n a\r\n"), "\" a\"\n");
    CHECK_STR(VIEW(&plain, "x", "$5\r\n(nil)\r\n"), "\"(nil)\"\n");
    CHECK_STR(VIEW(&plain, "x", "$2\r\n\"a\r\n"), "\"\\\"a\"\n");
    CHECK_STR(VIEW(&plain, "x", "$4\r\n\x1b[2J\r\n"), "\"\\x1b[2J\"\n");
    CHECK_STR(VIEW(&plain, "x", "$3\r\na\0b\r\n"), "\"a\\x00b\"\n");
    CHECK_STR(VIEW(&plain, "x", "$3\r\n\xe2\x80\xae\r\n"), "\"\\xe2\\x80\\xae\"\n");
}

static void test_text_of_several_lines_stands_as_it_is_when_it_is_the_whole_reply(void) {
    CHECK_STR(VIEW(&plain, "get k", "$7\r\none\ntwo\r\n"), "one\ntwo\n");
    CHECK_STR(VIEW(&plain, "get k", "$8\r\none\ntwo\n\r\n"), "\"one\\ntwo\\n\"\n");
    CHECK_STR(VIEW(&plain, "mget k", "*1\r\n$7\r\none\ntwo\r\n"), "(1)\n1) \"one\\ntwo\"\n");
}

static void test_lists_are_counted_numbered_and_indented(void) {
    CHECK_STR(VIEW(&plain, "x", "*3\r\n$1\r\na\r\n*2\r\n:1\r\n~1\r\n+x\r\n*0\r\n"),
              "(3)\n"
              "1) a\n"
              "2) (2)\n"
              "   1) (integer) 1\n"
              "   2) (1)\n"
              "      1) x\n"
              "3) (empty list)\n");
    CHECK_STR(VIEW(&plain, "x", "~0\r\n"), "(empty set)\n");
    CHECK_STR(
        VIEW(&plain, "x", "*10\r\n:1\r\n:2\r\n:3\r\n:4\r\n:5\r\n:6\r\n:7\r\n:8\r\n:9\r\n:0\r\n"),
        "(10)\n"
        " 1) (integer) 1\n"
        " 2) (integer) 2\n"
        " 3) (integer) 3\n"
        " 4) (integer) 4\n"
        " 5) (integer) 5\n"
        " 6) (integer) 6\n"
        " 7) (integer) 7\n"
        " 8) (integer) 8\n"
        " 9) (integer) 9\n"
        "10) (integer) 0\n");
}

static void test_maps_are_fields_and_values_below_each_other(void) {
    CHECK_STR(VIEW(&plain, "x",
                   "%4\r\n$1\r\na\r\n$3\r\none\r\n$6\r\n\xe6\x97\xa5\xe6\x9c\xac\r\n:2\r\n"
                   "$4\r\nlist\r\n*1\r\n:3\r\n:7\r\n%0\r\n"),
              "(4)\n"
              "a:    one\n"
              "\xe6\x97\xa5\xe6\x9c\xac: (integer) 2\n"
              "list: (1)\n"
              "  1) (integer) 3\n"
              "7: (empty map)\n");
    CHECK_STR(VIEW(&plain, "x", "%1\r\n*1\r\n$1\r\na\r\n_\r\n"), "(1)\n[a]: (nil)\n");
    CHECK_STR(VIEW(&plain, "hgetall h", "*2\r\n$4\r\na\x1b[m\r\n$1\r\n1\r\n"),
              "(1)\n\"a\\x1b[m\": 1\n");
    CHECK_STR(VIEW(&plain, "HGETALL h", "*0\r\n"), "(empty map)\n");
    CHECK_STR(VIEW(&plain, "hgetall h", "*1\r\n:1\r\n"), "(1)\n1) (integer) 1\n");
}

static void test_rows_are_limited_everywhere(void) {
    const struct view_opts two = {.columns = 80, .rows = 2};
    CHECK_STR(VIEW(&two, "x", "*3\r\n:1\r\n*3\r\n:1\r\n:2\r\n:3\r\n:3\r\n"), "(3)\n"
                                                                             "1) (integer) 1\n"
                                                                             "2) (3)\n"
                                                                             "   1) (integer) 1\n"
                                                                             "   2) (integer) 2\n"
                                                                             "   ... 1 more\n"
                                                                             "... 1 more\n");
    CHECK_STR(VIEW(&two, "x", "%3\r\n:1\r\n:1\r\n:2\r\n:2\r\n:3\r\n:3\r\n"),
              "(3)\n1: (integer) 1\n2: (integer) 2\n... 1 more\n");
}

static void test_colours_on_request(void) {
    const struct view_opts o = {.columns = 80, .colour = true};
    CHECK_STR(VIEW(&o, "x", "-ERR \x1b[0m\r\n"), "\x1b[31m(error) ERR \\x1b[0m\x1b[0m\n");
    CHECK_STR(VIEW(&o, "x", "%1\r\n$1\r\na\r\n$-1\r\n"),
              "\x1b[2m(1)\x1b[0m\n\x1b[36ma:\x1b[0m \x1b[2m(nil)\x1b[0m\n");
}

/* --- JSON ------------------------------------------------------------------------------------- */

static void test_json_is_indented_as_it_is_written(void) {
    const struct view_opts narrow = {.columns = 10};
    static const char resp[] =
        "$50\r\n{\"b\":1.10,\"b\":[],\"a\":[{},\"\x7f,\\\"\", -0e5 ,null,true]}\r\n";
    CHECK_STR(VIEW(&narrow, "get k", resp), "{\n"
                                            "  \"b\": 1.10,\n"
                                            "  \"b\": [],\n"
                                            "  \"a\": [\n"
                                            "    {},\n"
                                            "    \"\\u007f,\\\"\",\n"
                                            "    -0e5,\n"
                                            "    null,\n"
                                            "    true\n"
                                            "  ]\n"
                                            "}\n");
    CHECK_STR(VIEW(&plain, "get k", "$7\r\n{\"a\":1}\r\n"), "{\n  \"a\": 1\n}\n");
    CHECK_STR(VIEW(&narrow, "get k", "$13\r\n{\"a\":\"long\",}\r\n"), "{\"a\":\"long\",}\n");
    CHECK_STR(VIEW(&narrow, "mget k", "*1\r\n$11\r\n[1, [1, 2]]\r\n"),
              "(1)\n1) [\n     1,\n     [\n       1,\n       2\n     ]\n   ]\n");
}

static void test_json_in_a_list_keeps_to_its_row_where_it_fits(void) {
    const struct view_opts wide = {.columns = 80}, coloured = {.columns = 80, .colour = true};
    static const char resp[] = "*1\r\n$16\r\n{\"a\": [1, true]}\r\n";
    CHECK_STR(VIEW(&wide, "mget k", resp), "(1)\n1) {\"a\":[1,true]}\n");
    const char *text = VIEW(&coloured, "mget k", resp);
    CHECK(strstr(text, "true\033[") && !strstr(text, "\n  "));
}

static void test_json_of_a_great_depth_is_no_trouble(void) {
    enum { DEPTH = 100000 };
    static char resp[2 * DEPTH + 32];
    int n = snprintf(resp, sizeof resp, "$%d\r\n", 2 * DEPTH);
    memset(resp + n, '[', DEPTH);
    memset(resp + n + DEPTH, ']', DEPTH);
    memcpy(resp + n + 2 * DEPTH, "\r\n", 2);
    const char *got = case_view(&c, &plain, "get k", resp, (size_t)n + 2 * DEPTH + 2);
    CHECK_EQ(c.code, 0);
    CHECK_EQ(strlen(got), 2 * DEPTH + 1); /* too deep to be taken for JSON */
}

static void test_the_json_format(void) {
    CHECK_STR(VIEW(&json, "get k", "$7\r\n{\"a\":1}\r\n"), "{\n  \"a\": 1\n}\n");
    CHECK_STR(VIEW(&json, "get k", "$5\r\nhello\r\n"), "\"hello\"\n");
    CHECK_STR(VIEW(&json, "get k", "$4\r\n\x1b[2J\r\n"), "\"\\u001b[2J\"\n");
    CHECK_STR(VIEW(&json, "hgetall k", "%1\r\n$1\r\na\r\n$1\r\nb\r\n"), "{\"a\":\"b\"}\n");
    CHECK_STR(VIEW(&json, "pubsub numsub a", "*2\r\n$1\r\na\r\n:1\r\n"),
              "[{\"channel\":\"a\",\"subscribers\":1}]\n");
    const struct view_opts as_is = {.format = VIEW_JSON, .as_is = true};
    CHECK_STR(VIEW(&as_is, "get k", "$7\r\n{\"a\":1}\r\n"), "{\"a\":1}\n");
}

/* --- the other formats ------------------------------------------------------------------------ */

static void test_raw_and_csv_are_those_of_render(void) {
    const struct view_opts raw = {.format = VIEW_RAW}, csv = {.format = VIEW_CSV};
    const struct view_opts as_is = {.format = VIEW_RAW, .as_is = true};
    CHECK_STR(VIEW(&raw, "get k", "$4\r\n\x1b[2J\r\n"), "\\x1b[2J\n");
    CHECK_STR(VIEW(&as_is, "get k", "$4\r\n\x1b[2J\r\n"), "\x1b[2J\n");
    CHECK_STR(VIEW(&csv, "lrange l 0 -1", "*2\r\n$1\r\na\r\n:2\r\n"), "\"a\",2\n");
}

static void test_hex_is_a_dump_of_the_bytes(void) {
    CHECK_STR(VIEW(&hex, "get k", "$18\r\n0123456789abcde\x1b\xff.\r\n"),
              "00000000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 1b  |0123456789abcde.|\n"
              "00000010  ff 2e                                             |..|\n"
              "00000012\n");
    CHECK_STR(VIEW(&hex, "get k", "$0\r\n\r\n"), "00000000\n");
    CHECK_STR(VIEW(&hex, "get k", "$-1\r\n"), "(nil)\n");
    CHECK_STR(VIEW(&hex, "x", "*2\r\n:5\r\n*1\r\n$1\r\na\r\n"),
              "1)\n5\n2.1)\n"
              "00000000  61                                                |a|\n"
              "00000001\n");
    const struct view_opts one = {.format = VIEW_HEX, .rows = 1};
    CHECK_STR(VIEW(&one, "get k", "$18\r\n0123456789abcdefgh\r\n"),
              "00000000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  |0123456789abcdef|\n"
              "... 2 more bytes\n");
}

static void test_the_table_format_takes_anything(void) {
    CHECK_STR(VIEW(&tabular, "x", "*2\r\n*2\r\n$1\r\na\r\n:1\r\n*1\r\n$1\r\nb\r\n"),
              "(2)\n1  2\na  1\nb\n");
    CHECK_STR(VIEW(&tabular, "hgetall h", "*2\r\n$1\r\na\r\n$1\r\n1\r\n"),
              "(1)\nfield  value\na      1\n");
    CHECK_STR(VIEW(&tabular, "x", "*2\r\n%1\r\n+a\r\n:1\r\n%1\r\n+b\r\n:2\r\n"),
              "(2)\na  b\n1\n   2\n");
    CHECK_STR(VIEW(&tabular, "smembers s", "~1\r\n$1\r\na\r\n"), "(1)\nvalue\na\n");
    CHECK_STR(VIEW(&tabular, "get k", "$1\r\na\r\n"), "a\n");
    CHECK_STR(VIEW(&tabular, "x", "-ERR no\r\n"), "(error) ERR no\n");
}

static void test_the_words_of_the_formats(void) {
    enum view_format f = VIEW_BEST;
    CHECK(view_format_of("json", 4, &f) && f == VIEW_JSON);
    CHECK(view_format_of("HEX", 3, &f) && f == VIEW_HEX);
    CHECK(view_format_of("raw", 3, &f) && f == VIEW_RAW);
    CHECK(view_format_of("csv", 3, &f) && f == VIEW_CSV);
    CHECK(view_format_of("table", 5, &f) && f == VIEW_TABLE);
    CHECK(!view_format_of("x", 1, &f) && f == VIEW_TABLE);
    CHECK(!view_format_of("", 0, &f));
}

/* --- bounds ----------------------------------------------------------------------------------- */

/* A hash of 100,000 fields. The bound is wide: sanitizers run this, too. */
static void test_a_large_hash_is_no_trouble(void) {
    enum { N = 100000 };
    struct buf resp;
    buf_init(&resp, 1 << 24);
    buf_addf(&resp, "%%%d\r\n", N);
    for (int i = 0; i < N; i++)
        buf_addf(&resp, "$11\r\nfield:%05d\r\n$11\r\nvalue:%05d\r\n", i, i);
    case_take(&c, "hgetall h", resp.p, resp.len);
    clock_t from = clock();
    CHECK_EQ(view_render(&plain, 2, (const char *[]){"hgetall", "h"}, NULL, c.tree.root, &c.out),
             0);
    CHECK((double)(clock() - from) / CLOCKS_PER_SEC < 1);
    CHECK_EQ(c.out.len, 9 + N * 25);
    buf_release(&resp);
}

static void test_a_deep_reply_does_not_run_away_to_the_right(void) {
    enum { DEPTH = 120 };
    char resp[DEPTH * 4 + 8] = "";
    for (int i = 0; i < DEPTH; i++)
        memcpy(resp + (size_t)i * 4, "*1\r\n", 4);
    memcpy(resp + (size_t)DEPTH * 4, ":1\r\n", 4);
    case_view(&c, &plain, "x", resp, DEPTH * 4 + 4);
    CHECK_EQ(c.code, 0);
    CHECK(c.out.len < DEPTH * 60);
}

static void test_a_full_buffer_is_told(void) {
    struct buf small;
    buf_init(&small, 10);
    const struct reply *r = case_take(&c, "x", "*2\r\n+abcdef\r\n+ghijkl\r\n", 22);
    for (enum view_format f = VIEW_BEST; f <= VIEW_HEX; f++) {
        buf_clear(&small);
        const struct view_opts o = {.format = f, .columns = 80};
        CHECK_EQ(view_render(&o, 1, (const char *[]){"x"}, NULL, r, &small), VK_ELIMIT);
    }
    buf_release(&small);
}

static void test_doubles_have_no_noise(void) {
    CHECK_STR(case_view(&c, &plain, "x", ",255.90000000000001\r\n", 21), "(double) 255.9\n");
    CHECK_STR(case_view(&c, &plain, "x", ",0.30000000000000004\r\n", 22),
              "(double) 0.30000000000000004\n");
    CHECK_STR(case_view(&c, &plain, "x", ",1e+300\r\n", 9), "(double) 1e+300\n");
    CHECK_STR(case_view(&c, &plain, "x", ",-inf\r\n", 7), "(double) -inf\n");
}

struct flushed {
    struct buf all;
    size_t times, most, stop_at;
};

static int on_flush(void *arg) {
    struct flushed *f = arg;
    f->times++;
    if (c.out.len > f->most) f->most = c.out.len;
    CHECK(c.out.len >= VIEW_FLUSH_BYTES && c.out.p[c.out.len - 1] == '\n');
    buf_add(&f->all, c.out.p, c.out.len);
    buf_clear(&c.out);
    return f->times == f->stop_at;
}

/* The view in portions is the view. */
static void check_flush(enum view_format format, const char *line, const struct buf *resp) {
    struct flushed f = {0};
    struct view_opts o = {.format = format, .columns = 80};
    struct buf whole;
    buf_init(&whole, CASE_OUT_MAX);
    buf_init(&f.all, CASE_OUT_MAX);
    case_view(&c, &o, line, resp->p, resp->len);
    buf_add(&whole, c.out.p, c.out.len);
    o.flush = on_flush;
    o.flush_arg = &f;
    case_view(&c, &o, line, resp->p, resp->len);
    CHECK_EQ(c.code, 0);
    CHECK(f.times > 2 && f.most < VIEW_FLUSH_BYTES + 4096);
    if (c.out.len) buf_add(&f.all, c.out.p, c.out.len);
    CHECK_MEM(f.all.p, f.all.len, whole.p, whole.len);
    f.times = 0;
    f.stop_at = 2;
    case_view(&c, &o, line, resp->p, resp->len);
    CHECK_EQ(c.code, VK_ELIMIT);
    CHECK_EQ(f.times, 2);
    buf_release(&whole);
    buf_release(&f.all);
}

static void test_long_views_are_given_out_as_they_come(void) {
    enum { N = 4000 };
    struct buf resp;
    buf_init(&resp, 1 << 20);
    buf_addf(&resp, "%%%d\r\n", N);
    for (int i = 0; i < N; i++)
        buf_addf(&resp, "+field:%06d\r\n+value:%06d\r\n", i, i);
    check_flush(VIEW_BEST, "hgetall h", &resp);
    check_flush(VIEW_TABLE, "hgetall h", &resp);
    check_flush(VIEW_HEX, "hgetall h", &resp);
    check_flush(VIEW_BEST, "config get *", &resp);
    resp.p[0] = '*';
    check_flush(VIEW_BEST, "lrange l 0 -1", &resp);
    buf_release(&resp);
}

int main(void) {
    case_init(&c);
    RUN(test_scalars);
    RUN(test_strings_are_quoted_unless_they_are_plain_text);
    RUN(test_text_of_several_lines_stands_as_it_is_when_it_is_the_whole_reply);
    RUN(test_lists_are_counted_numbered_and_indented);
    RUN(test_maps_are_fields_and_values_below_each_other);
    RUN(test_rows_are_limited_everywhere);
    RUN(test_colours_on_request);
    RUN(test_json_is_indented_as_it_is_written);
    RUN(test_json_in_a_list_keeps_to_its_row_where_it_fits);
    RUN(test_json_of_a_great_depth_is_no_trouble);
    RUN(test_the_json_format);
    RUN(test_raw_and_csv_are_those_of_render);
    RUN(test_hex_is_a_dump_of_the_bytes);
    RUN(test_the_table_format_takes_anything);
    RUN(test_the_words_of_the_formats);
    RUN(test_a_large_hash_is_no_trouble);
    RUN(test_a_deep_reply_does_not_run_away_to_the_right);
    RUN(test_a_full_buffer_is_told);
    RUN(test_long_views_are_given_out_as_they_come);
    RUN(test_doubles_have_no_noise);
    case_release(&c);
    return t_end();
}
