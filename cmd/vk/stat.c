/* SPDX-License-Identifier: BSD-3-Clause */
/* See stat.h. The feed asks the nodes; here a round becomes lines. */
#include "stat.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/msg.h"
#include "core/errclass.h"
#include "face.h"
#include "feed.h"
#include "io/tty.h"
#include "palette.h"
#include "stat_face.h"
#include "stat_lines.h"
#include "stat_table.h"
#include "ui/amount.h"

enum { TROUBLE_BYTES = 600, TIME_BYTES = 16 };

struct stat {
    struct run *run;
    struct feed feed;
    struct stat_table table;
    int lines; /* since the last header; -1 = there was none */
    bool done;
    int64_t begun_ns;
    uint64_t ticks;
    double requests, peak; /* since the beginning; the most in a second */
};

/* ---- lines ---- */

static bool is_for_programs(const struct stat *s) {
    int format = s->run->opts->format;
    return format != RENDER_STANDARD && format != RENDER_RAW;
}

static void put_lines(struct stat *s) {
    struct buf *out = &s->run->out;
    bool csv = s->run->opts->format == RENDER_CSV;
    int64_t now = clock_wall_us();
    if (csv && !s->ticks) stat_lines_csv_header(out);
    for (int i = 0; i < s->feed.n; i++) {
        const struct feed_node *n = s->feed.nodes[i];
        char trouble[TROUBLE_BYTES];
        const struct stat_line l = {.time_us = now,
                                    .node = n->name,
                                    .trouble = n->down_ns ? feed_trouble(n, trouble, sizeof trouble)
                                                          : NULL,
                                    .gauge = &n->now,
                                    .rates = &n->rates};
        (csv ? stat_lines_csv : stat_lines_json)(out, &l);
    }
}

/* ---- the table ---- */

static void fit(struct stat *s) {
    int longest = STAT_TABLE_NODE_LEAST;
    for (int i = 0; i < s->feed.n; i++) {
        int len = (int)strlen(feed_short_name(&s->feed, i));
        if (len > longest) longest = len;
    }
    stat_table_fit(&s->table, s->run->opts->tty ? tty_columns(STDOUT_FILENO) : 0,
                   s->run->wire.cluster ? longest : 0);
}

/* A header is never parted from the rows of its tick. */
static void put_header(struct stat *s) {
    struct stat_table before = s->table;
    int rows = s->feed.n + (s->feed.n > 1);
    fit(s);
    bool same = !memcmp(before.shown, s->table.shown, sizeof before.shown) &&
                before.node_columns == s->table.node_columns;
    bool full = s->run->opts->tty && s->lines + rows >= tty_rows(STDOUT_FILENO) - 1;
    if (s->lines < 0 || !same || full) {
        stat_table_header(&s->table, &s->run->out);
        s->lines = 0;
    }
    s->lines += rows;
}

static void put_sum(struct stat *s, const char *time, const struct gauge *sum,
                    const struct gauge_rates *rates, int answered) {
    char name[32] = "sum";
    if (s->feed.n < 2) return;
    if (answered < s->feed.n) snprintf(name, sizeof name, "%d/%d", answered, s->feed.n);
    const struct stat_table_row row = {name, sum, rates, time, true};
    stat_table_row(&s->table, &row, &s->run->out);
}

static void put_table(struct stat *s, const struct gauge *sum, const struct gauge_rates *rates,
                      int answered) {
    char when[TIME_BYTES], trouble[TROUBLE_BYTES];
    time_t now = time(NULL);
    struct tm local;
    if (!localtime_r(&now, &local) || !strftime(when, sizeof when, "%H:%M:%S", &local)) when[0] = 0;
    put_header(s);
    for (int i = 0; i < s->feed.n; i++) {
        const struct feed_node *n = s->feed.nodes[i];
        const struct stat_table_row row = {feed_short_name(&s->feed, i), &n->now, &n->rates, when,
                                           false};
        if (n->down_ns)
            stat_table_down(&s->table, &row, feed_trouble(n, trouble, sizeof trouble),
                            &s->run->out);
        else
            stat_table_row(&s->table, &row, &s->run->out);
    }
    put_sum(s, when, sum, rates, answered);
}

/* ---- rounds ---- */

static void count(struct stat *s, const struct gauge_rates *sum) {
    for (int i = 0; i < s->feed.n; i++) {
        const struct feed_node *n = s->feed.nodes[i];
        double grown = n->rates.per_s[GAUGE_COMMANDS] * n->rates.seconds;
        if (n->answered && !isnan(grown)) s->requests += grown;
    }
    if (sum->per_s[GAUGE_COMMANDS] > s->peak) s->peak = sum->per_s[GAUGE_COMMANDS];
}

static void on_round(void *arg) {
    struct stat *s = arg;
    struct gauge sum;
    struct gauge_rates rates;
    if (s->done || !s->feed.n) return;
    if (!s->ticks && feed_refused(&s->feed)) {
        s->run->stopped = *feed_refused(&s->feed);
        return;
    }
    int answered = feed_sum(&s->feed, &sum, &rates);
    count(s, &rates);
    if (is_for_programs(s))
        put_lines(s);
    else
        put_table(s, &sum, &rates, answered);
    run_flush(s->run);
    s->ticks++;
    s->done = s->run->opts->repeat >= 0 && s->ticks >= (uint64_t)s->run->opts->repeat;
}

/* ---- the end ---- */

static void say_sum(const struct stat *s) {
    int64_t lasted = clock_now_ns() - s->begun_ns;
    double seconds = (double)lasted / (double)CLOCK_NS_PER_S;
    struct buf text;
    buf_init(&text, 1024);
    amount_add_time(&text, lasted);
    buf_adds(&text, ": ");
    amount_add_count(&text, (uint64_t)(s->requests + 0.5));
    buf_adds(&text, " requests, ");
    amount_add_count(&text, (uint64_t)(s->requests / seconds + 0.5));
    buf_adds(&text, "/s on average, at most ");
    amount_add_count(&text, (uint64_t)(s->peak + 0.5));
    buf_adds(&text, "/s");
    msg_warn("%s", buf_cstr(&text));
    buf_release(&text);
}

/* What the last tick found. */
static int exit_code(const struct stat *s) {
    int down = 0;
    if (s->run->stopped.code) return face_fail(s->run->opts, &s->run->stopped);
    for (int i = 0; i < s->feed.n; i++)
        down += s->feed.nodes[i]->down_ns != 0;
    if (!down) return 0;
    if (s->feed.n > 1) return 7;
    const struct err *why = &s->feed.nodes[0]->why;
    return why->code ? errclass_exit_of_code(why->code) : errclass_exit_of_code(VK_ETIMEOUT);
}

static int run_stat(struct stat *s, const struct feed_opts *how) {
    struct err e;
    int code = feed_open(&s->feed, s->run, how, &e);
    if (code < 0) return face_fail(s->run->opts, &e);
    while (!s->done && !s->run->stopped.code && !run_interrupted(s->run))
        feed_turn(&s->feed);
    if (s->run->stopped.code == VK_ECANCEL) {
        if (s->run->opts->tty) msg_say("%s", ""); /* behind the terminal's ^C */
        say_sum(s);
        return 130;
    }
    return exit_code(s);
}

int stat_main(struct run *r) {
    const struct options *o = r->opts;
    if (o->face != FACE_NATIVE) return stat_face_main(r);
    struct stat s = {.run = r, .lines = -1, .begun_ns = clock_now_ns()};
    s.table.colour = palette_colour(o);
    const struct feed_opts how = {.interval_s = o->interval_s > 0 ? o->interval_s : 1,
                                  .which = o->sweep.replicas ? FLEET_REPLICAS : FLEET_PRIMARIES,
                                  .round = on_round,
                                  .arg = &s};
    int code = run_stat(&s, &how);
    feed_release(&s.feed);
    return code;
}
