/* SPDX-License-Identifier: BSD-3-Clause */
/* See help_page.h. One command is a head with its usage, the summary, the facts, its options, its
 * subcommands; many are rows. */
#include "help_page.h"

#include <string.h>

#include "base/str.h"
#include "ui/colour.h"
#include "ui/width.h"

enum {
    USAGE_MAX = 1 << 16,
    INDENT = 2,
    FACTS_AT = 14,     /* the column of what is told */
    NAME_COLUMNS = 28, /* of a row at most, when it has a summary */
    OPTIONS_MAX = 64,
    HARD_BLANK = '\x1f', /* no line ends there; grammars have no such byte */
};

/* ---- text ---- */

static void pad(struct buf *out, int n) {
    while (n-- > 0)
        buf_addc(out, ' ');
}

void help_page_wrap(const struct help_page *p, const char *text, int at, int indent) {
    for (bool first = true; *text; first = false) {
        size_t len = strcspn(text, " ");
        int columns = width_columns(text, len);
        bool fits = at + 1 + columns <= p->columns;
        if (!first && !fits) buf_addc(p->out, '\n');
        if (!first) pad(p->out, fits ? 1 : indent);
        at = columns + (first ? at : fits ? at + 1 : indent);
        for (size_t i = 0; i < len; i++)
            buf_addc(p->out, text[i] == HARD_BLANK ? ' ' : text[i]);
        text += len;
        text += strspn(text, " ");
    }
    buf_addc(p->out, '\n');
}

void help_page_row(const struct help_page *p, const char *name, int width, const char *summary) {
    int columns = width_columns(name, strlen(name)), room = p->columns - INDENT - width - 2;
    pad(p->out, INDENT);
    colour_puts(p->out, p->colour, COLOUR_FIELD, name);
    if (*summary && room > 0) {
        pad(p->out, columns < width ? width - columns + 2 : 2);
        width_cut(p->out, summary, columns < width ? room : room - (columns - width), false);
    }
    buf_addc(p->out, '\n');
}

static void add_fact(const struct help_page *p, const char *name, const char *text) {
    if (!*text) return;
    pad(p->out, INDENT);
    colour_puts(p->out, p->colour, COLOUR_ASIDE, name);
    pad(p->out, FACTS_AT - INDENT - (int)strlen(name));
    help_page_wrap(p, text, FACTS_AT, FACTS_AT);
}

/* ---- rows of commands ---- */

static bool is_below(const struct grammar_command *c, const struct grammar_command *container) {
    size_t len = strlen(container->name);
    return !strncmp(c->name, container->name, len) && c->name[len] == ' ';
}

typedef bool choose_fn(const struct grammar_command *c, const void *arg);

/* A row for each that is chosen, the names as wide as they need; how many there are. */
static int add_rows(const struct help_page *p, choose_fn *chosen, const void *arg) {
    const struct grammar_command *c;
    int n = 0, width = 0;
    for (size_t i = 0; (c = grammar_at(p->grammar, i)); i++) {
        int columns = c->served && chosen(c, arg) ? width_columns(c->name, strlen(c->name)) : 0;
        if (columns > width && columns <= NAME_COLUMNS) width = columns;
    }
    for (size_t i = 0; (c = grammar_at(p->grammar, i)); i++) {
        if (!c->served || !chosen(c, arg)) continue;
        help_page_row(p, c->name, width, c->summary);
        n++;
    }
    return n;
}

static bool is_subcommand(const struct grammar_command *c, const void *arg) {
    return is_below(c, arg);
}

struct word {
    const char *p;
    size_t len;
};

static bool is_in_group(const struct grammar_command *c, const void *arg) {
    const struct word *w = arg;
    return str_ieq(w->p, w->len, c->group);
}

/* Among "@read @string @fast". */
static bool is_in_category(const struct grammar_command *c, const void *arg) {
    const struct word *w = arg;
    for (const char *at = c->categories; (at = strchr(at, '@'));) {
        size_t len = strcspn(++at, " ");
        if (len == w->len && grammar_begins(at, w->p, len)) return true;
    }
    return false;
}

bool help_page_group(const struct help_page *p, const char *name, size_t len) {
    const struct word w = {name, len};
    return add_rows(p, is_in_group, &w) || add_rows(p, is_in_category, &w);
}

/* ---- one command ---- */

struct options {
    const char *tokens[OPTIONS_MAX];
    int n;
};

static void gather(const struct grammar_arg *args, size_t n, struct options *o) {
    for (size_t i = 0; i < n; i++) {
        bool known = !args[i].token || !*args[i].token;
        for (int k = 0; k < o->n && !known; k++)
            known = !strcmp(o->tokens[k], args[i].token);
        if (!known && o->n < OPTIONS_MAX) o->tokens[o->n++] = args[i].token;
        gather(args[i].args, args[i].args ? args[i].n_args : 0, o);
    }
}

static void add_options(const struct help_page *p, const struct grammar_command *c) {
    struct options o = {.n = 0};
    int width = 0;
    bool any = false;
    gather(c->args, c->n_args, &o);
    for (int i = 0; i < o.n; i++)
        if (help_words_of(c->name, o.tokens[i]) && (int)strlen(o.tokens[i]) > width)
            width = (int)strlen(o.tokens[i]);
    for (int i = 0; i < o.n; i++) {
        const char *text = help_words_of(c->name, o.tokens[i]);
        if (!text) continue;
        if (!any) buf_addc(p->out, '\n');
        any = true;
        help_page_row(p, o.tokens[i], width, text);
    }
}

/* Lines end between arguments, and in front of the "|" inside one. */
static void harden(struct buf *usage) {
    int depth = 0;
    for (size_t i = 0; i + 1 < usage->len; i++) {
        char c = usage->p[i];
        if (c == '[' || c == '<') depth++;
        if (c == ']' || c == '>') depth--;
        if (c == ' ' && depth > 0 && usage->p[i + 1] != '|') usage->p[i] = HARD_BLANK;
    }
}

static void add_head(const struct help_page *p, const struct grammar_command *c) {
    struct buf usage;
    buf_init(&usage, USAGE_MAX);
    grammar_usage(c->args, c->n_args, &usage);
    harden(&usage);
    colour_puts(p->out, p->colour, COLOUR_HEAD, c->name);
    buf_addc(p->out, ' ');
    const char *args = usage.len ? buf_cstr(&usage) : "";
    if (!usage.len && c->container) args = "SUBCOMMAND [argument ...]";
    if (!usage.len && !c->container && !c->told) args = "[argument ...]";
    help_page_wrap(p, args, (int)strlen(c->name) + 1, 2 * INDENT);
    buf_release(&usage);
}

static void add_group(const struct help_page *p, const char *group) {
    struct buf text;
    if (!*group) return;
    buf_init(&text, GRAMMAR_TEXT_MAX * 2);
    buf_addf(&text, "%s (help @%s lists it)", group, group);
    add_fact(p, "group", buf_cstr(&text));
    buf_release(&text);
}

void help_page_command(const struct help_page *p, const struct grammar_command *c) {
    add_head(p, c);
    if (*c->summary) {
        pad(p->out, INDENT);
        help_page_wrap(p, c->summary, INDENT, INDENT);
    }
    if (!c->served) add_fact(p, "note", "this server does not have it");
    if (*c->since || *c->group || *c->complexity || *c->categories) buf_addc(p->out, '\n');
    add_fact(p, "since", c->since);
    add_group(p, c->group);
    add_fact(p, "complexity", c->complexity);
    add_fact(p, "categories", c->categories);
    add_options(p, c);
    if (!c->container) return;
    buf_addc(p->out, '\n');
    if (!add_rows(p, is_subcommand, c)) p->out->len--;
}
