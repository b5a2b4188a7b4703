/* SPDX-License-Identifier: BSD-3-Clause */
/* See help.h. */
#include "help.h"

#include <string.h>
#include <unistd.h>

#include "base/safe.h"
#include "base/str.h"
#include "help_page.h"
#include "io/tty.h"
#include "shell_impl.h"
#include "ui/colour.h"

enum { TEXT_MAX = 1 << 22 };

static const struct meta *find_own(const struct shell *s, const char *word, size_t len) {
    const struct meta *m;
    for (size_t i = 0; (m = s->typing.own(i)); i++)
        if (str_ieq(word, len, m->name)) return m;
    return NULL;
}

static void add_own(const struct help_page *p, const struct meta *m) {
    colour_puts(p->out, p->colour, COLOUR_HEAD, m->name);
    buf_addf(p->out, "%s%s\n  ", *m->args ? " " : "", m->args);
    help_page_wrap(p, m->summary, 2, 2);
    buf_adds(p->out, "  a command of this shell's own: \\? lists them\n");
}

static void add_ways(const struct help_page *p) {
    static const struct {
        const char *what, *text;
    } ways[] = {
        {"help COMMAND", "what it does, its arguments and its options"},
        {"help @GROUP", "the commands of a group (below) or an ACL category"},
        {"help WORD", "commands that have to do with it: help expiration"},
        {"\\?", "the commands of this shell itself, and the keys"},
    };
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        help_page_row(p, ways[i].what, (int)strlen(ways[0].what), ways[i].text);
    buf_addc(p->out, '\n');
    help_page_groups(p);
}

static void add_unknown(const struct help_page *p, const struct grammar_command *container,
                        const char *word, size_t len) {
    buf_adds(p->out, container ? container->name : "there is no command '");
    if (container) buf_adds(p->out, " has no subcommand '");
    safe_add(p->out, word, len, false);
    size_t end = p->out->len;
    buf_adds(p->out, "'; these come near:\n");
    if (help_page_near(p, container, word, len)) return;
    p->out->len = end;
    buf_adds(p->out, container ? "'\n" : "'; help lists the groups of those there are\n");
    if (container) help_page_command(p, container);
}

static void add_command(const struct help_page *p, int argc, const char *const *argv,
                        const size_t *lens) {
    const struct grammar_command *c = grammar_find(p->grammar, argc, argv, lens);
    bool strays = c && c->container && argc > 1;
    if (!c || strays) add_unknown(p, c, argv[strays], lens[strays]);
    if (c && !strays) help_page_command(p, c);
}

static void add_group(const struct help_page *p, const char *name, size_t len) {
    if (help_page_group(p, name, len)) return;
    buf_adds(p->out, "there is no group and no ACL category '@");
    safe_add(p->out, name, len, false);
    buf_adds(p->out, "'; these are the groups:\n");
    help_page_groups(p);
}

void help_meta(struct shell *s, int argc, const char *const *argv, const size_t *lens) {
    struct buf text;
    const struct help_page p = {
        .grammar = s->typing.grammar,
        .columns = tty_columns(STDOUT_FILENO),
        .colour = s->to.kind == REDIRECT_NONE,
        .out = &text,
    };
    buf_init(&text, TEXT_MAX);
    const struct meta *m = argc == 2 ? find_own(s, argv[1], lens[1]) : NULL;
    if (argc < 2)
        add_ways(&p);
    else if (m)
        add_own(&p, m);
    else if (*argv[1] == '@')
        add_group(&p, argv[1] + 1, lens[1] - 1);
    else
        add_command(&p, argc - 1, argv + 1, lens + 1);
    entry_text(s, text.p, text.len);
    buf_release(&text);
}
