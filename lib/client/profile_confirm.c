/* SPDX-License-Identifier: BSD-3-Clause */
/* See profile_confirm.h. */
#include "client/profile_confirm.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "io/tty.h"

enum { ANSWER_MAX = 4097 };

static bool is_answer(const struct profile *p, const struct buf *b) {
    size_t from = 0, to = b->len;
    while (to && strchr(" \t\r", b->p[to - 1]))
        to--;
    while (from < to && strchr(" \t", b->p[from]))
        from++;
    const char *answer = b->len ? b->p + from : "";
    size_t len = to - from;
    if (p->environment == PROFILE_PRODUCTION)
        return len == strlen(p->name) && !memcmp(answer, p->name, len);
    return str_ieq(answer, len, "y") || str_ieq(answer, len, "yes");
}

int profile_confirm(const struct profile *p, const char *to_do, struct err *e) {
    char question[PROFILE_NAME_MAX + 100];
    struct buf answer;
    if (p->environment == PROFILE_PRODUCTION)
        snprintf(question, sizeof question, "type %s to %s: ", p->name, to_do);
    else
        snprintf(question, sizeof question, "%s? [y/N] ", to_do);
    buf_init(&answer, ANSWER_MAX);
    int code = tty_ask(question, &answer, e);
    bool yes = code == 0 && is_answer(p, &answer);
    buf_release(&answer);
    if (code < 0) return code;
    return yes ? 0 : err_set(e, VK_ECANCEL, "not confirmed");
}
