/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd/vk/help_page and help_list: what help shows, out of the built-in grammar. */
#include "cmd/vk/help_page.h"
#include "tests/unit/t.h"

static struct grammar *grammar;
static struct buf out;
static struct help_page page;

static void command(const char *name, const char *sub) {
    const char *argv[] = {name, sub};
    const struct grammar_command *c = grammar_find(grammar, sub ? 2 : 1, argv, NULL);
    buf_clear(&out);
    CHECK(c != NULL);
    if (c) help_page_command(&page, c);
}

static bool has(const char *text) {
    return strstr(buf_cstr(&out), text) != NULL;
}

static void a_command_has_a_page(void) {
    command("getdel", NULL);
    CHECK_STR(buf_cstr(&out), "GETDEL key\n"
                              "  Get the value of a key and delete the key\n"
                              "\n"
                              "  since       6.2.0\n"
                              "  group       string (help @string lists it)\n"
                              "  complexity  O(1)\n"
                              "  categories  @fast @string @write\n");
}

static void usage_breaks_between_arguments_and_options_are_explained(void) {
    command("set", NULL);
    CHECK(has("SET key value [NX | XX] [GET] [EX seconds | PX milliseconds\n"
              "    | EXAT unix-time-seconds | PXAT unix-time-milliseconds | KEEPTTL]\n"));
    CHECK(has("\n\n  NX       only when the key does not exist\n"));
    command("zadd", NULL);
    CHECK(has("  NX    only add members, change none\n"));
    command("expire", NULL);
    CHECK(has("  NX  only when there is no time to live\n"));
}

static void no_line_is_wider_than_the_terminal(void) {
    const struct grammar_command *c;
    for (page.columns = 60; page.columns <= 100; page.columns += 20)
        for (size_t i = 0; (c = grammar_at(grammar, i)); i++) {
            buf_clear(&out);
            help_page_command(&page, c);
            const char *line = buf_cstr(&out);
            line = strchr(line, '\n') + 1; /* one argument may be wider than all */
            for (; *line; line = strchr(line, '\n') + 1)
                if (line[2] != ' ') CHECK((int)strcspn(line, "\n") <= page.columns + 20);
        }
    page.columns = 80;
}

static void a_container_lists_its_subcommands(void) {
    command("object", NULL);
    CHECK(has("OBJECT SUBCOMMAND [argument ...]\n"));
    CHECK(has("\n\n  OBJECT ENCODING  "));
    CHECK(has("\n  OBJECT REFCOUNT  "));
    command("object", "freq");
    CHECK(has("OBJECT FREQ key\n"));
    CHECK(!has("OBJECT ENCODING"));
}

static void groups_and_categories_list_commands(void) {
    buf_clear(&out);
    CHECK(help_page_group(&page, "hyperloglog", 11));
    CHECK(has("  PFADD       Adds"));
    CHECK(!has("GET "));
    buf_clear(&out);
    CHECK(help_page_group(&page, "Dangerous", 9));
    CHECK(has("  FLUSHALL "));
    CHECK(has("  CONFIG SET "));
    CHECK(!has("  GET "));
    buf_clear(&out);
    CHECK(!help_page_group(&page, "danger", 6));
    CHECK(!help_page_group(&page, "", 0));
    CHECK_EQ(out.len, 0);
    help_page_groups(&page);
    CHECK(has("@string 22"));
    CHECK(has("@sorted-set 35"));
}

static void edits_are_counted(void) {
#define DISTANCE(a, b, max) help_page_distance(a, strlen(a), b, strlen(b), max)
    CHECK_EQ(DISTANCE("", "", 3), 0);
    CHECK_EQ(DISTANCE("GET", "get", 3), 0);
    CHECK_EQ(DISTANCE("get", "gte", 3), 1);
    CHECK_EQ(DISTANCE("get", "gett", 3), 1);
    CHECK_EQ(DISTANCE("get", "et", 3), 1);
    CHECK_EQ(DISTANCE("get", "set", 3), 1);
    CHECK_EQ(DISTANCE("abc", "", 3), 3);
    CHECK_EQ(DISTANCE("abcd", "efgh", 2), 3);
    CHECK_EQ(DISTANCE("hincrby", "hincryb", 2), 1);
}

static bool near(const struct grammar_command *container, const char *word) {
    buf_clear(&out);
    return help_page_near(&page, container, word, strlen(word));
}

static void a_mistyped_name_has_neighbours(void) {
    const char *config = "config";
    CHECK(near(NULL, "hgetal"));
    CHECK_STR(buf_cstr(&out), "  HGETALL  Get all the fields and values in a hash\n");
    CHECK(near(grammar_find(grammar, 1, &config, NULL), "gte"));
    CHECK_STR(buf_cstr(&out), "  CONFIG GET  Get the values of configuration parameters\n");
    CHECK(near(NULL, "expiration"));
    CHECK(has("  PERSIST "));
    CHECK(!near(NULL, "zzzzzzzz"));
    CHECK(!near(NULL, ""));
    CHECK_EQ(out.len, 0);
}

static void colours_only_when_asked_for(void) {
    command("get", NULL);
    CHECK(!has("\x1b"));
    page.colour = true;
    command("get", NULL);
    CHECK(has("\x1b[1mGET\x1b[0m key\n"));
    page.colour = false;
}

int main(void) {
    grammar = grammar_new();
    buf_init(&out, 1 << 20);
    page = (struct help_page){.grammar = grammar, .columns = 80, .out = &out};
    RUN(a_command_has_a_page);
    RUN(usage_breaks_between_arguments_and_options_are_explained);
    RUN(no_line_is_wider_than_the_terminal);
    RUN(a_container_lists_its_subcommands);
    RUN(groups_and_categories_list_commands);
    RUN(edits_are_counted);
    RUN(a_mistyped_name_has_neighbours);
    RUN(colours_only_when_asked_for);
    buf_release(&out);
    grammar_free(grammar);
    return t_end();
}
