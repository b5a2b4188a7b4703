/* SPDX-License-Identifier: BSD-3-Clause */
/* Tests of resp/read: every case whole, one byte at a time, and cut in two at every byte. */
#include "resp/read.h"

#include "tests/unit/resp_cases.h"
#include "tests/unit/resp_trace.h"
#include "tests/unit/t.h"

/* The case in two windows, cut at byte `cut`; with `drip`, the second one byte at a time. */
static int read_cut(struct trace *t, struct resp_reader *r, const struct resp_case *c, size_t cut,
                    bool drip) {
    int got = trace_window(t, r, c->in, cut);
    size_t step = drip ? 1 : c->len - cut;
    for (size_t at = cut; at < c->len && !got; at += step)
        got = trace_window(t, r, c->in + at, step);
    return got;
}

static void check_case(const struct resp_case *c, size_t cut, bool drip) {
    struct trace t;
    struct resp_reader r;
    trace_init(&t);
    resp_read_init(&r, NULL);
    int before = t_failures, got = read_cut(&t, &r, c, cut, drip);
    CHECK_EQ(t.n_wrong, 0);
    CHECK_STR(buf_cstr(&t.text), c->want);
    CHECK_STR(r.err.text, c->err ? c->err : "");
    CHECK_EQ(got < 0, c->err != NULL);
    CHECK_EQ(resp_read_at_start(&r), c->err == NULL);
    if (!c->err) CHECK_EQ(resp_read_offset(&r), c->len);
    if (t_failures > before) printf("  in \"%s\" cut at %zu%s\n", c->in, cut, drip ? ", drip" : "");
    resp_read_release(&r);
    buf_release(&t.text);
}

static void every_case_reads_as_it_should_whole(void) {
    for (int i = 0; i < N_RESP_CASES; i++)
        check_case(&resp_cases[i], resp_cases[i].len, false);
}

static void every_case_reads_the_same_byte_by_byte(void) {
    for (int i = 0; i < N_RESP_CASES; i++)
        check_case(&resp_cases[i], 0, true);
}

static void every_case_reads_the_same_cut_anywhere(void) {
    for (int i = 0; i < N_RESP_CASES; i++)
        for (size_t cut = 0; cut <= resp_cases[i].len; cut++) {
            check_case(&resp_cases[i], cut, false);
            check_case(&resp_cases[i], cut, true);
        }
}

static void a_reader_is_not_at_start_inside_a_value(void) {
    for (int i = 0; i < N_RESP_CASES; i++) {
        const struct resp_case *c = &resp_cases[i];
        if (c->err || strchr(c->want, ';') != strrchr(c->want, ';')) continue;
        for (size_t cut = 1; cut < c->len; cut++) {
            struct trace t;
            struct resp_reader r;
            trace_init(&t);
            resp_read_init(&r, NULL);
            CHECK_EQ(trace_window(&t, &r, c->in, cut), 0);
            CHECK(!resp_read_at_start(&r));
            resp_read_release(&r);
            buf_release(&t.text);
        }
    }
}

/* The trace of a whole input under limits, then "!" and the error. */
static void check_limited(struct resp_limits limits, const char *in, const char *want) {
    for (size_t step = 1; step <= strlen(in); step += strlen(in) - 1) {
        struct trace t;
        struct resp_reader r;
        int got = 0;
        trace_init(&t);
        resp_read_init(&r, &limits);
        for (size_t at = 0; at < strlen(in) && !got; at += step)
            got = trace_window(&t, &r, in + at, step);
        if (got) buf_addf(&t.text, "!%s", r.err.text);
        CHECK_EQ(got, strchr(want, '!') ? VK_ELIMIT : 0);
        CHECK_STR(buf_cstr(&t.text), want);
        resp_read_release(&r);
        buf_release(&t.text);
    }
}

static struct resp_limits limits_of(uint32_t depth, int64_t elements, int64_t bulk, size_t line) {
    return (struct resp_limits){depth, elements, bulk, line};
}

static void depth_is_limited(void) {
    check_limited(limits_of(2, 9, 9, 9), "*1\r\n*1\r\n:1\r\n", "*1( *1( :1 ) );");
    check_limited(limits_of(2, 9, 9, 9), "*1\r\n*1\r\n*0\r\n",
                  "*1( *1(!offset 8: expected at most 2 nested aggregates, got more");
    check_limited(limits_of(1, 9, 9, 9), "*1\r\n|0\r\n:1\r\n",
                  "*1(!offset 4: expected at most 1 nested aggregates, got more");
}

static void elements_are_limited(void) {
    check_limited(limits_of(9, 2, 9, 9), "%1\r\n:1\r\n:2\r\n", "%2( :1 :2 );");
    check_limited(limits_of(9, 2, 9, 9), "*3\r\n",
                  "!offset 0: expected at most 2 values in an aggregate, got more");
    check_limited(limits_of(9, 3, 9, 9), "%2\r\n",
                  "!offset 0: expected at most 3 values in an aggregate, got more");
    check_limited(limits_of(9, 1, 9, 9), "*?\r\n:1\r\n:2\r\n",
                  "*?( :1!offset 8: expected at most 1 values in a streamed aggregate, got more");
}

static void strings_are_limited(void) {
    check_limited(limits_of(9, 9, 3, 9), "$3\r\nabc\r\n", "$abc;");
    check_limited(limits_of(9, 9, 3, 9), "$4\r\n",
                  "!offset 0: expected at most 3 bytes in a string, got more");
    check_limited(limits_of(9, 9, 3, 9), "$?\r\n;2\r\nab\r\n;2\r\n",
                  "$?ab!offset 12: expected at most 3 bytes in a string, got more");
}

static void lines_are_limited(void) {
    check_limited(limits_of(9, 9, 9, 3), "+abc\r\n", "+abc;");
    check_limited(limits_of(9, 9, 9, 3), "+abcd\r\n",
                  "!offset 4: expected at most 3 bytes in a line, got more");
    check_limited(limits_of(9, 9, 9, 3), ":1\r\n-\n\n\n\n\n\n\n",
                  ":1;!offset 8: expected at most 3 bytes in a line, got more");
    check_limited(limits_of(9, 9, 9, 3), ":12345\r\n", ":12345;");
}

static void deep_nesting_grows_the_stack(void) {
    struct buf in;
    struct trace t;
    struct resp_reader r;
    buf_init(&in, 1 << 16);
    trace_init(&t);
    resp_read_init(&r, &(struct resp_limits){UINT32_MAX, INT64_MAX, INT64_MAX, SIZE_MAX});
    for (int i = 0; i < RESP_READ_DEPTH_MAX; i++)
        buf_adds(&in, "*1\r\n");
    buf_adds(&in, ":1\r\n");
    CHECK_EQ(trace_window(&t, &r, in.p, in.len), 0);
    CHECK_EQ(t.n_done, 1);
    CHECK_EQ(t.n_wrong, 0);
    buf_drop(&in, 4);
    CHECK_EQ(trace_window(&t, &r, "*1\r\n", 4), 0);
    CHECK_EQ(trace_window(&t, &r, "*1\r\n", 4), 0);
    CHECK_EQ(trace_window(&t, &r, in.p, in.len), VK_ELIMIT);
    resp_read_release(&r);
    buf_release(&in);
    buf_release(&t.text);
}

static void an_error_sticks_until_reset(void) {
    struct trace t;
    struct resp_reader r;
    trace_init(&t);
    resp_read_init(&r, NULL);
    CHECK_EQ(trace_window(&t, &r, "*2\r\n?", 5), VK_EPROTO);
    CHECK_EQ(trace_window(&t, &r, "+OK\r\n", 5), VK_EPROTO);
    CHECK_STR(r.err.text, "offset 4: expected a type byte, got '?'");
    resp_read_reset(&r);
    buf_clear(&t.text);
    t.depth = 0;
    CHECK_EQ(trace_window(&t, &r, "+OK\r\n", 5), 0);
    CHECK_STR(buf_cstr(&t.text), "+OK;");
    CHECK_EQ(resp_read_offset(&r), 5);
    resp_read_release(&r);
    buf_release(&t.text);
}

static void a_string_whole_in_the_window_is_one_event(void) {
    struct resp_reader r;
    struct resp_event ev;
    const char *in = "$5\r\nhello\r\n";
    resp_read_init(&r, NULL);
    resp_read_feed(&r, in, 11);
    CHECK_EQ(resp_read_next(&r, &ev), 1);
    CHECK_EQ(ev.kind, RESP_VALUE);
    CHECK(ev.p == in + 4);
    CHECK(ev.done);
    CHECK_EQ(resp_read_next(&r, &ev), 0);
    resp_read_feed(&r, in, 10);
    CHECK_EQ(resp_read_next(&r, &ev), 1);
    CHECK_EQ(ev.kind, RESP_TEXT_OPEN);
    CHECK_EQ(ev.n, 5);
    resp_read_release(&r);
}

static void unread_bytes_can_be_taken_back(void) {
    struct resp_reader r;
    struct resp_event ev;
    const char *in = "+a\r\n+b\r\n";
    resp_read_init(&r, NULL);
    resp_read_feed(&r, in, 8);
    CHECK_EQ(resp_read_next(&r, &ev), 1);
    CHECK_EQ(resp_read_unfeed(&r), 4);
    CHECK_EQ(resp_read_next(&r, &ev), 0);
    CHECK_EQ(resp_read_offset(&r), 4);
    resp_read_feed(&r, in + 4, 4);
    CHECK_EQ(resp_read_next(&r, &ev), 1);
    CHECK_MEM(ev.p, ev.len, "b", 1);
    CHECK_EQ(resp_read_offset(&r), 8);
    resp_read_release(&r);
}

static void a_long_line_in_small_parts_is_one_value(void) {
    struct trace t;
    struct resp_reader r;
    trace_init(&t);
    resp_read_init(&r, NULL);
    CHECK_EQ(trace_window(&t, &r, "+", 1), 0);
    int wrong = 0;
    for (int i = 0; i < 300000; i++)
        wrong += trace_window(&t, &r, &"\rx\n"[i % 3], 1) != 0;
    CHECK_EQ(wrong, 0);
    CHECK_EQ(trace_window(&t, &r, "\r\n+b\r\n", 6), 0);
    CHECK_EQ(t.n_done, 2);
    CHECK_EQ(t.text.len, strlen("+") + 300000 + strlen("; +b;"));
    resp_read_release(&r);
    buf_release(&t.text);
}

int main(void) {
    RUN(every_case_reads_as_it_should_whole);
    RUN(every_case_reads_the_same_byte_by_byte);
    RUN(every_case_reads_the_same_cut_anywhere);
    RUN(a_reader_is_not_at_start_inside_a_value);
    RUN(depth_is_limited);
    RUN(elements_are_limited);
    RUN(strings_are_limited);
    RUN(lines_are_limited);
    RUN(deep_nesting_grows_the_stack);
    RUN(an_error_sticks_until_reset);
    RUN(a_string_whole_in_the_window_is_one_event);
    RUN(unread_bytes_can_be_taken_back);
    RUN(a_long_line_in_small_parts_is_one_value);
    return t_end();
}
