/* SPDX-License-Identifier: BSD-3-Clause */
/* The option table of vk and what follows from it. See options.h. */
#include "options.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "face.h"
#include "io/tty.h"
#include "options_check.h"
#include "prompt_format.h"
#include "ui/about.h"

#define ROW(member) .offset = offsetof(struct options, member)

static const struct opt_row rows[] = {
    {.type = OPT_HEADING, .help = "Command"},
    {'r', "repeat", OPT_INT, ROW(repeat_typed), "N", "run the command N times, -1 for ever",
     .min = -1, .max = 1e15},
    {'i', "interval", OPT_NUMBER, ROW(interval_s), "SECONDS",
     "wait between the runs of -r, the calls of a walk to one node, the lines of --stat and its "
     "like (0.1 is fine)",
     .max = 1e9},
    {'x', NULL, OPT_FLAG, ROW(stdin_last),
     .help = "take the last argument from standard input, to its end"},
    {'X', NULL, OPT_STR, ROW(stdin_tag), "TAG", "the same for the argument that equals TAG"},
    {'e', "stop-on-error", OPT_FLAG, ROW(stop_on_error),
     .help = "stop at the first error of a script, without sending what follows it (of --pipe: "
             "without adding to what is on the way); errors go to standard error"},
    {0, "quoted-input", OPT_FLAG, ROW(quoted_input),
     .help = "undo quotes and escapes in the command's arguments"},
    {'c', "cluster", OPT_FLAG, ROW(cluster),
     .help =
         "the server is a cluster's node: send each command where its keys are (a first redirect "
         "says so too)"},
    {0, "split", OPT_FLAG, ROW(split),
     .help =
         "DEL, UNLINK, EXISTS, TOUCH, MGET, MSET with keys of several slots: one command a slot"},
    {0, "nodes", OPT_FLAG, ROW(nodes), .help = "list the cluster's nodes"},
    {0, "keyslot", OPT_FLAG, ROW(keyslot),
     .help = "print the slot of each KEY; no server is asked"},
    {0, "profiles", OPT_FLAG, ROW(profiles), .help = "list the profiles that @NAME can be"},
    {.type = OPT_HEADING, .help = "Safety"},
    {0, "read-only", OPT_FLAG, ROW(read_only),
     .help = "send nothing that writes, may write or changes the server"},
    {0, "yes", OPT_FLAG, ROW(yes),
     .help = "do not ask before dangerous commands, whatever the profile's environment"},
    {.type = OPT_HEADING, .help = "Lua scripts"},
    {0, "eval", OPT_STR, ROW(eval), "FILE",
     "run the Lua script in FILE (- is standard input): its keys, a lone comma, its arguments",
     .words = "file"},
    {0, "ldb", OPT_FLAG, ROW(ldb),
     .help = "debug it with the server's debugger, in a fork whose changes are rolled back"},
    {0, "ldb-sync-mode", OPT_FLAG, ROW(ldb_sync),
     .help = "the same without a fork: the server serves nobody else, and changes stay"},
    {.type = OPT_HEADING, .help = "Output"},
    {0, "raw", OPT_SET, ROW(format), .value = RENDER_RAW,
     .help = "the bytes of the reply (default when standard output is no terminal)"},
    {0, "no-raw", OPT_SET, ROW(format), .value = RENDER_STANDARD,
     .help = "types, quotes and numbering (default on a terminal)"},
    {0, "csv", OPT_SET, ROW(format), .value = RENDER_CSV, .help = "comma-separated values"},
    {0, "json", OPT_SET, ROW(format), .value = RENDER_JSON,
     .help = "JSON, typed where the reply is known; asks for RESP3 unless -2 is given"},
    {0, "quoted-json", OPT_SET, ROW(format), .value = RENDER_QUOTED_JSON,
     .help = "JSON in printable ASCII only"},
    {0, "ndjson", OPT_SET, ROW(format), .value = RENDER_NDJSON,
     .help = "one line of valid UTF-8 JSON a reply; binary strings as {\"base64\": ...}"},
    {'d', NULL, OPT_STR, ROW(delim), "TEXT",
     "delimiter between elements in raw output (default newline)"},
    {'D', NULL, OPT_STR, ROW(cmd_delim), "TEXT",
     "delimiter behind each reply in raw output (default newline)"},
    {0, "out", OPT_STR, ROW(out), "FILE",
     "write the exact bytes of a bulk reply to FILE, whole or not at all", .words = "file"},
    {0, "show-pushes", OPT_STR, ROW(show_pushes), "YESNO",
     "print RESP3 pushes (default yes on a terminal)", .words = "yes no"},
    {0, "no-auth-warning", OPT_FLAG, ROW(no_auth_warning),
     .help = "no warning about -a when started as valkey-cli or redis-cli"},
    {0, "no-history", OPT_FLAG, ROW(no_history),
     .help = "the shell keeps what is typed in memory alone"},
    {0, "no-key-completion", OPT_FLAG, ROW(no_key_completion),
     .help = "the shell's Tab asks the server for no names of keys"},
    {0, "prompt", OPT_STR, ROW(prompt), "FORMAT",
     "the shell's prompt, with %p %e %r %a %d %u %s %c %o (see the manual)"},
    {0, "verbose", OPT_FLAG, ROW(verbose),
     .help = "say on standard error what is connected to and how"},
    {0, "help", OPT_FLAG, ROW(help), .help = "this text"},
    {'v', "version", OPT_FLAG, ROW(version), .help = "name and version"},
    {0, "completion", OPT_STR, ROW(completion), "SHELL", "print the completion script for a shell",
     .words = "bash zsh fish"},
    {0},
};

static const char *const usage[] = {
    "[OPTIONS] [@PROFILE [OPTIONS]] [@TARGET] [COMMAND [ARG...]]",
    "[OPTIONS] [@PROFILE [OPTIONS]] < SCRIPT",
    "[OPTIONS] [--ldb] --eval FILE [@PROFILE] [@TARGET] [KEY...] [, ARG...]",
    "[OPTIONS] --pipe [--template COMMAND] [@PROFILE] < DATA",
    "[OPTIONS] --nodes | --stat | --dash",
    "--keyslot KEY...",
    NULL,
};

static const char *const notes[] = {
    "Without COMMAND every line of standard input is a command; they are pipelined, and the "
    "replies come",
    "in order. A word after the options is always a server's command; an argument needs no quoting "
    "but",
    "your shell's.",
    "",
    "@PROFILE: section [PROFILE] of ~/.config/valkit/config, lines of OPTION = VALUE with the "
    "long names",
    "of these options; what is typed wins.",
    "",
    "Environment: VALKEYCLI_HOST, VALKEYCLI_PORT, VALKEYCLI_AUTH, REDISCLI_AUTH; VK_LOOP=poll.",
    "Exit codes: 0 ok, 1 error reply, 2 usage, 3 connection, 4 TLS, 5 authentication or "
    "permission,",
    "6 time-out, 7 part of a script failed, 130 interrupted; --doctor: 10 a warning, 11 critical.",
    "Started as valkey-cli or redis-cli, vk behaves as that tool.",
    NULL,
};

static const char *const examples[] = {
    "vk set greeting hello",
    "vk -h db.example --tls --askpass info server",
    "vk @prod get k",
    "vk --scratch < script.txt",
    "vk -x set photo < photo.jpg && vk --out copy.jpg get photo",
    "vk -c -h any-node --unlink --pattern 'session:*' --idle 86400 --dry-run",
    NULL,
};

static void defaults(struct options *o, enum face face) {
    *o = (struct options){.face = face,
                          .repeat = 1,
                          .repeat_typed = INT64_MIN,
                          .format = -1,
                          .keys = OPTIONS_KEYS_DEFAULT};
    connopt_init(&o->conn);
    clusteropt_init(&o->clusteropt);
    profile_init(&o->profile);
    options_bulk_init(&o->bulk);
    o->conn.lenient = o->conn.tls_opts.verify_chain_only = face != FACE_NATIVE;
}

/* Prints and exits. */
static int print_asked(const struct opt_program *program, const struct options *o, struct err *e) {
    char version[128];
    snprintf(version, sizeof version, "%s %s", face_name(o->face), face_version(o->face));
    int code = about_print(program, o->completion, o->version ? version : NULL, e);
    if (code == VK_EFILE) msg_die(2, "%s", e->text);
    if (code == 0) exit(0);
    return code;
}

static int settle_pushes(struct options *o, struct err *e) {
    o->pushes = o->tty;
    if (!o->show_pushes) return 0;
    char c = o->show_pushes[0];
    if (c == 'y' || c == 'Y' || c == 'n' || c == 'N')
        o->pushes = c == 'y' || c == 'Y';
    else if (o->face == FACE_NATIVE)
        return err_set(e, VK_EUSAGE, "unknown --show-pushes value '%s' (valid: yes, no)",
                       o->show_pushes);
    else
        msg_say("Unknown --show-pushes value '%s' (valid: '[y]es', '[n]o')", o->show_pushes);
    return 0;
}

static int settle(struct options *o, struct err *e) {
    o->tty = tty_is(STDOUT_FILENO);
    if (o->repeat_typed != INT64_MIN) o->repeat = o->repeat_typed;
    if (o->repeat_typed == INT64_MIN && o->live.stat) o->repeat = -1;
    o->ldb |= o->ldb_sync;
    int code = settle_pushes(o, e);
    if (code == 0) code = options_check(o, e);
    if (code == 0 && o->face == FACE_NATIVE) code = options_bulk_check(&o->bulk, e);
    if (code == 0) code = options_keys_settle(&o->keys, e);
    if (code == 0) code = options_sweep_check(&o->sweep, o->face != FACE_NATIVE, e);
    bool formatted = o->tty || getenv("FAKETTY"); /* redis-cli's own switch for tests */
    if (o->format < 0) o->format = formatted ? RENDER_STANDARD : RENDER_RAW;
    bool json =
        o->format == RENDER_JSON || o->format == RENDER_QUOTED_JSON || o->format == RENDER_NDJSON;
    o->any_protocol = !o->conn.protocol;
    if (!o->conn.protocol) o->conn.protocol = json ? 3 : 2;
    return code;
}

/* A target in front of the command means a cluster. Without one, what excludes it is no fault. */
static int settle_cluster(struct options *o, struct err *e) {
    struct err unused;
    if (o->face != FACE_NATIVE) return 0;
    if (o->nodes || o->clusteropt.scratch || (o->argc && o->argv[0][0] == '@')) o->cluster = true;
    int code =
        clusteropt_finish(&o->clusteropt, &o->conn, &o->cluster_opts, o->cluster ? e : &unused);
    return o->cluster ? code : 0;
}

static const char *environment(const char *name) {
    return getenv(name);
}

/* redis-cli knows REDISCLI_AUTH alone. */
static const char *redis_environment(const char *name) {
    return strncmp(name, "REDISCLI_", 9) ? NULL : getenv(name);
}

/* vk's tables, which fill o. */
struct table {
    struct opt_group groups[11];
    struct opt_program program;
};

static void table_init(struct table *t, struct options *o) {
    *t = (struct table){.groups = {{connopt_rows, &o->conn},
                                   {clusteropt_rows, &o->clusteropt},
                                   {rows, o},
                                   {options_sweep_rows, &o->sweep},
                                   {options_keys_rows, &o->keys},
                                   {options_copy_rows, &o->copy},
                                   {options_bulk_rows, &o->bulk},
                                   {options_dump_rows, &o->dump},
                                   {options_live_rows, &o->live},
                                   {options_latency_rows, &o->latency}},
                        .program = {.name = face_name(o->face),
                                    .summary = "run commands on a Valkey or Redis server",
                                    .usage = usage,
                                    .groups = t->groups,
                                    .examples = examples,
                                    .notes = notes,
                                    .lenient = o->face != FACE_NATIVE,
                                    .profiles = o->face == FACE_NATIVE ? "vk --profiles" : NULL}};
}

int options_parse(struct options *o, int argc, char **argv, struct err *e) {
    enum face face = face_of(argv[0]);
    struct table t;
    defaults(o, face);
    o->program = argv[0];
    table_init(&t, o);
    int first = argc;
    int code = opt_parse(&t.program, argc, argv, &first, e), at = first;
    if (code == 0 && face == FACE_NATIVE)
        code = profile_take(&o->profile, environment, &t.program, argc, argv, &first, e);
    o->typed[0] = (struct profile_typed){at, argv};
    o->typed[1] = (struct profile_typed){first - at, argv + at};
    o->argc = argc - first;
    o->argv = argv + first;
    if (code < 0 && o->argc == 1 && !strcmp(argv[first], "-h"))
        o->help = argc == 2 || face != FACE_NATIVE; /* as valkey-cli: without a host it is help */
    if (code < 0 && !o->help) return code;
    if (o->help || o->version || o->completion) return print_asked(&t.program, o, e);
    code = connopt_finish(&o->conn, face == FACE_REDIS_CLI ? redis_environment : environment, e);
    if (code == 0) code = settle(o, e);
    return code < 0 ? code : settle_cluster(o, e);
}

bool options_is_typed(const struct options *o, const char *name) {
    struct options unused = {.face = o->face};
    struct table t;
    table_init(&t, &unused);
    for (int i = 0; i < 2; i++)
        if (opt_is_typed(&t.program, o->typed[i].argc, o->typed[i].argv, name)) return true;
    return false;
}

int options_of_profile(struct options *o, const char *path, const char *name, struct err *e) {
    static const struct profile_typed nothing[2];
    struct table t;
    defaults(o, FACE_NATIVE);
    table_init(&t, o);
    int code = profile_load(&o->profile, path, name, &t.program, nothing, e);
    return code == 0 ? connopt_finish(&o->conn, environment, e) : code;
}

/* ---- another server ---- */

/* All but where and who. */
static void begin_other(struct options *o, const struct options *from) {
    *o = *from;
    o->copy.to = NULL; /* it is from's */
    connopt_init(&o->conn);
    clusteropt_init(&o->clusteropt);
    profile_init(&o->profile);
    o->cluster = o->split = false;
}

static int finish_other(struct options *o, struct err *e) {
    int code = connopt_finish(&o->conn, environment, e);
    o->any_protocol = !o->conn.protocol;
    if (o->any_protocol) o->conn.protocol = 3;
    if (o->profile.prompt && code == 0) code = prompt_format_check(o->profile.prompt, e);
    return code < 0 ? code : settle_cluster(o, e);
}

int options_for_uri(struct options *o, const struct options *from, const char *uri, struct err *e) {
    begin_other(o, from);
    o->conn.uri = mem_strdup(uri);
    int code = finish_other(o, e);
    o->conn.password_shown = false; /* not where others see it */
    return code;
}

int options_for_profile(struct options *o, const struct options *from, const char *path,
                        const char *name, struct err *e) {
    static const struct profile_typed nothing[2];
    struct table t;
    begin_other(o, from);
    table_init(&t, o);
    int code = profile_load(&o->profile, path, name, &t.program, nothing, e);
    return code == 0 ? finish_other(o, e) : code;
}

/* A password that was asked for is not asked for again. */
static void copy(struct options *o, const struct options *from) {
    *o = *from;
    o->copy.to = NULL;
    connopt_copy(&o->conn, &from->conn);
    arena_init(&o->profile.strings);
    o->conn.askpass = false;
    o->conn.password_fd = -1;
}

int options_for_same(struct options *o, const struct options *from, struct err *e) {
    copy(o, from);
    return settle_cluster(o, e);
}

/* As from, at another address, which no sentinel has to tell. */
static void lead_elsewhere(struct options *o, const struct options *from) {
    copy(o, from);
    o->conn.host = o->conn.path = NULL;
    o->conn.port = 0;
    o->conn.scratch = false;
    o->conn.sentinel.list = NULL;
    o->clusteropt.scratch = NULL;
}

int options_for_host(struct options *o, const struct options *from, const char *host, int64_t port,
                     struct err *e) {
    lead_elsewhere(o, from);
    o->conn.host = arena_dup(&o->conn.strings, host, strlen(host));
    o->conn.port = port;
    return settle_cluster(o, e);
}

int options_for_socket(struct options *o, const struct options *from, const char *path,
                       struct err *e) {
    lead_elsewhere(o, from);
    o->conn.path = arena_dup(&o->conn.strings, path, strlen(path));
    return settle_cluster(o, e);
}

void options_release(struct options *o) {
    options_copy_release(&o->copy);
    connopt_release(&o->conn);
    profile_release(&o->profile);
}
