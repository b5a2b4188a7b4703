/* SPDX-License-Identifier: BSD-3-Clause */
/* Commands to RESP: arrays of bulk strings. Two ways: into one buffer, or onto a queue that copies
 * small arguments and points at large ones, for writev. The cut-off, 6000 bytes, is that of the
 * Python clients' command packers. For patched templates see resp/template.h. */
#ifndef RESP_WRITE_H
#define RESP_WRITE_H

#include <sys/uio.h>

#include "base/buf.h"

enum { RESP_WRITE_CUTOFF = 6000 };

/* Append one command. lens NULL = argv are C strings. VK_ELIMIT when b's maximum would be passed
 * (b is then unchanged). */
int resp_write_argv(struct buf *b, int argc, const char *const *argv, const size_t *lens);

/* Bytes waiting to be written, partly copied, partly borrowed. */
struct resp_write_piece {
    const char *p; /* borrowed bytes, or NULL: the next len bytes of `copied` */
    size_t len;
};
struct resp_write_queue {
    struct buf copied; /* bytes of all copied pieces, from copied_at on */
    size_t copied_at;
    struct resp_write_piece *pieces; /* from first to first + count, in order; grows */
    size_t first, count, cap;
    size_t len; /* bytes waiting in all */
};
/* max: limit on copied bytes that wait (the memory behind them may be twice that). */
void resp_write_queue_init(struct resp_write_queue *q, size_t max);
void resp_write_queue_release(struct resp_write_queue *q);
void resp_write_queue_clear(struct resp_write_queue *q);
/* Append one command; arguments longer than the cut-off are borrowed until they are sent.
 * VK_ELIMIT when the copied bytes would pass the limit (q is then unchanged). */
int resp_write_queue_add(struct resp_write_queue *q, int argc, const char *const *argv,
                         const size_t *lens);
/* Append bytes that are RESP already, copied. */
int resp_write_queue_raw(struct resp_write_queue *q, const char *p, size_t n);
/* Fill at most max entries of v with what waits, from the front; returns how many. Valid until the
 * next add, sent or clear. */
int resp_write_queue_iov(const struct resp_write_queue *q, struct iovec *v, int max);
/* n bytes from the front have gone out. */
void resp_write_queue_sent(struct resp_write_queue *q, size_t n);

#endif
