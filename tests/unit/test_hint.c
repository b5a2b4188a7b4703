/* SPDX-License-Identifier: BSD-3-Clause */
/* Tests of ui/hint: lines as they are typed, the cursor at their end. */
#include "ui/hint.h"

#include "t.h"
#include "ui/typed.h"

struct rig {
    struct grammar *grammar;
    struct typed typed;
    struct buf out;
    enum hint_state state;
    int extra;
};

static void rig_init(struct rig *r) {
    *r = (struct rig){.grammar = grammar_new()};
    typed_init(&r->typed);
    buf_init(&r->out, 1 << 14);
}

static void rig_release(struct rig *r) {
    grammar_free(r->grammar);
    typed_release(&r->typed);
    buf_release(&r->out);
}

static const char *hint(struct rig *r, const char *line) {
    buf_clear(&r->out);
    typed_split(&r->typed, line, strlen(line));
    r->state = hint_add(r->grammar, r->typed.argc, r->typed.argv, r->typed.lens, r->typed.inside,
                        &r->out, &r->extra);
    return buf_cstr(&r->out);
}

struct expected {
    const char *line, *text;
    enum hint_state state;
};

static void expect(const struct expected *list, size_t n) {
    struct rig r;
    rig_init(&r);
    for (size_t i = 0; i < n; i++) {
        const char *text = hint(&r, list[i].line);
        if (strcmp(text, list[i].text) != 0 || r.state != list[i].state)
            printf("at: %s (state %d)\n", list[i].line, r.state);
        CHECK_STR(text, list[i].text);
        CHECK_EQ(r.state, list[i].state);
    }
    rig_release(&r);
}

#define EXPECT(...)                                                                                \
    static const struct expected list[] = {__VA_ARGS__};                                           \
    expect(list, sizeof list / sizeof *list)

static void what_is_typed_is_not_proposed_again(void) {
    EXPECT(
        {"set",
         " key value [NX | XX] [GET] [EX seconds | PX milliseconds | EXAT "
         "unix-time-seconds | PXAT unix-time-milliseconds | KEEPTTL]",
         HINT_SHORT},
        {"set k v ",
         "[NX | XX] [GET] [EX seconds | PX milliseconds | EXAT unix-time-seconds | "
         "PXAT unix-time-milliseconds | KEEPTTL]",
         HINT_FULL},
        {"set k v EX ", "seconds [NX | XX] [GET]", HINT_SHORT},
        {"set k v EX 3", " [NX | XX] [GET]", HINT_FULL}, {"SET k v get ex 3 nx ", "", HINT_FULL},
        {"zadd k ", "[NX | XX] [GT | LT] [CH] [INCR] score member [score member ...]", HINT_SHORT},
        {"zadd k ch 1 ", "member [score member ...]", HINT_SHORT},
        {"zadd k 1 m ", "[score member ...]", HINT_FULL},
        {"zadd k 1 m nx ", "member [score member ...]", HINT_SHORT},
        {"sort k get a ",
         "[BY pattern] [LIMIT offset count] [GET pattern ...] [ASC | DESC] "
         "[ALPHA] [STORE destination]",
         HINT_FULL},
        {"xadd k maxlen ~ 100 * ", "field value [field value ...]", HINT_SHORT},
        {"quit", "", HINT_FULL});
}

static void options_come_in_any_order(void) {
    EXPECT({"geosearch k byradius 1 km frommember m desc ",
            "[COUNT count [ANY]] [WITHCOORD] [WITHDIST] [WITHHASH]", HINT_FULL},
           {"geosearch k byradius 1 km ",
            "<FROMMEMBER member | FROMLONLAT longitude latitude> [ASC | DESC] [COUNT count [ANY]] "
            "[WITHCOORD] [WITHDIST] [WITHHASH]",
            HINT_SHORT},
           {"xreadgroup count 1 ",
            "GROUP group consumer [BLOCK milliseconds] [NOACK] STREAMS key [key ...] id [id ...]",
            HINT_SHORT},
           {"restore k 0 v absttl replace ", "[IDLETIME seconds] [FREQ frequency]", HINT_FULL});
}

static void a_count_rules_what_follows(void) {
    EXPECT({"eval s 2 ", "key [key ...] [arg [arg ...]]", HINT_SHORT},
           {"eval s 2 a ", "key [arg [arg ...]]", HINT_SHORT},
           {"eval s 2 a b ", "[arg [arg ...]]", HINT_FULL},
           {"eval s 0 ", "[arg [arg ...]]", HINT_FULL},
           {"eval s x ", "[key [key ...]] [arg [arg ...]]", HINT_FULL},
           {"zunion 2 weights aggregate ",
            "[WEIGHTS weight [weight ...]] [AGGREGATE <SUM | MIN | MAX>] [WITHSCORES]", HINT_FULL},
           {"lmpop 1 a ", "<LEFT | RIGHT> [COUNT count]", HINT_SHORT},
           {"zdiffstore d 2 a ", "key", HINT_SHORT});
}

static void streams_have_as_many_ids_as_keys(void) {
    EXPECT({"xread streams ", "key [key ...] id [id ...]", HINT_SHORT},
           {"xread streams a b ", "[key ...] id [id ...]", HINT_SHORT},
           {"xread streams a b 0 ", "id", HINT_SHORT}, {"xread streams a b 0 $ ", "", HINT_FULL},
           {"xread streams 1 2 0 0 ", "", HINT_FULL}, {"xread streams a b c 0 0 0 ", "", HINT_FULL},
           {"xread streams a b 0 0 0", "", HINT_EXTRA});
}

static void values_without_a_name_of_their_own(void) {
    EXPECT({"auth ", "[username] password", HINT_SHORT}, {"auth a ", "[password]", HINT_FULL},
           {"auth a b ", "", HINT_FULL}, {"auth a b c", "", HINT_EXTRA},
           {"json.mget a b ", "", HINT_FULL},
           {"migrate h 1 \"\" 0 9 keys a ", "[key ...]", HINT_FULL},
           {"slaveof no ", "ONE", HINT_SHORT}, {"slaveof h ", "port", HINT_SHORT},
           {"client kill 1.2.3.4:5 ", "", HINT_FULL}, {"acl log ", "[count | RESET]", HINT_FULL},
           {"acl log 3 ", "", HINT_FULL});
}

static void a_word_that_can_become_one_token_is_finished(void) {
    EXPECT({"set k v pxa", "t unix-time-milliseconds [NX | XX] [GET]", HINT_SHORT},
           {"set k v PXA", "T unix-time-milliseconds [NX | XX] [GET]", HINT_SHORT},
           {"set k v e", "", HINT_SHORT}, {"acl log r", "eset", HINT_SHORT},
           {"config g", "et parameter [parameter ...]", HINT_SHORT}, {"config re", "", HINT_SHORT},
           {"config get", " parameter [parameter ...]", HINT_SHORT},
           {"zadd k 1", " member [score member ...]", HINT_SHORT}, {"ge", "", HINT_NOTHING});
}

static void containers_name_their_subcommands(void) {
    EXPECT(
        {"config ", "GET | HELP | RESETSTAT | REWRITE | SET", HINT_SHORT},
        {"config", " GET | HELP | RESETSTAT | REWRITE | SET", HINT_SHORT},
        {"command ", "[COUNT | DOCS | GETKEYS | GETKEYSANDFLAGS | HELP | INFO | LIST]", HINT_FULL},
        {"config x ", "", HINT_EXTRA}, {"config x", "", HINT_EXTRA});
}

static void what_has_no_place_is_told_by_number(void) {
    struct rig r;
    rig_init(&r);
    CHECK_STR(hint(&r, "get k x y"), "");
    CHECK(r.state == HINT_EXTRA && r.extra == 2);
    hint(&r, "set k v nope ");
    CHECK(r.state == HINT_EXTRA && r.extra == 3);
    hint(&r, "set k v nope");
    CHECK(r.state == HINT_EXTRA && r.extra == 3);
    hint(&r, "set k v nx ");
    CHECK(r.state == HINT_FULL && r.extra == 0);
    hint(&r, "config x ");
    CHECK(r.state == HINT_EXTRA && r.extra == 1);
    rig_release(&r);
}

static void what_is_not_known_has_no_hint(void) {
    EXPECT({"", "", HINT_NOTHING}, {"  ", "", HINT_NOTHING}, {"foo ", "", HINT_NOTHING},
           {"foo bar", "", HINT_NOTHING}, {"json.set k $ 1 nx new", "", HINT_NOTHING},
           {"ft.search i q new 1 ", "", HINT_NOTHING});
}

static void a_full_buffer_is_no_harm(void) {
    struct grammar *g = grammar_new();
    const char *argv[] = {"set", "k", "v"};
    for (size_t max = 0; max < 40; max++) {
        struct buf out;
        buf_init(&out, max);
        CHECK_EQ(hint_add(g, 3, argv, NULL, false, &out, NULL), HINT_FULL);
        CHECK(out.len <= max);
        buf_release(&out);
    }
    grammar_free(g);
}

int main(void) {
    RUN(what_is_typed_is_not_proposed_again);
    RUN(options_come_in_any_order);
    RUN(a_count_rules_what_follows);
    RUN(streams_have_as_many_ids_as_keys);
    RUN(values_without_a_name_of_their_own);
    RUN(a_word_that_can_become_one_token_is_finished);
    RUN(containers_name_their_subcommands);
    RUN(what_has_no_place_is_told_by_number);
    RUN(what_is_not_known_has_no_hint);
    RUN(a_full_buffer_is_no_harm);
    return t_end();
}
