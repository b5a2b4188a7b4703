/* SPDX-License-Identifier: BSD-3-Clause */
/* Error replies, counted by their first word. When nothing but errors has come for a while, nothing
 * else will. */
#include <stdio.h>
#include <string.h>

#include "prune_impl.h"

enum { HOPELESS = 1000 };

static struct prune_kind *kind_of(struct prune_done *d, const char *text, size_t len) {
    char word[sizeof d->kinds[0].word];
    const char *blank = memchr(text, ' ', len);
    size_t n = blank ? (size_t)(blank - text) : len;
    if (n >= sizeof word) n = sizeof word - 1;
    memcpy(word, text, n);
    word[n] = 0;
    for (int i = 0; i < d->n_kinds; i++)
        if (!strcmp(d->kinds[i].word, word)) return &d->kinds[i];
    if (d->n_kinds == PRUNE_KINDS) return &d->kinds[PRUNE_KINDS - 1];
    struct prune_kind *k = &d->kinds[d->n_kinds++];
    *k = (struct prune_kind){.n = 0};
    memcpy(k->word, word, sizeof word);
    snprintf(k->text, sizeof k->text, "%.*s", (int)(len < sizeof k->text ? len : sizeof k->text),
             text);
    return k;
}

void prune_error_note(struct prune *p, const char *text, size_t len, uint64_t keys) {
    struct prune_done *d = &p->done;
    kind_of(d, text, len)->n += keys;
    if (!d->failed) d->first_class = errclass_of_reply(text, len);
    d->failed += keys;
    if (d->changed || d->untouched || d->failed < HOPELESS || p->stopped.code) return;
    err_set(&p->stopped, VK_ESERVER, "nothing but errors: %s", d->kinds[0].text);
    sweep_stop(p->sweep);
}
