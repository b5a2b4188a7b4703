/* SPDX-License-Identifier: BSD-3-Clause */
/* Who does what, and when. See schedule.h. Moments are exact: a rate is taken apart into the whole
 * number and the power of two that it is as a double, and op / rate is worked out in 128 bits and
 * rounded to the nearest ns. schedule_due is the inverse to the last operation, so that what is due
 * is just what has been meant for now or before. */
#include "load/schedule.h"

#include <assert.h>
#include <string.h>

typedef unsigned __int128 wide;

#define WIDE_MAX (~(wide)0)
#define NS_PER_S UINT64_C(1000000000)

enum { MANTISSA_BITS = 52, EXPONENT_MASK = 2047, EXPONENT_BIAS = 1023 };

/* rate = factor * 2^power, to the bit (IEEE 754 double, positive and normal). */
struct parts {
    uint64_t factor;
    int power;
};

static struct parts take_apart(double rate) {
    uint64_t bits, hidden = UINT64_C(1) << MANTISSA_BITS;
    memcpy(&bits, &rate, sizeof bits);
    return (struct parts){
        .factor = (bits & (hidden - 1)) | hidden,
        .power = (int)(bits >> MANTISSA_BITS & EXPONENT_MASK) - EXPONENT_BIAS - MANTISSA_BITS,
    };
}

/* a * 2^n, or the greatest number when it is more. */
static wide shift_up(wide a, int n) {
    if (n < 128 && a <= WIDE_MAX >> n) return a << n;
    return a ? WIDE_MAX : 0;
}

/* a / 2^n, rounded up. */
static wide shift_down(wide a, int n) {
    if (n >= 128) return a != 0;
    return (a >> n) + ((a >> n) << n != a);
}

/* total * part / all, rounded down. */
static uint64_t portion(uint64_t total, uint64_t part, uint64_t all) {
    return (uint64_t)((wide)total * part / all);
}

void schedule_deal(struct schedule *s, const struct schedule_share *share, uint64_t total,
                   double rate) {
    assert(share->workers > 0 && share->worker < share->workers && share->all_connections > 0);
    *s = (struct schedule){
        .next = (uint64_t)share->worker,
        .stride = (uint64_t)share->workers,
        .end = total,
        .rate = rate > 0 ? rate : 0,
    };
    if (rate > 0 || total == SCHEDULE_NO_END) return;
    uint64_t behind = share->first_connection + share->connections;
    s->next = portion(total, share->first_connection, share->all_connections);
    s->end = portion(total, behind, share->all_connections);
    s->stride = 1;
}

int64_t schedule_intended(const struct schedule *s, uint64_t op) {
    struct parts rate = take_apart(s->rate);
    wide dividend = (wide)op * NS_PER_S, half = rate.factor / 2, after_ns;
    if (rate.power < 0)
        dividend = shift_up(dividend, -rate.power);
    else
        dividend = shift_down(dividend, rate.power);
    if (dividend > WIDE_MAX - half) dividend = WIDE_MAX - half;
    after_ns = (dividend + half) / rate.factor;
    wide most = s->start_ns > 0 ? (wide)(INT64_MAX - s->start_ns) : (wide)INT64_MAX;
    return s->start_ns + (int64_t)(after_ns < most ? after_ns : most);
}

/* How many operations, of all workers, are meant for now or before: op * NS_PER_S / rate, rounded
 * to the nearest ns, is at most `now` when op is below (now + 1/2) * rate / NS_PER_S. */
static uint64_t started(const struct schedule *s, int64_t now_ns) {
    struct parts rate = take_apart(s->rate);
    wide elapsed = (wide)((uint64_t)now_ns - (uint64_t)s->start_ns) + 1;
    wide bound = elapsed * rate.factor - rate.factor / 2;
    bound = rate.power < 0 ? shift_down(bound, -rate.power) : shift_up(bound, rate.power);
    wide n = bound / NS_PER_S + (bound % NS_PER_S != 0);
    return n < UINT64_MAX ? (uint64_t)n : UINT64_MAX;
}

uint64_t schedule_due(const struct schedule *s, int64_t now_ns, uint64_t max) {
    if (s->rate <= 0 || now_ns < s->start_ns) return 0;
    uint64_t below = started(s, now_ns);
    if (below > s->end) below = s->end;
    if (below <= s->next) return 0;
    uint64_t n = (below - s->next - 1) / s->stride + 1;
    return n < max ? n : max;
}

uint64_t schedule_left(const struct schedule *s) {
    return schedule_is_done(s) ? 0 : (s->end - s->next - 1) / s->stride + 1;
}

uint64_t schedule_take(struct schedule *s, uint64_t n) {
    uint64_t first = s->next;
    s->next = n < schedule_left(s) ? first + n * s->stride : s->end;
    return first;
}
