/* SPDX-License-Identifier: BSD-3-Clause */
/* Waiting between tries. All arithmetic is in retry_backoff_ns, which is pure; the rest counts
 * failures and draws the random number. Doubling stops at the cap instead of raising 2 to the n. */
#include "core/retry.h"

#include <assert.h>
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
    for (int i = 0; i < n && v < p->cap_ns; i++) {
        if (v > p->cap_ns / 2 || !v) break;
        v *= 2;
    }
    return v && n > 0 && v < p->cap_ns && v > p->cap_ns / 2 ? p->cap_ns : least(v, p->cap_ns);
}

/* Uniform in [from, to). */
static int64_t between(int64_t from, int64_t to, double random) {
    return from + (int64_t)(random * (double)(to - from));
}
