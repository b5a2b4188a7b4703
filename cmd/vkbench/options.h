/* SPDX-License-Identifier: BSD-3-Clause */
/* vkbench's command line: one table, one struct, read-only after options_parse. */
#ifndef VKBENCH_OPTIONS_H
#define VKBENCH_OPTIONS_H

#include "bench/basic.h"
#include "bench/cluster_async.h"
#include "bench/cluster_pipeline.h"
#include "bench/packer.h"
#include "client/clusteropt.h"
#include "client/profile.h"

/* Whom vkbench stands for, by the name it was started under (design, Faces). */
enum face { FACE_NATIVE, FACE_VALKEY_BENCHMARK, FACE_REDIS_BENCHMARK };
enum mode {
    MODE_TESTS,
    MODE_COMMAND,
    MODE_IDLE,
    MODE_BASIC,
    MODE_PACKER,
    MODE_CLUSTER_ASYNC,
    MODE_CLUSTER_PIPELINE,
    MODE_CALIBRATE,
};
enum format { FORMAT_TEXT, FORMAT_QUIET, FORMAT_CSV, FORMAT_JSON, FORMAT_SEED };

struct options {
    struct connopt conn;
    struct clusteropt clusteropt;
    struct profile profile;           /* that of "@NAME" behind the options */
    struct cluster_opts cluster_opts; /* what these make, if cluster is set */
    struct connopt sentinels;         /* conn, before these were asked: the list is theirs */
    bool cluster;                     /* --cluster, --scratch-cluster */
    enum face face;
    enum mode mode;
    int64_t connections; /* -c */
    int64_t requests;    /* -n; -1 = not given */
    int64_t pipeline;    /* -P */
    int64_t threads;     /* --threads; 0 = one */
    int64_t data_size;   /* -d */
    int64_t range;       /* -r; 0 = none */
    bool sequential;
    int64_t keep_alive;          /* -k */
    double duration_s, warmup_s; /* 0 = none */
    double rate;                 /* --rps; 0 = none */
    int64_t seed;                /* --seed; -1 = not given: made up and told */
    const char *tests;           /* -t; NULL = all */
    bool loop;                   /* -l */
    bool idle;                   /* -I */
    bool stdin_last;             /* -x */
    bool tracking;
    int64_t num_functions, num_keys_in_fcall;
    int format;        /* enum format */
    int64_t precision; /* valkey-benchmark's: no effect */
    bool error_option; /* -e, likewise */
    struct basic_opts basic;
    struct packer_opts packer;
    struct cluster_async_opts cluster_async;
    struct cluster_pipeline_opts cluster_pipeline;
    bool yes; /* --yes */
    const char *completion;
    bool help, version;
    /* settled by options_parse */
    bool tty, tty_err; /* standard output, standard error is a terminal */
    bool colour;       /* tty and not NO_COLOR */
    int argc;          /* the command (MODE_COMMAND) */
    char **argv;
};

/* Parse and settle everything but secrets and the text of -x. Handles --help, --version and
 * --completion by itself, and what is wrong with the command line: prints and exits. */
void options_parse(struct options *o, int argc, char **argv);

#endif
