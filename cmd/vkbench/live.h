/* SPDX-License-Identifier: BSD-3-Clause */
/* What is seen while a run goes on. Native: one line on standard error, redrawn on a terminal, once
 * a second as a line of its own elsewhere; with -q, --csv and --json on a terminal only.
 * Compatible: the tool's progress line on standard output (report_compatible). */
#ifndef VKBENCH_LIVE_H
#define VKBENCH_LIVE_H

#include "bench/run.h"
#include "options.h"

struct live {
    const struct options *opts;
    const char *title; /* of the test under way; escaped when shown */
    const struct run_opts *run;
    int64_t shown_ns;    /* clock of the last line, in whole seconds from the begin when there is no
                            terminal */
    bool on_line;        /* the terminal's line holds one now */
    struct hist *second; /* latencies since the last line: samples come four times a second */
    int printed;         /* columns of the compatible face's last line */
    uint64_t second_done;
    int64_t second_ns;
};

void live_init(struct live *l, const struct options *o);
void live_release(struct live *l);
/* A test begins; title and run are borrowed until live_end. */
void live_begin(struct live *l, const char *title, const struct run_opts *run);
/* A run_sample_fn; arg is the struct live. */
void live_sample(void *arg, const struct run_sample *s);
/* Take the line away before a report is printed. */
void live_end(struct live *l);

#endif
