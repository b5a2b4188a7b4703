/* SPDX-License-Identifier: BSD-3-Clause */
/* What all views draw with. */
#include "ui/view_impl.h"

bool view_more_wanted(const struct view_pen *v) {
    bool due = v->o->flush && v->out->len >= VIEW_FLUSH_BYTES;
    if (due && v->o->flush(v->o->flush_arg)) v->out->over = true;
    return !v->out->over;
}
