/* SPDX-License-Identifier: BSD-3-Clause */
/* See form.h. */
#include "form.h"

#include "form_impl.h"

bool form_needs_arguments(const struct form *f) {
    return f->kind == FORM_JSON || f->kind == FORM_PRETTY;
}

void form_put(struct form *f, const struct event *ev, struct buf *out) {
    switch (f->kind) {
    case FORM_PRETTY: form_pretty(f, ev, out); break;
    case FORM_JSON: form_json(f, ev, out); break;
    case FORM_PLAIN: form_plain(f, ev, out); break;
    case FORM_PAYLOAD: form_payload(f, ev, out); break;
    }
}
