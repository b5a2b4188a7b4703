/* SPDX-License-Identifier: BSD-3-Clause */
/* ui/render: literal RESP to text. The texts of the first table, but for NDJSON, are what redis-cli
 * 7.0.15 prints for the same bytes. Every reply is also fed in windows of 1 to 7 bytes. */
#include <stdlib.h>

#include "t.h"
#include "ui/render.h"

enum { N_FORMATS = RENDER_NDJSON + 1, OUT_MAX = 1 << 27, WHOLE = 0 };

#define T(text)                                                                                    \
    { text, sizeof(text) - 1 }

struct text {
    const char *p;
    size_t len;
};

static const struct {
    struct text resp;
    struct text want[N_FORMATS];
} table[] = {
    {T("+OK\r\n"),
     {T("OK\n"), T("OK\n"), T("\"OK\"\n"), T("\"OK\"\n"), T("\"OK\"\n"), T("\"OK\"\n")}},
    {T("+\r\n"), {T("\n"), T("\n"), T("\"\"\n"), T("\"\"\n"), T("\"\"\n"), T("\"\"\n")}},
    {T("-ERR no \"such\" thing\r\n"),
     {T("(error) ERR no \"such\" thing\n"), T("ERR no \"such\" thing\n\n"),
      T("ERROR,\"ERR no \\\"such\\\" thing\"\n"), T("error:\"ERR no \\\"such\\\" thing\"\n"),
      T("error:\"ERR no \\\\\"such\\\\\" thing\"\n"),
      T("{\"error\":\"ERR no \\\"such\\\" thing\"}\n")}},
    {T(":-42\r\n"),
     {T("(integer) -42\n"), T("-42\n"), T("-42\n"), T("-42\n"), T("-42\n"), T("-42\n")}},
    {T("$0\r\n\r\n"), {T("\"\"\n"), T("\n"), T("\"\"\n"), T("\"\"\n"), T("\"\"\n"), T("\"\"\n")}},
    {T("$5\r\nhello\r\n"),
     {T("\"hello\"\n"), T("hello\n"), T("\"hello\"\n"), T("\"hello\"\n"), T("\"hello\"\n"),
      T("\"hello\"\n")}},
    {T("$-1\r\n"), {T("(nil)\n"), T("\n"), T("NULL\n"), T("null\n"), T("null\n"), T("null\n")}},
    {T("*-1\r\n"), {T("(nil)\n"), T("\n"), T("NULL\n"), T("null\n"), T("null\n"), T("null\n")}},
    {T("_\r\n"), {T("(nil)\n"), T("\n"), T("NULL\n"), T("null\n"), T("null\n"), T("null\n")}},
    {T(",3.25\r\n"),
     {T("(double) 3.25\n"), T("3.25\n"), T("3.25\n"), T("3.25\n"), T("3.25\n"), T("3.25\n")}},
    {T(",inf\r\n"),
     {T("(double) inf\n"), T("inf\n"), T("inf\n"), T("inf\n"), T("inf\n"), T("\"inf\"\n")}},
    {T("#t\r\n"),
     {T("(true)\n"), T("(true)\n"), T("true\n"), T("true\n"), T("true\n"), T("true\n")}},
    {T("#f\r\n"),
     {T("(false)\n"), T("(false)\n"), T("false\n"), T("false\n"), T("false\n"), T("false\n")}},
    {T("=9\r\ntxt:ab\ncd\r\n"),
     {T("ab\ncd\n"), T("ab\ncd\n"), T("\"ab\\ncd\"\n"), T("\"ab\\ncd\"\n"), T("\"ab\\\\ncd\"\n"),
      T("\"ab\\ncd\"\n")}},
    {T("$17\r\na\x1b\x00"
       "b\xc3\xa9\x7f\"\\\t\n\r\x07\x08\x0c\xff\xe2\r\n"),
     {T("\"a\\x1b\\x00b\\xc3\\xa9\\x7f\\\"\\\\\\t\\n\\r\\a\\b\\x0c\\xff\\xe2\"\n"),
      T("a\x1b\x00"
        "b\xc3\xa9\x7f\"\\\t\n\r\x07\x08\x0c\xff\xe2\n"),
      T("\"a\\x1b\\x00b\\xc3\\xa9\\x7f\\\"\\\\\\t\\n\\r\\a\\b\\x0c\\xff\\xe2\"\n"),
      T("\"a\\u001b\\u0000b\xc3\xa9\x7f\\\"\\\\\\t\\n\\r\\u0007\\b\\f\xff\xe2\"\n"),
      T("\"a\\\\x1b\\\\x00b\\\\xc3\\\\xa9\\\\x7f\\\\\"\\\\\\\\\\\\t\\\\n\\\\r\\\\a\\\\b\\\\x0c\\\\x"
        "ff\\\\xe2\"\n"),
      T("{\"base64\":\"YRsAYsOpfyJcCQoNBwgM/+I=\"}\n")}},
    {T("$9\r\n\xe2\x82\xac\xf0\x9f\x98\x80\xc2\xa0\r\n"),
     {T("\"\\xe2\\x82\\xac\\xf0\\x9f\\x98\\x80\\xc2\\xa0\"\n"),
      T("\xe2\x82\xac\xf0\x9f\x98\x80\xc2\xa0\n"),
      T("\"\\xe2\\x82\\xac\\xf0\\x9f\\x98\\x80\\xc2\\xa0\"\n"),
      T("\"\xe2\x82\xac\xf0\x9f\x98\x80\xc2\xa0\"\n"),
      T("\"\\\\xe2\\\\x82\\\\xac\\\\xf0\\\\x9f\\\\x98\\\\x80\\\\xc2\\\\xa0\"\n"),
      T("\"\xe2\x82\xac\xf0\x9f\x98\x80\xc2\xa0\"\n")}},
    {T("*0\r\n"), {T("(empty array)\n"), T("\n"), T("\n"), T("[]\n"), T("[]\n"), T("[]\n")}},
    {T("~0\r\n"), {T("(empty set)\n"), T("\n"), T("\n"), T("[]\n"), T("[]\n"), T("[]\n")}},
    {T("%0\r\n"), {T("(empty hash)\n"), T("\n"), T("\n"), T("{}\n"), T("{}\n"), T("{}\n")}},
    {T("*3\r\n:1\r\n$1\r\na\r\n$-1\r\n"),
     {T("1) (integer) 1\n2) \"a\"\n3) (nil)\n"), T("1\na\n\n"), T("1,\"a\",NULL\n"),
      T("[1,\"a\",null]\n"), T("[1,\"a\",null]\n"), T("[1,\"a\",null]\n")}},
    {T("~2\r\n+a\r\n:2\r\n"),
     {T("1~ a\n2~ (integer) 2\n"), T("a\n2\n"), T("\"a\",2\n"), T("[\"a\",2]\n"), T("[\"a\",2]\n"),
      T("[\"a\",2]\n")}},
    {T("%2\r\n$1\r\na\r\n:1\r\n$1\r\nb\r\n$-1\r\n"),
     {T("1# \"a\" => (integer) 1\n2# \"b\" => (nil)\n"), T("a 1\nb \n"), T("\"a\",1,\"b\",NULL\n"),
      T("{\"a\":1,\"b\":null}\n"), T("{\"a\":1,\"b\":null}\n"), T("{\"a\":1,\"b\":null}\n")}},
    {T("*4\r\n*0\r\n-ERR x\r\n$-1\r\n*1\r\n-ERR y\r\n"),
     {T("1) (empty array)\n2) (error) ERR x\n3) (nil)\n4) 1) (error) ERR y\n"),
      T("\nERR x\n\n\nERR y\n\n"), T(",ERROR,\"ERR x\",NULL,ERROR,\"ERR y\"\n"),
      T("[[],error:\"ERR x\",null,[error:\"ERR y\"]]\n"),
      T("[[],error:\"ERR x\",null,[error:\"ERR y\"]]\n"),
      T("[[],{\"error\":\"ERR x\"},null,[{\"error\":\"ERR y\"}]]\n")}},
    {T("*2\r\n*2\r\n*1\r\n:1\r\n:2\r\n*2\r\n:3\r\n=5\r\nmkd:m\r\n"),
     {T("1) 1) 1) (integer) 1\n   2) (integer) 2\n2) 1) (integer) 3\n   2) m\n"), T("1\n2\n3\nm\n"),
      T("1,2,3,\"m\"\n"), T("[[[1],2],[3,\"m\"]]\n"), T("[[[1],2],[3,\"m\"]]\n"),
      T("[[[1],2],[3,\"m\"]]\n")}},
    {T("*11\r\n:1\r\n:2\r\n:3\r\n:4\r\n:5\r\n:6\r\n:7\r\n:8\r\n:9\r\n*2\r\n:10\r\n:11\r\n:12\r\n"),
     {T(" 1) (integer) 1\n 2) (integer) 2\n 3) (integer) 3\n 4) (integer) 4\n 5) (integer) 5\n 6) "
        "(integer) 6\n 7) (integer) 7\n 8) (integer) 8\n 9) (integer) 9\n10) 1) (integer) 10\n    "
        "2) (integer) 11\n11) (integer) 12\n"),
      T("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n"), T("1,2,3,4,5,6,7,8,9,10,11,12\n"),
      T("[1,2,3,4,5,6,7,8,9,[10,11],12]\n"), T("[1,2,3,4,5,6,7,8,9,[10,11],12]\n"),
      T("[1,2,3,4,5,6,7,8,9,[10,11],12]\n")}},
    {T("%1\r\n$1\r\na\r\n*2\r\n:1\r\n:2\r\n"),
     {T("1# \"a\" => \n   1) (integer) 1\n   2) (integer) 2\n"), T("a 1\n2\n"), T("\"a\",1,2\n"),
      T("{\"a\":[1,2]}\n"), T("{\"a\":[1,2]}\n"), T("{\"a\":[1,2]}\n")}},
    {T("%1\r\n$1\r\na\r\n*1\r\n*1\r\n:1\r\n"),
     {T("1# \"a\" => 1) 1) (integer) 1\n"), T("a 1\n"), T("\"a\",1\n"), T("{\"a\":[[1]]}\n"),
      T("{\"a\":[[1]]}\n"), T("{\"a\":[[1]]}\n")}},
    {T("%2\r\n$1\r\na\r\n*1\r\n*1\r\n*2\r\n:1\r\n:2\r\n$1\r\nb\r\n%1\r\n$1\r\nc\r\n~0\r\n"),
     {T("1# \"a\" => \n   1) 1) 1) (integer) 1\n         2) (integer) 2\n2# \"b\" => 1# \"c\" => "
        "(empty set)\n"),
      T("a 1\n2\nb c \n"), T("\"a\",1,2,\"b\",\"c\",\n"), T("{\"a\":[[[1,2]]],\"b\":{\"c\":[]}}\n"),
      T("{\"a\":[[[1,2]]],\"b\":{\"c\":[]}}\n"), T("{\"a\":[[[1,2]]],\"b\":{\"c\":[]}}\n")}},
    {T("%1\r\n$1\r\na\r\n%1\r\n$1\r\nb\r\n%1\r\n$1\r\nc\r\n%2\r\n:1\r\n:2\r\n:3\r\n:4\r\n"),
     {T("1# \"a\" => \n   1# \"b\" => \n      1# \"c\" => \n         1# (integer) 1 => (integer) "
        "2\n         2# (integer) 3 => (integer) 4\n"),
      T("a b c 1 2\n3 4\n"), T("\"a\",\"b\",\"c\",1,2,3,4\n"),
      T("{\"a\":{\"b\":{\"c\":{\"1\":2,\"3\":4}}}}\n"),
      T("{\"a\":{\"b\":{\"c\":{\"1\":2,\"3\":4}}}}\n"),
      T("{\"a\":{\"b\":{\"c\":[[1,2],[3,4]]}}}\n")}},
    {T("%1\r\n$1\r\na\r\n%1\r\n*1\r\n%1\r\n:1\r\n*2\r\n:5\r\n:6\r\n*1\r\n*1\r\n:7\r\n"),
     {T("1# \"a\" => 1# 1) 1# (integer) 1 => \n            1) (integer) 5\n            2) "
        "(integer) 6 => 1) 1) (integer) 7\n"),
      T("a 1 5\n6 7\n"), T("\"a\",1,5,6,7\n"), T("{\"a\":{\"[{\"1\":[5,6]}]\":[[7]]}}\n"),
      T("{\"a\":{\"[{\"1\":[5,6]}]\":[[7]]}}\n"), T("{\"a\":[[[[[1,[5,6]]]],[[7]]]]}\n")}},
    {T("%1\r\n$1\r\na\r\n%1\r\n*1\r\n%1\r\n:1\r\n:2\r\n*3\r\n:7\r\n:8\r\n:9\r\n"),
     {T("1# \"a\" => \n   1# 1) 1# (integer) 1 => (integer) 2 => \n      1) (integer) 7\n      2) "
        "(integer) 8\n      3) (integer) 9\n"),
      T("a 1 2 7\n8\n9\n"), T("\"a\",1,2,7,8,9\n"), T("{\"a\":{\"[{\"1\":2}]\":[7,8,9]}}\n"),
      T("{\"a\":{\"[{\"1\":2}]\":[7,8,9]}}\n"), T("{\"a\":[[[[[1,2]]],[7,8,9]]]}\n")}},
    {T("*2\r\n%1\r\n$1\r\na\r\n%1\r\n$1\r\nb\r\n*2\r\n:1\r\n:2\r\n%2\r\n*2\r\n:1\r\n:2\r\n*1\r\n:"
       "1\r\n*1\r\n%0\r\n%1\r\n:3\r\n~0\r\n"),
     {T("1) 1# \"a\" => \n      1# \"b\" => \n         1) (integer) 1\n         2) (integer) 2\n2) "
        "1# 1) (integer) 1\n      2) (integer) 2 => 1) (integer) 1\n   2# 1) (empty hash) => 1# "
        "(integer) 3 => (empty set)\n"),
      T("a b 1\n2\n1\n2 1\n 3 \n"), T("\"a\",\"b\",1,2,1,2,1,,3,\n"),
      T("[{\"a\":{\"b\":[1,2]}},{\"[1,2]\":[1],\"[{}]\":{\"3\":[]}}]\n"),
      T("[{\"a\":{\"b\":[1,2]}},{\"[1,2]\":[1],\"[{}]\":{\"3\":[]}}]\n"),
      T("[{\"a\":{\"b\":[1,2]}},[[[1,2],[1]],[[{}],[[3,[]]]]]]\n")}},
    {T("%5\r\n*1\r\n$1\r\na\r\n:1\r\n-ERR "
       "x\r\n:2\r\n_\r\n:3\r\n#t\r\n%1\r\n$1\r\nk\r\n:4\r\n,1.5\r\n:5\r\n"),
     {T("1# 1) \"a\" => (integer) 1\n2# (error) ERR x => (integer) 2\n3# (nil) => (integer) 3\n4# "
        "(true) => 1# \"k\" => (integer) 4\n5# (double) 1.5 => (integer) 5\n"),
      T("a 1\nERR x\n 2\n 3\n(true) k 4\n1.5 5\n"),
      T("\"a\",1,ERROR,\"ERR x\",2,NULL,3,true,\"k\",4,1.5,5\n"),
      T("{\"[\"a\"]\":1,error:\"ERR x\":2,\"null\":3,\"true\":{\"k\":4},\"1.5\":5}\n"),
      T("{\"[\"a\"]\":1,error:\"ERR x\":2,\"null\":3,\"true\":{\"k\":4},\"1.5\":5}\n"),
      T("[[[\"a\"],1],[{\"error\":\"ERR x\"},2],[null,3],[true,{\"k\":4}],[1.5,5]]\n")}},
    {T("%3\r\n$1\r\na\r\n:1\r\n:7\r\n:2\r\n*2\r\n$1\r\n\"\r\n%1\r\n+x\r\n_\r\n:3\r\n"),
     {T("1# \"a\" => (integer) 1\n2# (integer) 7 => (integer) 2\n3# 1) \"\\\"\"\n   2) 1# x => "
        "(nil) => (integer) 3\n"),
      T("a 1\n7 2\n\"\nx  3\n"), T("\"a\",1,7,2,\"\\\"\",\"x\",NULL,3\n"),
      T("{\"a\":1,\"7\":2,\"[\"\\\"\",{\"x\":null}]\":3}\n"),
      T("{\"a\":1,\"7\":2,\"[\"\\\\\"\",{\"x\":null}]\":3}\n"),
      T("{\"a\":1,\"7\":2,\"[\\\"\\\\\\\"\\\",[[\\\"x\\\",null]]]\":3}\n")}},
    {T("%2\r\n+a\r\n:1\r\n$2\r\n\xff\x00\r\n:2\r\n"),
     {T("1# a => (integer) 1\n2# \"\\xff\\x00\" => (integer) 2\n"), T("a 1\n\xff\x00 2\n"),
      T("\"a\",1,\"\\xff\\x00\",2\n"), T("{\"a\":1,\"\xff\\u0000\":2}\n"),
      T("{\"a\":1,\"\\\\xff\\\\x00\":2}\n"), T("{\"a\":1,\"{\\\"base64\\\":\\\"/wA=\\\"}\":2}\n")}},
};

/* How a reply is shown. */
struct how {
    struct render_opts opts;
    bool plain;
    size_t window; /* bytes fed at a time, WHOLE = all */
    render_flush_fn *flush;
    void *flush_arg;
};

static int feed(struct render *r, struct resp_reader *in, const char *p, size_t n) {
    struct resp_event ev;
    int code, shown = 0;
    resp_read_feed(in, p, n);
    while ((code = resp_read_next(in, &ev)) == 1) {
        int stop = render_event(r, &ev);
        if (!shown) shown = stop;
    }
    CHECK_EQ(code, 0);
    return shown;
}

/* Append to out what resp looks like; what render_event returned. */
static int show(struct buf *out, struct text resp, struct how how) {
    struct resp_reader in;
    struct render r;
    int code = 0;
    size_t window = how.window ? how.window : resp.len;
    resp_read_init(&in, NULL);
    render_init(&r, &how.opts, out, how.flush, how.flush_arg);
    render_begin(&r, how.plain);
    for (size_t at = 0; at < resp.len && !code; at += window)
        code = feed(&r, &in, resp.p + at, resp.len - at < window ? resp.len - at : window);
    render_release(&r);
    resp_read_release(&in);
    return code;
}

static void check_windows(struct text resp, struct how how, struct text want) {
    struct buf out;
    buf_init(&out, OUT_MAX);
    for (how.window = WHOLE; how.window <= 7; how.window++) {
        buf_clear(&out);
        CHECK_EQ(show(&out, resp, how), 0);
        CHECK_MEM(out.p, out.len, want.p, want.len);
    }
    buf_release(&out);
}

#define CHECK_SHOWS(as, resp, want)                                                                \
    check_windows((struct text)T(resp), (struct how)as, (struct text)T(want))
#define AS(f)                                                                                      \
    {                                                                                              \
        .opts = {.format = RENDER_##f }                                                            \
    }
#define SAFE(f)                                                                                    \
    {                                                                                              \
        .opts = {.format = RENDER_##f, .safe = true }                                              \
    }
#define PLAIN(f)                                                                                   \
    { .opts = {.format = RENDER_##f}, .plain = true }

static void every_format_prints_what_the_table_says(void) {
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        for (int format = 0; format < N_FORMATS; format++)
            check_windows(table[i].resp,
                          (struct how){.opts = {.format = (enum render_format)format}},
                          table[i].want[format]);
}

static void safe_text_does_not_depend_on_windows(void) {
    struct buf out;
    buf_init(&out, OUT_MAX);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        for (int format = 0; format < N_FORMATS; format++) {
            struct how how = {.opts = {.format = (enum render_format)format, .safe = true}};
            buf_clear(&out);
            CHECK_EQ(show(&out, table[i].resp, how), 0);
            check_windows(table[i].resp, how, (struct text){out.p, out.len});
        }
    }
    buf_release(&out);
}

static void big_numbers_keep_their_digits(void) {
    CHECK_SHOWS(AS(STANDARD), "(12345678901234567890\r\n", "(big number) 12345678901234567890\n");
    CHECK_SHOWS(AS(RAW), "(12345678901234567890\r\n", "12345678901234567890\n");
    CHECK_SHOWS(AS(CSV), "*1\r\n(-12\r\n", "-12\n");
    CHECK_SHOWS(AS(JSON), "*1\r\n(-12\r\n", "[-12]\n");
    CHECK_SHOWS(AS(QUOTED_JSON), "%1\r\n(12\r\n(13\r\n", "{\"12\":13}\n");
    CHECK_SHOWS(AS(NDJSON), "(12345678901234567890\r\n", "\"12345678901234567890\"\n");
}

static void bulk_errors_are_errors(void) {
    CHECK_SHOWS(AS(STANDARD), "!7\r\nERR a\nb\r\n", "(error) ERR a\nb\n");
    CHECK_SHOWS(SAFE(STANDARD), "!7\r\nERR a\nb\r\n", "(error) ERR a\\x0ab\n");
    CHECK_SHOWS(AS(RAW), "*2\r\n!5\r\nERR a\r\n:1\r\n", "ERR a\n\n1\n");
    CHECK_SHOWS(AS(CSV), "!5\r\nERR a\r\n", "ERROR,\"ERR a\"\n");
    CHECK_SHOWS(AS(JSON), "!5\r\nERR a\r\n", "error:\"ERR a\"\n");
    CHECK_SHOWS(AS(NDJSON), "!5\r\nERR \xff\r\n", "{\"error\":{\"base64\":\"RVJSIP8=\"}}\n");
}

static void streamed_values_are_numbered_without_padding(void) {
    CHECK_SHOWS(AS(STANDARD), "*?\r\n:1\r\n*?\r\n:2\r\n:3\r\n.\r\n.\r\n",
                "1) (integer) 1\n2) 1) (integer) 2\n   2) (integer) 3\n");
    CHECK_SHOWS(AS(STANDARD), "%?\r\n+a\r\n*?\r\n:2\r\n.\r\n.\r\n",
                "1# a => \n   1) (integer) 2\n");
    CHECK_SHOWS(AS(STANDARD), "*?\r\n.\r\n", "(empty array)\n");
    CHECK_SHOWS(AS(STANDARD), "%?\r\n.\r\n", "(empty hash)\n");
    CHECK_SHOWS(AS(STANDARD), "$?\r\n;2\r\nab\r\n;1\r\n\"\r\n;0\r\n", "\"ab\\\"\"\n");
    CHECK_SHOWS(AS(NDJSON), "%?\r\n+a\r\n~?\r\n.\r\n.\r\n", "{\"a\":[]}\n");
    CHECK_SHOWS(AS(NDJSON), "%?\r\n.\r\n", "{}\n");
}

static void attributes_print_nothing(void) {
    const char *const want[N_FORMATS] = {
        "1) (integer) 1\n2) (integer) 2\n", "1\n2\n", "1,2\n", "[1,2]\n", "[1,2]\n", "[1,2]\n"};
    for (int format = 0; format < N_FORMATS; format++)
        check_windows((struct text)T("|1\r\n+a\r\n|1\r\n+b\r\n:8\r\n*1\r\n:9\r\n"
                                     "*2\r\n:1\r\n|1\r\n$1\r\nk\r\n%1\r\n_\r\n:5\r\n:2\r\n"),
                      (struct how){.opts = {.format = (enum render_format)format}},
                      (struct text){want[format], strlen(want[format])});
}

static void raw_uses_the_delimiters(void) {
    struct how how = {.opts = {.format = RENDER_RAW,
                               .delim = "::",
                               .delim_len = 2,
                               .cmd_delim = ";\0",
                               .cmd_delim_len = 2}};
    check_windows((struct text)T("*3\r\n-ERR x\r\n*2\r\n:1\r\n_\r\n%2\r\n:1\r\n:2\r\n:3\r\n*0\r\n"),
                  how, (struct text)T("ERR x\n::1::::1 2::3 ;\0"));
    how.opts.delim_len = how.opts.cmd_delim_len = 0;
    check_windows((struct text)T("*2\r\n:1\r\n:2\r\n"), how, (struct text)T("12"));
}

static void plain_replies_are_the_bytes_in_all_formats_but_ndjson(void) {
    CHECK_SHOWS(PLAIN(STANDARD), "$6\r\na\x1b\r\nb\n\r\n", "a\x1b\r\nb\n");
    CHECK_SHOWS(PLAIN(RAW), "$1\r\na\r\n", "a");
    CHECK_SHOWS(PLAIN(CSV), "=7\r\ntxt:a\"b\r\n", "a\"b");
    CHECK_SHOWS(PLAIN(JSON), "*2\r\n+a\r\n:3\r\n", "a\n3");
    CHECK_SHOWS(PLAIN(QUOTED_JSON), "_\r\n", "");
    CHECK_SHOWS(PLAIN(STANDARD), "-ERR a\r\n", "ERR a\n");
    CHECK_SHOWS(PLAIN(NDJSON), "$3\r\na\r\n\r\n", "\"a\\r\\n\"\n");
}

static void nothing_of_the_servers_drives_a_terminal(void) {
    struct how plain = {.opts = {.safe = true}, .plain = true};
    CHECK_SHOWS(SAFE(STANDARD), "+\x1b[2J\tx\r\n", "\\x1b[2J\\x09x\n");
    CHECK_SHOWS(SAFE(STANDARD), "-ERR \xc2\x9b \xe2\x80\xae\r\n",
                "(error) ERR \\xc2\\x9b \\xe2\\x80\\xae\n");
    CHECK_SHOWS(SAFE(STANDARD), "=11\r\ntxt:a\n\x1b\xc3\xa9\xff\r\r\n",
                "a\n\\x1b\xc3\xa9\\xff\\x0d\n");
    CHECK_SHOWS(SAFE(STANDARD), "$3\r\n\x1b\xc3\xa9\r\n", "\"\\x1b\\xc3\\xa9\"\n");
    check_windows((struct text)T("$12\r\na\r\n\x1b\t\rb\xe2\x80\r\n\xf0\r\n"), plain,
                  (struct text)T("a\r\n\\x1b\t\\x0db\\xe2\\x80\r\n\\xf0"));
    CHECK_SHOWS(SAFE(RAW), "$9\r\n\xf0\x9f\x98\x80\xf0\x9f\x98\x1b\n\r\n",
                "\xf0\x9f\x98\x80\\xf0\\x9f\\x98\\x1b\n\n");
    CHECK_SHOWS(SAFE(CSV), "+\x1b\xc2\x9b\r\n", "\"\\x1b\\xc2\\x9b\"\n");
    CHECK_SHOWS(SAFE(JSON), "+\x1b\xc2\x9b\xe2\x80\xae\xf3\xa0\x81\x81\xff\x7f\xc3\xa9\r\n",
                "\"\\u001b\\u009b\\u202e\\udb40\\udc41\\\\xff\\u007f\xc3\xa9\"\n");
    CHECK_SHOWS(SAFE(NDJSON), "+\xc2\x9b\xe2\x80\xae\xc3\xa9\r\n", "\"\\u009b\\u202e\xc3\xa9\"\n");
}

static void ndjson_numbers_are_json_numbers_or_strings(void) {
    CHECK_SHOWS(AS(NDJSON), ",-0.5e+10\r\n", "-0.5e+10\n");
    CHECK_SHOWS(AS(NDJSON), ",10\r\n", "10\n");
    CHECK_SHOWS(AS(NDJSON), ",-inf\r\n", "\"-inf\"\n");
    CHECK_SHOWS(AS(NDJSON), ",nan\r\n", "\"nan\"\n");
    CHECK_SHOWS(AS(NDJSON), ":9223372036854775807\r\n", "9223372036854775807\n");
    CHECK_SHOWS(AS(NDJSON), "%2\r\n+a\r\n:1\r\n,inf\r\n:2\r\n", "{\"a\":1,\"\\\"inf\\\"\":2}\n");
}

static void base64_pads_what_is_left_over(void) {
    CHECK_SHOWS(AS(NDJSON), "$1\r\n\xff\r\n", "{\"base64\":\"/w==\"}\n");
    CHECK_SHOWS(AS(NDJSON), "$2\r\n\xff\xfe\r\n", "{\"base64\":\"//4=\"}\n");
    CHECK_SHOWS(AS(NDJSON), "$4\r\n\xff\xfe\xfd\xfc\r\n", "{\"base64\":\"//79/A==\"}\n");
    CHECK_SHOWS(AS(NDJSON), "$6\r\n\xff\xfe\xfd\xfc\xfb\xfa\r\n", "{\"base64\":\"//79/Pv6\"}\n");
}

/* head, then n bytes 'a', then tail; the caller frees p. */
static struct text long_reply(const char *head, size_t n, const char *tail) {
    size_t head_len = strlen(head), tail_len = strlen(tail);
    char *p = mem_alloc(head_len + n + tail_len);
    memcpy(p, head, head_len);
    memset(p + head_len, 'a', n);
    memcpy(p + head_len + n, tail, tail_len);
    return (struct text){p, head_len + n + tail_len};
}

static void ndjson_writes_a_longer_string_as_base64(void) {
    struct how how = {.opts = {.format = RENDER_NDJSON}};
    struct text is_text = long_reply("$16777216\r\n", 16777216, "\r\n");
    struct text is_not = long_reply("$16777217\r\n", 16777217, "\r\n");
    struct buf out;
    buf_init(&out, OUT_MAX);
    for (size_t window = WHOLE; window <= 100001; window += 100001) {
        how.window = window;
        buf_clear(&out);
        CHECK_EQ(show(&out, is_text, how), 0);
        CHECK_EQ(out.len, 16777216 + 3);
        buf_clear(&out);
        CHECK_EQ(show(&out, is_not, how), 0);
        CHECK_EQ(out.len, 11 + 22369624 + 3);
        CHECK_MEM(out.p, 19, "{\"base64\":\"YWFhYWFh", 19);
    }
    buf_release(&out);
    free((char *)is_text.p);
    free((char *)is_not.p);
}

static void a_key_too_long_to_wait_for_keeps_its_value_on_its_line(void) {
    struct how how = {.opts = {.format = RENDER_STANDARD}};
    struct text resp =
        long_reply("%1\r\n+k\r\n%1\r\n$2000000\r\n", 2000000, "\r\n*2\r\n:1\r\n:2\r\n");
    struct buf out;
    buf_init(&out, OUT_MAX);
    for (how.window = WHOLE; how.window <= 10000; how.window += 5000) {
        buf_clear(&out);
        CHECK_EQ(show(&out, resp, how), 0);
        CHECK_MEM(out.p, 14, "1# k => 1# \"aa", 14);
        CHECK(out.len > 49 && !memcmp(out.p + out.len - 49, "a\" => \n", 7));
    }
    buf_release(&out);
    free((char *)resp.p);
}

struct drain {
    struct buf *out;
    uint64_t bytes, calls, fail_at;
    size_t most;
};

static int on_full(void *arg) {
    struct drain *d = arg;
    d->bytes += d->out->len;
    if (d->out->len > d->most) d->most = d->out->len;
    buf_clear(d->out);
    return ++d->calls == d->fail_at ? VK_EFILE : 0;
}

static struct text many_values(size_t n, char *p) {
    size_t at = 9;
    memcpy(p, "*100000\r\n", 9);
    for (size_t i = 0; i < n; i++, at += 8)
        memcpy(p + at, "$2\r\nab\r\n", 8);
    return (struct text){p, at};
}

static void a_long_reply_is_flushed_on_its_way(void) {
    char *p = mem_alloc(1 << 20);
    struct text resp = many_values(100000, p);
    struct buf out;
    struct drain d = {.out = &out};
    struct how how = {.opts = {.format = RENDER_STANDARD}, .flush = on_full, .flush_arg = &d};
    buf_init(&out, OUT_MAX);
    CHECK_EQ(show(&out, resp, how), 0);
    CHECK_EQ(d.bytes + out.len, 100000 * (6 + 2 + 4 + 1));
    CHECK(d.calls > 10);
    CHECK(d.most < RENDER_FLUSH_BYTES + 64);
    buf_release(&out);
    free(p);
}

static void a_long_string_is_flushed_on_its_way(void) {
    struct text resp = long_reply("$5000000\r\n", 5000000, "\r\n");
    struct buf out;
    buf_init(&out, OUT_MAX);
    for (int format = 0; format < RENDER_NDJSON; format++) {
        struct drain d = {.out = &out};
        struct how how = {
            .opts = {.format = (enum render_format)format}, .flush = on_full, .flush_arg = &d};
        CHECK_EQ(show(&out, resp, how), 0);
        CHECK_EQ(d.bytes + out.len, 5000000 + (format == RENDER_RAW ? 1 : 3));
        CHECK(d.most < RENDER_FLUSH_BYTES + 65536 + 64);
        buf_clear(&out);
    }
    buf_release(&out);
    free((char *)resp.p);
}

static void a_failed_flush_stops_the_reply(void) {
    char *p = mem_alloc(1 << 20);
    struct text resp = many_values(100000, p);
    struct buf out;
    struct drain d = {.out = &out, .fail_at = 2};
    struct how how = {.opts = {.format = RENDER_RAW}, .flush = on_full, .flush_arg = &d};
    buf_init(&out, OUT_MAX);
    CHECK_EQ(show(&out, resp, how), VK_EFILE);
    CHECK_EQ(d.calls, 2);
    buf_release(&out);
    free(p);
}

static void a_full_buffer_is_an_error(void) {
    struct buf out;
    buf_init(&out, 8);
    struct how how = {.opts = {.format = RENDER_STANDARD}};
    CHECK_EQ(show(&out, (struct text)T("+12345678\r\n"), how), VK_ELIMIT);
    buf_release(&out);
}

static void a_new_reply_forgets_an_unfinished_one(void) {
    struct resp_event open = {.kind = RESP_OPEN, .type = RESP_MAP, .n = 2};
    struct resp_event text = {.kind = RESP_TEXT_OPEN, .type = RESP_BULK, .n = 5, .depth = 1};
    struct resp_event ok = {
        .kind = RESP_VALUE, .type = RESP_SIMPLE, .p = "OK", .len = 2, .done = true};
    for (int format = 0; format < N_FORMATS; format++) {
        struct render r;
        struct buf out;
        buf_init(&out, OUT_MAX);
        render_init(&r, &(struct render_opts){.format = (enum render_format)format}, &out, NULL,
                    NULL);
        CHECK_EQ(render_event(&r, &open), 0);
        CHECK_EQ(render_event(&r, &text), 0);
        render_begin(&r, false);
        buf_clear(&out);
        CHECK_EQ(render_event(&r, &ok), 0);
        CHECK(out.len == 3 || out.len == 5);
        render_release(&r);
        buf_release(&out);
    }
}

/* Through a tree, as pushes go. */
static void check_tree(enum render_format format, struct text resp, const char *want) {
    struct reply_builder tree;
    struct resp_reader in;
    struct resp_event ev;
    struct render r;
    struct buf out;
    buf_init(&out, OUT_MAX);
    resp_read_init(&in, NULL);
    reply_builder_init(&tree, OUT_MAX);
    resp_read_feed(&in, resp.p, resp.len);
    while (resp_read_next(&in, &ev) == 1)
        if (reply_build(&tree, &ev) == 0) break;
    render_init(&r, &(struct render_opts){.format = format}, &out, NULL, NULL);
    render_begin(&r, false);
    CHECK_EQ(render_reply(&r, tree.root), 0);
    CHECK_MEM(out.p, out.len, want, strlen(want));
    render_release(&r);
    reply_builder_release(&tree);
    resp_read_release(&in);
    buf_release(&out);
}

static void pushes_are_printed_from_trees(void) {
    struct text push = T(">3\r\n+message\r\n|1\r\n+a\r\n:1\r\n$1\r\nc\r\n*0\r\n");
    check_tree(RENDER_STANDARD, push, "1) message\n2) \"c\"\n3) (empty array)\n");
    check_tree(RENDER_RAW, push, "message\nc\n\n");
    check_tree(RENDER_CSV, push, "\"message\",\"c\",\n");
    check_tree(RENDER_NDJSON, push, "[\"message\",\"c\",[]]\n");
    check_tree(RENDER_STANDARD, (struct text)T(">0\r\n"), "(empty push)\n");
}

static bool is_plain(int argc, const char *a, const char *b, const char *c) {
    return render_command_is_plain(argc, (const char *const[]){a, b, c}, NULL);
}

static void plain_commands_are_those_of_redis_cli(void) {
    CHECK(is_plain(1, "INFO", "", ""));
    CHECK(is_plain(3, "info", "a", "b"));
    CHECK(is_plain(1, "LolWut", "", ""));
    CHECK(is_plain(2, "cluster", "NODES", ""));
    CHECK(!is_plain(3, "cluster", "nodes", "x"));
    CHECK(!is_plain(2, "cluster", "slots", ""));
    CHECK(is_plain(3, "client", "list", "x"));
    CHECK(!is_plain(2, "latency", "graph", ""));
    CHECK(is_plain(3, "latency", "graph", "x"));
    CHECK(is_plain(2, "latency", "doctor", ""));
    CHECK(is_plain(2, "memory", "doctor", ""));
    CHECK(is_plain(2, "debug", "htstats", ""));
    CHECK(!is_plain(1, "client", "list", ""));
    CHECK(!is_plain(2, "get", "info", ""));
    CHECK(!is_plain(0, "info", "", ""));
    CHECK(!render_command_is_plain(1, (const char *const[]){"info"}, (const size_t[]){3}));
}

int main(void) {
    RUN(every_format_prints_what_the_table_says);
    RUN(safe_text_does_not_depend_on_windows);
    RUN(big_numbers_keep_their_digits);
    RUN(bulk_errors_are_errors);
    RUN(streamed_values_are_numbered_without_padding);
    RUN(attributes_print_nothing);
    RUN(raw_uses_the_delimiters);
    RUN(plain_replies_are_the_bytes_in_all_formats_but_ndjson);
    RUN(nothing_of_the_servers_drives_a_terminal);
    RUN(ndjson_numbers_are_json_numbers_or_strings);
    RUN(base64_pads_what_is_left_over);
    RUN(ndjson_writes_a_longer_string_as_base64);
    RUN(a_key_too_long_to_wait_for_keeps_its_value_on_its_line);
    RUN(a_long_reply_is_flushed_on_its_way);
    RUN(a_long_string_is_flushed_on_its_way);
    RUN(a_failed_flush_stops_the_reply);
    RUN(a_full_buffer_is_an_error);
    RUN(a_new_reply_forgets_an_unfinished_one);
    RUN(pushes_are_printed_from_trees);
    RUN(plain_commands_are_those_of_redis_cli);
    return t_end();
}
