/* SPDX-License-Identifier: BSD-3-Clause */
/* A load into a cluster: each command to the node of its key, redirects followed by the library, so
 * replies come in another order than the commands went. They are told in the input's order all the
 * same. */
#include <stdlib.h>

#include "base/clock.h"
#include "bulk_impl.h"

enum {
    FLIGHT = 1 << 14,     /* a power of 2 */
    LOW = FLIGHT / 2,     /* below it new ones are added: many at once are cheaper for all */
    KEPT_BYTES = 1 << 16, /* room that a seat keeps for the next command */
};

enum seat_state {
    SEAT_WAITS,
    SEAT_ANSWERED,
    SEAT_BAD,    /* not to be sent */
    SEAT_LOST,   /* no reply will come */
    SEAT_UNSENT, /* and here it is sure that nobody got it */
};

/* One command in flight; what it holds serves the next one that gets its place. */
struct seat {
    struct routed *routed;
    struct bulk_record c;
    enum seat_state state;
    struct buf resp;
    struct bulk_words words; /* of resp */
    struct bulk_verdict verdict;
};

struct routed {
    struct bulk *b;
    struct seat *ring; /* n seats from head on */
    size_t head, n, waiting;
    size_t n_bad; /* of the n */
    size_t bytes; /* of the commands in the ring */
    int64_t moved_ns;
    struct err why; /* of the first command that got no reply */
};

static struct seat *seat_at(const struct routed *d, size_t i) {
    return &d->ring[(d->head + i) & (FLIGHT - 1)];
}

static void on_reply(void *arg, int code, const struct resp_event *ev) {
    struct seat *s = arg;
    struct routed *d = s->routed;
    if (ev) bulk_verdict_take(&s->verdict, ev);
    if (code == VK_MORE) return;
    d->waiting--;
    d->moved_ns = loop_now_ns(d->b->run->loop);
    s->state = code == 0 ? SEAT_ANSWERED : doubt_is_unsent(code) ? SEAT_UNSENT : SEAT_LOST;
    if (code == 0) return;
    if (!d->why.code) wire_why(&d->b->run->wire, code, &d->why);
    if (bulk_report_stop(&d->b->report, BULK_STOP_LOST)) d->b->report.why = d->why;
}

/* ---- in the order of the input ---- */

static void report(struct routed *d, const struct seat *s) {
    struct bulk_report *r = &d->b->report;
    if (s->state == SEAT_BAD)
        bulk_report_bad(r, &s->c);
    else if (bulk_verdict_is_good(&s->verdict))
        bulk_report_good(r, 1);
    else
        bulk_report_error(r, &s->c, &s->verdict);
}

/* Nothing but bad records is there when the load stops: they are left to --resume. */
static bool is_left(const struct routed *d) {
    return d->n == d->n_bad && bulk_is_stopping(d->b);
}

static void report_those_at_head(struct routed *d) {
    for (; d->n; d->n--) {
        const struct seat *s = seat_at(d, 0);
        if (s->state != SEAT_ANSWERED && s->state != SEAT_BAD) break;
        if (is_left(d)) break;
        report(d, s);
        d->n_bad -= s->state == SEAT_BAD;
        d->bytes -= s->resp.len;
        d->head = (d->head + 1) & (FLIGHT - 1);
    }
    bulk_input_drop(&d->b->in, d->n ? seat_at(d, 0)->c.at : bulk_input_offset(&d->b->in));
}

/* ---- commands ---- */

static void submit(struct routed *d, struct seat *s) {
    struct err e;
    bulk_encode_words(&s->words, s->resp.p, s->resp.len);
    s->state = SEAT_WAITS;
    d->waiting++;
    int code =
        wire_submit(&d->b->run->wire, s->words.argc, s->words.argv, s->words.lens, on_reply, s, &e);
    if (code < 0) on_reply(s, code, NULL);
}

static bool has_room(const struct routed *d) {
    return d->n < FLIGHT && d->bytes < BULK_WINDOW_BYTES;
}

static void fill(struct routed *d) {
    if (d->n > LOW) return;
    while (!bulk_is_stopping(d->b) && has_room(d)) {
        struct seat *s = seat_at(d, d->n);
        if (s->resp.cap > KEPT_BYTES) buf_release(&s->resp);
        buf_clear(&s->resp);
        bulk_verdict_clear(&s->verdict);
        enum bulk_taken taken = bulk_take(d->b, &s->c, &s->resp);
        if (taken == BULK_NONE) return;
        if (!d->waiting) d->moved_ns = clock_now_ns();
        d->n++;
        d->bytes += s->resp.len;
        s->state = SEAT_BAD;
        d->n_bad += taken == BULK_BAD;
        if (taken == BULK_COMMAND) submit(d, s);
    }
}

/* ---- the loop ---- */

static bool is_over(const struct routed *d) {
    if (d->waiting) return false;
    return bulk_is_stopping(d->b) || (!d->n && bulk_at_end(d->b));
}

/* When to wait no longer; -1 = never. */
static int64_t patience(const struct routed *d, int64_t grace_ns) {
    if (grace_ns >= 0) return grace_ns;
    if (!d->waiting || !d->b->opts->timeout_s) return -1;
    return d->moved_ns + d->b->opts->timeout_s * CLOCK_NS_PER_S;
}

static void give_up(struct routed *d) {
    struct err e;
    err_set(&e, VK_ETIMEOUT, "no reply for %lld s", (long long)d->b->opts->timeout_s);
    if (bulk_report_stop(&d->b->report, BULK_STOP_TIMEOUT)) d->b->report.why = e;
    wire_cancel(&d->b->run->wire);
}

/* More could be sent at once. */
static bool can_take(const struct routed *d) {
    return d->n <= LOW && has_room(d) && !d->b->starving && !bulk_is_stopping(d->b) &&
           !bulk_at_end(d->b);
}

static void loop_until_over(struct routed *d) {
    struct bulk *b = d->b;
    int64_t grace_ns = -1;
    while (!is_over(d)) {
        fill(d);
        report_those_at_head(d);
        if (is_over(d)) break;
        int64_t until = patience(d, grace_ns), drawn = clock_now_ns() + CLOCK_NS_PER_S / 5;
        if (b->progress.shown && (until < 0 || until > drawn)) until = drawn;
        if (can_take(d)) until = 0;
        bulk_turn(b, has_room(d) && !bulk_is_stopping(b), until);
        if (b->report.stop == BULK_STOP_SIGNAL && grace_ns < 0)
            grace_ns = clock_now_ns() + BULK_GRACE_S * CLOCK_NS_PER_S;
        until = patience(d, grace_ns);
        if (until >= 0 && clock_now_ns() >= until) give_up(d);
    }
}

/* Behind the first that got no reply some were answered, and some may never have left. */
static void account(struct routed *d) {
    struct bulk *b = d->b;
    report_those_at_head(d);
    uint64_t behind = bulk_input_offset(&b->in);
    size_t n = is_left(d) ? 0 : d->n;
    b->resume = bulk_point_of(b, d->n ? seat_at(d, 0)->c.at : behind);
    b->behind = b->resume;
    for (size_t i = 0; i < n; i++) {
        const struct seat *s = seat_at(d, i);
        b->early += s->state == SEAT_ANSWERED && bulk_verdict_is_good(&s->verdict);
        b->in_doubt += s->state == SEAT_LOST;
        if (s->state == SEAT_UNSENT && !b->gaps) b->behind = bulk_point_of(b, s->c.at);
        b->gaps |= s->state == SEAT_UNSENT;
        if (s->state == SEAT_ANSWERED || s->state == SEAT_BAD) report(d, s);
    }
    if (n && !b->gaps) b->behind = bulk_point_of(b, behind);
}

static void release(struct routed *d) {
    for (int i = 0; i < FLIGHT; i++) {
        buf_release(&d->ring[i].resp);
        buf_release(&d->ring[i].verdict.text);
        bulk_encode_words_release(&d->ring[i].words);
    }
    free(d->ring);
}

void bulk_routed(struct bulk *b) {
    struct routed d = {.b = b, .ring = mem_zalloc(FLIGHT, sizeof *d.ring)};
    for (int i = 0; i < FLIGHT; i++) {
        d.ring[i].routed = &d;
        buf_init(&d.ring[i].resp, SIZE_MAX / 2);
        bulk_verdict_init(&d.ring[i].verdict);
    }
    loop_until_over(&d);
    account(&d);
    release(&d);
}
