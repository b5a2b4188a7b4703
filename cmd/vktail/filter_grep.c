/* SPDX-License-Identifier: BSD-3-Clause */
/* --grep. Most patterns that people type are plain words, for which no automaton is needed; and
 * where such a word is not in a line of MONITOR it is not in what the line decodes to either, since
 * only quotes, backslashes and what cannot be printed is escaped there. */
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "filter_impl.h"

struct filter_grep {
    size_t len;
    bool plain;     /* pattern is a plain word */
    bool in_a_word; /* and cannot reach over two arguments, or be escaped */
    regex_t regex;
    char pattern[];
};

static bool is_in_a_word(const char *p) {
    for (; *p; p++)
        if (*p <= ' ' || *p > '~' || *p == '"' || *p == '\\') return false;
    return true;
}

int filter_grep_new(const char *pattern, struct filter_grep **out, struct err *e) {
    size_t len = strlen(pattern);
    if (!len) return err_set(e, VK_EUSAGE, "an empty pattern");
    struct filter_grep *g = mem_zalloc(1, sizeof *g + len + 1);
    memcpy(g->pattern, pattern, len);
    g->len = len;
    g->plain = !strpbrk(pattern, "\\^$.[]|()*+?{}");
    g->in_a_word = g->plain && is_in_a_word(pattern);
    int code = g->plain ? 0 : regcomp(&g->regex, pattern, REG_EXTENDED | REG_NOSUB);
    if (!code) {
        *out = g;
        return 0;
    }
    char why[128];
    regerror(code, &g->regex, why, sizeof why);
    free(g);
    return err_set(e, VK_EUSAGE, "'%.200s': %s", pattern, why);
}

void filter_grep_free(struct filter_grep *g) {
    if (g && !g->plain) regfree(&g->regex);
    free(g);
}

bool filter_grep_may(const struct filter_grep *g, struct event_text line) {
    return !g->in_a_word || memmem(line.p, line.len, g->pattern, g->len);
}

/* glibc and the BSDs take text with NULs in it by REG_STARTEND. */
bool filter_grep_matches(const struct filter_grep *g, const char *text, size_t len) {
    if (g->plain) return memmem(text, len, g->pattern, g->len);
    regmatch_t whole = {.rm_so = 0, .rm_eo = (regoff_t)len};
    return regexec(&g->regex, text, 1, &whole, REG_STARTEND) == 0;
}
