/* SPDX-License-Identifier: BSD-3-Clause */
/* What is run: the test list, a command line, the basic suite, or nothing but connections. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "bench.h"
#include "bench/suite.h"
#include "io/file.h"
#include "io/signal.h"

enum { STDIN_FD = 0, ARGUMENT_MAX = 1 << 30, SCRIPT_MAX = 1 << 16 };
#define TIMED_OPS ((uint64_t)1 << 40) /* more than a timed run performs */
#define BASIC_BYTES_MAX (1LL << 30)   /* of a pipeline */

static void stop(struct bench *b, const struct err *e) {
    b->stopped = *e;
}

static struct workload_opts workload_opts(const struct bench *b) {
    const struct options *o = b->opts;
    return (struct workload_opts){
        .range = (uint64_t)o->range,
        .sequential = o->sequential,
        .seed = b->report.seed,
        .data_size = (size_t)o->data_size,
        .untitled_last = o->stdin_last,
        .cluster = o->cluster,
    };
}

/* ---- the test list ---- */

static bool send_before(struct bench *b, int i, const struct suite_opts *so) {
    const char *argv[SUITE_BEFORE_WORDS];
    struct buf script;
    struct err e;
    buf_init(&script, SCRIPT_MAX);
    int argc = suite_before(i, so, &script, argv);
    int code = argc ? bench_command(b, argc, argv, &e) : 0;
    buf_release(&script);
    if (code < 0) stop(b, &e);
    return code == 0;
}

static bool run_test(struct bench *b, int i, const struct suite_opts *so, uint64_t *sent) {
    struct workload w;
    struct run_opts ro;
    struct err e;
    if (!send_before(b, i, so)) return false;
    if (suite_make(i, so, &w, &e) < 0) {
        stop(b, &e);
        return false;
    }
    bench_run_opts(b, &ro);
    w.op_base = *sent;
    *sent += ro.requests ? ro.requests : TIMED_OPS;
    bool more = bench_test(b, &w, &ro);
    workload_release(&w);
    return more;
}

void bench_tests(struct bench *b) {
    const struct options *o = b->opts;
    struct suite_opts so = {
        .workload = workload_opts(b),
        .num_functions = (int)o->num_functions,
        .num_keys_in_fcall = (int)o->num_keys_in_fcall,
        .redis = o->face == FACE_REDIS_BENCHMARK,
        .true_keys = o->face == FACE_NATIVE,
        .redis_api = o->face == FACE_NATIVE && !strcmp(b->facts.name, "redis"),
    };
    struct keygen_text text;
    uint64_t sent = 0;
    keygen_text_start(&text);
    so.workload.text = &text;
    do {
        for (int i = 0; i < suite_count(); i++)
            if (suite_chooses(i, o->tests, &so) && !run_test(b, i, &so, &sent)) return;
        if (o->face != FACE_NATIVE && o->format != FORMAT_CSV) buf_addc(&b->out, '\n');
        bench_flush(b);
        suite_next_payload(&so);
    } while (o->loop);
}

/* ---- a command line ---- */

/* The last argument from standard input. */
static int add_stdin(struct buf *last, const char **argv, size_t *lens, int *argc, struct err *e) {
    int code = file_read_fd(STDIN_FD, last, e);
    if (code < 0) return code;
    argv[*argc] = last->p ? last->p : "";
    lens[(*argc)++] = last->len;
    return 0;
}

static int make_sequence(struct bench *b, struct workload *w, struct err *e) {
    const struct options *o = b->opts;
    const struct workload_opts wo = workload_opts(b);
    const char **argv = mem_zalloc((size_t)o->argc + 1, sizeof *argv);
    size_t *lens = mem_zalloc((size_t)o->argc + 1, sizeof *lens);
    struct buf last;
    int argc = 0, code = 0;
    buf_init(&last, ARGUMENT_MAX);
    for (; argc < o->argc; argc++) {
        argv[argc] = o->argv[argc];
        lens[argc] = strlen(argv[argc]);
    }
    if (o->stdin_last) code = add_stdin(&last, argv, lens, &argc, e);
    if (code == 0) code = workload_from_words(w, argc, argv, lens, &wo, e);
    buf_release(&last);
    free((void *)argv);
    free(lens);
    return code;
}

void bench_sequence(struct bench *b) {
    struct workload w;
    struct run_opts ro;
    struct err e;
    if (make_sequence(b, &w, &e) < 0) {
        stop(b, &e);
        return;
    }
    bench_run_opts(b, &ro);
    while (bench_test(b, &w, &ro) && b->opts->loop)
        w.op_base += ro.requests;
    workload_release(&w);
}

/* ---- basic ---- */

/* "Benchmark: n=100000, P=1, s=2... " in the suite's own layout, when there are several; the
 * seconds that it took come behind its tests. */
static void announce(struct bench *b, const struct basic_case *c, int cases) {
    if (b->opts->format != FORMAT_SEED || cases < 2) return;
    buf_addf(&b->out, "Benchmark: n=%" PRId64 ", P=%" PRId64 ", s=%" PRId64 "... \n", c->requests,
             c->pipeline, c->size);
}

/* For the headline: the pipeline is in the transactions. */
static void title_transactions(struct workload *w, const struct basic_case *c) {
    char title[64];
    snprintf(title, sizeof title, "%s, MULTI and EXEC around %" PRId64, w->title, c->pipeline);
    free(w->title);
    w->title = mem_strdup(title);
}

static bool run_basic(struct bench *b, const struct basic_case *c, int number, bool multi) {
    struct basic_test t;
    struct workload w;
    struct run_opts ro;
    bench_run_opts(b, &ro);
    ro.duration_s = ro.warmup_s = ro.rate = 0;
    ro.threads = 1;
    basic_make(&t, c, number, multi, &w, &ro);
    if (multi && b->opts->format == FORMAT_TEXT) title_transactions(&w, c);
    bool more = bench_test(b, &w, &ro);
    workload_release(&w);
    basic_release(&t);
    return more;
}

static bool run_case(struct bench *b, const struct basic_case *c) {
    const char *const flush[] = {"FLUSHALL"};
    enum basic_pipeline how = b->opts->basic.how;
    struct err e;
    for (int multi = 1; multi >= 0; multi--) {
        bool wanted = c->pipeline == 1 ? multi == 0
                                       : how == BASIC_BOTH || (how == BASIC_MULTI) == (multi == 1);
        if (!wanted) continue;
        if (bench_command(b, 1, flush, &e) < 0) {
            stop(b, &e);
            return false;
        }
        for (int i = 0; i < BASIC_TESTS; i++)
            if (!run_basic(b, c, i, multi)) return false;
    }
    return true;
}

void bench_basic(struct bench *b) {
    const struct options *o = b->opts;
    struct basic_case c;
    struct err e;
    if (b->facts.keys != 0 && !o->basic.flush && !o->conn.scratch) {
        err_set(&e, VK_EUSAGE,
                "this suite begins with FLUSHALL, and the server %s keys: --flush agrees to that, "
                "--scratch takes a throwaway server",
                b->facts.keys > 0 ? "holds" : "may hold");
        stop(b, &e);
        return;
    }
    for (int i = 0, n = basic_cases(&o->basic); i < n; i++) {
        basic_case(&o->basic, i, &c);
        if (c.size > BASIC_BYTES_MAX / c.pipeline) {
            err_set(&e, VK_EUSAGE,
                    "basic: a pipeline of -P %" PRId64 " values of -s %" PRId64
                    " bytes is more than 1 GiB",
                    c.pipeline, c.size);
            stop(b, &e);
            return;
        }
        int64_t from_ns = clock_now_ns();
        announce(b, &c, n);
        if (!run_case(b, &c)) return;
        if (o->format == FORMAT_SEED && n > 1)
            buf_addf(&b->out, "%.6f\n", (double)(clock_now_ns() - from_ns) / 1e9);
    }
}

/* ---- idle ---- */

static void show_idle(void *arg, const struct run_sample *s) {
    struct bench *b = arg;
    buf_addf(&b->out, "clients: %d\r", s->connected);
    bench_flush(b);
}

void bench_idle(struct bench *b) {
    struct run_opts ro;
    struct err e;
    bench_run_opts(b, &ro);
    buf_addf(&b->out, "Creating %d idle connections and waiting forever (Ctrl+C when done)\n",
             ro.connections);
    bench_flush(b);
    if (run_idle(b->loop, &ro, show_idle, b, &e) < 0) stop(b, &e);
    buf_addc(&b->out, '\n');
    bench_flush(b);
}
