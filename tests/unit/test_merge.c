/* SPDX-License-Identifier: BSD-3-Clause */
/* core/merge under a fake clock. Items are small numbers in the place of pointers. */
#include "core/merge.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/rng.h"
#include "tests/unit/t.h"

enum { WINDOW = 100 };

static struct merge *m;
static struct merge_event ev;
static int64_t wake;

static void *item(intptr_t n) {
    return (void *)n;
}

static void start(int sources, size_t max_held) {
    merge_free(m);
    m = merge_new(WINDOW, max_held);
    for (int i = 0; i < sources; i++)
        CHECK_EQ(merge_open(m), i);
}

/* time_us also names the item */
static void push(int source, int64_t time_us, int64_t now_us) {
    CHECK_EQ(merge_push(m, source, time_us, now_us, item(time_us)), 0);
}

static void gives(int64_t now_us, int64_t time_us) {
    CHECK_EQ(merge_pop(m, now_us, &ev, &wake), 1);
    CHECK_EQ(ev.time_us, time_us);
    CHECK(ev.item == item((intptr_t)time_us));
}

/* It may say to ask again earlier, as long as it comes to the right time in the end. */
static void waits(int64_t now_us, int64_t until_us) {
    CHECK_EQ(merge_pop(m, now_us, &ev, &wake), 0);
    CHECK(wake > now_us);
    if (wake < until_us) CHECK_EQ(merge_pop(m, wake, &ev, &wake), 0);
    CHECK_EQ(wake, until_us);
}

static void nothing_in_nothing_out(void) {
    start(2, 10);
    waits(0, INT64_MAX);
    CHECK_EQ(merge_held(m), 0);
}

static void one_source_goes_straight_through(void) {
    start(1, 10);
    push(0, 5, 0);
    push(0, 7, 0);
    CHECK_EQ(merge_held(m), 2);
    gives(0, 5);
    CHECK_EQ(ev.source, 0);
    gives(0, 7);
    waits(0, INT64_MAX);
}

static void the_earlier_goes_first(void) {
    start(2, 10);
    push(0, 50, 0);
    waits(0, WINDOW);
    push(1, 40, 10);
    gives(10, 40);
    CHECK_EQ(ev.source, 1);
    CHECK(!ev.late);
    waits(10, WINDOW); /* source 1 is empty again */
    push(1, 60, 20);
    gives(20, 50);
    waits(20, 120);
}

static void a_silent_source_delays_by_the_window_only(void) {
    start(3, 10);
    push(0, 50, 1000);
    push(1, 55, 1001);
    waits(1099, 1100);
    gives(1100, 50);
    waits(1100, 1101);
    gives(1101, 55);
    waits(1101, INT64_MAX);
}

static void what_belongs_in_front_goes_out_with_it(void) {
    start(3, 10);
    push(0, 50, 0);
    push(1, 40, 90); /* has waited for 10 only when the other is due */
    waits(99, 100);
    gives(100, 40);
    gives(100, 50);
}

static void what_belongs_behind_waits_on(void) {
    start(3, 10);
    push(0, 50, 0);
    push(0, 80, 60);
    push(1, 60, 50);
    gives(100, 50);
    waits(100, 150);
    gives(150, 60);
    waits(150, 160);
    gives(160, 80);
}

static void late_ones_go_out_at_once_and_are_counted(void) {
    start(3, 10);
    push(0, 50, 0);
    gives(100, 50);
    push(1, 30, 101);
    gives(101, 30);
    CHECK(ev.late);
    push(1, 50, 102); /* as early as can be without being late */
    gives(102, 50);
    CHECK(!ev.late);
    push(1, 51, 103);
    waits(103, 203);
    CHECK_EQ(merge_late(m, 0), 0);
    CHECK_EQ(merge_late(m, 1), 1);
    CHECK_EQ(merge_late_all(m), 1);
}

static void events_of_one_source_never_change_places(void) {
    start(2, 10);
    push(0, 50, 0);
    push(0, 20, 0); /* its clock went back */
    push(1, 40, 0);
    push(1, 70, 0);
    gives(0, 40);
    gives(0, 50);
    gives(0, 20);
    CHECK(ev.late);
    waits(0, WINDOW);
}

static void a_clock_that_went_back_holds_nothing_up(void) {
    start(3, 10);
    push(0, 50, 0);
    push(0, 20, 0);
    push(1, 40, 0);
    gives(100, 40);
    gives(100, 50);
    gives(100, 20);
    push(0, 90, 200);
    push(0, 60, 200);
    merge_flush(m);
    gives(200, 90);
    gives(200, 60);
}

static void equals_go_by_source(void) {
    start(3, 10);
    push(2, 50, 0);
    push(0, 50, 0);
    push(1, 50, 0);
    for (int i = 0; i < 3; i++) {
        gives(0, 50);
        CHECK_EQ(ev.source, i);
        CHECK(!ev.late);
    }
}

static void a_closed_source_is_not_waited_for(void) {
    start(3, 10);
    push(0, 50, 0);
    push(1, 60, 0);
    merge_close(m, 2);
    gives(0, 50);
    waits(0, WINDOW);
    merge_close(m, 1); /* holds one still */
    push(0, 70, 5);
    gives(5, 60);
    gives(5, 70);
    CHECK_EQ(merge_open(m), 1);
    CHECK_EQ(merge_open(m), 2);
    CHECK_EQ(merge_open(m), 3);
    CHECK_EQ(merge_late(m, 1), 0);
}

static void a_number_is_free_when_its_events_are_out(void) {
    start(2, 10);
    push(1, 60, 0);
    merge_close(m, 1);
    CHECK_EQ(merge_open(m), 2);
    merge_close(m, 0);
    merge_close(m, 2);
    gives(0, 60);
    CHECK_EQ(merge_open(m), 0);
    CHECK_EQ(merge_open(m), 1);
}

static void too_many_held_go_out(void) {
    start(2, 3);
    push(0, 1, 0);
    push(0, 2, 0);
    push(0, 3, 0);
    waits(0, WINDOW);
    push(0, 4, 0);
    CHECK_EQ(merge_push(m, 0, 5, 0, item(5)), VK_ELIMIT);
    gives(0, 1);
    waits(0, WINDOW);
    CHECK_EQ(merge_held(m), 3);
}

static void a_flush_gives_all_in_order(void) {
    start(3, 10);
    push(0, 50, 0);
    push(1, 40, 0);
    push(0, 90, 0);
    waits(0, WINDOW);
    merge_flush(m);
    gives(0, 40);
    gives(0, 50);
    gives(0, 90);
    waits(0, INT64_MAX);
}

static void wake_is_never_missed_when_the_oldest_left_by_another_way(void) {
    start(2, 10);
    push(0, 50, 0);
    push(1, 60, 30);
    gives(30, 50); /* both had one */
    CHECK_EQ(merge_pop(m, 30, &ev, &wake), 0);
    CHECK(wake <= 130);
    waits(100, 130);
    gives(130, 60);
}

static void extreme_times_do_no_harm(void) {
    start(2, 10);
    push(0, INT64_MAX, INT64_MAX - WINDOW);
    push(1, INT64_MIN, INT64_MAX - WINDOW);
    gives(INT64_MAX - 1, INT64_MIN);
    waits(INT64_MAX - 1, INT64_MAX);
    gives(INT64_MAX, INT64_MAX);
    push(1, 0, INT64_MIN);
    gives(INT64_MIN, 0);
    CHECK(ev.late);
}

static void numbers_of_sources_are_limited(void) {
    start(MERGE_SOURCES_MAX, 10);
    CHECK_EQ(merge_open(m), -1);
    merge_close(m, 7);
    CHECK_EQ(merge_open(m), 7);
}

/* --- a random run ----------------------------------------------------------------------------- */

enum { SOURCES = 7, EVENTS = 20000 };

/* Each source's clock runs with the caller's, its events arrive up to `delay` later; the first
 * source is nearly silent. Held: nothing is lost, nothing waits beyond the window, order by source
 * and, as nothing is delayed by more than the window, order in all. */
static void random_run(int64_t delay, bool ordered) {
    int64_t next_time[SOURCES] = {0}, last_out[SOURCES], latest = INT64_MIN, now = 0;
    int64_t arrival[SOURCES] = {0};
    int pushed = 0, popped = 0, out_of_order = 0, too_long = 0, swapped = 0;
    struct rng g;
    rng_seed(&g, 42);
    start(SOURCES, EVENTS);
    for (int i = 0; i < SOURCES; i++)
        last_out[i] = INT64_MIN;
    for (; pushed < EVENTS || merge_held(m); now++) {
        for (int i = 0; i < SOURCES && pushed < EVENTS; i++) {
            if (rng_below(&g, i ? 8 : 2000)) continue;
            int64_t since = now - (int64_t)rng_below(&g, (uint64_t)delay + 1);
            if (since < next_time[i]) since = next_time[i];
            next_time[i] = since;
            pushed += !merge_push(m, i, since, now, item(now));
        }
        while (merge_pop(m, now, &ev, &wake) == 1) {
            popped++;
            out_of_order += ev.time_us < latest;
            if (ev.time_us > latest) latest = ev.time_us;
            swapped += ev.time_us < last_out[ev.source];
            last_out[ev.source] = ev.time_us;
            arrival[ev.source] = (int64_t)(intptr_t)ev.item;
            too_long += now - arrival[ev.source] > WINDOW;
        }
        if (merge_held(m) && wake <= now) too_long++;
    }
    CHECK_EQ(popped, pushed);
    CHECK_EQ(swapped, 0);
    CHECK_EQ(too_long, 0);
    CHECK_EQ(merge_late_all(m), out_of_order);
    CHECK(ordered ? !out_of_order : out_of_order > 0);
}

static void delays_within_the_window_are_put_in_order(void) {
    random_run(WINDOW, true);
    random_run(0, true);
}

static void delays_beyond_the_window_are_counted(void) {
    random_run(3 * WINDOW, false);
}

int main(void) {
    RUN(nothing_in_nothing_out);
    RUN(one_source_goes_straight_through);
    RUN(the_earlier_goes_first);
    RUN(a_silent_source_delays_by_the_window_only);
    RUN(what_belongs_in_front_goes_out_with_it);
    RUN(what_belongs_behind_waits_on);
    RUN(late_ones_go_out_at_once_and_are_counted);
    RUN(events_of_one_source_never_change_places);
    RUN(a_clock_that_went_back_holds_nothing_up);
    RUN(equals_go_by_source);
    RUN(a_closed_source_is_not_waited_for);
    RUN(a_number_is_free_when_its_events_are_out);
    RUN(too_many_held_go_out);
    RUN(a_flush_gives_all_in_order);
    RUN(wake_is_never_missed_when_the_oldest_left_by_another_way);
    RUN(extreme_times_do_no_harm);
    RUN(numbers_of_sources_are_limited);
    RUN(delays_within_the_window_are_put_in_order);
    RUN(delays_beyond_the_window_are_counted);
    merge_free(m);
    return t_end();
}
