/* SPDX-License-Identifier: BSD-3-Clause */
/* vkbench: load and latency benchmark for Valkey and Redis servers. Here only the order of things:
 * options, throwaway server, secrets, then the mode. */
#include <unistd.h>

#include "base/msg.h"
#include "bench.h"
#include "calibrate_main.h"
#include "client/profile_confirm.h"
#include "client/secret.h"
#include "client/sentinel.h"
#include "client/throwaway.h"
#include "cluster_main.h"
#include "face.h"
#include "io/file.h"
#include "io/signal.h"
#include "io/tty.h"
#include "packer_main.h"

/* What lives as long as the program. */
struct program {
    struct options opts;
    struct loop *loop;
    struct throwaway throwaway;
    struct connopt_place server; /* found by sentinels */
    int argc;
    char **argv;
};

/* The first look goes to what the sentinels name now; the load follows them. */
static int ask_sentinels(struct program *p, struct err *e) {
    struct connopt *o = &p->opts.conn;
    struct connopt_place places[SENTINEL_REPLICAS_MAX];
    struct sentinel *s;
    int n = 0, code = sentinel_new(p->loop, o, &s, e);
    if (code < 0) return code;
    if (o->sentinel.role == CONNOPT_REPLICA) code = sentinel_replicas(s, places, &n, e);
    if (code == 0 && n == 0) code = sentinel_primary(s, places, e);
    sentinel_free(s);
    if (code < 0) return code;
    p->opts.sentinels = p->opts.conn;
    p->server = places[0];
    o->host = p->server.host;
    o->port = p->server.port;
    o->sentinel.list = NULL;
    return 0;
}

static bool needs_server(const struct options *o) {
    return o->mode != MODE_CALIBRATE && !(o->mode == MODE_PACKER && o->packer.pure);
}

/* A load is felt, and most of them write. */
static int get_consent(const struct options *o, struct err *e) {
    const struct profile *p = &o->profile;
    char where[512];
    if (o->yes || o->conn.scratch || o->clusteropt.scratch) return 0;
    if (p->read_only)
        return err_set(e, VK_EUSAGE, "profile '%s' is read-only: not without --yes", p->name);
    if (p->environment != PROFILE_PRODUCTION) return 0;
    if (!tty_is(STDIN_FILENO) || !o->tty_err)
        return err_set(e, VK_EUSAGE, "profile '%s' is in production: not without --yes", p->name);
    msg_warn("this puts %s (production), %s, under load", p->name,
             connopt_where(&o->conn, where, sizeof where));
    int code = profile_confirm(p, "do it", e);
    if (code == VK_ECANCEL) msg_warn("%s", e->text);
    return code;
}

static int prepare(struct program *p, struct err *e) {
    p->loop = loop_new(e);
    if (!p->loop) return VK_EFILE;
    if (!needs_server(&p->opts)) return 0;
    int code = get_consent(&p->opts, e);
    if (code == 0)
        code =
            throwaway_start(&p->throwaway, p->loop, &p->opts.conn, p->opts.clusteropt.scratch, e);
    if (code == 0) code = secret_fetch(&p->opts.conn, e);
    return code == 0 && p->opts.conn.sentinel.list ? ask_sentinels(p, e) : code;
}

static int run_bench(struct program *p) {
    struct bench b;
    struct err e;
    int code = bench_init(&b, &p->opts, p->loop, p->argc, p->argv, &e);
    if (code < 0) {
        code = p->opts.cluster ? face_fail_cluster(&p->opts, &e) : face_fail(&p->opts, &e);
    } else {
        switch (p->opts.mode) {
        case MODE_COMMAND: bench_sequence(&b); break;
        case MODE_BASIC: bench_basic(&b); break;
        case MODE_IDLE: bench_idle(&b); break;
        default: bench_tests(&b); break;
        }
        code = bench_end(&b);
    }
    bench_release(&b);
    return code;
}

static int run_mode(struct program *p) {
    if (p->opts.mode == MODE_CALIBRATE) return calibrate_main(p->loop, &p->opts);
    if (p->opts.mode == MODE_PACKER)
        return packer_main(p->loop, &p->opts, p->opts.packer.pure ? NULL : &p->opts.conn);
    if (p->opts.mode == MODE_CLUSTER_ASYNC || p->opts.mode == MODE_CLUSTER_PIPELINE)
        return cluster_main(p->loop, &p->opts);
    return run_bench(p);
}

int main(int argc, char **argv) {
    static struct program p; /* large; zeroed */
    struct err e;
    err_clear(&e);
    msg_program(face_name(face_of(argv[0])));
    file_fill_standard();
    signal_setup();
    p.argc = argc;
    p.argv = argv;
    options_parse(&p.opts, argc, argv);
    face_warn(&p.opts);
    int code = prepare(&p, &e);
    code = code < 0 ? face_fail(&p.opts, &e) : run_mode(&p);
    throwaway_stop(&p.throwaway);
    loop_free(p.loop);
    connopt_release(&p.opts.conn);
    profile_release(&p.opts.profile);
    if (signal_stop()) signal_reraise(signal_stop());
    return code;
}
