/* SPDX-License-Identifier: BSD-3-Clause */
/* See screen.h. A frame is drawn over the one before it, line by line, so that nothing flickers;
 * its size is asked of the terminal each time, so that it follows. */
#include "screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "io/tty.h"
#include "io/tty_screen.h"
#include "ui/width.h"

enum { FRAME_MAX = 1 << 20, FRAME_LINES = 4 /* around the rows */ };

static const char line_end[] = "\x1b[K\r\n";

struct screen {
    struct loop *loop;
    int out;
    struct top *top;
    bool colour;
    struct screen_hooks hooks;
    struct tty_screen *terminal;
    struct loop_timer timer;
    int64_t next_ns;
    enum top_view view;
    enum heavy_order order;
    struct buf frame;
};

static const struct key {
    char key;
    const char *word;
    int view, order; /* -1 = not this */
} keys[] = {
    {'c', "commands", TOP_COMMANDS, -1}, {'p', "prefixes", TOP_PREFIXES, -1},
    {'k', "keys", TOP_KEYS, -1},         {'l', "clients", TOP_CLIENTS, -1},
    {'n', "nodes", TOP_NODES, -1},       {'t', "total", -1, HEAVY_BY_COUNT},
    {'r', "rate", -1, HEAVY_BY_RATE},    {'b', "bytes", -1, HEAVY_BY_BYTES},
};

enum { KEYS = sizeof keys / sizeof *keys };

/* ---- a frame ---- */

/* Our own text, cut to the terminal's width. */
static void put_line(struct screen *s, const char *text, size_t len, int columns) {
    int taken;
    buf_add(&s->frame, text, width_fit(text, len, columns, &taken));
}

static void put_status(struct screen *s, int columns) {
    struct buf line;
    buf_init(&line, 4096);
    buf_addf(&line, "%llu events  %llu/s  ", (unsigned long long)s->top->n_events,
             (unsigned long long)s->top->rate);
    s->hooks.status(s->hooks.arg, &line);
    put_line(s, line.p, line.len, columns);
    buf_release(&line);
    buf_adds(&s->frame, line_end);
    buf_adds(&s->frame, line_end);
}

static bool is_chosen(const struct screen *s, const struct key *k) {
    return k->view == (int)s->view || k->order == (int)s->order;
}

static void put_key(struct screen *s, const struct key *k, int *left) {
    int columns = (int)strlen(k->word) + 2;
    if (*left < columns + 1) return;
    *left -= columns + 1;
    bool chosen = is_chosen(s, k);
    if (s->colour) buf_adds(&s->frame, chosen ? "\x1b[7m" : "\x1b[1m");
    buf_addc(&s->frame, k->key);
    if (s->colour && !chosen) buf_adds(&s->frame, "\x1b[0m");
    buf_addf(&s->frame, "%c%s", chosen && !s->colour ? '=' : ' ', k->word);
    if (s->colour && chosen) buf_adds(&s->frame, "\x1b[0m");
    buf_addc(&s->frame, ' ');
}

static void put_footer(struct screen *s, int rows, int columns) {
    static const struct key quit = {'q', "quit", -1, -1};
    buf_addf(&s->frame, "\x1b[%d;1H", rows);
    for (size_t i = 0; i < KEYS; i++)
        put_key(s, &keys[i], &columns);
    put_key(s, &quit, &columns);
    buf_adds(&s->frame, "\x1b[K");
}

static void draw(void *arg) {
    struct screen *s = arg;
    int rows = tty_rows(s->out), columns = tty_columns(s->out);
    const struct top_table table = {.view = s->view,
                                    .order = s->order,
                                    .rows = rows - FRAME_LINES - 1,
                                    .columns = columns,
                                    .rate = true,
                                    .colour = s->colour};
    buf_clear(&s->frame);
    buf_adds(&s->frame, "\x1b[?7l\x1b[H"); /* what is too long is cut by the terminal */
    put_status(s, columns);
    top_table(s->top, &table, line_end, &s->frame);
    uint64_t bound = heavy_bound(s->top->views[s->view]);
    if (bound) buf_addf(&s->frame, "others: at most %llu each", (unsigned long long)bound);
    buf_adds(&s->frame, "\x1b[J");
    put_footer(s, rows, columns);
    buf_adds(&s->frame, "\x1b[?7h");
    s->hooks.write(s->hooks.arg, s->frame.p, s->frame.len);
}

/* ---- time and keys ---- */

static void on_second(void *arg) {
    struct screen *s = arg;
    int64_t now = clock_now_ns();
    while (s->next_ns <= now)
        s->next_ns += CLOCK_NS_PER_S;
    top_tick(s->top);
    draw(s);
    loop_timer_set(s->loop, &s->timer, s->next_ns);
}

/* Returns whether it goes on: a table drawn behind the end would stand on the wrong screen. */
static bool obey(void *arg, int typed) {
    struct screen *s = arg;
    if (typed == 'q' || typed == 'Q') {
        s->hooks.quit(s->hooks.arg);
        return false;
    }
    for (size_t i = 0; i < KEYS; i++) {
        if (keys[i].key != typed) continue;
        if (keys[i].view >= 0) s->view = (enum top_view)keys[i].view;
        if (keys[i].order >= 0) s->order = (enum heavy_order)keys[i].order;
    }
    return true;
}

/* ---- the terminal ---- */

void screen_resume(struct screen *s) {
    tty_screen_enter(s->terminal);
    s->next_ns = clock_now_ns();
    on_second(s);
}

void screen_pause(struct screen *s) {
    loop_timer_clear(s->loop, &s->timer);
    tty_screen_leave(s->terminal);
}

struct screen *screen_new(struct loop *l, int in, int out, struct top *top, bool colour,
                          const struct screen_hooks *hooks) {
    struct screen *s = mem_zalloc(1, sizeof *s);
    *s = (struct screen){.loop = l, .out = out, .top = top, .colour = colour};
    s->hooks = *hooks;
    s->terminal = tty_screen_new(l, in, out, &(struct tty_screen_hooks){obey, draw, s});
    s->timer = (struct loop_timer){.fn = on_second, .arg = s};
    buf_init(&s->frame, FRAME_MAX);
    screen_resume(s);
    return s;
}

void screen_free(struct screen *s) {
    if (!s) return;
    screen_pause(s);
    tty_screen_free(s->terminal);
    buf_release(&s->frame);
    free(s);
}
