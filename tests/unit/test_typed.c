/* SPDX-License-Identifier: BSD-3-Clause */
/* Tests of ui/typed and ui/paint. */
#include "ui/typed.h"

#include "resp/quote.h"
#include "t.h"
#include "ui/paint.h"

/* ---- words ---- */

/* "[word][word]" and what is told of them: ? open, ! broken, " quoted, < the cursor is inside. */
static const char *words(const char *line, size_t len) {
    static char text[512];
    struct typed t;
    size_t n = 0;
    typed_init(&t);
    typed_split(&t, line, len);
    text[0] = 0;
    for (int i = 0; i < t.argc; i++) {
        const struct typed_word *w = &t.words[i];
        CHECK(w->at + w->len <= len && w->len > 0);
        CHECK_EQ(t.argv[i][t.lens[i]], 0);
        n += (size_t)snprintf(text + n, sizeof text - n, "[%.*s]%s%s%s", (int)t.lens[i], t.argv[i],
                              w->quoted ? "\"" : "", w->open ? "?" : "", w->broken ? "!" : "");
    }
    snprintf(text + n, sizeof text - n, "%s", t.inside ? "<" : "");
    typed_release(&t);
    return text;
}

#define WORDS(line) words(line, sizeof(line) - 1)

static void words_are_those_of_quote(void) {
    CHECK_STR(WORDS(""), "");
    CHECK_STR(WORDS(" \t "), "");
    CHECK_STR(WORDS("get k"), "[get][k]<");
    CHECK_STR(WORDS("  get\t k "), "[get][k]");
    CHECK_STR(WORDS("set k \"a b\\x41\\n\\\"\" "), "[set][k][a bA\n\"]\"");
    CHECK_STR(WORDS("'a\\'b\\n' x"), "[a'b\\n]\"[x]<");
    CHECK_STR(WORDS("a\"b c\" d"), "[ab c][d]<");
    CHECK_STR(WORDS("\"\""), "[]\"<");
    CHECK_STR(WORDS("\\x41"), "[\\x41]<");
}

static void what_cannot_be_sent_is_words_too(void) {
    CHECK_STR(WORDS("set k \"a b"), "[set][k][a b]\"?<");
    CHECK_STR(WORDS("set k 'a b "), "[set][k][a b ]\"?<");
    CHECK_STR(WORDS("set \""), "[set][]\"?<");
    CHECK_STR(WORDS("set \"\\"), "[set][\\]\"?<");
    CHECK_STR(WORDS("set \"a\\x4"), "[set][ax4]\"?<");
    CHECK_STR(WORDS("set \"a\"b c"), "[set][ab]\"![c]<");
    CHECK_STR(WORDS("set \"a\"b\"c d"), "[set][ab\"c]\"![d]<");
}

/* Every line of a small alphabet: where quote can split, the words are the same. */
static void quote_agrees_on_every_short_line(void) {
    static const char bytes[] = "a \"'\\x4\v";
    enum { BYTES = sizeof bytes - 1, LEN = 6 };
    struct resp_quote_args q;
    struct typed t;
    struct err e;
    char line[LEN];
    int n = 1;
    resp_quote_init(&q);
    typed_init(&t);
    for (int i = 0; i < LEN; i++)
        n *= BYTES;
    for (int i = 0; i < n; i++) {
        for (int j = 0, rest = i; j < LEN; j++, rest /= BYTES)
            line[j] = bytes[rest % BYTES];
        int code = resp_quote_split(&q, line, LEN, &e), faults = 0, differ = 0;
        typed_split(&t, line, LEN);
        for (int j = 0; j < t.argc; j++)
            faults += t.words[j].open || t.words[j].broken;
        if (!code) differ = q.argc != t.argc;
        for (int j = 0; !code && !differ && j < q.argc; j++)
            differ |= q.lens[j] != t.lens[j] || memcmp(q.argv[j], t.argv[j], q.lens[j]) != 0;
        if ((code != 0) != (faults != 0) || differ) printf("at: %.*s\n", LEN, line);
        CHECK((code != 0) == (faults != 0) && !differ);
    }
    resp_quote_release(&q);
    typed_release(&t);
}

/* ---- colours ---- */

/* One letter per byte of the line, by class; blanks stay. */
static const char *colours(const char *line) {
    static const char letters[] = ".cpu<>skqnoxb";
    static char text[512];
    static struct grammar *g;
    struct paint_span spans[64];
    struct typed t;
    if (!line) return grammar_free(g), "";
    if (!g) g = grammar_new();
    size_t len = strlen(line);
    typed_init(&t);
    typed_split(&t, line, len);
    memset(text, ' ', len);
    text[len] = 0;
    int n = paint_line(g, &t, spans, 64);
    CHECK_EQ(n, t.argc);
    for (int i = 0; i < n; i++)
        memset(text + spans[i].at, letters[spans[i].class], spans[i].len);
    typed_release(&t);
    return text;
}

static void words_have_the_colour_of_what_they_are(void) {
    CHECK_STR(colours("set k v ex 10 nx"), "ccc k . oo nn oo");
    CHECK_STR(colours("config get maxmemory"), "cccccc sss .........");
    CHECK_STR(colours("del a b"), "ccc k k");
    CHECK_STR(colours("eval s 1 k a"), "cccc . n k .");
    CHECK_STR(colours("xread count 2 streams a b 0 0"), "ccccc ooooo n ooooooo k k . .");
    CHECK_STR(colours("zadd z (1 m"), "cccc k nn .");
    CHECK_STR(colours("zadd z one m"), "cccc k ... .");
    CHECK_STR(colours("migrate h 1 \"\" 0 10 keys a"), "ccccccc . n oo n nn oooo k");
    CHECK_STR(colours("json.get k $.a"), "cccccccc k ...");
}

static void the_command_tells_whether_the_line_can_work(void) {
    CHECK_STR(colours("set k"), "<<< k");
    CHECK_STR(colours("set k v ex"), "<<< k . oo");
    CHECK_STR(colours("get k v"), ">>> k x");
    CHECK_STR(colours("set k v nope more"), "ccc k . xxxx xxxx");
    CHECK_STR(colours("nope k"), "uuuu .");
    CHECK_STR(colours("config"), "<<<<<<");
    CHECK_STR(colours("config nope x"), "cccccc xxxx .");
    CHECK_STR(colours("config no"), "cccccc ..");
    CHECK_STR(colours("command"), "ccccccc");
    CHECK_STR(colours("ft.search i q new 1"), "ccccccccc . . ... .");
}

static void a_name_under_way_is_not_wrong(void) {
    CHECK_STR(colours("ge"), "pp");
    CHECK_STR(colours("ge "), "uu ");
    CHECK_STR(colours("gex"), "uuu");
    CHECK_STR(colours("get"), "<<<");
    CHECK_STR(colours(""), "");
}

static void quotes_have_their_own_colours(void) {
    CHECK_STR(colours("set \"k\" \"v w\""), "ccc kkk qqqqq");
    CHECK_STR(colours("set k \"v w"), "ccc k bbbb");
    CHECK_STR(colours("set k \"v\"w"), "ccc k bbbb");
    CHECK_STR(colours("set k v \"ex\" 1"), "ccc k . oooo n");
    CHECK_STR(colours("foo \"x\""), "uuu qqq");
    CHECK_STR(colours("\"get"), "bbbb");
}

static void few_spans_are_enough_for_nobody_but_safe(void) {
    struct grammar *g = grammar_new();
    struct paint_span spans[4];
    struct typed t;
    static const char *const lines[] = {"config get a b", "set k v ex 1", "foo a b c",
                                        "config x y"};
    typed_init(&t);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        typed_split(&t, lines[i], strlen(lines[i]));
        for (int max = 0; max < 4; max++) {
            memset(spans, 0x55, sizeof spans);
            CHECK_EQ(paint_line(g, &t, spans, max), max < t.argc ? max : t.argc);
            CHECK_EQ(spans[max].at, (size_t)0x5555555555555555);
        }
    }
    typed_release(&t);
    grammar_free(g);
}

int main(void) {
    RUN(words_are_those_of_quote);
    RUN(what_cannot_be_sent_is_words_too);
    RUN(quote_agrees_on_every_short_line);
    RUN(words_have_the_colour_of_what_they_are);
    RUN(the_command_tells_whether_the_line_can_work);
    RUN(a_name_under_way_is_not_wrong);
    RUN(quotes_have_their_own_colours);
    RUN(few_spans_are_enough_for_nobody_but_safe);
    colours(NULL);
    return t_end();
}
