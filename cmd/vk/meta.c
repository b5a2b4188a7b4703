/* SPDX-License-Identifier: BSD-3-Clause */
/* See meta.h. Those that are more than a switch have a file of their own. */
#include "meta.h"

#include <string.h>

#include "base/msg.h"
#include "base/str.h"
#include "connect.h"
#include "edit.h"
#include "editor.h"
#include "help.h"
#include "peek.h"
#include "shell_impl.h"
#include "watch.h"

enum { WORDS_MAX = 4096, LIST_MAX = 1 << 16 };

static void leave(struct shell *s, int argc, const char *const *argv, const size_t *lens) {
    (void)argc, (void)argv, (void)lens;
    s->leave = true;
}

static void expand(struct shell *s, int argc, const char *const *argv, const size_t *lens) {
    (void)argc, (void)argv, (void)lens;
    s->expanded = !s->expanded;
    msg_warn("tables are shown %s", s->expanded ? "one field a line" : "as tables");
}

static void time_commands(struct shell *s, int argc, const char *const *argv, const size_t *lens) {
    s->timing = argc > 1 ? str_ieq(argv[1], lens[1], "on") : !s->timing;
    msg_warn("how long each command took is %s", s->timing ? "shown" : "shown when it was long");
}

static void set_pager(struct shell *s, int argc, const char *const *argv, const size_t *lens) {
    struct buf words;
    buf_init(&words, WORDS_MAX);
    for (int i = 1; i < argc; i++) {
        if (i > 1) buf_addc(&words, ' ');
        if (lens[i]) buf_add(&words, argv[i], lens[i]);
    }
    if (words.over)
        msg_warn("\\pager: that is too long");
    else if (words.len)
        pager_set(&s->pager, words.p, words.len);
    buf_release(&words);
    const char *command = pager_command(&s->pager);
    if (command)
        msg_warn("replies longer than the screen go to '%s'", command);
    else
        msg_warn("replies go to the screen, however long");
}

/* What it became is the next line's beginning, so that it is seen before it is sent. */
static void edit(struct shell *s, int argc, const char *const *argv, const size_t *lens) {
    const char *last = editor_last(argv[0]);
    struct buf text;
    struct err e;
    (void)s, (void)argc, (void)lens;
    buf_init(&text, RESP_QUOTE_MAX);
    if (edit_text(last ? last : "", last ? strlen(last) : 0, &text, &e) < 0)
        msg_warn("%s", e.text);
    else
        editor_preset(buf_cstr(&text));
    buf_release(&text);
}

static meta_fn list;

static const struct meta table[] = {
    {"\\?", "", "list these commands and the keys", 0, 0, list},
    {"\\connect", "[URI | @PROFILE]", "to another server (HOST PORT too), or anew", 0, 2,
     connect_run},
    {"\\e", "", "the last entry in $EDITOR; Enter sends it", 0, 0, edit},
    {"\\pager", "[on | off | CMD]", "where replies longer than the screen go", 0, -1, set_pager},
    {"\\timing", "[on | off]", "say how long each command takes", 0, 1, time_commands},
    {"\\watch", "[SECONDS] COMMAND", "repeat it, and highlight what changes", 1, -1, watch_meta},
    {"\\x", "", "tables one field a line, and back", 0, 0, expand},
    {"peek", "KEY ...", "what keys are, and how their values begin", 1, -1, peek_meta},
    {"help", "COMMAND | @GROUP", "what a command does, or which there are", 0, -1, help_meta},
    {"exit", "", "leave, as Ctrl-D does", 0, 0, leave},
    {"quit", "", "leave", 0, 0, leave},
    {0},
};

static const char keys[] =
    "\n"
    "Tab             complete; again: choose in the menu; Enter takes, Esc puts back\n"
    "Right, End      take what is grey of an earlier line; Ctrl-Right, Alt-f: a word\n"
    "F1, Alt-h       show what is known of the command, and hide it\n"
    "Up, Down        lines of the entry, then the history; Ctrl-R searches it\n"
    "Ctrl-X Ctrl-E   the line in $VISUAL or $EDITOR (with vi keys: v)\n"
    "Ctrl-C, Ctrl-D  drop the line or end the command; leave\n"
    "The others are readline's; .inputrc may bind them, and vk-complete,\n"
    "vk-complete-backward, vk-accept-suggestion, vk-accept-word, vk-explain, vk-edit.\n";

static void list(struct shell *s, int argc, const char *const *argv, const size_t *lens) {
    (void)argc, (void)argv, (void)lens;
    struct buf text;
    buf_init(&text, LIST_MAX);
    for (const struct meta *m = table; m->name; m++)
        buf_addf(&text, "%-9s %-17s %s\n", m->name, m->args, m->summary);
    buf_adds(&text, keys);
    entry_text(s, text.p, text.len);
    buf_release(&text);
}

const struct meta *meta_at(size_t i) {
    return i + 1 < sizeof table / sizeof *table ? &table[i] : NULL;
}

static const struct meta *find(const char *word, size_t len) {
    for (const struct meta *m = table; m->name; m++)
        if (str_ieq(word, len, m->name)) return m;
    return NULL;
}

bool meta_run(struct shell *s, int argc, const char *const *argv, const size_t *lens) {
    const struct meta *m = find(argv[0], lens[0]);
    bool fits = m && argc > m->min && (m->max < 0 || argc <= m->max + 1);
    if (!m && *argv[0] == '\\') {
        msg_warn("no such command of the shell: \\? lists them");
        return true;
    }
    if (!m || (!fits && *m->name != '\\')) return false;
    if (fits)
        m->run(s, argc, argv, lens);
    else
        msg_warn("usage: %s %s", m->name, m->args);
    return true;
}
