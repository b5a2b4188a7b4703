/* SPDX-License-Identifier: BSD-3-Clause */
#include "bench/opqueue.h"

#include "t.h"

static void push(struct opqueue *q, uint64_t number) {
    const struct image_op op = {.number = number, .slot = (uint16_t)(number % SLOTS_COUNT)};
    opqueue_push(q, &op);
}

/* Takes the first; true if it is the one with that number. */
static int shift_is(struct opqueue *q, uint64_t number) {
    const struct image_op op = *opqueue_at(q, 0);
    opqueue_drop(q, 1);
    return op.number == number && op.slot == number % SLOTS_COUNT;
}

static void first_in_first_out(void) {
    struct opqueue q = {0};
    for (uint64_t i = 0; i < 5; i++)
        push(&q, i);
    CHECK_EQ(q.n, 5);
    CHECK_EQ(opqueue_at(&q, 3)->number, 3);
    for (uint64_t i = 0; i < 5; i++)
        CHECK(shift_is(&q, i));
    CHECK_EQ(q.n, 0);
    opqueue_release(&q);
}

/* Growing while the ring's end lies in its middle keeps the order. */
static void it_grows_from_any_head(void) {
    for (uint64_t head = 0; head < 20; head++) {
        struct opqueue q = {0};
        for (uint64_t i = 0; i < head; i++)
            push(&q, i);
        opqueue_drop(&q, (uint32_t)head);
        for (uint64_t i = 0; i < 100; i++)
            push(&q, i);
        CHECK_EQ(q.n, 100);
        for (uint64_t i = 0; i < 100; i++)
            CHECK(shift_is(&q, i));
        opqueue_release(&q);
    }
}

static void a_ring_in_use_does_not_grow_for_ever(void) {
    struct opqueue q = {0};
    for (uint64_t i = 0; i < 8; i++)
        push(&q, i);
    for (uint64_t i = 8; i < 100000; i++) {
        push(&q, i);
        CHECK(shift_is(&q, i - 8));
    }
    CHECK_EQ(q.cap, 16);
    opqueue_release(&q);
}

/* The head is a counter of 32 bits that begins again at 0. */
static void the_head_may_wrap(void) {
    struct opqueue q = {0};
    push(&q, 1);
    opqueue_drop(&q, 1);
    q.head = UINT32_MAX - 2;
    for (uint64_t i = 0; i < 30; i++)
        push(&q, i);
    for (uint64_t i = 0; i < 30; i++)
        CHECK(shift_is(&q, i));
    opqueue_release(&q);
}

static void a_released_one_is_empty_and_of_use(void) {
    struct opqueue q = {0};
    opqueue_release(&q);
    push(&q, 1);
    opqueue_release(&q);
    CHECK_EQ(q.n, 0);
    push(&q, 2);
    CHECK(shift_is(&q, 2));
    opqueue_release(&q);
}

int main(void) {
    RUN(first_in_first_out);
    RUN(it_grows_from_any_head);
    RUN(a_ring_in_use_does_not_grow_for_ever);
    RUN(the_head_may_wrap);
    RUN(a_released_one_is_empty_and_of_use);
    return t_end();
}
