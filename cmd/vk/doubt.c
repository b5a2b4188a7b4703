/* SPDX-License-Identifier: BSD-3-Clause */
/* See doubt.h. */
#include "doubt.h"

#include <stdlib.h>

#include "base/msg.h"
#include "base/safe.h"
#include "base/str.h"
#include "core/hazard.h"
#include "core/redact.h"

enum { SHOWN_MAX = 4096, WORD_BYTES = 40, LINE_BYTES = 80 };

void doubt_init(struct doubt *d) {
    *d = (struct doubt){.n = 0};
    buf_init(&d->text, SHOWN_MAX);
}

void doubt_release(struct doubt *d) {
    buf_release(&d->text);
}

void doubt_clear(struct doubt *d) {
    struct buf text = d->text;
    buf_clear(&text);
    *d = (struct doubt){.text = text};
}

bool doubt_is_unsent(int code) {
    return code == VK_ESTATE || code == VK_ECONNECT || code == VK_EAUTH || code == VK_ESERVER ||
           code == VK_EUSAGE;
}

static bool ends_transaction(const struct doubt_command *c) {
    return c->argc && str_ieq(c->argv[0], c->lens[0], "EXEC");
}

void doubt_note(struct doubt *d, int code, const struct doubt_command *c) {
    if (doubt_is_unsent(code)) {
        if (!d->unsent_line) d->unsent_line = c->line;
        return;
    }
    if (d->n++) return;
    const struct command_info *info = command_find(NULL, c->argc, c->argv, c->lens);
    d->line = c->line;
    d->writes = ends_transaction(c) || hazard_to_reader(info, c->argc, c->argv, c->lens);
    d->queued = c->in_transaction && !ends_transaction(c);
    doubt_show(&d->text, c->argc, c->argv, c->lens);
}

void doubt_tell(const struct doubt *d, bool interrupted) {
    const char *text = d->text.len ? d->text.p : "";
    int len = (int)d->text.len;
    if (!d->n || (interrupted && !d->writes)) return;
    if (d->queued)
        msg_warn("no reply to '%.*s': it was part of the transaction", len, text);
    else if (d->writes)
        msg_warn("no reply to '%.*s': it may or may not have been applied, and is not sent again",
                 len, text);
    else
        msg_warn("no reply to '%.*s': it changes nothing, so it may be sent again", len, text);
}

void doubt_show(struct buf *out, int argc, const char *const *argv, const size_t *lens) {
    bool *secret = mem_zalloc((size_t)argc + 1, sizeof *secret);
    size_t limit = out->len + LINE_BYTES;
    redact_words(argc, argv, lens, secret);
    for (int i = 0; i < argc; i++) {
        if (i) buf_addc(out, ' ');
        if (out->len > limit) {
            buf_adds(out, "...");
            break;
        }
        if (secret[i])
            buf_adds(out, REDACT_TEXT);
        else
            safe_add(out, argv[i], lens[i] < WORD_BYTES ? lens[i] : WORD_BYTES, false);
        if (!secret[i] && lens[i] > WORD_BYTES) buf_adds(out, "...");
    }
    free(secret);
}
