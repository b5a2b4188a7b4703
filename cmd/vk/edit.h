/* SPDX-License-Identifier: BSD-3-Clause */
/* Text in the user's own editor: $VISUAL, $EDITOR or vi. */
#ifndef VK_EDIT_H
#define VK_EDIT_H

#include "base/buf.h"

/* Let text be edited on the terminal, which must be in its usual modes, and append what it became,
 * without newlines at its end, to out. It is in a file only its owner can read, in a folder of its
 * own, which is gone afterwards. VK_EFILE: it could not be, or the editor failed; out is then as it
 * was. */
int edit_text(const char *text, size_t len, struct buf *out, struct err *e) MUST_CHECK;

#endif
