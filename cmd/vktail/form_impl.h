/* SPDX-License-Identifier: BSD-3-Clause */
/* The forms, one file each, and what they share. */
#ifndef VKTAIL_FORM_IMPL_H
#define VKTAIL_FORM_IMPL_H

#include "form.h"

enum { FORM_US_PER_S = 1000000 };

void form_plain(const struct form *f, const struct event *ev, struct buf *out);
void form_payload(const struct form *f, const struct event *ev, struct buf *out);
void form_json(const struct form *f, const struct event *ev, struct buf *out);
void form_pretty(struct form *f, const struct event *ev, struct buf *out);

/* Microseconds as seconds with six decimals: 1339518083.107412. */
void form_seconds(struct buf *out, int64_t us);
/* Where a command is from, as MONITOR says it: "127.0.0.1:60866", "unix:/path", "lua". */
void form_origin(struct buf *out, const struct monitor_event *c);

#endif
