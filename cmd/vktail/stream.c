/* SPDX-License-Identifier: BSD-3-Clause */
/* See stream.h. */
#include "stream.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "tail.h"

enum { US_PER_MS = 1000 };
#define FIELDS_MAX ((size_t)1 << 26)

void stream_release(struct stream *s) {
    free(s->acks);
    *s = (struct stream){0};
}

/* ---- ids ---- */

bool stream_id_take(struct stream_id *id, const struct reply *r) {
    const char *dash = r && r->p ? memchr(r->p, '-', r->len) : NULL;
    if (!dash) return false;
    size_t head = (size_t)(dash - r->p);
    return str_to_u64(r->p, head, &id->ms) == 0 &&
           str_to_u64(dash + 1, r->len - head - 1, &id->seq) == 0;
}

int stream_id_compare(const struct stream_id *a, const struct stream_id *b) {
    if (a->ms != b->ms) return a->ms < b->ms ? -1 : 1;
    return a->seq == b->seq ? 0 : a->seq < b->seq ? -1 : 1;
}

const char *stream_id_text(const struct stream_id *id, char text[STREAM_ID_TEXT]) {
    snprintf(text, STREAM_ID_TEXT, "%" PRIu64 "-%" PRIu64, id->ms, id->seq);
    return text;
}

int64_t stream_time(const struct stream_id *id) {
    int64_t now_us = clock_wall_us();
    bool sane = id->ms > (uint64_t)1000000000 * 1000 && id->ms < (uint64_t)now_us;
    return sane ? (int64_t)id->ms * US_PER_MS : now_us;
}

/* ---- entries ---- */

static void owe_ack(struct stream *s, const struct stream_id *id) {
    if (s->n_acks == s->cap_acks) {
        s->cap_acks = s->cap_acks ? 2 * s->cap_acks : 64;
        s->acks = mem_realloc(s->acks, (size_t)s->cap_acks, sizeof *s->acks);
    }
    stream_id_text(id, s->acks[s->n_acks++]);
}

void stream_acknowledged(struct stream *s, int k) {
    s->n_acks -= k;
    memmove(s->acks, s->acks + k, (size_t)s->n_acks * sizeof *s->acks);
}

/* A deleted entry that is still pending comes without fields. */
static struct event_text *take_fields(const struct reply *fields, size_t *n) {
    *n = fields && fields->child && fields->n > 0 ? (size_t)fields->n : 0;
    if (*n > FIELDS_MAX) *n = 0;
    struct event_text *out = mem_alloc((*n + 1) * sizeof *out);
    const struct reply *r = *n ? fields->child : NULL;
    for (size_t i = 0; i < *n; i++, r = r->next)
        out[i] = r->p ? (struct event_text){r->p, r->len} : (struct event_text){"", 0};
    return out;
}

static bool show(struct stream *s, const struct node *n, const struct reply *entry, bool acks) {
    const struct reply *id = reply_at(entry, 0);
    struct stream_id at;
    if (!stream_id_take(&at, id)) return false;
    size_t n_fields;
    struct event_text *fields = take_fields(reply_at(entry, 1), &n_fields);
    struct event ev = {.kind = EVENT_ENTRY,
                       .node = n->number,
                       .time_us = stream_time(&at),
                       .key = {s->key, strlen(s->key)},
                       .id = {id->p, id->len},
                       .fields = fields,
                       .n_fields = n_fields};
    tail_take(s->tail, &ev);
    free(fields);
    if (stream_id_compare(&at, &s->last) > 0) s->last = at;
    s->from = at;
    if (acks) owe_ack(s, &at);
    return true;
}

int stream_show(struct stream *s, const struct node *n, const struct reply *entries,
                bool newest_first, bool acks) {
    size_t count = entries && entries->child ? (size_t)entries->n : 0;
    int shown = 0;
    const struct reply **list = mem_alloc((count + 1) * sizeof(struct reply *));
    const struct reply *r = count ? entries->child : NULL;
    for (size_t i = 0; i < count; i++, r = r->next)
        list[newest_first ? count - 1 - i : i] = r;
    for (size_t i = 0; i < count && !s->tail->done && !s->tail->closing; i++)
        shown += show(s, n, list[i], acks);
    free(list);
    return shown;
}
