/* SPDX-License-Identifier: BSD-3-Clause */
/* Records of capture files written out in words, so that what was read can be compared with what
 * was written; and a reading of a whole stream, in windows. For test_capture and fuzz_capture. */
#ifndef TESTS_UNIT_CAPTURE_CASES_H
#define TESTS_UNIT_CAPTURE_CASES_H

#include "core/capture.h"
#include "resp/quote.h"

static inline void say_text(struct buf *to, struct capture_text t) {
    buf_addc(to, ' ');
    resp_quote_add(to, t.p, t.len);
}

/* One line with all that a record holds. */
static inline void say_record(struct buf *to, const struct capture_record *r) {
    const struct monitor_event *ev = &r->command;
    buf_addf(to, "%d %d %lld %lld %llu", (int)r->kind, r->node, (long long)r->time_us,
             (long long)r->from_us, (unsigned long long)r->count);
    say_text(to, r->program);
    say_text(to, r->channel);
    say_text(to, r->pattern);
    say_text(to, r->text);
    buf_addf(to, " [%lld %d %d", (long long)ev->time_us, ev->db, (int)ev->origin);
    say_text(to, (struct capture_text){ev->addr, ev->addr_len});
    for (int i = 0; i < ev->argc; i++)
        say_text(to, (struct capture_text){ev->argv[i], ev->lens[i]});
    buf_adds(to, "]\n");
}

/* All records of a window. 0, or what capture_next returned. */
static inline int say_window(struct buf *to, struct capture_reader *r, const char *p, size_t n,
                             struct err *e) {
    struct capture_record record;
    int rc;
    capture_feed(r, p, n);
    while ((rc = capture_next(r, &record, e)) == 1)
        say_record(to, &record);
    return rc;
}

#endif
