/* SPDX-License-Identifier: BSD-3-Clause */
/* Tests of resp/reply: trees built from literal RESP, and replayed. */
#include "resp/reply.h"

#include "tests/unit/resp_cases.h"
#include "tests/unit/resp_trace.h"
#include "tests/unit/t.h"

/* A builder that takes what a reader reads; each finished tree is replayed into a trace. */
struct rig {
    struct resp_reader r;
    struct reply_builder b;
    struct trace t;
    bool keep; /* leave the first tree standing */
};

static void rig_init(struct rig *rig, size_t max) {
    *rig = (struct rig){0};
    resp_read_init(&rig->r, NULL);
    reply_builder_init(&rig->b, max);
    trace_init(&rig->t);
}

static void rig_release(struct rig *rig) {
    resp_read_release(&rig->r);
    reply_builder_release(&rig->b);
    buf_release(&rig->t.text);
}

static int on_event(void *arg, const struct resp_event *ev) {
    trace_event(arg, ev);
    return 0;
}

/* 0, or the reader's or the builder's error. */
static int rig_feed(struct rig *rig, const char *p, size_t n) {
    struct resp_event ev;
    int got, code = 0;
    resp_read_feed(&rig->r, p, n);
    while ((got = resp_read_next(&rig->r, &ev)) == 1) {
        code = reply_build(&rig->b, &ev);
        if (code < 0) return code;
        if (code == VK_MORE || rig->keep) continue;
        CHECK(rig->b.root != NULL);
        CHECK_EQ(reply_replay(rig->b.root, on_event, &rig->t), 0);
        reply_builder_clear(&rig->b);
    }
    return got;
}

/* A tree of in, fed whole; the rig must be released. */
static const struct reply *tree(struct rig *rig, const char *in) {
    rig_init(rig, 1 << 20);
    rig->keep = true;
    CHECK_EQ(rig_feed(rig, in, strlen(in)), 0);
    return rig->b.root;
}

/* True when a replay gives other events than the reader gave: trees forget that something was
 * streamed, and the pushes inside. */
static bool forgets(const struct resp_case *c) {
    const char *want = c->want;
    for (const char *p = strstr(want, "@>"); p; p = strstr(p + 1, "@>"))
        if (p > want && (p < want + 2 || p[-2] != ';')) return true;
    return strchr(want, '?') != NULL;
}

static void a_replayed_tree_gives_the_events_that_were_read(void) {
    for (int i = 0; i < N_RESP_CASES; i++) {
        const struct resp_case *c = &resp_cases[i];
        if (c->err || forgets(c)) continue;
        for (size_t step = 1; step <= c->len; step++) {
            struct rig rig;
            rig_init(&rig, 1 << 20);
            for (size_t at = 0; at < c->len; at += step)
                CHECK_EQ(rig_feed(&rig, c->in + at, c->len - at < step ? c->len - at : step), 0);
            CHECK_STR(buf_cstr(&rig.t.text), c->want);
            CHECK_EQ(rig.t.n_wrong, 0);
            rig_release(&rig);
        }
    }
}

static void streamed_values_become_plain_ones(void) {
    struct rig rig;
    const char *in = "*?\r\n$?\r\n;4\r\nHell\r\n;1\r\no\r\n;0\r\n=?\r\n;5\r\ntxt:a\r\n;0\r\n"
                     "%?\r\n+a\r\n:1\r\n.\r\n.\r\n";
    rig_init(&rig, 1 << 20);
    CHECK_EQ(rig_feed(&rig, in, strlen(in)), 0);
    CHECK_STR(buf_cstr(&rig.t.text), "*3( $Hello =txt:a %2( +a :1 ) );");
    rig_release(&rig);
}

static void pushes_inside_a_value_are_passed_over(void) {
    struct rig rig;
    const char *in =
        "*2\r\n>2\r\n*1\r\n>0\r\n+p\r\n|0\r\n+q\r\n+a\r\n|1\r\n+k\r\n+v\r\n>0\r\n+b\r\n";
    rig_init(&rig, 1 << 20);
    CHECK_EQ(rig_feed(&rig, in, strlen(in)), 0);
    CHECK_STR(buf_cstr(&rig.t.text), "*2( +a @|2( @+k @+v ) +b );");
    rig_release(&rig);
}

static void fields_of_a_tree_are_set(void) {
    struct rig rig;
    const struct reply *r = tree(&rig, "*4\r\n:-5\r\n=8\r\ntxt:some\r\n$-1\r\n%1\r\n+k\r\n#t\r\n");
    CHECK_EQ(r->type, RESP_ARRAY);
    CHECK_EQ(r->n, 4);
    CHECK(!r->p && !r->next && !r->attr);
    CHECK_EQ(reply_at(r, 0)->n, -5);
    CHECK_STR(reply_at(r, 0)->p, "-5");
    CHECK_STR(reply_at(r, 1)->format, "txt");
    CHECK(reply_is(reply_at(r, 1), "some"));
    CHECK(!reply_is(reply_at(r, 1), "som"));
    CHECK_EQ(reply_at(r, 2)->type, RESP_NIL);
    CHECK_EQ(reply_at(r, 3)->n, 2);
    CHECK_EQ(reply_at(reply_at(r, 3), 1)->n, 1);
    CHECK(!reply_at(r, 4));
    CHECK(!reply_at(reply_at(r, 0), 0));
    CHECK(!reply_is(r, ""));
    rig_release(&rig);
}

static void a_value_is_found_by_its_name(void) {
    struct rig rig;
    const struct reply *r = tree(&rig, "*5\r\n+a\r\n+b\r\n+b\r\n%1\r\n+a\r\n:7\r\n+c\r\n");
    CHECK(reply_is(reply_field(r, "a"), "b"));
    CHECK_EQ(reply_field(reply_field(r, "b"), "a")->n, 7);
    CHECK(!reply_field(r, "c")); /* a name without a value */
    CHECK(!reply_field(reply_at(r, 0), "a"));
    CHECK(!reply_field(NULL, "a"));
    rig_release(&rig);
}

static void attributes_hang_on_the_value_behind_them(void) {
    struct rig rig;
    const struct reply *r = tree(
        &rig, "|1\r\n+a\r\n:1\r\n|0\r\n*2\r\n:1\r\n|1\r\n|1\r\n+x\r\n+y\r\n+k\r\n+v\r\n:2\r\n");
    CHECK_EQ(r->type, RESP_ARRAY);
    CHECK_EQ(r->n, 2);
    CHECK_EQ(r->attr->n, 2);
    CHECK_EQ(r->attr->next->n, 0);
    CHECK(!reply_at(r, 0)->attr);
    const struct reply *attr = reply_at(r, 1)->attr;
    CHECK(reply_is(reply_at(attr, 0), "k"));
    CHECK(reply_is(reply_at(reply_at(attr, 0)->attr, 1), "y"));
    CHECK(!attr->attr && !attr->next);
    rig_release(&rig);
}

static void many_attributes_in_a_row_are_no_recursion(void) {
    struct rig rig;
    rig_init(&rig, (size_t)1 << 28);
    for (int i = 0; i < 300000; i++)
        CHECK_EQ(rig_feed(&rig, "|0\r\n", 4), 0);
    CHECK_EQ(rig_feed(&rig, "+x\r\n", 4), 0);
    CHECK_EQ(rig.t.n_done, 1);
    rig_release(&rig);
}

static void a_long_string_in_pieces_comes_whole(void) {
    struct rig rig;
    static char piece[1 << 16];
    memset(piece, 'x', sizeof piece);
    rig_init(&rig, 1 << 24);
    rig.keep = true;
    CHECK_EQ(rig_feed(&rig, "*1\r\n$4194304\r\n", 14), 0);
    for (size_t i = 0; i < 4194304 / sizeof piece; i++)
        CHECK_EQ(rig_feed(&rig, piece, sizeof piece), 0);
    CHECK(!rig.b.root);
    CHECK_EQ(rig_feed(&rig, "\r\n", 2), 0);
    const struct reply *r = reply_at(rig.b.root, 0);
    CHECK_EQ(r->len, 4194304);
    CHECK(r->p[0] == 'x' && r->p[4194303] == 'x' && !r->p[4194304]);
    rig_release(&rig);
}

static void an_announced_length_takes_no_memory(void) {
    struct rig rig;
    rig_init(&rig, SIZE_MAX / 2);
    CHECK_EQ(rig_feed(&rig, "*8000000000\r\n$4000000000\r\nabc", 29), 0);
    CHECK(rig.b.arena.total < 1 << 16);
    CHECK(rig.b.text.cap < 1 << 16);
    rig_release(&rig);
}

static void check_over(const char *in, size_t max) {
    struct rig rig;
    rig_init(&rig, max);
    CHECK_EQ(rig_feed(&rig, in, strlen(in)), VK_ELIMIT);
    CHECK_EQ(rig_feed(&rig, "", 0), 0);
    struct resp_event ev = {.kind = RESP_TEXT_CLOSE, .type = RESP_BULK};
    CHECK_EQ(reply_build(&rig.b, &ev), VK_ELIMIT);
    reply_builder_clear(&rig.b);
    resp_read_reset(&rig.r);
    CHECK_EQ(rig_feed(&rig, "+a\r\n", 4), 0);
    CHECK_STR(buf_cstr(&rig.t.text), "+a;");
    rig_release(&rig);
}

static void a_tree_over_its_maximum_is_refused(void) {
    check_over("$100\r\n0123456789012345678901234567890123456789012345678901234567890123456789"
               "012345678901234567890123456789\r\n",
               100);
    check_over("*9\r\n:1\r\n:2\r\n", 100);
    check_over("$?\r\n;40\r\n0123456789012345678901234567890123456789\r\n;0\r\n", 80);
    check_over("*1\r\n*1\r\n*1\r\n", 120);
}

static int stop_at(void *arg, const struct resp_event *ev) {
    int *left = arg;
    (void)ev;
    return --*left ? 0 : 42;
}

static void a_replay_stops_when_told_to(void) {
    struct rig rig;
    const struct reply *r = tree(&rig, "*2\r\n|1\r\n+k\r\n+v\r\n:1\r\n:2\r\n");
    for (int i = 1; i <= 8; i++) {
        int left = i;
        CHECK_EQ(reply_replay(r, stop_at, &left), 42);
        CHECK_EQ(left, 0);
    }
    int left = 9;
    CHECK_EQ(reply_replay(r, stop_at, &left), 0);
    rig_release(&rig);
}

/* The trace of in's first value by the quick way, "" when it does not take it; *rest is what is
 * left. */
static void quick(struct rig *rig, const char *in, size_t n, size_t *rest) {
    rig_init(rig, 1 << 20);
    resp_read_feed(&rig->r, in, n);
    bool taken = reply_flat(&rig->b, &rig->r);
    *rest = (size_t)(rig->r.end - rig->r.p);
    CHECK_EQ(taken, rig->b.root != NULL);
    if (taken) CHECK_EQ(reply_replay(rig->b.root, on_event, &rig->t), 0);
}

static void check_quick(const char *in, bool taken) {
    size_t len = strlen(in), rest;
    for (size_t n = 0; n <= len + 1; n++) { /* cut anywhere, whole, and with more behind it */
        struct rig one, other;
        char bytes[256];
        memcpy(bytes, in, len);
        bytes[len] = '*';
        quick(&one, bytes, n, &rest);
        bool whole = taken && n >= len;
        CHECK_EQ(one.b.root != NULL, whole);
        CHECK_EQ(rest, whole ? n - len : n);
        rig_init(&other, 1 << 20);
        CHECK_EQ(rig_feed(&other, in, len), 0);
        if (whole) CHECK_MEM(one.t.text.p, one.t.text.len, other.t.text.p, other.t.text.len);
        rig_release(&one);
        rig_release(&other);
    }
}

static void the_quick_way_takes_whole_lists_of_strings_alone(void) {
    size_t rest;
    struct rig rig;
    check_quick("*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$2\r\n\r\n\r\n", true);
    check_quick(">4\r\n$8\r\npmessage\r\n$1\r\np\r\n$1\r\nc\r\n$0\r\n\r\n", true);
    check_quick("*0\r\n", true);
    check_quick("*5\r\n$0\r\n\r\n$0\r\n\r\n$0\r\n\r\n$0\r\n\r\n$0\r\n\r\n", false);
    check_quick("*1\r\n:1\r\n", false);
    check_quick("*1\r\n*0\r\n", false);
    check_quick("*1\r\n$-1\r\n", false);
    check_quick("%0\r\n", false);
    quick(&rig, "*1\r\n$1\r\nabc\r\n", 14, &rest); /* too long for its length */
    CHECK(!rig.b.root);
    rig_release(&rig);
    quick(&rig, "*1\r\n$99999999999\r\na\r\n", 22, &rest);
    CHECK(!rig.b.root);
    rig_release(&rig);
}

int main(void) {
    RUN(the_quick_way_takes_whole_lists_of_strings_alone);
    RUN(a_replayed_tree_gives_the_events_that_were_read);
    RUN(streamed_values_become_plain_ones);
    RUN(pushes_inside_a_value_are_passed_over);
    RUN(fields_of_a_tree_are_set);
    RUN(a_value_is_found_by_its_name);
    RUN(attributes_hang_on_the_value_behind_them);
    RUN(many_attributes_in_a_row_are_no_recursion);
    RUN(a_long_string_in_pieces_comes_whole);
    RUN(an_announced_length_takes_no_memory);
    RUN(a_tree_over_its_maximum_is_refused);
    RUN(a_replay_stops_when_told_to);
    return t_end();
}
