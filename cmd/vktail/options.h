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

enum mode { MODE_MONITOR, MODE_MESSAGES, MODE_REPLAY };

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
    int64_t count; /* 0 = no limit */
    double for_s;  /* 0 = no limit, -1 = not given */
    struct filter filter;
    struct record_opts record;
    int time; /* enum form_time */
    bool date, names, show_secrets;
    bool top;       /* a table in place of lines */
    char delimiter; /* of keys' segments */
    const char *completion;
    bool help, version;
    /* settled by options_parse */
    enum mode mode;
    const char *mode_word; /* as typed */
    char **files;          /* MODE_REPLAY */
    int n_files;
    bool typed_db, typed_key; /* not by a profile */
    bool colour;
    struct wanted *wanted; /* MODE_MESSAGES */
    int n_wanted;
    bool tty; /* standard output is a terminal */
    struct cluster_opts cluster_opts;
};

/* options_output.c: how events are shown, counted and kept. */
extern const struct opt_row options_output_rows[];
/* All else is settled. VK_EUSAGE. */
int options_settle_output(struct options *o, struct err *e) MUST_CHECK;

/* Handles --help, --version and --completion by itself (prints and exits). Secrets in argv are
 * overwritten. VK_EUSAGE, VK_EFILE. */
int options_parse(struct options *o, int argc, char **argv, struct err *e) MUST_CHECK;
/* Wipes the secrets. */
void options_release(struct options *o);

#endif
