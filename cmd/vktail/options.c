/* SPDX-License-Identifier: BSD-3-Clause */
/* The option table of vktail and what follows from it. See options.h. Options may stand in front of
 * the mode, behind it and among its words. */
#include "options.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/str.h"
#include "io/tty.h"
#include "nodes.h"
#include "ui/about.h"

enum {
    CAREFUL_S = 60, /* of monitor on a terminal against production */
    ANSWER_S = 10,  /* for what a server is asked */
    FOR_MOST_S = 1000000000,
};

#define ROW(member) .offset = offsetof(struct options, member)

static int take_drop(void *target, char *value, struct err *e) {
    static const char *const names[] = {[QUEUE_DROP_OLDEST] = "oldest",
                                        [QUEUE_DROP_NEWEST] = "newest",
                                        [QUEUE_DROP_SAMPLE] = "sample"};
    struct options *o = target;
    for (int i = 0; i < (int)(sizeof names / sizeof *names); i++) {
        if (strcmp(value, names[i]) != 0) continue;
        o->drop = i;
        return 0;
    }
    return err_set(e, VK_EUSAGE, "'%s' is none of oldest, newest, sample", value);
}

/* "30", "30s", "5m", "2h" */
static int take_for(void *target, char *value, struct err *e) {
    static const struct {
        char letter;
        double seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}};
    struct options *o = target;
    size_t len = strlen(value);
    double n, factor = 1;
    for (size_t i = 0; i < sizeof units / sizeof *units && len > 1; i++) {
        if (value[len - 1] != units[i].letter) continue;
        factor = units[i].seconds;
        len--;
        break;
    }
    if (str_to_double(value, len, &n) < 0 || !(n >= 0 && n * factor <= FOR_MOST_S))
        return err_set(e, VK_EUSAGE, "'%.80s' is no time such as 30, 30s, 5m or 2h", value);
    o->for_s = n * factor;
    return 0;
}

static const struct opt_row rows[] = {
    {.type = OPT_HEADING, .help = "Whom to listen to"},
    {'c', "cluster", OPT_FLAG, ROW(cluster), .help = "every primary of the cluster"},
    {0, "replicas", OPT_SET, ROW(nodes), .value = NODES_REPLICAS,
     .help = "with -c: the replicas instead"},
    {0, "all-nodes", OPT_SET, ROW(nodes), .value = NODES_ALL,
     .help = "with -c: primaries and replicas"},
    {0, "from-file", OPT_STR, ROW(from_file), "FILE",
     "more channels or patterns, one a line, of the kind that was named last", .words = "file"},
    {0, "event", OPT_STR, ROW(events), "NAMES",
     "with events: these alone, as expired,del (default all)"},
    {0, "enable", OPT_FLAG, ROW(enable),
     .help = "with events: widen notify-keyspace-events where it lacks something, and put it back "
             "at the end"},
    {0, "last", OPT_INT, ROW(last), "N", "with stream: its last N entries first", .min = 1,
     .max = 1e6},
    {0, "group", OPT_STR, ROW(group), "NAME",
     "with stream: as a consumer of this group, which acknowledges what is written out"},
    {0, "consumer", OPT_STR, ROW(consumer), "NAME", "the consumer's name (default vktail)"},
    {0, "no-ack", OPT_FLAG, ROW(no_ack),
     .help = "with --group: the server need not remember what it gave us"},
    {.type = OPT_HEADING, .help = "How much"},
    {0, "count", OPT_INT, ROW(count), "N", "end after N events", .min = 1, .max = 1e18},
    {0, "for", OPT_CALL, .arg = "TIME", .fn = take_for,
     .help = "end after so long: seconds, or 30s, 5m, 2h; 0 for never (default never; 60 s for "
             "monitor on a terminal, when the profile says production)"},
    {0, "until", OPT_STR, ROW(until), "TIME",
     "end at HH:MM[:SS], the next one, or YYYY-MM-DD[THH:MM[:SS]], local time"},
    {0},
};

static const struct opt_row output_rows[] = {
    {.type = OPT_HEADING, .help = "Output"},
    {0, "no-pretty", OPT_SET, ROW(format), .value = FORM_PLAIN,
     .help = "MONITOR's own lines to the byte (default when standard output is no terminal)"},
    {0, "pretty", OPT_SET, ROW(format), .value = FORM_PRETTY,
     .help = "aligned and coloured (default on a terminal)"},
    {0, "json", OPT_SET, ROW(format), .value = FORM_JSON, .help = "one JSON object a line"},
    {0, "payload", OPT_SET, ROW(format), .value = FORM_PAYLOAD,
     .help = "of each message its payload alone"},
    {0, "window", OPT_NUMBER, ROW(window_ms), "MS",
     "several nodes' commands are put in order within so long (default 100)", .max = 60000},
    {0, "drop", OPT_CALL, 0, "WHICH",
     "of a full queue: oldest (default), newest, or sample: the fuller it is, the fewer lines come "
     "in",
     .fn = take_drop, .words = "oldest newest sample"},
    {0, "queue", OPT_NUMBER, ROW(queue_mb), "MB",
     "output that may wait for a slow reader before lines are dropped (default 16)", .min = 0.001,
     .max = 1024},
    {0},
};

static const struct opt_row last_rows[] = {
    {.type = OPT_HEADING, .help = "Caution"},
    {0, "health-check-interval", OPT_NUMBER, ROW(health_check_s), "SECONDS",
     "without a sign of life for so long, a connection is given up; 0 for never (default 10)",
     .max = 86400},
    {0, "max-server-omem", OPT_INT, ROW(max_server_omem), "BYTES",
     "end when more than this waits for us in a server's memory, 0 for no limit (default 64 MB)",
     .max = 1e15},
    {.type = OPT_HEADING, .help = "About"},
    {0, "help", OPT_FLAG, ROW(help), .help = "this text"},
    {0, "version", OPT_FLAG, ROW(version), .help = "name and version"},
    {0, "completion", OPT_STR, ROW(completion), "SHELL", "print the completion script",
     .words = "bash zsh fish"},
    {0},
};

static const char *const usage[] = {
    "[OPTIONS] [@PROFILE] monitor",
    "[OPTIONS] [@PROFILE] top",
    "[OPTIONS] [@PROFILE] subscribe CHANNEL... [psubscribe PATTERN...] [ssubscribe CHANNEL...]",
    "[OPTIONS] [@PROFILE] events [KEY-PATTERN...]",
    "[OPTIONS] [@PROFILE] stream KEY...",
    "[OPTIONS] replay-log FILE...",
    NULL,
};

static const char *const examples[] = {
    "vktail -c monitor",
    "vktail monitor --category @write --match 'user:*' --not --cmd expire",
    "vktail monitor --record today.gz --for 60 && vktail replay-log today.gz --top",
    "vktail @prod subscribe news psubscribe 'user:*'",
    "vktail stream orders --last 10",
    "vktail -c events 'user:*' --event expired,del --enable",
    NULL,
};

static const char *const notes[] = {
    "Filters of the same kind are alternatives, different kinds must all agree, and no filter "
    "behind "
    "--not may match.",
    "Exit codes: 0 ok, 2 usage or a file, 3 connection, 4 TLS, 5 authentication or permission, 7 "
    "something was missed (a gap, a drop, the end of a recording).",
    NULL,
};

static const char *environment(const char *name) {
    return getenv(name);
}

/* ---- the command line ---- */

struct line {
    struct opt_program program;
    struct opt_group groups[8], profile_groups[8];
    char **options, **words; /* argv, sorted into these two; options[0] is the program's name */
    int n_options, n_words;
};

static void line_init(struct line *l, struct options *o, int argc, char *name) {
    *l = (struct line){
        .groups = {{rows, o},
                   {filter_rows, &o->filter}, /* its --db goes before the connection's */
                   {output_rows, o},
                   {options_output_rows, o},
                   {connopt_rows, &o->conn},
                   {clusteropt_rows, &o->clusteropt},
                   {last_rows, o}},
        .profile_groups = {{connopt_rows, &o->conn}, /* a profile's db is no filter */
                           {clusteropt_rows, &o->clusteropt},
                           {filter_rows, &o->filter},
                           {options_output_rows, o},
                           {output_rows, o},
                           {last_rows, o},
                           {rows, o}},
        .program = {.name = "vktail",
                    .summary = "tail MONITOR, pub/sub and keyspace events over every node",
                    .usage = usage,
                    .examples = examples,
                    .notes = notes}};
    l->program.groups = l->groups;
    l->options = mem_zalloc((size_t)argc + 1, sizeof *l->options);
    l->words = mem_zalloc((size_t)argc + 1, sizeof *l->words);
    l->options[l->n_options++] = name;
}

static void line_release(struct line *l) {
    free(l->options);
    free(l->words);
}

/* Up to the next word, and that word. */
static int take_stretch(struct line *l, int argc, char **argv, int *at, struct err *e) {
    int taken;
    int code = opt_parse(&l->program, argc - *at + 1, argv + *at - 1, &taken, e);
    for (int i = 1; i < taken && code == 0; i++)
        l->options[l->n_options++] = argv[(*at)++];
    bool ended = l->n_options > 1 && !strcmp(l->options[l->n_options - 1], "--");
    while (code == 0 && *at < argc) {
        l->words[l->n_words++] = argv[(*at)++];
        if (!ended) break;
    }
    return code;
}

static int take_profile(struct line *l, struct options *o, const char *name, struct err *e) {
    struct profile_typed typed[2] = {{l->n_options, l->options}};
    struct opt_program program = l->program;
    struct buf path;
    program.groups = l->profile_groups;
    buf_init(&path, 4096);
    int code = profile_path(environment, &path, e);
    if (code == 0) code = profile_load(&o->profile, buf_cstr(&path), name, &program, typed, e);
    buf_release(&path);
    return code;
}

/* ---- all of it ---- */

/* Whoever looks at production by hand may forget that he does. */
static void be_careful(struct options *o) {
    o->capped = o->for_s < 0 && o->tty && o->mode == MODE_MONITOR && !o->until &&
                o->profile.environment == PROFILE_PRODUCTION;
    if (o->capped) o->for_s = CAREFUL_S;
}

/* Connections that nobody writes to notice their end by these alone. */
static void settle_times(struct options *o) {
    if (o->conn.command_timeout_s <= 0)
        o->conn.command_timeout_s = o->health_check_s >= 1 ? o->health_check_s : ANSWER_S;
    o->conn.user_timeout_s = o->health_check_s;
    if (o->conn.typed.keepalive_s < 0 && o->health_check_s >= 1 &&
        o->health_check_s < o->conn.keepalive_s)
        o->conn.keepalive_s = o->health_check_s;
}

static int settle(struct options *o, struct err *e) {
    struct err unused;
    o->tty = tty_is(STDOUT_FILENO);
    be_careful(o);
    settle_times(o);
    if (o->until && options_until(o->until, clock_wall_us(), &o->until_us, e) < 0) return e->code;
    if (o->format < 0) o->format = o->tty ? FORM_PRETTY : FORM_PLAIN;
    if (o->format == FORM_PAYLOAD && o->mode != MODE_MESSAGES)
        return err_set(e, VK_EUSAGE, "--payload is for messages");
    if (options_settle_output(o, e) < 0) return e->code;
    if (o->clusteropt.scratch) o->cluster = true;
    if (o->nodes && !o->cluster) return err_set(e, VK_EUSAGE, "--replicas and --all-nodes need -c");
    if (o->nodes && o->mode != MODE_MONITOR)
        return err_set(e, VK_EUSAGE, "--replicas and --all-nodes are for monitor");
    int code =
        clusteropt_finish(&o->clusteropt, &o->conn, &o->cluster_opts, o->cluster ? e : &unused);
    return o->cluster ? code : 0;
}

static int parse(struct options *o, struct line *l, int argc, char **argv, struct err *e) {
    int code = 0;
    for (int at = 1; at < argc && code == 0;)
        code = take_stretch(l, argc, argv, &at, e);
    if (code < 0) return code;
    if (o->help || o->version || o->completion) {
        code = about_print(&l->program, o->completion, o->version ? "vktail " VK_VERSION : NULL, e);
        if (code == 0) exit(0);
        return code;
    }
    char **words = l->words;
    o->typed_key = opt_is_typed(&l->program, l->n_options, l->options, "key");
    bool named = l->n_words && words[0][0] == '@';
    if (named) code = take_profile(l, o, words[0] + 1, e);
    if (l->n_words > named) o->mode_word = words[named];
    if (code == 0) code = options_take_mode(o, words + named, l->n_words - named, e);
    if (code == 0) code = options_settle_db(o, e);
    if (code == 0) code = options_finish_conn(o, environment, e);
    return code == 0 ? settle(o, e) : code;
}

int options_parse(struct options *o, int argc, char **argv, struct err *e) {
    struct line l;
    *o = (struct options){.format = -1,
                          .for_s = -1,
                          .window_ms = 100,
                          .queue_mb = 16,
                          .health_check_s = 10,
                          .max_server_omem = 64 << 20,
                          .delimiter = ':'};
    connopt_init(&o->conn);
    clusteropt_init(&o->clusteropt);
    profile_init(&o->profile);
    line_init(&l, o, argc, argv[0]);
    int code = parse(o, &l, argc, argv, e);
    line_release(&l);
    return code;
}

void options_release(struct options *o) {
    connopt_release(&o->conn);
    profile_release(&o->profile);
    filter_release(&o->filter);
    free(o->wanted);
    free(o->files);
    buf_release(&o->names);
}
