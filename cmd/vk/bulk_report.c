/* SPDX-License-Identifier: BSD-3-Clause */
/* See bulk_report.h. */
#include "bulk_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/safe.h"
#include "core/command.h"
#include "core/redact.h"
#include "ui/amount.h"

enum {
    ROW_MAX = 100,    /* errors by the server's state in a row: more are no use */
    START_MAX = 1000, /* errors without anything that succeeds */
    LINES_BYTES = 1 << 16,
    WORD_SHOWN = 80,
    TEXT_SHOWN = 1000,
    HELD_MAX = 1 << 30,
};

/* What one command more cannot mend. */
enum {
    STATE_CLASSES = ERRCLASS_AUTH | ERRCLASS_PERMISSION | ERRCLASS_LOADING | ERRCLASS_READONLY |
                    ERRCLASS_OOM | ERRCLASS_CLUSTERDOWN | ERRCLASS_MASTERDOWN,
};

/* The class; of two that have none of their own, that of their like. */
static enum errclass class_of(const char *text, size_t len) {
    static const char *const like_readonly[] = {"MISCONF ", "NOREPLICAS "};
    for (int i = 0; i < 2; i++) {
        size_t n = strlen(like_readonly[i]);
        if (len > n && !memcmp(text, like_readonly[i], n)) return ERRCLASS_READONLY;
    }
    return errclass_of_reply(text, len);
}

int bulk_report_open(struct bulk_report *r, struct err *e) {
    const char *path = r->opts->bulk.errors_to;
    buf_init(&r->lines, SIZE_MAX / 2);
    buf_init(&r->scratch, SIZE_MAX / 2);
    buf_init(&r->row.held, HELD_MAX);
    int code = path ? file_out_open(path, &r->file, e) : 0;
    if (code < 0 || !path) return code;
    const struct buf *header = &r->in->header_text;
    return header->len ? file_out_write(r->file, header->p, header->len, e) : 0;
}

void bulk_report_release(struct bulk_report *r) {
    buf_release(&r->lines);
    buf_release(&r->scratch);
    buf_release(&r->row.held);
    bulk_encode_words_release(&r->words);
    file_out_abort(r->file);
}

void bulk_report_flush(struct bulk_report *r) {
    struct err ignored;
    if (!r->lines.len) return;
    progress_clear(r->progress);
    if (file_write_fd(STDERR_FILENO, r->lines.p, r->lines.len, &ignored) < 0) {
        /* nobody is left to read it; the counts go on */
    }
    buf_clear(&r->lines);
}

bool bulk_report_stop(struct bulk_report *r, enum bulk_stop stop) {
    if (r->stop) return false;
    r->stop = stop;
    return true;
}

/* ---- the file ---- */

static void end_file(struct bulk_report *r, const struct err *why) {
    if (bulk_report_stop(r, BULK_STOP_FILE)) r->why = *why;
    file_out_abort(r->file);
    r->file = NULL;
}

static void write_file(struct bulk_report *r, const char *p, size_t len) {
    struct err e;
    if (!r->file || !len) return;
    if (file_out_write(r->file, p, len, &e) < 0) end_file(r, &e);
}

/* A row may end the load: --max-errors has not been given. */
static bool rows_end_it(const struct bulk_report *r) {
    return r->opts->bulk.max_errors < 0;
}

static void keep(struct bulk_report *r, const struct bulk_record *c) {
    const char *p = bulk_input_bytes(r->in, c->at);
    struct err e;
    if (!r->file || r->stop == BULK_STOP_STATE) return;
    if (r->row.class == ERRCLASS_NONE || !rows_end_it(r)) {
        write_file(r, p, c->len);
    } else if (buf_add(&r->row.held, p, c->len) < 0) {
        err_set(&e, VK_ELIMIT, "--errors-to: more than %d bytes failed in a row", HELD_MAX);
        end_file(r, &e);
    }
}

/* ---- rows ---- */

/* Another reply has come, or none will. Those that ended the load are to be sent again, so they do
 * not go to the file. */
static void end_row(struct bulk_report *r) {
    struct bulk_report_row *row = &r->row;
    if (row->class == ERRCLASS_NONE) return;
    if (row->n > 1) {
        buf_adds(&r->lines, "vk: the same for the next ");
        amount_add_count(&r->lines, row->n - 1);
        buf_addf(&r->lines, " command%s, to line %llu\n", row->n > 2 ? "s" : "",
                 (unsigned long long)row->last_line);
    }
    row->class = ERRCLASS_NONE;
    if (r->stop != BULK_STOP_STATE) write_file(r, row->held.p, row->held.len);
    buf_clear(&row->held);
}

/* True: the error is the next of a row, and need not be told. */
static bool join_row(struct bulk_report *r, const struct bulk_record *c, enum errclass class,
                     uint64_t line) {
    struct bulk_report_row *row = &r->row;
    if (r->stop == BULK_STOP_STATE) { /* what was on the way belongs to it */
        row->n++;
        row->last_line = line;
        return true;
    }
    if (row->class != class) {
        end_row(r);
        if (!(class & STATE_CLASSES)) return false;
        row->class = class;
        row->n = 0;
        row->at = c->at;
        row->line = line;
    }
    row->last_line = line;
    return ++row->n > 1;
}

/* ---- lines ---- */

static void count_kind(struct bulk_report *r, const char *name, size_t len) {
    struct bulk_report_kind *k = r->kinds;
    for (; k < r->kinds + r->n_kinds; k++)
        if (strlen(k->name) == len && !memcmp(k->name, name, len)) break;
    if (k == r->kinds + BULK_REPORT_KINDS) {
        r->other_kinds++;
        return;
    }
    if (k == r->kinds + r->n_kinds) {
        snprintf(k->name, sizeof k->name, "%.*s", (int)len, name);
        r->n_kinds++;
    }
    k->n++;
}

/* The first word of an error reply, when it looks like one. */
static void count_reply(struct bulk_report *r, const char *text, size_t len) {
    size_t n = 0;
    while (n < len && n < sizeof r->kinds->name - 1 &&
           ((text[n] >= 'A' && text[n] <= 'Z') || text[n] == '_'))
        n++;
    bool word = n && (n == len || text[n] == ' ');
    count_kind(r, word ? text : "ERR", word ? n : 3);
}

static void add_word(struct buf *out, const char *p, size_t len) {
    safe_add(out, p, len < WORD_SHOWN ? len : WORD_SHOWN, false);
    if (len > WORD_SHOWN) buf_adds(out, "...");
}

/* The length of the secret word that stands at p; 0 = none does. */
static size_t secret_at(const struct bulk_words *w, const bool *secret, const char *p, size_t len) {
    for (int i = 1; i < w->argc; i++)
        if (secret[i] && w->lens[i] && w->lens[i] <= len && !memcmp(p, w->argv[i], w->lens[i]))
            return w->lens[i];
    return 0;
}

/* A reply, in which servers repeat words that they do not understand; not those that are secret. */
static void add_reply(struct bulk_report *r, const char *p, size_t len) {
    const struct bulk_words *w = &r->words;
    if (!w->argc || !redact_may(w->argv[0], w->lens[0])) {
        safe_add(&r->lines, p, len, false);
        return;
    }
    bool *secret = mem_zalloc((size_t)w->argc, sizeof *secret);
    redact_words(w->argc, w->argv, w->lens, secret);
    const char *from = p, *end = p + len;
    while (p < end) {
        size_t n = secret_at(w, secret, p, (size_t)(end - p));
        if (n) {
            safe_add(&r->lines, from, (size_t)(p - from), false);
            buf_adds(&r->lines, REDACT_TEXT);
            from = p + n;
        }
        p += n ? n : 1;
    }
    safe_add(&r->lines, from, (size_t)(end - from), false);
    free(secret);
}

/* "CONFIG SET", "SET user:1": the name, and the first key where that is known. */
static void add_command(struct bulk_report *r, const struct bulk_record *c) {
    struct bulk_words *w = &r->words;
    struct err ignored;
    int key;
    buf_clear(&r->scratch);
    w->argc = 0;
    if (bulk_encode(r->encoder, c, bulk_input_bytes(r->in, c->at), &r->scratch, &ignored) <= 0)
        return;
    bulk_encode_words(w, r->scratch.p, r->scratch.len);
    const struct command_info *info = command_find(NULL, w->argc, w->argv, w->lens);
    add_word(&r->lines, w->argv[0], w->lens[0]);
    if (info && strchr(info->name, ' ')) {
        buf_addc(&r->lines, ' ');
        add_word(&r->lines, w->argv[1], w->lens[1]);
    }
    if (info && command_keys(info, w->argc, w->argv, w->lens, &key, 1) > 0) {
        buf_addc(&r->lines, ' ');
        add_word(&r->lines, w->argv[key], w->lens[key]);
    }
    buf_adds(&r->lines, ": ");
}

static void begin_line(struct bulk_report *r, const struct bulk_record *c, uint64_t line) {
    buf_addf(&r->lines, "vk: line %llu, byte %llu: ", (unsigned long long)line,
             (unsigned long long)c->at);
}

static void end_line(struct bulk_report *r) {
    buf_addc(&r->lines, '\n');
    if (r->lines.len >= LINES_BYTES) bulk_report_flush(r);
}

/* ---- what comes ---- */

static void stop_if_due(struct bulk_report *r, const char *text, size_t len) {
    int64_t max = r->opts->bulk.max_errors;
    if (r->opts->stop_on_error) bulk_report_stop(r, BULK_STOP_ERROR);
    if (max > 0 && r->errors >= (uint64_t)max) bulk_report_stop(r, BULK_STOP_MAX);
    if (!rows_end_it(r)) return;
    bool row = r->row.class != ERRCLASS_NONE && r->row.n >= ROW_MAX;
    if (row && bulk_report_stop(r, BULK_STOP_STATE))
        err_set(&r->why, VK_ESERVER, "%.*s", (int)(len < 400 ? len : 400), text);
    if (!r->good && r->errors >= START_MAX) bulk_report_stop(r, BULK_STOP_ALL);
}

void bulk_report_good(struct bulk_report *r, uint64_t n) {
    r->good += n;
    if (r->stop == BULK_STOP_STATE)
        r->row.good += n;
    else if (r->row.class != ERRCLASS_NONE)
        end_row(r);
}

void bulk_report_error(struct bulk_report *r, const struct bulk_record *c,
                       const struct bulk_verdict *v) {
    const char *text = v->text.len ? v->text.p : "";
    size_t len = v->text.len;
    uint64_t line = bulk_input_line(r->in, c->at);
    enum errclass class = class_of(text, len);
    r->errors++;
    count_reply(r, text, len);
    if (!join_row(r, c, class, line)) {
        begin_line(r, c, line);
        add_command(r, c);
        if (v->inside)
            buf_addf(&r->lines,
                     "%llu error%s in its reply, the first: ", (unsigned long long)v->inside,
                     v->inside > 1 ? "s" : "");
        add_reply(r, text, len < TEXT_SHOWN ? len : TEXT_SHOWN);
        end_line(r);
    }
    if (!v->inside && class != ERRCLASS_EXECABORT) keep(r, c); /* EXEC alone is of no use */
    stop_if_due(r, text, len);
}

void bulk_report_bad(struct bulk_report *r, const struct bulk_record *c) {
    uint64_t line = bulk_input_line(r->in, c->at);
    struct err e = {.code = VK_EPARSE};
    buf_clear(&r->scratch);
    int code = bulk_encode(r->encoder, c, bulk_input_bytes(r->in, c->at), &r->scratch, &e);
    r->errors++;
    r->unsent_errors++;
    if (r->stop != BULK_STOP_STATE) end_row(r);
    count_kind(r, code == VK_ESTATE ? "refused" : "input", code == VK_ESTATE ? 7 : 5);
    begin_line(r, c, line);
    safe_add(&r->lines, e.text, strlen(e.text), false);
    end_line(r);
    keep(r, c);
    stop_if_due(r, e.text, strlen(e.text));
}

void bulk_report_close(struct bulk_report *r) {
    struct err e;
    end_row(r);
    if (r->file && file_out_commit(r->file, &e) < 0 && bulk_report_stop(r, BULK_STOP_FILE))
        r->why = e;
    r->file = NULL;
    bulk_report_flush(r);
}
