/* SPDX-License-Identifier: BSD-3-Clause */
/* Payload text. See keygen.h. */
#include "load/keygen.h"

enum { FIRST_STATE = 1234, MULTIPLIER = 1103515245, INCREMENT = 12345 };

void keygen_text_start(struct keygen_text *t) {
    t->state = FIRST_STATE;
}

void keygen_text(struct keygen_text *t, char *dst, size_t n) {
    uint32_t state = t->state;
    for (size_t i = 0; i < n; i++) {
        state = state * MULTIPLIER + INCREMENT;
        dst[i] = (char)('0' + (state >> 16 & 63));
    }
    t->state = state;
}
