/* SPDX-License-Identifier: BSD-3-Clause */
/* Which groups there are, and which commands a word that is none may be meant for. */
#include <string.h>

#include "base/str.h"
#include "help_page.h"
#include "ui/colour.h"
#include "ui/width.h"

enum { GROUPS_MAX = 256, NEAR_MAX = 8, EDITS_MAX = 2 };

/* ---- groups ---- */

struct group {
    const char *name;
    int n; /* commands in it */
};

static int find_groups(const struct grammar *g, struct group *groups) {
    const struct grammar_command *c;
    int n = 0, at;
    for (size_t i = 0; (c = grammar_at(g, i)); i++) {
        if (!*c->group || !c->served || c->n_words > 1) continue;
        for (at = 0; at < n && strcmp(groups[at].name, c->group) < 0;)
            at++;
        bool is_new = at == n || strcmp(groups[at].name, c->group) != 0;
        if (is_new && n == GROUPS_MAX) continue;
        if (is_new) {
            memmove(groups + at + 1, groups + at, (size_t)(n++ - at) * sizeof *groups);
            groups[at] = (struct group){c->group, 0};
        }
        groups[at].n++;
    }
    return n;
}

void help_page_groups(const struct help_page *p) {
    struct group groups[GROUPS_MAX];
    int n = find_groups(p->grammar, groups), width = 0, at = 0;
    for (int i = 0; i < n; i++) {
        int columns = width_columns(groups[i].name, strlen(groups[i].name));
        if (columns > width) width = columns;
    }
    width += 8; /* "@", the number of commands, and room */
    for (int i = 0; i < n; i++) {
        struct buf cell;
        bool last = i + 1 == n || at + 2 * width > p->columns - 2;
        buf_init(&cell, GRAMMAR_TEXT_MAX + 16);
        buf_addf(&cell, "@%s %d", groups[i].name, groups[i].n);
        if (!at) buf_adds(p->out, "  ");
        colour_begin(p->out, p->colour, COLOUR_FIELD);
        width_cut(p->out, buf_cstr(&cell), width, !last);
        colour_end(p->out, p->colour, COLOUR_FIELD);
        if (last) buf_addc(p->out, '\n');
        at = last ? 0 : at + width;
        buf_release(&cell);
    }
}

/* ---- near ---- */

static int least(int a, int b) {
    return a < b ? a : b;
}

static char folded(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

int help_page_distance(const char *a, size_t a_len, const char *b, size_t b_len, int max) {
    enum { MAX = 2 * GRAMMAR_NAME_MAX };
    int rows[3][MAX + 1], *before = rows[0], *last = rows[1], *now = rows[2];
    if (a_len > MAX || b_len > MAX) return max + 1;
    for (size_t k = 0; k <= b_len; k++)
        last[k] = (int)k;
    for (size_t i = 1; i <= a_len; i++) {
        now[0] = (int)i;
        for (size_t k = 1; k <= b_len; k++) {
            char x = folded(a[i - 1]), y = folded(b[k - 1]);
            now[k] = least(least(last[k], now[k - 1]) + 1, last[k - 1] + (x != y));
            if (i > 1 && k > 1 && x == folded(b[k - 2]) && y == folded(a[i - 2]))
                now[k] = least(now[k], before[k - 2] + 1);
        }
        int *free_row = before;
        before = last;
        last = now;
        now = free_row;
    }
    return least(last[b_len], max + 1);
}

struct search {
    const struct grammar_command *container;
    const char *word;
    size_t len;
    const struct grammar_command *found[NEAR_MAX];
    int n;
};

/* The part of the name that the word stands for; NULL: it is not one of those. */
static const char *name_in(const struct search *s, const struct grammar_command *c) {
    if (!c->served) return NULL;
    if (!s->container) return c->n_words == 1 ? c->name : NULL;
    size_t len = strlen(s->container->name);
    bool below = !strncmp(c->name, s->container->name, len) && c->name[len] == ' ';
    return below ? c->name + len + 1 : NULL;
}

static void find_near(const struct help_page *p, struct search *s) {
    const struct grammar_command *c;
    int best = s->len < 4 ? 1 : EDITS_MAX;
    for (size_t i = 0; (c = grammar_at(p->grammar, i)); i++) {
        const char *name = name_in(s, c);
        if (!name) continue;
        int edits = help_page_distance(name, strlen(name), s->word, s->len, best);
        if (edits > best) continue;
        if (edits < best) s->n = 0;
        best = edits;
        if (s->n < NEAR_MAX) s->found[s->n++] = c;
    }
}

static bool bears(const char *text, const char *word, size_t len) {
    for (; *text; text++)
        if (grammar_begins(text, word, len)) return true;
    return false;
}

static void find_bearers(const struct help_page *p, struct search *s) {
    const struct grammar_command *c;
    for (size_t i = 0; s->len > 2 && (c = grammar_at(p->grammar, i)) && s->n < NEAR_MAX; i++)
        if (c->served && (bears(c->name, s->word, s->len) || bears(c->summary, s->word, s->len)))
            s->found[s->n++] = c;
}

bool help_page_near(const struct help_page *p, const struct grammar_command *container,
                    const char *word, size_t len) {
    struct search s = {.container = container, .word = word, .len = len};
    int width = 0;
    find_near(p, &s);
    if (!s.n && !container) find_bearers(p, &s);
    for (int i = 0; i < s.n; i++)
        if ((int)strlen(s.found[i]->name) > width) width = (int)strlen(s.found[i]->name);
    for (int i = 0; i < s.n; i++)
        help_page_row(p, s.found[i]->name, width, s.found[i]->summary);
    return s.n > 0;
}
