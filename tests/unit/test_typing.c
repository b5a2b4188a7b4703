/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd/vk/typing: which words of a line are whose, and what is shown and offered for them. */
#include "t.h"

#include "cmd/vk/meta.h"
#include "cmd/vk/typing.h"

static void nothing(struct shell *s, int argc, const char *const *argv, const size_t *lens) {
    (void)s, (void)argc, (void)argv, (void)lens;
}

static const struct meta *own(size_t i) {
    static const struct meta table[] = {
        {"\\e", "", "", 0, 0, nothing},
        {"\\timing", "[on | off]", "", 0, 1, nothing},
        {"\\watch", "[SECONDS] COMMAND", "repeats", 1, -1, nothing},
        {"help", "COMMAND | @GROUP", "", 0, -1, nothing},
        {"peek", "KEY ...", "", 1, -1, nothing},
    };
    return i < sizeof table / sizeof *table ? &table[i] : NULL;
}

static struct typing typing;
static struct buf out;
static struct typing_ask asked;

static const char *drawn; /* what is drawn while the server is asked */

static void more(void *arg, const struct typing_ask *ask, struct menu *words) {
    (void)arg;
    asked = *ask;
    if (drawn) typing_paint(&typing, drawn, strlen(drawn), &(struct lineview_span){0}, 1);
    if (ask->kind == COMPLETE_KEY) menu_add(words, "a key", 5, "string");
}

/* "word word" of what is offered, `at` where the word begins. */
static const char *offered(const char *line, size_t at) {
    struct menu words;
    size_t from = 0;
    asked = (struct typing_ask){0};
    menu_init(&words);
    buf_clear(&out);
    typing_complete(&typing, line, strlen(line), &words, &from);
    for (size_t i = 0; i < words.n; i++)
        buf_addf(&out, "%s%s", i ? "|" : "", words.words[i].text);
    CHECK_EQ(from, at);
    menu_release(&words);
    return buf_cstr(&out);
}

static const char *hinted(const char *line) {
    bool accept;
    buf_clear(&out);
    typing_hint(&typing, line, strlen(line), &out, &accept);
    CHECK(!accept);
    return buf_cstr(&out);
}

/* "colour:word colour:word" */
static const char *painted(const char *line) {
    struct lineview_span spans[32];
    buf_clear(&out);
    int n = typing_paint(&typing, line, strlen(line), spans, 32);
    for (int i = 0; i < n; i++)
        buf_addf(&out, "%s%s:%.*s", i ? " " : "", spans[i].colour,
                 (int)(spans[i].to - spans[i].from), line + spans[i].from);
    return buf_cstr(&out);
}

static void test_names_of_both(void) {
    CHECK_STR(offered("\\", 0), "\\e|\\timing|\\watch");
    CHECK_STR(offered("pe", 0), "peek|persist|pexpire|pexpireat|pexpiretime");
    CHECK_STR(offered("config rese", 7), "resetstat");
    CHECK_STR(offered("get k\nconfig rese", 13), "resetstat");
}

static void test_commands_behind_other_words(void) {
    CHECK_STR(offered("\\watch 2 strl", 9), "strlen");
    CHECK_STR(offered("\\watch strl", 7), "strlen");
    CHECK_STR(offered("\\watch 0.5 config rese", 18), "resetstat");
    CHECK_STR(offered("5 strl", 2), "strlen");
    CHECK_STR(offered("help strl", 5), "strlen");
    CHECK_STR(offered("help @geo", 5), "@geo");
    CHECK_STR(offered("\\timing o", 8), "off|on");
    CHECK_STR(offered("\\e x", 3), "");
}

static void test_who_knows_more_is_asked_about_the_command_alone(void) {
    CHECK_STR(offered("\\watch 2 get a", 13), "a key");
    CHECK_EQ(asked.argc, 1);
    CHECK_STR(asked.argv[0], "get");
    CHECK_STR(asked.prefix, "a");
    CHECK_STR(offered("get \"a k", 4), "a key");
    CHECK_STR(asked.prefix, "a k");
    CHECK_STR(offered("peek b ", 7), "a key");
    CHECK(!asked.command);
    CHECK_STR(offered("\\timing ", 8), "off|on");
    CHECK_EQ(asked.kind, COMPLETE_NONE);
}

static void test_the_line_is_drawn_while_the_server_is_asked(void) {
    drawn = "\\watch 2 get a and what is behind the cursor";
    CHECK_STR(offered("\\watch 2 get a", 13), "a key");
    drawn = NULL;
    CHECK_EQ(asked.argc, 1);
    CHECK_STR(asked.argv[0], "get");
    CHECK_STR(asked.prefix, "a");
}

static void test_forms_and_pipes(void) {
    CHECK_STR(offered("get k \\j", 6), "\\json");
    CHECK_STR(offered("get k | he", 8), "");
    CHECK_STR(offered("get k > ", 8), "");
    CHECK_STR(hinted("get k | jq ."), "");
    CHECK_STR(painted("get k \\json | jq ."), "1;32:get 36:k 34:\\json 34:|");
    CHECK_STR(painted("5 incr k"), "35:5 1;32:incr 36:k");
}

static void test_own_commands_are_hinted_and_coloured(void) {
    CHECK_STR(hinted("\\wat"), "ch [SECONDS] COMMAND");
    CHECK_STR(hinted("\\watch"), " [SECONDS] COMMAND");
    CHECK_STR(hinted("\\watch "), "[SECONDS] COMMAND");
    CHECK_STR(hinted("\\watch 2 strlen"), " key");
    CHECK_STR(hinted("peek "), "KEY ...");
    CHECK_STR(hinted("strlen "), "key");
    CHECK_STR(painted("\\watch 2 strlen k"), "1;32:\\watch 1;32:strlen 36:k");
    CHECK_STR(painted("\\watch "), "32:\\watch");
    CHECK_STR(painted("\\timing on off"), "31:\\timing");
    CHECK_STR(painted("\\wat"), "");
    CHECK_STR(painted("\\nonesuch"), "31:\\nonesuch");
}

static void test_entries_below_each_other(void) {
    CHECK_STR(painted("strlen k\n# it's\nstrlen l"), "1;32:strlen 36:k 1;32:strlen 36:l");
    CHECK_STR(hinted("strlen k\nstrlen "), "key");
    CHECK(typing_continues(&typing, "set k \"a", 8));
    CHECK(typing_continues(&typing, "get k\nset k \"a", 14));
    CHECK(!typing_continues(&typing, "set k \"a\"", 9));
    CHECK(!typing_continues(&typing, "# it's", 6));
    CHECK_STR(hinted("set k \"a\nb"), "");
}

static void test_explanation(void) {
    buf_clear(&out);
    typing_explain(&typing, "\\watch 2 strlen k", 17, &out);
    CHECK(!strncmp(buf_cstr(&out), "STRLEN: ", 8));
    CHECK(strstr(buf_cstr(&out), "; since 2.2.0; @"));
    buf_clear(&out);
    typing_explain(&typing, "\\watch", 6, &out);
    CHECK_STR(buf_cstr(&out), "\\watch [SECONDS] COMMAND: repeats");
    buf_clear(&out);
    typing_explain(&typing, "nonesuch", 8, &out);
    CHECK_STR(buf_cstr(&out), "");
}

int main(void) {
    typing_init(&typing, NULL, own);
    typing.more = more;
    buf_init(&out, 1 << 20);
    RUN(test_names_of_both);
    RUN(test_commands_behind_other_words);
    RUN(test_who_knows_more_is_asked_about_the_command_alone);
    RUN(test_the_line_is_drawn_while_the_server_is_asked);
    RUN(test_forms_and_pipes);
    RUN(test_own_commands_are_hinted_and_coloured);
    RUN(test_entries_below_each_other);
    RUN(test_explanation);
    buf_release(&out);
    typing_release(&typing);
    return t_end();
}
