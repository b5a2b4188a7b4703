/* SPDX-License-Identifier: BSD-3-Clause */
/* What is sent, as text: the words of each command with blanks between and a '|' behind the last.
 */
#ifndef TESTS_UNIT_RESP_WORDS_H
#define TESTS_UNIT_RESP_WORDS_H

#include "resp/read.h"
#include "tests/unit/t.h"

static inline void resp_words(const char *p, size_t n, struct buf *out) {
    struct resp_reader r;
    struct resp_event ev;
    int code;
    bool first = true;
    resp_read_init(&r, NULL);
    resp_read_feed(&r, p, n);
    while ((code = resp_read_next(&r, &ev)) == 1) {
        if (ev.kind == RESP_VALUE) {
            if (!first) buf_addc(out, ' ');
            buf_add(out, ev.p, ev.len);
            first = false;
        }
        if (!ev.done) continue;
        buf_addc(out, '|');
        first = true;
    }
    CHECK_EQ(code, 0);
    CHECK(resp_read_at_start(&r));
    resp_read_release(&r);
}

#endif
