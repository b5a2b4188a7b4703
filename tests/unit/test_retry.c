/* SPDX-License-Identifier: BSD-3-Clause */
#include "core/retry.h"

#include <limits.h>

#include "base/clock.h"
#include "t.h"

#define MS CLOCK_NS_PER_MS
#define S CLOCK_NS_PER_S

enum { DRAWS = 100000 };

static struct retry_policy policy_of(enum retry_backoff backoff) {
    struct retry_policy p = RETRY_POLICY_DEFAULT;
    p.backoff = backoff;
    return p;
}

static void the_default_policy_is_that_of_the_reference(void) {
    struct retry_policy p = RETRY_POLICY_DEFAULT;
    CHECK_EQ(p.backoff, RETRY_EQUAL_JITTER);
    CHECK_EQ(p.base_ns, 8 * MS);
    CHECK_EQ(p.cap_ns, 512 * MS);
    CHECK_EQ(p.retries, 0);
}

static void attempts_are_retries_and_one(void) {
    struct rng rng;
    rng_seed(&rng, 1);
    for (int retries = 0; retries < 10; retries++) {
        struct retry_policy p = policy_of(RETRY_NO);
        struct retry r;
        int64_t wait_ns = -1;
        int attempts = 1;
        p.retries = retries;
        retry_start(&r, &p, &rng);
        while (retry_again(&r, ERRCLASS_LOST, ERRCLASS_LOST, &wait_ns))
            attempts++;
        CHECK_EQ(attempts, retries + 1);
        CHECK_EQ(r.failures, retries + 1);
    }
}

static void negative_retries_never_end(void) {
    struct rng rng;
    struct retry r;
    struct retry_policy p = policy_of(RETRY_EXPONENTIAL);
    int64_t wait_ns;
    rng_seed(&rng, 1);
    p.retries = -1;
    retry_start(&r, &p, &rng);
    for (int i = 0; i < 1000; i++)
        CHECK(retry_again(&r, ~0u, ERRCLASS_CONNECT, &wait_ns));
    r.failures = INT_MAX;
    CHECK(retry_again(&r, ~0u, ERRCLASS_CONNECT, &wait_ns));
    CHECK_EQ(wait_ns, 512 * MS);
}

static void only_listed_classes_are_tried_again(void) {
    struct rng rng;
    struct retry r;
    struct retry_policy p = policy_of(RETRY_CONSTANT);
    int64_t wait_ns = 7;
    rng_seed(&rng, 1);
    p.retries = 1;
    retry_start(&r, &p, &rng);
    CHECK(!retry_again(&r, ERRCLASS_LOST, ERRCLASS_AUTH, &wait_ns));
    CHECK(!retry_again(&r, ERRCLASS_LOST, ERRCLASS_NONE, &wait_ns));
    CHECK(!retry_again(&r, 0, ERRCLASS_LOST, &wait_ns));
    CHECK_EQ(wait_ns, 7);
    CHECK(retry_again(&r, ERRCLASS_LOST | ERRCLASS_TIMEOUT, ERRCLASS_LOST, &wait_ns));
    CHECK_EQ(wait_ns, 8 * MS);
}

static void exponential_doubles_up_to_the_cap(void) {
    static const int series_ms[] = {16, 32, 64, 128, 256, 512, 512, 512};
    struct retry_policy p = policy_of(RETRY_EXPONENTIAL);
    for (int n = 1; n <= 8; n++)
        CHECK_EQ(retry_backoff_ns(&p, n, 0, 0.3), series_ms[n - 1] * MS);
}

static void no_number_of_failures_overflows(void) {
    for (int b = RETRY_NO; b <= RETRY_EXPONENTIAL_WITH_JITTER; b++) {
        struct retry_policy p = policy_of((enum retry_backoff)b);
        int64_t wait = retry_backoff_ns(&p, INT_MAX, p.cap_ns, 0.999);
        CHECK(wait >= 0 && wait <= p.cap_ns);
        p.base_ns = INT64_MAX / 2;
        p.cap_ns = INT64_MAX;
        wait = retry_backoff_ns(&p, INT_MAX, p.cap_ns, 0.999);
        CHECK(wait >= 0 && wait <= p.cap_ns);
        if (b == RETRY_EXPONENTIAL) CHECK_EQ(wait, p.cap_ns);
        p.base_ns = 0;
        CHECK_EQ(retry_backoff_ns(&p, INT_MAX, 0, 0.999), 0);
    }
}

static void exponential_with_jitter_caps_after_the_chance(void) {
    static const double random[] = {0.25, 0.5, 0.75, 1.0, 0.9};
    static const int64_t wait_ns[] = {S / 4, S, 3 * S, 5 * S, 5 * S};
    struct retry_policy p = policy_of(RETRY_EXPONENTIAL_WITH_JITTER);
    p.base_ns = S;
    p.cap_ns = 5 * S;
    for (int n = 0; n < 5; n++)
        CHECK_EQ(retry_backoff_ns(&p, n, 0, random[n]), wait_ns[n]);
    p.backoff = RETRY_FULL_JITTER; /* and that one before: it stays below */
    CHECK_EQ(retry_backoff_ns(&p, 4, 0, 0.5), 5 * S / 2);
}

/* Least and greatest of many draws of the wait after failure n. */
static void bounds(enum retry_backoff backoff, int n, int64_t *least, int64_t *greatest) {
    struct rng rng;
    struct retry r;
    struct retry_policy p = policy_of(backoff);
    rng_seed(&rng, 42);
    *least = INT64_MAX;
    *greatest = 0;
    for (int i = 0; i < DRAWS; i++) {
        retry_start(&r, &p, &rng);
        int64_t wait = retry_wait_ns(&r, n);
        if (wait < *least) *least = wait;
        if (wait > *greatest) *greatest = wait;
    }
}

static void check_bounds(enum retry_backoff backoff, int n, int64_t from, int64_t to) {
    int64_t least, greatest;
    bounds(backoff, n, &least, &greatest);
    CHECK(least >= from && least <= from + (to - from) / 100);
    CHECK(greatest <= to && greatest >= to - (to - from) / 100);
}

static void jitter_fills_its_range_and_no_more(void) {
    check_bounds(RETRY_FULL_JITTER, 2, 0, 32 * MS);
    check_bounds(RETRY_EQUAL_JITTER, 2, 16 * MS, 32 * MS);
    check_bounds(RETRY_EXPONENTIAL_WITH_JITTER, 2, 0, 32 * MS);
    check_bounds(RETRY_EQUAL_JITTER, 50, 256 * MS, 512 * MS);
    check_bounds(RETRY_DECORRELATED_JITTER, 1, 8 * MS, 8 * MS);
}

static void decorrelated_jitter_remembers_within_an_operation_only(void) {
    struct rng rng;
    struct retry r;
    struct retry_policy p = policy_of(RETRY_DECORRELATED_JITTER);
    int64_t previous = 0, greatest = 0;
    rng_seed(&rng, 3);
    retry_start(&r, &p, &rng);
    for (int n = 1; n < DRAWS; n++) {
        int64_t wait = retry_wait_ns(&r, n), top = previous * 3 > 8 * MS ? previous * 3 : 8 * MS;
        CHECK(wait >= 8 * MS && wait <= top && wait <= 512 * MS);
        previous = wait;
        if (wait > greatest) greatest = wait;
    }
    CHECK_EQ(greatest, 512 * MS);
    retry_start(&r, &p, &rng);
    CHECK_EQ(retry_wait_ns(&r, 1), 8 * MS);
}

static void a_seed_gives_the_same_series(void) {
    struct rng a, b;
    struct retry ra, rb;
    struct retry_policy p = policy_of(RETRY_FULL_JITTER);
    rng_seed(&a, 9);
    rng_seed(&b, 9);
    retry_start(&ra, &p, &a);
    retry_start(&rb, &p, &b);
    for (int n = 1; n < 20; n++)
        CHECK_EQ(retry_wait_ns(&ra, n), retry_wait_ns(&rb, n));
}

static void a_write_whose_reply_was_lost_stays_lost(void) {
    CHECK(retry_may_resend(false, false));
    CHECK(retry_may_resend(true, true));
    CHECK(!retry_may_resend(true, false));
}

static void backoffs_are_parsed(void) {
    struct retry_policy p = RETRY_POLICY_DEFAULT;
    struct err e;
    CHECK_EQ(retry_parse_backoff(&p, "Exponential:10:2000", &e), 0);
    CHECK(p.backoff == RETRY_EXPONENTIAL && p.base_ns == 10 * MS && p.cap_ns == 2000 * MS);
    CHECK_EQ(retry_parse_backoff(&p, "constant:5000", &e), 0);
    CHECK(p.backoff == RETRY_CONSTANT && p.base_ns == 5000 * MS && p.cap_ns == 5000 * MS);
    CHECK_EQ(retry_parse_backoff(&p, "no", &e), 0);
    CHECK_EQ(p.backoff, RETRY_NO);
    CHECK_EQ(retry_parse_backoff(&p, "exponential-with-jitter", &e), 0);
    CHECK_EQ(p.backoff, RETRY_EXPONENTIAL_WITH_JITTER);
}

static void wrong_backoffs_are_named_and_change_nothing(void) {
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"sometimes:1", "unknown backoff 'sometimes'"},
        {"", "unknown backoff ''"},
        {"no:1", "backoff 'no:1': too many numbers"},
        {"constant:1:2", "backoff 'constant:1:2': too many numbers"},
        {"full-jitter:1:2:3", "backoff 'full-jitter:1:2:3': too many numbers"},
        {"exponential:a", "backoff 'exponential:a': 'a' is not a whole number of ms from 0 to "
                          "86400000"},
        {"exponential:1:", "backoff 'exponential:1:': '' is not a whole number of ms from 0 to "
                           "86400000"},
        {"exponential:86400001", "backoff 'exponential:86400001': '86400001' is not a whole number "
                                 "of ms from 0 to 86400000"},
        {"exponential:20:10", "backoff 'exponential:20:10': the cap is below the base"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct retry_policy p = RETRY_POLICY_DEFAULT;
        struct err e;
        CHECK_EQ(retry_parse_backoff(&p, rows[i].text, &e), VK_EUSAGE);
        CHECK_STR(e.text, rows[i].message);
        CHECK(p.backoff == RETRY_EQUAL_JITTER && p.base_ns == 8 * MS && p.cap_ns == 512 * MS);
    }
}

int main(void) {
    RUN(the_default_policy_is_that_of_the_reference);
    RUN(attempts_are_retries_and_one);
    RUN(negative_retries_never_end);
    RUN(only_listed_classes_are_tried_again);
    RUN(exponential_doubles_up_to_the_cap);
    RUN(no_number_of_failures_overflows);
    RUN(exponential_with_jitter_caps_after_the_chance);
    RUN(jitter_fills_its_range_and_no_more);
    RUN(decorrelated_jitter_remembers_within_an_operation_only);
    RUN(a_seed_gives_the_same_series);
    RUN(a_write_whose_reply_was_lost_stays_lost);
    RUN(backoffs_are_parsed);
    RUN(wrong_backoffs_are_named_and_change_nothing);
    return t_end();
}
