/* SPDX-License-Identifier: BSD-3-Clause */
/* The null server as a process of its own. Writes its port to standard output and serves until a
 * signal ends it.
 *
 *   nullserver [THREADS [CONNECTIONS]]
 */
#include "bench/nullserver.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "io/host.h"
#include "io/loop.h"
#include "io/signal.h"

enum { THREADS_MAX = 64, CONNECTIONS_MAX = 1000000, CONNECTIONS_DEFAULT = 1000, OTHERS = 512 };

static int number(const char *text, int64_t max, int64_t *out) {
    return str_to_i64(text, strlen(text), out) == 0 && *out >= 1 && *out <= max ? 0 : -1;
}

static int serve(int threads, uint64_t descriptors, struct err *e) {
    struct nullserver *server;
    int port, code = host_need_descriptors(descriptors, e);
    if (code < 0) return code;
    signal_setup();
    struct loop *l = loop_new(e);
    if (!l) return VK_EFILE;
    code = nullserver_start(threads, &server, &port, e);
    if (code == 0) {
        printf("%d\n", port);
        fflush(stdout);
        while (!signal_stop())
            loop_turn(l, -1);
        nullserver_stop(server);
    }
    loop_free(l);
    return code;
}

int main(int argc, char **argv) {
    int64_t threads = 1, connections = CONNECTIONS_DEFAULT;
    struct err e;
    if (argc > 3 || (argc > 1 && number(argv[1], THREADS_MAX, &threads)) ||
        (argc > 2 && number(argv[2], CONNECTIONS_MAX, &connections))) {
        fprintf(stderr, "usage: nullserver [THREADS [CONNECTIONS]]\n");
        return 2;
    }
    if (serve((int)threads, (uint64_t)connections + OTHERS, &e) == 0) return 0;
    fprintf(stderr, "nullserver: %s\n", e.text);
    return 1;
}
