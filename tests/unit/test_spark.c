/* SPDX-License-Identifier: BSD-3-Clause */
/* Sparklines: levels, gaps, scale, and how many values become one column. */
#include <math.h>

#include "t.h"
#include "ui/spark.h"
#include "ui/width.h"

static const char *spark(struct buf *b, const double *v, size_t n, const struct spark_opts *o) {
    buf_clear(b);
    spark_add(b, v, n, o);
    return buf_cstr(b);
}

static void levels(void) {
    static const double v[] = {0, 1, 10, 20, 30, 40, 50, 60, 70};
    struct buf b;
    buf_init(&b, 4096);
    CHECK_STR(spark(&b, v, 9, &(struct spark_opts){.columns = 9}), "▁▂▂▃▄▅▆▇█");
    CHECK_STR(spark(&b, v, 9, &(struct spark_opts){.columns = 9, .ascii = true}), "_..:-=+*#");
    /* of a fixed scale, beyond which nothing goes */
    CHECK_STR(spark(&b, v, 9, &(struct spark_opts){.columns = 9, .full = 35, .ascii = true}),
              "_.:=*####");
    buf_release(&b);
}

static void gaps_and_room(void) {
    static const double v[] = {7, NAN, 0, -3, 7};
    struct buf b;
    buf_init(&b, 4096);
    CHECK_STR(spark(&b, v, 5, &(struct spark_opts){.columns = 8, .ascii = true}), "   # __#");
    CHECK_STR(spark(&b, v, 5, &(struct spark_opts){.columns = 2, .ascii = true}), "_#");
    CHECK_STR(spark(&b, v, 5, &(struct spark_opts){.columns = 0}), "");
    CHECK_STR(spark(&b, v, 0, &(struct spark_opts){.columns = 3}), "   ");
    CHECK_STR(spark(&b, v + 1, 2, &(struct spark_opts){.columns = 2, .ascii = true}), " _");
    spark(&b, v, 5, &(struct spark_opts){.columns = 30});
    CHECK_EQ(width_columns(b.p, b.len), 30);
    buf_release(&b);
}

static void steps(void) {
    CHECK_EQ(spark_step(0, 50), 1);
    CHECK_EQ(spark_step(50, 50), 1);
    CHECK_EQ(spark_step(51, 50), 2);
    CHECK_EQ(spark_step(101, 50), 5);
    CHECK_EQ(spark_step(300, 50), 10);
    CHECK_EQ(spark_step(300, 10), 50);
    CHECK_EQ(spark_step(300, 0), 500);
}

static void groups_keep_their_places(void) {
    static const double v[] = {1, 5, 2, NAN, NAN, 9, 4};
    double out[8];
    CHECK_EQ(spark_fold(v, 7, 0, 2, out, 8), 4); /* 1 5 | 2 - | - 9 | 4 */
    CHECK(out[0] == 5 && out[1] == 2 && out[2] == 9 && out[3] == 4);
    CHECK_EQ(spark_fold(v + 1, 6, 1, 2, out, 8), 4); /* the first has left: the rest stays */
    CHECK(out[0] == 5 && out[1] == 2 && out[2] == 9 && out[3] == 4);
    CHECK_EQ(spark_fold(v, 7, 0, 2, out, 2), 2);
    CHECK(out[0] == 9 && out[1] == 4);
    CHECK_EQ(spark_fold(v + 3, 2, 0, 2, out, 8), 1);
    CHECK(isnan(out[0]));
    CHECK_EQ(spark_fold(v, 0, 0, 1, out, 8), 0);
    CHECK(spark_greatest(v, 7) == 9 && spark_greatest(v, 0) == 0);
}

int main(void) {
    RUN(levels);
    RUN(gaps_and_room);
    RUN(steps);
    RUN(groups_keep_their_places);
    return t_end();
}
