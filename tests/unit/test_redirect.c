/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd/vk/redirect: which word of a typed line sends the replies elsewhere. */
#include "cmd/vk/redirect.h"

#include <stdlib.h>

#include "base/mem.h"
#include "tests/unit/t.h"

static struct redirect to;
static struct err err;

static enum redirect_kind find(const char *line) {
    redirect_find(line, strlen(line), &to);
    return to.kind;
}

static void check(const char *line, enum redirect_kind kind, size_t command_len, const char *text) {
    CHECK_EQ(find(line), kind);
    CHECK_EQ(to.command_len, command_len);
    CHECK_MEM(to.to, to.to_len, text, strlen(text));
}

static void the_first_sign_that_is_a_word_counts(void) {
    check("get k | jq . > out", REDIRECT_PIPE, 6, "jq . > out");
    check("get k \\json |jq", REDIRECT_NONE, 15, "");
    check("get k  >  out ", REDIRECT_FILE, 7, "out");
    check("get k >> 'my file'", REDIRECT_APPEND, 6, "'my file'");
    check("get k > out | jq", REDIRECT_FILE, 6, "out | jq");
    check("get k |\tcat\n", REDIRECT_PIPE, 6, "cat");
    check("", REDIRECT_NONE, 0, "");
    check("| x", REDIRECT_PIPE, 0, "x");
}

static void quotes_make_an_argument_of_it(void) {
    CHECK_EQ(find("set k \"|\" '>'"), REDIRECT_NONE);
    CHECK_EQ(find("set k a|b >c >>>"), REDIRECT_NONE);
    CHECK_EQ(find("set k \"open | cat"), REDIRECT_NONE);
    check("get k | tr -d \\' \"", REDIRECT_PIPE, 6, "tr -d \\' \"");
}

static void xreadgroup_keeps_its_id(void) {
    CHECK_EQ(find("XReadGroup group g c streams a b > >"), REDIRECT_NONE);
    check("xreadgroup group g c streams a > >> f", REDIRECT_APPEND, 33, "f");
    check("xreadgroup group g c streams a > | cat > f", REDIRECT_PIPE, 33, "cat > f");
}

static char *name_of(const char *line, int code) {
    char *name = NULL;
    find(line);
    CHECK_EQ(redirect_name(&to, &name, &err), code);
    return name;
}

static void check_name(const char *line, const char *want) {
    char *name = name_of(line, 0);
    CHECK_STR(name ? name : "", want);
    free(name);
}

static void names_are_one_word_and_home_is_known(void) {
    setenv("HOME", "/home/me", 1);
    check_name("get k > out", "out");
    check_name("get k > \"my out\"", "my out");
    check_name("get k >> ~/out", "/home/me/out");
    check_name("get k > -", "./-");
    check_name("get k | cat > x  ", "cat > x");
    CHECK(!name_of("get k > a b", VK_EUSAGE));
    CHECK(!name_of("get k >", VK_EUSAGE));
    CHECK(!name_of("get k > ''", VK_EUSAGE));
    CHECK(!name_of("get k > \"a\\x00b\"", VK_EUSAGE));
    CHECK(!name_of("get k |", VK_EUSAGE));
    CHECK(!name_of("get k > \"a", VK_EPARSE));
}

int main(void) {
    RUN(the_first_sign_that_is_a_word_counts);
    RUN(quotes_make_an_argument_of_it);
    RUN(xreadgroup_keeps_its_id);
    RUN(names_are_one_word_and_home_is_known);
    return t_end();
}
