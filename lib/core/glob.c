/* SPDX-License-Identifier: BSD-3-Clause */
/* Glob matching. See glob.h.
 *
 * Every element of a pattern but * takes exactly one byte. So when the text does not go on as the
 * pattern does, only the last * need give way by one byte: what stands before it has matched as
 * early as it can, and nothing is gained by matching it later. */
#include "core/glob.h"

struct cursor {
    const char *p, *end; /* of the pattern */
};

static bool in_range(char c, char a, char b) {
    signed char low = (signed char)a, high = (signed char)b, byte = (signed char)c;
    return low <= high ? byte >= low && byte <= high : byte >= high && byte <= low;
}

/* The class behind a '[', through its ']' or the pattern's end. */
static bool class_has(struct cursor *g, char c) {
    bool negated = g->p < g->end && *g->p == '^', found = false;
    if (negated) g->p++;
    for (; g->p < g->end; g->p++) {
        if (*g->p == '\\' && g->end - g->p >= 2) {
            found |= *++g->p == c;
        } else if (*g->p == ']') {
            g->p++;
            break;
        } else if (g->end - g->p >= 3 && g->p[1] == '-') {
            found |= in_range(c, g->p[0], g->p[2]);
            g->p += 2;
        } else {
            found |= *g->p == c;
        }
    }
    return found != negated;
}

/* The element at g->p, which is no '*', is passed over; whether it takes c. */
static bool takes(struct cursor *g, char c) {
    char element = *g->p++;
    if (element == '?') return true;
    if (element == '[') return class_has(g, c);
    if (element == '\\' && g->p < g->end) element = *g->p++;
    return element == c;
}

bool glob_match(const char *pattern, size_t pattern_len, const char *text, size_t len) {
    struct cursor g = {pattern, pattern + pattern_len}, star = {0};
    const char *end = text + len, *again = text;
    if (!len) return !pattern_len || (pattern_len == 1 && *pattern == '*');
    while (text < end) {
        if (g.p < g.end && *g.p == '*') {
            g.p++;
            star = g;
            again = text;
        } else if (g.p < g.end && takes(&g, *text)) {
            text++;
        } else {
            if (!star.p) return false;
            g = star;
            text = ++again;
        }
    }
    while (g.p < g.end && *g.p == '*')
        g.p++;
    return g.p == g.end;
}
