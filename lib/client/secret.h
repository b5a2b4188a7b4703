/* SPDX-License-Identifier: BSD-3-Clause */
/* Where a password comes from when it is not on the command line: a file, a descriptor, the
 * terminal (once, at start), or a command (anew at each connect). */
#ifndef CLIENT_SECRET_H
#define CLIENT_SECRET_H

#include "client/connopt.h"

/* --askpass, --password-file and --password-fd into o->password, --sentinel-password-file into
 * o->sentinel.password. */
int secret_fetch(struct connopt *o, struct err *e) MUST_CHECK;
/* The password for one connect: the --auth-command's output, else o->password, appended to out
 * (empty: none). Wipe out's bytes after use. *has says whether there is one. */
int secret_for_connect(const struct connopt *o, struct buf *out, bool *has,
                       struct err *e) MUST_CHECK;

#endif
