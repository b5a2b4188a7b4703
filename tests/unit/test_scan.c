/* SPDX-License-Identifier: BSD-3-Clause */
/* Tests of resp/scan: it counts what the reader reads, on every case and every cut. */
#include "resp/scan.h"

#include "tests/unit/resp_cases.h"
#include "tests/unit/resp_trace.h"
#include "tests/unit/t.h"

struct counts {
    uint64_t replies, errors, pushes;
};

/* What the reader makes of it; its error text goes to err. */
static struct counts read_counts(const struct resp_case *c, struct err *err) {
    struct counts n = {0, 0, 0};
    struct resp_reader r;
    struct resp_event ev;
    resp_read_init(&r, NULL);
    resp_read_feed(&r, c->in, c->len);
    while (resp_read_next(&r, &ev) == 1) {
        n.pushes += ev.done && ev.type == RESP_PUSH;
        n.replies += ev.done && ev.type != RESP_PUSH;
        n.errors += ev.done && resp_read_is_error(ev.type);
    }
    *err = r.err;
    resp_read_release(&r);
    return n;
}

/* Scan one window, in memory of exactly its size, in calls of at most max replies. */
static int scan_window(struct resp_scanner *s, const char *p, size_t n, int max) {
    char *copy = mem_alloc(n + !n);
    if (n) memcpy(copy, p, n);
    size_t at = 0, used = 0;
    int got;
    do {
        got = resp_scan_feed(s, copy + at, n - at, max, &used);
        at += used;
        CHECK(max <= 0 || got <= max);
    } while (got > 0 && at < n);
    free(copy);
    return got < 0 ? got : 0;
}

static void check_case(const struct resp_case *c, size_t cut, size_t step, int max) {
    struct err err;
    struct counts want = read_counts(c, &err);
    struct resp_scanner s;
    resp_scan_init(&s);
    int before = t_failures, got = scan_window(&s, c->in, cut, max);
    for (size_t at = cut; at < c->len && !got; at += step)
        got = scan_window(&s, c->in + at, c->len - at < step ? c->len - at : step, max);
    CHECK_EQ(s.replies, want.replies);
    CHECK_EQ(s.errors, want.errors);
    CHECK_EQ(s.pushes, want.pushes);
    CHECK_EQ(got, err.code);
    CHECK_STR(s.reader.err.text, err.text);
    if (t_failures > before) printf("  in \"%s\" cut at %zu\n", c->in, cut);
    resp_scan_release(&s);
}

static void the_scanner_counts_what_the_reader_reads(void) {
    for (int i = 0; i < N_RESP_CASES; i++)
        for (size_t cut = 0; cut <= resp_cases[i].len; cut++) {
            check_case(&resp_cases[i], cut, resp_cases[i].len, 0);
            check_case(&resp_cases[i], cut, 1, 1);
        }
}

/* All right cases in a row, so that one follows another in a window. */
static void a_stream_of_everything_is_counted_at_every_window_size(void) {
    struct buf in;
    buf_init(&in, 1 << 16);
    for (int i = 0; i < N_RESP_CASES; i++)
        if (!resp_cases[i].err) buf_add(&in, resp_cases[i].in, resp_cases[i].len);
    struct resp_case all = {in.p, in.len, NULL, NULL};
    struct err err;
    CHECK(read_counts(&all, &err).replies > 50);
    for (size_t step = 1; step <= 200; step++)
        check_case(&all, 0, step, step % 3 ? 0 : 2);
    check_case(&all, in.len, 1, 0);
    buf_release(&in);
}

static void a_bound_stops_behind_the_reply_that_reaches_it(void) {
    struct resp_scanner s;
    size_t used;
    const char *in = "+a\r\n>0\r\n+b\r\n+c\r\n";
    resp_scan_init(&s);
    CHECK_EQ(resp_scan_feed(&s, in, 16, 2, &used), 2);
    CHECK_EQ(used, 12);
    CHECK_EQ(resp_scan_feed(&s, in + 12, 4, 2, &used), 1);
    CHECK_EQ(used, 4);
    CHECK_EQ(s.replies, 3);
    CHECK_EQ(s.pushes, 1);
    CHECK_EQ(resp_read_offset(&s.reader), 16);
    resp_scan_release(&s);
}

static void a_reset_forgets_error_and_counts(void) {
    struct resp_scanner s;
    size_t used;
    resp_scan_init(&s);
    CHECK_EQ(resp_scan_feed(&s, "-a\r\n?", 5, 0, &used), VK_EPROTO);
    CHECK_EQ(s.errors, 1);
    CHECK_EQ(resp_scan_feed(&s, "+a\r\n", 4, 0, &used), VK_EPROTO);
    resp_scan_reset(&s);
    CHECK_EQ(s.replies + s.errors, 0);
    CHECK_EQ(resp_scan_feed(&s, "+a\r\n", 4, 0, &used), 1);
    resp_scan_release(&s);
}

int main(void) {
    RUN(the_scanner_counts_what_the_reader_reads);
    RUN(a_stream_of_everything_is_counted_at_every_window_size);
    RUN(a_bound_stops_behind_the_reply_that_reaches_it);
    RUN(a_reset_forgets_error_and_counts);
    return t_end();
}
