/* SPDX-License-Identifier: BSD-3-Clause */
/* See words.h. */
#include "words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "io/file.h"
#include "resp/quote.h"
#include "targets.h"

#define STDIN_MAX ((size_t)4 << 30)
enum { SCRIPT_MAX = 32 << 20, MORE_WORDS = 4 }; /* -x adds one; EVAL, the script, a number */

void words_release(struct words *w) {
    for (int i = 0; w->undone && i < w->argc; i++)
        buf_release(&w->undone[i]);
    free(w->undone);
    free(w->argv);
    free(w->lens);
    buf_release(&w->input);
    buf_release(&w->script);
}

static int undo_quotes(struct words *w, enum face face, struct err *e) {
    struct err why;
    w->undone = mem_zalloc((size_t)w->argc + MORE_WORDS, sizeof *w->undone);
    for (int i = 0; i < w->argc; i++) {
        buf_init(&w->undone[i], STDIN_MAX);
        if (resp_quote_undo(&w->undone[i], w->argv[i], w->lens[i], &why) < 0)
            return err_set(e, face ? VK_EPARSE : VK_EUSAGE,
                           "argument %d is no valid quoted string: %s", i + 1, why.text);
        w->argv[i] = buf_cstr(&w->undone[i]);
        w->lens[i] = w->undone[i].len;
    }
    return 0;
}

static int fill_from_stdin(struct words *w, const struct options *o, struct err *e) {
    int at = o->stdin_last ? w->argc : -1;
    for (int i = 0; !o->stdin_last && i < o->argc && at < 0; i++)
        if (!strcmp(o->argv[i], o->stdin_tag)) at = i;
    if (at < 0)
        return o->face == FACE_NATIVE
                   ? err_set(e, VK_EUSAGE, "-X: no argument is '%s'", o->stdin_tag)
                   : err_set(e, VK_EUSAGE, "Using -X option but stdin tag not match.");
    int code = file_read_fd(STDIN_FILENO, &w->input, e);
    if (code < 0) return code;
    w->argv[at] = buf_cstr(&w->input);
    w->lens[at] = w->input.len;
    if (o->stdin_last) w->argc++;
    return 0;
}

/* ---- a script ---- */

const char *words_script_name(const struct options *o) {
    return strcmp(o->eval, "-") ? o->eval : "standard input";
}

/* The tools open a folder and read nothing. */
static int read_as_tool(struct words *w, const char *path, struct err *e) {
    int code = file_read_all(path, &w->script, e);
    if (code == 0 || e->sys == EISDIR) return 0;
    return e->sys ? err_set(e, code, "Can't open file '%s': %s", path, strerror(e->sys)) : code;
}

static int read_script(struct words *w, const struct options *o, struct err *e) {
    buf_init(&w->script, SCRIPT_MAX);
    if (o->face != FACE_NATIVE) return read_as_tool(w, o->eval, e);
    bool from_stdin = !strcmp(o->eval, "-");
    int code = from_stdin ? file_read_fd(STDIN_FILENO, &w->script, e)
                          : file_read_all(o->eval, &w->script, e);
    if (code < 0) return code;
    for (size_t i = 0; i < w->script.len; i++)
        if (!strchr(" \t\r\n", w->script.p[i]) || !w->script.p[i]) return 0;
    return err_set(e, VK_EFILE, "%s: the script is empty", words_script_name(o));
}

/* "k, v": two keys, which few can mean. */
static void warn_of_comma(const struct words *w) {
    for (int i = 0; i < w->argc; i++)
        if (w->lens[i] > 1 && w->argv[i][w->lens[i] - 1] == ',')
            msg_warn("the key '%s' ends in a comma: the one in front of arguments stands alone",
                     w->argv[i]);
}

/* "k1 k2 , a" -> EVAL SCRIPT 2 k1 k2 a; a target stays in front. */
static void into_eval(struct words *w, const struct options *o) {
    int first = o->face == FACE_NATIVE && w->argc && targets_is_one(w->argv[0]), keys = first;
    while (keys < w->argc && (w->lens[keys] != 1 || *w->argv[keys] != ','))
        keys++;
    bool comma = keys < w->argc;
    if (!comma && o->face == FACE_NATIVE) warn_of_comma(w);
    int behind = w->argc - keys - comma;
    size_t n_args = (size_t)behind, n_keys = (size_t)(keys - first);
    memmove(w->argv + keys + 3, w->argv + keys + comma, n_args * sizeof *w->argv);
    memmove(w->lens + keys + 3, w->lens + keys + comma, n_args * sizeof *w->lens);
    memmove(w->argv + first + 3, w->argv + first, n_keys * sizeof *w->argv);
    memmove(w->lens + first + 3, w->lens + first, n_keys * sizeof *w->lens);
    w->argc = keys + 3 + behind;
    w->argv[first] = "EVAL";
    w->lens[first] = 4;
    w->argv[first + 1] = buf_cstr(&w->script);
    w->lens[first + 1] = w->script.len;
    w->lens[first + 2] = str_put_i64(w->n_keys, keys - first);
    w->argv[first + 2] = w->n_keys;
}

int words_script(int argc, const char *const *argv) {
    return argc && targets_is_one(argv[0]) ? 2 : 1;
}

/* ---- all ---- */

int words_init(struct words *w, const struct options *o, struct err *e) {
    *w = (struct words){.argc = o->argc};
    w->argv = mem_zalloc((size_t)o->argc + MORE_WORDS, sizeof *w->argv);
    w->lens = mem_zalloc((size_t)o->argc + MORE_WORDS, sizeof *w->lens);
    buf_init(&w->input, STDIN_MAX);
    for (int i = 0; i < o->argc; i++) {
        w->argv[i] = o->argv[i];
        w->lens[i] = strlen(o->argv[i]);
    }
    bool as_typed = o->eval && o->face != FACE_NATIVE; /* the tools do nothing to its arguments */
    int code = o->eval ? read_script(w, o, e) : 0;
    if (code == 0 && o->quoted_input && !as_typed) code = undo_quotes(w, o->face, e);
    if (code == 0 && (o->stdin_last || o->stdin_tag) && !as_typed) code = fill_from_stdin(w, o, e);
    if (code == 0 && o->eval) into_eval(w, o);
    return code;
}
