/* SPDX-License-Identifier: BSD-3-Clause */
/* A throwaway server: valkey-server, else redis-server, from PATH, on a Unix socket in a private
 * folder, no TCP port, nothing persisted. Gone with its folder when we end, however we end. */
#ifndef CLIENT_SCRATCH_H
#define CLIENT_SCRATCH_H

#include "io/child.h"
#include "io/loop.h"

struct scratch {
    char *folder, *path; /* the private folder and the socket in it */
    struct child_guarded child;
};

/* Start and wait until it answers a PING (at most 10 s). VK_EFILE with the server's last log line
 * when it does not come up, or what to install when there is none; VK_ECANCEL. On failure *s is
 * untouched and nothing is left. */
int scratch_start(struct loop *l, struct scratch *s, struct err *e) MUST_CHECK;
/* End it and wait until it is gone. A second call, and one on a struct of zeros, does nothing. */
void scratch_stop(struct scratch *s);

#endif
