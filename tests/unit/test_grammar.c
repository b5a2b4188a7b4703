/* SPDX-License-Identifier: BSD-3-Clause */
/* Tests of ui/grammar and ui/hint over the whole of the built-in tables. */
#include "ui/grammar.h"

#include "base/str.h"
#include "t.h"
#include "ui/grammar_impl.h"
#include "ui/hint.h"

enum { WORDS_MAX = 256 };

/* A line that a grammar allows. */
struct line {
    const char *argv[WORDS_MAX];
    int argc;
    bool all;    /* with everything that is optional */
    int variant; /* which part of a choice */
};

static void put(struct line *l, const char *word) {
    if (l->argc < WORDS_MAX) l->argv[l->argc++] = word;
}

static void put_args(struct line *l, const struct grammar_arg *args, size_t n);

static int least(const struct grammar_arg *a) {
    struct line l = {.argc = 0};
    struct grammar_arg one = *a;
    one.flags = 0;
    put_args(&l, &one, 1);
    return l.argc;
}

static const struct grammar_arg *choice(const struct line *l, const struct grammar_arg *a) {
    const struct grammar_arg *best = &a->args[0];
    if (l->all) return &a->args[l->variant % a->n_args];
    for (size_t i = 1; i < a->n_args; i++)
        if (least(&a->args[i]) < least(best)) best = &a->args[i];
    return best;
}

static void put_arg(struct line *l, const struct grammar_arg *a) {
    if (a->token) put(l, a->token);
    switch (a->type) {
    case GRAMMAR_PURE_TOKEN: break;
    case GRAMMAR_ONEOF: put_arg(l, choice(l, a)); break;
    case GRAMMAR_BLOCK: put_args(l, a->args, a->n_args); break;
    case GRAMMAR_INTEGER:
    case GRAMMAR_DOUBLE:
    case GRAMMAR_UNIX_TIME: put(l, "1"); break;
    default: put(l, strcmp(a->name, "id") ? "a value" : "1-1");
    }
}

static void put_args(struct line *l, const struct grammar_arg *args, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (!l->all && args[i].flags & GRAMMAR_OPTIONAL) continue;
        put_arg(l, &args[i]);
        bool counts = !strcmp(args[i].name, "numkeys") && i + 1 < n;
        if (!l->all && counts && args[i + 1].flags & GRAMMAR_OPTIONAL) l->argv[l->argc - 1] = "0";
    }
}

static void put_name(struct line *l, const struct grammar_command *c, char name[128]) {
    snprintf(name, 128, "%s", c->name);
    put(l, name);
    char *blank = strchr(name, ' ');
    if (!blank) return;
    *blank = 0;
    put(l, blank + 1);
}

static enum hint_state state(const struct grammar *g, const struct line *l, int argc) {
    char text[4096];
    struct buf out = {.p = text, .cap = sizeof text, .max = sizeof text - 1};
    int extra = -1;
    enum hint_state s = hint_add(g, argc, l->argv, NULL, false, &out, &extra);
    if (s == HINT_EXTRA) printf("%s %s: word %d\n", l->argv[0], l->argv[1], extra);
    return s;
}

static bool is_grammatical(const struct grammar_command *c) {
    return !c->container || c->n_args;
}

static void required_arguments_are_those_of_the_arity(void) {
    struct grammar *g = grammar_new();
    char name[128];
    const struct grammar_command *c;
    for (size_t i = 0; (c = grammar_at(g, i)); i++) {
        struct line l = {.argc = 0};
        if (!is_grammatical(c)) continue;
        put_name(&l, c, name);
        put_args(&l, c->args, c->n_args);
        if (c->arity && l.argc != (c->arity < 0 ? -c->arity : c->arity))
            printf("%s takes %d words, not %d\n", c->name, l.argc, c->arity);
        CHECK(!c->arity || l.argc == (c->arity < 0 ? -c->arity : c->arity));
        enum hint_state s = state(g, &l, l.argc);
        if (s != HINT_FULL) printf("%s: state %d\n", c->name, s);
        CHECK_EQ(s, HINT_FULL);
        if (l.argc > c->n_words) CHECK_EQ(state(g, &l, l.argc - 1), HINT_SHORT);
    }
    CHECK(grammar_at(g, 450) != NULL);
    grammar_free(g);
}

/* More words than an arity that is exact. */
static void a_word_too_many_has_no_place(void) {
    struct grammar *g = grammar_new();
    char name[128];
    int n = 0;
    const struct grammar_command *c;
    for (size_t i = 0; (c = grammar_at(g, i)); i++) {
        struct line l = {.argc = 0};
        char text[4096];
        struct buf out = {.p = text, .cap = sizeof text, .max = sizeof text - 1};
        int extra = -1;
        if (c->arity <= 0 || !c->told) continue;
        put_name(&l, c, name);
        put_args(&l, c->args, c->n_args);
        put(&l, "x");
        CHECK_EQ(hint_add(g, l.argc, l.argv, NULL, false, &out, &extra), HINT_EXTRA);
        CHECK_EQ(extra, c->arity);
        n++;
    }
    CHECK(n > 150);
    grammar_free(g);
}

static void every_argument_has_its_place(void) {
    struct grammar *g = grammar_new();
    char name[128];
    const struct grammar_command *c;
    for (int variant = 0; variant < 8; variant++) {
        for (size_t i = 0; (c = grammar_at(g, i)); i++) {
            struct line l = {.all = true, .variant = variant};
            if (!is_grammatical(c)) continue;
            put_name(&l, c, name);
            put_args(&l, c->args, c->n_args);
            enum hint_state s = state(g, &l, l.argc);
            if (s != HINT_FULL) printf("%s: state %d of variant %d\n", c->name, s, variant);
            CHECK_EQ(s, HINT_FULL);
        }
    }
    grammar_free(g);
}

/* ---- the list ---- */

static void commands_stand_in_order_of_name(void) {
    struct grammar *g = grammar_new();
    const struct grammar_command *c, *before = NULL;
    for (size_t i = 0; (c = grammar_at(g, i)); i++) {
        if (before) CHECK(strcmp(before->name, c->name) < 0);
        const char *blank = strchr(c->name, ' ');
        CHECK_EQ(c->n_words, blank ? 2 : 1);
        CHECK(c->served);
        before = c;
    }
    CHECK_STR(grammar_at(g, grammar_from(g, "geoh", 4))->name, "GEOHASH");
    CHECK_STR(grammar_at(g, grammar_from(g, "", 0))->name, "ACL");
    CHECK(grammar_at(g, grammar_from(g, "zzz", 3)) == NULL);
    grammar_free(g);
}

static const char *found(const struct grammar *g, int argc, const char *const *argv) {
    const struct grammar_command *c = grammar_find(g, argc, argv, NULL);
    return c ? c->name : "none";
}

#define FOUND(g, ...)                                                                              \
    found(g, (int)(sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *)),                        \
          (const char *[]){__VA_ARGS__})

static void commands_are_found_in_any_case(void) {
    struct grammar *g = grammar_new();
    CHECK_STR(FOUND(g, "get"), "GET");
    CHECK_STR(FOUND(g, "Config", "gEt", "x"), "CONFIG GET");
    CHECK_STR(FOUND(g, "config", "nope"), "CONFIG");
    CHECK_STR(FOUND(g, "config", ""), "CONFIG");
    CHECK_STR(FOUND(g, "config"), "CONFIG");
    CHECK_STR(FOUND(g, "config get"), "none");
    CHECK_STR(FOUND(g, "config", "get x"), "CONFIG");
    CHECK_STR(FOUND(g, "ge"), "none");
    CHECK_STR(FOUND(g, "gett"), "none");
    CHECK_STR(FOUND(g, ""), "none");
    CHECK_STR(FOUND(g, "json.get", "k"), "JSON.GET");
    CHECK(grammar_find(g, 0, NULL, NULL) == NULL);
    CHECK(grammar_find(g, 1, (const char *[]){"get\0x"}, (size_t[]){5}) == NULL);
    grammar_free(g);
}

static void help_has_something_to_say(void) {
    struct grammar *g = grammar_new();
    const char *argv[] = {"SET"};
    const struct grammar_command *c = grammar_find(g, 1, argv, NULL);
    CHECK_STR(c->since, "1.0.0");
    CHECK_STR(c->group, "string");
    CHECK_STR(c->complexity, "O(1)");
    CHECK_STR(c->categories, "@slow @string @write");
    CHECK_EQ(c->arity, -3);
    CHECK(c->told && !c->container && *c->summary);
    grammar_free(g);
}

static void usage_is_that_of_the_manuals(void) {
    struct grammar *g = grammar_new();
    static const char *const usages[][2] = {
        {"GET", "key"},
        {"PING", "[message]"},
        {"MSET", "key value [key value ...]"},
        {"EXPIRE", "key seconds [NX | XX | GT | LT]"},
        {"LMPOP", "numkeys key [key ...] <LEFT | RIGHT> [COUNT count]"},
        {"SORT", "key [BY pattern] [LIMIT offset count] [GET pattern [GET pattern ...]] "
                 "[ASC | DESC] [ALPHA] [STORE destination]"},
        {"MIGRATE", "host port <key | \"\"> destination-db timeout [COPY] [REPLACE] [AUTH password "
                    "| AUTH2 username password] [KEYS key [key ...]]"},
        {"TOPK.RESERVE", "key topk [width depth decay]"},
    };
    for (size_t i = 0; i < sizeof usages / sizeof *usages; i++) {
        struct buf b;
        buf_init(&b, 4096);
        const struct grammar_command *c = grammar_find(g, 1, usages[i], NULL);
        grammar_usage(c->args, c->n_args, &b);
        CHECK_STR(buf_cstr(&b), usages[i][1]);
        buf_release(&b);
    }
    grammar_free(g);
}

/* ---- text ---- */

static void write_all(const struct grammar_set *s, struct buf *out) {
    buf_init(out, 1 << 20);
    for (size_t i = 0; i < s->n; i++)
        grammar_text_write(&s->rows[i], out);
}

static void the_tables_come_back_as_they_were(void) {
    const char *const tables[] = {grammar_table_commands, grammar_modules_commands};
    for (int i = 0; i < 2; i++) {
        struct grammar_set s;
        struct buf b;
        grammar_set_init(&s);
        CHECK_EQ(grammar_text_parse(&s, tables[i], strlen(tables[i])), 0);
        write_all(&s, &b);
        CHECK_STR(buf_cstr(&b), tables[i]);
        grammar_set_sort(&s);
        buf_release(&b);
        grammar_set_release(&s);
    }
}

static void cut_or_damaged_text_is_refused_or_read(void) {
    const char *text = strstr(grammar_table_commands, "SET\t");
    const size_t len = (size_t)(strchr(text, '\n') - text) + 1;
    char copy[1024];
    for (size_t cut = 0; cut <= len; cut++) {
        struct grammar_set s;
        grammar_set_init(&s);
        CHECK_EQ(grammar_text_parse(&s, text, cut), cut == 0 || cut == len ? 0 : VK_EPARSE);
        grammar_set_release(&s);
    }
    static const char bytes[] = "?*+o(b) =%\t\n\0\x80\x1b";
    for (size_t i = 0; i < len * (sizeof bytes - 1); i++) {
        struct grammar_set s;
        struct buf b;
        grammar_set_init(&s);
        memcpy(copy, text, len);
        copy[i / (sizeof bytes - 1)] = bytes[i % (sizeof bytes - 1)];
        if (!grammar_text_parse(&s, copy, len)) {
            write_all(&s, &b);
            for (size_t j = 0; j < b.len; j++)
                CHECK((unsigned char)b.p[j] >= ' ' || b.p[j] == '\t' || b.p[j] == '\n');
            buf_release(&b);
        }
        grammar_set_release(&s);
    }
}

static void text_beyond_the_limits_is_refused(void) {
    static char text[GRAMMAR_COMMANDS_MAX * 16 + 64];
    struct grammar_set s;
    size_t len = 0;
    for (int i = 0; i <= GRAMMAR_COMMANDS_MAX; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "X%d\t0\t\t\t\t\t\t\t\n", i);
    grammar_set_init(&s);
    CHECK_EQ(grammar_text_parse(&s, text, len), VK_ELIMIT);
    grammar_set_release(&s);
    for (int depth = GRAMMAR_DEPTH_MAX; depth <= GRAMMAR_DEPTH_MAX + 1; depth++) {
        len = (size_t)snprintf(text, sizeof text, "X\t0\t\t\t\t\t\t\t");
        for (int i = 0; i < depth; i++)
            len += (size_t)snprintf(text + len, sizeof text - len, "bx(");
        len += (size_t)snprintf(text + len, sizeof text - len, "sx");
        for (int i = 0; i < depth; i++)
            text[len++] = ')';
        text[len++] = '\n';
        CHECK_EQ(grammar_text_parse(&s, text, len), depth > GRAMMAR_DEPTH_MAX ? VK_EPARSE : 0);
        grammar_set_release(&s);
    }
    for (int n = GRAMMAR_ARGS_MAX; n <= GRAMMAR_ARGS_MAX + 1; n++) {
        len = (size_t)snprintf(text, sizeof text, "X\t0\t\t\t\t\t\t\t");
        for (int i = 0; i < n; i++)
            len += (size_t)snprintf(text + len, sizeof text - len, "sx ");
        text[len++] = '\n';
        CHECK_EQ(grammar_text_parse(&s, text, len), n > GRAMMAR_ARGS_MAX ? VK_EPARSE : 0);
        grammar_set_release(&s);
    }
}

int main(void) {
    RUN(required_arguments_are_those_of_the_arity);
    RUN(a_word_too_many_has_no_place);
    RUN(every_argument_has_its_place);
    RUN(commands_stand_in_order_of_name);
    RUN(commands_are_found_in_any_case);
    RUN(help_has_something_to_say);
    RUN(usage_is_that_of_the_manuals);
    RUN(the_tables_come_back_as_they_were);
    RUN(cut_or_damaged_text_is_refused_or_read);
    RUN(text_beyond_the_limits_is_refused);
    grammar_free(NULL);
    return t_end();
}
