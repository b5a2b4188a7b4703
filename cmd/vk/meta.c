/* SPDX-License-Identifier: BSD-3-Clause */
/* See meta.h. Those that are more than a switch have a file of their own. */
#include "meta.h"

#include "base/msg.h"
#include "base/str.h"
#include "connect.h"
#include "shell_impl.h"

static void leave(struct shell *s, int argc, const char *const *argv, const size_t *lens) {
    (void)argc, (void)argv, (void)lens;
    s->leave = true;
}

static void expand(struct shell *s, int argc, const char *const *argv, const size_t *lens) {
    (void)argc, (void)argv, (void)lens;
    s->expanded = !s->expanded;
    msg_warn("tables are shown %s", s->expanded ? "one field a line" : "as tables");
}

static meta_fn list;

static const struct meta table[] = {
    {"\\?", "", "list these commands and the keys", 0, 0, list},
    {"\\connect", "[URI|PROFILE|HOST PORT]", "to another server, or the same anew", 0, 2,
     connect_run},
    {"\\x", "", "tables one field a line, and back", 0, 0, expand},
    {"exit", "", "leave, as Ctrl-D does", 0, 0, leave},
    {"quit", "", "leave", 0, 0, leave},
    {0},
};

static void list(struct shell *s, int argc, const char *const *argv, const size_t *lens) {
    (void)argc, (void)argv, (void)lens;
    for (const struct meta *m = table; m->name; m++)
        buf_addf(&s->run->out, "%-10s %-24s %s\n", m->name, m->args, m->summary);
    run_flush(s->run);
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
