/* SPDX-License-Identifier: BSD-3-Clause */
/* resp/template: encoded once, patched in place. */
#include "resp/template.h"

#include <stdlib.h>

#include "resp/write.h"
#include "tests/unit/t.h"

#define ARGV(...) ((const char *const[]){__VA_ARGS__})

static void every_copy_is_the_encoded_command(void) {
    struct resp_template t;
    CHECK_EQ(resp_template_init(&t, 2, ARGV("GET", "key"), NULL, 3, 1000), 0);
    CHECK_EQ(t.stride, 22);
    CHECK_EQ(t.bytes.len, 66);
    for (size_t i = 0; i < 3; i++)
        CHECK_MEM(t.bytes.p + i * 22, 22, "*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n", 22);
    resp_template_release(&t);
    resp_template_release(&t);
}

static void digits_are_padded_and_cut_to_the_hole(void) {
    struct resp_template t;
    CHECK_EQ(resp_template_init(&t, 2, ARGV("GET", "key:00000!"), NULL, 2, 1000), 0);
    CHECK_EQ(resp_template_hole(&t, 1, 4, 5), 0);
    resp_template_digits(&t, 0, 0, 42);
    resp_template_digits(&t, 1, 0, 9876543210);
    CHECK_STR(buf_cstr(&t.bytes), "*2\r\n$3\r\nGET\r\n$10\r\nkey:00042!\r\n"
                                  "*2\r\n$3\r\nGET\r\n$10\r\nkey:43210!\r\n");
    resp_template_digits(&t, 0, 0, 0);
    CHECK_MEM(t.bytes.p + 21, 7, ":00000!", 7);
    resp_template_release(&t);
}

static void digits_of_any_width_are_right(void) {
    const uint64_t v = UINT64_MAX;
    for (int width = 0; width <= 30; width++) {
        struct resp_template t;
        char arg[31] = "..............................", want[31], all[31];
        CHECK_EQ(resp_template_init(&t, 1, ARGV(arg), NULL, 1, 1000), 0);
        int hole = resp_template_hole(&t, 0, 0, (size_t)width);
        CHECK_EQ(hole, 0);
        resp_template_digits(&t, 0, hole, v);
        snprintf(all, sizeof all, "%030llu", (unsigned long long)v);
        memcpy(want, all + 30 - width, (size_t)width);
        memcpy(want + width, arg, (size_t)(30 - width));
        CHECK_MEM(t.bytes.p + 9, 30, want, 30);
        resp_template_release(&t);
    }
}

static void bytes_go_to_their_hole_only(void) {
    struct resp_template t;
    CHECK_EQ(resp_template_init(&t, 3, ARGV("SET", "kk", "....."), NULL, 2, 1000), 0);
    CHECK_EQ(resp_template_hole(&t, 1, 0, 2), 0);
    CHECK_EQ(resp_template_hole(&t, 2, 1, 3), 1);
    resp_template_bytes(&t, 0, 1, "a\0b", 3);
    resp_template_bytes(&t, 1, 1, "z", 1);
    resp_template_bytes(&t, 1, 0, NULL, 0);
    CHECK_MEM(t.bytes.p, t.bytes.len,
              "*3\r\n$3\r\nSET\r\n$2\r\nkk\r\n$5\r\n.a\0b.\r\n"
              "*3\r\n$3\r\nSET\r\n$2\r\nkk\r\n$5\r\n.z...\r\n",
              64);
    resp_template_release(&t);
}

static void hole_outside_its_argument_is_refused(void) {
    struct resp_template t;
    CHECK_EQ(resp_template_init(&t, 3, ARGV("SET", "", "12345"), NULL, 1, 1000), 0);
    CHECK_EQ(resp_template_hole(&t, -1, 0, 1), VK_EUSAGE);
    CHECK_EQ(resp_template_hole(&t, 3, 0, 1), VK_EUSAGE);
    CHECK_EQ(resp_template_hole(&t, 1, 0, 1), VK_EUSAGE);
    CHECK_EQ(resp_template_hole(&t, 2, 0, 6), VK_EUSAGE);
    CHECK_EQ(resp_template_hole(&t, 2, 5, 1), VK_EUSAGE);
    CHECK_EQ(resp_template_hole(&t, 2, 2, SIZE_MAX), VK_EUSAGE);
    CHECK_EQ(resp_template_hole(&t, 2, SIZE_MAX, 2), VK_EUSAGE);
    CHECK_EQ(resp_template_hole(&t, 2, 0, 5), 0);
    CHECK_EQ(resp_template_hole(&t, 1, 0, 0), 1);
    CHECK_EQ(t.n_holes, 2);
    resp_template_release(&t);
}

static void holes_are_found_behind_arguments_that_look_like_heads(void) {
    struct resp_template t;
    const size_t lens[] = {8, 4, 3};
    CHECK_EQ(resp_template_init(&t, 3, ARGV("$9\r\n*2\r\n", "\r\n\r\n", "abc"), lens, 1, 1000), 0);
    CHECK_EQ(resp_template_hole(&t, 2, 0, 3), 0);
    resp_template_digits(&t, 0, 0, 777);
    CHECK_MEM(t.bytes.p + t.bytes.len - 9, 9, "$3\r\n777\r\n", 9);
    resp_template_release(&t);
}

static void impossible_templates_are_refused(void) {
    struct resp_template t;
    CHECK_EQ(resp_template_init(&t, 1, ARGV("PING"), NULL, 0, 1000), VK_EUSAGE);
    CHECK_EQ(resp_template_init(&t, 1, ARGV("PING"), NULL, -1, 1000), VK_EUSAGE);
    CHECK_EQ(resp_template_init(&t, 0, NULL, NULL, 1, 1000), VK_EUSAGE);
    CHECK_EQ(resp_template_init(&t, 1, ARGV("PING"), NULL, 1, 13), VK_ELIMIT);
    CHECK_EQ(resp_template_init(&t, 1, ARGV("PING"), NULL, 3, 41), VK_ELIMIT);
    CHECK_EQ(resp_template_init(&t, 1, ARGV("PING"), NULL, INT32_MAX, 1000), VK_ELIMIT);
    CHECK_EQ(resp_template_init(&t, 1, ARGV("PING"), NULL, 3, 42), 0);
    resp_template_release(&t);
}

int main(void) {
    RUN(every_copy_is_the_encoded_command);
    RUN(digits_are_padded_and_cut_to_the_hole);
    RUN(digits_of_any_width_are_right);
    RUN(bytes_go_to_their_hole_only);
    RUN(hole_outside_its_argument_is_refused);
    RUN(holes_are_found_behind_arguments_that_look_like_heads);
    RUN(impossible_templates_are_refused);
    return t_end();
}
