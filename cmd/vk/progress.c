/* SPDX-License-Identifier: BSD-3-Clause */
/* See progress.h. */
#include "progress.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/safe.h"
#include "io/file.h"
#include "io/tty.h"
#include "ui/amount.h"

enum { LINE_MAX_BYTES = 512, EVERY_MS = 200, FIRST_MS = 300 };

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

static void compose(struct buf *line, const struct progress *p, uint64_t done, int64_t now,
                    const char *extra) {
    double seconds = (double)(now - p->begun_ns) / (double)CLOCK_NS_PER_S;
    double rate = seconds > 0 ? (double)done / seconds : 0;
    buf_addf(line, "%s ", p->verb);
    add_amount(line, p, done);
    if (p->total) {
        double share = done < p->total ? (double)done / (double)p->total : 1;
        buf_adds(line, " of ");
        add_amount(line, p, p->total);
        buf_addf(line, " (%d %%)", (int)(100 * share));
    }
    buf_adds(line, ", ");
    add_amount(line, p, (uint64_t)rate);
    buf_adds(line, "/s");
    if (p->total > done && rate >= 1) {
        buf_adds(line, ", ");
        amount_add_time(line, (int64_t)((double)(p->total - done) / rate * 1e9));
        buf_adds(line, " left");
    }
    if (extra) buf_addf(line, ", %s", extra);
}

void progress_at(struct progress *p, uint64_t done, const char *extra) {
    struct buf line, shown;
    if (!p->shown) return;
    int64_t now = clock_now_ns();
    if (now - p->drawn_ns < EVERY_MS * CLOCK_NS_PER_MS) return;
    p->drawn_ns = now;
    buf_init(&line, LINE_MAX_BYTES);
    buf_init(&shown, 4 * LINE_MAX_BYTES);
    compose(&line, p, done, now, extra);
    size_t room = (size_t)tty_columns(STDERR_FILENO) - 1, n = line.len < room ? line.len : room;
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
