/* SPDX-License-Identifier: BSD-3-Clause */
/* A 64-bit hash of bytes for tables in memory. Seeded, not cryptographic; the numbers are the same
 * on machines of either byte order only by chance, so never store them. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t hash_bytes(const void *p, size_t len, uint64_t seed);

#endif
