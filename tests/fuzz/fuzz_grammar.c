/* SPDX-License-Identifier: BSD-3-Clause */
/* What a hostile server may say in COMMAND DOCS, and what may stand in a damaged file: each reply
 * of the input as a grammar, the rest as a saved one; and what hints, completion and colours make
 * of it. A line of words that the input is likely to name is typed each time. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "ui/complete.h"
#include "ui/grammar.h"
#include "ui/hint.h"
#include "ui/paint.h"

#define TREE_MAX ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void assert_harmless(const char *p, size_t len) {
    for (size_t i = 0; i < len; i++)
        assert((unsigned char)p[i] >= ' ' && p[i] != 0x7f);
}

static void type_line(const struct grammar *g, const char *line, size_t len) {
    struct paint_span spans[16];
    struct complete c;
    struct typed t;
    struct buf out;
    int extra = 0;
    typed_init(&t);
    complete_init(&c);
    buf_init(&out, 1 << 16);
    typed_split(&t, line, len);
    enum hint_state s = hint_add(g, t.argc, t.argv, t.lens, t.inside, &out, &extra);
    assert((s == HINT_EXTRA) == (extra > 0) && extra < t.argc + !t.argc);
    assert_harmless(out.p, out.len);
    complete_find(&c, g, t.argc, t.argv, t.lens, t.inside);
    for (size_t i = 0; i < c.n; i++)
        assert(*c.words[i].text && c.words[i].summary);
    int n = paint_line(g, &t, spans, 16);
    assert(n == (t.argc < 16 ? t.argc : 16));
    for (int i = 0; i < n; i++)
        assert(spans[i].len && spans[i].at + spans[i].len <= len);
    buf_release(&out);
    complete_release(&c);
    typed_release(&t);
}

static void use(const struct grammar *g) {
    static const char *const tails[] = {" ", " k", " 2 a b NX 1 COUNT 3 x y ", " GET k 1 "};
    const struct grammar_command *c;
    char line[512];
    for (size_t i = 0; (c = grammar_at(g, i)); i++) {
        size_t len = strlen(c->name);
        if (!c->served || i > 64) continue;
        for (size_t j = 0; j < sizeof tails / sizeof *tails; j++) {
            memcpy(line, c->name, len);
            memcpy(line + len, tails[j], strlen(tails[j]));
            type_line(g, line, len + strlen(tails[j]));
        }
    }
}

static void save(const struct grammar *g, struct grammar *other) {
    struct buf a, b;
    struct err e;
    buf_init(&a, 1 << 22);
    buf_init(&b, 1 << 22);
    if (!grammar_save(g, &a)) {
        assert(grammar_load(other, a.p, a.len, &e) == 0);
        assert(grammar_save(other, &b) == 0);
        assert(a.len == b.len && !memcmp(a.p, b.p, a.len));
    }
    buf_release(&a);
    buf_release(&b);
}

static void take(struct grammar *g, struct grammar *other, const struct reply *r) {
    struct err e = {0};
    if (grammar_take(g, r, r, &e)) return;
    use(g);
    save(g, other);
}

static void load(struct grammar *g, const uint8_t *data, size_t size) {
    static const char first[] = "valkit grammar 1\n";
    struct buf text;
    struct err e;
    buf_init(&text, 1 << 20);
    buf_adds(&text, first);
    buf_add(&text, data, size);
    if (!grammar_load(g, text.p, text.len, &e)) use(g);
    type_line(g, (const char *)data, size);
    buf_release(&text);
}

/* The built-in tables are read once; what an earlier input said is forgotten. */
static struct grammar *fresh(struct grammar **g) {
    const struct reply none = {.type = RESP_MAP};
    struct err e;
    if (!*g) *g = grammar_new();
    if (grammar_take(*g, &none, NULL, &e)) abort();
    return *g;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct grammar *one, *two;
    struct resp_limits limits = {.depth = 32, .elements = 4096, .bulk = 4096, .line = 4096};
    struct resp_reader reader;
    struct reply_builder b;
    struct resp_event ev;
    resp_read_init(&reader, &limits);
    resp_read_feed(&reader, (const char *)data, size);
    reply_builder_init(&b, TREE_MAX);
    while (resp_read_next(&reader, &ev) > 0) {
        if (reply_build(&b, &ev) != 0) continue;
        take(fresh(&one), fresh(&two), b.root);
        reply_builder_clear(&b);
    }
    load(fresh(&one), data, size);
    reply_builder_release(&b);
    resp_read_release(&reader);
    return 0;
}
