/* SPDX-License-Identifier: BSD-3-Clause */
/* What can be typed at the debugger. See ldb.h. */
#include "base/str.h"
#include "ui/ldb.h"

static const struct ldb_command commands[] = {
    {"step", "", "run the current line", false},
    {"next", "", "the same", false},
    {"continue", "", "run to the next breakpoint", false},
    {"list", "[LINE [CONTEXT]]", "show source", false},
    {"whole", "", "show all source", false},
    {"print", "[VARIABLE]", "show variables", false},
    {"break", "[LINE... | -LINE | 0]", "show, set, remove breakpoints", false},
    {"trace", "", "show the call stack", false},
    {"eval", "CODE", "run some Lua", false},
    {"redis", "COMMAND [ARG...]", "run a command", false},
    {"maxlen", "[LENGTH]", "cut what the server shows", false},
    {"abort", "", "end the script here", false},
    {"help", "", "show the commands", false},
    {"restart", "", "Run the script again from its beginning, breakpoints kept.", true},
    {"cut", "", "Cut values to the terminal's width, or show them whole again.", true},
    {"quit", "", "Abort the script, if it still runs, and leave.", true},
    {0},
};

const struct ldb_command *ldb_command_at(size_t i) {
    return i < sizeof commands / sizeof *commands - 1 ? &commands[i] : NULL;
}

const struct ldb_command *ldb_command_find(const char *word, size_t len) {
    for (const struct ldb_command *c = commands; c->name; c++) {
        const char letter[2] = {c->name[0], 0};
        if (str_ieq(word, len, c->name) || (!c->ours && str_ieq(word, len, letter))) return c;
    }
    return NULL;
}

void ldb_help(struct buf *out) {
    for (const struct ldb_command *c = commands; c->name; c++)
        if (c->ours) buf_addf(out, "%-20s %s\n", c->name, c->help);
    buf_adds(out, "An empty line repeats step or next; \"3 next\" runs it three times.\n");
}
