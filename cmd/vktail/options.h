/* SPDX-License-Identifier: BSD-3-Clause */
/* vktail's command line: one table, one struct, read-only after options_parse. */
#ifndef VKTAIL_OPTIONS_H
#define VKTAIL_OPTIONS_H

#include "client/clusteropt.h"
#include "client/profile.h"
#include "core/push.h"
#include "filter.h"
#include "form.h"
#include "queue.h"
#include "record.h"

enum mode { MODE_MONITOR, MODE_MESSAGES, MODE_EVENTS, MODE_STREAM, MODE_REPLAY };

/* One channel or pattern to subscribe to. */
struct wanted {
    enum push_kind kind; /* PUSH_SUBSCRIBE, PUSH_PSUBSCRIBE, PUSH_SSUBSCRIBE */
    const char *name;
};

struct options {
    struct connopt conn;
    struct clusteropt clusteropt;
    struct profile profile; /* that of "@NAME" in front of the mode */
    bool cluster;           /* -c */
    int nodes;              /* enum nodes_which */
    int format;             /* enum form_kind, -1 = by what standard output is */
    int drop;               /* enum queue_policy */
    double queue_mb;
    double window_ms;
    int64_t count;           /* 0 = no limit */
    double for_s;            /* 0 = no limit, -1 = not given */
    const char *until;       /* as typed, NULL = not given */
    double health_check_s;   /* 0 = no check */
    int64_t max_server_omem; /* bytes, 0 = no limit */
    const char *from_file;   /* more channels or patterns */
    struct filter filter;
    struct record_opts record;
    int time; /* enum form_time */
    bool date, say_who, show_secrets;
    bool top;           /* a table in place of lines */
    char delimiter;     /* of keys' segments */
    const char *events; /* names with commas; NULL = all */
    int64_t last;       /* entries of a stream first */
    const char *group, *consumer;
    bool no_ack;
    bool enable; /* notify-keyspace-events may be widened */
    const char *completion;
    bool help, version;
    /* settled by options_parse */
    enum mode mode;
    const char *mode_word; /* as typed */
    char **files;          /* MODE_REPLAY */
    int n_files;
    bool typed_key; /* not by a profile */
    bool draws;     /* standard output is a terminal that knows escapes */
    bool colour;
    struct wanted *wanted; /* MODE_MESSAGES; MODE_EVENTS: keys' patterns; MODE_STREAM: keys */
    int n_wanted, cap_wanted;
    struct buf names; /* owns those that from_file told */
    int64_t until_us; /* 0 = not given */
    bool capped;      /* for_s is the caution against production */
    bool tty;         /* standard output is a terminal */
    struct cluster_opts cluster_opts;
};

/* options_mode.c: the mode and its words. VK_EUSAGE, VK_EFILE. */
int options_take_mode(struct options *o, char **words, int n, struct err *e) MUST_CHECK;

/* options_until.c: "HH:MM[:SS]", the next such time, or "YYYY-MM-DD[THH:MM[:SS]]", both local, to
 * microseconds since 1970; it is now_us. VK_EUSAGE: neither, or past. */
int options_until(const char *text, int64_t now_us, int64_t *out_us, struct err *e) MUST_CHECK;

/* options_output.c: how events are shown, counted and kept. */
extern const struct opt_row options_output_rows[];
/* What --db means: a filter, or the connection's own database. VK_EUSAGE. */
int options_settle_db(struct options *o, struct err *e) MUST_CHECK;
/* connopt_finish, whose --key is easily taken for a filter. */
int options_finish_conn(struct options *o, connopt_env_fn *environment, struct err *e) MUST_CHECK;
/* All else is settled. VK_EUSAGE. */
int options_settle_output(struct options *o, struct err *e) MUST_CHECK;

/* Handles --help, --version and --completion by itself (prints and exits). Secrets in argv are
 * overwritten. VK_EUSAGE, VK_EFILE. */
int options_parse(struct options *o, int argc, char **argv, struct err *e) MUST_CHECK;
/* Wipes the secrets. */
void options_release(struct options *o);

#endif
