/* SPDX-License-Identifier: BSD-3-Clause */
/* See ldb_face.h. The tool goes on as an ordinary prompt when the session has ended, on a new
 * connection and with its usual format. Input is read byte by byte: what is left of it belongs to
 * whatever reads next. */
#include "ldb_face.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "face.h"
#include "io/signal.h"
#include "io/tty.h"
#include "ldb_link.h"
#include "mend.h"

enum { LINE_MAX_BYTES = 1 << 30 };

struct face_ldb {
    struct run *run;
    struct words words;
    struct ldb_link link;
    struct mend mend;
    struct resp_quote_args args;
    struct buf line;
    bool debugging, restart, leave, prompt, colour;
};

/* ---- output ---- */

static bool has(const struct reply *r, const char *text) {
    return strstr(r->p, text);
}

/* By what is in the line, the last that fits; a current line and a breakpoint by their place. */
static const char *colour_of(const struct reply *r) {
    static const struct {
        const char *text, *colour;
    } kinds[] = {
        {"<debug>", "1;37"}, {"<redis>", "0;32"}, {"<reply>", "0;36"},  {"<error>", "0;31"},
        {"<hint>", "1;37"},  {"<value>", "0;35"}, {"<retval>", "0;35"},
    };
    const char *colour = "0;37";
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (has(r, kinds[i].text)) colour = kinds[i].colour;
    if (r->len <= 4 || r->p[3] < '0' || r->p[3] > '9') return colour;
    return r->p[1] == '>' ? "0;33" : r->p[2] == '#' ? "1;37" : colour;
}

static void add_line(const struct face_ldb *f, const struct reply *r, struct buf *out) {
    static const char end[] = "<endsession>";
    if (!strncmp(r->p, end, sizeof end - 1)) return;
    if (f->colour) buf_addf(out, "\x1b[%s;49m", colour_of(r));
    buf_add(out, r->p, r->len);
    if (f->colour) buf_adds(out, "\x1b[0m");
}

/* As the tool's raw format, but for the colours. As deep as the tree, which has a limit. */
static void add_raw(const struct face_ldb *f, const struct reply *r, struct buf *out) {
    const struct render_opts *o = &f->run->render.opts;
    if (r->type == RESP_SIMPLE) {
        add_line(f, r, out);
        return;
    }
    if (r->p && r->type != RESP_NIL) buf_add(out, r->p, r->len);
    if (resp_read_is_error(r->type)) buf_addc(out, '\n');
    for (const struct reply *v = r->child; v; v = v->next) {
        add_raw(f, v, out);
        if (v->next) buf_add(out, o->delim, o->delim_len);
    }
}

static void show(struct face_ldb *f, const struct reply *r) {
    add_raw(f, r, &f->run->out);
    buf_add(&f->run->out, f->run->render.opts.cmd_delim, f->run->render.opts.cmd_delim_len);
}

/* The format of what comes behind a session. */
static void use_standard(struct run *r) {
    struct render_opts o = r->render.opts;
    render_flush_fn *flush = r->render.flush;
    o.format = RENDER_STANDARD;
    o.safe = r->opts->tty;
    render_release(&r->render);
    render_init(&r->render, &o, &r->out, flush, r);
}

static void show_result(struct face_ldb *f) {
    use_standard(f->run);
    render_begin(&f->run->render, false);
    if (render_reply(&f->run->render, f->link.result.root) < 0)
        err_set(&f->run->stopped, VK_ELIMIT, "a reply is too large to be shown");
}

/* ---- commands ---- */

static void debug_command(struct face_ldb *f, int argc, const char *const *argv,
                          const size_t *lens) {
    struct err e;
    err_clear(&e);
    if (ldb_link_send(&f->link, argc, argv, lens, &e) < 0) {
        run_flush(f->run);
        face_fail(f->run->opts, &e);
        f->debugging = false;
        f->leave = e.code == VK_ECANCEL;
        return;
    }
    show(f, f->link.lines.root);
    if (!f->link.ended) return;
    f->debugging = false;
    show_result(f);
    buf_addf(&f->run->out, "\n(Lua debugging session ended%s)\n\n",
             f->run->opts->ldb_sync ? "" : " -- dataset changes rolled back");
}

static void plain_command(struct face_ldb *f, int argc, const char *const *argv,
                          const size_t *lens) {
    if (!mend_connect(&f->mend)) return;
    if (run_submit(f->run, NULL, argc, argv, lens, 0) == 0) run_drain(f->run);
    f->leave = f->run->stopped.code == VK_ECANCEL;
    mend_command(&f->mend);
}

static bool is_eval(const char *line) {
    return !strncmp(line, "eval ", 5) || !strncmp(line, "e ", 2);
}

static int64_t repeat_of(const struct resp_quote_args *a) {
    int64_t n;
    return a->argc > 1 && str_to_i64(a->argv[0], a->lens[0], &n) == 0 && n > 0 ? n : 0;
}

/* Lua behind eval is one argument. */
static void take_eval(struct face_ldb *f, const char *line) {
    size_t word = strcspn(line, " ");
    char *name = mem_dup(line, word);
    const char *const argv[] = {name, line + word + 1};
    debug_command(f, 2, argv, (const size_t[]){word, strlen(argv[1])});
    free(name);
}

static void take_words(struct face_ldb *f) {
    struct resp_quote_args *a = &f->args;
    f->leave = str_ieq(a->argv[0], a->lens[0], "quit") || str_ieq(a->argv[0], a->lens[0], "exit");
    f->restart = str_ieq(a->argv[0], a->lens[0], "restart");
    if (f->leave || f->restart) return;
    if (face_keeps_line(f->run->opts, a->argc, a->argv, &f->run->out)) return;
    int64_t n = repeat_of(a);
    int first = n > 0;
    bool debugging = f->debugging;
    for (n = n ? n : 1; n > 0 && !f->leave && debugging == f->debugging; n--)
        (debugging ? debug_command : plain_command)(f, a->argc - first, a->argv + first,
                                                    a->lens + first);
}

static void take_line(struct face_ldb *f, const char *line) {
    struct err e;
    if (f->debugging && is_eval(line))
        take_eval(f, line);
    else if (resp_quote_split(&f->args, line, strlen(line), &e) < 0)
        buf_adds(&f->run->out, "Invalid argument(s)\n");
    else if (f->args.argc)
        take_words(f);
}

/* ---- lines ---- */

static void show_prompt(struct face_ldb *f) {
    struct buf *out = &f->run->out;
    char where[256];
    if (!f->prompt) return;
    buf_adds(out, f->debugging ? "lua debugger" : wire_where(&f->run->wire, where, sizeof where));
    buf_adds(out, "> ");
}

/* False: there is none any more. */
static bool read_line(struct face_ldb *f) {
    char c = 0;
    buf_clear(&f->line);
    while (c != '\n' && !f->line.over) {
        ssize_t n = read(STDIN_FILENO, &c, 1);
        if (n < 0 && errno == EINTR && !signal_stop()) continue;
        if (n <= 0) return n == 0 && f->line.len;
        if (c != '\n') buf_addc(&f->line, c);
    }
    return !f->line.over;
}

static void read_lines(struct face_ldb *f) {
    while (!f->restart && !f->leave) {
        show_prompt(f);
        run_flush(f->run);
        if (!read_line(f)) f->leave = true;
        if (!f->leave) take_line(f, buf_cstr(&f->line));
    }
    run_flush(f->run);
}

/* ---- sessions ---- */

static const char banner[] = "Lua debugging session started, please use:\n"
                             "quit    -- End the session.\n"
                             "restart -- Restart the script in debug mode again.\n"
                             "help    -- Show Lua script debugging commands.\n\n";

/* One session, to its end and beyond. */
static int run_session(struct face_ldb *f, struct err *e) {
    struct run *r = f->run;
    f->restart = false;
    buf_adds(&r->out, banner);
    run_flush(r);
    words_release(&f->words);
    int code = words_init(&f->words, r->opts, e);
    if (code == 0) code = ldb_link_debug(&f->link, &f->words, NULL, e);
    if (code == 0) code = ldb_link_send(&f->link, f->words.argc, f->words.argv, f->words.lens, e);
    if (code < 0) return code;
    f->debugging = !f->link.ended;
    show(f, f->link.lines.root);
    if (f->debugging) {
        read_lines(f);
        return 0;
    }
    buf_adds(&r->out, "Eval debugging session can't start:\n");
    show_result(f);
    run_flush(r);
    return 0;
}

int ldb_face_main(struct run *r) {
    const char *term = getenv("TERM");
    struct face_ldb f = {
        .run = r, .prompt = tty_is(STDIN_FILENO), .colour = term && strstr(term, "xterm")};
    struct err e;
    err_clear(&e);
    mend_init(&f.mend, r, false);
    ldb_link_init(&f.link, r);
    resp_quote_init(&f.args);
    buf_init(&f.line, LINE_MAX_BYTES);
    int code = wire_connect(&r->wire, &e);
    if (code == 0) code = run_session(&f, &e);
    while (code == 0 && f.restart) {
        ldb_link_close(&f.link);
        buf_addc(&r->out, '\n');
        code = run_session(&f, &e);
    }
    ldb_link_release(&f.link);
    words_release(&f.words);
    resp_quote_release(&f.args);
    buf_release(&f.line);
    return code < 0 ? face_fail(r->opts, &e) : 0;
}
