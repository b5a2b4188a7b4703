/* SPDX-License-Identifier: BSD-3-Clause */
/* What a primary answers to SYNC or PSYNC, as far as it is no RESP: empty lines while it prepares,
 * the line that says how the dump comes, and the dump itself, either so many bytes or up to a mark
 * of 40 bytes that the line has named. A machine without I/O: bytes in, events out. */
#ifndef CORE_RDBSTREAM_H
#define CORE_RDBSTREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum { RDBSTREAM_MARK = 40, RDBSTREAM_LINE_MAX = 1024 };

enum rdbstream_kind {
    RDBSTREAM_BEGIN = 1, /* the dump follows; size, replid and offset are known, or never */
    RDBSTREAM_DATA,      /* p[0..n) of it */
    RDBSTREAM_END,       /* it is whole; what is behind it is rdbstream_rest */
};

struct rdbstream_event {
    enum rdbstream_kind kind;
    const char *p; /* valid until the next feed */
    size_t n;
};

struct rdbstream {
    int stage;
    bool marked;     /* its end is a mark; else size says it */
    bool resumable;  /* +FULLRESYNC came: replid and offset are set */
    uint64_t size;   /* 0 with a mark */
    uint64_t n;      /* bytes of the dump that DATA has given */
    char replid[41]; /* of the history that the dump is a point of, */
    uint64_t offset; /* and which */
    char mark[RDBSTREAM_MARK];
    char line[RDBSTREAM_LINE_MAX];
    size_t len;                 /* of line, or of held */
    char held[RDBSTREAM_MARK];  /* may be a mark's beginning */
    char given[RDBSTREAM_MARK]; /* what was held, on its way out */
    const char *p, *end;        /* fed, borrowed */
};

void rdbstream_init(struct rdbstream *s);
/* Bytes that came; the last ones are used up. p is borrowed until the next feed. */
void rdbstream_feed(struct rdbstream *s, const char *p, size_t n);
/* 1: an event; 0: more bytes are needed, or it is over. VK_ESERVER, VK_EAUTH: refused, in the
 * server's words; VK_EPROTO: no answer to SYNC. */
int rdbstream_next(struct rdbstream *s, struct rdbstream_event *ev, struct err *e) MUST_CHECK;
/* Behind END: the fed bytes that are not the dump's. */
size_t rdbstream_rest(const struct rdbstream *s, const char **p);

#endif
