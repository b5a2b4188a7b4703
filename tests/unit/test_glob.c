/* SPDX-License-Identifier: BSD-3-Clause */
/* core/glob: what redis-server 7.0 answered to KEYS with these patterns (tests/vktail/glob.bats
 * asks a server the same), and patterns made to take for ever. */
#include "core/glob.h"

#include <stdlib.h>

#include "base/rng.h"
#include "resp/quote.h"
#include "tests/unit/t.h"

struct glob_case {
    const char *pattern, *text;
    bool match;
};

static const struct glob_case cases[] = {
    {"", "", true},
    {"", "a", false},
    {"*", "", true},
    {"**", "", false},
    {"?", "", false},
    {"a", "", false},
    {"*", "anything", true},
    {"**", "a", true},
    {"a", "a", true},
    {"a", "A", false},
    {"a", "ab", false},
    {"ab", "a", false},
    {"?", "a", true},
    {"?", "ab", false},
    {"??", "ab", true},
    {"h?llo", "hello", true},
    {"h*llo", "hllo", true},
    {"h*llo", "heeeello", true},
    {"h*llo", "heeeell", false},
    {"user:*", "user:", true},
    {"user:*", "user:1000", true},
    {"user:*", "user", false},
    {"*:name", "user:1:name", true},
    {"*:name", "user:1:names", false},
    {"*a*b", "aXbXb", true},
    {"*a*b", "aXbXc", false},
    {"*ab*", "aab", true},
    {"a**b", "ab", true},
    {"*?", "a", true},
    {"?*?", "a", false},
    {"a*", "a", true},
    {"a***", "a", true},
    {"h[ae]llo", "hello", true},
    {"h[ae]llo", "hillo", false},
    {"h[^e]llo", "hallo", true},
    {"h[^e]llo", "hello", false},
    {"h[a-c]llo", "hbllo", true},
    {"h[a-c]llo", "hdllo", false},
    {"h[c-a]llo", "hbllo", true},
    {"[^a-c]", "d", true},
    {"[^a-c]", "b", false},
    {"[a-]", "a", true},
    {"[a-]", "]", true},
    {"[a-]", "-", false},
    {"[-a]", "-", true},
    {"[a-c-e]", "-", true},
    {"[a-c-e]", "d", false},
    {"[]", "]", false},
    {"[]a]", "a]", false},
    {"[^]", "a", true},
    {"[^]", "", false},
    {"[\\]]", "]", true},
    {"[\\^a]", "^", true},
    {"[a\\-c]", "b", false},
    {"[a\\-c]", "-", true},
    {"[a\\]", "a", true},
    {"[a\\]", "\\", false},
    {"[abc", "b", true},
    {"[abc", "d", false},
    {"[", "[", false},
    {"[^", "a", true},
    {"[^", "[", true},
    {"x[", "x[", false},
    {"[\\", "\\", true},
    {"[*]", "*", true},
    {"[*]", "a", false},
    {"[?]", "a", false},
    {"\\*", "*", true},
    {"\\*", "a", false},
    {"\\?", "?", true},
    {"\\[a]", "[a]", true},
    {"\\\\", "\\", true},
    {"\\", "\\", true},
    {"a\\", "a\\", true},
    {"\\a", "a", true},
    {"*\\*", "ab*", true},
    {"*[0-9]", "key12", true},
    {"*[0-9]x*", "key12x", true},
    {"[a-\xff]", "A", true},
    {"[a-\xff]", "b", false},
    {"[\x80-\xff]", "\x90", true},
    {"[\x80-\xff]", "a", false},
    {"\xc3\xa9", "\xc3\xa9", true},
    {"?", "\xc3\xa9", false},
};

static void cases_are_as_the_server_has_them(void) {
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct glob_case *c = &cases[i];
        bool got = glob_match(c->pattern, strlen(c->pattern), c->text, strlen(c->text));
        if (got != c->match) printf("pattern %s, text %s\n", c->pattern, c->text);
        CHECK_EQ(got, c->match);
    }
}

static void zero_bytes_are_bytes(void) {
    CHECK(glob_match("a\0b", 3, "a\0b", 3));
    CHECK(!glob_match("a\0b", 3, "a\0c", 3));
    CHECK(glob_match("*\0", 2, "xyz\0", 4));
    CHECK(!glob_match("a", 1, "a\0", 2));
    CHECK(glob_match("[\0-\1]", 5, "\1", 1));
}

/* 2^1000 ways for a matcher that tries them all. */
static void hostile_patterns_end(void) {
    enum { N = 1000 };
    char pattern[2 * N + 1], text[N];
    for (int i = 0; i < N; i++)
        memcpy(pattern + (size_t)2 * i, "*a", 2);
    pattern[2 * N] = 'b';
    memset(text, 'a', N);
    CHECK(!glob_match(pattern, sizeof pattern, text, N));
    CHECK(glob_match(pattern, sizeof pattern - 1, text, N));
    CHECK(!glob_match(pattern, sizeof pattern - 1, text, N - 1));
}

/* Each pattern cut at every byte against each text, in memory of its own, so that a sanitizer sees
 * a look behind the end. */
static void cut_patterns_do_no_harm(void) {
    const size_t n = sizeof cases / sizeof *cases;
    int matches = 0;
    for (size_t i = 0; i < n; i++) {
        for (size_t len = 0; len <= strlen(cases[i].pattern); len++) {
            char *pattern = malloc(len + !len);
            memcpy(pattern, cases[i].pattern, len);
            for (size_t j = 0; j < n; j++)
                matches += glob_match(pattern, len, cases[j].text, strlen(cases[j].text));
            free(pattern);
        }
    }
    CHECK(matches > 0);
}

enum { RANDOM_CASES = 10000, RANDOM_MAX = 7 };

static void ask(bool answer, const char *pattern, size_t pattern_len, const char *text,
                size_t len) {
    static const char script[] = "EVAL \"redis.call('set',ARGV[2],1) local n=#redis.call('keys',"
                                 "ARGV[1]) redis.call('del',ARGV[2]) return n\" 0 ";
    if (answer) {
        puts(glob_match(pattern, pattern_len, text, len) ? "1" : "0");
        return;
    }
    struct buf line;
    buf_init(&line, 1 << 16);
    buf_adds(&line, script);
    resp_quote_add(&line, pattern, pattern_len);
    buf_addc(&line, ' ');
    resp_quote_add(&line, text, len);
    puts(buf_cstr(&line));
    buf_release(&line);
}

static size_t draw(struct rng *g, const char *bytes, size_t n_bytes, char *to) {
    size_t n = (size_t)rng_below(g, RANDOM_MAX + 1);
    for (size_t i = 0; i < n; i++)
        to[i] = bytes[rng_below(g, n_bytes)];
    return n;
}

static int ask_all(bool answer) {
    static const char in_pattern[] = "***??[[]]^--\\aabc\x80\xff",
                      in_text[] = "aaabbc-]\\*^\x80\xff";
    char pattern[RANDOM_MAX], text[RANDOM_MAX];
    struct rng g;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ask(answer, cases[i].pattern, strlen(cases[i].pattern), cases[i].text,
            strlen(cases[i].text));
    rng_seed(&g, 7);
    for (int i = 0; i < RANDOM_CASES; i++) {
        size_t n = draw(&g, in_pattern, sizeof in_pattern, pattern); /* with the zero byte */
        size_t len = draw(&g, in_text, sizeof in_text, text);
        ask(answer, pattern, n, text, len);
    }
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 2) return ask_all(!strcmp(argv[1], "answers"));
    RUN(cases_are_as_the_server_has_them);
    RUN(zero_bytes_are_bytes);
    RUN(hostile_patterns_end);
    RUN(cut_patterns_do_no_harm);
    return t_end();
}
