/* SPDX-License-Identifier: BSD-3-Clause */
/* See typing_part.h. What the shell's own commands take is read from what they show of it: COMMAND
 * is a server's, and SECONDS in front of it a number. */
#include "typing_part.h"

#include <string.h>

#include "base/str.h"
#include "redirect.h"

static const struct {
    const char *name, *summary;
} formats[] = {
    {"\\csv", "comma-separated values"},
    {"\\hex", "bytes in hexadecimal"},
    {"\\json", "one JSON value"},
    {"\\raw", "the bytes as they are"},
    {"\\table", "a table"},
    {"\\x", "a table's fields below each other"},
};

const char *typing_part_format(size_t i, const char **summary) {
    if (i >= sizeof formats / sizeof *formats) return NULL;
    *summary = formats[i].summary;
    return formats[i].name;
}

bool typing_part_is_format(const char *word, size_t len) {
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (str_ieq(word, len, formats[i].name)) return true;
    return false;
}

static bool is_number(const struct typed *t, int i) {
    double number;
    return i < t->argc && str_to_double(t->argv[i], t->lens[i], &number) == 0;
}

/* A word that is a server's command, too, is the shell's only with so many arguments. */
static const struct meta *find_own(const struct typed *t, int n, typing_own_fn *own) {
    const struct meta *m = NULL;
    for (size_t i = 0; n && (m = own(i)); i++)
        if (str_ieq(t->argv[0], t->lens[0], m->name)) break;
    bool fits = m && (*m->name == '\\' || m->max < 0 || n <= m->max + 1);
    return fits ? m : NULL;
}

/* "5 incr x" */
static bool repeats(const struct typed *t, int n) {
    int64_t times;
    if (!n || (n == 1 && t->inside)) return false;
    return str_to_i64(t->argv[0], t->lens[0], &times) == 0 && times > 0;
}

static int words_before(const struct typed *t, size_t at) {
    int n = 0;
    while (n < t->argc && t->words[n].at < at)
        n++;
    return n;
}

void typing_part_find(const struct typed *t, const char *line, size_t len, typing_own_fn *own,
                      struct typing_part *out) {
    struct redirect to;
    redirect_find(line, len, &to);
    *out = (struct typing_part){.n = words_before(t, to.command_len), .is_server = true};
    out->end = out->n;
    out->own = find_own(t, out->n, own);
    if (out->own) {
        const char *args = out->own->args;
        out->is_server = strstr(args, "COMMAND") != NULL;
        out->first = out->is_server ? 1 + (strstr(args, "SECONDS") && is_number(t, 1)) : out->n;
    } else if (repeats(t, out->n)) {
        out->repeats = true;
        out->first = 1;
    }
    if (out->first > out->end) out->first = out->end;
    int last = out->end - 1;
    if (last > out->first && typing_part_is_format(t->argv[last], t->lens[last])) out->end--;
}

struct typed typing_part_server(const struct typed *t, const struct typing_part *p) {
    struct typed s = *t;
    s.argv += p->first;
    s.lens += p->first;
    s.words += p->first;
    s.argc = p->end - p->first;
    s.inside = t->inside && p->end == t->argc && s.argc;
    return s;
}
