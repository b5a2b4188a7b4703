/* SPDX-License-Identifier: BSD-3-Clause */
/* The slot of a key (cluster specification, "Key distribution model"): CRC16-XMODEM, polynomial
 * 0x1021, initial value 0. Eight bytes at a time by eight tables (slicing: Kounavis and Berry, "A
 * Systematic Approach to Building High Performance Software-Based CRC Generators", 2005): table k
 * has the CRC of a byte with k zero bytes behind it, so the eight look-ups do not wait for each
 * other. */
#include <string.h>

#include "core/slots.h"
#include "core/slots_crc_tables.h"

enum { SLICES = 8 };

uint16_t slots_crc16(const char *p, size_t len) {
    const unsigned char *b = (const unsigned char *)p;
    unsigned crc = 0;
    for (; len >= SLICES; len -= SLICES, b += SLICES)
        crc = tables[7][b[0] ^ (crc >> 8)] ^ tables[6][b[1] ^ (crc & 0xff)] ^ tables[5][b[2]] ^
              tables[4][b[3]] ^ tables[3][b[4]] ^ tables[2][b[5]] ^ tables[1][b[6]] ^
              tables[0][b[7]];
    for (; len; len--, b++)
        crc = ((crc << 8) & 0xffff) ^ tables[0][(crc >> 8) ^ *b];
    return (uint16_t)crc;
}

unsigned slots_of_key(const char *key, size_t len) {
    const char *open = len ? memchr(key, '{', len) : NULL;
    if (open) {
        const char *tag = open + 1, *close = memchr(tag, '}', (size_t)(key + len - tag));
        if (close && close != tag) {
            key = tag;
            len = (size_t)(close - tag);
        }
    }
    return slots_crc16(key, len) % SLOTS_COUNT;
}
