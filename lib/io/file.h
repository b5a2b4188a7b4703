/* SPDX-License-Identifier: BSD-3-Clause */
/* Files and descriptors: whole reads with a limit, whole writes, and a file that appears under its
 * final name only when complete. */
#ifndef IO_FILE_H
#define IO_FILE_H

#include "base/buf.h"

/* To be called before anything is opened: a standard descriptor that is closed becomes one whose
 * use fails, so that no socket gets its number. */
void file_fill_standard(void);
/* Append all of path (or of fd, which stays open) to out, up to its maximum. VK_EFILE.
 */
int file_read_all(const char *path, struct buf *out, struct err *e) MUST_CHECK;
int file_read_fd(int fd, struct buf *out, struct err *e) MUST_CHECK;
/* One secret: the first line of path (or fd), without its newline. VK_EFILE also when it is empty.
 */
int file_read_secret(const char *path, struct buf *out, struct err *e) MUST_CHECK;
int file_read_secret_fd(int fd, struct buf *out, struct err *e) MUST_CHECK;
/* All n bytes to fd, waiting where it would block. VK_EFILE with e->sys (EPIPE, ENOSPC, ...),
 * VK_ECANCEL when a stop signal (io/signal) ends the wait; so it is with reading. */
int file_write_fd(int fd, const char *p, size_t n, struct err *e) MUST_CHECK;

/* A file written whole or not at all: without a name until it is (a temporary one beside it where
 * the system cannot do that), mode 0600 unless the target exists (then its mode), fsync, rename.
 * "-" and devices or pipes that exist are written directly.
 */
struct file_out;
int file_out_open(const char *path, struct file_out **out, struct err *e) MUST_CHECK;
/* A new file gets this mode, but for the umask, instead of 0600. */
void file_out_mode(struct file_out *f, unsigned mode);
/* Behind what the file has, mode 0600 when it is new; file_out_abort takes away again what was
 * written (unless others have written as well). */
int file_out_append(const char *path, struct file_out **out, struct err *e) MUST_CHECK;
int file_out_write(struct file_out *f, const char *p, size_t n, struct err *e) MUST_CHECK;
/* Put it under its name, and free f; on failure nothing is left behind. */
int file_out_commit(struct file_out *f, struct err *e) MUST_CHECK;
/* Leave nothing behind, and free f (NULL is legal). */
void file_out_abort(struct file_out *f);

/* Append the folder that an XDG variable's value names, or what stands for it below home. A
 * relative one is ignored, as XDG wants it. Values as getenv has them. False: there is neither. */
bool file_xdg(struct buf *out, const char *value, const char *home, const char *below_home);
/* A private new folder (0700) under $TMPDIR or /tmp: "PREFIX-XXXXXX". The caller frees *path. */
int file_temp_dir(const char *prefix, char **path, struct err *e) MUST_CHECK;
/* Remove a folder and everything in it, without following links. */
void file_remove_tree(const char *path);

#endif
