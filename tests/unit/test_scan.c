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

/* ---- errors told ---- */

struct told {
    const struct resp_scanner *s;
    struct buf log; /* "replies before:text;" of each call */
};

static void tell(void *arg, const char *text, size_t len) {
    struct told *told = arg;
    CHECK(text != NULL);
    buf_addf(&told->log, "%llu:", (unsigned long long)told->s->replies);
    buf_add(&told->log, text, len);
    buf_addc(&told->log, ';');
}

/* Feed `in` cut into a first window of `cut` bytes and others of `step`, and compare the log. */
static void check_told(const char *in, size_t cut, size_t step, int max, const char *want) {
    struct resp_scanner s;
    struct told told = {.s = &s};
    size_t len = strlen(in);
    resp_scan_init(&s);
    buf_init(&told.log, 1 << 16);
    s.on_error = tell;
    s.error_arg = &told;
    int before = t_failures;
    CHECK_EQ(scan_window(&s, in, cut, max), 0);
    for (size_t at = cut; at < len; at += step)
        CHECK_EQ(scan_window(&s, in + at, len - at < step ? len - at : step, max), 0);
    CHECK_STR(buf_cstr(&told.log), want);
    if (t_failures > before) printf("  in \"%s\" cut at %zu, step %zu\n", in, cut, step);
    buf_release(&told.log);
    resp_scan_release(&s);
}

/* Whole, byte by byte behind each cut, and in two: all the same. */
static void check_told_at_every_cut(const char *in, const char *want) {
    size_t len = strlen(in);
    for (size_t cut = 0; cut <= len; cut++) {
        check_told(in, cut, len, 0, want);
        check_told(in, cut, len, 1, want);
        check_told(in, cut, 1, 1, want);
    }
}

static void a_line_error_is_told_whole_with_the_replies_before_it(void) {
    check_told_at_every_cut("-ERR no\r\n", "0:ERR no;");
    check_told_at_every_cut("+a\r\n:1\r\n-ERR x\r\n$1\r\nb\r\n-OOM y\r\n-\r\n+c\r\n",
                            "2:ERR x;4:OOM y;5:;");
    check_told_at_every_cut("-a\nb\rc\r\n", "0:a\nb\rc;");
    check_told_at_every_cut(">1\r\n+p\r\n-ERR behind a push\r\n", "0:ERR behind a push;");
    check_told_at_every_cut("|1\r\n+k\r\n+v\r\n-ERR behind an attribute\r\n",
                            "0:ERR behind an attribute;");
}

static void an_error_that_is_not_at_the_top_is_not_told(void) {
    check_told_at_every_cut("*2\r\n-ERR in an array\r\n!5\r\nERR x\r\n", "");
    check_told_at_every_cut("*1\r\n*1\r\n-ERR deeper\r\n+a\r\n-ERR top\r\n", "2:ERR top;");
    check_told_at_every_cut("%1\r\n-ERR key\r\n!1\r\nv\r\n", "");
    check_told_at_every_cut(">2\r\n-ERR in a push\r\n!5\r\nERR p\r\n", "");
    check_told_at_every_cut("|1\r\n+k\r\n-ERR in an attribute\r\n+a\r\n", "");
    check_told_at_every_cut("*?\r\n-ERR in a streamed one\r\n.\r\n", "");
    check_told_at_every_cut("$7\r\n-ERR x\n\r\n+-ERR\r\n", "");
}

static void a_bulk_error_that_lies_whole_is_told_whole(void) {
    const char *in = "+a\r\n!9\r\nERR a\r\nb;\r\n!3\r\nOOM\r\n!0\r\n\r\n+c\r\n";
    check_told(in, 0, strlen(in), 0, "1:ERR a\r\nb;;2:OOM;3:;");
    check_told(in, strlen(in), 1, 1, "1:ERR a\r\nb;;2:OOM;3:;");
}

/* Cut anywhere: told once, with the bytes that were there first (or none of them yet: then those
 * that came next), and the error behind it is told all the same. */
static void of_a_cut_bulk_error_the_first_piece_is_told_once(void) {
    const char *in = "+a\r\n!7\r\nERR abc\r\n-OOM\r\n";
    const size_t text = 8, len = strlen(in);
    for (size_t cut = 0; cut <= len; cut++) {
        size_t piece = cut > text && cut < text + 7 ? cut - text : 7;
        char want[40];
        snprintf(want, sizeof want, "1:%.*s;2:OOM;", (int)piece, "ERR abc");
        check_told(in, cut, len, 0, want);
    }
    check_told(in, 0, 1, 0, "1:E;2:OOM;");
    check_told(in, 0, 3, 1, "1:E;2:OOM;");
    check_told("!?\r\n;3\r\nERR\r\n;2\r\n x\r\n;0\r\n-OOM\r\n", 0, 100, 0, "0:ERR;1:OOM;");
}

/* Whole it is a value, cut it has no piece at all: yet whoever counts errors must hear of it. */
static void an_empty_bulk_error_is_told_however_it_is_cut(void) {
    check_told_at_every_cut("+a\r\n!0\r\n\r\n+b\r\n!0\r\n\r\n-X\r\n", "1:;3:;4:X;");
    check_told_at_every_cut("!?\r\n;0\r\n-X\r\n", "0:;1:X;");
}

static void a_reset_keeps_who_is_told_and_forgets_what_was(void) {
    struct resp_scanner s;
    struct told told = {.s = &s};
    size_t used;
    resp_scan_init(&s);
    buf_init(&told.log, 1000);
    s.on_error = tell;
    s.error_arg = &told;
    CHECK_EQ(resp_scan_feed(&s, "+a\r\n!3\r\nER", 10, 0, &used), 1);
    resp_scan_reset(&s);
    CHECK_EQ(resp_scan_feed(&s, "!4\r\nO", 5, 0, &used), 0);
    CHECK_EQ(resp_scan_feed(&s, "OM!\r\n", 5, 0, &used), 1);
    CHECK_STR(buf_cstr(&told.log), "1:ER;0:O;");
    buf_release(&told.log);
    resp_scan_release(&s);
}

int main(void) {
    RUN(the_scanner_counts_what_the_reader_reads);
    RUN(a_stream_of_everything_is_counted_at_every_window_size);
    RUN(a_bound_stops_behind_the_reply_that_reaches_it);
    RUN(a_reset_forgets_error_and_counts);
    RUN(a_line_error_is_told_whole_with_the_replies_before_it);
    RUN(an_error_that_is_not_at_the_top_is_not_told);
    RUN(a_bulk_error_that_lies_whole_is_told_whole);
    RUN(of_a_cut_bulk_error_the_first_piece_is_told_once);
    RUN(an_empty_bulk_error_is_told_however_it_is_cut);
    RUN(a_reset_keeps_who_is_told_and_forgets_what_was);
    return t_end();
}
