/* SPDX-License-Identifier: BSD-3-Clause */
/* Counts complete replies in a byte stream and does nothing else: the load generator's reader.
 * Understands what resp/read understands (same limits on depth and elements; pushes and attributes
 * are counted apart), at memory speed. Resumable at any byte. */
#ifndef RESP_SCAN_H
#define RESP_SCAN_H

#include "resp/read.h"

enum { RESP_SCAN_DEPTH = 32 };

struct resp_scanner {
    uint64_t replies;     /* complete replies so far (pushes not among them) */
    uint64_t errors;      /* of these, errors at top level */
    uint64_t pushes;      /* complete pushes at top level */
    struct err err;       /* sticky */
    /* private to scan.c */
    uint64_t offset;
    int64_t skip;         /* payload bytes and CRLF still to pass over */
    int64_t left[RESP_SCAN_DEPTH];
    char kind[RESP_SCAN_DEPTH];
    uint32_t depth;
    uint8_t state, type;
    char line[64];        /* a header cut by the window's end */
    uint32_t line_len;
};

void resp_scan_init(struct resp_scanner *s);
/* Take n bytes, stopping after the reply that brings the count of this call to max_replies (0 = no
 * bound); *used is how many bytes were taken (all of them when not stopped). Returns the number of
 * replies that were completed, or VK_EPROTO / VK_ELIMIT (sticky). The first byte of each reply's
 * type is not reported; errors are counted. */
int resp_scan_feed(struct resp_scanner *s, const char *p, size_t n, int max_replies, size_t *used)
    MUST_CHECK;

#endif
