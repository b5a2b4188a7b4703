/* SPDX-License-Identifier: BSD-3-Clause */
/* What became of the commands of a load: counts, a line on standard error for each that failed, the
 * file of those to be fed again, and when it is time to stop. Everything is told in the order of
 * the input. */
#ifndef VK_BULK_REPORT_H
#define VK_BULK_REPORT_H

#include "bulk_encode.h"
#include "bulk_replies.h"
#include "core/errclass.h"
#include "io/file.h"
#include "options.h"
#include "progress.h"

enum bulk_stop {
    BULK_RUNS,
    BULK_STOP_ERROR, /* --stop-on-error */
    BULK_STOP_MAX,   /* --max-errors */
    BULK_STOP_STATE, /* the server is in a state in which it takes nothing */
    BULK_STOP_ALL,   /* nothing has succeeded so far */
    BULK_STOP_SIGNAL,
    BULK_STOP_INPUT,   /* it cannot be read any further */
    BULK_STOP_LOST,    /* the connection */
    BULK_STOP_TIMEOUT, /* --pipe-timeout */
    BULK_STOP_FILE,    /* --errors-to cannot be written */
};

enum { BULK_REPORT_KINDS = 24 };

struct bulk_report_kind {
    char name[24]; /* the reply's first word; "input", "refused" */
    uint64_t n;
};

/* Errors in a row that the server's state is the reason for: the first is told, the others are only
 * counted, and kept out of the file until it is clear that they do not end the load. */
struct bulk_report_row {
    enum errclass class; /* ERRCLASS_NONE = there is none */
    uint64_t n, at, line, last_line;
    uint64_t good; /* that came behind it when it had ended the load */
    struct buf held;
};

struct bulk_report {
    const struct options *opts;
    struct bulk_input *in;
    struct bulk_encoder *encoder;
    struct progress *progress;
    uint64_t good, errors, unsent_errors; /* the last of these: never sent, among errors */
    struct bulk_report_kind kinds[BULK_REPORT_KINDS];
    int n_kinds;
    uint64_t other_kinds;
    struct bulk_report_row row;
    struct file_out *file; /* --errors-to, NULL = none */
    enum bulk_stop stop;
    struct err why;          /* of BULK_STOP_STATE and those behind it */
    struct buf lines;        /* wait for standard error */
    struct buf scratch;      /* a command once more, */
    struct bulk_words words; /* and its words */
};

/* The other members are borrowed, and set before. VK_EFILE: --errors-to cannot be written. */
int bulk_report_open(struct bulk_report *r, struct err *e) MUST_CHECK;
void bulk_report_release(struct bulk_report *r);
/* n commands have succeeded. */
void bulk_report_good(struct bulk_report *r, uint64_t n);
/* A command was answered with an error, or with some inside its reply. */
void bulk_report_error(struct bulk_report *r, const struct bulk_record *c,
                       const struct bulk_verdict *v);
/* A record was not sent, for a reason of ours. */
void bulk_report_bad(struct bulk_report *r, const struct bulk_record *c);
/* Stop. False: there was a reason before; else r->why may be set. */
bool bulk_report_stop(struct bulk_report *r, enum bulk_stop stop);
/* Write what waits for standard error. */
void bulk_report_flush(struct bulk_report *r);
/* All is accounted for: end the row, and put the file under its name. */
void bulk_report_close(struct bulk_report *r);

#endif
