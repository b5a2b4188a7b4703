/* SPDX-License-Identifier: BSD-3-Clause */
/* See dash.h. The feed asks the nodes, io/tty_screen has the terminal; here is what lies between:
 * each node's last minutes and slow log, keys, and the ways out, which all leave the terminal as it
 * was. */
#include "dash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "dash_nodes.h"
#include "face.h"
#include "feed.h"
#include "io/signal.h"
#include "io/tty.h"
#include "io/tty_screen.h"
#include "palette.h"

enum { FRAME_MAX = 4 << 20, SLOW_TREE_MAX = 4 << 20, TROUBLE_BYTES = 600, PAGE = 10 };

/* What is kept of a node. */
struct node {
    struct trail trail;
    struct dash_slow slow;
    struct reply_builder reply; /* of SLOWLOG GET */
    bool asked;
    char trouble[TROUBLE_BYTES];
};

struct dash {
    struct run *run;
    struct feed feed;
    struct tty_screen *screen;
    struct buf frame;
    struct trail all;
    struct gauge sum;
    struct gauge_rates sum_rates;
    int answered;
    int chosen; /* the number of a node in the cluster's slots; -1 = the first that is shown */
    enum dash_sort sort;
    bool zoomed, paused, help, done;
    bool ascii, colour;
};

/* ---- what is asked besides INFO ---- */

static struct node *of(const struct feed_node *n) {
    return n->mine;
}

static void on_slow(void *arg, int code, const struct resp_event *ev) {
    struct node *n = arg;
    int built = 0;
    if (ev) built = reply_build(&n->reply, ev);
    if (code == VK_MORE) return;
    n->asked = false;
    if (code == 0 && built == 0 && n->reply.root) dash_slow_take(&n->slow, n->reply.root);
    reply_builder_clear(&n->reply);
}

static void on_ask(void *arg, struct feed_node *n) {
    static const char *const words[] = {"SLOWLOG", "GET", "16"};
    (void)arg;
    if (!n->mine) {
        struct node *mine = n->mine = mem_zalloc(1, sizeof *mine);
        reply_builder_init(&mine->reply, SLOW_TREE_MAX);
    }
    if (of(n)->asked || of(n)->slow.refused) return;
    of(n)->asked = true;
    feed_submit(n, 3, words, on_slow, of(n));
}

static void on_forget(void *arg, struct feed_node *n) {
    (void)arg;
    if (!n->mine) return;
    reply_builder_release(&of(n)->reply);
    free(n->mine);
}

/* ---- a frame ---- */

static void view_node(struct dash_view *v, const struct feed *f, int i) {
    struct feed_node *n = f->nodes[i];
    static const struct trail no_trail;
    struct node *mine = of(n);
    static const char *const waiting = "no answer yet";
    *v = (struct dash_view){.name = n->name,
                            .label = feed_short_name(f, i),
                            .trouble = n->down_ns ? waiting : NULL,
                            .known = n->known,
                            .gauge = &n->now,
                            .rates = &n->rates,
                            .trail = mine ? &mine->trail : &no_trail,
                            .slow = mine ? &mine->slow : NULL};
    if (n->down_ns && mine) v->trouble = feed_trouble(n, mine->trouble, sizeof mine->trouble);
}

static int find_chosen(const struct dash *d, const struct dash_view *nodes) {
    for (int i = 0; i < d->feed.n; i++)
        for (int k = 0; k < d->feed.n; k++)
            if (d->feed.nodes[k]->number == d->chosen && nodes[i].gauge == &d->feed.nodes[k]->now)
                return i;
    return 0;
}

static struct dash_view *view_nodes(const struct dash *d) {
    struct dash_view *nodes = mem_zalloc((size_t)d->feed.n + 1, sizeof *nodes);
    for (int i = 0; i < d->feed.n; i++)
        view_node(&nodes[i], &d->feed, i);
    dash_nodes_sort(nodes, d->feed.n, d->sort);
    return nodes;
}

static void write_frame(struct dash *d) {
    struct err unused;
    /* the terminal has gone, and who ignores SIGHUP hears it nowhere else */
    if (file_write_fd(STDOUT_FILENO, d->frame.p, d->frame.len, &unused) == VK_EFILE) d->done = true;
}

static void draw(void *arg) {
    struct dash *d = arg;
    struct canvas c;
    char when[16];
    time_t now = time(NULL);
    struct tm local;
    if (!d->feed.n || !d->feed.rounds || d->done) return;
    if (!localtime_r(&now, &local) || !strftime(when, sizeof when, "%H:%M:%S", &local)) when[0] = 0;
    struct dash_view *nodes = view_nodes(d), all = {.name = "cluster",
                                                    .known = true,
                                                    .gauge = &d->sum,
                                                    .rates = &d->sum_rates,
                                                    .trail = &d->all};
    const struct dash_frame f = {.nodes = nodes,
                                 .n = d->feed.n,
                                 .all = d->run->wire.cluster ? &all : NULL,
                                 .answered = d->answered,
                                 .selected = find_chosen(d, nodes),
                                 .zoomed = d->zoomed,
                                 .paused = d->paused,
                                 .help = d->help,
                                 .ascii = d->ascii,
                                 .sort = d->sort,
                                 .time = when,
                                 .now_s = (int64_t)now,
                                 .interval_s = d->feed.opts.interval_s};
    canvas_begin(&c, &d->frame, tty_rows(STDOUT_FILENO), tty_columns(STDOUT_FILENO), d->colour);
    dash_draw(&c, &f);
    write_frame(d);
    free(nodes);
}

/* ---- rounds ---- */

static void push_samples(struct dash *d) {
    double sample[TRAILS], slowest = -1;
    for (int i = 0; i < d->feed.n; i++) {
        struct feed_node *n = d->feed.nodes[i];
        if (n->down_ns)
            trail_no_sample(sample);
        else
            trail_sample(sample, &n->now, &n->rates, n->ping_ns);
        if (!n->down_ns && (double)n->ping_ns > slowest) slowest = (double)n->ping_ns;
        if (of(n)) trail_push(&of(n)->trail, sample);
    }
    d->answered = feed_sum(&d->feed, &d->sum, &d->sum_rates);
    trail_sample(sample, &d->sum, &d->sum_rates, (int64_t)slowest);
    if (!d->answered) trail_no_sample(sample);
    trail_push(&d->all, sample);
}

static void on_round(void *arg) {
    struct dash *d = arg;
    if (d->feed.rounds == 1 && feed_refused(&d->feed)) {
        d->run->stopped = *feed_refused(&d->feed);
        return;
    }
    push_samples(d);
    draw(d);
}

/* ---- keys ---- */

static void choose(struct dash *d, int by) {
    struct dash_view *nodes = view_nodes(d);
    int at = find_chosen(d, nodes) + by;
    if (at < 0) at = 0;
    if (at >= d->feed.n) at = d->feed.n - 1;
    for (int i = 0; i < d->feed.n; i++)
        if (nodes[at].gauge == &d->feed.nodes[i]->now) d->chosen = d->feed.nodes[i]->number;
    free(nodes);
}

static void toggle_pause(struct dash *d) {
    d->paused = !d->paused;
    if (d->paused)
        feed_pause(&d->feed);
    else
        feed_resume(&d->feed);
}

static void obey_of_cluster(struct dash *d, int key) {
    switch (key) {
    case 's': d->sort = (d->sort + 1) % DASH_SORTS; break;
    case 'k':
    case TTY_SCREEN_UP: choose(d, -1); break;
    case 'j':
    case TTY_SCREEN_DOWN: choose(d, 1); break;
    case TTY_SCREEN_PAGE_UP: choose(d, -PAGE); break;
    case TTY_SCREEN_PAGE_DOWN: choose(d, PAGE); break;
    case '\r':
    case '\n':
        choose(d, 0); /* the first may be another when it is back */
        d->zoomed = !d->zoomed;
        break;
    case TTY_SCREEN_ESCAPE: d->zoomed = false; break;
    }
}

static bool on_key(void *arg, int key) {
    struct dash *d = arg;
    bool was_help = d->help;
    d->done = key == 'q' || key == 'Q';
    d->help = key == '?' && !was_help;
    if (key == 'p' || key == ' ') toggle_pause(d);
    if (!was_help && d->run->wire.cluster && d->feed.n) obey_of_cluster(d, key);
    return !d->done;
}

/* ---- the whole ---- */

static void stop_and_go_on(struct dash *d) {
    feed_pause(&d->feed);
    tty_screen_leave(d->screen);
    signal_pause();
    tty_screen_enter(d->screen);
    if (!d->paused) feed_resume(&d->feed);
    draw(d);
}

static int run_dash(struct dash *d, const struct feed_opts *how) {
    struct err e;
    int code = feed_open(&d->feed, d->run, how, &e);
    if (code < 0) return face_fail(d->run->opts, &e);
    d->screen = tty_screen_new(d->run->loop, STDIN_FILENO, STDOUT_FILENO,
                               &(struct tty_screen_hooks){on_key, draw, d});
    signal_catch_pause();
    tty_screen_enter(d->screen);
    while (!d->done && !d->run->stopped.code && !run_interrupted(d->run)) {
        feed_turn(&d->feed);
        if (signal_pause_asked()) stop_and_go_on(d);
    }
    tty_screen_free(d->screen);
    return d->run->stopped.code ? face_fail(d->run->opts, &d->run->stopped) : 0;
}

int dash_main(struct run *r) {
    const struct options *o = r->opts;
    struct dash *d = mem_zalloc(1, sizeof *d);
    *d = (struct dash){.run = r, .chosen = -1};
    d->colour = palette_colour(o);
    d->ascii = !palette_utf8();
    gauge_no_rates(&d->sum_rates);
    buf_init(&d->frame, FRAME_MAX);
    const struct feed_opts how = {.interval_s = o->interval_s > 0 ? o->interval_s : 1,
                                  .which = o->sweep.replicas ? FLEET_REPLICAS : FLEET_PRIMARIES,
                                  .ping = true,
                                  .round = on_round,
                                  .ask = on_ask,
                                  .forget = on_forget,
                                  .arg = d};
    int code = run_dash(d, &how);
    feed_release(&d->feed);
    buf_release(&d->frame);
    free(d);
    return code;
}
