/* SPDX-License-Identifier: BSD-3-Clause */
/* The lines typed into the shell, newest last: in memory, and in a file of which several shells may
 * be at work at once. The invariant: no secret gets in here, the shell's memory included, from a
 * line that parses; a line that does not is never in the file. */
#ifndef VK_HISTORY_H
#define VK_HISTORY_H

#include "base/buf.h"

enum { HISTORY_MAX = 10000, HISTORY_LINE_MAX = 1 << 16 };

struct history;

/* $XDG_STATE_HOME/valkit/history/NAME, or ~/.local/state for the first; of the profile called name,
 * "default" when that is NULL. NULL without a home; the caller frees. */
char *history_path(const char *name);
/* What is in the file, at most the newest HISTORY_MAX entries; a longer file is cut down, by some
 * more than it is too long, so that not every start has to. path NULL: memory only. A file that is
 * not there yet is none to complain of, bytes that make no sense neither; others lose their access
 * to it. VK_EFILE: it cannot be read (or cut down); *out works all the same. */
int history_new(const char *path, struct history **out, struct err *e) MUST_CHECK;
void history_free(struct history *h);

/* A line was entered (of several lines, with newlines in it; a newline at its end is dropped). Kept
 * is its redacted form; a line that does not parse is kept in memory as it is, so that it can be
 * mended; blank lines, those with a blank in front, those that repeat the newest entry, and those
 * beyond HISTORY_LINE_MAX are not kept. *kept (kept may be NULL) is the newest entry when the line
 * became that, else NULL. VK_EFILE: the file cannot be written; that is said once, then tried on in
 * silence. */
int history_add(struct history *h, const char *line, size_t len, const char **kept,
                struct err *e) MUST_CHECK;

/* The entries, 0 the oldest; each with a NUL behind it, valid until the next history_add. */
size_t history_count(const struct history *h);
const char *history_entry(const struct history *h, size_t i, size_t *len);
/* The newest entry that begins with prefix and goes on behind it, without those from which a secret
 * was taken; NULL = none, or an empty prefix. */
const char *history_suggest(const struct history *h, const char *prefix, size_t prefix_len,
                            size_t *len);

#endif
