/* SPDX-License-Identifier: BSD-3-Clause */
/* See progress.h. */
#include "progress.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/safe.h"
#include "io/file.h"
#include "io/tty.h"
#include "ui/amount.h"

enum { LINE_MAX_BYTES = 512, EVERY_MS = 200, FIRST_MS = 300, ECHO_COLUMNS = 2 /* "^C" */ };

/* What a narrow terminal goes without, one after the other; the rate and the time left stay. */
enum brevity { WHOLE, NO_VERB, NO_TOTAL, NO_DONE, NO_EXTRA };

void progress_begin(struct progress *p, const char *verb, uint64_t total, bool bytes) {
    *p = (struct progress){
        .verb = verb, .shown = tty_is(STDERR_FILENO), .bytes = bytes, .total = total};
    p->begun_ns = clock_now_ns();
    p->drawn_ns = p->begun_ns + (FIRST_MS - EVERY_MS) * CLOCK_NS_PER_MS; /* not for a short job */
}

static void write_line(const char *text, size_t n) {
    struct err ignored;
    if (file_write_fd(STDERR_FILENO, text, n, &ignored) < 0) { /* nobody is left to see it */
    }
}

static void add_amount(struct buf *line, const struct progress *p, uint64_t n) {
    if (p->bytes)
        amount_add_bytes(line, n);
    else
        amount_add_count(line, n);
}

static void add_share(struct buf *line, const struct progress *p, uint64_t done,
                      enum brevity brevity) {
    double share = done < p->total ? (double)done / (double)p->total : 1;
    if (brevity < NO_TOTAL) {
        buf_adds(line, " of ");
        add_amount(line, p, p->total);
    }
    buf_addf(line, brevity < NO_DONE ? " (%d %%)" : "%d %%", (int)(100 * share));
}

static void compose(struct buf *line, const struct progress *p, uint64_t done, int64_t now,
                    const char *extra, enum brevity brevity) {
    double seconds = (double)(now - p->begun_ns) / (double)CLOCK_NS_PER_S;
    double rate = seconds > 0 ? (double)done / seconds : 0;
    buf_clear(line);
    if (brevity < NO_VERB) buf_addf(line, "%s ", p->verb);
    if (brevity < NO_DONE || !p->total) add_amount(line, p, done);
    if (p->total) add_share(line, p, done, brevity);
    buf_adds(line, ", ");
    add_amount(line, p, (uint64_t)rate);
    buf_adds(line, "/s");
    if (p->total > done && rate >= 1) {
        buf_adds(line, ", ");
        amount_add_time(line, (int64_t)((double)(p->total - done) / rate * 1e9));
        buf_adds(line, " left");
    }
    if (extra && brevity < NO_EXTRA) buf_addf(line, ", %s", extra);
}

void progress_at(struct progress *p, uint64_t done, const char *extra) {
    struct buf line, shown;
    if (!p->shown) return;
    int64_t now = clock_now_ns();
    if (now - p->drawn_ns < EVERY_MS * CLOCK_NS_PER_MS) return;
    p->drawn_ns = now;
    buf_init(&line, LINE_MAX_BYTES);
    buf_init(&shown, 4 * LINE_MAX_BYTES);
    int columns = tty_columns(STDERR_FILENO) - 1 - ECHO_COLUMNS;
    size_t room = columns > 0 ? (size_t)columns : 0;
    compose(&line, p, done, now, extra, WHOLE);
    for (int b = NO_VERB; line.len > room && b <= NO_EXTRA; b++)
        compose(&line, p, done, now, extra, (enum brevity)b);
    size_t n = line.len < room ? line.len : room;
    buf_adds(&shown, "\r");
    safe_add(&shown, line.p, n, false);
    buf_adds(&shown, "\033[K");
    write_line(shown.p, shown.len);
    p->on_line = true;
    buf_release(&line);
    buf_release(&shown);
}

void progress_clear(struct progress *p) {
    static const char clear[] = "\r\033[K";
    if (p->on_line) write_line(clear, sizeof clear - 1);
    p->on_line = false;
}
