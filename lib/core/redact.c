/* SPDX-License-Identifier: BSD-3-Clause */
/* The grammar of secrets: which commands have them, and behind which of their words. Keywords are
 * looked for at every place, not only where the server would: what was typed wrongly must not end
 * up in a file either. */
#include "core/redact.h"

#include <stdlib.h>

#include "core/args.h"
#include "resp/quote.h"

/* A word with a password behind it. */
struct keyword {
    const char *word;
    int user; /* 1: a user's name stands between them */
};

/* A command with keywords. */
struct grammar {
    const char *words[3]; /* its name */
    int pairs;            /* where its list of names and values begins; 0 = has none */
    const struct keyword *keywords;
};

static const struct keyword config_keywords[] = {
    {"requirepass", 0},
    {"masterauth", 0},
    {"primaryauth", 0},
    {"tls-key-file-pass", 0},
    {"tls-client-key-file-pass", 0},
    {0},
};
static const struct keyword sentinel_keywords[] = {{"auth-pass", 0}, {"sentinel-pass", 0}, {0}};
static const struct keyword hello_keywords[] = {{"AUTH", 1}, {0}};
static const struct keyword migrate_keywords[] = {{"AUTH", 0}, {"AUTH2", 1}, {0}};

static const struct grammar grammars[] = {
    {{"CONFIG", "SET"}, 2, config_keywords},
    {{"SENTINEL", "SET"}, 3, sentinel_keywords},
    {{"SENTINEL", "CONFIG", "SET"}, 3, sentinel_keywords},
    {{"HELLO"}, 0, hello_keywords},
    {{"MIGRATE"}, 0, migrate_keywords},
};

/* Commands that have another as their argument, so many words on. */
static const struct wrapper {
    const char *words[2];
    int skip;
} wrappers[] = {
    {{"ACL", "DRYRUN"}, 3},
    {{"COMMAND", "GETKEYS"}, 2},
    {{"COMMAND", "GETKEYSANDFLAGS"}, 2},
};

static bool begins_with(const struct args *a, const char *const *words, int max) {
    for (int i = 0; i < max && words[i]; i++)
        if (!args_is(a, i, words[i])) return false;
    return true;
}

/* The byte that word i begins with; 0 when it is empty or not there. */
static char first_byte(const struct args *a, int i) {
    return i < a->argc && args_len(a, i) ? a->argv[i][0] : 0;
}

/* Word i may be what the shell does with the reply: \json, | less, > file. */
static bool may_be_tail(const struct args *a, int i) {
    char c = first_byte(a, i);
    return c == '\\' || c == '|' || c == '>';
}

static void mark_from(const struct args *a, int i, bool *secret) {
    for (; i < a->argc; i++)
        secret[i] = true;
}

/* AUTH password, AUTH user password; anything else may be a password with blanks. */
static void mark_auth(const struct args *a, bool *secret) {
    bool with_user = a->argc == 3 && !may_be_tail(a, 2);
    mark_from(a, with_user ? 2 : 1, secret);
}

/* ">password", "<password", "#hash", "!hash", wrongly in a selector too. */
static void mark_rules(const struct args *a, bool *secret) {
    for (int i = 3; i < a->argc; i++) {
        const char *p = a->argv[i], *end = p + args_len(a, i);
        while (p < end && *p == '(')
            p++;
        secret[i] = p < end && strchr("><#!", *p) && *p;
    }
}

static bool connects(const struct args *a) {
    return args_is(a, 0, "\\connect") || args_is(a, 0, "connect"); /* the first, in quotes */
}

/* \connect URI: in front of '@' and behind '?' one may hold a password. */
static void mark_uris(const struct args *a, bool *secret) {
    for (int i = 1; i < a->argc; i++) {
        size_t len = args_len(a, i);
        secret[i] = (memchr(a->argv[i], '@', len) && first_byte(a, i) != '@') ||
                    memchr(a->argv[i], '?', len);
    }
}

/* The password behind the keyword at i. Where a user's name should stand between them and nothing
 * follows it, the name is the password. */
static void mark_behind(const struct args *a, const struct keyword *k, int i, bool *secret) {
    int at = i + 1 + k->user;
    bool missing = at >= a->argc || args_is(a, at, "SETNAME") || may_be_tail(a, at);
    if (at < a->argc && !args_is(a, at, "SETNAME")) secret[at] = true;
    if (k->user && missing && i + 1 < a->argc) secret[i + 1] = true;
}

static void mark_keywords(const struct args *a, const struct grammar *g, bool *secret) {
    bool odd = g->pairs && (a->argc - g->pairs) % 2;
    for (int i = g->pairs ? g->pairs : 1; i < a->argc; i++) {
        for (const struct keyword *k = g->keywords; k->word; k++) {
            if (!args_is(a, i, k->word)) continue;
            mark_behind(a, k, i, secret);
            if (odd) mark_from(a, i + 1, secret); /* a password with blanks? */
        }
    }
}

static void mark(const struct args *a, bool *secret) {
    static const char *const setuser[] = {"ACL", "SETUSER"};
    if (args_is(a, 0, "AUTH")) {
        mark_auth(a, secret);
    } else if (connects(a)) {
        mark_uris(a, secret);
    } else if (begins_with(a, setuser, 2)) {
        mark_rules(a, secret);
    } else {
        for (size_t i = 0; i < sizeof grammars / sizeof *grammars; i++)
            if (begins_with(a, grammars[i].words, 3)) mark_keywords(a, &grammars[i], secret);
    }
}

/* Words in front of a command: a target, a count, a word of the shell's, a wrapper; 0 = none. */
static int prefix(const struct args *a) {
    int64_t n;
    if (!a->argc || connects(a)) return 0;
    if (first_byte(a, 0) == '@' || first_byte(a, 0) == '\\') return 1;
    if (str_to_i64(a->argv[0], args_len(a, 0), &n) == 0) return 1;
    for (size_t i = 0; i < sizeof wrappers / sizeof *wrappers; i++)
        if (begins_with(a, wrappers[i].words, 2))
            return wrappers[i].skip < a->argc ? wrappers[i].skip : 0;
    return 0;
}

int redact_words(int argc, const char *const *argv, const size_t *lens, bool *secret) {
    struct args a = {argc, argv, lens};
    int n = 0;
    for (int i = 0; i < argc; i++)
        secret[i] = false;
    for (int skip = prefix(&a); skip; skip = prefix(&a))
        a = (struct args){a.argc - skip, a.argv + skip, a.lens ? a.lens + skip : NULL};
    mark(&a, secret + (argc - a.argc));
    for (int i = 0; i < argc; i++)
        n += secret[i];
    return n;
}

bool redact_may(const char *name, size_t len) {
    static const struct {
        const char *word;
        size_t len;
    } words[] = {{"ACL", 3},     {"AUTH", 4},    {"HELLO", 5},   {"CONFIG", 6},
                 {"COMMAND", 7}, {"MIGRATE", 7}, {"SENTINEL", 8}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i].len == len && str_ieq(name, len, words[i].word)) return true;
    return false;
}

static int add_redacted(struct buf *out, const char *line, size_t len, const bool *secret) {
    const size_t before = out->len;
    size_t from = 0, to = 0, kept = 0;
    int rc = 0;
    for (int i = 0; !rc && resp_quote_next(line, len, &from, &to); i++) {
        if (!secret[i]) continue;
        rc = buf_add(out, line + kept, from - kept);
        if (!rc) rc = buf_adds(out, REDACT_TEXT);
        kept = to;
    }
    if (!rc) rc = buf_add(out, line + kept, len - kept);
    if (rc) out->len = before;
    return rc;
}

int redact_line(struct buf *out, const char *line, size_t len, struct err *e) {
    struct resp_quote_args words;
    resp_quote_init(&words);
    bool *secret = NULL;
    int n = 0, rc = resp_quote_split(&words, line, len, e);
    if (rc < 0) goto out;
    secret = mem_zalloc((size_t)words.argc + 1, sizeof *secret);
    n = redact_words(words.argc, words.argv, words.lens, secret);
    rc = add_redacted(out, line, len, secret);
    if (rc < 0) err_set(e, rc, "a line of %zu bytes is too long", len);
out:
    free(secret);
    resp_quote_release(&words);
    return rc < 0 ? rc : n;
}
