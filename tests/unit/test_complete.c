/* SPDX-License-Identifier: BSD-3-Clause */
/* Tests of ui/complete: lines as they are typed, the cursor at their end. */
#include "ui/complete.h"

#include "t.h"
#include "ui/typed.h"

struct rig {
    struct grammar *grammar;
    struct typed typed;
    struct complete complete;
    char text[8192];
};

static void rig_init(struct rig *r) {
    *r = (struct rig){.grammar = grammar_new()};
    typed_init(&r->typed);
    complete_init(&r->complete);
}

static void rig_release(struct rig *r) {
    grammar_free(r->grammar);
    typed_release(&r->typed);
    complete_release(&r->complete);
}

/* The words with blanks between. */
static const char *words(struct rig *r, const char *line) {
    size_t n = 0;
    typed_split(&r->typed, line, strlen(line));
    complete_find(&r->complete, r->grammar, r->typed.argc, r->typed.argv, r->typed.lens,
                  r->typed.inside);
    r->text[0] = 0;
    for (size_t i = 0; i < r->complete.n; i++) {
        const struct complete_word *w = &r->complete.words[i];
        if (i) CHECK(strcmp(w[-1].text, w->text) < 0);
        CHECK(w->summary != NULL);
        n += (size_t)snprintf(r->text + n, sizeof r->text - n, i ? " %s" : "%s", w->text);
    }
    return r->text;
}

static enum complete_kind kind(struct rig *r, const char *line) {
    words(r, line);
    return r->complete.kind;
}

static void names_of_commands_are_completed(void) {
    struct rig r;
    rig_init(&r);
    CHECK_STR(words(&r, "hg"), "hget hgetall");
    CHECK_STR(words(&r, "HG"), "HGET HGETALL");
    CHECK_STR(words(&r, "hget"), "hget hgetall");
    CHECK_STR(words(&r, "topk.q"), "topk.query");
    CHECK_STR(words(&r, "nope"), "");
    CHECK_STR(words(&r, "config "), "get help resetstat rewrite set");
    CHECK_STR(words(&r, "CONFIG R"), "RESETSTAT REWRITE");
    CHECK_STR(words(&r, "CONFIG r"), "resetstat rewrite");
    CHECK_STR(words(&r, "config get"), "get");
    words(&r, "");
    CHECK(r.complete.n > 300 && !strcmp(r.complete.words[0].text, "ACL"));
    words(&r, "strl");
    CHECK(r.complete.n == 1 && *r.complete.words[0].summary);
    CHECK_EQ(r.complete.kind, COMPLETE_NONE);
    rig_release(&r);
}

static void options_are_those_that_may_stand_here(void) {
    struct rig r;
    rig_init(&r);
    CHECK_STR(words(&r, "set k v "), "ex exat get keepttl nx px pxat xx");
    CHECK_STR(words(&r, "set k v e"), "ex exat");
    CHECK_STR(words(&r, "SET k v nx "), "EX EXAT GET KEEPTTL PX PXAT");
    CHECK_STR(words(&r, "SET k v nx ex 1 "), "GET");
    CHECK_STR(words(&r, "set k "), "");
    CHECK_STR(words(&r, "set k v ex "), "");
    CHECK_STR(words(&r, "zadd k "), "ch gt incr lt nx xx");
    CHECK_STR(words(&r, "zadd k nx "), "ch gt incr lt");
    CHECK_STR(words(&r, "zadd k nx 1 "), "");
    CHECK_STR(words(&r, "client kill "), "addr id laddr skipme type user");
    CHECK_STR(words(&r, "client kill type "), "master normal pubsub replica slave");
    CHECK_STR(words(&r, "xadd s "), "* maxlen minid nomkstream");
    CHECK_STR(words(&r, "get k "), "");
    CHECK_STR(words(&r, "set k v nope "), "");
    words(&r, "set k v ex");
    CHECK_STR(r.complete.words[0].summary, "EX seconds");
    rig_release(&r);
}

static void values_have_a_kind(void) {
    static const struct {
        const char *line;
        enum complete_kind kind;
    } list[] = {
        {"get ", COMPLETE_KEY},
        {"get us", COMPLETE_KEY},
        {"mget a ", COMPLETE_KEY},
        {"set k ", COMPLETE_NONE},
        {"set k v ex ", COMPLETE_INTEGER},
        {"set k v ", COMPLETE_NONE},
        {"publish ", COMPLETE_CHANNEL},
        {"subscribe a ", COMPLETE_CHANNEL},
        {"ssubscribe ", COMPLETE_SHARD_CHANNEL},
        {"psubscribe ", COMPLETE_PATTERN},
        {"keys ", COMPLETE_PATTERN},
        {"scan 0 match ", COMPLETE_PATTERN},
        {"config get ", COMPLETE_CONFIG_PARAMETER},
        {"config set a 1 ", COMPLETE_CONFIG_PARAMETER},
        {"config set a ", COMPLETE_NONE},
        {"acl getuser ", COMPLETE_USER},
        {"client kill id ", COMPLETE_CLIENT_ID},
        {"client kill addr ", COMPLETE_CLIENT_ADDRESS},
        {"client unblock ", COMPLETE_CLIENT_ID},
        {"cluster replicate ", COMPLETE_NODE_ID},
        {"cluster setslot 1 node ", COMPLETE_NODE_ID},
        {"acl cat ", COMPLETE_ACL_CATEGORY},
        {"fcall ", COMPLETE_FUNCTION},
        {"hget h ", COMPLETE_FIELD},
        {"hset h a 1 ", COMPLETE_FIELD},
        {"xack s ", COMPLETE_GROUP},
        {"xgroup delconsumer s g ", COMPLETE_CONSUMER},
        {"function delete ", COMPLETE_LIBRARY},
        {"json.set ", COMPLETE_KEY},
        {"xread streams a ", COMPLETE_KEY},
    };
    struct rig r;
    rig_init(&r);
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        if (kind(&r, list[i].line) != list[i].kind) printf("at: %s\n", list[i].line);
        CHECK_EQ(kind(&r, list[i].line), list[i].kind);
    }
    rig_release(&r);
}

static void some_values_are_known_by_name(void) {
    struct rig r;
    rig_init(&r);
    CHECK_STR(words(&r, "acl cat s"), "scripting set slow sortedset stream string");
    CHECK_STR(words(&r, "acl setuser u +@so"), "+@sortedset");
    CHECK_STR(words(&r, "acl setuser u on -@da"), "-@dangerous");
    CHECK_STR(words(&r, "acl setuser u +hg"), "+hget +hgetall");
    CHECK_STR(words(&r, "acl setuser u +HG"), "+HGET +HGETALL");
    CHECK_STR(words(&r, "acl setuser u o"), "off on");
    CHECK_STR(
        words(&r, "acl setuser u "),
        "+@admin +@all +@bitmap +@blocking +@connection +@dangerous +@fast +@geo +@hash "
        "+@hyperloglog +@keyspace +@list +@pubsub +@read +@scripting +@set +@slow +@sortedset "
        "+@stream +@string +@transaction +@write -@admin -@all -@bitmap -@blocking "
        "-@connection -@dangerous -@fast -@geo -@hash -@hyperloglog -@keyspace -@list "
        "-@pubsub -@read -@scripting -@set -@slow -@sortedset -@stream -@string "
        "-@transaction -@write allchannels allcommands allkeys clearselectors nocommands "
        "nopass off on reset resetchannels resetkeys resetpass sanitize-payload "
        "skip-sanitize-payload");
    CHECK_STR(words(&r, "info c"), "clients cluster commandstats cpu");
    CHECK_STR(words(&r, "info memory st"), "stats");
    CHECK_STR(words(&r, "scan 0 type z"), "zset");
    CHECK_STR(words(&r, "command info strl"), "strlen");
    CHECK_STR(words(&r, "hello "), "2 3");
    rig_release(&r);
}

static void odd_words_are_no_harm(void) {
    struct complete c;
    struct grammar *g = grammar_new();
    complete_init(&c);
    complete_find(&c, g, 0, NULL, NULL, true);
    CHECK(c.n > 300);
    complete_find(&c, g, 1, (const char *[]){"g\0t"}, (size_t[]){3}, true);
    CHECK_EQ(c.n, 0);
    complete_find(&c, g, 3, (const char *[]){"acl", "setuser", "+"}, NULL, true);
    CHECK_EQ(c.n, 0);
    complete_find(&c, g, 4, (const char *[]){"acl", "setuser", "u", "+@"}, NULL, true);
    CHECK_EQ(c.n, 22);
    complete_release(&c);
    grammar_free(g);
}

int main(void) {
    RUN(names_of_commands_are_completed);
    RUN(options_are_those_that_may_stand_here);
    RUN(values_have_a_kind);
    RUN(some_values_are_known_by_name);
    RUN(odd_words_are_no_harm);
    return t_end();
}
