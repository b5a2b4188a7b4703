/* SPDX-License-Identifier: BSD-3-Clause */
/* See ldb_input.h. */
#include "ldb_input.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "editor.h"
#include "io/signal.h"
#include "io/tty.h"
#include "shell.h"
#include "ui/ldb.h"

enum { READ_BYTES = 4096, LINE_MAX_BYTES = 1 << 20 };

/* ---- what helps while it is typed ---- */

static size_t blanks(const char *line, size_t len) {
    size_t n = 0;
    while (n < len && (line[n] == ' ' || line[n] == '\t'))
        n++;
    return n;
}

static size_t word_end(const char *line, size_t from, size_t len) {
    while (from < len && line[from] != ' ' && line[from] != '\t')
        from++;
    return from;
}

static int paint(void *arg, const char *line, size_t len, struct lineview_span *spans, int max) {
    (void)arg;
    size_t from = blanks(line, len), to = word_end(line, from, len);
    if (!max || from == to || !ldb_command_find(line + from, to - from)) return 0;
    spans[0] = (struct lineview_span){from, to, "1;32"};
    return 1;
}

/* What may follow the command, and what it does. */
static void hint(void *arg, const char *line, size_t len, struct buf *out, bool *accept) {
    (void)arg;
    size_t from = blanks(line, len), to = word_end(line, from, len);
    const struct ldb_command *c = from < to ? ldb_command_find(line + from, to - from) : NULL;
    *accept = false;
    if (!c || blanks(line + to, len - to) < len - to) return;
    buf_addf(out, "%s%s%s-- %s", to == len ? " " : "", c->args, *c->args ? "  " : "", c->help);
}

/* The debugger's commands; what follows them is not known. */
static void complete(void *arg, const char *line, size_t cursor, struct menu *words, size_t *from) {
    const struct ldb_command *c;
    (void)arg;
    *from = blanks(line, cursor);
    if (word_end(line, *from, cursor) < cursor) return;
    for (size_t i = 0; (c = ldb_command_at(i)); i++)
        if (!strncmp(c->name, line + *from, cursor - *from))
            menu_add(words, c->name, strlen(c->name), c->help);
    menu_sort(words);
}

/* ---- reading ---- */

static void on_entered(void *arg, const char *line) {
    struct ldb_input *in = arg;
    in->eof |= !line;
    in->entered = line;
    in->line = mem_strdup(line);
    if (line && *line) editor_remember(line);
}

static void read_plain(struct ldb_input *in) {
    char *p = buf_reserve(&in->in, READ_BYTES);
    if (!p) msg_warn("line %llu is too long", (unsigned long long)in->number + 1);
    ssize_t n = p ? read(STDIN_FILENO, p, READ_BYTES) : 0;
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n > 0) in->in.len += (size_t)n;
    if (n <= 0) in->eof = true;
}

static void on_input(void *arg, unsigned events) {
    struct ldb_input *in = arg;
    if (!(events & LOOP_READ)) return; /* the other end of a pipe is gone: read when it is time */
    if (in->editor)
        editor_read();
    else
        read_plain(in);
}

int ldb_input_open(struct ldb_input *in, struct run *r, struct err *e) {
    *in = (struct ldb_input){.run = r, .terminal = tty_is(STDIN_FILENO)};
    buf_init(&in->in, LINE_MAX_BYTES);
    in->editor = in->terminal && shell_fits(r->opts);
    int code = 0, screen = in->editor ? signal_screen_fd() : -1;
    if (in->editor) {
        const struct editor_hooks hooks = {
            .entered = on_entered, .paint = paint, .hint = hint, .complete = complete, .arg = in};
        editor_init("vk", &hooks);
        r->around = editor_around;
    }
    if (screen >= 0)
        code = loop_add(r->loop, screen, LOOP_READ, editor_on_screen, NULL, &in->screen_watch, e);
    return code < 0 ? code : loop_add(r->loop, STDIN_FILENO, 0, on_input, in, &in->watch, e);
}

void ldb_input_close(struct ldb_input *in) {
    if (in->editor) {
        editor_stop();
        editor_release();
    }
    in->run->around = NULL;
    loop_del(in->run->loop, in->watch);
    loop_del(in->run->loop, in->screen_watch);
    buf_release(&in->in);
    free(in->line);
}

/* The next line of what was read; the last one needs no end. */
static bool take_line(struct ldb_input *in) {
    const char *nl = in->in.len ? memchr(in->in.p, '\n', in->in.len) : NULL;
    if (!nl && !(in->eof && in->in.len)) return false;
    size_t len = nl ? (size_t)(nl - in->in.p) : in->in.len;
    in->line = mem_dup(in->in.p, len);
    if (len && in->line[len - 1] == '\r') in->line[len - 1] = 0;
    buf_drop(&in->in, nl ? len + 1 : len);
    in->number++;
    return true;
}

static bool is_there(struct ldb_input *in) {
    if (!in->editor) return take_line(in);
    bool entered = in->entered;
    in->entered = false;
    return entered;
}

/* Ctrl-C at the editor is no end. */
static bool stops(struct ldb_input *in) {
    if (!signal_stop()) return false;
    if (!in->editor || signal_stop() != SIGINT) return true;
    editor_interrupt();
    signal_clear();
    return false;
}

static enum ldb_input_event wait_for_line(struct ldb_input *in, const struct ldb_link *link) {
    for (;;) {
        if (is_there(in)) return LDB_INPUT_LINE;
        if (in->eof) return LDB_INPUT_END;
        if (stops(in)) return LDB_INPUT_SIGNAL;
        if (link && !ldb_link_is_open(link)) return LDB_INPUT_LOST;
        loop_turn(in->run->loop, in->editor && editor_has_input() ? 0 : -1);
        if (in->editor && editor_has_input()) editor_read();
    }
}

enum ldb_input_event ldb_input_next(struct ldb_input *in, const char *prompt,
                                    const struct ldb_link *link) {
    free(in->line);
    in->line = NULL;
    if (in->terminal && !in->editor) buf_adds(&in->run->out, prompt);
    run_flush(in->run);
    if (in->editor) editor_start(prompt);
    loop_mask(in->run->loop, in->watch, LOOP_READ);
    enum ldb_input_event event = wait_for_line(in, link);
    loop_mask(in->run->loop, in->watch, 0);
    if (in->editor) editor_stop();
    return event;
}
