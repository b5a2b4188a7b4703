/* SPDX-License-Identifier: BSD-3-Clause */
/* Finding a command, and the two questions that decide what may be done with it while it is under
 * way. What is not known is a write that answers at once: the safe side of both. */
#include "core/command.h"

#include <string.h>

#include "core/args.h"
#include "core/command_impl.h"

/* ---- finding it ---- */

struct name {
    char text[COMMAND_NAME_MAX];
    size_t len;
    uint32_t hash;
};

/* Add n bytes in upper case; false when no name holds them. */
static bool add(struct name *name, const char *p, size_t n) {
    uint32_t hash = name->hash;
    if (n > COMMAND_NAME_MAX - name->len) return false;
    for (size_t i = 0; i < n; i++) {
        char c = p[i] >= 'a' && p[i] <= 'z' ? (char)(p[i] - 'a' + 'A') : p[i];
        if (c == ' ') return false;
        name->text[name->len + i] = c;
        hash = command_hash_byte(hash, c);
    }
    name->len += n;
    name->hash = hash;
    return true;
}

static bool add_blank(struct name *name) {
    if (name->len == COMMAND_NAME_MAX) return false;
    name->text[name->len++] = ' ';
    name->hash = command_hash_byte(name->hash, ' ');
    return true;
}

static const struct command_info *look_up(const struct command_table *t, const struct name *name) {
    uint32_t hash = command_hash_end(name->hash);
    const struct command_info *found =
        t ? command_set_find(&t->set, name->text, name->len, hash) : NULL;
    return found ? found : command_set_find(&command_table_builtin, name->text, name->len, hash);
}

const struct command_info *command_find(const struct command_table *t, int argc,
                                        const char *const *argv, const size_t *lens) {
    const struct args a = {argc, argv, lens};
    struct name name;
    name.len = 0;
    name.hash = COMMAND_HASH_BEGIN;
    if (argc < 1 || !add(&name, argv[0], args_len(&a, 0))) return NULL;
    const struct command_info *found = look_up(t, &name), *sub = NULL;
    if (!found || !(found->flags & COMMAND_CONTAINER) || argc < 2) return found;
    if (add_blank(&name) && add(&name, argv[1], args_len(&a, 1))) sub = look_up(t, &name);
    return sub ? sub : found;
}

const struct command_info *command_at(size_t i) {
    return i < command_table_builtin.n ? &command_table_builtin.rows[i] : NULL;
}

/* ---- what it does ---- */

/* GEORADIUS and GEORADIUSBYMEMBER may end in STORE key or STOREDIST key. */
static bool stores(const struct command_info *info, const struct args *a) {
    return info->rule == COMMAND_RULE_STORE &&
           command_keys(info, a->argc, a->argv, a->lens, NULL, 0) > 1;
}

bool command_info_reads_only(const struct command_info *info, int argc, const char *const *argv,
                             const size_t *lens) {
    const struct args a = {argc, argv, lens};
    return info && info->flags & COMMAND_REPEATABLE && !stores(info, &a);
}

/* XREAD and XREADGROUP, whose keys begin at a keyword, block with BLOCK before that only. */
static bool may_be_asked_to(const struct command_info *info, const struct args *a) {
    if (!info->n_specs || info->specs->begin != COMMAND_BEGIN_KEYWORD) return true;
    for (int i = info->specs->at; i > 0 && i < a->argc; i++) {
        if (args_is(a, i, info->specs->keyword)) return false;
        if (args_is(a, i, "BLOCK")) return true;
    }
    return false;
}

bool command_info_blocks(const struct command_info *info, int argc, const char *const *argv,
                         const size_t *lens) {
    const struct args a = {argc, argv, lens};
    return info && info->flags & COMMAND_BLOCKING && may_be_asked_to(info, &a);
}

bool command_reads_only(int argc, const char *const *argv, const size_t *lens) {
    return command_info_reads_only(command_find(NULL, argc, argv, lens), argc, argv, lens);
}

/* Most commands are told by length and first letter: this question comes with every submit. */
static bool may_block(const struct args *a) {
    return a->argc && args_len(a, 0) >= 4 && strchr("BbDdMmPpSsWwXx", a->argv[0][0]);
}

bool command_blocks(int argc, const char *const *argv, const size_t *lens) {
    const struct args a = {argc, argv, lens};
    if (!may_block(&a)) return false;
    return command_info_blocks(command_find(NULL, argc, argv, lens), argc, argv, lens);
}
