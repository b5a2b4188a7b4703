/* SPDX-License-Identifier: BSD-3-Clause */
/* The CRC that dump files and DUMP's payloads end in: 64 bits, Jones' polynomial
 * ad93d23594c935a9, bits reflected, start 0, nothing inverted. */
#ifndef BASE_CRC64_H
#define BASE_CRC64_H

#include <stddef.h>
#include <stdint.h>

/* The CRC of what crc is of (0 = of nothing), with p[0..n) behind it. */
uint64_t crc64_update(uint64_t crc, const void *p, size_t n);

#endif
