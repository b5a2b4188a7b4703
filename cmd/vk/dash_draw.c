/* SPDX-License-Identifier: BSD-3-Clause */
/* See dash_draw.h. From the top: who it is, what it is busy with, the nodes of a cluster, the last
 * minutes, the slow log, the keys. What there is no room for is left out from the bottom of each
 * part. */
#include "dash_draw.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "dash_nodes.h"
#include "ui/amount.h"
#include "ui/spark.h"
#include "ui/width.h"

enum {
    LABEL_COLUMNS = 8,
    VALUE_COLUMNS = 8,
    MOST_COLUMNS = 15, /* "  most 12.3 ms" */
    WITH_MOST = 60,    /* columns of a terminal from which there is room for it */
    SPARK_MOST = 400,  /* columns */
    DETAILS_FROM = 8,  /* rows of a terminal from which there is room for the second line */
    SLOW_LEAST = 3,    /* rows: its head and two entries */
    NODES_LEAST = 2,   /* rows: its head and one node */
    AIRY_FROM = 24,    /* rows of a terminal from which an empty one is affordable */
    SHORT = 64,
    HELP_COLUMNS = 72,
    HELP_MAX = 4096,
};

/* ---- numbers ---- */

typedef void put_fn(struct buf *out, double v);

static void put_count(struct buf *out, double v) {
    if (v < 99999.5)
        buf_addf(out, "%.0f", v);
    else
        amount_add_short(out, v, 1000);
}

static void put_number(struct buf *out, double v) {
    if (v > 0 && v < 9.95)
        buf_addf(out, "%.1f", v);
    else
        put_count(out, v);
}

static void put_size(struct buf *out, double v) {
    amount_add_short(out, v, 1024);
}

static void put_percent(struct buf *out, double v) {
    buf_addf(out, "%.1f%%", v);
}

static void put_lasting(struct buf *out, double v) {
    amount_add_time(out, (int64_t)v);
}

static const struct metric {
    const char *label;
    put_fn *put;
    double full; /* 0 = what was most */
} metrics[TRAILS] = {
    [TRAIL_REQUESTS] = {"req/s", put_number, 0}, [TRAIL_MEMORY] = {"memory", put_size, 0},
    [TRAIL_CLIENTS] = {"clients", put_count, 0}, [TRAIL_HITS] = {"hits", put_percent, 100},
    [TRAIL_CPU] = {"cpu", put_percent, 0},       [TRAIL_PING] = {"ping", put_lasting, 0},
    [TRAIL_IN] = {"in/s", put_size, 0},          [TRAIL_OUT] = {"out/s", put_size, 0},
};

static const char *worded(struct buf *text, put_fn *put, double v) {
    buf_clear(text);
    if (isnan(v))
        buf_addc(text, '-');
    else
        put(text, v);
    return buf_cstr(text);
}

/* ---- the last minutes ---- */

static int spark_columns(const struct canvas *c) {
    int room = c->columns - LABEL_COLUMNS - VALUE_COLUMNS - 2;
    if (c->columns >= WITH_MOST) room -= MOST_COLUMNS;
    return room > SPARK_MOST ? SPARK_MOST : room;
}

static double most_of(const double *values, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (!isnan(values[i])) return spark_greatest(values, n);
    return NAN;
}

static void draw_metric(struct canvas *c, const struct dash_frame *f, const struct trail *t,
                        enum trail_metric m) {
    double values[SPARK_MOST];
    struct buf text;
    int columns = spark_columns(c);
    size_t n = trail_fold(t, m, columns, values);
    buf_init(&text, 8 * SPARK_MOST);
    canvas_putf(c, COLOUR_FIELD, "%-*s", LABEL_COLUMNS, metrics[m].label);
    canvas_putf(c, COLOUR_NONE, "%*s ", VALUE_COLUMNS,
                worded(&text, metrics[m].put, trail_last(t, m)));
    buf_clear(&text);
    const struct spark_opts how = {columns, metrics[m].full, f->ascii};
    spark_add(&text, values, n, &how);
    canvas_put(c, COLOUR_NUMBER, buf_cstr(&text));
    if (c->columns >= WITH_MOST)
        canvas_putf(c, COLOUR_ASIDE, "  most %s",
                    worded(&text, metrics[m].put, most_of(values, n)));
    canvas_next(c);
    buf_release(&text);
}

/* ---- who it is, and what it is busy with ---- */

/* In whole seconds, as the server counts them; it may say anything. */
static void add_uptime(struct buf *out, uint64_t seconds) {
    const uint64_t most = INT64_MAX / CLOCK_NS_PER_S;
    if (seconds)
        amount_add_time(out, (int64_t)(seconds < most ? seconds : most) * CLOCK_NS_PER_S);
    else
        buf_adds(out, "0 s");
}

static void put_identity(struct canvas *c, const struct dash_view *v) {
    const struct gauge *g = v->gauge;
    struct buf text;
    buf_init(&text, SHORT);
    canvas_foreign(c, COLOUR_HEAD, v->name, c->columns / 2, false);
    if (v->known) {
        canvas_put(c, COLOUR_NONE, "  ");
        canvas_foreign(c, COLOUR_NONE, g->product, sizeof g->product, false);
        canvas_put(c, COLOUR_NONE, " ");
        canvas_foreign(c, COLOUR_NONE, g->version, sizeof g->version, false);
        add_uptime(&text, g->value[GAUGE_UPTIME]);
        canvas_putf(c, COLOUR_NONE, "  %s  up %s", g->replica ? "replica" : "primary",
                    buf_cstr(&text));
    }
    buf_release(&text);
}

static void draw_title(struct canvas *c, const struct dash_frame *f, const struct dash_view *v) {
    canvas_reverse(c);
    if (f->all && !f->zoomed)
        canvas_putf(c, COLOUR_HEAD, "cluster  %d of %d nodes answer", f->answered, f->n);
    else
        put_identity(c, v);
    canvas_right(c, COLOUR_HEAD, f->paused ? " PAUSED" : f->time);
    canvas_next(c);
}

static void put_replication(struct buf *out, const struct gauge *g) {
    if (g->replica) {
        buf_addf(out, "of %s", g->primary);
        if (gauge_knows(g, GAUGE_SILENCE))
            buf_addf(out, ", silent for %llu s", (unsigned long long)g->value[GAUGE_SILENCE]);
        return;
    }
    unsigned long long n = g->value[GAUGE_REPLICAS];
    buf_addf(out, "%llu replica%s", n, n == 1 ? "" : "s");
    if (!gauge_knows(g, GAUGE_LAG)) return;
    buf_adds(out, ", lag ");
    amount_add_bytes(out, g->value[GAUGE_LAG]);
}

static void put_clients(struct buf *out, const struct gauge *g) {
    buf_adds(out, "  keys ");
    amount_add_count(out, g->value[GAUGE_KEYS]);
    buf_adds(out, "  clients ");
    amount_add_count(out, g->value[GAUGE_CLIENTS]);
    if (g->value[GAUGE_MAX_CLIENTS]) {
        buf_adds(out, " of ");
        amount_add_count(out, g->value[GAUGE_MAX_CLIENTS]);
    }
    buf_addf(out, ", %llu blocked", (unsigned long long)g->value[GAUGE_BLOCKED]);
    if (g->value[GAUGE_REJECTED])
        buf_addf(out, ", %llu rejected", (unsigned long long)g->value[GAUGE_REJECTED]);
}

static void put_memory(struct buf *out, const struct gauge *g, const struct gauge_rates *r) {
    uint64_t most = g->value[GAUGE_MAX_MEMORY];
    if (most) {
        buf_addf(out, "  memory %.0f%% of ", 100 * (double)g->value[GAUGE_MEMORY] / (double)most);
        amount_add_bytes(out, most);
    }
    if (r->per_s[GAUGE_EVICTED] > 0) buf_addf(out, "  evicted %.0f/s", r->per_s[GAUGE_EVICTED]);
    if (r->per_s[GAUGE_EXPIRED] > 0) buf_addf(out, "  expired %.0f/s", r->per_s[GAUGE_EXPIRED]);
}

static void draw_details(struct canvas *c, const struct dash_view *v) {
    char doing[SHORT];
    struct buf text;
    buf_init(&text, 1024);
    if (v->trouble) {
        canvas_foreign(c, COLOUR_ERROR, v->trouble, c->columns, false);
    } else if (v->known) {
        if (gauge_doing(v->gauge->doing, doing, sizeof doing)[0])
            canvas_putf(c, COLOUR_ERROR, "%s  ", doing);
        put_replication(&text, v->gauge);
        put_clients(&text, v->gauge);
        put_memory(&text, v->gauge, v->rates);
        canvas_foreign(c, COLOUR_NONE, buf_cstr(&text), c->columns, false);
    }
    canvas_next(c);
    buf_release(&text);
}

/* ---- the slow log ---- */

static void draw_slow_entry(struct canvas *c, const struct dash_frame *f,
                            const struct dash_slow_place *p) {
    struct buf text;
    int64_t age_s = f->now_s > p->entry->time_s ? f->now_s - p->entry->time_s : 0;
    buf_init(&text, SHORT);
    if (age_s < 60)
        buf_addf(&text, "%d s", (int)age_s);
    else
        amount_add_time(&text, age_s * CLOCK_NS_PER_S);
    canvas_putf(c, COLOUR_ASIDE, "%11s ", buf_cstr(&text));
    buf_clear(&text);
    amount_add_time(&text, p->entry->duration_us * 1000);
    canvas_putf(c, COLOUR_NUMBER, "%8s ", buf_cstr(&text));
    if (f->all && !f->zoomed) {
        canvas_foreign(c, COLOUR_FIELD, f->nodes[p->server].label, dash_nodes_name_columns(c, f),
                       true);
        canvas_put(c, COLOUR_NONE, " ");
    }
    canvas_foreign(c, COLOUR_NONE, p->entry->command, c->columns, false);
    canvas_next(c);
    buf_release(&text);
}

static const struct dash_slow *refused(const struct dash_slow *const *logs, int n) {
    for (int i = 0; i < n; i++)
        if (logs[i] && logs[i]->refused) return logs[i];
    return NULL;
}

static void draw_slow(struct canvas *c, const struct dash_frame *f, int rows) {
    enum { MOST = 200 };
    struct dash_slow_place places[MOST];
    bool one = f->zoomed || !f->all;
    int n = one ? 1 : f->n, entries = rows - 1 < MOST ? rows - 1 : MOST;
    const struct dash_slow **logs = mem_zalloc((size_t)n + 1, sizeof *logs);
    for (int i = 0; i < n; i++)
        logs[i] = f->nodes[one ? f->selected : i].slow;
    const struct dash_slow *no = refused(logs, n);
    canvas_put(c, COLOUR_HEAD, "slow log");
    if (no) canvas_put(c, COLOUR_NONE, "  ");
    if (no) canvas_foreign(c, COLOUR_ERROR, no->why, c->columns, false);
    canvas_next(c);
    int shown = dash_slow_merge(logs, n, places, entries);
    for (int i = 0; i < shown; i++)
        draw_slow_entry(c, f, &places[i]);
    if (!shown && !no && entries) {
        canvas_put(c, COLOUR_ASIDE, "    (empty)");
        canvas_next(c);
    }
    free((void *)logs);
}

/* ---- the whole ---- */

static const char *const help[] = {
    "q          quit (as Ctrl-C)",
    "p          pause: nothing is asked any more, until it is typed again",
    "up, down   choose a node (also k, j; PageUp, PageDown: by ten)",
    "enter      the chosen node alone; again, or Esc: all nodes",
    "s          sort the nodes by another column",
    "?          this, and back",
    "",
    "Bars are the greatest values of their seconds; a gap is a time without an answer. ping is how "
    "long a PING of ours took, cpu 100% is one core. lag is what the replica furthest behind has "
    "not acknowledged. Of several nodes together ping and lag are those of the worst, all else is "
    "a sum.",
};

static void draw_help(struct canvas *c) {
    struct buf text;
    buf_init(&text, HELP_MAX);
    int columns = c->columns < HELP_COLUMNS ? c->columns : HELP_COLUMNS;
    for (size_t i = 0; i < sizeof help / sizeof *help; i++) {
        if (*help[i])
            width_wrap(&text, help[i], columns, c->rows);
        else
            buf_addc(&text, '\n');
    }
    canvas_next(c);
    buf_addc(&text, 0);
    char *line = text.p, *end;
    for (; (end = strchr(line, '\n')); line = end + 1) {
        *end = 0;
        canvas_put(c, COLOUR_NONE, line);
        canvas_next(c);
    }
    buf_release(&text);
}

static void draw_keys(struct canvas *c, const struct dash_frame *f) {
    static const char *const single[] = {"q quit", "p pause", "? help", NULL};
    static const char *const several[] = {"q quit",     "p pause", "? help", "s sort",
                                          "enter zoom", "up/down", NULL};
    for (const char *const *k = f->all ? several : single; *k; k++) {
        if (canvas_left(c) < (int)strlen(*k) + 2) break;
        if (c->column) canvas_put(c, COLOUR_NONE, "  ");
        canvas_put(c, COLOUR_ASIDE, *k);
    }
}

/* "the last 4 min" at the right end of the row above the bars. */
static void draw_span(struct canvas *c, const struct dash_frame *f, const struct trail *t) {
    struct buf text;
    double seconds = (double)trail_span(t, spark_columns(c)) * f->interval_s;
    buf_init(&text, SHORT);
    buf_addf(&text, seconds < 120 ? "the last %.0f s" : "the last %.0f min",
             seconds < 120 ? seconds : seconds / 60);
    canvas_right(c, COLOUR_ASIDE, buf_cstr(&text));
    canvas_next(c);
    buf_release(&text);
}

/* Rows go to the nodes first (at most half), then to the bars, and what is left to the slow log. */
static void draw_body(struct canvas *c, const struct dash_frame *f, const struct dash_view *v) {
    int room = c->rows - c->row - 1, nodes = 0;
    if (f->all && !f->zoomed) {
        nodes = f->n + 1 < room / 2 ? f->n + 1 : room / 2;
        if (nodes < NODES_LEAST) nodes = NODES_LEAST;
        dash_nodes_draw(c, f, nodes);
        room -= nodes;
    }
    int bars = room - 1 - SLOW_LEAST < TRAILS ? room - 1 - SLOW_LEAST : TRAILS;
    if (bars < 2) bars = room - 1 < 2 ? room - 1 : 2;
    if (bars > 0) draw_span(c, f, v->trail);
    for (int i = 0; i < bars; i++)
        draw_metric(c, f, v->trail, (enum trail_metric)i);
    room -= bars > 0 ? bars + 1 : 0;
    if (c->rows >= AIRY_FROM && room-- > 1) canvas_next(c);
    if (room > 1) draw_slow(c, f, room);
}

void dash_draw(struct canvas *c, const struct dash_frame *f) {
    const struct dash_view *v = f->all && !f->zoomed ? f->all : &f->nodes[f->selected];
    draw_title(c, f, v);
    if (c->rows >= DETAILS_FROM) draw_details(c, v);
    if (f->help)
        draw_help(c);
    else
        draw_body(c, f, v);
    canvas_down(c, c->rows - 1);
    draw_keys(c, f);
    canvas_next(c);
}
