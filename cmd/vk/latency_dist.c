/* SPDX-License-Identifier: BSD-3-Clause */
/* See latency_dist.h. The scale is logarithmic and the same for every interval, so that strips
 * below each other can be compared. */
#include "latency_dist.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "latency_text.h"
#include "shell.h"
#include "ui/amount.h"
#include "ui/jsonw.h"
#include "ui/width.h"

enum {
    CELLS_MAX = 240,
    CELLS_LEAST = 8,
    CLOCK_WIDTH = 10,
    TAIL_WIDTH = 13, /* " max 1.20 ms" */
    SCALE_EVERY = 20,
};

#define SCALE_FROM_NS 10e3
#define SCALE_TO_NS 60e9

struct strip {
    uint64_t counts[CELLS_MAX];
    int cells;
    bool colour;
};

/* From a lonely PING to all of them; numbers of the palette of 256. */
static const int heat[] = {24, 31, 37, 36, 71, 106, 142, 178, 214, 208, 202, 196, 203, 217, 231};
static const char shades[] = ".:-=+*#%@";

enum { HEATS = sizeof heat / sizeof *heat, SHADES = sizeof shades - 1 };

static int cell_of(const struct strip *s, double ns) {
    double at = log(ns / SCALE_FROM_NS) / log(SCALE_TO_NS / SCALE_FROM_NS) * s->cells;
    if (!(at > 0)) return 0;
    return at < s->cells - 1 ? (int)at : s->cells - 1;
}

static void fill(struct strip *s, const struct hist *h) {
    memset(s->counts, 0, sizeof s->counts);
    for (int64_t i = hist_next(h, 0); i >= 0; i = hist_next(h, (uint32_t)i + 1)) {
        double middle =
            ((double)hist_low_edge((uint32_t)i) + (double)hist_high_edge((uint32_t)i)) / 2;
        s->counts[cell_of(s, middle)] += h->buckets[i];
    }
}

/* By the root of the share: one PING of a hundred is to be seen beside the others. */
static int level(uint64_t count, uint64_t total, int levels) {
    int n = (int)(sqrt((double)count / (double)total) * levels);
    return n < levels ? n : levels - 1;
}

static void put_cell(struct buf *out, const struct strip *s, uint64_t count, uint64_t total) {
    if (!count)
        buf_adds(out, s->colour ? "\x1b[0m " : " ");
    else if (s->colour)
        buf_addf(out, "\x1b[48;5;%dm ", heat[level(count, total, HEATS)]);
    else
        buf_addc(out, shades[level(count, total, SHADES)]);
}

static void put_strip(struct buf *out, struct strip *s, const struct hist *h) {
    fill(s, h);
    for (int i = 0; i < s->cells; i++)
        put_cell(out, s, s->counts[i], h->count);
    if (s->colour) buf_adds(out, "\x1b[0m");
}

/* ---- around it ---- */

struct frame {
    struct strip strip;
    bool clock, tail;
    int name;
};

static void fit(struct frame *f, const struct latency *l) {
    int room = latency_text_columns(l) - 1;
    f->name = 0;
    for (int i = 0; i < l->n && l->n > 1; i++) {
        int len = (int)strlen(l->nodes[i].node->name) + 1;
        if (len > f->name) f->name = len;
    }
    if (f->name > room / 2) f->name = room / 2;
    f->clock = room - f->name >= CLOCK_WIDTH + 2 * CELLS_LEAST;
    room -= f->name + (f->clock ? CLOCK_WIDTH : 0);
    f->tail = room >= TAIL_WIDTH + 2 * CELLS_LEAST;
    room -= f->tail ? TAIL_WIDTH : 0;
    f->strip.cells = room < CELLS_LEAST ? CELLS_LEAST : room > CELLS_MAX ? CELLS_MAX : room;
    f->strip.colour = shell_fits(l->run->opts);
}

static void put_blanks(struct buf *out, int n) {
    while (n-- > 0)
        buf_addc(out, ' ');
}

/* "10us 100us 1ms ...", each above its cell. */
static void put_scale(struct buf *out, const struct frame *f) {
    static const struct mark {
        double ns;
        const char *text;
    } marks[] = {{10e3, "10us"},   {100e3, "100us"}, {1e6, "1ms"}, {10e6, "10ms"},
                 {100e6, "100ms"}, {1e9, "1s"},      {10e9, "10s"}};
    int at = 0;
    put_blanks(out, f->name + (f->clock ? CLOCK_WIDTH : 0));
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        int cell = cell_of(&f->strip, marks[i].ns), len = (int)strlen(marks[i].text) + 1;
        if (cell < at || cell + len > f->strip.cells + 1) continue; /* no room for it */
        put_blanks(out, cell - at);
        buf_addf(out, "|%s", marks[i].text);
        at = cell + len;
    }
    buf_addc(out, '\n');
}

static void put_legend(struct buf *out, const struct frame *f) {
    bool narrow = f->strip.cells < 2 * HEATS;
    buf_adds(out, narrow ? "none " : "share of the PINGs: none ");
    int n = f->strip.colour ? HEATS : SHADES;
    for (int i = 0; i < n; i++) {
        if (f->strip.colour)
            buf_addf(out, "\x1b[48;5;%dm ", heat[i]);
        else
            buf_addc(out, shades[i]);
    }
    buf_adds(out, f->strip.colour ? "\x1b[0m all\n" : " all\n");
}

static void put_tail(struct buf *out, const struct latency_node *n) {
    if (n->counted_ns) {
        buf_adds(out, " no answer");
        return;
    }
    buf_adds(out, " max ");
    if (n->now->count)
        amount_add_time(out, (int64_t)n->now->max);
    else
        buf_addc(out, '-');
}

void latency_dist_strips(struct latency *l) {
    struct buf *out = &l->run->out;
    struct frame f;
    char clock[LATENCY_CLOCK_CAP];
    fit(&f, l);
    latency_text_clock(clock);
    if (l->rows == 0) put_legend(out, &f);
    if (l->rows % SCALE_EVERY == 0) put_scale(out, &f);
    for (int i = 0; i < l->n; i++) {
        if (f.clock) buf_addf(out, "%-*s", CLOCK_WIDTH, clock);
        if (f.name) width_cut(out, l->nodes[i].node->name, f.name, true);
        put_strip(out, &f.strip, l->nodes[i].now);
        if (f.tail) put_tail(out, &l->nodes[i]);
        buf_addc(out, '\n');
    }
    l->rows++;
}

void latency_dist_json(struct buf *out, const struct hist *h) {
    jsonw_array(out, "buckets");
    for (int64_t i = hist_next(h, 0); i >= 0; i = hist_next(h, (uint32_t)i + 1)) {
        jsonw_separate(out);
        buf_addc(out, '{');
        jsonw_count(out, "to_ns", hist_high_edge((uint32_t)i));
        jsonw_count(out, "count", h->buckets[i]);
        buf_addc(out, '}');
    }
    buf_addc(out, ']');
}
