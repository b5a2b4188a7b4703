/* SPDX-License-Identifier: BSD-3-Clause */
#include "core/push.h"

#include "t.h"

/* Kind and count of the value that bytes hold. */
static enum push_kind classify(const char *bytes, int64_t *count) {
    struct resp_reader reader;
    struct reply_builder builder;
    struct resp_event ev;
    int code = VK_MORE;
    resp_read_init(&reader, NULL);
    reply_builder_init(&builder, 1 << 20);
    resp_read_feed(&reader, bytes, strlen(bytes));
    while (code == VK_MORE && resp_read_next(&reader, &ev) == 1)
        code = reply_build(&builder, &ev);
    CHECK_EQ(code, 0);
    enum push_kind kind = builder.root ? push_classify(builder.root) : PUSH_NONE;
    *count = builder.root ? push_count(builder.root) : -1;
    reply_builder_release(&builder);
    resp_read_release(&reader);
    return kind;
}

static void check(const char *bytes, enum push_kind kind, int64_t count) {
    int64_t got;
    CHECK_EQ(classify(bytes, &got), kind);
    CHECK_EQ(got, count);
}

static void arrays_and_pushes_are_told_by_their_first_value(void) {
    static const struct {
        const char *name;
        enum push_kind kind;
        int n;
    } rows[] = {
        {"message", PUSH_MESSAGE, 3},           {"pmessage", PUSH_PMESSAGE, 4},
        {"smessage", PUSH_SMESSAGE, 3},         {"subscribe", PUSH_SUBSCRIBE, 3},
        {"psubscribe", PUSH_PSUBSCRIBE, 3},     {"ssubscribe", PUSH_SSUBSCRIBE, 3},
        {"unsubscribe", PUSH_UNSUBSCRIBE, 3},   {"punsubscribe", PUSH_PUNSUBSCRIBE, 3},
        {"sunsubscribe", PUSH_SUNSUBSCRIBE, 3},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char bytes[128];
        for (int type = 0; type < 2; type++) {
            snprintf(bytes, sizeof bytes, "%c%d\r\n$%zu\r\n%s\r\n+a\r\n%s:4\r\n", "*>"[type],
                     rows[i].n, strlen(rows[i].name), rows[i].name, rows[i].n == 4 ? "+b\r\n" : "");
            bool confirms = rows[i].kind >= PUSH_SUBSCRIBE && rows[i].kind <= PUSH_SUNSUBSCRIBE;
            check(bytes, rows[i].kind, confirms ? 4 : -1);
        }
    }
}

static void an_invalidation_is_a_push_only(void) {
    check(">2\r\n$10\r\ninvalidate\r\n*1\r\n+k\r\n", PUSH_INVALIDATE, -1);
    check(">2\r\n$10\r\ninvalidate\r\n_\r\n", PUSH_INVALIDATE, -1);
    check("*2\r\n$10\r\ninvalidate\r\n*1\r\n+k\r\n", PUSH_NONE, -1);
}

static void a_wrong_shape_is_another_kind(void) {
    check("*2\r\n+message\r\n+a\r\n", PUSH_NONE, -1);
    check(">2\r\n+message\r\n+a\r\n", PUSH_OTHER, -1);
    check("*0\r\n", PUSH_NONE, -1);
    check(">0\r\n", PUSH_OTHER, -1);
    check("*2\r\n$4\r\npong\r\n$0\r\n\r\n", PUSH_NONE, -1);
    check("*3\r\n*1\r\n+message\r\n+a\r\n+b\r\n", PUSH_NONE, -1);
    check(">1\r\n+else\r\n", PUSH_OTHER, -1);
    check("+message\r\n", PUSH_NONE, -1);
    check("~3\r\n+message\r\n+a\r\n+b\r\n", PUSH_NONE, -1);
}

static void a_count_must_be_a_natural_number(void) {
    check(">3\r\n+subscribe\r\n+a\r\n:0\r\n", PUSH_SUBSCRIBE, 0);
    check(">3\r\n+subscribe\r\n+a\r\n:-5\r\n", PUSH_SUBSCRIBE, -1);
    check(">3\r\n+subscribe\r\n+a\r\n+5\r\n", PUSH_SUBSCRIBE, -1);
    check(">3\r\n+unsubscribe\r\n_\r\n:2\r\n", PUSH_UNSUBSCRIBE, 2);
}

int main(void) {
    RUN(arrays_and_pushes_are_told_by_their_first_value);
    RUN(an_invalidation_is_a_push_only);
    RUN(a_wrong_shape_is_another_kind);
    RUN(a_count_must_be_a_natural_number);
    return t_end();
}
