/* SPDX-License-Identifier: BSD-3-Clause */
/* The prompt's format: every item, what is empty, what is too wide. */
#include "t.h"

#include "cmd/vk/prompt_format.h"

static const struct prompt_facts full = {
    .profile = "prod",
    .environment = "production",
    .role = "primary",
    .address = "10.0.0.5:6379",
    .user = "ann",
    .state = "(tx 3)",
    .db = 2,
    .colour = 31,
};
static const struct prompt_facts bare = {
    .profile = "", .environment = "", .role = "", .address = "h:1", .user = "", .state = ""};

static const char *with(const char *format, const struct prompt_facts *f, int columns) {
    static char text[PROMPT_MAX];
    return prompt_format(format, f, columns, text);
}

static void our_own_has_it_all(void) {
    CHECK_STR(with(PROMPT_FORMAT, &full, 80),
              "\x1b[31mprod\x1b[0m primary 10.0.0.5:6379[2] ann (tx 3)> ");
    CHECK_STR(with(PROMPT_FORMAT, &bare, 80), "h:1> ");
    struct prompt_facts f = bare;
    f.state = "(tx)";
    CHECK_STR(with(PROMPT_FORMAT, &f, 80), "h:1 (tx)> ");
    f.role = "replica";
    CHECK_STR(with(PROMPT_FORMAT, &f, 80), "replica h:1 (tx)> ");
}

static void a_format_of_ones_own(void) {
    CHECK_STR(with("%e|%u|%%|%p>", &full, 80), "production|ann|%|prod> ");
    CHECK_STR(with("x %u y", &bare, 80), "x y ");
    CHECK_STR(with("%r %u %a", &bare, 80), "h:1 ");
    CHECK_STR(with("", &bare, 80), " ");
}

static void a_narrow_terminal(void) {
    struct prompt_facts f = full;
    CHECK_STR(with("%p %r %a> ", &f, 40), "prod 10.0.0.5:6379> ");
    f.address = "a-very-long-host-name.in.some.example:6379";
    CHECK_STR(with("%p %r %a> ", &f, 40), "prod a-very-l..:6379> ");
    f.address = "/run/a/very/long/path/to/some/socket.sock";
    CHECK_STR(with("%p %r %a> ", &f, 40), "prod /run/a/v..ket.sock> ");
}

static void what_comes_from_elsewhere_is_harmless(void) {
    struct prompt_facts f = bare;
    f.user = "a\x1b[2J";
    f.address = "h\n:1";
    CHECK_STR(with("%a %u>", &f, 80), "h\\x0a:1 a\\x1b[2J> ");
}

static void a_format_is_checked(void) {
    struct err e;
    CHECK_EQ(prompt_format_check(PROMPT_FORMAT, &e), 0);
    CHECK_EQ(prompt_format_check("100%% %p", &e), 0);
    CHECK_EQ(prompt_format_check("%z", &e), VK_EUSAGE);
    CHECK_STR(e.text, "prompt: unknown '%z' (valid: %p %e %r %a %d %u %s %c %o %%)");
    CHECK_EQ(prompt_format_check("50%", &e), VK_EUSAGE);
}

int main(void) {
    RUN(our_own_has_it_all);
    RUN(a_format_of_ones_own);
    RUN(a_narrow_terminal);
    RUN(what_comes_from_elsewhere_is_harmless);
    RUN(a_format_is_checked);
    return t_end();
}
