/* SPDX-License-Identifier: BSD-3-Clause */
/* See watch.h. */
#include "watch.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/msg.h"
#include "base/str.h"
#include "core/redact.h"
#include "io/signal.h"
#include "io/tty.h"
#include "shell_impl.h"
#include "ui/change.h"
#include "ui/colour.h"
#include "ui/oneline.h"
#include "ui/width.h"

enum {
    DEFAULT_MS = 2000,
    LEAST_MS = 100,
    MOST_MS = 86400 * 1000,
    AGAIN_MS = 1000, /* between tries to connect, at least */
    LOOK_MS = 200,   /* between looks at the size of the terminal */
    TEXT_MAX = 1 << 26,
    COMMAND_MAX = 1024,
};

static const char hide_cursor[] = "\x1b[?25l", show_cursor[] = "\x1b[?25h";

struct watch {
    struct shell *shell;
    int argc; /* the command */
    const char *const *argv;
    const size_t *lens;
    int64_t every_ms;
    struct buf before, now; /* the replies, as they are shown */
    struct buf frame;
    struct err trouble; /* why there is no newer reply; code 0 = there is */
    bool cut;           /* there is more than now has */
    int columns, rows;  /* of the terminal, when it was drawn */
};

/* ---- asking ---- */

/* More than the screen takes is not even rendered. */
static int on_full(void *arg) {
    struct watch *w = arg;
    struct wrap wrap = {.columns = w->columns};
    wrap_add(&wrap, w->now.p, w->now.len);
    w->cut = wrap.rows > (size_t)w->rows;
    return w->cut;
}

static void view(void *arg, const struct slot *slot, const struct reply *r, struct buf *out) {
    struct watch *w = arg;
    struct view_opts o = entry_view(w->shell);
    (void)out;
    o.flush = on_full;
    o.flush_arg = w;
    buf_clear(&w->now);
    w->cut = false;
    if (view_render(&o, slot->argc, slot->argv, slot->lens, r, &w->now) < 0) w->cut = true;
}

/* No reply is waited for any more; a server that is itself blocked would hold back the next. */
static void give_up(struct run *r) {
    if (wire_is_open(&r->wire) && wire_is_blocked(&r->wire))
        wire_disconnect(&r->wire);
    else
        run_give_up(r);
    doubt_clear(&r->doubt); /* it is asked again */
    err_clear(&r->stopped);
}

static int ask(struct watch *w, struct err *e) {
    struct shell *s = w->shell;
    struct run *r = s->run;
    int code = mend_quietly(&s->mend, e);
    if (code < 0) return code;
    r->view = view;
    r->view_arg = w;
    code = run_submit(r, NULL, w->argc, w->argv, w->lens, 0);
    while (code == 0 && r->in_flight && !r->stopped.code && !run_interrupted(r))
        run_turn(r, -1);
    r->view = entry_show;
    r->view_arg = s;
    if (r->stopped.code) *e = r->stopped;
    code = r->stopped.code;
    if (code) give_up(r);
    return code;
}

/* ---- drawing ---- */

/* Who looks over a shoulder need not read it for hours. */
static void put_command(const struct watch *w, struct buf *out) {
    bool *secret = mem_zalloc((size_t)w->argc, sizeof *secret);
    redact_words(w->argc, w->argv, w->lens, secret);
    for (int i = 0; i < w->argc; i++) {
        if (i) buf_addc(out, ' ');
        if (secret[i])
            buf_adds(out, REDACT_TEXT);
        else if (w->lens[i])
            oneline_string(out, w->argv[i], w->lens[i]);
    }
    free(secret);
}

static void put_header(struct watch *w) {
    struct buf command, left;
    char at[16];
    time_t now = time(NULL);
    struct tm tm;
    strftime(at, sizeof at, "%H:%M:%S", localtime_r(&now, &tm));
    buf_init(&command, COMMAND_MAX);
    buf_init(&left, 2 * COMMAND_MAX);
    put_command(w, &command);
    buf_addf(&left, "every %g s: ", (double)w->every_ms / 1000);
    buf_adds(&left, buf_cstr(&command));
    int room = w->columns - (int)strlen(at) - 1;
    colour_begin(&w->frame, true, COLOUR_HEAD);
    if (room > 0) width_cut(&w->frame, buf_cstr(&left), room, true);
    buf_addf(&w->frame, " %s", at);
    colour_end(&w->frame, true, COLOUR_HEAD);
    buf_adds(&w->frame, "\x1b[K\n");
    buf_release(&command);
    buf_release(&left);
}

static void put_trouble(struct watch *w) {
    colour_begin(&w->frame, true, COLOUR_ERROR);
    width_cut(&w->frame, w->trouble.text, w->columns, false);
    colour_end(&w->frame, true, COLOUR_ERROR);
    buf_adds(&w->frame, "\x1b[K\n");
}

/* Whole lines that fit, each wiping what stood behind it. */
static void put_lines(struct watch *w, const struct buf *text, int rows) {
    size_t fits = text->len ? wrap_fit(text->p, text->len, w->columns, (size_t)rows) : 0;
    bool cut = w->cut || fits < text->len;
    if (cut) fits = text->len ? wrap_fit(text->p, text->len, w->columns, (size_t)rows - 1) : 0;
    for (size_t i = 0; i < fits;) {
        const char *end = memchr(text->p + i, '\n', fits - i);
        size_t len = end ? (size_t)(end - text->p) - i : fits - i;
        buf_add(&w->frame, text->p + i, len);
        buf_adds(&w->frame, "\x1b[K\n");
        i += len + 1;
    }
    if (!cut) return;
    colour_puts(&w->frame, true, COLOUR_ASIDE, "... more than the screen has rows");
    buf_adds(&w->frame, "\x1b[K\n");
}

static void draw(struct watch *w) {
    struct buf marked;
    int rows = w->rows - 2; /* the header, and the row where the cursor ends */
    if (w->trouble.code) rows--;
    buf_init(&marked, TEXT_MAX);
    if (w->before.len)
        change_mark(&marked, w->before.p, w->before.len, w->now.p, w->now.len);
    else if (w->now.len)
        buf_add(&marked, w->now.p, w->now.len);
    buf_adds(&w->frame, "\x1b[H");
    put_header(w);
    if (w->trouble.code) put_trouble(w);
    if (rows > 0) put_lines(w, &marked, rows);
    buf_adds(&w->frame, "\x1b[J");
    buf_add(&w->shell->run->out, w->frame.p, w->frame.len);
    run_flush(w->shell->run);
    buf_clear(&w->frame);
    buf_release(&marked);
}

static void measure(struct watch *w) {
    w->columns = tty_columns(STDOUT_FILENO);
    w->rows = tty_rows(STDOUT_FILENO);
}

/* ---- again and again ---- */

/* The screen is ours from its first row; what stood on it is scrolled out, not wiped. */
static void begin(struct watch *w) {
    struct buf *out = &w->shell->run->out;
    buf_adds(out, hide_cursor);
    for (int i = 0; i < w->rows; i++)
        buf_addc(out, '\n');
}

static void end(struct watch *w) {
    buf_adds(&w->shell->run->out, show_cursor);
    buf_addc(&w->shell->run->out, '\n'); /* behind the ^C */
    run_flush(w->shell->run);
    if (signal_stop() == SIGINT) signal_clear();
    if (w->shell->mend.untold) mend_connect(&w->shell->mend);
    buf_release(&w->before);
    buf_release(&w->now);
    buf_release(&w->frame);
}

/* Until then; drawn again when the terminal's size changes. */
static void wait(struct watch *w, int64_t until_ns) {
    int64_t now_ns;
    while (!signal_stop() && (now_ns = clock_now_ns()) < until_ns) {
        int64_t look_ns = now_ns + LOOK_MS * CLOCK_NS_PER_MS;
        int columns = w->columns, rows = w->rows;
        run_turn(w->shell->run, look_ns < until_ns ? look_ns : until_ns);
        measure(w);
        if (columns != w->columns || rows != w->rows) draw(w);
    }
}

static void swap(struct buf *a, struct buf *b) {
    struct buf held = *a;
    *a = *b;
    *b = held;
}

static void run_watch(struct watch *w) {
    while (!signal_stop()) {
        int64_t from_ns = clock_now_ns(), pause_ms = w->every_ms;
        struct err e;
        measure(w);
        swap(&w->before, &w->now);
        int code = ask(w, &e);
        if (signal_stop()) return;
        err_clear(&w->trouble);
        if (code < 0) {
            swap(&w->before, &w->now); /* the last one stays, with a word of why */
            w->trouble = e;
            if (pause_ms < AGAIN_MS) pause_ms = AGAIN_MS;
        }
        draw(w);
        wait(w, from_ns + pause_ms * CLOCK_NS_PER_MS);
    }
}

/* "0.5": that many seconds, and 1; 0 when the word is no number. */
static int take_interval(const char *p, size_t len, int64_t *ms) {
    double seconds;
    if (str_to_double(p, len, &seconds) < 0) return 0;
    *ms = (int64_t)(seconds * 1000);
    return 1;
}

void watch_meta(struct shell *s, int argc, const char *const *argv, const size_t *lens) {
    struct watch w = {.shell = s, .every_ms = DEFAULT_MS};
    int first = 1 + take_interval(argv[1], lens[1], &w.every_ms);
    if (first == argc || w.every_ms < LEAST_MS || w.every_ms > MOST_MS) {
        msg_warn("usage: \\watch [SECONDS] COMMAND (0.1 to 86400 s; default 2)");
        return;
    }
    if (s->to.kind) {
        msg_warn("\\watch draws on the screen only");
        return;
    }
    w.argc = entry_format(s, argc - first, argv + first, lens + first);
    w.argv = argv + first;
    w.lens = lens + first;
    if (!mend_connect(&s->mend) || !entry_may_send(s, w.argc, w.argv, w.lens)) return;
    buf_init(&w.before, TEXT_MAX);
    buf_init(&w.now, TEXT_MAX);
    buf_init(&w.frame, TEXT_MAX);
    measure(&w);
    begin(&w);
    run_watch(&w);
    end(&w);
}
