/* SPDX-License-Identifier: BSD-3-Clause */
/* What several forms write alike. See form_impl.h. */
#include "base/str.h"
#include "form_impl.h"

void form_seconds(struct buf *out, int64_t us) {
    char text[STR_INT_MAX + 8];
    bool negative = us < 0;
    if (negative) us = -us;
    text[0] = '-';
    size_t n = negative + str_put_i64(text + negative, us / FORM_US_PER_S);
    text[n] = '.';
    int micros = (int)(us % FORM_US_PER_S);
    for (size_t i = n + 6; i > n; i--, micros /= 10)
        text[i] = (char)('0' + micros % 10);
    buf_add(out, text, n + 7);
}

void form_origin(struct buf *out, const struct monitor_event *c) {
    if (c->origin == MONITOR_LUA) buf_adds(out, "lua");
    if (c->origin == MONITOR_UNIX) buf_adds(out, "unix:");
    if (c->addr_len) buf_add(out, c->addr, c->addr_len);
}
