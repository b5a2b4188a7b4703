/* SPDX-License-Identifier: BSD-3-Clause */
/* vk's command line: one table, one struct, read-only after options_parse. */
#ifndef VK_OPTIONS_H
#define VK_OPTIONS_H

#include "client/clusteropt.h"
#include "client/profile.h"
#include "options_bulk.h"
#include "options_copy.h"
#include "options_dump.h"
#include "options_keys.h"
#include "options_latency.h"
#include "options_live.h"
#include "options_sweep.h"
#include "ui/render.h"

/* Whom vk stands for, by the name it was started under (design, Faces). */
enum face { FACE_NATIVE, FACE_VALKEY_CLI, FACE_REDIS_CLI };

struct options {
    struct connopt conn;
    struct clusteropt clusteropt;
    struct profile profile; /* that of "@NAME" in front of the command */
    enum face face;
    const char *program;           /* the name it was started by, as it was given */
    bool cluster;                  /* -c */
    bool split;                    /* --split */
    bool nodes, keyslot, profiles; /* modes */
    const char *eval;              /* --eval: the script's file, NULL = none */
    bool ldb, ldb_sync;            /* --ldb, either way; --ldb-sync-mode */
    struct options_sweep sweep;
    struct options_keys keys;
    struct options_copy copy;
    struct options_bulk bulk;
    struct options_dump dump;
    struct options_live live;
    struct options_latency latency;
    int64_t repeat_typed;  /* -r; INT64_MIN = not */
    double interval_s;     /* -i */
    bool stdin_last;       /* -x */
    const char *stdin_tag; /* -X */
    const char *delim;     /* -d, NULL = newline */
    const char *cmd_delim; /* -D */
    bool stop_on_error;    /* -e */
    int format;            /* enum render_format, -1 = by what standard output is */
    bool quoted_input;
    const char *show_pushes; /* NULL = by what standard output is */
    bool verbose;
    bool no_history;
    bool no_key_completion;
    bool read_only;     /* --read-only; the profile may say so as well */
    bool yes;           /* --yes */
    const char *prompt; /* --prompt, NULL = the profile's, else our own */
    bool no_auth_warning;
    const char *out; /* --out */
    const char *completion;
    bool help, version;
    /* settled by options_parse */
    int64_t repeat;    /* negative = without end, which is the default of --stat */
    bool tty;          /* standard output is a terminal */
    bool any_protocol; /* neither -2 nor -3 was typed */
    bool pushes;       /* print pushes that are not pub/sub */
    struct cluster_opts cluster_opts;
    int argc; /* the command, argc 0 = none */
    char **argv;
    struct profile_typed typed[2]; /* in front of "@NAME", and behind it */
};

/* Parse and settle everything but the secrets. Handles --help, --version and --completion by itself
 * (prints and exits). Secrets in argv are overwritten. VK_EUSAGE. */
int options_parse(struct options *o, int argc, char **argv, struct err *e) MUST_CHECK;
/* Was the option of that long name, or another that sets the same, on the command line? */
bool options_is_typed(const struct options *o, const char *name);
/* As if "@NAME" alone had been typed, with the profiles of path; nothing but the connection is
 * settled. To be released whatever comes back. VK_EUSAGE, VK_EFILE. */
int options_of_profile(struct options *o, const char *path, const char *name,
                       struct err *e) MUST_CHECK;
/* The options for another server, in all else as from, whose strings are borrowed: by a URI; by a
 * profile of path; by host and port (0 = the default one), or socket, with the user, the password,
 * TLS and all else as with from; the same server, anew. To be released whatever comes back. As
 * options_parse. */
int options_for_uri(struct options *o, const struct options *from, const char *uri,
                    struct err *e) MUST_CHECK;
int options_for_profile(struct options *o, const struct options *from, const char *path,
                        const char *name, struct err *e) MUST_CHECK;
int options_for_host(struct options *o, const struct options *from, const char *host, int64_t port,
                     struct err *e) MUST_CHECK;
int options_for_socket(struct options *o, const struct options *from, const char *path,
                       struct err *e) MUST_CHECK;
int options_for_same(struct options *o, const struct options *from, struct err *e) MUST_CHECK;
/* Wipes the secrets. */
void options_release(struct options *o);

#endif
