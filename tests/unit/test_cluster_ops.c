/* SPDX-License-Identifier: BSD-3-Clause */
/* bench/cluster_ops and the pipelines made of them: every word that the cluster suites send. */
#include "bench/cluster_ops.h"

#include "base/buf.h"
#include "bench/cluster_pipeline.h"
#include "t.h"

enum { TEXT_MAX = 4096, SIZE = 5 };

/* The words with blanks between them. */
static const char *joined(const struct cluster_ops_words *w, struct buf *out) {
    buf_clear(out);
    for (int i = 0; i < w->argc; i++) {
        if (i) buf_addc(out, ' ');
        buf_add(out, w->argv[i], w->lens[i]);
    }
    return buf_cstr(out);
}

static void each_operation_has_its_words(void) {
    static const struct {
        const char *name, *first, *later; /* request 0 and request 9999 */
    } rows[CLUSTER_OPS_ALL] = {
        {"set_str", "SET bench:str_0 aaaaa", "SET bench:str_9999 aaaaa"},
        {"set_int", "SET bench:int_0 11111", "SET bench:int_9999 11111"},
        {"hset", "HSET bench:hset 0 aaaaa", "HSET bench:hset 9999 aaaaa"},
        {"incr", "INCR bench:incr", "INCR bench:incr"},
        {"lpush", "LPUSH bench:lpush 11111", "LPUSH bench:lpush 11111"},
        {"get_str", "GET bench:str_0", "GET bench:str_9999"},
        {"get_int", "GET bench:int_0", "GET bench:int_9999"},
        {"hget", "HGET bench:hset 0", "HGET bench:hset 9999"},
        {"lrange_300", "LRANGE bench:lpush 0 300", "LRANGE bench:lpush 9999 10299"},
        {"lpop", "LPOP bench:lpush", "LPOP bench:lpush"},
    };
    struct cluster_ops_values v;
    struct cluster_ops_words w;
    struct buf out;
    buf_init(&out, TEXT_MAX);
    cluster_ops_values_init(&v, SIZE);
    for (int op = 0; op < CLUSTER_OPS_ALL; op++) {
        CHECK_STR(cluster_ops_name((enum cluster_ops)op), rows[op].name);
        cluster_ops_request(&w, (enum cluster_ops)op, 0, &v);
        CHECK_STR(joined(&w, &out), rows[op].first);
        cluster_ops_request(&w, (enum cluster_ops)op, 9999, &v);
        CHECK_STR(joined(&w, &out), rows[op].later);
    }
    cluster_ops_values_release(&v);
    buf_release(&out);
}

static void the_longest_number_fits(void) {
    struct cluster_ops_values v;
    struct cluster_ops_words w;
    struct buf out;
    buf_init(&out, TEXT_MAX);
    cluster_ops_values_init(&v, 1);
    cluster_ops_request(&w, CLUSTER_OPS_SET_STR, INT64_MAX, &v);
    CHECK_STR(joined(&w, &out), "SET bench:str_9223372036854775807 a");
    cluster_ops_warmup(&w, 99);
    CHECK_STR(joined(&w, &out), "EXISTS bench:warmup_99");
    cluster_ops_values_release(&v);
    buf_release(&out);
}

static void every_key_is_deleted_once(void) {
    static const char *const expected[] = {
        "DEL bench:hset",  "DEL bench:incr",  "DEL bench:lpush", "DEL bench:str_0",
        "DEL bench:str_1", "DEL bench:int_0", "DEL bench:int_1",
    };
    struct cluster_ops_words w;
    struct buf out;
    buf_init(&out, TEXT_MAX);
    CHECK_EQ(cluster_ops_keys(2), 7);
    for (int i = 0; i < 7; i++) {
        cluster_ops_delete(&w, i, 2);
        CHECK_STR(joined(&w, &out), expected[i]);
    }
    buf_release(&out);
}

static void a_pipeline_has_ten_commands_in_order(void) {
    static const char *const expected[CLUSTER_PIPELINE_COMMANDS] = {
        "SET bench:str_7 aaaaa", "SET bench:int_7 11111",   "GET bench:str_7",
        "GET bench:int_7",       "HSET bench:hset 7 aaaaa", "HGET bench:hset 7",
        "INCR bench:incr",       "LPUSH bench:lpush 11111", "LRANGE bench:lpush 0 300",
        "LPOP bench:lpush",
    };
    struct cluster_ops_values v;
    struct cluster_ops_words w;
    struct buf out;
    buf_init(&out, TEXT_MAX);
    cluster_ops_values_init(&v, SIZE);
    for (int k = 0; k < CLUSTER_PIPELINE_COMMANDS; k++) {
        cluster_pipeline_command(&w, 7, k, &v);
        CHECK_STR(joined(&w, &out), expected[k]);
    }
    cluster_ops_values_release(&v);
    buf_release(&out);
}

int main(void) {
    RUN(each_operation_has_its_words);
    RUN(the_longest_number_fits);
    RUN(every_key_is_deleted_once);
    RUN(a_pipeline_has_ten_commands_in_order);
    return t_end();
}
