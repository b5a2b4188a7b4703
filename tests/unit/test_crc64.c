/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdint.h>

#include "base/crc64.h"
#include "t.h"

/* Bit by bit, as the polynomial says. */
static uint64_t slowly(uint64_t crc, const unsigned char *p, size_t n) {
    for (size_t i = 0; i < n; i++) {
        crc ^= p[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0x95ac9329ac4bc9b5 : 0);
    }
    return crc;
}

static void known_values(void) {
    static const char payload[] = "\x00\x0chello, world\n\x00"; /* DUMP's, of a 7.0 server */
    CHECK(crc64_update(0, "123456789", 9) == 0xe9c6d914c4b8d9ca);
    CHECK(crc64_update(0, payload, sizeof payload - 1) == 0x2f96eff9e2b3e6cb);
    CHECK(crc64_update(0, "", 0) == 0);
    CHECK(crc64_update(0x1234, "", 0) == 0x1234);
}

enum { MANY = 600 };

static void fill(unsigned char *p) {
    uint64_t x = 88172645463325252;
    for (int i = 0; i < MANY; i++) {
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        p[i] = (unsigned char)x;
    }
}

static void every_length_from_every_place(void) {
    unsigned char data[MANY];
    int wrong = 0;
    fill(data);
    for (size_t from = 0; from < 16; from++)
        for (size_t n = 0; n < MANY - from; n++)
            wrong += crc64_update(0, data + from, n) != slowly(0, data + from, n);
    CHECK_EQ(wrong, 0);
}

static void in_pieces_as_in_one(void) {
    unsigned char data[MANY];
    int wrong = 0;
    fill(data);
    uint64_t whole = slowly(0, data, MANY);
    for (size_t cut = 0; cut <= MANY; cut++)
        wrong += crc64_update(crc64_update(0, data, cut), data + cut, MANY - cut) != whole;
    CHECK_EQ(wrong, 0);
}

int main(void) {
    RUN(known_values);
    RUN(every_length_from_every_place);
    RUN(in_pieces_as_in_one);
    return t_end();
}
