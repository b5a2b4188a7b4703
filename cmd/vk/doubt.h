/* SPDX-License-Identifier: BSD-3-Clause */
/* Commands that got no reply: which of them may have been applied all the same, and which were
 * surely never sent. */
#ifndef VK_DOUBT_H
#define VK_DOUBT_H

#include "base/buf.h"

struct doubt {
    uint64_t n, line;     /* how many may have been applied, and the first one's line in a script */
    uint64_t unsent_line; /* of the first that was never sent; 0 = none */
    bool writes;          /* the first one does more than read, */
    bool queued;          /* but it stood in a transaction that is gone */
    struct buf text;      /* the first one, as doubt_show has it */
};

/* One command without a reply. */
struct doubt_command {
    uint64_t line;
    int argc;
    const char *const *argv;
    const size_t *lens;
    bool in_transaction;
};

/* Why there is no reply: no server has seen anything of the command. */
bool doubt_is_unsent(int code);

void doubt_init(struct doubt *d);
void doubt_release(struct doubt *d);
void doubt_clear(struct doubt *d);
/* code: why there is no reply, as a session_cb has it. */
void doubt_note(struct doubt *d, int code, const struct doubt_command *c);
/* Of one command at a prompt: what became of it, in a line on standard error; nothing when there is
 * nothing to say. interrupted: who typed it gave it up. */
void doubt_tell(const struct doubt *d, bool interrupted);

/* Append a command as a message may show it: in one line, without its secrets, cut when it is long.
 */
void doubt_show(struct buf *out, int argc, const char *const *argv, const size_t *lens);

#endif
