/* SPDX-License-Identifier: BSD-3-Clause */
/* Tests of core/command_take: tables out of COMMAND replies, well-formed and hostile. */
#include "core/command.h"

#include "t.h"

/* One entry as servers from 7 on give it: name, arity, flags, keys, categories, tips, specs,
 * subcommands.
 */
#define ENTRY(name, arity, flags, keys, specs, subs)                                               \
    "*10\r\n+" name "\r\n:" arity "\r\n" flags keys "*1\r\n+@slow\r\n*0\r\n" specs subs
#define NO_KEYS ":0\r\n:0\r\n:0\r\n"
#define ONE_KEY ":1\r\n:1\r\n:1\r\n"
#define READONLY "*1\r\n+readonly\r\n"
#define NONE "*0\r\n"
/* RESP2 and RESP3 */
#define INDEX_SPEC(at, last)                                                                       \
    "*6\r\n$5\r\nflags\r\n*1\r\n+RW\r\n$12\r\nbegin_search\r\n*4\r\n$4\r\ntype\r\n$5\r\nindex\r\n" \
    "$4\r\nspec\r\n*2\r\n$5\r\nindex\r\n:" at "\r\n$9\r\nfind_keys\r\n*4\r\n$4\r\ntype\r\n$5\r\n"  \
    "range\r\n$4\r\nspec\r\n*6\r\n$7\r\nlastkey\r\n:" last "\r\n$7\r\nkeystep\r\n:1\r\n$5\r\n"     \
    "limit\r\n:0\r\n"
#define KEYNUM_SPEC                                                                                \
    "%3\r\n$5\r\nflags\r\n~1\r\n+RO\r\n$12\r\nbegin_search\r\n%2\r\n$4\r\ntype\r\n$"               \
    "7\r\nkeyword\r\n"                                                                             \
    "$4\r\nspec\r\n%2\r\n$7\r\nkeyword\r\n$4\r\nFROM\r\n$9\r\nstartfrom\r\n:1\r\n$9\r\nfind_"      \
    "keys\r\n"                                                                                     \
    "%2\r\n$4\r\ntype\r\n$6\r\nkeynum\r\n$4\r\nspec\r\n%3\r\n$9\r\nkeynumidx\r\n:0\r\n$8\r\n"      \
    "firstkey\r\n:1\r\n$7\r\nkeystep\r\n:2\r\n"

struct rig {
    struct resp_reader reader;
    struct reply_builder builder;
    struct command_table *table;
    struct err err;
};

static struct reply *read_reply(struct rig *r, const char *text) {
    struct resp_event ev;
    reply_builder_clear(&r->builder);
    resp_read_feed(&r->reader, text, strlen(text));
    while (resp_read_next(&r->reader, &ev) == 1)
        if (reply_build(&r->builder, &ev) == 0) break;
    CHECK(r->builder.root != NULL);
    return r->builder.root;
}

static void rig_init(struct rig *r) {
    *r = (struct rig){.table = command_table_new()};
    resp_read_init(&r->reader, NULL);
    reply_builder_init(&r->builder, 1 << 20);
}

static void rig_release(struct rig *r) {
    command_table_free(r->table);
    reply_builder_release(&r->builder);
    resp_read_release(&r->reader);
}

static int take(struct rig *r, const char *text) {
    int code = command_table_take(r->table, read_reply(r, text), &r->err);
    reply_builder_clear(&r->builder); /* the table must not need it */
    return code;
}

/* Positions of the keys of a few words, "not known", or "unknown". */
static const char *keys(struct rig *r, int argc, const char *const *argv) {
    static char text[32];
    int at[8], len = 0;
    const struct command_info *info = command_find(r->table, argc, argv, NULL);
    if (!info) return "unknown";
    int n = command_keys(info, argc, argv, NULL, at, 8);
    if (n < 0) return "not known";
    text[0] = 0;
    for (int i = 0; i < n && i < 8; i++)
        len += snprintf(text + len, sizeof text - (size_t)len, i ? " %d" : "%d", at[i]);
    return text;
}

#define KEYS(r, ...)                                                                               \
    keys(r, (int)(sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *)),                         \
         (const char *[]){__VA_ARGS__})

static void a_modules_commands_become_known(void) {
    struct rig r;
    rig_init(&r);
    CHECK_STR(KEYS(&r, "mod.get", "a"), "unknown");
    CHECK_EQ(take(&r,
                  "*3\r\n" ENTRY("mod.get", "-2", READONLY, ONE_KEY, "*1\r\n" INDEX_SPEC("1", "-1"),
                                 NONE) ENTRY("mod.from", "-2", "~1\r\n+movablekeys\r\n", NO_KEYS,
                                             "~1\r\n" KEYNUM_SPEC, NONE)
                      ENTRY("mod", "-2", NONE, NO_KEYS, NONE,
                            "*1\r\n" ENTRY("mod|sub", "3", NONE, NO_KEYS,
                                           "*1\r\n" INDEX_SPEC("2", "0"), NONE))),
             0);
    CHECK_STR(KEYS(&r, "Mod.Get", "a", "b"), "1 2");
    CHECK_STR(KEYS(&r, "mod.from", "x", "from", "2", "a", "1", "b"), "4 6");
    CHECK_STR(KEYS(&r, "MOD", "SUB", "a"), "2");
    CHECK_STR(KEYS(&r, "MOD", "SUX", "a"), "");
    CHECK_STR(KEYS(&r, "GET", "a"), "1");
    const char *argv[] = {"mod.get", "a"};
    const struct command_info *info = command_find(r.table, 2, argv, NULL);
    CHECK(command_info_reads_only(info, 2, argv, NULL) && !command_reads_only(2, argv, NULL));
    CHECK_EQ(command_target(info, 2, argv, NULL), COMMAND_BY_KEY);
    rig_release(&r);
}

static void the_servers_word_goes_before_ours_and_no_further(void) {
    struct rig r;
    rig_init(&r);
    CHECK_EQ(take(&r, "*2\r\n" ENTRY("debug", "-7", NONE, NO_KEYS, NONE, NONE) ENTRY(
                          "touch", "-4", READONLY, ONE_KEY, "*1\r\n" INDEX_SPEC("2", "0"), NONE)),
             0);
    const char *touch[] = {"TOUCH", "a", "b", "c"}, *debug[] = {"DEBUG", "SLEEP", "1"};
    const struct command_info *info = command_find(r.table, 4, touch, NULL);
    CHECK_EQ(info->arity, -4);
    CHECK_STR(KEYS(&r, "TOUCH", "a", "b", "c"), "2");
    CHECK(!command_info_reads_only(info, 4, touch, NULL));
    CHECK_EQ(command_gather(info), COMMAND_GATHER_SUM);
    CHECK_STR(command_find(r.table, 3, debug, NULL)->name, "DEBUG SLEEP");
    CHECK_EQ(take(&r, "*0\r\n"), 0);
    CHECK_EQ(command_find(r.table, 4, touch, NULL)->arity, -2);
    rig_release(&r);
}

/* Six or seven fields: Redis 6 and older. */
static void old_servers_tell_less(void) {
    struct rig r;
    rig_init(&r);
    CHECK_EQ(take(&r, "*5\r\n*6\r\n$3\r\nget\r\n:9\r\n*0\r\n:0\r\n:0\r\n:0\r\n"
                      "*7\r\n$5\r\nm.two\r\n:-3\r\n*1\r\n+readonly\r\n:1\r\n:-2\r\n:2\r\n*0\r\n"
                      "*6\r\n$5\r\nm.one\r\n:-2\r\n*1\r\n+write\r\n:2\r\n:3\r\n:1\r\n"
                      "*6\r\n$6\r\nm.none\r\n:-1\r\n*0\r\n:0\r\n:0\r\n:0\r\n"
                      "*6\r\n$6\r\nm.move\r\n:-1\r\n*1\r\n+movablekeys\r\n:1\r\n:1\r\n:1\r\n"),
             0);
    CHECK_STR(KEYS(&r, "GET", "a"), "1");
    CHECK_STR(KEYS(&r, "m.two", "a", "1", "b", "2", "x"), "1 3");
    CHECK_STR(KEYS(&r, "m.one", "x", "a", "b", "c"), "2 3");
    CHECK_STR(KEYS(&r, "m.none", "x"), "");
    CHECK_STR(KEYS(&r, "m.move", "x"), "not known");
    rig_release(&r);
}

static void keys_that_move_without_a_spec_are_not_known(void) {
    struct rig r;
    rig_init(&r);
    CHECK_EQ(take(&r, "*2\r\n" ENTRY("mod.a", "-1", "*1\r\n+movablekeys\r\n", ONE_KEY,
                                     "*1\r\n" INDEX_SPEC("1", "0"), NONE)
                          ENTRY("sort", "-2", "*1\r\n+movablekeys\r\n", ONE_KEY,
                                "*2\r\n" INDEX_SPEC("1", "0") INDEX_SPEC("0", "0"), NONE)),
             0);
    CHECK_STR(KEYS(&r, "mod.a", "x"), "not known");
    CHECK_STR(KEYS(&r, "SORT", "k", "STORE", "d"), "1 3");
    const char *argv[] = {"mod.a", "x"};
    CHECK_EQ(command_target(command_find(r.table, 2, argv, NULL), 2, argv, NULL), COMMAND_BY_KEY);
    rig_release(&r);
}

static void an_index_of_the_search_module_is_no_key(void) {
    struct rig r;
    rig_init(&r);
    CHECK_EQ(take(&r,
                  "*2\r\n" ENTRY("FT.SEARCH", "-1", READONLY, ONE_KEY,
                                 "*1\r\n" INDEX_SPEC("1", "0"), NONE)
                      ENTRY("FT.SUGADD", "-1", NONE, ONE_KEY, "*1\r\n" INDEX_SPEC("1", "0"), NONE)),
             0);
    CHECK_STR(KEYS(&r, "FT.SEARCH", "i", "*"), "");
    CHECK_STR(KEYS(&r, "FT.SUGADD", "k", "a", "1"), "1");
    const char *argv[] = {"FT.SEARCH", "i"};
    CHECK_EQ(command_target(command_find(r.table, 2, argv, NULL), 2, argv, NULL), COMMAND_ANY_NODE);
    rig_release(&r);
}

static void what_is_no_list_is_refused_and_changes_nothing(void) {
    struct rig r;
    rig_init(&r);
    CHECK_EQ(take(&r, "*1\r\n" ENTRY("mod.a", "-1", NONE, NO_KEYS, NONE, NONE)), 0);
    CHECK_EQ(take(&r, "-NOPERM no\r\n"), VK_ESERVER);
    CHECK_STR(r.err.text, "NOPERM no");
    CHECK_EQ(take(&r, "!5\r\nERR x\r\n"), VK_ESERVER);
    CHECK_EQ(take(&r, "$2\r\nhi\r\n"), VK_EPROTO);
    CHECK_EQ(take(&r, "$-1\r\n"), VK_EPROTO);
    CHECK_EQ(take(&r, ":1\r\n"), VK_EPROTO);
    CHECK_EQ(take(&r, "%1\r\n:1\r\n:2\r\n"), VK_EPROTO);
    CHECK_STR(KEYS(&r, "mod.a", "x"), "");
    rig_release(&r);
}

static void entries_without_sense_are_left_out(void) {
    struct rig r;
    rig_init(&r);
    CHECK_EQ(
        take(&r,
             "*12\r\n$-1\r\n:1\r\n*0\r\n*1\r\n+a\r\n*6\r\n:1\r\n:1\r\n*0\r\n:0\r\n:0\r\n:0\r\n" //
             ENTRY("b", "0", NONE, NO_KEYS, NONE, NONE)                                         //
             ENTRY("c", "70000", NONE, NO_KEYS, NONE, NONE)                                     //
             ENTRY("d", "1", NONE, ":1\r\n:1\r\n$1\r\n1\r\n", NONE, NONE)                       //
             ENTRY("e e", "1", NONE, NO_KEYS, NONE, NONE)                                       //
             ENTRY("f|g", "1", NONE, NO_KEYS, NONE, NONE)                                       //
             ENTRY("h", "-1", ":1\r\n", NO_KEYS, ":1\r\n", ":1\r\n")                            //
             ENTRY("i", "-1", NONE, NO_KEYS, NONE,
                   "*1\r\n" ENTRY("j", "1", NONE, NO_KEYS, NONE, NONE))),
        0);
    for (const char *name = "abcdefgj"; *name; name++)
        CHECK_STR(KEYS(&r, ((char[]){*name, 0}), "x"), "unknown");
    CHECK_STR(KEYS(&r, "h", "x"), "");
    CHECK_STR(KEYS(&r, "i", "x"), "");
    rig_release(&r);
}

static void of_two_entries_the_first_stands(void) {
    struct rig r;
    rig_init(&r);
    CHECK_EQ(take(&r, "*2\r\n" ENTRY("a", "-1", NONE, NO_KEYS, NONE, NONE)
                          ENTRY("A", "-2", NONE, ONE_KEY, "*1\r\n" INDEX_SPEC("1", "0"), NONE)),
             0);
    CHECK_STR(KEYS(&r, "a", "x"), "");
    rig_release(&r);
}

static void specs_without_sense_are_not_known(void) {
    struct rig r;
    rig_init(&r);
    CHECK_EQ(take(&r, "*4\r\n" ENTRY("a", "-1", NONE, ONE_KEY, "*1\r\n" INDEX_SPEC("0", "0"), NONE)
                          ENTRY("b", "-1", NONE, ONE_KEY, "*1\r\n" INDEX_SPEC("99999", "0"), NONE)
                              ENTRY("c", "-1", NONE, ONE_KEY, "*2\r\n:1\r\n*0\r\n", NONE)
                                  ENTRY("d", "-1", NONE, ONE_KEY,
                                        "*1\r\n" INDEX_SPEC("1", "-32768"), NONE)),
             0);
    CHECK_STR(KEYS(&r, "a", "x"), "not known");
    CHECK_STR(KEYS(&r, "b", "x"), "not known");
    CHECK_STR(KEYS(&r, "c", "x"), "not known");
    CHECK_STR(KEYS(&r, "d", "x"), "");
    rig_release(&r);
}

static void more_specs_than_anyone_has_are_not_known(void) {
    static const char spec[] = INDEX_SPEC("1", "0"),
                      begin[] = "*1\r\n*10\r\n+a\r\n:-1\r\n*0\r\n" NO_KEYS "*0\r\n*0\r\n";
    static char text[17 * sizeof spec + sizeof begin + 32];
    struct rig r;
    rig_init(&r);
    for (int n = 16; n <= 17; n++) {
        int len = snprintf(text, sizeof text, "%s*%d\r\n", begin, n);
        for (int i = 0; i < n; i++)
            len += snprintf(text + len, sizeof text - (size_t)len, "%s", spec);
        snprintf(text + len, sizeof text - (size_t)len, "*0\r\n");
        CHECK_EQ(take(&r, text), 0);
        const char *argv[] = {"a", "x"};
        int got = command_keys(command_find(r.table, 2, argv, NULL), 2, argv, NULL, NULL, 0);
        CHECK_EQ(got, n == 16 ? 16 : VK_EPARSE);
    }
    rig_release(&r);
}

static void a_list_beyond_reason_is_refused(void) {
    enum { MANY = 16385 };
    static char text[MANY * 4 + 16];
    struct rig r;
    rig_init(&r);
    int len = snprintf(text, sizeof text, "*%d\r\n", MANY);
    for (int i = 0; i < MANY; i++)
        len += snprintf(text + len, sizeof text - (size_t)len, "*0\r\n");
    reply_builder_release(&r.builder);
    reply_builder_init(&r.builder, 1 << 24);
    CHECK_EQ(take(&r, text), VK_ELIMIT);
    memcpy(text, "*16384", 6);
    CHECK_EQ(take(&r, text), 0);
    rig_release(&r);
}

/* ---- every value of a reply replaced by every other kind ---- */

static const char *const stand_ins[] = {"$-1\r\n",
                                        ":-1\r\n",
                                        ":0\r\n",
                                        ":9223372036854775807\r\n",
                                        "$0\r\n\r\n",
                                        "*0\r\n",
                                        "*1\r\n*1\r\n$1\r\nx\r\n",
                                        "%1\r\n$4\r\ntype\r\n$5\r\nindex\r\n",
                                        "-ERR x\r\n",
                                        "$5\r\nindex\r\n",
                                        "#t\r\n"};

static void use(struct rig *r) {
    const char *argv[] = {"mod.x", "FROM", "1", "a", "b"}, *sub[] = {"MOD.X", "SUB", "a"};
    const struct command_info *found[] = {command_find(r->table, 5, argv, NULL),
                                          command_find(r->table, 3, sub, NULL)};
    int at[8];
    for (int i = 0; i < 2; i++) {
        if (!found[i]) continue;
        int n = command_keys(found[i], i ? 3 : 5, i ? sub : argv, NULL, at, 8);
        CHECK(n <= 8);
        for (int j = 0; j < n; j++)
            CHECK(at[j] >= 1 && at[j] < (i ? 3 : 5));
        CHECK(command_target(found[i], i ? 3 : 5, i ? sub : argv, NULL) != COMMAND_BY_POLICY);
        CHECK(command_gather(found[i]) != COMMAND_GATHER_BY_POLICY);
    }
}

static int replace_each(struct rig *r, struct reply *root, struct reply *at,
                        const struct reply *other) {
    int n = 0;
    for (; at; at = at->next) {
        struct reply was = *at;
        *at = *other;
        at->next = was.next;
        int code = command_table_take(r->table, root, &r->err);
        CHECK(code == 0 || code == VK_EPROTO || code == VK_ESERVER);
        use(r);
        *at = was;
        n += 1 + replace_each(r, root, at->child, other);
    }
    return n;
}

static void no_shape_does_harm(void) {
    struct rig r, s;
    rig_init(&r);
    rig_init(&s);
    struct reply *root =
        read_reply(&r, "*1\r\n" ENTRY("mod.x", "-2", "*2\r\n+readonly\r\n+movablekeys\r\n", ONE_KEY,
                                      "*2\r\n" KEYNUM_SPEC INDEX_SPEC("1", "-1"),
                                      "*1\r\n" ENTRY("mod.x|sub", "3", NONE, ONE_KEY,
                                                     "*1\r\n" INDEX_SPEC("2", "0"), NONE)));
    for (size_t i = 0; i < sizeof stand_ins / sizeof *stand_ins; i++)
        CHECK(replace_each(&r, root, root, read_reply(&s, stand_ins[i])) > 80);
    rig_release(&r);
    rig_release(&s);
}

int main(void) {
    RUN(a_modules_commands_become_known);
    RUN(the_servers_word_goes_before_ours_and_no_further);
    RUN(old_servers_tell_less);
    RUN(keys_that_move_without_a_spec_are_not_known);
    RUN(an_index_of_the_search_module_is_no_key);
    RUN(what_is_no_list_is_refused_and_changes_nothing);
    RUN(entries_without_sense_are_left_out);
    RUN(of_two_entries_the_first_stands);
    RUN(specs_without_sense_are_not_known);
    RUN(more_specs_than_anyone_has_are_not_known);
    RUN(a_list_beyond_reason_is_refused);
    RUN(no_shape_does_harm);
    command_table_free(NULL);
    return t_end();
}
