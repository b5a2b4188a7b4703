/* SPDX-License-Identifier: BSD-3-Clause */
/* Counts complete replies in a byte stream and does nothing else: the load generator's reader.
 * Understands what resp/read understands, with its default limits and its errors (pushes and
 * attributes are not replies; pushes are counted apart), at memory speed. Resumable at any byte. */
#ifndef RESP_SCAN_H
#define RESP_SCAN_H

#include "resp/read.h"

/* An error at top level: its text without the type byte, or the first piece of one that came cut.
 * s->replies is then the number of replies before it. */
typedef void resp_scan_error_fn(void *arg, const char *text, size_t len);

struct resp_scanner {
    uint64_t replies;             /* complete replies so far (pushes not among them) */
    uint64_t errors;              /* of these, errors at top level */
    uint64_t pushes;              /* complete pushes at top level */
    resp_scan_error_fn *on_error; /* set after init; may be NULL */
    void *error_arg;
    bool told; /* private: of the error under way, its first piece */
    /* Private but for reader.err, the sticky error: reads what the quick way does not. */
    struct resp_reader reader;
};

void resp_scan_init(struct resp_scanner *s);
void resp_scan_release(struct resp_scanner *s);
/* Forget the stream and the counts (a new connection), keep the memory. */
void resp_scan_reset(struct resp_scanner *s);
/* Take n bytes, stopping after the reply that brings the count of this call to max_replies (0 = no
 * bound); *used is how many bytes were taken (all of them when not stopped). Returns the number of
 * replies that were completed, or VK_EPROTO / VK_ELIMIT (sticky; replies completed before it in
 * this call are in s->replies only). */
int resp_scan_feed(struct resp_scanner *s, const char *p, size_t n, int max_replies,
                   size_t *used) MUST_CHECK;

#endif
