/* SPDX-License-Identifier: BSD-3-Clause */
/* See sweep_tell.h. */
#include "sweep_tell.h"

#include "base/msg.h"
#include "ui/amount.h"

enum { TEXT_MAX = 512, NODES_SHOWN = 8 };

void sweep_tell(const struct sweep *s, const struct fleet *f, const char *done, uint64_t n) {
    struct buf text;
    int open = 0;
    buf_init(&text, TEXT_MAX);
    buf_adds(&text, "ended early: ");
    amount_add_count(&text, n);
    buf_addf(&text, " %s %s", n == 1 ? "key" : "keys", done);
    msg_warn("%s", buf_cstr(&text));
    for (int i = 0; i < f->n; i++) {
        if (sweep_is_through(s, &f->nodes[i])) continue;
        if (open++ < NODES_SHOWN)
            msg_warn("%s: not through, at cursor %llu", f->nodes[i].name,
                     (unsigned long long)sweep_cursor(s, &f->nodes[i]));
    }
    if (open > NODES_SHOWN) msg_warn("and %d nodes more", open - NODES_SHOWN);
    buf_release(&text);
}
