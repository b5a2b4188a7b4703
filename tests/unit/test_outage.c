/* SPDX-License-Identifier: BSD-3-Clause */
#include "bench/outage.h"

#include "t.h"

/* Slots of node 0 to 3, a quarter each. */
static int16_t owner[SLOTS_COUNT];
static struct outages o, other, sum; /* large */

enum { QUARTER = SLOTS_COUNT / 4 };

static void begin_anew(void) {
    for (int i = 0; i < SLOTS_COUNT; i++)
        owner[i] = (int16_t)(i / QUARTER);
    memset(&o, 0, sizeof o);
    memset(&other, 0, sizeof other);
    memset(&sum, 0, sizeof sum);
}

static void fail(struct outages *to, unsigned slot, const char *text) {
    outage_error(to, slot, text, strlen(text));
}

/* An outage of node in to, from..end (0 = it goes on), with one error. */
static void happen(struct outages *to, int node, int64_t from_ns, int64_t end_ns, int by) {
    outage_begin(to, owner, node, from_ns);
    fail(to, (unsigned)(node * QUARTER), "LOST");
    if (end_ns) outage_served(to, (unsigned)(node * QUARTER), by, end_ns);
}

static void it_lasts_until_one_of_its_slots_is_served(void) {
    begin_anew();
    outage_begin(&o, owner, 1, 100);
    CHECK_EQ(o.n, 1);
    CHECK_EQ(o.open, 1);
    outage_served(&o, 0, 0, 150); /* another node's slots */
    outage_served(&o, QUARTER - 1, 0, 150);
    outage_served(&o, 2 * QUARTER, 2, 150);
    CHECK_EQ(o.open, 1);
    outage_served(&o, 2 * QUARTER - 1, 3, 200);
    CHECK_EQ(o.open, 0);
    CHECK_EQ(o.list[0].node, 1);
    CHECK_EQ(o.list[0].by, 3);
    CHECK_EQ(o.list[0].slots, QUARTER);
    CHECK_EQ(o.list[0].from_ns, 100);
    CHECK_EQ(o.list[0].to_ns, 200);
    outage_served(&o, QUARTER, 2, 300); /* it is over */
    CHECK_EQ(o.list[0].to_ns, 200);
    CHECK_EQ(o.list[0].by, 3);
}

static void nobody_has_served_it_while_it_goes_on(void) {
    begin_anew();
    outage_begin(&o, owner, 2, 100);
    CHECK_EQ(o.list[0].by, -1);
    CHECK_EQ(o.list[0].to_ns, 0);
}

static void errors_of_its_slots_are_its_own(void) {
    begin_anew();
    fail(&o, QUARTER, "LOST before");
    outage_begin(&o, owner, 1, 100);
    fail(&o, QUARTER, "LOST connection");
    fail(&o, QUARTER + 1, "DOWN no connection");
    fail(&o, QUARTER, "DOWN no connection");
    fail(&o, 0, "WRONGTYPE of another node");
    outage_served(&o, QUARTER, 1, 200);
    fail(&o, QUARTER, "LOST after");
    CHECK_EQ(o.list[0].words.errors, 3);
    CHECK_EQ(o.list[0].words.n_words, 2);
    CHECK_STR(o.list[0].words.words[0].word, "LOST");
    CHECK_EQ(o.list[0].words.words[0].count, 1);
    CHECK_EQ(o.list[0].words.words[1].count, 2);
}

static void it_begins_once(void) {
    begin_anew();
    outage_begin(&o, owner, 1, 100);
    outage_begin(&o, owner, 1, 120);
    outage_begin(&o, owner, 1, 140);
    CHECK_EQ(o.n, 1);
    CHECK_EQ(o.list[0].from_ns, 100);
    happen(&o, 2, 150, 160, 2);
    CHECK_EQ(o.n, 2);
    CHECK_EQ(o.open, 1);
}

/* Slots that come to a node which is away are without service from then on. */
static void slots_that_join_are_an_outage_of_their_own(void) {
    begin_anew();
    outage_begin(&o, owner, 1, 100);
    owner[0] = owner[1] = 1;
    outage_begin(&o, owner, 1, 130);
    CHECK_EQ(o.n, 2);
    CHECK_EQ(o.list[1].slots, 2);
    outage_served(&o, 0, 1, 200);
    CHECK_EQ(o.open, 1);
    CHECK_EQ(o.list[0].to_ns, 0);
    CHECK_EQ(o.list[1].to_ns, 200);
}

static void a_node_without_slots_has_none(void) {
    begin_anew();
    outage_begin(&o, owner, 7, 100);
    CHECK_EQ(o.n, 0);
    CHECK_EQ(o.open, 0);
}

static void one_node_may_fail_again_and_again(void) {
    begin_anew();
    happen(&o, 1, 100, 200, 1);
    happen(&o, 1, 300, 450, 2);
    CHECK_EQ(o.n, 2);
    CHECK_EQ(o.list[1].from_ns, 300);
    CHECK_EQ(o.list[1].by, 2);
    CHECK_EQ(o.list[1].words.errors, 1);
}

static void a_full_list_counts_those_that_come_after(void) {
    begin_anew();
    for (int i = 0; i < OUTAGE_MAX - 1; i++)
        happen(&o, 1, 1000 * i + 1, 1000 * i + 500, 1);
    outage_begin(&o, owner, 2, 900000); /* the last place, and it goes on */
    CHECK_EQ(o.n, OUTAGE_MAX);
    CHECK_EQ(o.more, 0);
    for (int i = 0; i < 5; i++)
        outage_begin(&o, owner, 2, 900001 + i); /* nothing new */
    CHECK_EQ(o.more, 0);
    outage_served(&o, 2 * QUARTER, 2, 950000);
    CHECK_EQ(o.list[OUTAGE_MAX - 1].to_ns, 950000);
    outage_begin(&o, owner, 3, 960000);
    CHECK_EQ(o.n, OUTAGE_MAX);
    CHECK_EQ(o.more, 1);
    fail(&o, 3 * QUARTER, "LOST");
    outage_served(&o, 3 * QUARTER, 3, 970000);
    CHECK_EQ(o.open, 0);
}

/* ---- of several workers ---- */

static void what_overlaps_is_one(void) {
    begin_anew();
    happen(&o, 1, 100, 500, 1);
    happen(&other, 1, 80, 450, 3);
    outage_merge(&sum, &o);
    outage_merge(&sum, &other);
    CHECK_EQ(sum.n, 1);
    CHECK_EQ(sum.list[0].from_ns, 80);
    CHECK_EQ(sum.list[0].to_ns, 500);
    CHECK_EQ(sum.list[0].by, 1); /* who served last */
    CHECK_EQ(sum.list[0].slots, QUARTER);
    CHECK_EQ(sum.list[0].words.errors, 2);
    CHECK_EQ(sum.list[0].words.words[0].count, 2);
}

static void one_that_goes_on_makes_all_of_it_go_on(void) {
    for (int swap = 0; swap < 2; swap++) {
        begin_anew();
        happen(&o, 1, 100, 500, 1);
        happen(&other, 1, 120, 0, -1);
        outage_merge(&sum, swap ? &other : &o);
        outage_merge(&sum, swap ? &o : &other);
        CHECK_EQ(sum.n, 1);
        CHECK_EQ(sum.list[0].from_ns, 100);
        CHECK_EQ(sum.list[0].to_ns, 0);
        CHECK_EQ(sum.list[0].by, -1);
    }
}

static void others_stay_apart(void) {
    begin_anew();
    happen(&o, 1, 100, 200, 1);
    happen(&other, 1, 300, 400, 1); /* later */
    happen(&other, 2, 150, 180, 2); /* another node */
    outage_merge(&sum, &o);
    outage_merge(&sum, &other);
    CHECK_EQ(sum.n, 3);
    CHECK_EQ(sum.list[1].from_ns, 300);
    CHECK_EQ(sum.list[2].node, 2);
}

static void a_full_list_merges_into_a_count(void) {
    begin_anew();
    for (int i = 0; i < OUTAGE_MAX; i++)
        happen(&o, 1, 1000 * i + 1, 1000 * i + 500, 1);
    happen(&other, 1, 400, 600, 1); /* overlaps the first */
    happen(&other, 1, 700, 800, 1);
    happen(&other, 2, 100, 200, 1);
    other.more = 4;
    outage_merge(&sum, &o);
    outage_merge(&sum, &other);
    CHECK_EQ(sum.n, OUTAGE_MAX);
    CHECK_EQ(sum.more, 4 + 2);
    CHECK_EQ(sum.list[0].to_ns, 600);
}

int main(void) {
    RUN(it_lasts_until_one_of_its_slots_is_served);
    RUN(nobody_has_served_it_while_it_goes_on);
    RUN(errors_of_its_slots_are_its_own);
    RUN(it_begins_once);
    RUN(slots_that_join_are_an_outage_of_their_own);
    RUN(a_node_without_slots_has_none);
    RUN(one_node_may_fail_again_and_again);
    RUN(a_full_list_counts_those_that_come_after);
    RUN(what_overlaps_is_one);
    RUN(one_that_goes_on_makes_all_of_it_go_on);
    RUN(others_stay_apart);
    RUN(a_full_list_merges_into_a_count);
    return t_end();
}
