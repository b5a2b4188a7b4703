/* SPDX-License-Identifier: BSD-3-Clause */
/* What becomes of a line that was entered: it is remembered, split, and run. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/msg.h"
#include "base/str.h"
#include "editor.h"
#include "io/signal.h"
#include "meta.h"
#include "shell_impl.h"
#include "ui/colour.h"

enum { SLOW_MS = 500 };

/* "5 incr x": how often, and the command's first word. */
static int64_t take_repeat(int argc, const struct resp_quote_args *a, int *first) {
    int64_t n;
    *first = 0;
    if (argc < 2 || str_to_i64(a->argv[0], a->lens[0], &n) < 0 || n < 1) return 1;
    *first = 1;
    return n;
}

/* How long the reply took, when it was asked for or is worth knowing. */
static void say_time(struct shell *s, int64_t taken_ns) {
    struct buf *out = &s->run->out;
    bool slow = sink_is_screen(&s->sink) && taken_ns >= SLOW_MS * CLOCK_NS_PER_MS;
    if (!slow && !s->timing) return;
    double ms = (double)taken_ns / (double)CLOCK_NS_PER_MS;
    colour_begin(out, true, COLOUR_ASIDE);
    if (ms >= SLOW_MS)
        buf_addf(out, "(%.2f s)", ms / 1000);
    else
        buf_addf(out, ms >= 10 ? "(%.1f ms)" : "(%.2f ms)", ms);
    colour_end(out, true, COLOUR_ASIDE);
    buf_addc(out, '\n');
}

/* Once; false: there is no point in a further time. */
static bool run_once(struct shell *s, int argc, const char *const *argv, const size_t *lens) {
    struct run *r = s->run;
    if (!mend_connect(&s->mend)) return false;
    int64_t from_ns = clock_now_ns();
    s->answered_ns = 0;
    if (run_submit(r, NULL, argc, argv, lens, 0) < 0) return false;
    while (r->in_flight && !r->stopped.code && !run_interrupted(r))
        run_turn(r, -1);
    if (!r->in_flight && !r->stopped.code) {
        int64_t to_ns = s->answered_ns ? s->answered_ns : clock_now_ns();
        say_time(s, to_ns - from_ns);
    }
    return !r->stopped.code && !s->sink.gone;
}

/* Who got the output wanted no more of it: the rest of the reply is dropped, and nothing said. */
static void forget_rest(struct shell *s) {
    struct run *r = s->run;
    if (!s->sink.gone && !s->sink.why.code) return;
    if (r->stopped.code != VK_ECANCEL) return;
    run_give_up(r);
    doubt_clear(&r->doubt); /* there was a reply */
    err_clear(&r->stopped);
    if (signal_stop() == SIGINT) signal_clear();
}

static void run_entry(struct shell *s) {
    struct run *r = s->run;
    struct resp_quote_args *a = s->args;
    int first, argc = entry_format(s, a->argc, a->argv, a->lens);
    int64_t n = take_repeat(argc, a, &first);
    const char *const *argv = a->argv + first;
    const size_t *lens = a->lens + first;
    argc -= first;
    if (!mend_connect(&s->mend) || !entry_may_send(s, argc, argv, lens)) return;
    ask_note(&s->ask, argc, argv, lens);
    if (!entry_open(s)) return;
    uint64_t failed = r->n_failed, answered = r->n_replies;
    for (int64_t i = 0; i < n && run_once(s, argc, argv, lens); i++) {
    }
    bool good = !r->stopped.code && !r->in_flight && r->n_failed == failed;
    forget_rest(s);
    sink_close(&s->sink, good);
    place_note(&s->place, argc, argv, lens);
    run_flush(r);
    if (mend_command(&s->mend) && n > 1)
        msg_warn("%llu of %lld were answered", (unsigned long long)(r->n_replies - answered),
                 (long long)n);
}

/* Into the file, without its secrets, and under the up arrow as it is there. */
static void remember(struct shell *s, const char *line) {
    const char *kept;
    struct err e;
    if (history_add(s->history, line, strlen(line), &kept, &e) < 0) msg_warn("%s", e.text);
    if (kept) editor_remember(kept);
}

static void take_entry(struct shell *s, const char *line) {
    struct err e;
    remember(s, line);
    if (*line == '#') return;
    redirect_find(line, strlen(line), &s->to);
    if (!s->args) s->args = run_words(s->run);
    if (resp_quote_split(s->args, line, s->to.command_len, &e) < 0) {
        msg_warn("%s", e.text);
        return;
    }
    if (!s->args->argc) return;
    if (!meta_run(s, s->args->argc, s->args->argv, s->args->lens)) run_entry(s);
}

void entry_note(void *arg, const char *line) {
    struct shell *s = arg;
    s->leave |= !line;
    if (line) s->entry = mem_strdup(line);
}

void entry_run(struct shell *s) {
    char *entry = s->entry;
    s->entry = NULL;
    if (!entry) return;
    loop_mask(s->run->loop, s->watch, 0); /* what is typed meanwhile waits for the editor */
    take_entry(s, entry);
    loop_mask(s->run->loop, s->watch, LOOP_READ);
    free(entry);
}
