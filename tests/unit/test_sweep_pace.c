/* SPDX-License-Identifier: BSD-3-Clause */
/* How many keys a SCAN looks at, against a server whose time for a key is known. */
#include "base/clock.h"
#include "cmd/vk/sweep_pace.h"
#include "t.h"

#define US (CLOCK_NS_PER_MS / 1000)

/* So many calls over such a network to a server that needs so long for a key. */
static uint64_t settle(struct sweep_pace *p, int calls, int64_t network_ns, int64_t key_ns) {
    while (calls--)
        sweep_pace_took(p, network_ns + (int64_t)p->count * key_ns);
    return p->count;
}

static void fixed_stays(void) {
    struct sweep_pace p;
    sweep_pace_init(&p, 7);
    CHECK(!sweep_pace_is_new(&p));
    CHECK_EQ(settle(&p, 50, 10 * US, 1), 7);
    CHECK_EQ(settle(&p, 50, 10 * US, CLOCK_NS_PER_MS), 7);
    CHECK(!sweep_pace_is_new(&p));
}

static void grows_while_it_is_quick(void) {
    struct sweep_pace p;
    sweep_pace_init(&p, 0);
    CHECK_EQ(p.count, 100);
    CHECK(sweep_pace_is_new(&p));
    CHECK_EQ(settle(&p, 1, 50 * US, 0), 200);
    CHECK_EQ(settle(&p, 30, 50 * US, 0), 1 << 17); /* and no further */
    CHECK(!sweep_pace_is_new(&p));
}

static void settles_under_the_target(void) {
    static const int64_t key_ns[] = {30, 100, 500, 2000, 4000}, network_ns[] = {20, 200, 3000};
    for (size_t k = 0; k < sizeof key_ns / sizeof *key_ns; k++)
        for (size_t n = 0; n < sizeof network_ns / sizeof *network_ns; n++) {
            struct sweep_pace p;
            sweep_pace_init(&p, 0);
            int64_t took = (int64_t)settle(&p, 60, network_ns[n] * US, key_ns[k]) * key_ns[k];
            CHECK(took <= 2 * CLOCK_NS_PER_MS); /* the first 100 keys count as the network */
            CHECK(took >= CLOCK_NS_PER_MS / 4);
        }
}

static void shrinks_when_the_server_slows_down(void) {
    struct sweep_pace p;
    sweep_pace_init(&p, 0);
    uint64_t quick = settle(&p, 40, 50 * US, 200);
    uint64_t slow = settle(&p, 40, 50 * US, 4000);
    CHECK(slow < quick / 8);
    CHECK_EQ(settle(&p, 40, 50 * US, CLOCK_NS_PER_MS), 100); /* the least */
    CHECK(settle(&p, 60, 50 * US, 200) >= quick / 2);
}

static void one_late_answer_is_the_networks(void) {
    struct sweep_pace p;
    sweep_pace_init(&p, 0);
    uint64_t count = settle(&p, 40, 50 * US, 200);
    for (int i = 0; i < 20; i++) {
        sweep_pace_took(&p, 50 * US + (int64_t)p.count * 200);
        sweep_pace_took(&p, 50 * US + CLOCK_NS_PER_MS * 3 / 2);
    }
    CHECK_EQ(p.count, count);
    sweep_pace_took(&p, 50 * US + 10 * CLOCK_NS_PER_MS); /* the best so far holds */
    CHECK_EQ(p.count, count);
}

static void far_away_it_asks_for_more(void) {
    struct sweep_pace p;
    sweep_pace_init(&p, 0);
    settle(&p, 40, 80 * CLOCK_NS_PER_MS, 200000);
    CHECK_EQ(p.count, 1000);     /* a round trip that long is not for 100 keys */
    for (int i = 0; i < 20; i++) /* a network that wavers by more than all the server's time */
        sweep_pace_took(&p, (80 + i % 5 * 4) * CLOCK_NS_PER_MS);
    CHECK(p.count >= 1000);
}

int main(void) {
    RUN(fixed_stays);
    RUN(grows_while_it_is_quick);
    RUN(settles_under_the_target);
    RUN(shrinks_when_the_server_slows_down);
    RUN(one_late_answer_is_the_networks);
    RUN(far_away_it_asks_for_more);
    return t_end();
}
