/* SPDX-License-Identifier: BSD-3-Clause */
/* See options_check.h. What concerns one mode alone stands with its options. */
#include "options_check.h"

#include <string.h>
#include <unistd.h>

#include "io/tty.h"
#include "palette.h"
#include "prompt_format.h"
#include "targets.h"

/* What vk tries again: failures of the connection. An error reply is an answer. */
enum { RETRIED = ERRCLASS_CONNECT | ERRCLASS_LOST | ERRCLASS_TIMEOUT };

/* A screen is for somebody who looks at it, and steers it. */
static int check_dash(const struct options *o, struct err *e) {
    if (!o->live.dash) return 0;
    if (o->format >= 0)
        return err_set(e, VK_EUSAGE, "--dash is for reading: --stat has --json and --csv");
    if (!palette_moves(o) || !tty_is(STDIN_FILENO))
        return err_set(e, VK_EUSAGE,
                       "--dash needs a terminal; for programs there is --stat --json");
    return 0;
}

/* Combinations that mean nothing. */
static int check_native(const struct options *o, struct err *e) {
    unsigned more = o->conn.retry.command_on & ~(unsigned)RETRIED;
    if (more)
        return err_set(e, VK_EUSAGE, "--retry-on '%s': only lost and timeout are tried again",
                       errclass_name((enum errclass)(more & -more)));
    if ((o->stdin_last || o->stdin_tag) && !o->argc && !o->eval)
        return err_set(e, VK_EUSAGE, "-%c needs a command whose argument it fills",
                       o->stdin_last ? 'x' : 'X');
    if (o->argc && o->argv[0][0] == '@' && !targets_is_one(o->argv[0]))
        return err_set(e, VK_EUSAGE, "unknown target '%s': no profile or target has that name",
                       o->argv[0]);
    if (check_dash(o, e) < 0) return VK_EUSAGE;
    if (o->keyslot && !o->argc) return err_set(e, VK_EUSAGE, "--keyslot needs a KEY");
    if (o->dump.replica && o->sweep.replicas)
        return err_set(e, VK_EUSAGE,
                       "--replica follows primaries: --replicas goes with it nowhere");
    if (o->repeat != 1 && !o->argc && !o->eval && !o->live.stat)
        return err_set(e, VK_EUSAGE, "-r needs a command to repeat");
    if (o->out && !o->argc && !o->eval && !o->copy.export)
        return err_set(e, VK_EUSAGE, "--out needs one command");
    if (o->out && o->repeat != 1) return err_set(e, VK_EUSAGE, "--out and -r exclude each other");
    if (prompt_format_check(o->prompt ? o->prompt : "", e) < 0) return VK_EUSAGE;
    if (o->profile.prompt && prompt_format_check(o->profile.prompt, e) < 0) return VK_EUSAGE;
    if (o->out && o->format >= 0 && !o->copy.export)
        return err_set(e, VK_EUSAGE, "--out writes exact bytes: no format goes with it");
    return options_copy_check(&o->copy, &o->sweep, e);
}

static int check_script(const struct options *o, struct err *e) {
    bool stdin_is_script = o->face == FACE_NATIVE && o->eval && !strcmp(o->eval, "-");
    if (stdin_is_script && (o->stdin_last || o->stdin_tag))
        return err_set(e, VK_EUSAGE, "--eval - and -%c both take standard input",
                       o->stdin_last ? 'x' : 'X');
    if (!o->ldb) return 0;
    if (!o->eval && o->face != FACE_NATIVE)
        return err_set(e, VK_EUSAGE, "Options --ldb and --ldb-sync-mode require --eval.");
    if (!o->eval) return err_set(e, VK_EUSAGE, "--ldb needs a script: --eval FILE");
    if (o->face != FACE_NATIVE) return 0;
    if (stdin_is_script || o->stdin_last || o->stdin_tag)
        return err_set(e, VK_EUSAGE, "--ldb takes its commands from standard input: -%s cannot",
                       stdin_is_script ? "-eval -"
                       : o->stdin_last ? "x"
                                       : "X");
    if (o->ldb_sync && (o->read_only || o->profile.read_only))
        return err_set(e, VK_EUSAGE, "--ldb-sync-mode runs the script for real: not read-only");
    if (o->repeat != 1) return err_set(e, VK_EUSAGE, "--ldb and -r exclude each other");
    if (o->out) return err_set(e, VK_EUSAGE, "--ldb and --out exclude each other");
    if (o->argc && targets_is_one(o->argv[0]))
        return err_set(e, VK_EUSAGE, "--ldb debugs on one node: '%s' is a target for several",
                       o->argv[0]);
    return 0;
}

/* Two that the compatible faces' tool does not take together. */
static int check_tool(const struct options *o, struct err *e) {
    if (o->cluster && o->conn.path) return err_set(e, VK_EUSAGE, "-c and -s exclude each other");
    if (!o->dump.rdb || !o->dump.functions_rdb) return 0;
    return err_set(e, VK_EUSAGE, "Option --functions-rdb and --rdb are mutually exclusive.");
}

int options_check(const struct options *o, struct err *e) {
    if (o->stdin_last && o->stdin_tag) return err_set(e, VK_EUSAGE, "-x and -X exclude each other");
    int code = o->face == FACE_NATIVE ? check_native(o, e) : check_tool(o, e);
    return code == 0 ? check_script(o, e) : code;
}
