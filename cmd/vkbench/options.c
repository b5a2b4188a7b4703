/* SPDX-License-Identifier: BSD-3-Clause */
/* The option tables of vkbench and what follows from them. See options.h. The general table ends at
 * the first word; when that word is a mode, the mode's own table goes on behind it, with the
 * general one in its back. */
#include "options.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/str.h"
#include "bench/suite.h"
#include "cluster_options.h"
#include "face.h"
#include "io/tty.h"
#include "ui/about.h"

#define ROW(member) .offset = offsetof(struct options, member)
#define GIB (1 << 30)

enum { GROUP_ROWS_MAX = 64, HELP_MAX = 1 << 20 };

/* Who answers commands that only read, in valkey-benchmark's words. */
static int take_rfr(void *target, char *value, struct err *e) {
    struct options *o = target;
    if (!strcmp(value, "no"))
        o->clusteropt.read_from = CLUSTER_READ_PRIMARY;
    else if (!strcmp(value, "yes"))
        o->clusteropt.read_from = CLUSTER_READ_ROUND_ROBIN_REPLICAS;
    else if (!strcmp(value, "all"))
        o->clusteropt.read_from = CLUSTER_READ_ROUND_ROBIN;
    else
        return err_set(e, VK_EUSAGE, "'%s' is not no, yes or all", value);
    return 0;
}

static const struct opt_row rows[] = {
    {.type = OPT_HEADING, .help = "Load"},
    {'c', "connections", OPT_INT, ROW(connections), "N", "connections in all (default 50)",
     .min = 1, .max = 1000000},
    {'n', "requests", OPT_INT, ROW(requests), "N",
     "requests of each test, exactly (default 100000)", .min = 1, .max = 1e15},
    {0, "duration", OPT_NUMBER, ROW(duration_s), "SECONDS", "so long instead of -n", .min = 0.001,
     .max = 1e9},
    {0, "warmup", OPT_NUMBER, ROW(warmup_s), "SECONDS", "load before it that is not measured",
     .min = 0, .max = 1e9},
    {'P', "pipeline", OPT_INT, ROW(pipeline), "N",
     "requests (or whole sequences) in flight on each connection (default 1)", .min = 1,
     .max = 1000000},
    {0, "threads", OPT_INT, ROW(threads), "N", "threads, each with its share of connections",
     .min = 0, .max = RUN_THREADS_MAX},
    {0, "rps", OPT_NUMBER, ROW(rate), "N",
     "requests per second in all, evenly; latency then counts from the intended send", .min = 0,
     .max = 1e9},
    {'k', "keep-alive", OPT_INT, ROW(keep_alive), "0|1",
     "0 = a new connection for each batch (default 1)", .min = 0, .max = 1, .words = "0 1"},
    {0, "cluster", OPT_FLAG, ROW(cluster),
     .help = "the server is a cluster's node: send each request where its key is"},
    {.name = "rfr",
     .type = OPT_CALL,
     .arg = "no|yes|all",
     .fn = take_rfr,
     .words = "no yes all",
     .help = "reads go to primaries (no), to replicas (yes) or to both (default no)"},
    {'l', "loop", OPT_FLAG, ROW(loop), .help = "run the tests again and again"},
    {'I', "idle", OPT_FLAG, ROW(idle), .help = "only open the connections and wait"},
    {.type = OPT_HEADING, .help = "Requests"},
    {'t', "tests", OPT_STR, ROW(tests), "LIST", "names of tests with commas (default all)",
     .words = "ping ping_inline ping_mbulk set get incr lpush rpush lpop rpop sadd hset spop zadd "
              "zpopmin lrange lrange_100 lrange_300 lrange_500 lrange_600 mset mget xadd "
              "function_load fcall"},
    {'d', "data-size", OPT_INT, ROW(data_size), "BYTES", "size of values (default 3)", .min = 1,
     .max = GIB},
    {'r', "range", OPT_INT, ROW(range), "N",
     "__rand_int__ and __rand_1st__ to __rand_9th__ become numbers below N", .min = 1,
     .max = 999999999999},
    {0, "sequential", OPT_FLAG, ROW(sequential), .help = "count instead of drawing lots"},
    {0, "seed", OPT_INT, ROW(seed), "N", "of the random numbers (default new each time)", .min = 0,
     .max = 1e18},
    {'x', NULL, OPT_FLAG, ROW(stdin_last),
     .help = "the command's last argument is standard input, to its end"},
    {0, "enable-tracking", OPT_FLAG, ROW(tracking),
     .help = "CLIENT TRACKING on for each connection (with -3: invalidations are counted)"},
    {0, "num-functions", OPT_INT, ROW(num_functions), "N",
     "functions in function_load's library (default 10)", .min = 1, .max = 65536},
    {0, "num-keys-in-fcall", OPT_INT, ROW(num_keys_in_fcall), "N", "keys of fcall (default 1)",
     .min = 1, .max = 253},
    {.type = OPT_HEADING, .help = "Output"},
    {'q', "quiet", OPT_SET, ROW(format), .value = FORMAT_QUIET, .help = "one line for each test"},
    {0, "csv", OPT_SET, ROW(format), .value = FORMAT_CSV, .help = "comma-separated values"},
    {0, "json", OPT_SET, ROW(format), .value = FORMAT_JSON,
     .help = "everything: figures, environment, histograms"},
    {0, "precision", OPT_INT, ROW(precision), "N", "accepted for old scripts; has no effect",
     .min = -1000, .max = 1000},
    {'e', NULL, OPT_FLAG, ROW(error_option), .help = "accepted for old scripts; has no effect"},
    {0, "dbnum", OPT_INT, ROW(conn.typed.db), "DB", "--db under valkey-benchmark's name",
     .max = 2147483647},
    {0, "yes", OPT_FLAG, ROW(yes),
     .help = "load a profile's server even when its environment is production, or it is read-only"},
    {0, "help", OPT_FLAG, ROW(help), .help = "this text"},
    {'v', "version", OPT_FLAG, ROW(version), .help = "name and version"},
    {0, "completion", OPT_STR, ROW(completion), "SHELL", "print the completion script for a shell",
     .words = "bash zsh fish"},
    {0},
};

static int take_list(struct basic_list *l, const char *text, double max, struct err *e) {
    return basic_parse_list(l, text, 1, (int64_t)max, e);
}
static int take_requests(void *target, char *value, struct err *e) {
    return take_list(&((struct options *)target)->basic.requests, value, 1e15, e);
}
static int take_pipelines(void *target, char *value, struct err *e) {
    return take_list(&((struct options *)target)->basic.pipeline, value, 1e6, e);
}
static int take_sizes(void *target, char *value, struct err *e) {
    return take_list(&((struct options *)target)->basic.size, value, GIB, e);
}
static int take_how(void *target, char *value, struct err *e) {
    struct options *o = target;
    if (!strcmp(value, "multi"))
        o->basic.how = BASIC_MULTI;
    else if (!strcmp(value, "plain"))
        o->basic.how = BASIC_PLAIN;
    else if (!strcmp(value, "both"))
        o->basic.how = BASIC_BOTH;
    else
        return err_set(e, VK_EUSAGE, "'%s' is not multi, plain or both", value);
    return 0;
}

static const struct opt_row basic_rows[] = {
    {.type = OPT_HEADING, .help = "Suite: basic"},
    {'n', "requests", OPT_CALL, .arg = "LIST", .fn = take_requests,
     .help = "requests of each operation (default 100000)"},
    {'P', "pipeline", OPT_CALL, .arg = "LIST", .fn = take_pipelines,
     .help = "commands of a pipeline (default 1)"},
    {'s', "size", OPT_CALL, .arg = "LIST", .fn = take_sizes,
     .help = "bytes of a value (default 2); lists with commas are run in every combination"},
    {0, "pipelines", OPT_CALL, .arg = "HOW", .fn = take_how, .words = "multi plain both",
     .help = "multi: between MULTI and EXEC, as the Python clients; plain; or both"},
    {0, "flush", OPT_FLAG, ROW(basic.flush), .help = "yes, FLUSHALL a server that holds keys"},
    {0, "seed-format", OPT_SET, ROW(format), .value = FORMAT_SEED,
     .help = "print the lines of the Python clients' benchmark"},
    {0},
};

static const struct opt_row packer_rows[] = {
    {.type = OPT_HEADING, .help = "Suite: packer"},
    {'n', "requests", OPT_INT, ROW(packer.commands), "N", "commands of a row (default 1000)",
     .min = 1, .max = 1e9},
    {0, "bytes", OPT_INT, ROW(packer.bytes), "N", "bytes moved by a row at most (default 256 MiB)",
     .min = 1, .max = 1e15},
    {0, "pure", OPT_FLAG, ROW(packer.pure), .help = "packing alone, without a server"},
    {0},
};

static const struct opt_row calibrate_rows[] = {
    {.type = OPT_HEADING, .help = "Calibration"},
    {0, "duration", OPT_NUMBER, ROW(duration_s), "SECONDS", "of each run (default 1)", .min = 0.01,
     .max = 3600},
    {0},
};

static const struct mode_word {
    const char *word;
    enum mode mode;
    const struct opt_row *rows;
} mode_words[] = {
    {"basic", MODE_BASIC, basic_rows},
    {"packer", MODE_PACKER, packer_rows},
    {"cluster-async", MODE_CLUSTER_ASYNC, cluster_options_async},
    {"cluster-pipeline", MODE_CLUSTER_PIPELINE, cluster_options_pipeline},
    {"calibrate", MODE_CALIBRATE, calibrate_rows},
};
enum { MODE_WORDS = sizeof mode_words / sizeof *mode_words };

static const char *const usage[] = {
    "[OPTIONS] [@PROFILE [OPTIONS]] [-t TESTS]",
    "[OPTIONS] [--] [N] COMMAND [ARG...] [';' [N] COMMAND [ARG...]]...",
    "[OPTIONS] basic [-n N,...] [-P N,...] [-s BYTES,...]",
    "[OPTIONS] packer [-n N] [--bytes N] [--pure]",
    "[OPTIONS] cluster-async [-n N] [-s BYTES] [--gather none|false|true|all]",
    "[OPTIONS] cluster-pipeline [-n N] [-s BYTES]",
    "[OPTIONS] calibrate [--duration SECONDS]",
    NULL,
};

static const char *const notes[] = {
    "In a command __rand_int__ is a random number (with -r), __data__ is -d bytes; N in front "
    "repeats it.",
    "Placeholders stay as they are without -r. The options of a suite stand behind its name.",
    "@PROFILE, wherever options end: section [PROFILE] of ~/.config/valkit/config (see vk(1)).",
    "",
    "Exit codes: 0 ok, 2 usage, 3 connection, 4 TLS, 5 authentication or permission, 6 time-out,",
    "13 requests failed or were not answered, 130 interrupted. Started as valkey-benchmark or",
    "redis-benchmark, vkbench behaves as that tool.",
    NULL,
};

static const char *const examples[] = {
    "vkbench -t get,set -P 16 -r 1000000 -d 100",
    "vkbench --threads 4 --duration 30 --warmup 5 -r 100000 -- hset user:__rand_int__ name "
    "__data__",
    "vkbench --rps 20000 --duration 60 -t get",
    "vkbench --scratch basic -n 10000 -P 1,10",
    "vkbench --scratch-cluster 3 cluster-async",
    "vkbench calibrate",
    NULL,
};

/* The connection options, without what is the load's own: letters that mean something else here,
 * and what only a single command has. */
static void take_connection_rows(struct opt_row out[GROUP_ROWS_MAX]) {
    int n = 0;
    for (const struct opt_row *r = connopt_rows; !opt_is_end(r) && n < GROUP_ROWS_MAX - 1; r++) {
        if (r->name && (!strcmp(r->name, "retry-on") || !strcmp(r->name, "client-capa-redirect")))
            continue;
        out[n] = *r;
        if (r->letter && strchr("nt", r->letter)) out[n].letter = 0;
        n++;
    }
    out[n] = (struct opt_row){0};
}

/* The cluster options, without what only a single command has, and what --rfr says. */
static void take_cluster_rows(struct opt_row out[GROUP_ROWS_MAX]) {
    static const char *const others[] = {"no-follow", "read-from"};
    int n = 0;
    for (const struct opt_row *r = clusteropt_rows; !opt_is_end(r) && n < GROUP_ROWS_MAX - 1; r++) {
        bool other = false;
        for (size_t i = 0; r->name && i < sizeof others / sizeof *others; i++)
            other |= !strcmp(r->name, others[i]);
        if (!other) out[n++] = *r;
    }
    out[n] = (struct opt_row){0};
}

static void defaults(struct options *o, enum face face) {
    *o = (struct options){
        .face = face,
        .connections = 50,
        .requests = -1,
        .pipeline = 1,
        .data_size = 3,
        .keep_alive = 1,
        .seed = -1,
        .num_functions = 10,
        .num_keys_in_fcall = 1,
    };
    connopt_init(&o->conn);
    clusteropt_init(&o->clusteropt);
    profile_init(&o->profile);
    o->conn.lenient = o->conn.tls_opts.verify_chain_only = face != FACE_NATIVE;
    basic_opts_init(&o->basic);
    packer_opts_init(&o->packer);
    cluster_async_opts_init(&o->cluster_async);
    cluster_pipeline_opts_init(&o->cluster_pipeline);
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

/* ---- the compatible faces' lenience ---- */

static bool takes(const char *word, const char *letter_or_name) {
    return !strcmp(word, letter_or_name);
}

static void put_number(char **word, int64_t v) {
    static char texts[8][STR_INT_MAX + 1]; /* lives as long as argv */
    static int next;
    char *text = texts[next++ % 8];
    text[str_put_i64(text, v)] = 0;
    *word = text;
}

/* Values that the tool brings within its bounds silently (threads: not silently). */
static void clamp_values(int argc, char **argv) {
    for (int i = 1; i + 1 < argc && argv[i][0] == '-' && strcmp(argv[i], "--") != 0; i++) {
        int64_t v;
        bool number = str_to_i64(argv[i + 1], strlen(argv[i + 1]), &v) == 0;
        if (!number) continue;
        if (takes(argv[i], "-P") && v < 1) put_number(&argv[i + 1], 1);
        if (takes(argv[i], "-d") && v < 1) put_number(&argv[i + 1], 1);
        if (takes(argv[i], "-d") && v > GIB) put_number(&argv[i + 1], GIB);
        if (takes(argv[i], "--threads") && v < 0) put_number(&argv[i + 1], 0);
        if (takes(argv[i], "--threads") && v > RUN_THREADS_MAX) {
            msg_say("WARNING: Too many threads, limiting threads to %d.", RUN_THREADS_MAX);
            put_number(&argv[i + 1], RUN_THREADS_MAX);
        }
        i++;
    }
}

/* ---- settling ---- */

static int check(const struct options *o, struct err *e) {
    struct suite_opts so = {.redis = o->face == FACE_REDIS_BENCHMARK};
    if (o->requests >= 0 && o->duration_s > 0)
        return err_set(e, VK_EUSAGE, "-n and --duration exclude each other");
    if (o->stdin_last && o->mode != MODE_COMMAND)
        return err_set(e, VK_EUSAGE, "-x needs a command whose last argument it is");
    if (o->sequential && !o->range)
        return err_set(e, VK_EUSAGE, "--sequential needs -r, the number to count up to");
    if (o->face != FACE_NATIVE) return 0;
    if (o->tests && o->mode != MODE_TESTS)
        return err_set(e, VK_EUSAGE, "-t and a command or suite exclude each other");
    if (o->format == FORMAT_SEED && o->mode != MODE_BASIC && !cluster_options_is_suite(o))
        return err_set(e, VK_EUSAGE, "--seed-format is for the Python clients' suites");
    int code = cluster_options_check(o, e);
    return code < 0 ? code : suite_check(o->tests, &so, e);
}

static const char *environment(const char *name) {
    return getenv(name);
}

/* valkey-benchmark and redis-benchmark look at none. */
static const char *no_environment(const char *name) {
    (void)name;
    return NULL;
}

static int settle_cluster(struct options *o, struct err *e) {
    if (o->clusteropt.scratch || cluster_options_is_suite(o)) o->cluster = true;
    bool single = o->mode == MODE_BASIC || o->mode == MODE_PACKER || o->mode == MODE_CALIBRATE;
    if (o->cluster && single)
        return err_set(e, VK_EUSAGE,
                       "this suite is for one server: no cluster option goes with it");
    if (!o->cluster && o->clusteropt.read_from != CLUSTER_READ_PRIMARY)
        return err_set(e, VK_EUSAGE, "--rfr needs --cluster");
    return o->cluster ? clusteropt_finish(&o->clusteropt, &o->conn, &o->cluster_opts, e) : 0;
}

static int settle(struct options *o, struct err *e) {
    o->tty = tty_is(STDOUT_FILENO);
    o->tty_err = tty_is(STDERR_FILENO);
    const char *no_colour = getenv("NO_COLOR");
    o->colour = o->tty && !(no_colour && *no_colour);
    if (o->mode == MODE_TESTS && o->argc) o->mode = MODE_COMMAND;
    if (o->idle) o->mode = MODE_IDLE;
    int code = check(o, e);
    if (code < 0) return code;
    if (o->requests < 0 && o->duration_s <= 0) o->requests = 100000;
    if (o->mode == MODE_CALIBRATE && o->duration_s <= 0) o->duration_s = 1;
    if (!o->conn.protocol) o->conn.protocol = 2;
    code = connopt_finish(&o->conn, o->face == FACE_NATIVE ? environment : no_environment, e);
    return code < 0 ? code : settle_cluster(o, e);
}

/* ---- parsing ---- */

/* The first word is a suite: its own options follow. */
static int parse_mode(struct options *o, const struct opt_group *general, int argc, char **argv,
                      int *first, struct err *e) {
    for (int i = 0; i < MODE_WORDS; i++) {
        const struct mode_word *m = &mode_words[i];
        if (*first >= argc || strcmp(argv[*first], m->word) != 0) continue;
        if (*first > 1 && !strcmp(argv[*first - 1], "--")) return 0;
        const struct opt_group groups[] = {{m->rows, o}, general[0], general[1], general[2], {0}};
        const struct opt_program program = {
            .name = "vkbench", .summary = "", .usage = usage, .groups = groups};
        int from = *first, inner;
        o->mode = m->mode;
        int code = opt_parse(&program, argc - from, argv + from, &inner, e);
        *first = from + inner;
        if (code == 0 && *first < argc)
            return err_set(e, VK_EUSAGE, "unexpected word '%s' behind %s", argv[*first], m->word);
        return code;
    }
    return 0;
}

void options_parse(struct options *o, int argc, char **argv) {
    static struct opt_row connection[GROUP_ROWS_MAX], cluster[GROUP_ROWS_MAX];
    enum face face = face_of(argv[0]);
    take_connection_rows(connection);
    take_cluster_rows(cluster);
    const struct opt_group groups[] = {{rows, o},
                                       {basic_rows, o},
                                       {packer_rows, o},
                                       {cluster_options_async, o},
                                       {cluster_options_pipeline, o},
                                       {calibrate_rows, o},
                                       {connection, &o->conn},
                                       {cluster, &o->clusteropt},
                                       {0}};
    const struct opt_group general[] = {
        {rows, o}, {connection, &o->conn}, {cluster, &o->clusteropt}, {0}};
    struct opt_program program = {
        .name = face_name(face),
        .summary = "load and latency benchmark for Valkey and Redis servers",
        .usage = usage,
        .groups = general,
        .examples = examples,
        .notes = notes,
        .profiles = face == FACE_NATIVE ? "vk --profiles" : NULL,
    };
    struct err e;
    defaults(o, face);
    if (face != FACE_NATIVE) clamp_values(argc, argv);
    int first = argc;
    int code = opt_parse(&program, argc, argv, &first, &e);
    if (code == 0 && face == FACE_NATIVE)
        code = profile_take(&o->profile, environment, &program, argc, argv, &first, &e);
    if (code == 0 && face == FACE_NATIVE) code = parse_mode(o, general, argc, argv, &first, &e);
    o->argc = argc - first;
    o->argv = argv + first;
    if (code < 0 && face == FACE_NATIVE && o->argc == 1 && !strcmp(argv[first], "-h"))
        o->help = true;
    if (o->help || o->version || o->completion) {
        program.groups = groups;
        code = print_asked(&program, o, &e);
    }
    if (code == 0) code = settle(o, &e);
    if (code == 0) return;
    struct buf text;
    buf_init(&text, HELP_MAX);
    opt_help(&program, tty_columns(STDOUT_FILENO), &text);
    code = face_usage(o, &e, o->argc > 0 ? o->argv[0] : NULL, &text);
    buf_release(&text);
    exit(code);
}
