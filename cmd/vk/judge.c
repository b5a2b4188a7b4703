/* SPDX-License-Identifier: BSD-3-Clause */
/* See judge.h. */
#include "judge.h"

#include <stdlib.h>

#include "judge_case.h"

static const struct judge_rule *const tables[] = {
    judge_replication_rules, judge_cluster_rules, judge_persistence_rules, judge_memory_rules,
    judge_clients_rules,     judge_speed_rules,   judge_security_rules,
};

enum { TABLES = sizeof tables / sizeof *tables };

const struct judge_rule *judge_rule(size_t i) {
    for (int t = 0; t < TABLES; t++)
        for (const struct judge_rule *r = tables[t]; r->name; r++)
            if (i-- == 0) return r;
    return NULL;
}

bool judge_applies(const struct judge_rule *rule, const struct judge_node *node) {
    for (int i = 0; i < JUDGE_SOURCES; i++)
        if (rule->needs & 1u << i && !node->read[i]) return !node->skipped[i][0];
    return true;
}

static bool has_all(const struct judge_rule *rule, const struct judge_node *node) {
    for (int i = 0; i < JUDGE_SOURCES; i++)
        if (rule->needs & 1u << i && !node->read[i]) return false;
    return true;
}

static void apply(const struct judge_rule *rule, const struct judge_facts *f,
                  struct judge_report *out) {
    struct judge_case c = {.facts = f, .rule = rule, .report = out};
    for (int i = 0; i < f->n; i++) {
        c.node = &f->nodes[i];
        c.number = i;
        if (!rule->together && has_all(rule, c.node)) rule->look(&c);
    }
    if (rule->together && f->n) rule->look(&c);
}

/* Insertion: what is equally bad keeps its order. */
static void sort(struct judge_report *r) {
    for (size_t i = 1; i < r->n; i++) {
        struct judge_finding one = r->findings[i];
        size_t k = i;
        for (; k > 0 && r->findings[k - 1].severity < one.severity; k--)
            r->findings[k] = r->findings[k - 1];
        r->findings[k] = one;
    }
}

void judge_all(const struct judge_facts *f, struct judge_report *out) {
    const struct judge_rule *rule;
    *out = (struct judge_report){0};
    arena_init(&out->arena);
    for (size_t i = 0; (rule = judge_rule(i)); i++)
        apply(rule, f, out);
    sort(out);
}

void judge_release(struct judge_report *r) {
    arena_release(&r->arena);
    free(r->findings);
    *r = (struct judge_report){0};
}
