/* SPDX-License-Identifier: BSD-3-Clause */
/* See redaction.h. Nearly all commands are let through by their name alone. */
#include "redaction.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/redact.h"

enum { LINE_MAX_BYTES = 1 << 30, FIRST_CAP = 64 };

void redaction_init(struct redaction *r) {
    *r = (struct redaction){0};
    buf_init(&r->line, LINE_MAX_BYTES);
}

void redaction_release(struct redaction *r) {
    free(r->argv);
    free(r->lens);
    free(r->secret);
    buf_release(&r->line);
}

/* The name stands in quotes behind the first bracket that closes in front of a blank and a quote,
 * as core/monitor reads it. */
bool redaction_passes(struct event_text line) {
    const char *p = line.p, *end = line.p + line.len;
    while ((p = memchr(p, ']', (size_t)(end - p))) && (end - p < 3 || p[1] != ' ' || p[2] != '"'))
        if (++p == end) return false;
    const char *quote = p ? memchr(p + 3, '"', (size_t)(end - p) - 3) : NULL;
    return quote && !redact_may(p + 3, (size_t)(quote - p) - 3);
}

static void reserve(struct redaction *r, int n) {
    if (n <= r->cap) return;
    r->cap = n < FIRST_CAP ? FIRST_CAP : n;
    r->argv = mem_realloc(r->argv, (size_t)r->cap, sizeof *r->argv);
    r->lens = mem_realloc(r->lens, (size_t)r->cap, sizeof *r->lens);
    r->secret = mem_realloc(r->secret, (size_t)r->cap, sizeof *r->secret);
}

/* Where arguments begin and end is not to be told: all of them go. */
static void cut_line(struct redaction *r, struct event *ev) {
    struct monitor_event head = ev->command->ev;
    head.argc = 1;
    buf_clear(&r->line);
    monitor_put(&r->line, &head);
    buf_adds(&r->line, " " REDACT_TEXT);
    ev->line = (struct event_text){r->line.p, r->line.len};
    ev->command = NULL;
}

void redaction_apply(struct redaction *r, struct event *ev) {
    if (!ev->command) return;
    struct monitor_event *c = &ev->command->ev;
    if (!c->argc || !redact_may(c->argv[0], c->lens[0])) return;
    if (monitor_args(ev->command, INT_MAX) < 0) {
        cut_line(r, ev);
        return;
    }
    reserve(r, c->argc);
    if (!redact_words(c->argc, c->argv, c->lens, r->secret)) return;
    for (int i = 0; i < c->argc; i++) {
        r->argv[i] = r->secret[i] ? REDACT_TEXT : c->argv[i];
        r->lens[i] = r->secret[i] ? strlen(REDACT_TEXT) : c->lens[i];
    }
    c->argv = r->argv;
    c->lens = r->lens;
    ev->line = (struct event_text){0};
}
