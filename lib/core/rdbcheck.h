/* SPDX-License-Identifier: BSD-3-Clause */
/* Is it a whole dump file? Bytes in, as they come; looked at are the magic at the beginning, and
 * the end mark and the CRC64 over everything at the end. The keys between are not taken apart. */
#ifndef CORE_RDBCHECK_H
#define CORE_RDBCHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum { RDBCHECK_MAGIC = 9, RDBCHECK_SUM = 8 };

struct rdbcheck {
    uint64_t n;                       /* bytes so far */
    uint64_t crc;                     /* of all but those that are held */
    unsigned char held[RDBCHECK_SUM]; /* the last ones, which may be the CRC; n < 8: the first n */
    unsigned char before;             /* the byte in front of them */
    char magic[RDBCHECK_MAGIC + 1];   /* "REDIS0010", "VALKEY080" */
};

void rdbcheck_init(struct rdbcheck *c);
/* VK_EPROTO: what has come is no dump, whatever follows. */
int rdbcheck_take(struct rdbcheck *c, const char *p, size_t n, struct err *e) MUST_CHECK;
/* That was all. VK_EPROTO: it is cut off, or damaged. *summed: it has a CRC, and that is right; a
 * server with rdbchecksum no writes none. */
int rdbcheck_end(const struct rdbcheck *c, bool *summed, struct err *e) MUST_CHECK;
/* The format's version, as the magic says it. */
int rdbcheck_version(const struct rdbcheck *c);

#endif
