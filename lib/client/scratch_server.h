/* SPDX-License-Identifier: BSD-3-Clause */
/* One process of a throwaway server, alone (client/scratch) or as a node (client/scratch_cluster):
 * a private folder with a Unix socket and a log in it, and a guardian. For lib/client only. */
#ifndef CLIENT_SCRATCH_SERVER_H
#define CLIENT_SCRATCH_SERVER_H

#include "client/scratch.h"

/* Not started. */
#define SCRATCH_SERVER_NONE                                                                        \
    ((struct scratch){.child = {.guardian = -1, .lifeline = -1, .status = -1}})

/* valkey-server, else redis-server; VK_EFILE with what to install when neither is in PATH. */
int scratch_server_program(const char **program, struct err *e) MUST_CHECK;
/* Start it with these options (name, value, ..., NULL) beside the common ones: a socket, nothing
 * persisted. VK_EFILE. On failure *s is untouched and nothing is left. */
int scratch_server_start(const char *program, const char *const *options, struct scratch *s,
                         struct err *e) MUST_CHECK;
/* Wait until it answers a PING. VK_EFILE with its last log line when it does not, VK_ECANCEL. */
int scratch_server_wait(struct loop *l, const struct scratch *s, int64_t deadline_ns,
                        struct err *e) MUST_CHECK;
/* Turn the loop until then. VK_ECANCEL on a stop signal. */
int scratch_server_pause(struct loop *l, int64_t until_ns) MUST_CHECK;
/* VK_EFILE and "throwaway server WHAT: its last log line". */
int scratch_server_explain(const struct scratch *s, const char *what, struct err *e);
/* Ask it to end and do not wait for that, so that several end side by side. Whether it hears does
 * not matter: scratch_server_end is to follow. */
void scratch_server_ask_end(struct loop *l, const struct scratch *s);
/* End it and wait until it is gone, and *s is SCRATCH_SERVER_NONE. */
void scratch_server_end(struct scratch *s);

#endif
