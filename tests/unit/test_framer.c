/* SPDX-License-Identifier: BSD-3-Clause */
/* Tests of resp/framer: every input whole, byte by byte, and cut at every byte. */
#include "resp/framer.h"

#include <stdlib.h>

#include "tests/unit/t.h"

enum { MAX = 1000 };

struct frame_case {
    const char *in;
    const char *out; /* a letter a command (a array, l line, n nothing), then the error's text */
    size_t bad;      /* offset of the byte at fault */
};

static const struct frame_case cases[] = {
    {"*1\r\n$4\r\nPING\r\n", "a", 0},
    {"*2\r\n$3\r\nGET\r\n$0\r\n\r\nPING\r\n", "al", 0},
    {"*3\r\n$3\r\nSET\r\n$1\r\na\r\n$4\r\n\r\n*1\r\nset a b\r\n", "al", 0},
    {"\r\n\n  \t\r\nPING\n", "nnnl", 0},
    {"*0\r\n*-1\r\n*1\r\n$1\r\nx\r\n", "nna", 0},
    {"ab$c *x\n", "l", 0},
    {"*2\r\n$3\r\nGET\r\nx", "expected '$' of an argument, got 'x'", 13},
    {"*1\r\n$1\r\na\r\n*x\r\n", "aexpected a digit, got 'x'", 12},
    {"*1x\r\n", "expected a digit or CRLF, got 'x'", 2},
    {"*1\rx", "expected LF, got 'x'", 3},
    {"*1\n$1\r\na\r\n", "expected a digit or CRLF, got byte 0x0a", 2},
    {"*01\r\n$1\r\na\r\n", "expected a number that does not begin with 0, got '0'", 1},
    {"*1\r\n$-1\r\n", "expected the length of an argument, got '-'", 5},
    {"*1\r\n$2\r\nabc\r\n", "expected CRLF behind an argument, got 'c'", 10},
    {"*1\r\n$2\r\nab\rc", "expected CRLF behind an argument, got 'c'", 11},
    {"*1\r\n$2000\r\n", "a command of more than 1000 bytes", 5},
    {"*99999999999\r\n", "an array of 99999999999 arguments", 1},
    {"*1\r\n$999999999999999999999\r\n", "expected a digit or CRLF, got '9'", 23},
};

/* In memory of its own, so that a byte too far is seen. */
static int step(struct resp_framer *f, const char *p, size_t n, size_t *len, char *kind,
                struct err *e) {
    enum resp_framer_kind k = RESP_FRAMER_NOTHING;
    char *copy = malloc(n + !n);
    memcpy(copy, p, n);
    int code = resp_framer_next(f, copy, n, len, &k, e);
    free(copy);
    *kind = k == RESP_FRAMER_ARRAY ? 'a' : k == RESP_FRAMER_LINE ? 'l' : 'n';
    return code;
}

/* With `first` bytes to begin with, and `more` more each time. */
static void run_case(const struct frame_case *c, size_t first, size_t more) {
    struct resp_framer f;
    struct err e;
    char out[700] = "", kind;
    size_t at = 0, all = strlen(c->in), n = first, len = 0, used = 0;
    int code = 0;
    resp_framer_init(&f, MAX);
    while (code >= 0 && (at < n || n < all)) {
        code = step(&f, c->in + at, n - at, &len, &kind, &e);
        if (code > 0) {
            out[used++] = kind;
            at += len;
        } else if (code == 0 && n < all) {
            n = n + more < all ? n + more : all;
        } else {
            break;
        }
    }
    if (code < 0) snprintf(out + used, sizeof out - used, "%s", e.text);
    CHECK_STR(out, c->out);
    if (code < 0) CHECK_EQ(at + len, c->bad);
}

static void test_cases(void) {
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t all = strlen(cases[i].in);
        run_case(&cases[i], all, 1);
        for (size_t cut = 1; cut < all; cut++)
            run_case(&cases[i], cut, all);
        run_case(&cases[i], 1, 1);
    }
}

static void test_what_is_cut_is_not_whole(void) {
    static const char in[] = "*2\r\n$3\r\nGET\r\n$2\r\nab\r\n";
    for (size_t n = 0; n < sizeof in - 1; n++) {
        struct resp_framer f;
        struct err e;
        size_t len;
        char kind;
        resp_framer_init(&f, MAX);
        CHECK_EQ(step(&f, in, n, &len, &kind, &e), 0);
    }
}

static void test_a_long_line_is_refused(void) {
    static char in[MAX + 10];
    struct resp_framer f;
    struct err e;
    size_t len;
    char kind;
    memset(in, 'x', sizeof in);
    resp_framer_init(&f, MAX);
    CHECK_EQ(step(&f, in, sizeof in, &len, &kind, &e), VK_ELIMIT);
}

static void test_arguments(void) {
    static const char in[] = "*3\r\n$3\r\nSET\r\n$0\r\n\r\n$2\r\n\r\n\r\n";
    const char *arg;
    size_t n, at = 0;
    CHECK(resp_framer_arg(in, sizeof in - 1, &at, &arg, &n));
    CHECK_MEM(arg, n, "SET", 3);
    CHECK(resp_framer_arg(in, sizeof in - 1, &at, &arg, &n));
    CHECK_EQ(n, 0);
    CHECK(resp_framer_arg(in, sizeof in - 1, &at, &arg, &n));
    CHECK_MEM(arg, n, "\r\n", 2);
    CHECK(!resp_framer_arg(in, sizeof in - 1, &at, &arg, &n));
}

int main(void) {
    RUN(test_cases);
    RUN(test_what_is_cut_is_not_whole);
    RUN(test_a_long_line_is_refused);
    RUN(test_arguments);
    return t_end();
}
