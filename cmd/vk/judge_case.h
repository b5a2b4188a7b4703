/* SPDX-License-Identifier: BSD-3-Clause */
/* What the rules of --doctor use: fields of the facts, and findings with their evidence. For
 * judge_*.c only. */
#ifndef VK_JUDGE_CASE_H
#define VK_JUDGE_CASE_H

#include "judge.h"

#define JUDGE_MIB ((int64_t)1 << 20)
#define JUDGE_GIB ((int64_t)1 << 30)
#define JUDGE_DAY_S ((int64_t)86400)

#define JUDGE_NEEDS(source) (1u << JUDGE_##source)

struct judge_case {
    const struct judge_facts *facts;
    const struct judge_node *node;
    int number;
    const struct judge_rule *rule;
    struct judge_report *report;
    struct judge_finding *finding; /* the last one */
};

/* What servers tell is cut to this, either way, so that rules can add two of them, subtract them,
 * and multiply by four. */
#define JUDGE_MOST ((int64_t)1 << 60)
int64_t judge_case_within(int64_t n);

/* A field of INFO, CONFIG, CLUSTER INFO, in this order; names do not overlap. 0, and "", where it
 * is not told. */
bool judge_case_text(const struct judge_case *c, const char *name, char *out, size_t cap);
bool judge_case_is(const struct judge_case *c, const char *name, const char *value);
int64_t judge_case_int(const struct judge_case *c, const char *name);
double judge_case_real(const struct judge_case *c, const char *name);
/* Lines of a source's text, one a call; false behind the last. *at begins with 0. */
bool judge_case_line(const struct judge_case *c, enum judge_source source, size_t *at,
                     const char **line, size_t *len);
/* The time by the server's clock when it tells, else by ours. */
int64_t judge_case_now(const struct judge_case *c);

/* A finding, in one line. */
void judge_case_find(struct judge_case *c, enum judge_severity s, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
/* Fields that it rests on, by name, NULL at the end; those that are not told are left out. */
void judge_case_fields(struct judge_case *c, const char *const *names);
#define JUDGE_FIELDS(c, ...) judge_case_fields(c, (const char *const[]){__VA_ARGS__, NULL})
/* Other evidence. */
void judge_case_evidence(struct judge_case *c, const char *name, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
void judge_case_advise(struct judge_case *c, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* "1.50 GiB", "12 min 05 s" into text; less than nothing is nothing. */
enum { JUDGE_AMOUNT_CAP = 48 };
const char *judge_case_bytes(char text[JUDGE_AMOUNT_CAP], int64_t bytes);
const char *judge_case_seconds(char text[JUDGE_AMOUNT_CAP], int64_t seconds);
const char *judge_case_us(char text[JUDGE_AMOUNT_CAP], int64_t us);

/* The tables; each ends with a row of zeros. */
extern const struct judge_rule judge_memory_rules[], judge_clients_rules[],
    judge_replication_rules[], judge_persistence_rules[], judge_speed_rules[],
    judge_cluster_rules[], judge_security_rules[];

#endif
