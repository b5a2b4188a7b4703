/* SPDX-License-Identifier: BSD-3-Clause */
/* See doctor_report.h. For people, what several nodes have in common is said once, with the
 * evidence of the first; programs get every finding. */
#include "doctor_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "doctor_read.h"
#include "io/tty.h"
#include "shell.h"
#include "ui/jsonw.h"
#include "ui/width.h"

enum { INDENT = 10, WIDTH_MOST = 100, LINES_MOST = 40, NAMES_SHOWN = 3, TEXT_MAX = 1 << 16 };

static const char *const words[] = {
    [JUDGE_NOTE] = "note", [JUDGE_WARNING] = "warning", [JUDGE_CRITICAL] = "critical"};

struct page {
    struct run *run;
    const struct judge_facts *facts;
    const struct judge_report *all;
    int columns;
    bool colour;
};

/* ---- lines ---- */

/* A label, and text beside it in as many lines as it takes. */
static void put(struct page *p, const char *colour, const char *label, const char *text) {
    struct buf lines, *out = &p->run->out;
    buf_init(&lines, TEXT_MAX);
    width_wrap(&lines, text, p->columns - INDENT, LINES_MOST);
    const char *at = buf_cstr(&lines), *end = at + lines.len;
    for (bool first = true; at < end; first = false) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t len = (size_t)((stop ? stop : end) - at);
        if (first && p->colour) buf_adds(out, colour);
        buf_addf(out, "%-*s", INDENT, first ? label : "");
        if (first && p->colour && *colour) buf_adds(out, "\x1b[0m");
        buf_add(out, at, len);
        buf_addc(out, '\n');
        at += len + 1;
    }
    buf_release(&lines);
}

static const char *colour_of(enum judge_severity s) {
    return s == JUDGE_CRITICAL ? "\x1b[1;31m" : s == JUDGE_WARNING ? "\x1b[1;33m" : "\x1b[36m";
}

/* ---- a finding ---- */

static bool is_same(const struct judge_finding *a, const struct judge_finding *b) {
    return a->severity == b->severity && a->check == b->check && !strcmp(a->says, b->says);
}

static bool was_shown(const struct page *p, size_t i) {
    for (size_t k = 0; k < i; k++)
        if (is_same(&p->all->findings[k], &p->all->findings[i])) return true;
    return false;
}

/* "10.0.0.1:6379, 10.0.0.2:6379 and 4 more: " where there is more than one node to tell apart. */
static void add_names(struct buf *text, const struct page *p, size_t i) {
    int shown = 0, more = 0;
    if (p->facts->n == 1 || p->all->findings[i].node < 0) return;
    for (size_t k = i; k < p->all->n; k++) {
        const struct judge_finding *f = &p->all->findings[k];
        if (!is_same(f, &p->all->findings[i])) continue;
        if (shown < NAMES_SHOWN)
            buf_addf(text, "%s%s", shown ? ", " : "", p->facts->nodes[f->node].name);
        else
            more++;
        shown++;
    }
    if (more) buf_addf(text, " and %d more", more);
    buf_adds(text, ": ");
}

/* "name\tvalue\n" lines as "name: value, name: value". */
static void add_evidence(struct buf *text, const char *evidence) {
    for (const char *p = evidence; *p;) {
        size_t line = strcspn(p, "\n"), name = strcspn(p, "\t");
        bool empty = line == name + 1;
        buf_addf(text, "%s%.*s: %.*s", text->len ? ", " : "", (int)name, p,
                 empty ? 2 : (int)(line - name - 1), empty ? "''" : p + name + 1);
        p += line + 1;
    }
}

static void put_finding(struct page *p, size_t i) {
    const struct judge_finding *f = &p->all->findings[i];
    struct buf text;
    buf_init(&text, TEXT_MAX);
    add_names(&text, p, i);
    buf_adds(&text, f->says);
    put(p, colour_of(f->severity), words[f->severity], buf_cstr(&text));
    buf_clear(&text);
    add_evidence(&text, f->evidence);
    if (text.len) put(p, "\x1b[2m", "  seen", buf_cstr(&text));
    if (*f->advice) put(p, "\x1b[2m", "  do", f->advice);
    buf_addc(&p->run->out, '\n');
    buf_release(&text);
}

/* ---- what was not looked at ---- */

/* The checks that a node's missing source keeps from being made. */
static void add_checks(struct buf *text, enum judge_source s) {
    const struct judge_rule *rule;
    bool first = true;
    for (size_t i = 0; (rule = judge_rule(i)); i++) {
        if (rule->together || !(rule->needs & 1u << s)) continue;
        buf_addf(text, "%s%s", first ? "" : ", ", rule->name);
        first = false;
    }
}

static void put_skipped(struct page *p) {
    struct buf text;
    bool any = false;
    buf_init(&text, TEXT_MAX);
    for (int i = 0; i < p->facts->n; i++) {
        const struct judge_node *n = &p->facts->nodes[i];
        for (int s = 0; s < JUDGE_SOURCES; s++) {
            if (n->read[s] || !n->skipped[s][0]) continue;
            any = true;
            buf_clear(&text);
            if (p->facts->n > 1) buf_addf(&text, "%s: ", n->name);
            buf_addf(&text, "%s (%s): ", doctor_read_source((enum judge_source)s), n->skipped[s]);
            add_checks(&text, (enum judge_source)s);
            put(p, "\x1b[2m", "skipped", buf_cstr(&text));
        }
    }
    if (any) buf_addc(&p->run->out, '\n');
    buf_release(&text);
}

/* ---- the sum ---- */

static int count(const struct page *p, enum judge_severity s) {
    int n = 0;
    for (size_t i = 0; i < p->all->n; i++)
        n += p->all->findings[i].severity == s && !was_shown(p, i);
    return n;
}

static void add_count(struct buf *out, int n, const char *word, const char *before) {
    buf_addf(out, "%s%d %s%s", before, n, word, n == 1 ? "" : "s");
}

static void put_sum(struct page *p) {
    struct buf text;
    size_t checks = 0;
    while (judge_rule(checks))
        checks++;
    buf_init(&text, TEXT_MAX);
    add_count(&text, p->facts->n, "node", "");
    add_count(&text, (int)checks, "check", ", ");
    buf_addf(&text, ": %d critical", count(p, JUDGE_CRITICAL));
    add_count(&text, count(p, JUDGE_WARNING), "warning", ", ");
    add_count(&text, count(p, JUDGE_NOTE), "note", ", ");
    width_wrap(&p->run->out, buf_cstr(&text), p->columns, LINES_MOST);
    buf_release(&text);
}

void doctor_report_text(struct run *r, const struct judge_facts *f,
                        const struct judge_report *all) {
    struct page p = {.run = r, .facts = f, .all = all, .colour = shell_fits(r->opts)};
    p.columns = r->opts->tty ? tty_columns(STDOUT_FILENO) - 1 : WIDTH_MOST;
    if (p.columns > WIDTH_MOST) p.columns = WIDTH_MOST;
    if (p.columns < 2 * INDENT) p.columns = 2 * INDENT;
    for (size_t i = 0; i < all->n; i++)
        if (!was_shown(&p, i)) put_finding(&p, i);
    put_skipped(&p);
    put_sum(&p);
}

/* ---- JSON ---- */

static void add_node(struct buf *out, const struct judge_facts *f, int node) {
    if (node < 0)
        jsonw_none(out, "node");
    else
        jsonw_text(out, "node", f->nodes[node].name);
}

/* A name may come twice: a list of objects it is. */
static void json_evidence(struct buf *out, const char *evidence) {
    char name[128], value[1024];
    jsonw_array(out, "evidence");
    for (const char *p = evidence; *p;) {
        size_t line = strcspn(p, "\n"), tab = strcspn(p, "\t");
        snprintf(name, sizeof name, "%.*s", (int)tab, p);
        snprintf(value, sizeof value, "%.*s", (int)(line - tab - 1), p + tab + 1);
        jsonw_separate(out);
        buf_addc(out, '{');
        jsonw_text(out, "name", name);
        jsonw_text(out, "value", value);
        buf_addc(out, '}');
        p += line + 1;
    }
    buf_addc(out, ']');
}

static void json_finding(struct buf *out, const struct judge_facts *f,
                         const struct judge_finding *one) {
    jsonw_separate(out);
    buf_addc(out, '{');
    jsonw_text(out, "severity", words[one->severity]);
    jsonw_text(out, "check", one->check);
    add_node(out, f, one->node);
    jsonw_text(out, "says", one->says);
    json_evidence(out, one->evidence);
    jsonw_text(out, "advice", one->advice);
    buf_addc(out, '}');
}

static void json_checked(struct buf *out, const struct judge_facts *f) {
    const struct judge_rule *rule;
    jsonw_array(out, "checked");
    for (size_t i = 0; (rule = judge_rule(i)); i++) {
        bool any = rule->together;
        for (int k = 0; k < f->n; k++)
            any |= !f->nodes[k].silent[0] && judge_applies(rule, &f->nodes[k]);
        if (any) jsonw_element(out, rule->name);
    }
    buf_addc(out, ']');
}

static void json_skipped(struct buf *out, const struct judge_facts *f) {
    const struct judge_rule *rule;
    jsonw_array(out, "skipped");
    for (int i = 0; i < f->n; i++) {
        for (int s = 0; s < JUDGE_SOURCES; s++) {
            const struct judge_node *n = &f->nodes[i];
            if (n->read[s] || !n->skipped[s][0]) continue;
            jsonw_separate(out);
            buf_addc(out, '{');
            add_node(out, f, i);
            jsonw_text(out, "source", doctor_read_source((enum judge_source)s));
            jsonw_text(out, "why", n->skipped[s]);
            jsonw_array(out, "checks");
            for (size_t k = 0; (rule = judge_rule(k)); k++)
                if (!rule->together && rule->needs & 1u << s) jsonw_element(out, rule->name);
            buf_adds(out, "]}");
        }
    }
    buf_addc(out, ']');
}

void doctor_report_json(struct run *r, const struct judge_facts *f,
                        const struct judge_report *all) {
    struct buf *out = &r->out;
    buf_addc(out, '{');
    jsonw_text(out, "worst", all->n ? words[all->findings[0].severity] : "none");
    jsonw_array(out, "nodes");
    for (int i = 0; i < f->n; i++)
        jsonw_element(out, f->nodes[i].name);
    buf_addc(out, ']');
    jsonw_array(out, "findings");
    for (size_t i = 0; i < all->n; i++)
        json_finding(out, f, &all->findings[i]);
    buf_addc(out, ']');
    json_checked(out, f);
    json_skipped(out, f);
    buf_adds(out, "}\n");
}
