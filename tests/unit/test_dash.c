/* SPDX-License-Identifier: BSD-3-Clause */
/* Frames of --dash: of every size whole, never too wide or too high; the trail; the slow log. */
#include <math.h>
#include <stdlib.h>

#include "cmd/vk/dash_nodes.h"
#include "resp/read.h"
#include "t.h"
#include "ui/width.h"

/* ---- frames ---- */

static struct trail trails[5];
static struct dash_slow slows[4];
static struct gauge gauges[5];
static struct gauge_rates rates[5];
static struct dash_view views[5];

static void fill(void) {
    static const char *const names[] = {"10.0.0.1:7001", "10.0.0.1:7002", "\x1b[31mevil:1",
                                        "a-very-long-name-of-a-host.example.com:6379", "cluster"};
    static const char info[] = "role:master\r\nredis_version:7\x1b[1m\r\nused_memory:1000\r\n"
                               "connected_clients:1\r\nuptime_in_seconds:10\r\nloading:1\r\n";
    double sample[TRAILS];
    for (int i = 0; i < 5; i++) {
        CHECK(gauge_read(&gauges[i], info, sizeof info - 1));
        gauges[i].value[GAUGE_MEMORY] = (uint64_t)(1000 * (i + 1));
        gauge_no_rates(&rates[i]);
        rates[i].per_s[GAUGE_COMMANDS] = 100 * i;
        for (int k = 0; k < 400; k++) {
            trail_sample(sample, &gauges[i], &rates[i], k * 1000);
            trail_push(&trails[i], sample);
        }
        views[i] = (struct dash_view){names[i],   names[i],  NULL,       true,
                                      &gauges[i], &rates[i], &trails[i], i < 4 ? &slows[i] : NULL};
    }
    views[1].trouble = "down: \x1b]0;x\a and a long reason why nothing can be told of this node";
    slows[0].n = 1;
    slows[0].entries[0] = (struct dash_slow_entry){1, 5, 100, "get k"};
}

/* Rows and the widest of them, escape sequences left out; a byte that drives the terminal and is
 * not ours is a failure. */
static int measure(const struct buf *b, int *rows) {
    int widest = 0;
    *rows = 1;
    for (size_t i = 0, from = 0; i <= b->len; i++) {
        if (i < b->len && b->p[i] != '\r' && b->p[i] != '\x1b') continue;
        static int column;
        if (from == 0) column = 0;
        column += width_columns(b->p + from, i - from);
        if (column > widest) widest = column;
        if (i < b->len && b->p[i] == '\r') {
            column = 0;
            ++*rows;
            i++;
        } else if (i < b->len) {
            while (i < b->len && !((b->p[i] >= 'A' && b->p[i] <= 'Z') || b->p[i] == 'm'))
                i++;
        }
        from = i + 1;
    }
    return widest;
}

static void a_frame(struct buf *b, int rows, int columns, struct dash_frame f) {
    struct canvas c;
    int n;
    canvas_begin(&c, b, rows, columns, rows % 2);
    dash_draw(&c, &f);
    CHECK(measure(b, &n) <= columns);
    CHECK_EQ(n, rows);
    CHECK(!strstr(buf_cstr(b), "\x1b[31mevil") && !strchr(b->p, '\a'));
}

static void every_size(void) {
    struct buf b;
    buf_init(&b, 1 << 22);
    for (int rows = 1; rows < 60; rows += rows < 14 ? 1 : 9)
        for (int columns = 1; columns < 260; columns += columns < 90 ? 1 : 17)
            for (int way = 0; way < 8; way++)
                a_frame(&b, rows, columns,
                        (struct dash_frame){.nodes = views,
                                            .n = 4,
                                            .all = way & 1 ? &views[4] : NULL,
                                            .zoomed = way & 2,
                                            .selected = way / 2,
                                            .ascii = way & 2,
                                            .help = way == 7,
                                            .time = "18:25:01",
                                            .now_s = 10,
                                            .interval_s = 1});
    buf_release(&b);
}

/* Whatever a server says of itself. */
static void odd_uptimes(void) {
    static const struct {
        uint64_t seconds;
        const char *shown;
    } cases[] = {{0, "up 0 s"}, {1, "up 1.0 s"}, {UINT64_MAX, "up 106751 d 23 h"}};
    struct dash_frame f = {.nodes = views, .n = 4, .time = "18:25:01", .interval_s = 1};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf b;
        buf_init(&b, 1 << 16);
        gauges[0].value[GAUGE_UPTIME] = cases[i].seconds;
        a_frame(&b, 24, 80, f);
        CHECK(strstr(buf_cstr(&b), cases[i].shown));
        buf_release(&b);
    }
}

static void sorted(void) {
    struct dash_view v[4];
    memcpy(v, views, sizeof v);
    dash_nodes_sort(v, 4, DASH_BY_REQUESTS);
    CHECK(v[0].gauge == &gauges[3] && v[1].gauge == &gauges[2] && v[2].gauge == &gauges[0]);
    CHECK(v[3].gauge == &gauges[1]); /* it does not answer */
    memcpy(v, views, sizeof v);
    dash_nodes_sort(v, 4, DASH_BY_NAME);
    CHECK(v[0].gauge == &gauges[0] && v[3].gauge == &gauges[3]);
}

/* ---- the trail ---- */

static void the_trail_keeps_the_last(void) {
    struct trail *t = calloc(1, sizeof *t);
    double sample[TRAILS], out[100];
    CHECK(isnan(trail_last(t, TRAIL_CPU)));
    CHECK_EQ(trail_fold(t, TRAIL_CPU, 100, out), 0);
    for (int i = 0; i < 2 * TRAIL_SAMPLES; i++) {
        trail_no_sample(sample);
        sample[TRAIL_CLIENTS] = i;
        trail_push(t, sample);
    }
    CHECK(trail_last(t, TRAIL_CLIENTS) == 2 * TRAIL_SAMPLES - 1);
    CHECK(isnan(trail_last(t, TRAIL_CPU)));
    CHECK_EQ(trail_fold(t, TRAIL_CLIENTS, 100, out), 100);
    CHECK(out[99] == 2 * TRAIL_SAMPLES - 1 && out[98] == out[99] - 5); /* 300 in 100: by fives */
    CHECK_EQ(trail_span(t, 100), 500);
    CHECK_EQ(trail_fold(t, TRAIL_CLIENTS, 0, out), 0);
    free(t);
}

/* ---- the slow log ---- */

static void take(struct dash_slow *s, const char *wire) {
    struct resp_reader r;
    struct resp_event ev;
    struct reply_builder b;
    int code = VK_MORE;
    resp_read_init(&r, NULL);
    reply_builder_init(&b, 1 << 20);
    resp_read_feed(&r, wire, strlen(wire));
    while (code == VK_MORE && resp_read_next(&r, &ev) == 1)
        code = reply_build(&b, &ev);
    CHECK_EQ(code, 0);
    if (b.root) dash_slow_take(s, b.root);
    reply_builder_release(&b);
    resp_read_release(&r);
}

static void entries_are_redacted_and_safe(void) {
    static struct dash_slow s;
    take(&s, "*3\r\n"
             "*6\r\n:9\r\n:100\r\n:1500\r\n*3\r\n$4\r\nAUTH\r\n$3\r\nbob\r\n$7\r\nhunter2\r\n"
             "$1\r\na\r\n$0\r\n\r\n"
             "*4\r\n:8\r\n:99\r\n:20\r\n*3\r\n$3\r\nGET\r\n$5\r\n\x1b[31m\r\n$0\r\n\r\n"
             "*2\r\n:7\r\n:98\r\n");
    CHECK_EQ(s.n, 2);
    CHECK_STR(s.entries[0].command, "AUTH bob (redacted)");
    CHECK_EQ(s.entries[0].duration_us, 1500);
    CHECK_STR(s.entries[1].command, "GET \\x1b[31m \"\"");
    take(&s, "-NOPERM no\r\n");
    CHECK(s.refused && s.n == 0);
    CHECK_STR(s.why, "NOPERM no");
    take(&s, ":1\r\n");
    CHECK(!s.refused && s.n == 0);
    take(&s, "*2\r\n*4\r\n:1\r\n:2\r\n:3\r\n*0\r\n*4\r\n:1\r\n:2\r\n$1\r\nx\r\n*0\r\n");
    CHECK_EQ(s.n, 1);
    CHECK_STR(s.entries[0].command, "");
}

static void a_long_command_is_cut_at_a_character(void) {
    static struct dash_slow s;
    static char wire[2000];
    char word[800] = "";
    for (int i = 0; i < 150; i++)
        strcat(word, "ä€");
    snprintf(wire, sizeof wire, "*1\r\n*4\r\n:1\r\n:2\r\n:3\r\n*1\r\n$%zu\r\n%s\r\n", strlen(word),
             word);
    take(&s, wire);
    CHECK_EQ(s.n, 1);
    size_t len = strlen(s.entries[0].command);
    CHECK(len < DASH_SLOW_TEXT && len > DASH_SLOW_TEXT - 5);
    CHECK(!strncmp(s.entries[0].command, word, len) && ((unsigned char)word[len] & 0xc0) != 0x80);
}

static void several_servers_are_merged(void) {
    static struct dash_slow a, b;
    const struct dash_slow *both[] = {&a, NULL, &b};
    struct dash_slow_place out[5];
    a.n = b.n = 3;
    for (int i = 0; i < 3; i++) {
        a.entries[i] = (struct dash_slow_entry){.id = 10 - i, .time_s = 100 - 10 * i};
        b.entries[i] = (struct dash_slow_entry){.id = 10 - i, .time_s = 95 - i};
    }
    CHECK_EQ(dash_slow_merge(both, 3, out, 5), 5);
    CHECK_EQ(out[0].entry->time_s, 100);
    CHECK_EQ(out[1].entry->time_s, 95);
    CHECK_EQ(out[1].server, 2);
    CHECK_EQ(out[3].entry->time_s, 93);
    CHECK_EQ(out[4].entry->time_s, 90);
    CHECK_EQ(out[4].server, 0);
    CHECK_EQ(dash_slow_merge(both, 3, out, 1), 1);
    CHECK_EQ(out[0].entry->time_s, 100);
    CHECK_EQ(dash_slow_merge(both, 3, out, 0), 0);
}

int main(void) {
    fill();
    RUN(every_size);
    RUN(odd_uptimes);
    RUN(sorted);
    RUN(the_trail_keeps_the_last);
    RUN(entries_are_redacted_and_safe);
    RUN(a_long_command_is_cut_at_a_character);
    RUN(several_servers_are_merged);
    return t_end();
}
