/* SPDX-License-Identifier: BSD-3-Clause */
/* What becomes of a line that was entered: it is remembered, split, and run. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/str.h"
#include "editor.h"
#include "io/tty.h"
#include "meta.h"
#include "shell_impl.h"

/* "5 incr x": how often, and the command's first word. */
static int64_t take_repeat(const struct resp_quote_args *a, int *first) {
    int64_t n;
    *first = 0;
    if (a->argc < 2 || str_to_i64(a->argv[0], a->lens[0], &n) < 0 || n < 1) return 1;
    *first = 1;
    return n;
}

void entry_show(void *arg, const struct slot *slot, const struct reply *reply, struct buf *out) {
    const struct shell *s = arg;
    const struct view_opts o = {
        .format = s->format,
        .columns = tty_columns(STDOUT_FILENO),
        .colour = true,
        .expanded = s->expanded,
    };
    if (view_render(&o, slot->argc, slot->argv, slot->lens, reply, out) < 0)
        buf_adds(out, "... (too long to be shown)\n");
}

/* "get k \\json": the words without that one. */
static int take_format(struct shell *s, const struct resp_quote_args *a) {
    const char *last = a->argv[a->argc - 1];
    size_t len = a->lens[a->argc - 1];
    s->format = VIEW_BEST;
    bool named = a->argc > 1 && *last == '\\' && view_format_of(last + 1, len - 1, &s->format);
    return a->argc - named;
}

static void run_entry(struct shell *s) {
    struct run *r = s->run;
    struct resp_quote_args *a = s->args;
    int first, argc = take_format(s, a);
    for (int64_t n = take_repeat(a, &first); n > 0; n--) {
        if (!mend_connect(&s->mend)) return;
        if (run_submit(r, NULL, argc - first, a->argv + first, a->lens + first, 0) < 0) break;
        while (r->in_flight && !r->stopped.code && !run_interrupted(r))
            run_turn(r, -1);
        if (r->stopped.code) break;
    }
    run_flush(r);
    mend_command(&s->mend);
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
    if (!s->args) s->args = run_words(s->run);
    if (resp_quote_split(s->args, line, strlen(line), &e) < 0) {
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
    if (entry) take_entry(s, entry);
    free(entry);
}
