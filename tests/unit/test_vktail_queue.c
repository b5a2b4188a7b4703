/* SPDX-License-Identifier: BSD-3-Clause */
/* The bounded queue: what stays under each policy, what is counted of which node, and where the
 * line stands that says so. */
#include "cmd/vktail/queue.h"
#include "tests/unit/t.h"

static void note(void *arg, int node, uint64_t dropped, struct buf *out) {
    (void)arg;
    buf_addf(out, "(%d:%llu)", node, (unsigned long long)dropped);
}

/* A line of 10 bytes: "0000000042". */
static void put(struct queue *q, int node, int number) {
    if (!queue_admits(q, node)) return;
    buf_addf(queue_begin(q), "%010d", number);
    queue_end(q, node);
}

static void check_bytes(struct queue *q, const char *want) {
    size_t n;
    const char *p = queue_bytes(q, &n);
    CHECK_MEM(p, n, want, strlen(want));
}

static void test_nothing_is_dropped_while_there_is_room(void) {
    struct queue q;
    queue_init(&q, QUEUE_DROP_OLDEST, 40, note, NULL);
    for (int i = 1; i <= 4; i++)
        put(&q, 0, i);
    check_bytes(&q, "0000000001000000000200000000030000000004");
    queue_sent(&q, 40);
    check_bytes(&q, "");
    CHECK_EQ(q.dropped, 0);
    queue_release(&q);
}

static void test_the_oldest_go_and_the_note_stands_in_front(void) {
    struct queue q;
    queue_init(&q, QUEUE_DROP_OLDEST, 30, note, NULL);
    for (int i = 1; i <= 6; i++)
        put(&q, i % 2, i);
    check_bytes(&q, "(0:1)(1:2)000000000400000000050000000006");
    CHECK_EQ(q.dropped, 3);
    queue_release(&q);
}

/* Half a line is written: its other half must follow, whatever is dropped. */
static void test_a_line_that_was_begun_is_ended(void) {
    struct queue q;
    queue_init(&q, QUEUE_DROP_OLDEST, 30, note, NULL);
    for (int i = 1; i <= 3; i++)
        put(&q, 0, i);
    check_bytes(&q, "000000000100000000020000000003");
    queue_sent(&q, 4);
    for (int i = 4; i <= 6; i++)
        put(&q, 0, i);
    size_t n;
    const char *p = queue_bytes(&q, &n);
    CHECK(n >= 6);
    CHECK_MEM(p, 6, "000001", 6);
    queue_sent(&q, 6);
    p = queue_bytes(&q, &n);
    CHECK_MEM(p, 5, "(0:3)", 5);
    CHECK_MEM(p + n - 10, 10, "0000000006", 10);
    queue_release(&q);
}

static void test_the_newest_go_and_the_note_stands_behind(void) {
    struct queue q;
    queue_init(&q, QUEUE_DROP_NEWEST, 20, note, NULL);
    for (int i = 1; i <= 5; i++)
        put(&q, 7, i);
    CHECK_EQ(q.dropped, 3);
    queue_sent(&q, 10);
    put(&q, 7, 6);
    check_bytes(&q, "0000000002(7:3)0000000006");
    queue_release(&q);
}

static void test_a_sample_grows_thin(void) {
    struct queue q;
    queue_init(&q, QUEUE_DROP_SAMPLE, 1000, note, NULL);
    for (int i = 0; i < 50; i++)
        put(&q, 0, i);
    CHECK_EQ(q.dropped, 0); /* it was less than half full */
    for (int i = 0; i < 20; i++)
        put(&q, 0, i);
    CHECK(q.dropped >= 10 && q.dropped < 15);
    for (int i = 0; i < 100000; i++)
        put(&q, 0, i);
    CHECK(q.text.len - q.at <= 1100);
    queue_release(&q);
}

static void test_who_is_missing_what_is_said_once(void) {
    struct queue q;
    queue_init(&q, QUEUE_DROP_OLDEST, 10, note, NULL);
    put(&q, 3, 1);
    put(&q, 3, 2);
    check_bytes(&q, "(3:1)0000000002");
    check_bytes(&q, "(3:1)0000000002");
    queue_sent(&q, 15);
    check_bytes(&q, "");
    put(&q, 3, 3);
    check_bytes(&q, "0000000003");
    queue_release(&q);
}

/* A reader that takes nothing yet: what was said in front stays said. */
static void test_a_note_is_no_event_and_is_not_dropped(void) {
    struct queue q;
    size_t n;
    queue_init(&q, QUEUE_DROP_OLDEST, 30, note, NULL);
    for (int i = 1; i <= 4; i++)
        put(&q, 2, i);
    queue_bytes(&q, &n);
    for (int i = 5; i <= 8; i++)
        put(&q, 2, i);
    CHECK_EQ(q.dropped, queue_dropped_of(&q, 2));
    CHECK_EQ(queue_dropped_of(&q, 1), 0);
    CHECK_EQ(queue_dropped_of(&q, 3), 0);
    const char *p = queue_bytes(&q, &n);
    CHECK_MEM(p, 5, "(2:1)", 5);
    queue_sent(&q, 5);
    p = queue_bytes(&q, &n);
    CHECK_MEM(p, 5, "(2:5)", 5);
    CHECK_EQ(q.dropped, 6);
    queue_release(&q);
}

static void test_what_is_missing_behind_is_not_said_in_front(void) {
    struct queue q;
    queue_init(&q, QUEUE_DROP_NEWEST, 20, note, NULL);
    for (int i = 1; i <= 3; i++)
        put(&q, 0, i);
    check_bytes(&q, "00000000010000000002");
    queue_sent(&q, 20);
    check_bytes(&q, "(0:1)");
    queue_release(&q);
}

static void test_what_is_given_up_is_counted(void) {
    struct queue q;
    queue_init(&q, QUEUE_DROP_OLDEST, 100, note, NULL);
    for (int i = 1; i <= 5; i++)
        put(&q, i % 2, i);
    queue_sent(&q, 14);
    queue_give_up(&q);
    CHECK_EQ(q.dropped, 4);
    CHECK_EQ(queue_dropped_of(&q, 0), 2);
    CHECK_EQ(queue_dropped_of(&q, 1), 2);
    check_bytes(&q, "");
    queue_release(&q);
}

int main(void) {
    RUN(test_nothing_is_dropped_while_there_is_room);
    RUN(test_the_oldest_go_and_the_note_stands_in_front);
    RUN(test_a_line_that_was_begun_is_ended);
    RUN(test_the_newest_go_and_the_note_stands_behind);
    RUN(test_a_sample_grows_thin);
    RUN(test_who_is_missing_what_is_said_once);
    RUN(test_a_note_is_no_event_and_is_not_dropped);
    RUN(test_what_is_missing_behind_is_not_said_in_front);
    RUN(test_what_is_given_up_is_counted);
    return t_end();
}
