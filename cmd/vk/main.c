/* SPDX-License-Identifier: BSD-3-Clause */
/* vk: commands to a Valkey or Redis server from the shell. Here only the order of things: options,
 * throwaway server, secrets, then the mode. */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/msg.h"
#include "client/scratch.h"
#include "client/scratch_cluster.h"
#include "client/secret.h"
#include "face.h"
#include "io/file.h"
#include "io/signal.h"
#include "io/tty.h"
#include "nodes.h"
#include "oneshot.h"
#include "script.h"

/* What lives as long as the program. */
struct program {
    struct options opts;
    struct loop *loop;
    struct scratch scratch;
    bool has_scratch;
    struct scratch_cluster scratch_cluster;
    bool has_scratch_cluster;
    struct run run;
};

static int start_scratch(struct program *p, struct err *e) {
    int code = scratch_start(p->loop, &p->scratch, e);
    if (code < 0) return code;
    p->has_scratch = true;
    p->opts.conn.path = p->scratch.path;
    return 0;
}

static int start_scratch_cluster(struct program *p, struct err *e) {
    int primaries, replicas;
    int code = scratch_cluster_parse(p->opts.clusteropt.scratch, &primaries, &replicas, e);
    if (code == 0)
        code = scratch_cluster_start(p->loop, primaries, replicas, &p->scratch_cluster, e);
    if (code < 0) return code;
    p->has_scratch_cluster = true;
    p->opts.conn.host = SCRATCH_CLUSTER_HOST;
    p->opts.conn.port = p->scratch_cluster.nodes[0].port;
    return 0;
}

static int prepare(struct program *p, struct err *e) {
    p->loop = loop_new(e);
    if (!p->loop) return VK_EFILE;
    int code = p->opts.conn.scratch ? start_scratch(p, e) : 0;
    if (code == 0 && p->opts.clusteropt.scratch) code = start_scratch_cluster(p, e);
    if (code == 0) code = secret_fetch(&p->opts.conn, e);
    if (code == 0) code = run_init(&p->run, &p->opts, p->loop, e);
    return code;
}

static int run_mode(struct program *p) {
    if (p->opts.nodes) return nodes_main(&p->run);
    if (p->opts.keyslot) return nodes_keyslot(&p->run);
    if (p->opts.argc) return oneshot_main(&p->run);
    return script_main(&p->run, tty_is(STDIN_FILENO));
}

int main(int argc, char **argv) {
    static struct program p; /* large; zeroed */
    struct err e;
    err_clear(&e);
    msg_program(face_name(face_of(argv[0])));
    file_fill_standard();
    signal_setup();
    if (options_parse(&p.opts, argc, argv, &e) < 0)
        return face_usage(&p.opts, &e, p.opts.argc > 0 ? p.opts.argv[0] : NULL);
    face_warn(&p.opts);
    int code = prepare(&p, &e);
    code = code < 0 ? face_fail(&p.opts, &e) : run_mode(&p);
    run_release(&p.run);
    if (p.has_scratch) scratch_stop(&p.scratch);
    if (p.has_scratch_cluster) scratch_cluster_stop(&p.scratch_cluster);
    loop_free(p.loop);
    connopt_release(&p.opts.conn);
    if (signal_stop()) signal_reraise(signal_stop());
    return code;
}
