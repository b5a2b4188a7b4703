/* SPDX-License-Identifier: BSD-3-Clause */
/* vk: commands to a Valkey or Redis server from the shell. Here only the order of things: options,
 * throwaway server, secrets, then the mode. */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/msg.h"
#include "client/secret.h"
#include "client/throwaway.h"
#include "face.h"
#include "io/file.h"
#include "io/signal.h"
#include "io/tty.h"
#include "modes_fit.h"
#include "oneshot.h"
#include "script.h"
#include "shell.h"

/* What lives as long as the program. */
struct program {
    struct options opts;
    struct loop *loop;
    struct throwaway throwaway;
    struct run run;
};

static int prepare(struct program *p, const struct mode *mode, struct err *e) {
    p->loop = loop_new(e);
    if (!p->loop) return VK_EFILE;
    if (mode && mode->local) return run_init(&p->run, &p->opts, p->loop, e);
    int code =
        throwaway_start(&p->throwaway, p->loop, &p->opts.conn, p->opts.clusteropt.scratch, e);
    if (code == 0) code = secret_fetch(&p->opts.conn, e);
    if (code == 0) code = run_init(&p->run, &p->opts, p->loop, e);
    return code;
}

static bool is_shell(const struct options *o) {
    return !o->argc && !modes_asked(o) && tty_is(STDIN_FILENO) && shell_fits(o);
}

static int run_mode(struct program *p, const struct mode *mode) {
    if (mode) return mode->main(&p->run);
    if (p->opts.argc) return oneshot_main(&p->run);
    if (is_shell(&p->opts)) return shell_main(&p->run);
    return script_main(&p->run, tty_is(STDIN_FILENO));
}

int main(int argc, char **argv) {
    static struct program p; /* large; zeroed */
    struct err e;
    err_clear(&e);
    msg_program(face_name(face_of(argv[0])));
    file_fill_standard();
    signal_setup();
    int code = options_parse(&p.opts, argc, argv, &e);
    const struct mode *mode = modes_asked(&p.opts);
    if (code == 0 && p.opts.face == FACE_NATIVE) code = modes_check(&p.opts, &e);
    if (code == 0 && p.opts.face == FACE_NATIVE) code = modes_fit(&p.opts, mode, &e);
    if (code < 0) return face_usage(&p.opts, &e, p.opts.argc > 0 ? p.opts.argv[0] : NULL);
    if (is_shell(&p.opts) && p.opts.any_protocol) p.opts.conn.protocol = 3; /* or 2, if it must */
    face_warn(&p.opts);
    code = prepare(&p, mode, &e);
    code = code < 0 ? face_fail(&p.opts, &e) : run_mode(&p, mode);
    run_release(&p.run);
    throwaway_stop(&p.throwaway);
    loop_free(p.loop);
    options_release(&p.opts);
    if (signal_stop()) signal_reraise(signal_stop());
    return code;
}
