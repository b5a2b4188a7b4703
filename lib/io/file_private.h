/* SPDX-License-Identifier: BSD-3-Clause */
/* A file in the user's home that is nobody else's business, and to which several processes may
 * append at once. Devices and pipes (a link to /dev/null) read as empty and swallow what is
 * written. */
#ifndef IO_FILE_PRIVATE_H
#define IO_FILE_PRIVATE_H

#include "base/buf.h"

/* Append all of path to out, up to its maximum; *mode becomes its permission bits. VK_EFILE (e->sys
 * ENOENT: there is none). */
int file_private_read(const char *path, struct buf *out, unsigned *mode, struct err *e) MUST_CHECK;
/* Write p[0..n) at the end in one go, and let none but the owner read it. What is missing of path
 * is made: folders 0700, the file 0600. n may be 0. VK_EFILE. */
int file_private_append(const char *path, const char *p, size_t n, struct err *e) MUST_CHECK;
/* Drop the beginning of a file of at most max bytes, all at once: keep_from is given what is there,
 * and returns where that begins which stays. What others append meanwhile is not lost. VK_EFILE. */
typedef size_t file_private_keep_fn(const char *p, size_t n);
int file_private_trim(const char *path, size_t max, file_private_keep_fn *keep_from,
                      struct err *e) MUST_CHECK;

#endif
