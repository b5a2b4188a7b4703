/* SPDX-License-Identifier: BSD-3-Clause */
/* The operations of the Python clients' cluster suites: their names, order, keys and values. Words
 * only: nothing here is sent. */
#ifndef BENCH_CLUSTER_OPS_H
#define BENCH_CLUSTER_OPS_H

#include "base/str.h"

enum cluster_ops { /* in the suites' order: writers, then readers */
                   CLUSTER_OPS_SET_STR,
                   CLUSTER_OPS_SET_INT,
                   CLUSTER_OPS_HSET,
                   CLUSTER_OPS_INCR,
                   CLUSTER_OPS_LPUSH,
                   CLUSTER_OPS_GET_STR,
                   CLUSTER_OPS_GET_INT,
                   CLUSTER_OPS_HGET,
                   CLUSTER_OPS_LRANGE_300,
                   CLUSTER_OPS_LPOP,
};
enum { CLUSTER_OPS_ALL = 10, CLUSTER_OPS_WRITERS = 5 };
enum { CLUSTER_OPS_WORDS_MAX = 4, CLUSTER_OPS_KEY_MAX = 40 };

/* The values that are written: size times 'a', and an integer of size digits, all of them 1. */
struct cluster_ops_values {
    char *str, *number;
    size_t size;
};

void cluster_ops_values_init(struct cluster_ops_values *v, size_t size);
void cluster_ops_values_release(struct cluster_ops_values *v);

/* A command. It points into itself and at the values: it must stay where it is. */
struct cluster_ops_words {
    int argc;
    const char *argv[CLUSTER_OPS_WORDS_MAX];
    size_t lens[CLUSTER_OPS_WORDS_MAX];
    char key[CLUSTER_OPS_KEY_MAX];
    char numbers[2][STR_INT_MAX];
};

const char *cluster_ops_name(enum cluster_ops op); /* "set_str" */
/* Request number i of an operation, as in `SET bench:str_<i>`. */
void cluster_ops_request(struct cluster_ops_words *w, enum cluster_ops op, int64_t i,
                         const struct cluster_ops_values *v);
/* Request i of the warm-up. */
void cluster_ops_warmup(struct cluster_ops_words *w, int64_t i);
/* How many keys the requests 0 .. made-1 of all operations leave, and the DEL of one of them. */
int64_t cluster_ops_keys(int64_t made);
void cluster_ops_delete(struct cluster_ops_words *w, int64_t key, int64_t made);

#endif
