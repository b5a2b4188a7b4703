/* SPDX-License-Identifier: BSD-3-Clause */
/* Files of keys on their way from server to server, as vk --export writes them. The format,
 * version 1; numbers are unsigned and little-endian unless something else is said:
 *
 *   "valkit-dump 1\n"
 *   records: kind (1 byte), length of the body (4), check of these (4), body, check (8)
 *
 * The check is the CRC-64 of base/crc64 over the whole file so far, the checks themselves left out;
 * in a record's head stand its lower four bytes. So a byte that is another than it was, a record
 * that is missing, doubled or in another place, and a wrong length are found where they are.
 *
 *   H  the header, the first record: milliseconds since 1970 (8), database (4), then three texts,
 *      each with its length (2) in front: the program, the server's version, its address
 *   K  a key: flags (1), then by flag: 1 when it expires, in milliseconds since 1970 (8); 2 its
 *      idle time in seconds (8); 4 its access frequency (1); then the key, its length (4) in front;
 *      the rest is the payload, exactly as DUMP gave it
 *   E  the end, the last record: how many K stand before it (8)
 *
 * Nothing follows the end. A change of any of this has a new version. */
#ifndef CORE_DUMPFILE_H
#define CORE_DUMPFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

enum {
    DUMPFILE_VERSION = 1,
    DUMPFILE_TEXT_MAX = 1024, /* bytes of each of the header's texts */
};

#define DUMPFILE_BODY_MAX ((size_t)UINT32_MAX)

enum dumpfile_kind { DUMPFILE_HEADER, DUMPFILE_KEY, DUMPFILE_END };

struct dumpfile_text {
    const char *p;
    size_t len;
};

struct dumpfile_header {
    int64_t time_ms;
    uint32_t db;
    struct dumpfile_text program, server, source;
};

enum { DUMPFILE_NONE = -1 };

struct dumpfile_key {
    struct dumpfile_text key, payload;
    int64_t expire_ms; /* since 1970; DUMPFILE_NONE = never */
    int64_t idle_s;    /* DUMPFILE_NONE = not known */
    int freq;          /* 0 to 255; DUMPFILE_NONE = not known */
};

/* ---- writing ---- */

struct dumpfile_writer {
    uint64_t check, keys;
};

/* The first line and the header. Longer texts are cut. VK_ELIMIT: out is full. */
int dumpfile_begin(struct dumpfile_writer *w, struct buf *out,
                   const struct dumpfile_header *h) MUST_CHECK;
/* VK_ELIMIT: out is full, or the key is too large for the format; out and w are as they were. */
int dumpfile_put(struct dumpfile_writer *w, struct buf *out,
                 const struct dumpfile_key *k) MUST_CHECK;
int dumpfile_end(struct dumpfile_writer *w, struct buf *out) MUST_CHECK;

/* ---- reading ---- */

/* By kind. A key has been checked, and all in front of it. */
struct dumpfile_record {
    enum dumpfile_kind kind;
    struct dumpfile_header header;
    struct dumpfile_key key;
};

struct dumpfile_reader;

/* body_max: bytes of one record's body that are taken, 0 = what the format allows. */
struct dumpfile_reader *dumpfile_new(size_t body_max);
void dumpfile_free(struct dumpfile_reader *r);
/* The next bytes, borrowed until dumpfile_next returns 0; the window before must be used up. The
 * cut may fall anywhere. */
void dumpfile_feed(struct dumpfile_reader *r, const char *p, size_t n);
/* 1 and *out filled, its texts valid until the next call; 0 when the window is used up. VK_EPARSE:
 * not such a file, of another version, or altered; VK_ELIMIT: a record is over body_max; both
 * sticky, e says what is wrong and where. */
int dumpfile_next(struct dumpfile_reader *r, struct dumpfile_record *out, struct err *e) MUST_CHECK;
/* The file has no more bytes: is it whole? VK_EPARSE: cut (e says where), or empty. */
int dumpfile_finish(const struct dumpfile_reader *r, struct err *e) MUST_CHECK;
/* Bytes of the whole records so far. */
uint64_t dumpfile_offset(const struct dumpfile_reader *r);

#endif
