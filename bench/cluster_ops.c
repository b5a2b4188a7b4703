/* SPDX-License-Identifier: BSD-3-Clause */
/* See cluster_ops.h. */
#include "bench/cluster_ops.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { RANGE = 300 }; /* from the first to the last element of a LRANGE, both of which come */

enum arguments { NOTHING, STRING, INTEGER, FIELD, FIELD_STRING, FROM_TO };

static const struct op {
    const char *name, *verb, *key;
    bool numbered; /* the key, by the request */
    enum arguments arguments;
} ops[CLUSTER_OPS_ALL] = {
    [CLUSTER_OPS_SET_STR] = {"set_str", "SET", "bench:str_", true, STRING},
    [CLUSTER_OPS_SET_INT] = {"set_int", "SET", "bench:int_", true, INTEGER},
    [CLUSTER_OPS_HSET] = {"hset", "HSET", "bench:hset", false, FIELD_STRING},
    [CLUSTER_OPS_INCR] = {"incr", "INCR", "bench:incr", false, NOTHING},
    [CLUSTER_OPS_LPUSH] = {"lpush", "LPUSH", "bench:lpush", false, INTEGER},
    [CLUSTER_OPS_GET_STR] = {"get_str", "GET", "bench:str_", true, NOTHING},
    [CLUSTER_OPS_GET_INT] = {"get_int", "GET", "bench:int_", true, NOTHING},
    [CLUSTER_OPS_HGET] = {"hget", "HGET", "bench:hset", false, FIELD},
    [CLUSTER_OPS_LRANGE_300] = {"lrange_300", "LRANGE", "bench:lpush", false, FROM_TO},
    [CLUSTER_OPS_LPOP] = {"lpop", "LPOP", "bench:lpush", false, NOTHING},
};

static char *repeat(char c, size_t size) {
    char *p = mem_alloc(size);
    memset(p, c, size);
    return p;
}

void cluster_ops_values_init(struct cluster_ops_values *v, size_t size) {
    *v = (struct cluster_ops_values){repeat('a', size), repeat('1', size), size};
}

void cluster_ops_values_release(struct cluster_ops_values *v) {
    free(v->str);
    free(v->number);
}

/* ---- words ---- */

static void add(struct cluster_ops_words *w, const char *p, size_t len) {
    w->argv[w->argc] = p;
    w->lens[w->argc++] = len;
}

static void add_number(struct cluster_ops_words *w, int place, int64_t n) {
    add(w, w->numbers[place], str_put_i64(w->numbers[place], n));
}

/* n < 0: the name alone. */
static void begin(struct cluster_ops_words *w, const char *verb, const char *key, int64_t n) {
    size_t len = strlen(key);
    assert(len + STR_INT_MAX <= sizeof w->key);
    memcpy(w->key, key, len);
    if (n >= 0) len += str_put_i64(w->key + len, n);
    w->argc = 0;
    add(w, verb, strlen(verb));
    add(w, w->key, len);
}

const char *cluster_ops_name(enum cluster_ops op) {
    return ops[op].name;
}

void cluster_ops_request(struct cluster_ops_words *w, enum cluster_ops op, int64_t i,
                         const struct cluster_ops_values *v) {
    const struct op *o = &ops[op];
    begin(w, o->verb, o->key, o->numbered ? i : -1);
    if (o->arguments >= FIELD) add_number(w, 0, i);
    switch (o->arguments) {
    case STRING:
    case FIELD_STRING: add(w, v->str, v->size); break;
    case INTEGER: add(w, v->number, v->size); break;
    case FROM_TO: add_number(w, 1, i + RANGE); break;
    case NOTHING:
    case FIELD: break;
    }
}

void cluster_ops_warmup(struct cluster_ops_words *w, int64_t i) {
    begin(w, "EXISTS", "bench:warmup_", i);
}

/* ---- keys ---- */

static const enum cluster_ops shared[] = {CLUSTER_OPS_HSET, CLUSTER_OPS_INCR, CLUSTER_OPS_LPUSH};
enum { SHARED = sizeof shared / sizeof *shared };

int64_t cluster_ops_keys(int64_t made) {
    return SHARED + 2 * made;
}

void cluster_ops_delete(struct cluster_ops_words *w, int64_t key, int64_t made) {
    if (key < SHARED)
        begin(w, "DEL", ops[shared[key]].key, -1);
    else if (key - SHARED < made)
        begin(w, "DEL", ops[CLUSTER_OPS_SET_STR].key, key - SHARED);
    else
        begin(w, "DEL", ops[CLUSTER_OPS_SET_INT].key, key - SHARED - made);
}
