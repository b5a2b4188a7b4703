/* SPDX-License-Identifier: BSD-3-Clause */
/* What an out-of-band message is. Looks at a tree only; the shape of what a hostile server sends is
 * checked here, once, so that those who take the values need not. */
#include "core/push.h"

static const struct kind_row {
    const char *name;
    enum push_kind kind;
    int64_t n; /* values, the name included */
} kinds[] = {
    {"message", PUSH_MESSAGE, 3},           {"pmessage", PUSH_PMESSAGE, 4},
    {"smessage", PUSH_SMESSAGE, 3},         {"invalidate", PUSH_INVALIDATE, 2},
    {"subscribe", PUSH_SUBSCRIBE, 3},       {"psubscribe", PUSH_PSUBSCRIBE, 3},
    {"ssubscribe", PUSH_SSUBSCRIBE, 3},     {"unsubscribe", PUSH_UNSUBSCRIBE, 3},
    {"punsubscribe", PUSH_PUNSUBSCRIBE, 3}, {"sunsubscribe", PUSH_SUNSUBSCRIBE, 3},
};

enum push_kind push_classify(const struct reply *r) {
    if (r->type != RESP_PUSH && r->type != RESP_ARRAY) return PUSH_NONE;
    bool push = r->type == RESP_PUSH;
    for (size_t i = 0; r->child && i < sizeof kinds / sizeof *kinds; i++) {
        const struct kind_row *row = &kinds[i];
        if (r->n != row->n || !reply_is(r->child, row->name)) continue;
        if (row->kind != PUSH_INVALIDATE || push) return row->kind;
    }
    return push ? PUSH_OTHER : PUSH_NONE;
}

int64_t push_count(const struct reply *r) {
    enum push_kind kind = push_classify(r);
    if (kind < PUSH_SUBSCRIBE || kind > PUSH_SUNSUBSCRIBE) return -1;
    const struct reply *last = reply_at(r, 2);
    return last && last->type == RESP_INT && last->n >= 0 ? last->n : -1;
}
