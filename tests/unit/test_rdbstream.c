/* SPDX-License-Identifier: BSD-3-Clause */
#include "core/rdbstream.h"
#include "t.h"

#define MARK "0123456789abcdef0123456789abcdef01234567"
#define REPLID "8371b4fb1155b71f4a04d3e1bc3e18c4a990aeeb"

struct seen {
    int code; /* of the last rdbstream_next */
    int begins, ends;
    char dump[4096], rest[64];
    size_t len, rest_len;
    struct rdbstream s;
    struct err e;
};

static void feed(struct seen *t, const char *p, size_t n) {
    struct rdbstream_event ev;
    const char *rest;
    rdbstream_feed(&t->s, p, n);
    while ((t->code = rdbstream_next(&t->s, &ev, &t->e)) > 0) {
        if (ev.kind == RDBSTREAM_DATA) {
            CHECK(ev.n > 0 && t->begins == 1 && !t->ends);
            memcpy(t->dump + t->len, ev.p, ev.n);
            t->len += ev.n;
        }
        t->begins += ev.kind == RDBSTREAM_BEGIN;
        t->ends += ev.kind == RDBSTREAM_END;
    }
    CHECK_EQ(t->s.n, t->len);
    if (t->code < 0 || !t->ends) return;
    n = rdbstream_rest(&t->s, &rest);
    memcpy(t->rest + t->rest_len, rest, n);
    t->rest_len += n;
}

/* Everything in pieces of `step` bytes, each in memory of its own. */
static void see(struct seen *t, const char *p, size_t n, size_t step) {
    memset(t, 0, sizeof *t);
    rdbstream_init(&t->s);
    for (size_t at = 0; at < n && t->code >= 0; at += step) {
        char piece[4096];
        size_t len = n - at < step ? n - at : step;
        memcpy(piece, p + at, len);
        feed(t, piece, len);
        memset(piece, '#', sizeof piece);
    }
}

static void expect(const char *text, const char *dump, const char *rest) {
    struct seen t;
    for (size_t step = 1; step <= strlen(text); step++) {
        see(&t, text, strlen(text), step);
        CHECK_EQ(t.code, 0);
        CHECK_EQ(t.begins, 1);
        CHECK_EQ(t.ends, 1);
        CHECK_MEM(t.dump, t.len, dump, strlen(dump));
        CHECK_MEM(t.rest, t.rest_len, rest, strlen(rest));
    }
}

static void by_size(void) {
    expect("$5\r\nhello", "hello", "");
    expect("$5\r\nhello*1\r\n$4\r\nPING\r\n", "hello", "*1\r\n$4\r\nPING\r\n");
    expect("\n\n\n$0\r\n\n", "", "\n");
}

static void by_mark(void) {
    expect("$EOF:" MARK "\r\nhello" MARK, "hello", "");
    expect("\n$EOF:" MARK "\r\n" MARK "behind", "", "behind");
    expect("$EOF:" MARK "\r\nhello0123" MARK "0", "hello0123", "0");
    /* its first 39 bytes, and then something else */
    expect("$EOF:" MARK "\r\n0123456789abcdef0123456789abcdef0123456" MARK,
           "0123456789abcdef0123456789abcdef0123456", "");
    expect("$EOF:" MARK "\r\n0123456789abcdefx" MARK, "0123456789abcdefx", "");
}

static void a_mark_that_repeats_itself(void) {
#define SAME "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    expect("$EOF:" SAME "\r\nhello" SAME, "hello", "");
    expect("$EOF:" SAME "\r\nhbaaaab" SAME "a", "hbaaaab", "a");
}

static void history(void) {
    struct seen t;
    static const char text[] = "+FULLRESYNC " REPLID " 1234567890123\r\n\n$3\r\nabc";
    see(&t, text, sizeof text - 1, 1);
    CHECK(t.s.resumable && !t.s.marked);
    CHECK_STR(t.s.replid, REPLID);
    CHECK_EQ(t.s.offset, 1234567890123);
    CHECK_EQ(t.s.size, 3);
    CHECK_MEM(t.dump, t.len, "abc", 3);
    see(&t, "$EOF:" MARK "\r\n", 47, 47);
    CHECK(t.s.marked && !t.s.resumable && !t.s.size);
}

static void cut_off(void) {
    struct seen t;
    static const char text[] = "\n$EOF:" MARK "\r\nhello" MARK;
    for (size_t n = 0; n < sizeof text - 1; n++) {
        see(&t, text, n, 3);
        CHECK_EQ(t.code, 0);
        CHECK_EQ(t.ends, 0);
    }
}

static void refusals(void) {
    static const struct {
        const char *text;
        int code;
        const char *words;
    } cases[] = {
        {"-NOMASTERLINK Can't SYNC\r\n", VK_ESERVER, "NOMASTERLINK Can't SYNC"},
        {"\n\n-NOPERM no\r\n", VK_EAUTH, "NOPERM no"},
        {"-NOAUTH Authentication required.\r\n", VK_EAUTH, "NOAUTH Authentication required."},
        {"+OK\r\n", VK_EPROTO, "no answer to SYNC: '+OK'"},
        {"+CONTINUE\r\n", VK_EPROTO, "no answer to SYNC: '+CONTINUE'"},
        {"+FULLRESYNC x 1\r\n", VK_EPROTO, "no answer to SYNC: '+FULLRESYNC x 1'"},
        {"+FULLRESYNC " REPLID " \r\n", VK_EPROTO, NULL},
        {"$\r\n", VK_EPROTO, "no answer to SYNC: '$'"},
        {"$-1\r\n", VK_EPROTO, "no answer to SYNC: '$-1'"},
        {"$12x\r\n", VK_EPROTO, NULL},
        {"$99999999999999999999\r\n", VK_EPROTO, NULL},
        {"$EOF:tooshort\r\n", VK_EPROTO, NULL},
        {"*1\r\n", VK_EPROTO, NULL},
        {"HTTP/1.1 400 Bad Request\r\n", VK_EPROTO,
         "no answer to SYNC: 'HTTP/1.1 400 Bad Request'"},
    };
    struct seen t;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        see(&t, cases[i].text, strlen(cases[i].text), 1 + i % 4);
        CHECK_EQ(t.code, cases[i].code);
        CHECK_EQ(t.begins, 0);
        if (cases[i].words) CHECK_STR(t.e.text, cases[i].words);
    }
}

static void a_line_without_end(void) {
    struct seen t;
    char text[2 * RDBSTREAM_LINE_MAX];
    memset(text, 'x', sizeof text);
    see(&t, text, sizeof text, 100);
    CHECK_EQ(t.code, VK_EPROTO);
}

int main(void) {
    RUN(by_size);
    RUN(by_mark);
    RUN(a_mark_that_repeats_itself);
    RUN(history);
    RUN(cut_off);
    RUN(refusals);
    RUN(a_line_without_end);
    return t_end();
}
