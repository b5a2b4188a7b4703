/* SPDX-License-Identifier: BSD-3-Clause */
/* The forms, one file each. */
#ifndef VKTAIL_FORM_IMPL_H
#define VKTAIL_FORM_IMPL_H

#include "form.h"

void form_plain(const struct form *f, const struct event *ev, struct buf *out);
void form_payload(const struct form *f, const struct event *ev, struct buf *out);

#endif
