/* SPDX-License-Identifier: BSD-3-Clause */
/* What several forms write alike. See form_impl.h. */
#include "base/str.h"
#include "form_impl.h"

void form_seconds(struct buf *out, int64_t us) {
    char micros[STR_INT_MAX];
    if (us < 0) {
        buf_addc(out, '-');
        us = -us;
    }
    str_put_i64(micros, FORM_US_PER_S + us % FORM_US_PER_S);
    buf_addi(out, us / FORM_US_PER_S);
    *micros = '.';
    buf_add(out, micros, 7);
}

void form_origin(struct buf *out, const struct monitor_event *c) {
    if (c->origin == MONITOR_LUA) buf_adds(out, "lua");
    if (c->origin == MONITOR_UNIX) buf_adds(out, "unix:");
    if (c->addr_len) buf_add(out, c->addr, c->addr_len);
}
