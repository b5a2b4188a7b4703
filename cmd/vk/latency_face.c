/* SPDX-License-Identifier: BSD-3-Clause */
/* The --latency family as redis-cli 7.0.15 does it: its clock (milliseconds, of the spectrum
 * microseconds), its lines, its colours, to the byte. */
#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "face.h"
#include "latency.h"

enum { HISTORY_MS = 15000, DIST_MS = 1000, ONE_MS = 1000, LEGEND_EVERY = 20, US_PER_MS = 1000 };

static int64_t now_ms(void) {
    return clock_wall_us() / US_PER_MS;
}

/* -i, or what stands for it. */
static int64_t interval_ms(const struct run *r, int64_t usual) {
    int64_t us = (int64_t)(r->opts->interval_s * 1e6);
    return us ? us / US_PER_MS : usual;
}

static void pause_ms(struct run *r, int64_t ms) {
    int64_t until = clock_now_ns() + ms * CLOCK_NS_PER_MS;
    while (clock_now_ns() < until && !run_interrupted(r))
        loop_turn(r->loop, until);
}

/* ---- the connection ---- */

/* A second after each try, successful or not. */
static int connect_again(struct run *r, struct err *e) {
    for (int tries = 1; !run_interrupted(r); tries++) {
        buf_addf(&r->out, "\r\x1b[0KReconnecting... %d\r", tries);
        run_flush(r);
        int code = wire_connect(&r->wire, e);
        pause_ms(r, 1000);
        if (code == 0) return 0;
    }
    return err_set(e, VK_ECANCEL, "interrupted");
}

/* Whatever the answer is, and however often the connection must be made anew for it. */
static int ping(struct run *r, struct err *e) {
    static const char *const argv[] = {"PING"};
    const struct reply *reply;
    bool again = false;
    for (;;) {
        int code = client_call(r->wire.client, 1, argv, &reply, e);
        if (code == 0 && again) buf_adds(&r->out, "\r\x1b[0K");
        if (code != VK_ELOST) return code;
        code = connect_again(r, e);
        if (code < 0) return code;
        again = true;
    }
}

/* ---- --latency, --latency-history ---- */

struct figures {
    int64_t min, max, sum, count;
};

static void take(struct figures *f, int64_t ms) {
    if (!f->count || ms < f->min) f->min = ms;
    if (!f->count || ms > f->max) f->max = ms;
    f->sum += ms;
    f->count++;
}

static void print(struct run *r, const struct figures *f) {
    long long min = f->min, max = f->max, count = f->count;
    double average = (double)f->sum / (double)f->count;
    switch (r->opts->format) {
    case RENDER_STANDARD:
        buf_addf(&r->out, "min: %lld, max: %lld, avg: %.2f (%lld samples)", min, max, average,
                 count);
        break;
    case RENDER_CSV: buf_addf(&r->out, "%lld,%lld,%.2f,%lld\n", min, max, average, count); break;
    case RENDER_RAW: buf_addf(&r->out, "%lld %lld %.2f %lld\n", min, max, average, count); break;
    case RENDER_JSON:
        buf_addf(&r->out, "{\"min\": %lld, \"max\": %lld, \"avg\": %.2f, \"count\": %lld}\n", min,
                 max, average, count);
        break;
    default: break; /* it prints nothing */
    }
}

static int sample(struct run *r, struct err *e) {
    struct figures f = {0};
    bool history = r->opts->latency.history, screen = r->opts->format == RENDER_STANDARD;
    int64_t begun = now_ms(), code;
    while (!run_interrupted(r)) {
        int64_t start = now_ms();
        if ((code = ping(r, e)) < 0) return (int)code;
        take(&f, now_ms() - start);
        if (screen) buf_adds(&r->out, "\x1b[0G\x1b[2K");
        bool over = now_ms() - begun > interval_ms(r, ONE_MS);
        if (screen || history || over) print(r, &f);
        if (!screen && !history && over) break;
        if (history && now_ms() - begun > interval_ms(r, HISTORY_MS)) {
            buf_addf(&r->out, " -- %.2f seconds range\n",
                     (double)((float)(now_ms() - begun) / 1000));
            begun = now_ms();
            f = (struct figures){0};
        }
        run_flush(r);
        pause_ms(r, LATENCY_PAUSE_MS);
    }
    run_flush(r);
    return 0;
}

/* ---- --latency-dist ---- */

static const struct cell {
    int64_t most_us; /* 0 = any more */
    char mark;
} cells[] = {
    {10, '.'},      {125, '-'},     {250, '*'},      {500, '#'},      {1000, '1'},
    {2000, '2'},    {3000, '3'},    {4000, '4'},     {5000, '5'},     {6000, '6'},
    {7000, '7'},    {8000, '8'},    {9000, '9'},     {10000, 'A'},    {20000, 'B'},
    {30000, 'C'},   {40000, 'D'},   {50000, 'E'},    {100000, 'F'},   {200000, 'G'},
    {300000, 'H'},  {400000, 'I'},  {500000, 'J'},   {1000000, 'K'},  {2000000, 'L'},
    {4000000, 'M'}, {8000000, 'N'}, {16000000, 'O'}, {30000000, 'P'}, {60000000, 'Q'},
    {0, '?'},
};

static const int colours[] = {0,   233, 234, 235, 237, 239, 241, 243, 245, 247,
                              144, 143, 142, 184, 226, 214, 208, 202, 196};
static const int greys[] = {0, 233, 234, 235, 237, 239, 241, 243, 245, 247, 249, 251, 253};

enum {
    CELLS = sizeof cells / sizeof *cells,
    COLOURS = sizeof colours / sizeof *colours,
    GREYS = sizeof greys / sizeof *greys
};

struct palette {
    const int *numbers;
    int n;
};

static void add_legend(struct buf *out, const struct palette *p) {
    static const char rule[] = "---------------------------------------------\n";
    buf_adds(out, rule);
    buf_adds(out, ". - * #          .01 .125 .25 .5 milliseconds\n"
                  "1,2,3,...,9      from 1 to 9     milliseconds\n"
                  "A,B,C,D,E        10,20,30,40,50  milliseconds\n"
                  "F,G,H,I,J        .1,.2,.3,.4,.5       seconds\n"
                  "K,L,M,N,O,P,Q,?  1,2,4,8,16,30,60,>60 seconds\n"
                  "From 0 to 100%: ");
    for (int i = 0; i < p->n; i++)
        buf_addf(out, "\033[48;5;%dm ", p->numbers[i]);
    buf_adds(out, "\033[0m\n");
    buf_adds(out, rule);
}

static void add_spectrum(struct buf *out, const struct palette *p, const int64_t counts[CELLS],
                         int64_t total) {
    buf_adds(out, "\033[38;5;0m");
    for (int i = 0; i < CELLS; i++) {
        int heat = (int)ceil((double)counts[i] / (double)total * (p->n - 1));
        buf_addf(out, "\033[48;5;%dm%c", p->numbers[heat], cells[i].mark);
    }
    buf_adds(out, "\033[0m\n");
}

static int cell_of(int64_t us) {
    int i = 0;
    while (cells[i].most_us && us > cells[i].most_us)
        i++;
    return i;
}

static int spread(struct run *r, struct err *e) {
    bool mono = r->opts->latency.mono;
    struct palette p = {mono ? greys : colours, mono ? GREYS : COLOURS};
    int64_t counts[CELLS] = {0}, total = 0, begun = clock_wall_us();
    int code, shown = 0;
    while (!run_interrupted(r)) {
        int64_t start = clock_wall_us();
        if ((code = ping(r, e)) < 0) return code;
        counts[cell_of(clock_wall_us() - start)]++;
        total++;
        if ((clock_wall_us() - begun) / US_PER_MS > interval_ms(r, DIST_MS)) {
            if (shown++ % LEGEND_EVERY == 0) add_legend(&r->out, &p);
            add_spectrum(&r->out, &p, counts, total);
            begun = clock_wall_us();
            total = 0;
            for (int i = 0; i < CELLS; i++)
                counts[i] = 0;
        }
        run_flush(r);
        pause_ms(r, LATENCY_PAUSE_MS);
    }
    return 0;
}

int latency_face_main(struct run *r) {
    struct err e;
    int code = wire_connect(&r->wire, &e);
    bool dist = r->opts->latency.dist && !r->opts->latency.now && !r->opts->latency.history;
    if (code == 0) code = dist ? spread(r, &e) : sample(r, &e);
    return code < 0 ? face_fail(r->opts, &e) : 0;
}
