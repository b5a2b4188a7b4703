/* SPDX-License-Identifier: BSD-3-Clause */
/* The cluster as each node sees it, and what nodes should have in common. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "core/slots.h"
#include "judge_case.h"

enum { WORDS_MAX = 8, RANGES_SHOWN = 8, HIGH_BIT = 8 };

static void silent(struct judge_case *c) {
    for (int i = 0; i < c->facts->n; i++) {
        const struct judge_node *n = &c->facts->nodes[i];
        if (!n->silent[0]) continue;
        judge_case_find(c, JUDGE_CRITICAL, "the node does not answer");
        c->finding->node = i;
        judge_case_evidence(c, n->name, "%s", n->silent);
        judge_case_advise(c, "is it running, and in reach from here?");
    }
}

/* ---- CLUSTER INFO ---- */

static void state(struct judge_case *c) {
    if (!judge_case_is(c, "cluster_state", "fail")) return;
    judge_case_find(c, JUDGE_CRITICAL,
                    "the cluster is down as this node sees it: commands are "
                    "refused");
    JUDGE_FIELDS(c, "cluster_state", "cluster_slots_assigned", "cluster_slots_ok",
                 "cluster_slots_pfail", "cluster_slots_fail", "cluster_known_nodes",
                 "cluster-require-full-coverage");
    judge_case_advise(c, "bring the failed primaries or their replicas back (CLUSTER FAILOVER "
                         "TAKEOVER on a replica as the last resort)");
}

/* ---- CLUSTER NODES ---- */

/* "ID ADDRESS FLAGS PRIMARY PING PONG EPOCH LINK SLOT..." */
struct row {
    const char *word[WORDS_MAX];
    size_t len[WORDS_MAX];
    const char *slots;
    size_t slots_len;
};

enum { ID, ADDRESS, FLAGS, PRIMARY };

static bool next_row(const struct judge_case *c, size_t *at, struct row *row) {
    const char *p;
    size_t len;
    if (!judge_case_line(c, JUDGE_CLUSTER_NODES, at, &p, &len)) return false;
    *row = (struct row){0};
    const char *end = p + len;
    for (int i = 0; i < WORDS_MAX && p < end; i++) {
        const char *blank = memchr(p, ' ', (size_t)(end - p));
        row->word[i] = p;
        row->len[i] = (size_t)((blank ? blank : end) - p);
        p = blank ? blank + 1 : end;
    }
    row->slots = p;
    row->slots_len = (size_t)(end - p);
    return true;
}

static bool has_flag(const struct row *row, const char *flag) {
    size_t len = strlen(flag);
    const char *p = row->word[FLAGS], *end = p + row->len[FLAGS];
    for (; p && p < end; p += strcspn(p, ", ") + 1)
        if ((size_t)(end - p) >= len && !memcmp(p, flag, len) && (p + len == end || p[len] == ','))
            return true;
    return false;
}

static int address_len(const struct row *row) {
    const char *at = row->word[ADDRESS] ? memchr(row->word[ADDRESS], '@', row->len[ADDRESS]) : NULL;
    return (int)(at ? (size_t)(at - row->word[ADDRESS]) : row->len[ADDRESS]);
}

static void failing(struct judge_case *c) {
    struct row row;
    for (size_t at = 0; next_row(c, &at, &row);) {
        bool fails = has_flag(&row, "fail"), suspect = has_flag(&row, "fail?");
        if (!fails && !suspect) continue;
        judge_case_find(
            c, fails && has_flag(&row, "master") && row.slots_len ? JUDGE_CRITICAL : JUDGE_WARNING,
            fails ? "this node takes %.*s for failed" : "this node suspects %.*s",
            address_len(&row), row.word[ADDRESS]);
        judge_case_evidence(c, "flags", "%.*s", (int)row.len[FLAGS], row.word[FLAGS]);
        judge_case_advise(c, "start it again, or CLUSTER FORGET %.*s on all nodes",
                          (int)row.len[ID], row.word[ID]);
    }
}

/* Mark the slots of "0-5460 5462 [93->-...]". */
static void mark(unsigned char *covered, const struct row *row) {
    const char *p = row->slots, *end = p + row->slots_len;
    while (p < end) {
        const char *blank = memchr(p, ' ', (size_t)(end - p)), *stop = blank ? blank : end;
        const char *dash = memchr(p, '-', (size_t)(stop - p));
        int64_t from, to;
        bool range = str_to_i64(p, (size_t)((dash ? dash : stop) - p), &from) == 0;
        to = from = range ? from : -1;
        if (range && dash && str_to_i64(dash + 1, (size_t)(stop - dash - 1), &to) < 0)
            range = false;
        for (int64_t s = from; range && s >= 0 && s <= to && s < SLOTS_COUNT; s++)
            covered[s] = 1;
        p = stop + 1;
    }
}

static void add_ranges(struct judge_case *c, const unsigned char *covered) {
    char text[256];
    size_t n = 0;
    int shown = 0;
    for (int s = 0, end; s < SLOTS_COUNT; s = end) {
        for (end = s; end < SLOTS_COUNT && covered[end] == covered[s];)
            end++;
        if (covered[s]) continue;
        if (++shown > RANGES_SHOWN) break;
        n += (size_t)snprintf(text + n, sizeof text - n, end - s > 1 ? "%s%d-%d" : "%s%d",
                              n ? " " : "", s, end - 1);
    }
    judge_case_evidence(c, "slots", "%s%s", text, shown > RANGES_SHOWN ? " ..." : "");
}

static void coverage(struct judge_case *c) {
    unsigned char covered[SLOTS_COUNT] = {0};
    struct row row;
    int n = 0;
    for (size_t at = 0; next_row(c, &at, &row);)
        mark(covered, &row);
    for (int s = 0; s < SLOTS_COUNT; s++)
        n += covered[s];
    if (n == SLOTS_COUNT) return;
    judge_case_find(c, JUDGE_CRITICAL, "%d slot%s belong%s to nobody", SLOTS_COUNT - n,
                    SLOTS_COUNT - n == 1 ? "" : "s", SLOTS_COUNT - n == 1 ? "s" : "");
    add_ranges(c, covered);
    JUDGE_FIELDS(c, "cluster_slots_assigned", "cluster-require-full-coverage");
    judge_case_advise(c, "CLUSTER ADDSLOTSRANGE FROM TO on the node that is to have them, or "
                         "valkey-cli --cluster fix");
}

static void open_slots(struct judge_case *c) {
    struct row row;
    for (size_t at = 0; next_row(c, &at, &row);) {
        const char *p = has_flag(&row, "myself") ? memchr(row.slots, '[', row.slots_len) : NULL;
        if (!p) continue;
        judge_case_find(c, JUDGE_NOTE, "slots are on their way to or from this node");
        judge_case_evidence(c, "slots", "%.*s", (int)(row.slots + row.slots_len - p), p);
        judge_case_advise(c,
                          "if nobody moves them now: valkey-cli --cluster fix, or CLUSTER SETSLOT "
                          "SLOT STABLE");
    }
}

static bool has_replica(const struct judge_case *c, const struct row *primary) {
    struct row row;
    for (size_t at = 0; next_row(c, &at, &row);)
        if (row.len[PRIMARY] == primary->len[ID] && !has_flag(&row, "fail") &&
            !memcmp(row.word[PRIMARY], primary->word[ID], primary->len[ID]))
            return true;
    return false;
}

static void lonely(struct judge_case *c) {
    struct row row;
    for (size_t at = 0; next_row(c, &at, &row);) {
        if (!has_flag(&row, "myself") || !has_flag(&row, "master") || !row.slots_len) continue;
        if (has_replica(c, &row)) continue;
        judge_case_find(c, JUDGE_WARNING, "the primary has no replica: when it ends, its slots do");
        judge_case_evidence(c, "slots", "%.*s", (int)(row.slots_len < 100 ? row.slots_len : 100),
                            row.slots);
        judge_case_advise(c, "on another node: CLUSTER REPLICATE %.*s", (int)row.len[ID],
                          row.word[ID]);
    }
}

/* ---- what nodes should have in common ---- */

static struct judge_case at_node(const struct judge_case *c, int i) {
    struct judge_case other = *c;
    other.node = &c->facts->nodes[i];
    return other;
}

static bool differs(const struct judge_case *c, const char *field) {
    char first[128] = "", text[128];
    for (int i = 0; i < c->facts->n; i++) {
        struct judge_case other = at_node(c, i);
        if (!judge_case_text(&other, field, text, sizeof text)) continue;
        if (*first && strcmp(first, text) != 0) return true;
        snprintf(first, sizeof first, "%s", text);
    }
    return false;
}

static void tell_all(struct judge_case *c, const char *field) {
    char text[128];
    for (int i = 0; i < c->facts->n; i++) {
        struct judge_case other = at_node(c, i);
        if (judge_case_text(&other, field, text, sizeof text))
            judge_case_evidence(c, c->facts->nodes[i].name, "%s:%s", field, text);
    }
}

static void versions(struct judge_case *c) {
    const char *field = differs(c, "valkey_version") ? "valkey_version" : "redis_version";
    if (!differs(c, field)) return;
    judge_case_find(c, JUDGE_WARNING, "the nodes run different versions");
    tell_all(c, field);
    judge_case_advise(c, "bring all to one version: replicas first, then fail over");
}

static void settings(struct judge_case *c) {
    static const char *const fields[] = {"maxmemory", "maxmemory_policy", "appendonly", "save"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (!differs(c, fields[i])) continue;
        judge_case_find(c, JUDGE_NOTE, "the nodes are set differently: %s", fields[i]);
        tell_all(c, fields[i]);
        judge_case_advise(c, "vk @all CONFIG SET NAME VALUE makes them the same");
    }
}

const struct judge_rule judge_cluster_rules[] = {
    {"reach", 0, true, silent},
    {"cluster state", JUDGE_NEEDS(CLUSTER_INFO), false, state},
    {"failed nodes", JUDGE_NEEDS(CLUSTER_NODES), false, failing},
    {"slot coverage", JUDGE_NEEDS(CLUSTER_NODES), false, coverage},
    {"open slots", JUDGE_NEEDS(CLUSTER_NODES), false, open_slots},
    {"replicas of primaries", JUDGE_NEEDS(CLUSTER_NODES), false, lonely},
    {"versions", JUDGE_NEEDS(INFO), true, versions},
    {"equal settings", JUDGE_NEEDS(INFO) | JUDGE_NEEDS(CONFIG), true, settings},
    {0},
};
