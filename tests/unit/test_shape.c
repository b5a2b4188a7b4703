/* SPDX-License-Identifier: BSD-3-Clause */
/* load/shape: what keys of a kind have in common. */
#include "load/shape.h"

#include "tests/unit/t.h"

static void check_shape(const char *key, const char *want) {
    struct buf out;
    buf_init(&out, 1 << 16);
    shape_add(&out, key, strlen(key), ':');
    CHECK_STR(buf_cstr(&out), want);
    buf_release(&out);
}

static void test_shapes(void) {
    check_shape("user:1000:cart", "user:*:cart");
    check_shape("user:1000", "user:*");
    check_shape("user:alice", "user:*");
    check_shape("page:home:en", "page:home:*");
    check_shape("v2:user:9", "v*:user:*");
    check_shape("session:5f3a-77b1-9c", "session:*");
    check_shape("a:b1:c", "a:b*:c");
    check_shape("job17", "job*");
    check_shape("counter", "(no prefix)");
    check_shape("", "(no prefix)");
    check_shape(":", ":*");
    check_shape("a:", "a:*");
    check_shape("::", "::*");
    check_shape("123", "*");
    check_shape("\xff:\x01", "\xff:*");
}

int main(void) {
    RUN(test_shapes);
    return t_end();
}
