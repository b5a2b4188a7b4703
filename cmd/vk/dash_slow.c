/* SPDX-License-Identifier: BSD-3-Clause */
/* See dash_slow.h. */
#include "dash_slow.h"

#include <stdio.h>
#include <string.h>

#include "base/safe.h"
#include "core/redact.h"
#include "resp/read.h"

enum { WORDS_MAX = 64, SAFE_BYTES = 1 << 16 };

#define DURATION_MOST_US (INT64_MAX / 1000) /* what nanoseconds can tell */

/* The words of the command, as far as there is room. */
static void put_words(struct buf *out, const struct reply *words) {
    const char *argv[WORDS_MAX];
    size_t lens[WORDS_MAX];
    bool secret[WORDS_MAX] = {false};
    int argc = 0;
    for (const struct reply *w = words->child; w && argc < WORDS_MAX; w = w->next) {
        argv[argc] = w->p ? w->p : "";
        lens[argc++] = w->p ? w->len : 0;
    }
    if (argc) redact_words(argc, argv, lens, secret);
    for (int i = 0; i < argc && out->len < DASH_SLOW_TEXT; i++) {
        if (i) buf_addc(out, ' ');
        if (secret[i])
            buf_adds(out, REDACT_TEXT);
        else
            safe_add(out, lens[i] ? argv[i] : "\"\"", lens[i] ? lens[i] : 2, false);
    }
}

/* A cut never leaves the half of a character. */
static void keep(char text[DASH_SLOW_TEXT], const struct buf *from) {
    size_t n = from->len < DASH_SLOW_TEXT ? from->len : DASH_SLOW_TEXT - 1;
    while (n && n < from->len && ((unsigned char)from->p[n] & 0xc0) == 0x80)
        n--;
    if (n) memcpy(text, from->p, n);
    text[n] = 0;
}

/* [id, time, microseconds, [word...], client, name] */
static bool take_entry(struct dash_slow_entry *e, const struct reply *r) {
    const struct reply *id = reply_at(r, 0), *time = reply_at(r, 1), *took = reply_at(r, 2),
                       *words = reply_at(r, 3);
    struct buf text;
    if (!words || words->type != RESP_ARRAY) return false;
    if (id->type != RESP_INT || time->type != RESP_INT || took->type != RESP_INT) return false;
    *e = (struct dash_slow_entry){.id = id->n,
                                  .time_s = time->n > 0 ? time->n : 0,
                                  .duration_us =
                                      took->n < DURATION_MOST_US ? took->n : DURATION_MOST_US};
    buf_init(&text, SAFE_BYTES);
    put_words(&text, words);
    keep(e->command, &text);
    buf_release(&text);
    return true;
}

void dash_slow_take(struct dash_slow *s, const struct reply *r) {
    s->n = 0;
    s->refused = resp_read_is_error(r->type);
    if (s->refused) {
        snprintf(s->why, sizeof s->why, "%.*s", (int)(r->len < 119 ? r->len : 119), r->p);
        return;
    }
    if (r->type != RESP_ARRAY) return;
    for (const struct reply *e = r->child; e && s->n < DASH_SLOW_ENTRIES; e = e->next)
        if (e->type == RESP_ARRAY && take_entry(&s->entries[s->n], e)) s->n++;
}

static bool is_newer(const struct dash_slow_entry *a, const struct dash_slow_entry *b) {
    return a->time_s != b->time_s ? a->time_s > b->time_s : a->id > b->id;
}

/* Insertion: there are few, and no more than max are kept. */
int dash_slow_merge(const struct dash_slow *const *servers, int n, struct dash_slow_place *out,
                    int max) {
    int count = 0;
    for (int i = 0; i < n; i++) {
        for (int k = 0; servers[i] && k < servers[i]->n; k++) {
            const struct dash_slow_entry *e = &servers[i]->entries[k];
            int at = count;
            while (at > 0 && is_newer(e, out[at - 1].entry))
                at--;
            if (at >= max) continue;
            if (count < max) count++;
            memmove(out + at + 1, out + at, (size_t)(count - at - 1) * sizeof *out);
            out[at] = (struct dash_slow_place){e, i};
        }
    }
    return count;
}
