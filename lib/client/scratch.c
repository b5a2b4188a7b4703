/* SPDX-License-Identifier: BSD-3-Clause */
/* The throwaway server that is alone: reached by its socket, without a port. */
#include "client/scratch.h"

#include "base/clock.h"
#include "client/scratch_server.h"

#define START_LIMIT_NS (10 * CLOCK_NS_PER_S)

int scratch_start(struct loop *l, struct scratch *s, struct err *e) {
    static const char *const options[] = {"--port", "0", NULL};
    struct scratch new = SCRATCH_SERVER_NONE;
    const char *program;
    int code = scratch_server_program(&program, e);
    if (code == 0) code = scratch_server_start(program, options, &new, e);
    if (code == 0) code = scratch_server_wait(l, &new, clock_now_ns() + START_LIMIT_NS, e);
    if (code < 0) {
        scratch_server_end(&new);
        return code;
    }
    *s = new;
    return 0;
}

void scratch_stop(struct scratch *s) {
    scratch_server_end(s);
}
