/* SPDX-License-Identifier: BSD-3-Clause */
/* Tests of ui/grammar_take and ui/grammar_save: grammars out of COMMAND DOCS, well-formed and
 * hostile, and kept as text. */
#include "t.h"
#include "ui/complete.h"
#include "ui/grammar.h"
#include "ui/hint.h"
#include "ui/paint.h"

/* MOD.SET key [NX | XX] [COUNT count] value [value ...], as RESP3 has it, and MOD.BOX GET key, as
 * RESP2. */
#define ARG(name, type) "%3\r\n$4\r\nname\r\n+" name "\r\n$4\r\ntype\r\n+" type "\r\n"
#define OPTIONAL "$5\r\nflags\r\n~1\r\n+optional\r\n"
#define MULTIPLE "$5\r\nflags\r\n~1\r\n+multiple\r\n"
#define NO_FLAGS "$5\r\nflags\r\n*0\r\n"
#define TOKEN(name) "*6\r\n+name\r\n+t\r\n+type\r\n+pure-token\r\n+token\r\n+" name "\r\n"
#define CHOICE                                                                                     \
    "%4\r\n+name\r\n+condition\r\n+type\r\n+oneof\r\n" OPTIONAL "+arguments\r\n*2\r\n" TOKEN("NX") \
        TOKEN("XX")
#define COUNT "%4\r\n+name\r\n+count\r\n+type\r\n+integer\r\n+token\r\n+COUNT\r\n" OPTIONAL
#define SET                                                                                        \
    "$7\r\nmod.set\r\n%5\r\n+summary\r\n+Set it\r\n+since\r\n+1.2.3\r\n+group\r\n+module\r\n"      \
    "+complexity\r\n+O(1)\r\n+arguments\r\n*4\r\n" ARG("key", "key")                               \
        NO_FLAGS CHOICE COUNT ARG("value", "string") MULTIPLE
#define BOX                                                                                        \
    "$7\r\nmod.box\r\n*4\r\n+summary\r\n+A box\r\n+subcommands\r\n*2\r\n+mod.box|get\r\n"          \
    "*4\r\n+summary\r\n+Get it\r\n+arguments\r\n*1\r\n*4\r\n+name\r\n+key\r\n+type\r\n+key\r\n"
#define DOCS "%2\r\n" SET BOX

struct rig {
    struct resp_reader reader;
    struct reply_builder builder, other;
    struct grammar *grammar;
    struct err err;
};

static const struct reply *read_reply(struct rig *r, struct reply_builder *b, const char *text) {
    struct resp_event ev;
    reply_builder_clear(b);
    resp_read_feed(&r->reader, text, strlen(text));
    while (resp_read_next(&r->reader, &ev) == 1)
        if (reply_build(b, &ev) == 0) break;
    CHECK(b->root != NULL);
    return b->root;
}

static void rig_init(struct rig *r) {
    *r = (struct rig){.grammar = grammar_new()};
    resp_read_init(&r->reader, NULL);
    reply_builder_init(&r->builder, 1 << 24);
    reply_builder_init(&r->other, 1 << 24);
}

static void rig_release(struct rig *r) {
    grammar_free(r->grammar);
    reply_builder_release(&r->builder);
    reply_builder_release(&r->other);
    resp_read_release(&r->reader);
}

static int take(struct rig *r, const char *docs, const char *commands) {
    const struct reply *c = commands ? read_reply(r, &r->other, commands) : NULL;
    int code = grammar_take(r->grammar, read_reply(r, &r->builder, docs), c, &r->err);
    reply_builder_clear(&r->builder); /* the grammar must not need it */
    reply_builder_clear(&r->other);
    return code;
}

static const char *hint(struct rig *r, const char *line, enum hint_state *state) {
    static char text[1024];
    struct buf out = {.p = text, .cap = sizeof text, .max = sizeof text - 1};
    struct typed t;
    typed_init(&t);
    typed_split(&t, line, strlen(line));
    enum hint_state s = hint_add(r->grammar, t.argc, t.argv, t.lens, t.inside, &out, NULL);
    if (state) *state = s;
    typed_release(&t);
    return buf_cstr(&out);
}

static const struct grammar_command *find(struct rig *r, const char *name) {
    return grammar_find(r->grammar, 1, &name, NULL);
}

/* ---- well-formed ---- */

static void a_server_tells_its_commands(void) {
    struct rig r;
    rig_init(&r);
    CHECK(find(&r, "mod.set") == NULL);
    CHECK_EQ(take(&r, DOCS, NULL), 0);
    const struct grammar_command *c = find(&r, "mod.set");
    CHECK_STR(c->summary, "Set it");
    CHECK_STR(c->since, "1.2.3");
    CHECK_STR(c->complexity, "O(1)");
    CHECK(c->told && c->served && !c->container && c->arity == 0);
    CHECK_STR(hint(&r, "mod.set ", NULL), "key [NX | XX] [COUNT count] value [value ...]");
    CHECK_STR(hint(&r, "mod.set k nx ", NULL), "[COUNT count] value [value ...]");
    CHECK_STR(hint(&r, "mod.box ", NULL), "GET");
    CHECK_STR(hint(&r, "mod.box get ", NULL), "key");
    CHECK_STR(hint(&r, "get ", NULL), "key");
    CHECK(!find(&r, "get")->served);
    rig_release(&r);
}

static void the_servers_word_goes_before_ours(void) {
    struct rig r;
    rig_init(&r);
    CHECK_EQ(take(&r,
                  "%1\r\n+get\r\n%2\r\n+summary\r\n+x\r\n+arguments\r\n*1\r\n" ARG(
                      "thing", "string") NO_FLAGS,
                  NULL),
             0);
    CHECK_STR(hint(&r, "get ", NULL), "thing");
    CHECK_EQ(find(&r, "get")->arity, 2);
    CHECK_STR(find(&r, "get")->categories, "@fast @read @string");
    CHECK_EQ(take(&r, "%0\r\n", NULL), 0);
    CHECK_STR(hint(&r, "get ", NULL), "key");
    rig_release(&r);
}

static void command_tells_arity_and_categories(void) {
    struct rig r;
    rig_init(&r);
    CHECK_EQ(
        take(&r, DOCS,
             "*2\r\n*7\r\n+mod.set\r\n:-3\r\n*0\r\n:0\r\n:0\r\n:0\r\n~2\r\n+@write\r\n+@slow\r\n"
             "*10\r\n+mod.box\r\n:-2\r\n*0\r\n:0\r\n:0\r\n:0\r\n*0\r\n*0\r\n*0\r\n*1\r\n"
             "*7\r\n+mod.box|get\r\n:3\r\n*0\r\n:0\r\n:0\r\n:0\r\n*1\r\n+@read\r\n"),
        0);
    CHECK_EQ(find(&r, "mod.set")->arity, -3);
    CHECK_STR(find(&r, "mod.set")->categories, "@write @slow");
    const char *box[] = {"mod.box", "get"};
    CHECK_EQ(grammar_find(r.grammar, 2, box, NULL)->arity, 3);
    CHECK_STR(grammar_find(r.grammar, 2, box, NULL)->categories, "@read");
    rig_release(&r);
}

static void command_alone_tells_which_there_are(void) {
    struct rig r;
    rig_init(&r);
    const struct reply *c =
        read_reply(&r, &r.other,
                   "*3\r\n*7\r\n+get\r\n:2\r\n*0\r\n:0\r\n:0\r\n:0\r\n*1\r\n+@mine\r\n"
                   "*6\r\n+config\r\n:-2\r\n*0\r\n:0\r\n:0\r\n:0\r\n"
                   "*6\r\n+mod.it\r\n:3\r\n*0\r\n:0\r\n:0\r\n:0\r\n");
    CHECK_EQ(grammar_take(r.grammar, NULL, c, &r.err), 0);
    reply_builder_clear(&r.other);
    CHECK(find(&r, "get")->served && !find(&r, "set")->served);
    CHECK_STR(find(&r, "get")->categories, "@mine");
    CHECK_STR(find(&r, "get")->group, "string");
    CHECK_STR(hint(&r, "get ", NULL), "key");
    CHECK_STR(hint(&r, "config get ", NULL), "parameter [parameter ...]");
    const char *sub[] = {"config", "get"};
    CHECK(grammar_find(r.grammar, 2, sub, NULL)->served && find(&r, "config")->container);
    CHECK(find(&r, "mod.it")->served && !find(&r, "mod.it")->told);
    CHECK_EQ(grammar_take(r.grammar, NULL, read_reply(&r, &r.other, "-NOPERM no\r\n"), &r.err),
             VK_ESERVER);
    CHECK_EQ(grammar_take(r.grammar, NULL, read_reply(&r, &r.other, ":1\r\n"), &r.err), VK_EPROTO);
    CHECK(!find(&r, "set")->served);
    rig_release(&r);
}

static void of_a_wrong_requirement_the_arity_is_right(void) {
    struct rig r;
    enum hint_state state;
    rig_init(&r);
    CHECK_EQ(take(&r,
                  "%1\r\n+mod.pos\r\n%2\r\n+summary\r\n+x\r\n+arguments\r\n*2\r\n" ARG("key", "key")
                      NO_FLAGS ARG("member", "string") MULTIPLE,
                  "*1\r\n*7\r\n+mod.pos\r\n:-2\r\n*0\r\n:0\r\n:0\r\n:0\r\n*0\r\n"),
             0);
    CHECK_STR(hint(&r, "mod.pos k ", &state), "[member [member ...]]");
    CHECK_EQ(state, HINT_FULL);
    rig_release(&r);
}

static void a_module_that_says_nothing_leaves_our_words(void) {
    struct rig r;
    enum hint_state state;
    rig_init(&r);
    CHECK_EQ(
        take(&r,
             "%2\r\n+json.set\r\n%1\r\n+group\r\n+module\r\n+mod.x\r\n%1\r\n+group\r\n+module\r\n",
             "*1\r\n*7\r\n+json.set\r\n:-4\r\n*0\r\n:0\r\n:0\r\n:0\r\n*0\r\n"),
        0);
    CHECK_STR(hint(&r, "json.set ", NULL), "key path value [NX | XX]");
    CHECK(find(&r, "json.set")->served && find(&r, "json.set")->arity == -4);
    CHECK(!find(&r, "json.get")->served);
    CHECK_EQ(take(&r, "%1\r\n+debug\r\n%1\r\n+summary\r\n+theirs\r\n", NULL), 0);
    CHECK_STR(hint(&r, "debug ", NULL), "subcommand [arg [arg ...]]");
    CHECK_STR(find(&r, "debug")->summary, "theirs");
    CHECK_STR(hint(&r, "mod.x a b c ", &state), "");
    CHECK_EQ(state, HINT_NOTHING);
    rig_release(&r);
}

/* ---- kept ---- */

static void what_is_saved_comes_back(void) {
    struct rig r;
    struct buf a, b;
    rig_init(&r);
    buf_init(&a, GRAMMAR_SAVE_MAX);
    buf_init(&b, GRAMMAR_SAVE_MAX);
    CHECK_EQ(grammar_save(r.grammar, &a), 0);
    CHECK_EQ(grammar_load(r.grammar, a.p, a.len, &r.err), 0);
    CHECK(find(&r, "get")->served);
    buf_clear(&a);
    CHECK_EQ(take(&r, DOCS, NULL), 0);
    CHECK_EQ(grammar_save(r.grammar, &a), 0);
    grammar_free(r.grammar);
    r.grammar = grammar_new();
    CHECK_EQ(grammar_load(r.grammar, a.p, a.len, &r.err), 0);
    CHECK_STR(hint(&r, "mod.set k nx ", NULL), "[COUNT count] value [value ...]");
    CHECK_STR(hint(&r, "mod.box ", NULL), "GET");
    CHECK(!find(&r, "get")->served);
    CHECK_EQ(grammar_save(r.grammar, &b), 0);
    CHECK_MEM(a.p, a.len, b.p, b.len);
    for (size_t cut = 0; cut < a.len; cut++) {
        bool line = !cut || a.p[cut - 1] == '\n';
        CHECK_EQ(grammar_load(r.grammar, a.p, cut, &r.err), line && cut ? 0 : VK_EPARSE);
    }
    CHECK_EQ(grammar_load(r.grammar, "valkit grammar 0\n", 17, &r.err), VK_EPARSE);
    buf_release(&a);
    buf_init(&a, 40);
    CHECK_EQ(grammar_save(r.grammar, &a), VK_ELIMIT);
    buf_release(&a);
    buf_release(&b);
    rig_release(&r);
}

/* ---- hostile ---- */

static void what_is_no_map_is_refused_and_changes_nothing(void) {
    struct rig r;
    rig_init(&r);
    CHECK_EQ(take(&r, DOCS, NULL), 0);
    CHECK_EQ(take(&r, "-NOPERM no\r\n", NULL), VK_ESERVER);
    CHECK_STR(r.err.text, "NOPERM no");
    CHECK_EQ(take(&r, "$2\r\nhi\r\n", NULL), VK_EPROTO);
    CHECK_EQ(take(&r, "$-1\r\n", NULL), VK_EPROTO);
    CHECK_EQ(take(&r, ":1\r\n", NULL), VK_EPROTO);
    CHECK(find(&r, "mod.set") != NULL);
    CHECK_EQ(take(&r, DOCS, "-NOPERM no\r\n"), 0);
    CHECK_EQ(take(&r, DOCS, ":1\r\n"), 0);
    CHECK(find(&r, "mod.set") != NULL);
    rig_release(&r);
}

static void texts_cannot_drive_a_terminal(void) {
    struct rig r;
    rig_init(&r);
    CHECK_EQ(
        take(
            &r,
            "%3\r\n+mod.a\r\n%2\r\n$7\r\nsummary\r\n$6\r\n\x1b[2J\r\n\r\n+arguments\r\n*1\r\n%2\r\n"
            "+name\r\n$3\r\na\tb\r\n+type\r\n+string\r\n"
            "$3\r\na\x1b"
            "b\r\n%0\r\n$3\r\na b\r\n%0\r\n",
            NULL),
        0);
    CHECK_STR(find(&r, "mod.a")->summary, "\\x1b[2J\\x0d\\x0a");
    CHECK_STR(hint(&r, "mod.a ", NULL), "a\\x09b");
    CHECK(find(&r, "a\x1b"
                   "b") == NULL);
    rig_release(&r);
}

static void arguments_beyond_the_limits_are_not_told(void) {
    static char text[1 << 16];
    struct rig r;
    enum hint_state state;
    rig_init(&r);
    for (int n = GRAMMAR_ARGS_MAX; n <= GRAMMAR_ARGS_MAX + 1; n++) {
        int len = snprintf(text, sizeof text, "%%1\r\n+mod.a\r\n%%1\r\n+arguments\r\n*%d\r\n", n);
        for (int i = 0; i < n; i++)
            len +=
                snprintf(text + len, sizeof text - (size_t)len, "%s", ARG("x", "string") NO_FLAGS);
        CHECK_EQ(take(&r, text, NULL), 0);
        hint(&r, "mod.a ", &state);
        CHECK_EQ(find(&r, "mod.a")->told, n == GRAMMAR_ARGS_MAX);
    }
    for (int depth = GRAMMAR_DEPTH_MAX; depth <= GRAMMAR_DEPTH_MAX + 1; depth++) {
        int len = snprintf(text, sizeof text, "%%1\r\n+mod.a\r\n%%1\r\n+arguments\r\n");
        for (int i = 0; i < depth; i++)
            len += snprintf(text + len, sizeof text - (size_t)len,
                            "*1\r\n%%3\r\n+name\r\n+b\r\n+type\r\n+block\r\n+arguments\r\n");
        snprintf(text + len, sizeof text - (size_t)len, "*1\r\n%s", ARG("x", "string") NO_FLAGS);
        CHECK_EQ(take(&r, text, NULL), 0);
        CHECK_EQ(find(&r, "mod.a")->told, depth == GRAMMAR_DEPTH_MAX);
        if (depth == GRAMMAR_DEPTH_MAX) CHECK_STR(hint(&r, "mod.a", NULL), " x");
    }
    rig_release(&r);
}

/* 16 blocks of 63 are 1,024 arguments. */
static void a_tree_beyond_the_limit_is_not_told(void) {
    static char text[1 << 17];
    struct rig r;
    rig_init(&r);
    for (int more = 0; more < 2; more++) {
        int len = snprintf(text, sizeof text, "%%1\r\n+mod.a\r\n%%1\r\n+arguments\r\n*16\r\n");
        for (int i = 0; i < 16; i++) {
            int n = 63 + (more && !i);
            len += snprintf(text + len, sizeof text - (size_t)len,
                            "%%3\r\n+name\r\n+b\r\n+type\r\n+block\r\n+arguments\r\n*%d\r\n", n);
            for (int j = 0; j < n; j++)
                len += snprintf(text + len, sizeof text - (size_t)len, "%s",
                                ARG("x", "string") NO_FLAGS);
        }
        CHECK_EQ(take(&r, text, NULL), 0);
        CHECK_EQ(find(&r, "mod.a")->told, !more);
    }
    rig_release(&r);
}

static void more_commands_than_anyone_has_are_refused(void) {
    static char text[(GRAMMAR_COMMANDS_MAX + 1) * 16 + 64];
    struct rig r;
    rig_init(&r);
    for (int n = GRAMMAR_COMMANDS_MAX; n <= GRAMMAR_COMMANDS_MAX + 1; n++) {
        int len = snprintf(text, sizeof text, "%%%d\r\n", n);
        for (int i = 0; i < n; i++)
            len += snprintf(text + len, sizeof text - (size_t)len, "+x%d\r\n%%0\r\n", i);
        CHECK_EQ(take(&r, text, NULL), n > GRAMMAR_COMMANDS_MAX ? VK_ELIMIT : 0);
        CHECK(find(&r, "x7") != NULL);
    }
    rig_release(&r);
}

/* ---- every value of a reply replaced by every other kind ---- */

static const char *const stand_ins[] = {"$-1\r\n",
                                        ":-1\r\n",
                                        "$0\r\n\r\n",
                                        "*0\r\n",
                                        "%0\r\n",
                                        "*1\r\n*1\r\n$1\r\nx\r\n",
                                        "%1\r\n$4\r\ntype\r\n$5\r\nblock\r\n",
                                        "-ERR x\r\n",
                                        "$5\r\nblock\r\n",
                                        "$5\r\noneof\r\n",
                                        "+pure-token\r\n",
                                        "+multiple\r\n",
                                        "+optional\r\n",
                                        "#t\r\n"};

static void use(struct rig *r) {
    static const char *const lines[] = {"mod.set k nx count 1 v v x y z ", "mod.box get k",
                                        "mod.set", "mod.box ", "mod.set x x x x"};
    struct paint_span spans[16];
    struct complete c;
    struct typed t;
    typed_init(&t);
    complete_init(&c);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        hint(r, lines[i], NULL);
        typed_split(&t, lines[i], strlen(lines[i]));
        complete_find(&c, r->grammar, t.argc, t.argv, t.lens, t.inside);
        CHECK_EQ(paint_line(r->grammar, &t, spans, 16), t.argc);
    }
    complete_release(&c);
    typed_release(&t);
}

static int replace_each(struct rig *r, const struct reply *root, struct reply *at,
                        const struct reply *other) {
    int n = 0;
    for (; at; at = at->next) {
        struct reply was = *at;
        *at = *other;
        at->next = was.next;
        int code = grammar_take(r->grammar, root, root, &r->err);
        CHECK(code == 0 || code == VK_EPROTO || code == VK_ESERVER);
        use(r);
        *at = was;
        n += 1 + replace_each(r, root, at->child, other);
    }
    return n;
}

static void no_shape_does_harm(void) {
    struct rig r;
    rig_init(&r);
    read_reply(&r, &r.builder, DOCS);
    struct reply *root = r.builder.root;
    for (size_t i = 0; i < sizeof stand_ins / sizeof *stand_ins; i++)
        CHECK(replace_each(&r, root, root, read_reply(&r, &r.other, stand_ins[i])) > 60);
    rig_release(&r);
}

int main(void) {
    RUN(a_server_tells_its_commands);
    RUN(the_servers_word_goes_before_ours);
    RUN(command_tells_arity_and_categories);
    RUN(command_alone_tells_which_there_are);
    RUN(of_a_wrong_requirement_the_arity_is_right);
    RUN(a_module_that_says_nothing_leaves_our_words);
    RUN(what_is_saved_comes_back);
    RUN(what_is_no_map_is_refused_and_changes_nothing);
    RUN(texts_cannot_drive_a_terminal);
    RUN(arguments_beyond_the_limits_are_not_told);
    RUN(a_tree_beyond_the_limit_is_not_told);
    RUN(more_commands_than_anyone_has_are_refused);
    RUN(no_shape_does_harm);
    return t_end();
}
