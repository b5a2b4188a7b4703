/* SPDX-License-Identifier: BSD-3-Clause */
/* Where the commands of a load come from: standard input, watched as far as it is wanted. */
#include <unistd.h>

#include "bulk_impl.h"
#include "io/signal.h"
#include "ui/amount.h"

enum { TEXT_MAX = 64 };

static void on_input(void *arg, unsigned events) {
    struct bulk *b = arg;
    (void)events;
    if (!b->in.ended && bulk_input_read(&b->in, &b->broken) == 0) b->starving = false;
}

static bool begin(struct bulk *b) {
    int code = bulk_input_begin(&b->in, &b->broken);
    if (code > 0) code = bulk_encode_begin(&b->encoder, b->opts->tmpl, &b->in, &b->broken);
    if (code == 0 && !b->encoder.csv) return false;
    if (code == 0) code = bulk_report_open(&b->report, &b->broken);
    b->begun = code == 0;
    return b->begun;
}

bool bulk_at_end(const struct bulk *b) {
    return b->broken.code || (b->in.ended && b->starving);
}

enum bulk_taken bulk_take(struct bulk *b, struct bulk_record *r, struct buf *out) {
    struct err why;
    if (b->broken.code) return BULK_NONE;
    while (b->begun || begin(b)) {
        int code = bulk_input_next(&b->in, r, &b->broken);
        b->starving = code == 0;
        if (code <= 0) return BULK_NONE;
        code = bulk_encode(&b->encoder, r, bulk_input_bytes(&b->in, r->at), out, &why);
        if (code) return code > 0 ? BULK_COMMAND : BULK_BAD;
    }
    b->starving = true;
    return BULK_NONE;
}

struct bulk_point bulk_point_of(struct bulk *b, uint64_t at) {
    uint64_t read = bulk_input_bytes_read(&b->in);
    return (struct bulk_point){at < read ? at : read, bulk_input_line(&b->in, at)};
}

bool bulk_is_stopping(const struct bulk *b) {
    return b->report.stop != BULK_RUNS;
}

static void show_progress(struct bulk *b) {
    uint64_t errors = b->report.errors;
    uint64_t at = bulk_input_offset(&b->in), from = b->opts->resume_at;
    struct buf text;
    buf_init(&text, TEXT_MAX);
    amount_add_count(&text, errors);
    buf_addf(&text, " error%s", errors == 1 ? "" : "s");
    progress_at(&b->progress, at > from ? at - from : 0, errors ? buf_cstr(&text) : NULL);
    buf_release(&text);
}

void bulk_turn(struct bulk *b, bool wanted, int64_t until_ns) {
    bool reads = wanted && b->starving && !b->in.ended && !b->broken.code;
    loop_mask(b->run->loop, b->watch, reads ? LOOP_READ : 0);
    bulk_report_flush(&b->report);
    if (b->progress.shown) show_progress(b);
    if (b->run->wire.cluster)
        wire_turn(&b->run->wire, until_ns);
    else
        loop_turn(b->run->loop, until_ns);
    if (signal_stop()) bulk_report_stop(&b->report, BULK_STOP_SIGNAL);
}

int bulk_watch(struct bulk *b, struct err *e) {
    return loop_add(b->run->loop, STDIN_FILENO, 0, on_input, b, &b->watch, e);
}
