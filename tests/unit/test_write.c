/* SPDX-License-Identifier: BSD-3-Clause */
/* resp/write: the bytes of a command, and the queue of copied and borrowed pieces. */
#include "resp/write.h"

#include <stdlib.h>

#include "base/rng.h"
#include "tests/unit/t.h"

#define ARGV(...) ((const char *const[]){__VA_ARGS__})

enum { LARGE = RESP_WRITE_CUTOFF + 1, MAX_IOV = 8 };

static char large[LARGE + 1000];

/* All waiting bytes in a row, fetched the way a socket does, at most MAX_IOV pieces and step bytes
 * at a time. */
static void drain(struct resp_write_queue *q, size_t step, struct buf *out) {
    struct iovec v[MAX_IOV];
    while (q->len) {
        size_t left = step;
        int n = resp_write_queue_iov(q, v, MAX_IOV);
        CHECK(n > 0);
        for (int i = 0; i < n && left; i++) {
            size_t part = v[i].iov_len < left ? v[i].iov_len : left;
            CHECK(part > 0);
            buf_add(out, v[i].iov_base, part);
            left -= part;
        }
        resp_write_queue_sent(q, step - left);
    }
}

static void command_is_an_array_of_bulk_strings(void) {
    struct buf b;
    buf_init(&b, 1000);
    CHECK_EQ(resp_write_argv(&b, 3, ARGV("SET", "key", ""), NULL), 0);
    CHECK_STR(buf_cstr(&b), "*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$0\r\n\r\n");
    CHECK_EQ(resp_write_argv(&b, 1, ARGV("PING"), NULL), 0);
    CHECK_STR(buf_cstr(&b) + 28, "*1\r\n$4\r\nPING\r\n");
    buf_release(&b);
}

static void arguments_may_hold_any_byte(void) {
    struct buf b;
    buf_init(&b, 1000);
    CHECK_EQ(resp_write_argv(&b, 2, ARGV("a\0b", "\r\n"), (size_t[]){3, 2}), 0);
    CHECK_MEM(b.p, b.len, "*2\r\n$3\r\na\0b\r\n$2\r\n\r\n\r\n", 21);
    buf_release(&b);
}

static void lengths_of_every_number_of_digits_are_right(void) {
    static const size_t sizes[] = {0, 1, 9, 10, 11, 99, 100, 101, 999, 1000, 9999, 10000, 123456};
    char *arg = mem_zalloc(123456, 1), want[64];
    struct buf b;
    buf_init(&b, 1 << 20);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        int n = snprintf(want, sizeof want, "*1\r\n$%zu\r\n", sizes[i]);
        buf_clear(&b);
        CHECK_EQ(resp_write_argv(&b, 1, ARGV(arg), &sizes[i]), 0);
        CHECK_EQ(b.len, (size_t)n + sizes[i] + 2);
        CHECK_MEM(b.p, (size_t)n, want, (size_t)n);
        CHECK_MEM(b.p + b.len - 2, 2, "\r\n", 2);
    }
    free(arg);
    buf_release(&b);
}

static void argument_counts_of_every_number_of_digits_are_right(void) {
    const char *argv[1234],
        *want[] = {"*9\r\n$1", "*10\r\n$1", "*99\r\n$1", "*100\r\n$1", "*1234\r\n$1"};
    const int counts[] = {9, 10, 99, 100, 1234};
    struct buf b;
    buf_init(&b, 1 << 20);
    for (int i = 0; i < 1234; i++)
        argv[i] = "x";
    for (int i = 0; i < 5; i++) {
        buf_clear(&b);
        CHECK_EQ(resp_write_argv(&b, counts[i], argv, NULL), 0);
        CHECK_MEM(b.p, strlen(want[i]), want[i], strlen(want[i]));
        CHECK_EQ(b.len, strlen(want[i]) - 2 + (size_t)counts[i] * 7);
    }
    buf_release(&b);
}

static void command_over_the_limit_changes_nothing(void) {
    struct buf b;
    buf_init(&b, 27);
    CHECK_EQ(resp_write_argv(&b, 1, ARGV("PING"), NULL), 0);
    CHECK_EQ(resp_write_argv(&b, 1, ARGV("PINGX"), NULL), VK_ELIMIT);
    CHECK_STR(buf_cstr(&b), "*1\r\n$4\r\nPING\r\n");
    CHECK_EQ(resp_write_argv(&b, 1, ARGV("PIN"), NULL), 0);
    CHECK_EQ(b.len, 27);
    CHECK_EQ(resp_write_argv(&b, 2, ARGV("x", "y"), (size_t[]){SIZE_MAX, SIZE_MAX}), VK_ELIMIT);
    buf_release(&b);
}

static void queue_copies_up_to_the_cutoff_and_borrows_beyond(void) {
    struct resp_write_queue q;
    struct iovec v[MAX_IOV];
    resp_write_queue_init(&q, 1 << 20);
    CHECK_EQ(resp_write_queue_add(&q, 2, ARGV("SET", large), (size_t[]){3, RESP_WRITE_CUTOFF}), 0);
    CHECK_EQ(resp_write_queue_iov(&q, v, MAX_IOV), 1);
    CHECK_EQ(resp_write_queue_add(&q, 2, ARGV("SET", large), (size_t[]){3, LARGE}), 0);
    CHECK_EQ(resp_write_queue_add(&q, 1, ARGV("PING"), NULL), 0);
    CHECK_EQ(resp_write_queue_iov(&q, v, MAX_IOV), 3);
    CHECK(v[1].iov_base == large);
    CHECK_EQ(v[1].iov_len, LARGE);
    CHECK_MEM((char *)v[2].iov_base, v[2].iov_len, "\r\n*1\r\n$4\r\nPING\r\n", 16);
    CHECK_EQ(resp_write_queue_iov(&q, v, 2), 2);
    CHECK_EQ(q.len, v[0].iov_len + LARGE + 16);
    resp_write_queue_release(&q);
}

static void add_mix(struct resp_write_queue *q) {
    CHECK_EQ(resp_write_queue_add(q, 1, ARGV("PING"), NULL), 0);
    CHECK_EQ(resp_write_queue_add(q, 3, ARGV("A", large, large), (size_t[]){1, LARGE, LARGE + 1}),
             0);
    CHECK_EQ(resp_write_queue_raw(q, "*1\r\n$1\r\nx\r\n", 11), 0);
    CHECK_EQ(resp_write_queue_raw(q, NULL, 0), 0);
    CHECK_EQ(resp_write_queue_add(q, 2, ARGV(large, "end"), (size_t[]){LARGE, 3}), 0);
}

static void write_mix(struct buf *b) {
    resp_write_argv(b, 1, ARGV("PING"), NULL);
    resp_write_argv(b, 3, ARGV("A", large, large), (size_t[]){1, LARGE, LARGE + 1});
    buf_add(b, "*1\r\n$1\r\nx\r\n", 11);
    resp_write_argv(b, 2, ARGV(large, "end"), (size_t[]){LARGE, 3});
}

static void queue_gives_the_same_bytes_however_they_are_sent(void) {
    static const size_t steps[] = {1, 2, 3, 7, 64, 5999, 6001, 6100, 1 << 20};
    struct resp_write_queue q;
    struct buf want, got;
    buf_init(&want, 1 << 20);
    buf_init(&got, 1 << 20);
    resp_write_queue_init(&q, 1 << 20);
    write_mix(&want);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        buf_clear(&got);
        add_mix(&q);
        CHECK_EQ(q.len, want.len);
        drain(&q, steps[i], &got);
        CHECK_MEM(got.p, got.len, want.p, want.len);
    }
    resp_write_queue_release(&q);
    buf_release(&want);
    buf_release(&got);
}

static void queue_may_be_cut_at_every_byte_and_added_to(void) {
    struct resp_write_queue q;
    struct buf want, got;
    buf_init(&want, 1 << 20);
    buf_init(&got, 1 << 20);
    resp_write_queue_init(&q, 1 << 20);
    write_mix(&want);
    size_t whole = want.len;
    write_mix(&want);
    for (size_t cut = 0; cut <= whole; cut++) {
        buf_clear(&got);
        add_mix(&q);
        buf_add(&got, want.p, cut);
        resp_write_queue_sent(&q, cut);
        add_mix(&q);
        drain(&q, 1 << 20, &got);
        if (got.len == want.len && !memcmp(got.p, want.p, want.len)) continue;
        CHECK_EQ(cut, -1);
    }
    resp_write_queue_release(&q);
    buf_release(&want);
    buf_release(&got);
}

/* A byte sequence known from its position, so that no second copy of the traffic is needed. */
static void random_traffic_comes_out_in_order(void) {
    struct resp_write_queue q;
    struct rng r;
    uint64_t in = 0, out = 0;
    rng_seed(&r, 1);
    resp_write_queue_init(&q, 1 << 20);
    for (int i = 0; i < 20000; i++) {
        char raw[300];
        size_t n = rng_below(&r, sizeof raw);
        for (size_t j = 0; j < n; j++)
            raw[j] = (char)(in++ % 251);
        CHECK_EQ(resp_write_queue_raw(&q, raw, n), 0);
        struct iovec v[1];
        if (!resp_write_queue_iov(&q, v, 1)) continue;
        size_t sent = rng_below(&r, q.len < 600 ? q.len + 1 : 600), wrong = 0;
        for (size_t j = 0; j < sent; j++)
            wrong += ((unsigned char *)v[0].iov_base)[j] != out++ % 251;
        CHECK_EQ(wrong, 0);
        resp_write_queue_sent(&q, sent);
    }
    CHECK_EQ(in - out, q.len);
    resp_write_queue_release(&q);
}

static void limit_counts_waiting_copies_only(void) {
    struct resp_write_queue q;
    resp_write_queue_init(&q, 100);
    CHECK_EQ(resp_write_queue_add(&q, 1, ARGV(large), (size_t[]){sizeof large}), 0);
    CHECK_EQ(q.len, sizeof large + 13);
    CHECK_EQ(resp_write_queue_raw(&q, large, 88), VK_ELIMIT);
    CHECK_EQ(resp_write_queue_add(&q, 1, ARGV(large), (size_t[]){80}), VK_ELIMIT);
    CHECK_EQ(q.len, sizeof large + 13);
    CHECK_EQ(resp_write_queue_raw(&q, large, 87), 0);
    resp_write_queue_sent(&q, 4);
    CHECK_EQ(resp_write_queue_raw(&q, large, 5), VK_ELIMIT);
    CHECK_EQ(resp_write_queue_raw(&q, large, 4), 0);
    CHECK_EQ(resp_write_queue_raw(&q, large, SIZE_MAX), VK_ELIMIT);
    CHECK_EQ(resp_write_queue_add(&q, 2, ARGV(large, large), (size_t[]){SIZE_MAX, SIZE_MAX}),
             VK_ELIMIT);
    resp_write_queue_release(&q);
}

static void clear_forgets_what_waits(void) {
    struct resp_write_queue q;
    struct buf got;
    buf_init(&got, 1 << 20);
    resp_write_queue_init(&q, 1 << 20);
    add_mix(&q);
    resp_write_queue_sent(&q, 7000);
    resp_write_queue_clear(&q);
    CHECK_EQ(q.len, 0);
    CHECK_EQ(resp_write_queue_iov(&q, NULL, 0), 0);
    CHECK_EQ(resp_write_queue_add(&q, 1, ARGV("PING"), NULL), 0);
    drain(&q, 5, &got);
    CHECK_STR(buf_cstr(&got), "*1\r\n$4\r\nPING\r\n");
    resp_write_queue_release(&q);
    CHECK_EQ(resp_write_queue_add(&q, 1, ARGV("PING"), NULL), 0);
    CHECK_EQ(q.len, 14);
    resp_write_queue_release(&q);
    buf_release(&got);
}

static void queue_that_never_empties_reuses_its_memory(void) {
    struct resp_write_queue q;
    resp_write_queue_init(&q, 1 << 26);
    for (int i = 0; i < 500000; i++) {
        CHECK_EQ(resp_write_queue_add(&q, 2, ARGV("GET", "key"), NULL), 0);
        if (i % 100 == 99) CHECK_EQ(resp_write_queue_add(&q, 1, ARGV(large), (size_t[]){LARGE}), 0);
        if (q.len > 20000) resp_write_queue_sent(&q, q.len - 10000);
    }
    CHECK(q.len > 0);
    CHECK(q.copied.cap < 100000);
    CHECK(q.cap <= 256);
    resp_write_queue_release(&q);
}

/* Were dead bytes dropped at each add, this would move 400 GB. */
static void queue_that_is_always_full_stays_linear(void) {
    struct resp_write_queue q;
    char *block = mem_zalloc(1 << 20, 1);
    resp_write_queue_init(&q, 1 << 20);
    CHECK_EQ(resp_write_queue_raw(&q, block, (1 << 20) - 1), 0);
    for (int i = 0; i < 400000; i++) {
        CHECK_EQ(resp_write_queue_raw(&q, "x", 1), 0);
        resp_write_queue_sent(&q, 1);
    }
    CHECK_EQ(q.len, (1 << 20) - 1);
    CHECK(q.copied.cap <= 2 << 20);
    free(block);
    resp_write_queue_release(&q);
}

static void three_hundred_thousand_commands_queue_and_drain(void) {
    struct resp_write_queue q;
    struct iovec v[MAX_IOV];
    size_t steps = 0;
    resp_write_queue_init(&q, 1 << 28);
    for (int i = 0; i < 300000; i++)
        CHECK_EQ(resp_write_queue_add(&q, 3, ARGV("SET", "key", "value"), NULL), 0);
    CHECK_EQ(q.len, 300000 * 33);
    for (; resp_write_queue_iov(&q, v, MAX_IOV); steps++)
        resp_write_queue_sent(&q, q.len < 100 ? q.len : 100);
    CHECK_EQ(steps, 99000);
    resp_write_queue_release(&q);
}

int main(void) {
    for (size_t i = 0; i < sizeof large; i++)
        large[i] = (char)('a' + i % 23);
    RUN(command_is_an_array_of_bulk_strings);
    RUN(arguments_may_hold_any_byte);
    RUN(lengths_of_every_number_of_digits_are_right);
    RUN(argument_counts_of_every_number_of_digits_are_right);
    RUN(command_over_the_limit_changes_nothing);
    RUN(queue_copies_up_to_the_cutoff_and_borrows_beyond);
    RUN(queue_gives_the_same_bytes_however_they_are_sent);
    RUN(queue_may_be_cut_at_every_byte_and_added_to);
    RUN(random_traffic_comes_out_in_order);
    RUN(limit_counts_waiting_copies_only);
    RUN(clear_forgets_what_waits);
    RUN(queue_that_never_empties_reuses_its_memory);
    RUN(queue_that_is_always_full_stays_linear);
    RUN(three_hundred_thousand_commands_queue_and_drain);
    return t_end();
}
