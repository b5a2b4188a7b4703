/* SPDX-License-Identifier: BSD-3-Clause */
#include "load/timeline.h"

#include "t.h"

static const int64_t ms = 1000000, hour = 3600 * INT64_C(1000000000);

static struct timeline from_zero(void) {
    struct timeline t;
    timeline_init(&t, 0);
    return t;
}

/* n cells of `each`, one after another. */
static void fill(struct timeline *t, int n, uint64_t each) {
    for (int i = 0; i < n; i++)
        timeline_add(t, t->start_ns + i * (int64_t)TIMELINE_CELL_NS, each, 0);
}

static void check_sum(const struct timeline *t, int64_t from_ns, int64_t to_ns, uint64_t done,
                      uint64_t errors) {
    struct timeline_cell sum = timeline_sum(t, from_ns, to_ns);
    CHECK_EQ(sum.done, done);
    CHECK_EQ(sum.errors, errors);
}

static void counts_go_to_the_cell_of_their_moment(void) {
    struct timeline t;
    timeline_init(&t, 5000 * ms);
    timeline_add(&t, 4000 * ms, 1, 0); /* before the start */
    timeline_add(&t, 5000 * ms, 2, 0);
    timeline_add(&t, 5099 * ms, 4, 1);
    timeline_add(&t, 5100 * ms, 8, 0);
    timeline_add(&t, 5450 * ms, 16, 2);
    CHECK_EQ(t.n, 5);
    const uint64_t done[] = {7, 8, 0, 0, 16}, errors[] = {1, 0, 0, 0, 2};
    for (size_t i = 0; i < t.n && i < 5; i++) {
        CHECK_EQ(t.cells[i].done, done[i]);
        CHECK_EQ(t.cells[i].errors, errors[i]);
    }
    timeline_release(&t);
}

static void a_sum_is_of_the_cells_that_begin_in_it(void) {
    struct timeline t = from_zero();
    for (int i = 0; i < 10; i++)
        timeline_add(&t, i * 100 * ms, UINT64_C(1) << i, (uint64_t)i);
    check_sum(&t, 0, 1000 * ms, 1023, 45);
    check_sum(&t, 200 * ms, 400 * ms, 4 + 8, 5);
    check_sum(&t, 150 * ms, 401 * ms, 4 + 8 + 16, 9);
    check_sum(&t, 201 * ms, 300 * ms, 0, 0);
    check_sum(&t, 900 * ms, 99 * hour, 512, 9);
    check_sum(&t, -hour, 0, 0, 0);
    timeline_release(&t);
}

static void nothing_has_no_sum(void) {
    struct timeline t = from_zero();
    check_sum(&t, 0, hour, 0, 0);
    timeline_release(&t);
}

static void an_hour_has_narrow_cells_more_has_wider_ones(void) {
    struct timeline t = from_zero();
    fill(&t, TIMELINE_CELLS, 1);
    CHECK_EQ(t.n, TIMELINE_CELLS);
    CHECK_EQ(t.width_ns, TIMELINE_CELL_NS);
    timeline_add(&t, hour, 5, 1);
    CHECK_EQ(t.width_ns, 2 * TIMELINE_CELL_NS);
    CHECK_EQ(t.n, TIMELINE_CELLS / 2 + 1);
    CHECK_EQ(t.cells[0].done, 2);
    CHECK_EQ(t.cells[TIMELINE_CELLS / 2 - 1].done, 2);
    CHECK_EQ(t.cells[TIMELINE_CELLS / 2].done, 5);
    timeline_add(&t, hour + 199 * ms, 6, 0);
    CHECK_EQ(t.cells[TIMELINE_CELLS / 2].done, 11);
    check_sum(&t, 0, 2 * hour, TIMELINE_CELLS + 11, 1);
    timeline_release(&t);
}

/* Whatever the gap, memory stays bounded and nothing is lost. */
static void widths_double_as_often_as_it_takes(void) {
    struct timeline t = from_zero();
    fill(&t, 7, 1);
    timeline_add(&t, 100 * hour, 1, 0);
    CHECK_EQ(t.width_ns, 128 * (int64_t)TIMELINE_CELL_NS);
    CHECK_EQ(t.cells[0].done, 7);
    CHECK(t.n <= TIMELINE_CELLS);
    check_sum(&t, 0, 101 * hour, 8, 0);
    timeline_release(&t);
}

static void equal_widths_merge_cell_by_cell(void) {
    struct timeline a = from_zero(), b = from_zero();
    fill(&a, 3, 1);
    fill(&b, 5, 10);
    timeline_merge(&a, &b);
    CHECK_EQ(a.n, 5);
    CHECK_EQ(a.cells[2].done, 11);
    CHECK_EQ(a.cells[4].done, 10);
    timeline_merge(&b, &a);
    CHECK_EQ(b.n, 5);
    CHECK_EQ(b.cells[4].done, 20);
    timeline_release(&a);
    timeline_release(&b);
}

static void what_is_added_after_a_merge_finds_its_cell(void) {
    struct timeline a = from_zero(), b = from_zero();
    fill(&a, 3, 1);
    fill(&b, 5, 10);
    timeline_merge(&a, &b);
    timeline_add(&a, 499 * ms, 100, 0);
    timeline_add(&a, 500 * ms, 1000, 0);
    CHECK_EQ(a.cells[4].done, 110);
    CHECK_EQ(a.cells[5].done, 1000);
    timeline_release(&a);
    timeline_release(&b);
}

/* One worker ran longer than the hour, another did not. */
static void different_widths_merge_both_ways(void) {
    for (int wide_first = 0; wide_first < 2; wide_first++) {
        struct timeline narrow = from_zero(), wide = from_zero();
        fill(&narrow, 5, 1); /* an odd number: the last of the wide cells is half of it */
        fill(&wide, 4, 10);
        timeline_add(&wide, hour, 0, 3);
        struct timeline *dst = wide_first ? &wide : &narrow;
        timeline_merge(dst, wide_first ? &narrow : &wide);
        CHECK_EQ(dst->width_ns, 2 * TIMELINE_CELL_NS);
        CHECK_EQ(dst->n, TIMELINE_CELLS / 2 + 1);
        CHECK_EQ(dst->cells[0].done, 22);
        CHECK_EQ(dst->cells[1].done, 22);
        CHECK_EQ(dst->cells[2].done, 1);
        check_sum(dst, 0, 2 * hour, 45, 3);
        timeline_release(&narrow);
        timeline_release(&wide);
    }
}

static void an_empty_one_merges_as_nothing(void) {
    struct timeline a = from_zero(), none = from_zero();
    fill(&a, 3, 1);
    timeline_merge(&a, &none);
    CHECK_EQ(a.n, 3);
    check_sum(&a, 0, hour, 3, 0);
    timeline_merge(&none, &a);
    check_sum(&none, 0, hour, 3, 0);
    timeline_release(&a);
    timeline_release(&none);
}

int main(void) {
    RUN(counts_go_to_the_cell_of_their_moment);
    RUN(a_sum_is_of_the_cells_that_begin_in_it);
    RUN(nothing_has_no_sum);
    RUN(an_hour_has_narrow_cells_more_has_wider_ones);
    RUN(widths_double_as_often_as_it_takes);
    RUN(equal_widths_merge_cell_by_cell);
    RUN(what_is_added_after_a_merge_finds_its_cell);
    RUN(different_widths_merge_both_ways);
    RUN(an_empty_one_merges_as_nothing);
    return t_end();
}
