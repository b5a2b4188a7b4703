/* SPDX-License-Identifier: BSD-3-Clause */
/* Waiting between tries. All arithmetic is in retry_backoff_ns, which is pure; the rest counts
 * failures and draws the random number. Doubling stops at the cap instead of raising 2 to the n. */
#include "core/retry.h"

#include <limits.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"

enum { MAX_MS = 24 * 60 * 60 * 1000 };

static const struct strategy {
    const char *name;
    int numbers; /* that may follow the name */
} strategies[] = {
    [RETRY_NO] = {"no", 0},
    [RETRY_CONSTANT] = {"constant", 1},
    [RETRY_EXPONENTIAL] = {"exponential", 2},
    [RETRY_FULL_JITTER] = {"full-jitter", 2},
    [RETRY_EQUAL_JITTER] = {"equal-jitter", 2},
    [RETRY_DECORRELATED_JITTER] = {"decorrelated-jitter", 2},
    [RETRY_EXPONENTIAL_WITH_JITTER] = {"exponential-with-jitter", 2},
};
enum { N_STRATEGIES = sizeof strategies / sizeof *strategies };

static int64_t least(int64_t a, int64_t b) {
    return a < b ? a : b;
}

/* min(cap, base * 2^n) */
static int64_t doubled(const struct retry_policy *p, int n) {
    int64_t v = p->base_ns;
    for (; n > 0 && v && v < p->cap_ns; n--) {
        if (v > p->cap_ns / 2) return p->cap_ns;
        v *= 2;
    }
    return least(v, p->cap_ns);
}

/* min(cap, random * base * 2^n): the cap comes after the chance, so unlike full jitter it is hit.
 */
static int64_t doubled_random(const struct retry_policy *p, int n, double random) {
    double v = random * (double)p->base_ns;
    for (; n > 0 && v > 0 && v < (double)p->cap_ns; n--)
        v *= 2;
    return v < (double)p->cap_ns ? (int64_t)v : p->cap_ns;
}

/* Uniform in [from, to). */
static int64_t between(int64_t from, int64_t to, double random) {
    return from + (int64_t)(random * (double)(to - from));
}

static int64_t decorrelated(const struct retry_policy *p, int64_t previous_ns, double random) {
    int64_t to;
    if (__builtin_mul_overflow(previous_ns, 3, &to)) to = INT64_MAX;
    if (to < p->base_ns) to = p->base_ns;
    return least(between(p->base_ns, to, random), p->cap_ns);
}

int64_t retry_backoff_ns(const struct retry_policy *p, int n, int64_t previous_ns, double random) {
    int64_t half = doubled(p, n) / 2;
    switch (p->backoff) {
    case RETRY_CONSTANT: return p->base_ns;
    case RETRY_EXPONENTIAL: return doubled(p, n);
    case RETRY_FULL_JITTER: return between(0, doubled(p, n), random);
    case RETRY_EQUAL_JITTER: return half + between(0, half, random);
    case RETRY_DECORRELATED_JITTER: return decorrelated(p, previous_ns, random);
    case RETRY_EXPONENTIAL_WITH_JITTER: return doubled_random(p, n, random);
    case RETRY_NO: break;
    }
    return 0;
}

void retry_start(struct retry *r, const struct retry_policy *p, struct rng *rng) {
    *r = (struct retry){.policy = p, .rng = rng};
}

int64_t retry_wait_ns(struct retry *r, int n) {
    r->previous_ns = retry_backoff_ns(r->policy, n, r->previous_ns, rng_double(r->rng));
    return r->previous_ns;
}

bool retry_again(struct retry *r, unsigned mask, enum errclass c, int64_t *wait_ns) {
    if (!(mask & (unsigned)c)) return false;
    if (r->failures < INT_MAX) r->failures++;
    if (r->policy->retries >= 0 && r->failures > r->policy->retries) return false;
    *wait_ns = retry_wait_ns(r, r->failures);
    return true;
}

bool retry_may_resend(bool sent, bool reads_only) {
    return !sent || reads_only;
}

static int find_strategy(const char *name, size_t len) {
    for (int i = 0; i < N_STRATEGIES; i++)
        if (str_ieq(name, len, strategies[i].name)) return i;
    return -1;
}

/* The number behind *at (which is at a ':') in ns, and *at moved behind it. */
static int take_ms(const char **at, const char *text, int64_t *ns, struct err *e) {
    const char *from = *at + 1;
    size_t len = strcspn(from, ":");
    uint64_t ms;
    if (str_to_u64(from, len, &ms) || ms > MAX_MS)
        return err_set(e, VK_EUSAGE,
                       "backoff '%s': '%.*s' is not a whole number of ms from 0 to %d", text,
                       (int)len, from, MAX_MS);
    *ns = (int64_t)ms * CLOCK_NS_PER_MS;
    *at = from + len;
    return 0;
}

int retry_parse_backoff(struct retry_policy *p, const char *text, struct err *e) {
    const char *at = text + strcspn(text, ":");
    int found = find_strategy(text, (size_t)(at - text));
    if (found < 0) return err_set(e, VK_EUSAGE, "unknown backoff '%.*s'", (int)(at - text), text);
    int64_t numbers[] = {p->base_ns, p->cap_ns};
    int n = 0;
    for (; *at && n < strategies[found].numbers; n++) {
        int code = take_ms(&at, text, &numbers[n], e);
        if (code < 0) return code;
    }
    if (*at) return err_set(e, VK_EUSAGE, "backoff '%s': too many numbers", text);
    if (n == 2 && numbers[1] < numbers[0])
        return err_set(e, VK_EUSAGE, "backoff '%s': the cap is below the base", text);
    p->backoff = (enum retry_backoff)found;
    p->base_ns = numbers[0];
    p->cap_ns = numbers[1] < numbers[0] ? numbers[0] : numbers[1];
    return 0;
}
