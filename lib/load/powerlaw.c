/* SPDX-License-Identifier: BSD-3-Clause */
/* See powerlaw.h: the inverse of the distribution function of x^exponent on 1 to n + 1, mirrored.
 */
#include "load/powerlaw.h"

#include <math.h>

uint64_t powerlaw_draw(uint64_t bits, uint64_t n, double exponent) {
    double unit = (double)(bits >> 11) * 0x1p-53, end = (double)n + 1, power = exponent + 1;
    double x = pow((pow(end, power) - 1) * unit + 1, 1 / power);
    uint64_t from_end = (uint64_t)x;
    if (from_end < 1) from_end = 1;
    if (from_end > n) from_end = n;
    return n + 1 - from_end;
}
