/* SPDX-License-Identifier: BSD-3-Clause */
/* Records of dump files written out in words, so that what was read can be compared with what was
 * written; and a reading of a whole file, in windows. For test_dumpfile and fuzz_dumpfile. */
#ifndef TESTS_UNIT_DUMPFILE_CASES_H
#define TESTS_UNIT_DUMPFILE_CASES_H

#include <stdlib.h>
#include <string.h>

#include "core/dumpfile.h"
#include "resp/quote.h"

static inline void say_text(struct buf *to, struct dumpfile_text t) {
    buf_addc(to, ' ');
    resp_quote_add(to, t.p, t.len);
}

/* One line with all that a record holds. */
static inline void say_record(struct buf *to, const struct dumpfile_record *r) {
    const struct dumpfile_header *h = &r->header;
    const struct dumpfile_key *k = &r->key;
    buf_addf(to, "%d", (int)r->kind);
    if (r->kind == DUMPFILE_HEADER) {
        buf_addf(to, " %lld %lu", (long long)h->time_ms, (unsigned long)h->db);
        say_text(to, h->program);
        say_text(to, h->server);
        say_text(to, h->source);
    } else if (r->kind == DUMPFILE_KEY) {
        buf_addf(to, " %lld %lld %d", (long long)k->expire_ms, (long long)k->idle_s, k->freq);
        say_text(to, k->key);
        say_text(to, k->payload);
    }
    buf_addc(to, '\n');
}

/* All records of a file that comes in windows of so many bytes, each in memory of its own. What
 * dumpfile_next or, at the end, dumpfile_finish returned. */
static inline int say_file(struct buf *to, struct dumpfile_reader *r, const char *p, size_t len,
                           size_t window, struct err *e) {
    struct dumpfile_record record;
    for (size_t at = 0; at < len; at += window) {
        size_t n = len - at < window ? len - at : window;
        char *piece = mem_alloc(n);
        int code;
        memcpy(piece, p + at, n);
        dumpfile_feed(r, piece, n);
        while ((code = dumpfile_next(r, &record, e)) == 1)
            say_record(to, &record);
        free(piece);
        if (code < 0) return code;
    }
    return dumpfile_finish(r, e);
}

#endif
