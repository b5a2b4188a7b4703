/* SPDX-License-Identifier: BSD-3-Clause */
/* See hazard.h. The rule is the server's own category; the table has the words for the commands
 * that people meet, what the category misses, and what it takes too seriously: to be asked before
 * INFO or CLIENT LIST would only make people switch the question off. */
#include "core/hazard.h"

#include "core/args.h"

static const struct row {
    const char *words[2]; /* the command, and its subcommand if one is meant */
    const char *what;
    enum hazard hazard;
    bool reads; /* who only reads may send it all the same */
} rows[] = {
    {{"FLUSHALL"}, "deletes every key of every database", HAZARD_DESTROYS, false},
    {{"FLUSHDB"}, "deletes every key of the database", HAZARD_DESTROYS, false},
    {{"SHUTDOWN"}, "stops the server", HAZARD_DESTROYS, false},
    {{"DEBUG"}, "may block, stop or damage the server", HAZARD_DESTROYS, false},
    {{"REPLICAOF"}, "replaces all data by those of another server", HAZARD_DESTROYS, false},
    {{"SLAVEOF"}, "replaces all data by those of another server", HAZARD_DESTROYS, false},
    {{"CLUSTER", "RESET"}, "takes the node out of its cluster", HAZARD_DESTROYS, false},
    {{"CLUSTER", "FLUSHSLOT"}, "deletes every key of the slot", HAZARD_DESTROYS, false},
    {{"CLUSTER", "FLUSHSLOTS"}, "takes all slots from the node", HAZARD_DESTROYS, false},
    {{"FUNCTION", "FLUSH"}, "deletes every function", HAZARD_DESTROYS, false},
    {{"KEYS"}, "walks through all keys, and everybody waits meanwhile", HAZARD_DISTURBS, true},
    {{"MONITOR"}, "shows what all clients send, and slows the server down", HAZARD_DISTURBS, true},
    {{"SWAPDB"}, "exchanges two databases under all clients", HAZARD_DISTURBS, false},
    {{"SCRIPT", "FLUSH"}, "drops every cached script", HAZARD_DISTURBS, false},
    {{"CONFIG", "SET"}, "changes the server's configuration", HAZARD_DISTURBS, false},
    {{"CONFIG", "REWRITE"}, "overwrites the server's configuration file", HAZARD_DISTURBS, false},
    {{"CONFIG", "RESETSTAT"}, "sets the server's statistics to zero", HAZARD_DISTURBS, false},
    {{"CLIENT", "KILL"}, "ends connections of others", HAZARD_DISTURBS, false},
    {{"CLIENT", "PAUSE"}, "lets all clients wait", HAZARD_DISTURBS, false},
    {{"SAVE"}, "lets everybody wait until the data are on disk", HAZARD_DISTURBS, false},
    {{"FAILOVER"}, "makes a replica the primary", HAZARD_DISTURBS, false},
    {{"CLUSTER", "FAILOVER"}, "makes the replica the primary", HAZARD_DISTURBS, false},
    {{"MIGRATE"}, "moves keys to another server", HAZARD_DISTURBS, false},
    {{"ACL", "SETUSER"}, "changes what a user may do", HAZARD_DISTURBS, false},
    {{"ACL", "DELUSER"}, "deletes users and ends their connections", HAZARD_DISTURBS, false},
    {{"DEBUG", "OBJECT"}, "", HAZARD_NONE, true},
    {{"ACL", "DRYRUN"}, "", HAZARD_NONE, true},
    {{"ACL", "LOG"}, "", HAZARD_NONE, true},
    {{"CLIENT", "NO-EVICT"}, "", HAZARD_NONE, true},
    {{"CLUSTER", "COUNT-FAILURE-REPORTS"}, "", HAZARD_NONE, true},
    {{"CLUSTER", "GETSLOTMIGRATIONS"}, "", HAZARD_NONE, true},
    {{"CLUSTER", "SLAVES"}, "", HAZARD_NONE, true},
    {{"LATENCY", "DOCTOR"}, "", HAZARD_NONE, true},
    {{"LATENCY", "GRAPH"}, "", HAZARD_NONE, true},
    {{"LATENCY", "HISTOGRAM"}, "", HAZARD_NONE, true},
    {{"SORT"}, "", HAZARD_NONE, false},
};

/* What others than the words of the command decide. */
static const struct row resets_log = {{"ACL", "LOG"}, "empties the log", HAZARD_DISTURBS, false};
static const struct row promotes = {
    {"REPLICAOF"}, "makes a primary of the replica", HAZARD_DISTURBS, false};
static const struct row aborts = {{"SHUTDOWN"}, "", HAZARD_NONE, false};
static const struct row dangerous = {
    {NULL}, "is of the category @dangerous", HAZARD_DISTURBS, false};

static const struct row *by_arguments(const struct args *a, const struct row *row) {
    bool replicates = args_is(a, 0, "REPLICAOF") || args_is(a, 0, "SLAVEOF");
    if (args_is(a, 0, "ACL") && args_is(a, 1, "LOG") && args_is(a, 2, "RESET")) return &resets_log;
    if (replicates && args_is(a, 1, "NO") && args_is(a, 2, "ONE")) return &promotes;
    if (args_is(a, 0, "SHUTDOWN") && args_is(a, 1, "ABORT")) return &aborts;
    return row;
}

/* The row that fits best: with a subcommand, if there is one. */
static const struct row *find(const struct args *a) {
    const struct row *found = NULL;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *r = &rows[i];
        if (!args_is(a, 0, r->words[0]) || (r->words[1] && !args_is(a, 1, r->words[1]))) continue;
        if (!found || r->words[1]) found = r;
    }
    return found ? by_arguments(a, found) : NULL;
}

/* "DEBUG HELP" tells, whatever it is of; "KEYS HELP" is a pattern. */
static bool is_help(const struct command_info *info, const struct args *a) {
    bool has_subcommands = info && (strchr(info->name, ' ') || info->flags & COMMAND_CONTAINER);
    return has_subcommands && a->argc == 2 && args_is(a, 1, "HELP");
}

static const struct row *judge(const struct command_info *info, const struct args *a) {
    const struct row *row = find(a);
    if (is_help(info, a)) return NULL;
    if (row) return row;
    bool told = command_info_reads_only(info, a->argc, a->argv, a->lens);
    return info && info->acl & COMMAND_ACL_DANGEROUS && !told ? &dangerous : NULL;
}

enum hazard hazard_of(const struct command_info *info, int argc, const char *const *argv,
                      const size_t *lens, const char **what) {
    const struct args a = {argc, argv, lens};
    const struct row *row = judge(info, &a);
    *what = row ? row->what : "";
    return row ? row->hazard : HAZARD_NONE;
}

/* SORT and GEORADIUS bear the write flag for their STORE. */
static bool stores_nothing(const struct command_info *info, const struct args *a) {
    return info->rule == COMMAND_RULE_STORE &&
           command_keys(info, a->argc, a->argv, a->lens, NULL, 0) <= 1;
}

static bool runs_scripts(const struct args *a) {
    return args_is(a, 0, "EVAL") || args_is(a, 0, "EVALSHA") || args_is(a, 0, "FCALL");
}

const char *hazard_to_reader(const struct command_info *info, int argc, const char *const *argv,
                             const size_t *lens) {
    const struct args a = {argc, argv, lens};
    if (!info) return "is not known, so it may write";
    if (command_info_reads_only(info, argc, argv, lens)) return NULL;
    if (runs_scripts(&a)) return "runs a script that may write";
    if (args_is(&a, 0, "PUBLISH") || args_is(&a, 0, "SPUBLISH")) return "sends others a message";
    if (info->flags & COMMAND_WRITE) return stores_nothing(info, &a) ? NULL : "writes";
    const struct row *row = judge(info, &a);
    if (row && !row->reads && row->hazard) return "changes the server";
    bool unknown = info->flags & COMMAND_CONTAINER && argc > 1 && !is_help(info, &a) && !row;
    return unknown ? "has a subcommand that is not known, so it may write" : NULL;
}
