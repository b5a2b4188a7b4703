/* SPDX-License-Identifier: BSD-3-Clause */
/* What a program that we start gets of our environment. See child.h. */
#include <string.h>

#include "io/child.h"

extern char **environ;

static bool is_variable(const char *setting, const char *name) {
    size_t len = strlen(name);
    return !strncmp(setting, name, len) && setting[len] == '=';
}

static bool is_among(const char *setting, const char *const *names) {
    for (; names && *names; names++)
        if (is_variable(setting, *names)) return true;
    return false;
}

char **child_environment(const struct child_opts *o) {
    size_t n = 0, kept = 0;
    while (environ[n])
        n++;
    char **list = mem_zalloc(n + 2, sizeof *list);
    const char *more = o->setting;
    size_t name_len = more ? strcspn(more, "=") : 0;
    for (size_t i = 0; i < n; i++) {
        if (is_among(environ[i], o->hidden)) continue;
        list[kept++] = environ[i];
        if (more && !strncmp(environ[i], more, name_len + 1)) more = NULL;
    }
    if (more) list[kept] = (char *)more;
    return list;
}
