/* SPDX-License-Identifier: BSD-3-Clause */
/* From words to commands that are encoded once. See workload.h. Placeholders of numbers keep their
 * length, so a hole lies where the placeholder stood; __data__ is replaced before. */
#include "bench/workload_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

#define TEMPLATE_MAX ((size_t)2 << 30)

enum {
    COMMANDS_MAX = 10000, /* of a sequence, repeats counted */
    NAMES = 10,           /* __rand_int__, __rand_1st__ .. __rand_9th__ */
};

static const char *const names[NAMES] = {
    "__rand_int__", "__rand_1st__", "__rand_2nd__", "__rand_3rd__", "__rand_4th__",
    "__rand_5th__", "__rand_6th__", "__rand_7th__", "__rand_8th__", "__rand_9th__",
};
static const char data_name[] = "__data__";

/* What making a workload needs besides the result. */
struct maker {
    struct workload *w;
    const struct workload_opts *opts;
    const char *const *argv;
    const size_t *lens;
    int argc;
    struct keygen_text *text;
    uint64_t streams;
    uint64_t ticks[NAMES]; /* of each name's counter in one operation */
    int64_t shared[NAMES]; /* within a command: the hole that the name's value is shared with */
    struct err *e;
};

/* Words of our own, one behind the other in `bytes`. */
struct words {
    struct buf bytes;
    const char **argv;
    size_t *lens;
    int argc;
};

static void words_init(struct words *s, int argc) {
    buf_init(&s->bytes, TEMPLATE_MAX);
    s->argv = mem_zalloc((size_t)argc + 1, sizeof *s->argv);
    s->lens = mem_zalloc((size_t)argc + 1, sizeof *s->lens);
    s->argc = argc;
}

/* All bytes and lengths are there: the buffer moves no more. */
static void words_settle(struct words *s) {
    const char *p = buf_cstr(&s->bytes);
    for (int i = 0; i < s->argc; p += s->lens[i++])
        s->argv[i] = p;
}

static void words_release(struct words *s) {
    buf_release(&s->bytes);
    free((void *)s->argv);
    free(s->lens);
}

/* ---- one command ---- */

/* p[0..len) with __data__ replaced. */
static int add_word(struct maker *m, struct buf *out, const char *p, size_t len) {
    const size_t width = sizeof data_name - 1;
    for (;;) {
        const char *at = memmem(p, len, data_name, width);
        size_t before = at ? (size_t)(at - p) : len;
        if (buf_add(out, p, before)) return VK_ELIMIT;
        if (!at) return 0;
        char *fresh = buf_reserve(out, m->opts->data_size);
        if (!fresh) return VK_ELIMIT;
        keygen_text(m->text, fresh, m->opts->data_size);
        out->len += m->opts->data_size;
        p = at + width;
        len -= before + width;
    }
}

static int add_hole(struct maker *m, int arg, size_t at, int name) {
    struct workload *w = m->w;
    int hole = resp_template_hole(&w->template, arg, at, WORKLOAD_DIGITS);
    if (hole < 0) return hole;
    w->holes = mem_realloc(w->holes, (size_t)hole + 1, sizeof *w->holes);
    struct workload_hole *h = &w->holes[hole];
    if (name && m->shared[name] >= 0) {
        *h = w->holes[m->shared[name]];
        return 0;
    }
    *h = (struct workload_hole){
        .group = name ? name : -1, .stream = m->streams++, .counter = m->ticks[name]++};
    h->drawn_from = keygen_stream(w->seed, h->stream);
    m->shared[name] = hole;
    return 0;
}

static int name_at(const char *p, size_t len) {
    for (int i = 0; len >= WORKLOAD_DIGITS && i < NAMES; i++)
        if (!memcmp(p, names[i], WORKLOAD_DIGITS)) return i;
    return -1;
}

static int add_holes(struct maker *m, int arg, const char *p, size_t len) {
    for (size_t i = 0; i + WORKLOAD_DIGITS <= len;) {
        const char *at = memmem(p + i, len - i, "__rand_", 7);
        if (!at) return 0;
        i = (size_t)(at - p);
        int name = name_at(at, len - i);
        int code = name < 0 ? 0 : add_hole(m, arg, i, name);
        if (code < 0) return code;
        i += name < 0 ? 1 : WORKLOAD_DIGITS;
    }
    return 0;
}

/* {tag} wherever it stands. */
static int add_tags(struct maker *m, int arg, const char *p, size_t len) {
    const size_t width = sizeof WORKLOAD_TAG - 1;
    struct workload *w = m->w;
    for (size_t i = 0; i + width <= len; i += width) {
        const char *at = memmem(p + i, len - i, WORKLOAD_TAG, width);
        if (!at) return 0;
        i = (size_t)(at - p);
        int hole = resp_template_hole(&w->template, arg, i, width);
        if (hole < 0) return hole;
        w->holes = mem_realloc(w->holes, (size_t)hole + 1, sizeof *w->holes);
        w->holes[hole] = (struct workload_hole){.tag = true, .group = -1};
    }
    return 0;
}

static int too_large(struct maker *m) {
    return err_set(m->e, VK_EUSAGE, "the requests are too large: more than 2 GiB");
}

/* The words of a command with __data__ replaced. */
static int fill_words(struct maker *m, struct words *s, const char *const *argv,
                      const size_t *lens) {
    for (int i = 0; i < s->argc; i++) {
        size_t before = s->bytes.len;
        if (add_word(m, &s->bytes, argv[i], lens[i]) < 0) return too_large(m);
        s->lens[i] = s->bytes.len - before;
    }
    words_settle(s);
    return 0;
}

static int add_command(struct maker *m, const struct words *s) {
    if (resp_template_add(&m->w->template, s->argc, s->argv, s->lens) < 0) return too_large(m);
    for (int i = 0; i < NAMES; i++)
        m->shared[i] = -1;
    int code = 0;
    for (int i = 0; i < s->argc && code == 0; i++) {
        if (m->opts->range) code = add_holes(m, i, s->argv[i], s->lens[i]);
        if (code == 0 && m->opts->cluster) code = add_tags(m, i, s->argv[i], s->lens[i]);
    }
    if (code == 0 && m->opts->cluster)
        code = workload_slot_add(m->w, s->argc, s->argv, s->lens, m->e);
    return code;
}

/* ---- rows ---- */

/* Words from..to as given, with blanks between. */
static char *join(const struct maker *m, int from, int to) {
    struct buf b;
    buf_init(&b, TEMPLATE_MAX);
    if (to == m->argc && m->opts->untitled_last) to--;
    for (int i = from; i < to; i++) {
        if (i > from) buf_addc(&b, ' ');
        buf_add(&b, m->argv[i], m->lens[i]);
    }
    char *text = mem_strdup(buf_cstr(&b));
    buf_release(&b);
    return text;
}

/* The row of that title, a new one if need be; title is taken over. Negative: too many. */
static int row_of(struct workload *w, char *title) {
    for (int i = 0; i < w->n_rows; i++)
        if (!strcmp(w->rows[i].title, title)) {
            free(title);
            return i;
        }
    if (w->n_rows == WORKLOAD_ROWS_MAX) {
        free(title);
        return VK_ELIMIT;
    }
    w->rows = mem_realloc(w->rows, (size_t)w->n_rows + 1, sizeof *w->rows);
    w->rows[w->n_rows] = (struct workload_row){.title = title};
    return w->n_rows++;
}

static int add_places(struct maker *m, const struct words *s, int64_t times, uint16_t row) {
    struct workload *w = m->w;
    w->row_of = mem_realloc(w->row_of, (size_t)(w->commands + times), sizeof *w->row_of);
    for (int64_t i = 0; i < times; i++) {
        int code = add_command(m, s);
        if (code < 0) return code;
        w->row_of[w->commands++] = row;
    }
    return 0;
}

/* One command of the line, words from..to, `times` times. */
static int add_step(struct maker *m, int from, int to, int64_t times) {
    if (times > COMMANDS_MAX - m->w->commands)
        return err_set(m->e, VK_EUSAGE, "a sequence has at most %d commands", COMMANDS_MAX);
    int row = row_of(m->w, join(m, from, to));
    if (row < 0)
        return err_set(m->e, VK_EUSAGE, "a sequence has at most %d different commands",
                       WORKLOAD_ROWS_MAX);
    struct words s;
    words_init(&s, to - from);
    int code = fill_words(m, &s, m->argv + from, m->lens + from);
    if (code == 0) code = add_places(m, &s, times, (uint16_t)row);
    words_release(&s);
    return code;
}

/* ---- from words ---- */

static bool is_separator(const struct maker *m, int i) {
    return m->lens[i] == 1 && *m->argv[i] == ';';
}

/* "3" in front of a command: three times. */
static bool is_count(const char *p, size_t len, int64_t *times) {
    if (!len || *p == '0') return false;
    for (size_t i = 0; i < len; i++)
        if (p[i] < '0' || p[i] > '9') return false;
    if (str_to_i64(p, len, times) < 0) *times = INT64_MAX;
    return true;
}

static int add_sequence(struct maker *m) {
    for (int from = 0, to; from < m->argc; from = to + 1) {
        int64_t times = 1;
        for (to = from; to < m->argc && !is_separator(m, to);)
            to++;
        if (to > from && is_count(m->argv[from], m->lens[from], &times)) from++;
        if (to == from) continue;
        int code = add_step(m, from, to, times);
        if (code < 0) return code;
    }
    if (!m->w->commands) return err_set(m->e, VK_EUSAGE, "there is no command to send");
    return 0;
}

static void finish_holes(struct maker *m) {
    struct workload *w = m->w;
    for (int i = 0; i < w->template.n_holes; i++)
        if (!w->holes[i].tag)
            w->holes[i].per_op = m->ticks[w->holes[i].group < 0 ? 0 : w->holes[i].group];
}

static int make(struct maker *m) {
    m->w->title = join(m, 0, m->argc);
    int code = add_sequence(m);
    if (code == 0) finish_holes(m);
    if (code == 0) workload_slot_finish(m->w);
    return code;
}

int workload_from_words(struct workload *w, int argc, const char *const *argv, const size_t *lens,
                        const struct workload_opts *o, struct err *e) {
    struct keygen_text fresh;
    keygen_text_start(&fresh);
    size_t *own = mem_zalloc((size_t)argc + 1, sizeof *own);
    struct maker m = {.w = w, .opts = o, .argc = argc, .text = o->text ? o->text : &fresh, .e = e};
    m.argv = argv;
    m.lens = own;
    for (int i = 0; i < argc; i++)
        own[i] = lens ? lens[i] : strlen(argv[i]);
    *w = (struct workload){.range = o->range,
                           .sequential = o->sequential,
                           .seed = o->seed,
                           .tagged = o->cluster,
                           .reads_only = o->cluster};
    resp_template_init(&w->template, TEMPLATE_MAX);
    int code = make(&m);
    free(own);
    if (code < 0) workload_release(w);
    return code;
}

int workload_from_inline(struct workload *w, const char *title, const char *line, struct err *e) {
    char text[256];
    int n = snprintf(text, sizeof text, "%s\r\n", line);
    *w = (struct workload){.title = mem_strdup(title), .commands = 1};
    resp_template_init(&w->template, TEMPLATE_MAX);
    if (n >= (int)sizeof text || resp_template_add_raw(&w->template, text, (size_t)n) < 0) {
        workload_release(w);
        return err_set(e, VK_EUSAGE, "the line is too long");
    }
    row_of(w, mem_strdup(title));
    w->row_of = mem_zalloc(1, sizeof *w->row_of);
    return 0;
}

void workload_from_writer(struct workload *w, const char *title, const struct workload_row *rows,
                          int n_rows, int max_commands, workload_write_fn *fn, void *arg) {
    *w = (struct workload){.title = mem_strdup(title), .n_rows = n_rows, .commands = max_commands};
    w->rows = mem_zalloc((size_t)n_rows, sizeof *w->rows);
    for (int i = 0; i < n_rows; i++)
        w->rows[i] = (struct workload_row){mem_strdup(rows[i].title), rows[i].aside};
    w->write = fn;
    w->write_arg = arg;
}

void workload_rename(struct workload *w, const char *title) {
    free(w->title);
    free(w->rows[0].title);
    w->title = mem_strdup(title);
    w->rows[0].title = mem_strdup(title);
}

void workload_release(struct workload *w) {
    for (int i = 0; i < w->n_rows; i++)
        free(w->rows[i].title);
    free(w->rows);
    free(w->row_of);
    free(w->holes);
    free(w->parts);
    free(w->title);
    resp_template_release(&w->template);
    *w = (struct workload){0};
}

size_t workload_bytes(const struct workload *w) {
    return w->template.bytes.len;
}
