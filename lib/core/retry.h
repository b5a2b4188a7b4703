/* SPDX-License-Identifier: BSD-3-Clause */
/* How often and how long to wait before trying again. Seven backoff strategies, with the formulas
 * of the Python clients; n counts failures from 1. Pure: no clock, no sleep; the random numbers
 * come from a seed. */
#ifndef CORE_RETRY_H
#define CORE_RETRY_H

#include "base/err.h"
#include "base/rng.h"
#include "core/errclass.h"

enum retry_backoff {
    RETRY_NO,
    RETRY_CONSTANT,
    RETRY_EXPONENTIAL,
    RETRY_FULL_JITTER,
    RETRY_EQUAL_JITTER,
    RETRY_DECORRELATED_JITTER,
    RETRY_EXPONENTIAL_WITH_JITTER,
};

struct retry_policy {
    enum retry_backoff backoff;
    int64_t base_ns, cap_ns; /* defaults 8 ms and 512 ms */
    int retries;             /* tries after the first; negative = without end */
    unsigned connect_on;     /* errclass mask: making the connection, handshake included */
    unsigned command_on;     /* errclass mask: a command */
};

/* EqualJitter, base 8 ms, cap 512 ms, no retries; connect_on = CONNECT|LOST|TIMEOUT|LOADING,
 * command_on empty. */
#define RETRY_POLICY_DEFAULT                                                                       \
    (struct retry_policy) {                                                                        \
        .backoff = RETRY_EQUAL_JITTER, .base_ns = 8000000, .cap_ns = 512000000,                    \
        .connect_on = ERRCLASS_CONNECT | ERRCLASS_LOST | ERRCLASS_TIMEOUT | ERRCLASS_LOADING       \
    }

/* One operation's tries. */
struct retry {
    const struct retry_policy *policy;
    struct rng *rng;
    int failures;
    int64_t previous_ns; /* decorrelated jitter's memory */
};

void retry_start(struct retry *r, const struct retry_policy *p, struct rng *rng);
/* A try failed with class c, which is in mask or not: true and *wait_ns (>= 0) when to try again.
 */
bool retry_again(struct retry *r, unsigned mask, enum errclass c, int64_t *wait_ns);
/* The wait after failure number n (from 1) in ns; the arithmetic behind retry_again. */
int64_t retry_wait_ns(struct retry *r, int n);
/* The same without a state: random, in [0, 1), decides what is left to chance; previous_ns is the
 * wait before (decorrelated jitter only). No n overflows. */
int64_t retry_backoff_ns(const struct retry_policy *p, int n, int64_t previous_ns, double random);
/* May a command be sent again? A command that never left may; one whose reply was lost only if it
 * only reads (design, rule 11). */
bool retry_may_resend(bool sent, bool reads_only);
/* "name[:base_ms[:cap_ms]]" (no, constant, exponential, full-jitter, equal-jitter,
 * decorrelated-jitter, exponential-with-jitter) into p. "no" takes no number and "constant" one; a
 * cap that is not given is the policy's, or the base if that is longer. VK_EUSAGE names what is
 * wrong, p is then untouched. */
int retry_parse_backoff(struct retry_policy *p, const char *text, struct err *e) MUST_CHECK;

#endif
