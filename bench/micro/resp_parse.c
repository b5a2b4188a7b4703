/* SPDX-License-Identifier: BSD-3-Clause */
/* How fast replies are parsed: as trees, against the hiredis reader, and only counted.
 *
 * The stream is 64 MiB, RESP2 only (older hiredis knows no RESP3), made from one seed. Replies are
 * drawn one by one: of 100, 20 are +OK, 15 integers, 8 nils, 2 errors, 35 bulk strings of 8 to 1000
 * bytes, 15 arrays of 10 to 100 bulk strings of 8 to 100 bytes, 5 arrays of 10 arrays of 3 (an
 * integer and two short bulk strings). By bytes the arrays are about three quarters, as in LRANGE
 * or MGET. Both sides get it in windows of 64 KiB and drop each reply before the next, as a client
 * would. CPU time of the process, rounds in turn, medians. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <hiredis/hiredis.h>

#include "base/msg.h"
#include "base/rng.h"
#include "resp/reply.h"
#include "resp/scan.h"

enum { STREAM = 64 << 20, WINDOW = 64 << 10, ROUNDS = 7 };

static int64_t cpu_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t between(struct rng *g, int64_t low, int64_t high) {
    return low + (int64_t)rng_below(g, (uint64_t)(high - low + 1));
}

static void put_bulk(struct buf *b, struct rng *g, int64_t low, int64_t high) {
    int64_t n = between(g, low, high);
    buf_addf(b, "$%lld\r\n", (long long)n);
    for (int64_t i = 0; i < n; i++)
        buf_addc(b, (char)between(g, ' ', '~'));
    buf_adds(b, "\r\n");
}

static void put_int(struct buf *b, struct rng *g) {
    buf_addf(b, ":%lld\r\n", (long long)between(g, 0, (int64_t)1 << between(g, 1, 40)));
}

static void put_nested(struct buf *b, struct rng *g) {
    buf_adds(b, "*10\r\n");
    for (int i = 0; i < 10; i++) {
        buf_adds(b, "*3\r\n");
        put_int(b, g);
        put_bulk(b, g, 4, 20);
        put_bulk(b, g, 4, 20);
    }
}

static void put_array(struct buf *b, struct rng *g) {
    int64_t n = between(g, 10, 100);
    buf_addf(b, "*%lld\r\n", (long long)n);
    while (n--)
        put_bulk(b, g, 8, 100);
}

/* One reply; returns nothing but bytes in b. */
static void put_reply(struct buf *b, struct rng *g) {
    int64_t draw = between(g, 1, 100);
    if (draw <= 20)
        buf_adds(b, "+OK\r\n");
    else if (draw <= 35)
        put_int(b, g);
    else if (draw <= 43)
        buf_adds(b, "$-1\r\n");
    else if (draw <= 45)
        buf_adds(b, "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
    else if (draw <= 80)
        put_bulk(b, g, 8, 1000);
    else if (draw <= 95)
        put_array(b, g);
    else
        put_nested(b, g);
}

static uint64_t make_stream(struct buf *b) {
    struct rng g;
    uint64_t n = 0;
    rng_seed(&g, 1);
    buf_init(b, (size_t)STREAM + WINDOW);
    for (; b->len < STREAM; n++)
        put_reply(b, &g);
    return n;
}

static size_t window_at(const struct buf *b, size_t at) {
    return b->len - at < WINDOW ? b->len - at : WINDOW;
}

static uint64_t parse_ours(const struct buf *b) {
    struct resp_reader r;
    struct reply_builder tree;
    struct resp_event ev;
    uint64_t n = 0;
    resp_read_init(&r, NULL);
    reply_builder_init(&tree, (size_t)1 << 30);
    for (size_t at = 0; at < b->len; at += WINDOW) {
        resp_read_feed(&r, b->p + at, window_at(b, at));
        while (resp_read_next(&r, &ev) == 1) {
            if (reply_build(&tree, &ev)) continue;
            n++;
            reply_builder_clear(&tree);
        }
    }
    reply_builder_release(&tree);
    resp_read_release(&r);
    return n;
}

static uint64_t parse_hiredis(const struct buf *b) {
    redisReader *r = redisReaderCreate();
    uint64_t n = 0;
    for (size_t at = 0; at < b->len; at += WINDOW) {
        void *reply = NULL;
        redisReaderFeed(r, b->p + at, window_at(b, at));
        while (redisReaderGetReply(r, &reply) == REDIS_OK && reply) {
            n++;
            freeReplyObject(reply);
        }
    }
    redisReaderFree(r);
    return n;
}

static uint64_t count_ours(const struct buf *b) {
    struct resp_scanner s;
    size_t used;
    resp_scan_init(&s);
    for (size_t at = 0; at < b->len; at += WINDOW)
        if (resp_scan_feed(&s, b->p + at, window_at(b, at), 0, &used) < 0) break;
    resp_scan_release(&s);
    return s.replies;
}

/* MB per CPU second of one run, which must find n replies. */
static double run(uint64_t (*parse)(const struct buf *), const struct buf *b, uint64_t n) {
    int64_t from = cpu_ns();
    if (parse(b) != n) msg_die(1, "a parser lost count");
    return (double)b->len / 1e6 / ((double)(cpu_ns() - from) / 1e9);
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *v) {
    qsort(v, ROUNDS, sizeof *v, by_value);
    return v[ROUNDS / 2];
}

int main(void) {
    struct buf b;
    double ours[ROUNDS], theirs[ROUNDS], ratio[ROUNDS], count[ROUNDS];
    msg_program("resp_parse");
    uint64_t n = make_stream(&b);
    for (int i = 0; i < ROUNDS; i++) {
        ours[i] = run(parse_ours, &b, n);
        theirs[i] = run(parse_hiredis, &b, n);
        count[i] = run(count_ours, &b, n) / 1e3;
        ratio[i] = ours[i] / theirs[i];
    }
    printf("resp_parse tree: ours %.0f MB/s, hiredis %.0f MB/s, ratio %.2f (reach >= 2)\n",
           median(ours), median(theirs), median(ratio));
    printf("resp_parse count: %.2f GB/s (reach >= 1)\n", median(count));
    buf_release(&b);
    return 0;
}
