/* SPDX-License-Identifier: BSD-3-Clause */
/* vktail: tail MONITOR, pub/sub and keyspace events over every node. Here only the order of things:
 * options, throwaway server, secrets, then the tail. */
#include <signal.h>
#include <stdlib.h>

#include "base/msg.h"
#include "client/secret.h"
#include "client/throwaway.h"
#include "core/errclass.h"
#include "io/file.h"
#include "io/signal.h"
#include "tail.h"

/* What lives as long as the program. */
struct program {
    struct options opts;
    struct loop *loop;
    struct throwaway throwaway;
    struct tail tail;
};

static const struct source *const sources[] = {
    [MODE_MONITOR] = &source_monitor, [MODE_MESSAGES] = &source_messages,
    [MODE_REPLAY] = &source_none,     [MODE_EVENTS] = &source_events,
    [MODE_STREAM] = &source_stream,
};

static int prepare(struct program *p, struct err *e) {
    p->loop = loop_new(e);
    if (!p->loop) return VK_EFILE;
    int code =
        throwaway_start(&p->throwaway, p->loop, &p->opts.conn, p->opts.clusteropt.scratch, e);
    if (code == 0) code = secret_fetch(&p->opts.conn, e);
    return code == 0 ? tail_init(&p->tail, &p->opts, sources[p->opts.mode], p->loop, e) : code;
}

int main(int argc, char **argv) {
    static struct program p; /* zeroed */
    struct err e;
    msg_program("vktail");
    file_fill_standard();
    signal_setup();
    int code = options_parse(&p.opts, argc, argv, &e);
    if (code == 0) code = prepare(&p, &e);
    if (code < 0) msg_warn("%s", e.text);
    int exit_code = code < 0 ? errclass_exit_of_code(code) : tail_run(&p.tail);
    if (p.tail.loop) tail_release(&p.tail);
    throwaway_stop(&p.throwaway);
    loop_free(p.loop);
    options_release(&p.opts);
    int sig = signal_stop() ? signal_stop() : p.tail.signal;
    if (sig && sig != SIGINT) signal_reraise(sig);
    return exit_code;
}
