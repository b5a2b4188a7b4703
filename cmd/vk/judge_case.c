/* SPDX-License-Identifier: BSD-3-Clause */
/* See judge_case.h. */
#include "judge_case.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "core/info.h"
#include "ui/amount.h"

enum { VALUE_MAX = 512 };

#define REAL_MOST 1e12

/* ---- facts ---- */

bool judge_case_text(const struct judge_case *c, const char *name, char *out, size_t cap) {
    static const enum judge_source order[] = {JUDGE_INFO, JUDGE_CONFIG, JUDGE_CLUSTER_INFO};
    out[0] = 0;
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        if (c->node->read[order[i]] && info_field(&c->node->texts[order[i]], name, out, cap))
            return true;
    return false;
}

bool judge_case_is(const struct judge_case *c, const char *name, const char *value) {
    char text[VALUE_MAX];
    return judge_case_text(c, name, text, sizeof text) && !strcmp(text, value);
}

int64_t judge_case_within(int64_t n) {
    return n > JUDGE_MOST ? JUDGE_MOST : n < -JUDGE_MOST ? -JUDGE_MOST : n;
}

int64_t judge_case_int(const struct judge_case *c, const char *name) {
    char text[VALUE_MAX];
    int64_t n;
    if (!judge_case_text(c, name, text, sizeof text)) return 0;
    return str_to_i64(text, strlen(text), &n) < 0 ? 0 : judge_case_within(n);
}

double judge_case_real(const struct judge_case *c, const char *name) {
    char text[VALUE_MAX];
    double v;
    if (!judge_case_text(c, name, text, sizeof text)) return 0;
    if (str_to_double(text, strlen(text), &v) < 0 || isnan(v)) return 0;
    return v > REAL_MOST ? REAL_MOST : v < -REAL_MOST ? -REAL_MOST : v;
}

bool judge_case_line(const struct judge_case *c, enum judge_source source, size_t *at,
                     const char **line, size_t *len) {
    const struct reply *text = &c->node->texts[source];
    if (!c->node->read[source] || *at >= text->len) return false;
    *line = text->p + *at;
    const char *end = memchr(*line, '\n', text->len - *at);
    *len = end ? (size_t)(end - *line) : text->len - *at;
    *at += *len + 1;
    if (*len && (*line)[*len - 1] == '\r') --*len;
    return true;
}

int64_t judge_case_now(const struct judge_case *c) {
    int64_t us = judge_case_int(c, "server_time_usec");
    return us > 0 ? us / 1000000 : c->node->now_s;
}

/* ---- findings ---- */

static char *keep(struct judge_case *c, const char *before, const char *text) {
    struct buf all;
    buf_init(&all, (size_t)1 << 16);
    if (before) buf_adds(&all, before);
    buf_adds(&all, text);
    char *kept = arena_dup(&c->report->arena, all.p ? all.p : "", all.len);
    buf_release(&all);
    return kept;
}

static void grow(struct judge_report *r) {
    if (r->n < r->cap) return;
    r->cap = r->cap ? 2 * r->cap : 16;
    r->findings = mem_realloc(r->findings, r->cap, sizeof *r->findings);
}

void judge_case_find(struct judge_case *c, enum judge_severity s, const char *fmt, ...) {
    char text[VALUE_MAX];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    grow(c->report);
    c->finding = &c->report->findings[c->report->n++];
    *c->finding = (struct judge_finding){.severity = s,
                                         .check = c->rule->name,
                                         .node = c->rule->together ? -1 : c->number,
                                         .says = keep(c, NULL, text),
                                         .evidence = keep(c, NULL, ""),
                                         .advice = keep(c, NULL, "")};
}

static void one_line(char *text) {
    for (char *p = text; *p; p++)
        if (*p == '\n' || *p == '\t') *p = ' ';
}

void judge_case_evidence(struct judge_case *c, const char *name, const char *fmt, ...) {
    char text[VALUE_MAX], line[VALUE_MAX + 128];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    int at = snprintf(line, sizeof line, "%.100s", name);
    one_line(line);
    one_line(text);
    snprintf(line + at, sizeof line - (size_t)at, "\t%s\n", text);
    c->finding->evidence = keep(c, c->finding->evidence, line);
}

void judge_case_fields(struct judge_case *c, const char *const *names) {
    char text[VALUE_MAX];
    for (; *names; names++)
        if (judge_case_text(c, *names, text, sizeof text))
            judge_case_evidence(c, *names, "%s", text);
}

void judge_case_advise(struct judge_case *c, const char *fmt, ...) {
    char text[2 * VALUE_MAX];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    c->finding->advice = keep(c, NULL, text);
}

/* ---- amounts ---- */

static const char *take(char text[JUDGE_AMOUNT_CAP], struct buf *b) {
    snprintf(text, JUDGE_AMOUNT_CAP, "%s", buf_cstr(b));
    buf_release(b);
    return text;
}

const char *judge_case_bytes(char text[JUDGE_AMOUNT_CAP], int64_t bytes) {
    struct buf b;
    buf_init(&b, JUDGE_AMOUNT_CAP);
    amount_add_bytes(&b, bytes > 0 ? (uint64_t)bytes : 0);
    return take(text, &b);
}

const char *judge_case_us(char text[JUDGE_AMOUNT_CAP], int64_t us) {
    struct buf b;
    buf_init(&b, JUDGE_AMOUNT_CAP);
    amount_add_time(&b, us <= 0 ? 0 : us < INT64_MAX / 1000 ? us * 1000 : INT64_MAX);
    return take(text, &b);
}

const char *judge_case_seconds(char text[JUDGE_AMOUNT_CAP], int64_t seconds) {
    int64_t most = INT64_MAX / 1000000;
    return judge_case_us(text, seconds <= 0 ? 0 : seconds < most ? seconds * 1000000 : INT64_MAX);
}
