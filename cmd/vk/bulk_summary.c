/* SPDX-License-Identifier: BSD-3-Clause */
/* How a load ended: the counts on standard output, for people or as JSON, and on standard error why
 * it stopped, what is in doubt, and how to go on. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/msg.h"
#include "bulk_impl.h"
#include "core/errclass.h"
#include "io/tty.h"
#include "ui/amount.h"
#include "ui/jsonw.h"

enum { TEXT_MAX = 1 << 16, EXIT_PART = 7, EXIT_LOST = 3, EXIT_SIGNAL = 130 };

struct ending {
    struct bulk *b;
    double seconds;
    uint64_t replies, bytes;
    struct bulk_point again; /* where to go on, with what may have to be sent again */
    uint64_t early;          /* behind that, and answered: would be sent again as well */
    bool unfinished;         /* something of the input is left */
};

static void find_point(struct ending *end) {
    const struct bulk *b = end->b;
    const struct bulk_report *r = &b->report;
    end->again = b->resume;
    end->early = b->early;
    if (r->stop != BULK_STOP_STATE) return;
    end->again = (struct bulk_point){r->row.at, r->row.line};
    end->early = r->row.good;
}

/* It ended before its first record was looked for: all is as it was. */
static void stay(struct bulk *b) {
    const struct options_bulk *o = b->opts;
    b->resume = (struct bulk_point){o->resume_at, o->resume_at ? o->resume_line : 1};
    b->behind = b->resume;
}

static bool is_unfinished(const struct ending *end) {
    const struct bulk *b = end->b;
    if (b->report.stop == BULK_RUNS) return false;
    if (!b->begun) return end->again.line; /* 0 = not known */
    bool left = !bulk_at_end(b) || b->behind.at < bulk_input_bytes_read(&b->in);
    return left || b->in_doubt || b->broken.code || end->again.at < b->behind.at;
}

static const char *stop_word(enum bulk_stop stop) {
    static const char *const words[] = {
        [BULK_STOP_ERROR] = "error",   [BULK_STOP_MAX] = "max-errors",
        [BULK_STOP_STATE] = "server",  [BULK_STOP_ALL] = "all-failed",
        [BULK_STOP_SIGNAL] = "signal", [BULK_STOP_INPUT] = "input",
        [BULK_STOP_LOST] = "lost",     [BULK_STOP_TIMEOUT] = "timeout",
        [BULK_STOP_FILE] = "file",
    };
    return words[stop];
}

/* ---- JSON ---- */

static void json_kinds(const struct bulk_report *r, struct buf *out) {
    jsonw_object(out, "errors_by_kind");
    for (int i = 0; i < r->n_kinds; i++)
        jsonw_count(out, r->kinds[i].name, r->kinds[i].n);
    if (r->other_kinds) jsonw_count(out, "other", r->other_kinds);
    buf_addc(out, '}');
}

static void json_point(struct buf *out, const char *name, const struct bulk_point *p) {
    jsonw_object(out, name);
    jsonw_count(out, "offset", p->at);
    jsonw_count(out, "line", p->line);
    buf_addc(out, '}');
}

static void compose_json(const struct ending *end, struct buf *out) {
    const struct bulk *b = end->b;
    const struct bulk_report *r = &b->report;
    buf_addc(out, '{');
    jsonw_count(out, "replies", end->replies);
    jsonw_count(out, "errors", r->errors);
    json_kinds(r, out);
    jsonw_count(out, "not_sent", r->unsent_errors);
    jsonw_count(out, "in_doubt", b->in_doubt);
    jsonw_count(out, "bytes", end->bytes);
    jsonw_number(out, "seconds", end->seconds);
    jsonw_number(out, "rate", end->seconds > 0 ? (double)end->replies / end->seconds : 0);
    jsonw_text(out, "format", bulk_input_format_name(b->in.format));
    if (r->stop)
        jsonw_text(out, "stopped", stop_word(r->stop));
    else
        jsonw_none(out, "stopped");
    if (r->why.code) jsonw_text(out, "reason", r->why.text);
    if (end->unfinished) {
        json_point(out, "resume", &end->again);
        json_point(out, "never_sent_from", &b->behind);
        jsonw_count(out, "answered_behind_resume", end->early);
    }
    buf_adds(out, "}\n");
}

/* ---- for people ---- */

static void add_count(struct buf *out, uint64_t n, const char *one, const char *many) {
    amount_add_count(out, n);
    buf_addf(out, " %s", n == 1 ? one : many);
}

static void add_kinds(const struct bulk_report *r, struct buf *out) {
    const char *before = " (";
    for (int i = 0; i < r->n_kinds; i++, before = ", ") {
        buf_addf(out, "%s%s ", before, r->kinds[i].name);
        amount_add_count(out, r->kinds[i].n);
    }
    if (r->other_kinds) buf_addf(out, ", other %llu", (unsigned long long)r->other_kinds);
    if (r->n_kinds) buf_addc(out, ')');
}

static void compose_text(const struct ending *end, struct buf *out) {
    const struct bulk *b = end->b;
    double rate = end->seconds > 0 ? (double)end->replies / end->seconds : 0;
    add_count(out, end->replies, "reply", "replies");
    buf_adds(out, ", ");
    add_count(out, b->report.errors, "error", "errors");
    add_kinds(&b->report, out);
    if (b->in_doubt) {
        buf_adds(out, ", ");
        amount_add_count(out, b->in_doubt);
        buf_adds(out, " in doubt");
    }
    buf_adds(out, ", ");
    amount_add_bytes(out, end->bytes);
    buf_adds(out, " in ");
    amount_add_time(out, (int64_t)(end->seconds * 1e9));
    buf_adds(out, ", ");
    amount_add_count(out, (uint64_t)rate);
    buf_adds(out, "/s\n");
}

/* ---- why it stopped, and how to go on ---- */

static void say_stop(struct bulk *b) {
    const struct bulk_report *r = &b->report;
    const char *text = r->why.text;
    switch (r->stop) {
    case BULK_STOP_ERROR: msg_warn("stopped at an error"); break;
    case BULK_STOP_MAX:
        msg_warn("stopped at %lld errors (--max-errors)", (long long)b->opts->max_errors);
        break;
    case BULK_STOP_STATE: msg_warn("stopped: the server refuses what is sent: %s", text); break;
    case BULK_STOP_ALL:
        msg_warn("stopped: all commands so far have failed (--max-errors 0 goes on)");
        break;
    case BULK_STOP_INPUT:
    case BULK_STOP_LOST:
    case BULK_STOP_TIMEOUT:
    case BULK_STOP_FILE: msg_warn("%s", text); break;
    case BULK_STOP_SIGNAL: msg_warn("interrupted"); break;
    case BULK_RUNS: break;
    }
}

static void say_doubt(const struct ending *end) {
    unsigned long long line = end->b->resume.line, n = end->b->in_doubt;
    if (n == 1)
        msg_warn("the command in line %llu was sent and not answered: it may or may not have been "
                 "applied",
                 line);
    else if (n)
        msg_warn("%llu commands from line %llu on were sent and not answered: they may or may not "
                 "have been applied",
                 n, line);
}

static void say_resume(const struct ending *end) {
    const struct bulk *b = end->b;
    const struct bulk_point *again = &end->again, *never = &b->behind;
    msg_warn("to go on from line %llu: --resume %llu:%llu%s", (unsigned long long)again->line,
             (unsigned long long)again->at, (unsigned long long)again->line,
             b->in_doubt ? " (sends them again)" : "");
    if (end->early)
        msg_warn("%llu command%s behind that succeeded, and would be sent again",
                 (unsigned long long)end->early, end->early == 1 ? "" : "s");
    if (b->in_doubt && again->at < never->at && !b->gaps)
        msg_warn("to leave them out: --resume %llu:%llu", (unsigned long long)never->at,
                 (unsigned long long)never->line);
}

/* Where the input broke off. */
static void take_broken(struct bulk *b) {
    struct err e;
    if (!b->broken.code) return;
    if (!b->in.broken) {
        if (bulk_report_stop(&b->report, BULK_STOP_INPUT)) b->report.why = b->broken;
        return;
    }
    const char *command = b->in.broken_at > bulk_input_offset(&b->in) ? "its command" : "it";
    err_set(&e, b->broken.code, "line %llu, byte %llu: %s; nothing of %s or behind was sent",
            (unsigned long long)bulk_input_line(&b->in, b->in.broken_at),
            (unsigned long long)b->in.broken_at, b->broken.text, command);
    if (bulk_report_stop(&b->report, BULK_STOP_INPUT)) b->report.why = e;
}

static int exit_code(const struct bulk *b) {
    const struct bulk_report *r = &b->report;
    int code = r->why.code;
    switch (r->stop) {
    case BULK_STOP_SIGNAL: return EXIT_SIGNAL;
    case BULK_STOP_LOST: return code == VK_ETLS ? errclass_exit_of_code(code) : EXIT_LOST;
    case BULK_STOP_TIMEOUT:
    case BULK_STOP_FILE: return errclass_exit_of_code(code);
    case BULK_STOP_INPUT:
        return code == VK_EPARSE || code == VK_ELIMIT ? EXIT_PART : errclass_exit_of_code(code);
    case BULK_STOP_STATE: return r->good ? EXIT_PART : errclass_exit(errclass_of_err(&r->why));
    default: return r->errors ? EXIT_PART : 0;
    }
}

static void say(const struct ending *end) {
    struct run *run = end->b->run;
    struct buf out;
    buf_init(&out, TEXT_MAX);
    if (run->opts->format == RENDER_JSON)
        compose_json(end, &out);
    else
        compose_text(end, &out);
    say_stop(end->b);
    say_doubt(end);
    if (end->unfinished && !tty_is(STDIN_FILENO)) say_resume(end);
    buf_add(&run->out, out.p, out.len);
    run_flush(run);
    buf_release(&out);
}

int bulk_summary(struct bulk *b) {
    const struct bulk_report *r = &b->report;
    struct ending end = {.b = b};
    end.seconds = (double)(clock_now_ns() - b->begun_ns) / (double)CLOCK_NS_PER_S;
    if (!b->begun) stay(b);
    find_point(&end);
    take_broken(b);
    bulk_report_close(&b->report);
    uint64_t read = bulk_input_bytes_read(&b->in), from = b->opts->resume_at;
    end.bytes = read > from ? read - from : 0;
    end.replies = r->good + r->errors - r->unsent_errors;
    end.unfinished = is_unfinished(&end);
    if (b->begun || !b->broken.code)
        say(&end);
    else
        msg_warn("%s", b->broken.text);
    return exit_code(b);
}
