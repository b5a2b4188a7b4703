/* SPDX-License-Identifier: BSD-3-Clause */
/* See crc64.h. Eight bytes a step. The CRC is linear, so an entry of a table is the sum (xor) of
 * the entries for its bits; the 64 of these are the polynomial, divided on by one bit each. The
 * tables are spelled out of them by the preprocessor, and constant. */
#include "base/crc64.h"

/* Table k, byte i: what is left of i with k zero bytes behind it. From the entry for bit 7 down. */
#define ENTRY(i, b7, b6, b5, b4, b3, b2, b1, b0)                                                   \
    ((i)&128 ? b7 : 0) ^ ((i)&64 ? b6 : 0) ^ ((i)&32 ? b5 : 0) ^ ((i)&16 ? b4 : 0) ^               \
        ((i)&8 ? b3 : 0) ^ ((i)&4 ? b2 : 0) ^ ((i)&2 ? b1 : 0) ^ ((i)&1 ? b0 : 0)
#define FOUR(i, ...)                                                                               \
    ENTRY(i, __VA_ARGS__), ENTRY(i + 1, __VA_ARGS__), ENTRY(i + 2, __VA_ARGS__),                   \
        ENTRY(i + 3, __VA_ARGS__)
#define SIXTEEN(i, ...)                                                                            \
    FOUR(i, __VA_ARGS__), FOUR(i + 4, __VA_ARGS__), FOUR(i + 8, __VA_ARGS__),                      \
        FOUR(i + 12, __VA_ARGS__)
#define SIXTY_FOUR(i, ...)                                                                         \
    SIXTEEN(i, __VA_ARGS__), SIXTEEN(i + 16, __VA_ARGS__), SIXTEEN(i + 32, __VA_ARGS__),           \
        SIXTEEN(i + 48, __VA_ARGS__)
#define TABLE(...)                                                                                 \
    {                                                                                              \
        SIXTY_FOUR(0, __VA_ARGS__), SIXTY_FOUR(64, __VA_ARGS__), SIXTY_FOUR(128, __VA_ARGS__),     \
            SIXTY_FOUR(192, __VA_ARGS__)                                                           \
    }

static const uint64_t tables[8][256] = {
    TABLE(0x95ac9329ac4bc9b5, 0xdf7adabd7a6e2d6f, 0xfa11fe77117cdf02, 0x7d08ff3b88be6f81,
          0xab28ecb46814fe75, 0xc038e5739841b68f, 0xf5b0e190606b12f2, 0x7ad870c830358979),
    TABLE(0xa8c0ab4db4510d09, 0xc1ccc68f76634f31, 0xf54af06e177a6e2d, 0xef09eb1ea7f6fea3,
          0xe22866a6ffb0b6e4, 0x711433537fd85b72, 0x388a19a9bfec2db9, 0x89e99ffd73bddf69),
    TABLE(0xd1585cd715952601, 0xfd00bd4226815ab5, 0xeb2ccd88bf0b64ef, 0xe03af5edf3ce7bc2,
          0x701d7af6f9e73de1, 0xada22e52d0b85745, 0xc37d8400c417e217, 0xf4125129ce4038be),
    TABLE(0x7a092894e7201c5f, 0xa8a80763dfdbc79a, 0x545403b1efede3cd, 0xbf8692f15bbd3853,
          0xca6fda510195559c, 0x6537ed2880caaace, 0x329bf69440655567, 0x8ce168638c796306),
    TABLE(0x4670b431c63cb183, 0xb694c9314f559174, 0x5b4a6498a7aac8ba, 0x2da5324c53d5645d,
          0x837e0a0f85a17b9b, 0xd413962e6e9b7478, 0x6a09cb17374dba3c, 0x3504e58b9ba6dd1e),
    TABLE(0x1a8272c5cdd36e8f, 0x98edaa4b4aa27ef2, 0x4c76d525a5513f79, 0xb397f9bb7ee35609,
          0xcc676ff4133a62b1, 0xf39f24d3a5d6f8ed, 0xec6301407ea0b5c3, 0xe39d1389931b9354),
    TABLE(0x71ce89c4c98dc9aa, 0x38e744e264c6e4d5, 0x89df31589e28bbdf, 0xd1430b85e35f945a,
          0x68a185c2f1afca2d, 0xa1fc51c8d49c2ca3, 0xc552bbcdc605dfe4, 0x62a95de6e302eff2),
    TABLE(0x3154aef3718177f9, 0x8d06c450148b7249, 0xd32ff101a60e7091, 0xfc3b6ba97f4cf1fd,
          0xebb126fd13edb14b, 0xe074005725bd1110, 0x703a002b92de8888, 0x381d0015c96f4444),
};

static uint64_t byte_of(uint64_t v, int i) {
    return v >> (8 * i) & 0xff;
}

/* Eight bytes, the first one lowest, whatever the machine's own order is. */
static uint64_t load(const unsigned char *p) {
    return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 |
           (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 |
           (uint64_t)p[7] << 56;
}

static uint64_t fold(uint64_t v) {
    return tables[7][byte_of(v, 0)] ^ tables[6][byte_of(v, 1)] ^ tables[5][byte_of(v, 2)] ^
           tables[4][byte_of(v, 3)] ^ tables[3][byte_of(v, 4)] ^ tables[2][byte_of(v, 5)] ^
           tables[1][byte_of(v, 6)] ^ tables[0][byte_of(v, 7)];
}

uint64_t crc64_update(uint64_t crc, const void *p, size_t n) {
    const unsigned char *at = p;
    for (; n >= 8; n -= 8, at += 8)
        crc = fold(crc ^ load(at));
    for (; n; n--, at++)
        crc = tables[0][(crc ^ *at) & 0xff] ^ crc >> 8;
    return crc;
}
