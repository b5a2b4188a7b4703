/* SPDX-License-Identifier: BSD-3-Clause */
/* --doctor's judgement as a pure function: facts that servers told of themselves in, findings out.
 * The rules stand in tables, judge_memory.c and its kin; a rule looks only at what it names as its
 * sources, and is skipped on a node where one of them could not be read. */
#ifndef VK_JUDGE_H
#define VK_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "resp/reply.h"

/* ---- facts ---- */

enum judge_source {
    JUDGE_INFO,
    JUDGE_CONFIG, /* "name:value" lines, as INFO's */
    JUDGE_CLIENTS,
    JUDGE_ACL, /* a user a line */
    JUDGE_CLUSTER_INFO,
    JUDGE_CLUSTER_NODES,
    JUDGE_SLOWLOG,
    JUDGE_LATENCY,
    JUDGE_CERTIFICATE,
    JUDGE_SOURCES,
};

struct judge_slow {
    int64_t at_s, us;
    char words[64]; /* the command and its first argument */
};

struct judge_spike {
    char event[32];
    int64_t at_s, last_ms, max_ms;
};

enum { JUDGE_SLOW_MAX = 128, JUDGE_SPIKES_MAX = 64, JUDGE_WHY_MAX = 200 };

struct judge_node {
    char name[256];
    int64_t now_s;              /* by this machine's clock */
    char silent[JUDGE_WHY_MAX]; /* why it could not be reached, or gave no answer; "" = it did */
    int silent_code;            /* VK_E... of that */
    bool read[JUDGE_SOURCES];
    char skipped[JUDGE_SOURCES][JUDGE_WHY_MAX];  /* why it was not read; "" also when it does not
                                                    apply to this server */
    struct reply texts[JUDGE_CLUSTER_NODES + 1]; /* their p and len alone, borrowed */
    struct judge_slow slow[JUDGE_SLOW_MAX];
    int n_slow;
    struct judge_spike spikes[JUDGE_SPIKES_MAX];
    int n_spikes;
    int tls_port;
    int64_t cert_from_s, cert_to_s;
};

struct judge_facts {
    struct judge_node *nodes;
    int n;
};

/* ---- findings ---- */

enum judge_severity { JUDGE_NOTE, JUDGE_WARNING, JUDGE_CRITICAL };

struct judge_finding {
    enum judge_severity severity;
    const char *check;    /* the rule's name */
    int node;             /* of the facts; -1 = of all together */
    const char *says;     /* one line */
    const char *evidence; /* "name\tvalue\n" lines */
    const char *advice;   /* what to do */
};

struct judge_report {
    struct arena arena; /* owns the texts */
    struct judge_finding *findings;
    size_t n, cap;
};

struct judge_case;

struct judge_rule {
    const char *name; /* "maxmemory" */
    unsigned needs;   /* 1 << enum judge_source, all of them */
    bool together;    /* once, for all nodes */
    void (*look)(struct judge_case *c);
};

/* Sorted: the worst first, then as the nodes stand. To be released. */
void judge_all(const struct judge_facts *f, struct judge_report *out);
void judge_release(struct judge_report *r);
/* The i-th rule; NULL behind the last. */
const struct judge_rule *judge_rule(size_t i);
/* Could the rule be applied to the node? True also where it makes no sense (no cluster). */
bool judge_applies(const struct judge_rule *rule, const struct judge_node *node);

#endif
