/* SPDX-License-Identifier: BSD-3-Clause */
/* resp/template: encoded once, patched in place. */
#include "resp/template.h"

#include <stdlib.h>

#include "resp/write.h"
#include "tests/unit/t.h"

#define ARGV(...) ((const char *const[]){__VA_ARGS__})

#define GET_KEY "*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n"
#define PING "*1\r\n$4\r\nPING\r\n"

static void check_bytes(const struct resp_template *t, const char *want) {
    CHECK_MEM(t->bytes.p, t->bytes.len, want, strlen(want));
}

/* What every template promises: commands lie one behind the other and fill the bytes, each owns a
 * run of the holes, and a hole lies inside its command. */
static int broken_promises(const struct resp_template *t) {
    size_t at = 0;
    int hole = 0, wrong = 0;
    for (int i = 0; i < t->n_commands; i++) {
        const struct resp_template_command *c = &t->commands[i];
        wrong += c->at != at || c->first_hole != hole;
        for (; hole < c->first_hole + c->n_holes && hole < t->n_holes; hole++) {
            const struct resp_template_hole *h = &t->holes[hole];
            wrong += h->at < c->at || h->at + h->width > c->at + c->len;
        }
        at += c->len;
    }
    return wrong + (at != t->bytes.len) + (hole != t->n_holes);
}

/* ---- commands ---- */

static void commands_lie_one_behind_the_other(void) {
    struct resp_template t;
    resp_template_init(&t, 1000);
    CHECK_EQ(t.bytes.len, 0);
    CHECK_EQ(resp_template_add(&t, 2, ARGV("GET", "key"), NULL), 0);
    CHECK_EQ(resp_template_add(&t, 1, ARGV("PING"), NULL), 1);
    CHECK_EQ(resp_template_add(&t, 2, ARGV("SET", "a\0b"), (const size_t[]){3, 3}), 2);
    CHECK_EQ(t.n_commands, 3);
    CHECK_MEM(t.bytes.p, t.bytes.len, GET_KEY PING "*2\r\n$3\r\nSET\r\n$3\r\na\0b\r\n", 58);
    CHECK_EQ(t.commands[1].at, 22);
    CHECK_EQ(t.commands[1].len, 14);
    CHECK_EQ(t.commands[1].argc, 1);
    CHECK_EQ(broken_promises(&t), 0);
    resp_template_release(&t);
    resp_template_release(&t);
}

static void raw_bytes_are_a_command_as_they_stand(void) {
    struct resp_template t;
    resp_template_init(&t, 1000);
    CHECK_EQ(resp_template_add_raw(&t, "PING\r\n", 6), 0);
    CHECK_EQ(resp_template_hole(&t, 0, 0, 1), VK_EUSAGE);
    CHECK_EQ(resp_template_add(&t, 1, ARGV("PING"), NULL), 1);
    CHECK_EQ(resp_template_add_raw(&t, "\0\n", 2), 2);
    CHECK_MEM(t.bytes.p, t.bytes.len, "PING\r\n" PING "\0\n", 22);
    CHECK_EQ(t.commands[0].argc, 0);
    CHECK_EQ(t.commands[0].len, 6);
    CHECK_EQ(broken_promises(&t), 0);
    resp_template_release(&t);
}

static void empty_commands_are_refused(void) {
    struct resp_template t;
    resp_template_init(&t, 1000);
    CHECK_EQ(resp_template_add(&t, 0, NULL, NULL), VK_EUSAGE);
    CHECK_EQ(resp_template_add(&t, -1, NULL, NULL), VK_EUSAGE);
    CHECK_EQ(resp_template_add_raw(&t, "", 0), VK_EUSAGE);
    CHECK_EQ(resp_template_hole(&t, 0, 0, 0), VK_EUSAGE); /* of no command */
    CHECK_EQ(t.n_commands + t.n_holes, 0);
    resp_template_release(&t);
}

static void a_command_over_the_limit_changes_nothing(void) {
    struct resp_template t;
    resp_template_init(&t, 36);
    CHECK_EQ(resp_template_add(&t, 2, ARGV("GET", "key!"), NULL), 0); /* 23 bytes */
    CHECK_EQ(resp_template_add(&t, 1, ARGV("PING"), NULL), VK_ELIMIT);
    CHECK_EQ(resp_template_add_raw(&t, "12345678901234", 14), VK_ELIMIT);
    CHECK_EQ(t.n_commands, 1);
    CHECK_EQ(t.bytes.len, 23);
    CHECK_EQ(resp_template_add(&t, 1, ARGV("PIN"), NULL), 1);
    CHECK_EQ(t.bytes.len, 36);
    CHECK_EQ(broken_promises(&t), 0);
    resp_template_release(&t);
}

/* ---- holes ---- */

static void digits_are_padded_and_cut_to_the_hole(void) {
    struct resp_template t;
    resp_template_init(&t, 1000);
    for (int i = 0; i < 2; i++) {
        CHECK_EQ(resp_template_add(&t, 2, ARGV("GET", "key:00000!"), NULL), i);
        CHECK_EQ(resp_template_hole(&t, 1, 4, 5), i);
    }
    resp_template_digits(&t, 0, 42);
    resp_template_digits(&t, 1, 9876543210);
    check_bytes(&t, "*2\r\n$3\r\nGET\r\n$10\r\nkey:00042!\r\n"
                    "*2\r\n$3\r\nGET\r\n$10\r\nkey:43210!\r\n");
    resp_template_digits(&t, 0, 0);
    CHECK_MEM(t.bytes.p + 21, 7, ":00000!", 7);
    resp_template_release(&t);
}

static void digits_of_any_width_are_right(void) {
    const uint64_t v = UINT64_MAX;
    for (int width = 0; width <= 30; width++) {
        struct resp_template t;
        char arg[31] = "..............................", want[31], all[31];
        resp_template_init(&t, 1000);
        CHECK_EQ(resp_template_add(&t, 1, ARGV(arg), NULL), 0);
        int hole = resp_template_hole(&t, 0, 0, (size_t)width);
        CHECK_EQ(hole, 0);
        resp_template_digits(&t, hole, v);
        snprintf(all, sizeof all, "%030llu", (unsigned long long)v);
        memcpy(want, all + 30 - width, (size_t)width);
        memcpy(want + width, arg, (size_t)(30 - width));
        CHECK_MEM(t.bytes.p + 9, 30, want, 30);
        resp_template_release(&t);
    }
}

static void bytes_go_to_their_hole_only(void) {
    struct resp_template t;
    resp_template_init(&t, 1000);
    CHECK_EQ(resp_template_add(&t, 3, ARGV("SET", "kk", "....."), NULL), 0);
    CHECK_EQ(resp_template_hole(&t, 1, 0, 2), 0);
    CHECK_EQ(resp_template_hole(&t, 2, 1, 3), 1);
    resp_template_bytes(&t, 1, "a\0b", 3);
    resp_template_bytes(&t, 0, NULL, 0);
    CHECK_MEM(t.bytes.p, t.bytes.len, "*3\r\n$3\r\nSET\r\n$2\r\nkk\r\n$5\r\n.a\0b.\r\n", 32);
    resp_template_bytes(&t, 1, "z", 1);
    resp_template_bytes(&t, 0, "K", 1);
    CHECK_MEM(t.bytes.p, t.bytes.len, "*3\r\n$3\r\nSET\r\n$2\r\nKk\r\n$5\r\n.z\0b.\r\n", 32);
    resp_template_release(&t);
}

static void hole_outside_its_argument_is_refused(void) {
    struct resp_template t;
    resp_template_init(&t, 1000);
    CHECK_EQ(resp_template_add(&t, 3, ARGV("SET", "", "12345"), NULL), 0);
    CHECK_EQ(resp_template_hole(&t, -1, 0, 1), VK_EUSAGE);
    CHECK_EQ(resp_template_hole(&t, 3, 0, 1), VK_EUSAGE);
    CHECK_EQ(resp_template_hole(&t, 1, 0, 1), VK_EUSAGE);
    CHECK_EQ(resp_template_hole(&t, 2, 0, 6), VK_EUSAGE);
    CHECK_EQ(resp_template_hole(&t, 2, 5, 1), VK_EUSAGE);
    CHECK_EQ(resp_template_hole(&t, 2, 2, SIZE_MAX), VK_EUSAGE);
    CHECK_EQ(resp_template_hole(&t, 2, SIZE_MAX, 2), VK_EUSAGE);
    CHECK_EQ(t.n_holes, 0);
    CHECK_EQ(resp_template_hole(&t, 2, 0, 5), 0);
    CHECK_EQ(resp_template_hole(&t, 1, 0, 0), 1);
    CHECK_EQ(t.n_holes, 2);
    CHECK_EQ(t.commands[0].n_holes, 2);
    resp_template_release(&t);
}

static void holes_are_found_behind_arguments_that_look_like_heads(void) {
    struct resp_template t;
    const size_t lens[] = {8, 4, 3};
    resp_template_init(&t, 1000);
    CHECK_EQ(resp_template_add(&t, 3, ARGV("$9\r\n*2\r\n", "\r\n\r\n", "abc"), lens), 0);
    CHECK_EQ(resp_template_hole(&t, 2, 0, 3), 0);
    resp_template_digits(&t, 0, 777);
    CHECK_MEM(t.bytes.p + t.bytes.len - 9, 9, "$3\r\n777\r\n", 9);
    resp_template_release(&t);
}

/* SET with two holes, PING with none, an inline command, GET with one. */
static void add_four(struct resp_template *t) {
    CHECK_EQ(resp_template_add(t, 3, ARGV("SET", "k:00", "v.."), NULL), 0);
    CHECK_EQ(resp_template_hole(t, 1, 2, 2), 0);
    CHECK_EQ(resp_template_hole(t, 2, 1, 2), 1);
    CHECK_EQ(resp_template_add(t, 1, ARGV("PING"), NULL), 1);
    CHECK_EQ(resp_template_add_raw(t, "TIME\r\n", 6), 2);
    CHECK_EQ(resp_template_add(t, 2, ARGV("GET", "k:00"), NULL), 3);
    CHECK_EQ(resp_template_hole(t, 1, 2, 2), 2);
}

#define FOUR(key, value, other_key)                                                                \
    "*3\r\n$3\r\nSET\r\n$4\r\nk:" key "\r\n$3\r\nv" value "\r\n" PING                              \
    "TIME\r\n*2\r\n$3\r\nGET\r\n$4\r\nk:" other_key "\r\n"

static void each_command_has_its_own_holes(void) {
    struct resp_template t;
    resp_template_init(&t, 1000);
    add_four(&t);
    CHECK_EQ(broken_promises(&t), 0);
    CHECK_EQ(t.commands[1].n_holes + t.commands[2].n_holes, 0);
    CHECK_EQ(t.commands[3].first_hole, 2);
    resp_template_digits(&t, 2, 33);
    resp_template_digits(&t, 0, 11);
    resp_template_bytes(&t, 1, "xy", 2);
    check_bytes(&t, FOUR("11", "xy", "33"));
    resp_template_release(&t);
}

/* ---- repeating ---- */

static void every_copy_is_whole_and_patched_alone(void) {
    struct resp_template t;
    resp_template_init(&t, 1000);
    add_four(&t);
    CHECK_EQ(resp_template_repeat(&t, 3), 0);
    CHECK_EQ(t.n_commands, 12);
    CHECK_EQ(t.n_holes, 9);
    CHECK_EQ(broken_promises(&t), 0);
    check_bytes(&t, FOUR("00", "..", "00") FOUR("00", "..", "00") FOUR("00", "..", "00"));
    for (int hole = 0; hole < 9; hole++)
        resp_template_digits(&t, hole, (uint64_t)hole + 1);
    check_bytes(&t, FOUR("01", "02", "03") FOUR("04", "05", "06") FOUR("07", "08", "09"));
    for (int i = 4; i < 12; i++)
        CHECK_EQ(t.commands[i].argc, t.commands[i % 4].argc);
    resp_template_release(&t);
}

static void what_is_repeated_can_be_repeated_and_added_to(void) {
    struct resp_template t;
    resp_template_init(&t, 1000);
    CHECK_EQ(resp_template_add(&t, 2, ARGV("GET", "key"), NULL), 0);
    CHECK_EQ(resp_template_hole(&t, 1, 2, 1), 0);
    CHECK_EQ(resp_template_repeat(&t, 1), 0);
    CHECK_EQ(t.n_commands, 1);
    CHECK_EQ(resp_template_repeat(&t, 2), 0);
    CHECK_EQ(resp_template_repeat(&t, 2), 0);
    CHECK_EQ(resp_template_add(&t, 1, ARGV("PING"), NULL), 4);
    CHECK_EQ(resp_template_hole(&t, 0, 0, 4), 4);
    check_bytes(&t, GET_KEY GET_KEY GET_KEY GET_KEY PING);
    CHECK_EQ(broken_promises(&t), 0);
    resp_template_release(&t);
}

static void impossible_repeats_change_nothing(void) {
    struct resp_template t;
    resp_template_init(&t, 42);
    CHECK_EQ(resp_template_add(&t, 1, ARGV("PING"), NULL), 0);
    CHECK_EQ(resp_template_hole(&t, 0, 0, 4), 0);
    CHECK_EQ(resp_template_repeat(&t, 0), VK_ELIMIT);
    CHECK_EQ(resp_template_repeat(&t, -1), VK_ELIMIT);
    CHECK_EQ(resp_template_repeat(&t, 4), VK_ELIMIT);
    CHECK_EQ(resp_template_repeat(&t, INT32_MAX), VK_ELIMIT);
    CHECK_EQ(t.n_commands, 1);
    CHECK_EQ(t.n_holes, 1);
    check_bytes(&t, PING);
    CHECK_EQ(resp_template_repeat(&t, 3), 0);
    check_bytes(&t, PING PING PING);
    resp_template_release(&t);
}

int main(void) {
    RUN(commands_lie_one_behind_the_other);
    RUN(raw_bytes_are_a_command_as_they_stand);
    RUN(empty_commands_are_refused);
    RUN(a_command_over_the_limit_changes_nothing);
    RUN(digits_are_padded_and_cut_to_the_hole);
    RUN(digits_of_any_width_are_right);
    RUN(bytes_go_to_their_hole_only);
    RUN(hole_outside_its_argument_is_refused);
    RUN(holes_are_found_behind_arguments_that_look_like_heads);
    RUN(each_command_has_its_own_holes);
    RUN(every_copy_is_whole_and_patched_alone);
    RUN(what_is_repeated_can_be_repeated_and_added_to);
    RUN(impossible_repeats_change_nothing);
    return t_end();
}
