/* SPDX-License-Identifier: BSD-3-Clause */
/* Loading a profile. See profile.h. The invariant: the command line has been taken when a profile
 * is applied, and each key asks first whether something that was typed stands against it. */
#include "client/profile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "client/clusteropt.h"
#include "client/profile_file.h"
#include "client/profile_typed.h"
#include "client/uri.h"
#include "io/file.h"
#include "io/file_private.h"

static const char *const environments[] = {"", "dev", "staging", "production"};
static const char *const colours[] = {"red", "green", "yellow", "blue", "magenta", "cyan", "white"};
static const char *const switches[] = {"no", "yes"};
enum { ENVIRONMENTS = 4, COLOURS = 7, SWITCHES = 2, SGR_RED = 31 };

void profile_init(struct profile *p) {
    *p = (struct profile){.environment = PROFILE_ENVIRONMENT_NONE};
    arena_init(&p->strings);
}

void profile_release(struct profile *p) {
    arena_release(&p->strings);
    profile_init(p);
}

const char *profile_environment_name(enum profile_environment environment) {
    return environments[environment];
}

int profile_path(connopt_env_fn *lookup, struct buf *out, struct err *e) {
    bool known = file_xdg(out, lookup("XDG_CONFIG_HOME"), lookup("HOME"), ".config");
    if (!known && !out->over)
        return err_set(e, VK_EFILE, "no profiles without $HOME or $XDG_CONFIG_HOME");
    if (known && buf_adds(out, "/valkit/config") == 0) return 0;
    return err_set(e, VK_EFILE, "the path of the home folder is too long");
}

/* A profile on its way into the options. */
struct loading {
    struct profile *profile;
    const char *path, *name;
    const struct opt_program *program;
    const struct profile_typed *typed; /* two */
    bool found, secret;
};

/* ---- keys ---- */

static int fail(const struct loading *l, int line, const char *text, struct err *e) {
    return profile_file_fail(l->path, line, text, e);
}

/* The options of all programs. */
static const struct opt_row *find_shared(const char *key) {
    const struct opt_group groups[] = {{connopt_rows, NULL}, {clusteropt_rows, NULL}, {0}};
    return opt_find(&(struct opt_program){.groups = groups}, key);
}

/* Keys of no program's options, the first three with words for values. */
enum { OWN_ENVIRONMENT, OWN_COLOUR, OWN_READ_ONLY, OWN_PROMPT, OWNS };
static const struct own {
    const char *key;
    const char *const *words;
    int n;
} owns[OWNS] = {
    [OWN_ENVIRONMENT] = {"environment", environments, ENVIRONMENTS},
    [OWN_COLOUR] = {"colour", colours, COLOURS},
    [OWN_READ_ONLY] = {"read-only", switches, SWITCHES},
    [OWN_PROMPT] = {"prompt", NULL, 0},
};

static int find_own(const char *key) {
    int own = 0;
    while (own < OWNS && strcmp(owns[own].key, key) != 0)
        own++;
    return own;
}

static int unknown_key(const struct loading *l, int line, const char *key, struct err *e) {
    char text[200];
    size_t len = strlen(key);
    const char *guess = opt_nearest(l->program, key, len);
    int distance = guess ? opt_distance(key, len, guess) : OPT_FAR;
    for (int i = 0; i < OWNS; i++) {
        if (opt_distance(key, len, owns[i].key) >= distance) continue;
        guess = owns[i].key;
        distance = opt_distance(key, len, guess);
    }
    snprintf(text, sizeof text,
             guess ? "unknown key '%.60s' (did you mean '%s'?)" : "unknown key '%.60s'", key,
             guess);
    return fail(l, line, text, e);
}

/* The number of value among words; -1 and an error when it is none. */
static int take_word(const struct loading *l, int line, const char *key, const char *value,
                     const char *const *words, int n, struct err *e) {
    struct buf valid;
    for (int i = 0; i < n; i++)
        if (*words[i] && !strcmp(words[i], value)) return i;
    buf_init(&valid, 300);
    buf_addf(&valid, "%s: the value must be one of", key);
    for (int i = 0; i < n; i++)
        if (*words[i]) buf_addf(&valid, " %s", words[i]);
    fail(l, line, buf_cstr(&valid), e);
    buf_release(&valid);
    return -1;
}

static int take_own(struct loading *l, int line, int own, const char *value, struct err *e) {
    const struct own *o = &owns[own];
    struct profile *p = l->profile;
    int i = o->words ? take_word(l, line, o->key, value, o->words, o->n, e) : 0;
    if (i < 0) return VK_EUSAGE;
    switch (own) {
    case OWN_ENVIRONMENT: p->environment = (enum profile_environment)i; break;
    case OWN_COLOUR: p->colour = SGR_RED + i; break;
    case OWN_READ_ONLY: p->read_only = i; break;
    default: p->prompt = arena_dup(&p->strings, value, strlen(value)); break;
    }
    return 0;
}

static int parse_uri(const char *uri, bool *has_password, struct err *e) {
    struct connopt o;
    connopt_init(&o);
    int code = uri_parse(uri, &o, e);
    *has_password = o.password;
    connopt_release(&o);
    return code;
}

/* What the row itself would only find out later. */
static int check_value(const struct loading *l, int line, const char *key, const char *value,
                       struct err *e) {
    struct err why;
    bool unused;
    if (strcmp(key, "uri") != 0 || parse_uri(value, &unused, &why) == 0) return 0;
    return fail(l, line, why.text, e);
}

static int take_option(struct loading *l, int line, const struct opt_row *row, const char *value,
                       struct err *e) {
    struct err why;
    if (!row->arg) {
        int on = take_word(l, line, row->name, value, switches, SWITCHES, e);
        if (on < 1) return on < 0 ? VK_EUSAGE : 0;
    }
    if (check_value(l, line, row->name, value, e) < 0) return VK_EUSAGE;
    if (profile_typed_ousts(l->program, l->typed, row->name)) return 0;
    char *own = row->arg ? arena_dup(&l->profile->strings, value, strlen(value)) : NULL;
    int code = opt_set(l->program, row->name, own, &why);
    return code < 0 ? fail(l, line, why.text, e) : 0;
}

static int load_key(void *arg, int line, const char *section, const char *key, const char *value,
                    struct err *e) {
    struct loading *l = arg;
    if (strcmp(section, l->name) != 0) return 0;
    int own = find_own(key);
    if (own < OWNS) return take_own(l, line, own, value, e);
    const struct opt_row *row = opt_find(l->program, key);
    if (row) return take_option(l, line, row, value, e);
    return find_shared(key) ? 0 : unknown_key(l, line, key, e);
}

/* ---- secrets ---- */

/* One that cannot be parsed may be anything. */
static bool uri_has_password(const char *uri) {
    bool has;
    return parse_uri(uri, &has, NULL) < 0 || has;
}

static int look_for_secret(void *arg, int line, const char *section, const char *key,
                           const char *value, struct err *e) {
    struct loading *l = arg;
    const struct opt_row *row = opt_find(l->program, key);
    (void)line, (void)section, (void)e;
    if (!row) row = find_shared(key);
    if (row && row->type == OPT_SECRET) l->secret = true;
    if (!strcmp(key, "uri")) l->secret |= uri_has_password(value);
    return 0;
}

static int look_for_section(void *arg, int line, const char *name, struct err *e) {
    struct loading *l = arg;
    (void)line, (void)e;
    l->found |= !strcmp(name, l->name);
    return 0;
}

/* ---- the file ---- */

/* Its room all at once: a buffer that grows leaves its old bytes behind, unwiped. */
static void text_init(struct buf *text) {
    buf_init(text, PROFILE_FILE_MAX);
    buf_reserve(text, PROFILE_FILE_MAX);
}

static void text_release(struct buf *text) {
    mem_wipe(text->p, text->cap);
    buf_release(text);
}

/* A file that is not there is an empty one. */
static int read_text(const char *path, struct buf *text, unsigned *mode, struct err *e) {
    struct err why;
    *mode = 0600;
    int code = file_private_read(path, text, mode, &why);
    if (code == 0 || why.sys == ENOENT || why.sys == ENOTDIR) return 0;
    return err_set(e, code, "%s", why.text);
}

static int check_access(const struct loading *l, unsigned mode, struct err *e) {
    if (mode & 002)
        return err_set(e, VK_EFILE, "anybody may write '%.200s': that must not be so", l->path);
    if (l->secret && mode & 077)
        return err_set(e, VK_EFILE,
                       "'%.200s' holds a password and others may read it: its mode must be 600",
                       l->path);
    return 0;
}

static int load(struct loading *l, const struct buf *text, unsigned mode, struct err *e) {
    struct profile_file f = {.path = l->path, .text = text->p, .len = text->len, .arg = l};
    f.on_section = look_for_section;
    f.on_key = look_for_secret;
    int code = profile_file_read(&f, e);
    if (code == 0) code = check_access(l, mode, e);
    if (code < 0) return code;
    if (!l->found)
        return err_set(e, VK_EUSAGE, "unknown target '@%.60s': no profile or target has that name",
                       l->name);
    f.on_section = NULL;
    f.on_key = load_key;
    return profile_file_read(&f, e);
}

int profile_load(struct profile *p, const char *path, const char *name,
                 const struct opt_program *program, const struct profile_typed typed[2],
                 struct err *e) {
    struct loading l = {
        .profile = p, .path = path, .name = name, .program = program, .typed = typed};
    struct buf text;
    unsigned mode;
    text_init(&text);
    int code = read_text(path, &text, &mode, e);
    if (code == 0) code = load(&l, &text, mode, e);
    if (code == 0) snprintf(p->name, sizeof p->name, "%s", name);
    text_release(&text);
    return code;
}

struct listing {
    profile_list_fn *fn;
    void *arg;
    struct buf seen; /* names, each between newlines */
};

static int list_section(void *arg, int line, const char *name, struct err *e) {
    struct listing *l = arg;
    char entry[PROFILE_NAME_MAX + 3];
    (void)line;
    size_t len = (size_t)snprintf(entry, sizeof entry, "\n%s\n", name);
    if (l->seen.len && memmem(l->seen.p, l->seen.len, entry, len)) return 0;
    buf_add(&l->seen, entry, len);
    return l->fn(l->arg, name, e);
}

int profile_list(const char *path, profile_list_fn *fn, void *arg, struct err *e) {
    struct listing l = {.fn = fn, .arg = arg};
    struct buf text;
    unsigned mode;
    text_init(&text);
    buf_init(&l.seen, PROFILE_FILE_MAX * 2);
    int code = read_text(path, &text, &mode, e);
    const struct profile_file f = {
        .path = path, .text = text.p, .len = text.len, .on_section = list_section, .arg = &l};
    if (code == 0) code = profile_file_read(&f, e);
    buf_release(&l.seen);
    text_release(&text);
    return code;
}

/* ---- the command line ---- */

int profile_take(struct profile *p, connopt_env_fn *lookup, const struct opt_program *program,
                 int argc, char **argv, int *first, struct err *e) {
    int at = *first, behind;
    const char *name = at < argc && argv[at][0] == '@' ? argv[at] + 1 : "";
    if (!*name || profile_is_reserved(name)) return 0;
    int code = opt_parse(program, argc - at, argv + at, &behind, e);
    *first = at + behind;
    if (code < 0) return code;
    const struct profile_typed typed[2] = {{at, argv}, {behind, argv + at}};
    struct buf path;
    buf_init(&path, 4096);
    code = profile_path(lookup, &path, e);
    if (code == 0) code = profile_load(p, buf_cstr(&path), name, program, typed, e);
    buf_release(&path);
    return code;
}
