/* SPDX-License-Identifier: BSD-3-Clause */
/* Files that are written from their beginning to their end, plain or compressed as they grow (gzip,
 * RFC 1952), and read again whichever they are. */
#ifndef IO_GZFILE_H
#define IO_GZFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct gzfile;

/* A new file, mode 0600. One that exists is left as it is and refused (VK_EFILE, e->sys EEXIST),
 * but devices and pipes, which are written to. */
int gzfile_create(const char *path, bool compressed, struct gzfile **out, struct err *e) MUST_CHECK;
/* "-" is standard input. VK_EFILE. */
int gzfile_open(const char *path, struct gzfile **out, struct err *e) MUST_CHECK;
/* NULL is legal. What was written and not flushed may be lost. */
void gzfile_free(struct gzfile *f);

/* VK_EFILE with e->sys (ENOSPC, ...); nothing can be written any more. */
int gzfile_write(struct gzfile *f, const char *p, size_t n, struct err *e) MUST_CHECK;
/* All that was written so far can be read by others. Costs compression: not for each record. */
int gzfile_flush(struct gzfile *f, struct err *e) MUST_CHECK;
/* Write what is left, and free f. */
int gzfile_close(struct gzfile *f, struct err *e) MUST_CHECK;
/* Bytes of the file so far, without what waits to be compressed. */
int64_t gzfile_size(const struct gzfile *f);

/* Up to n bytes of what it holds; *got 0: its end. VK_EFILE; VK_EPARSE: compressed, and cut or
 * damaged (what stands before that was given); VK_ECANCEL: a stop signal came (io/signal). */
int gzfile_read(struct gzfile *f, char *p, size_t n, size_t *got, struct err *e) MUST_CHECK;

#endif
