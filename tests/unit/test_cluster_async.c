/* SPDX-License-Identifier: BSD-3-Clause */
/* bench/cluster_async: which shapes are chosen, and how many requests they make. */
#include "bench/cluster_async.h"

#include "bench/cluster_pipeline.h"
#include "t.h"

static void the_suite_is_as_the_python_clients_have_it(void) {
    struct cluster_async_opts o;
    struct cluster_pipeline_opts p;
    cluster_async_opts_init(&o);
    cluster_pipeline_opts_init(&p);
    CHECK_EQ(o.count, 10000);
    CHECK_EQ(o.size, 256);
    for (int s = 0; s < CLUSTER_ASYNC_SHAPES; s++) {
        CHECK(o.shapes[s]);
        CHECK_EQ(cluster_async_requests(&o, (enum cluster_async_shape)s), 10000);
    }
    CHECK_EQ(p.count, 10000);
    CHECK_EQ(p.size, 256);
}

static void shapes_are_chosen_by_name(void) {
    static const struct {
        const char *text;
        bool shapes[CLUSTER_ASYNC_SHAPES];
    } rows[] = {
        {"none", {true, false, false}},
        {"false", {false, true, false}},
        {"true", {false, false, true}},
        {"all", {true, true, true}},
    };
    struct cluster_async_opts o;
    struct err e;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cluster_async_opts_init(&o);
        CHECK_EQ(cluster_async_parse(&o, rows[i].text, &e), 0);
        CHECK_MEM((const char *)o.shapes, sizeof o.shapes, (const char *)rows[i].shapes,
                  sizeof rows[i].shapes);
    }
    CHECK_STR(cluster_async_name(CLUSTER_ASYNC_FALSE), "false");
    CHECK_EQ(cluster_async_parse(&o, "None", &e), VK_EUSAGE);
    CHECK_STR(e.text, "'None' is not none, false, true or all");
    CHECK_EQ(cluster_async_parse(&o, "", &e), VK_EUSAGE);
    CHECK(o.shapes[CLUSTER_ASYNC_TRUE]); /* as it was */
}

static void rounds_are_full(void) {
    struct cluster_async_opts o;
    struct err e;
    cluster_async_opts_init(&o);
    o.count = 250;
    CHECK_EQ(cluster_async_check(&o, &e), 0);
    CHECK_EQ(cluster_async_requests(&o, CLUSTER_ASYNC_NONE), 250);
    CHECK_EQ(cluster_async_requests(&o, CLUSTER_ASYNC_FALSE), 250);
    CHECK_EQ(cluster_async_requests(&o, CLUSTER_ASYNC_TRUE), 200);
    o.count = 99;
    CHECK_EQ(cluster_async_check(&o, &e), VK_EUSAGE);
    CHECK_EQ(cluster_async_parse(&o, "none", &e), 0);
    CHECK_EQ(cluster_async_check(&o, &e), 0);
}

int main(void) {
    RUN(the_suite_is_as_the_python_clients_have_it);
    RUN(shapes_are_chosen_by_name);
    RUN(rounds_are_full);
    return t_end();
}
