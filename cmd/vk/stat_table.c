/* SPDX-License-Identifier: BSD-3-Clause */
/* See stat_table.h. One table says what the columns are; what is not known is a dash. */
#include "stat_table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/amount.h"
#include "ui/colour.h"
#include "ui/width.h"

enum { CELL_BYTES = 64, NODE_MOST = 40, DOING_COLUMNS = 8 };

typedef void cell_fn(struct buf *out, const struct stat_table_row *r, int width);

/* ---- cells ---- */

static void put_unknown(struct buf *out) {
    buf_addc(out, '-');
}

/* Exactly where there is room for it. */
static void put_amount(struct buf *out, double v, int width) {
    char exact[32];
    if (snprintf(exact, sizeof exact, "%.0f", v) <= width)
        buf_adds(out, exact);
    else
        amount_add_short(out, v, 1000);
}

static void put_count(struct buf *out, const struct gauge *g, enum gauge_number n, int width) {
    if (gauge_knows(g, n))
        put_amount(out, (double)g->value[n], width);
    else
        put_unknown(out);
}

static void put_rate(struct buf *out, double v, int width) {
    if (isnan(v))
        put_unknown(out);
    else if (v > 0 && v < 9.95)
        buf_addf(out, "%.1f", v);
    else
        put_amount(out, v, width);
}

static void put_bytes(struct buf *out, double v) {
    if (isnan(v))
        put_unknown(out);
    else
        amount_add_short(out, v, 1024);
}

static void put_share(struct buf *out, double v) {
    if (isnan(v))
        put_unknown(out);
    else
        buf_addf(out, "%.1f", 100 * v);
}

#define COUNT_CELL(name, number)                                                                   \
    static void name(struct buf *out, const struct stat_table_row *r, int width) {                 \
        put_count(out, r->gauge, number, width);                                                   \
    }
#define RATE_CELL(name, number)                                                                    \
    static void name(struct buf *out, const struct stat_table_row *r, int width) {                 \
        put_rate(out, r->rates->per_s[number], width);                                             \
    }
#define FLOW_CELL(name, number)                                                                    \
    static void name(struct buf *out, const struct stat_table_row *r, int width) {                 \
        (void)width;                                                                               \
        put_bytes(out, r->rates->per_s[number]);                                                   \
    }

COUNT_CELL(put_keys, GAUGE_KEYS)
COUNT_CELL(put_clients, GAUGE_CLIENTS)
COUNT_CELL(put_blocked, GAUGE_BLOCKED)
COUNT_CELL(put_requests, GAUGE_COMMANDS)
COUNT_CELL(put_connections, GAUGE_CONNECTIONS)
RATE_CELL(put_requests_rate, GAUGE_COMMANDS)
RATE_CELL(put_connections_rate, GAUGE_CONNECTIONS)
RATE_CELL(put_evicted, GAUGE_EVICTED)
RATE_CELL(put_expired, GAUGE_EXPIRED)
FLOW_CELL(put_in, GAUGE_NET_IN)
FLOW_CELL(put_out, GAUGE_NET_OUT)

static void put_memory(struct buf *out, const struct stat_table_row *r, int width) {
    (void)width;
    bool known = gauge_knows(r->gauge, GAUGE_MEMORY);
    put_bytes(out, known ? (double)r->gauge->value[GAUGE_MEMORY] : NAN);
}

static void put_hits(struct buf *out, const struct stat_table_row *r, int width) {
    (void)width;
    put_share(out, gauge_hit_rate(r->rates));
}

static void put_cpu(struct buf *out, const struct stat_table_row *r, int width) {
    (void)width;
    double cores = gauge_cpu(r->rates);
    if (cores >= 9.995)
        buf_addf(out, "%.0f", 100 * cores);
    else
        put_share(out, cores);
}

/* Of a primary bytes, of a replica how long its primary has been silent. */
static void put_lag(struct buf *out, const struct stat_table_row *r, int width) {
    const struct gauge *g = r->gauge;
    if (gauge_knows(g, GAUGE_LAG))
        put_bytes(out, (double)g->value[GAUGE_LAG]);
    else
        put_count(out, g, GAUGE_SILENCE, width - 1);
    if (!gauge_knows(g, GAUGE_LAG) && gauge_knows(g, GAUGE_SILENCE)) buf_addc(out, 's');
}

static void put_time(struct buf *out, const struct stat_table_row *r, int width) {
    (void)width;
    buf_adds(out, r->time);
}

/* Behind a sentinel another process need not be a new one. */
static bool is_older(const struct stat_table_row *r) {
    return gauge_knows(r->gauge, GAUGE_UPTIME) &&
           (double)r->gauge->value[GAUGE_UPTIME] > r->rates->seconds + 1;
}

static void put_doing(struct buf *out, const struct stat_table_row *r, int width) {
    char text[64];
    (void)width;
    if (r->rates->restarted)
        buf_adds(out, is_older(r) ? "moved" : "restart");
    else
        buf_adds(out, gauge_doing(r->gauge->doing, text, sizeof text));
}

/* ---- columns ---- */

static const struct column {
    const char *title;
    int width;
    int rank; /* the greatest goes first when there is no room */
    cell_fn *put;
} columns[STAT_TABLE_COLUMNS] = {
    {"time", 8, 11, put_time},
    {"keys", 8, 3, put_keys},
    {"mem", 6, 2, put_memory},
    {"clients", 7, 4, put_clients},
    {"blkd", 4, 8, put_blocked},
    {"requests", 12, 13, put_requests},
    {"req/s", 7, 1, put_requests_rate},
    {"conns", 9, 14, put_connections},
    {"conn/s", 6, 10, put_connections_rate},
    {"hit%", 5, 6, put_hits},
    {"evict/s", 7, 9, put_evicted},
    {"exp/s", 6, 15, put_expired},
    {"lag", 6, 7, put_lag},
    {"cpu%", 5, 5, put_cpu},
    {"in/s", 6, 12, put_in},
    {"out/s", 6, 12, put_out},
    {"doing", DOING_COLUMNS, 9, put_doing},
};

enum { DOING = STAT_TABLE_COLUMNS - 1 }; /* the last one; its text stands left */

static int width_of(const struct stat_table *t) {
    int sum = t->node_columns;
    for (int i = 0; i < STAT_TABLE_COLUMNS; i++)
        if (t->shown[i]) sum += columns[i].width + (sum > 0);
    return sum;
}

static int least_important(const struct stat_table *t) {
    int least = -1;
    for (int i = 0; i < STAT_TABLE_COLUMNS; i++)
        if (t->shown[i] && (least < 0 || columns[i].rank >= columns[least].rank)) least = i;
    return least;
}

/* The last column of the terminal stays free: some break the line there. */
void stat_table_fit(struct stat_table *t, int terminal, int node_columns) {
    int half = terminal / 2 > STAT_TABLE_NODE_LEAST ? terminal / 2 : STAT_TABLE_NODE_LEAST;
    t->columns = terminal;
    t->node_columns = node_columns > NODE_MOST ? NODE_MOST : node_columns;
    if (terminal && t->node_columns > half) t->node_columns = half;
    for (int i = 0; i < STAT_TABLE_COLUMNS; i++)
        t->shown[i] = true;
    for (int last; terminal && width_of(t) >= terminal && (last = least_important(t)) >= 0;)
        t->shown[last] = false;
}

/* ---- lines ---- */

static void trim(struct buf *out, size_t from) {
    while (out->len > from && out->p[out->len - 1] == ' ')
        out->len--;
}

void stat_table_header(const struct stat_table *t, struct buf *out) {
    colour_begin(out, t->colour, COLOUR_HEAD);
    size_t from = out->len;
    if (t->node_columns) buf_addf(out, "%-*s", t->node_columns, "node");
    for (int i = 0; i < STAT_TABLE_COLUMNS; i++) {
        if (!t->shown[i]) continue;
        if (out->len > from) buf_addc(out, ' ');
        buf_addf(out, "%*s", i == DOING ? -columns[i].width : columns[i].width, columns[i].title);
    }
    trim(out, from);
    colour_end(out, t->colour, COLOUR_HEAD);
    buf_addc(out, '\n');
}

static void put_node(const struct stat_table *t, const char *node, struct buf *out) {
    if (t->node_columns) width_cut(out, node, t->node_columns, true);
}

void stat_table_row(const struct stat_table *t, const struct stat_table_row *r, struct buf *out) {
    struct buf cell;
    enum colour c = r->sum ? COLOUR_HEAD : COLOUR_NONE;
    buf_init(&cell, CELL_BYTES);
    colour_begin(out, t->colour, c);
    size_t from = out->len;
    put_node(t, r->node, out);
    for (int i = 0; i < STAT_TABLE_COLUMNS; i++) {
        if (!t->shown[i]) continue;
        if (out->len > from) buf_addc(out, ' ');
        buf_clear(&cell);
        columns[i].put(&cell, r, columns[i].width);
        buf_addf(out, "%*s", i == DOING ? -columns[i].width : columns[i].width, buf_cstr(&cell));
    }
    trim(out, from);
    colour_end(out, t->colour, c);
    buf_addc(out, '\n');
    buf_release(&cell);
}

void stat_table_down(const struct stat_table *t, const struct stat_table_row *r, const char *why,
                     struct buf *out) {
    int room = t->columns ? t->columns - 1 : 200;
    put_node(t, r->node, out);
    if (t->node_columns) buf_addc(out, ' ');
    room -= t->node_columns + (t->node_columns > 0);
    if (t->shown[0]) {
        buf_addf(out, "%s ", r->time);
        room -= columns[0].width + 1;
    }
    colour_begin(out, t->colour, COLOUR_ERROR);
    width_cut(out, why, room > 1 ? room : 1, false);
    colour_end(out, t->colour, COLOUR_ERROR);
    buf_addc(out, '\n');
}
