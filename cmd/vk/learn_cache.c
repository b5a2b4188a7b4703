/* SPDX-License-Identifier: BSD-3-Clause */
/* See learn_cache.h. A file is a line of its own, with a sum of what is behind it and the server's
 * identity in full, and then what grammar_save wrote. */
#include "learn_cache.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "io/file.h"
#include "io/file_private.h"

enum { FIRST_LINE_MAX = 4096, NAME_MAX_BYTES = 48 };

/* FNV-1a. */
static uint64_t sum(const char *p, size_t len) {
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t i = 0; i < len; i++)
        h = (h ^ (unsigned char)p[i]) * 0x100000001b3u;
    return h;
}

static bool is_tame(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.';
}

/* For people: how the identity begins; for the rest its sum. */
static void add_name(struct buf *path, const char *identity) {
    for (size_t i = 0; i < NAME_MAX_BYTES && identity[i]; i++)
        buf_addc(path, is_tame(identity[i]) ? identity[i] : '-');
    buf_addf(path, "-%016" PRIx64, sum(identity, strlen(identity)));
}

char *learn_cache_path(const char *identity) {
    struct buf path;
    buf_init(&path, SIZE_MAX);
    bool known = file_xdg(&path, getenv("XDG_CACHE_HOME"), getenv("HOME"), ".cache");
    buf_adds(&path, "/valkit/commands/");
    add_name(&path, identity);
    char *text = known ? mem_strdup(buf_cstr(&path)) : NULL;
    buf_release(&path);
    return text;
}

static void add_first_line(struct buf *out, const char *identity, const char *p, size_t len) {
    buf_addf(out, "valkit commands %016" PRIx64 " %s\n", sum(p, len), identity);
}

static bool take(const struct buf *all, const char *identity, struct grammar *g) {
    struct buf line;
    struct err e;
    const char *end = all->len ? memchr(all->p, '\n', all->len) : NULL;
    if (!end) return false;
    size_t first = (size_t)(end - all->p) + 1, rest = all->len - first;
    buf_init(&line, FIRST_LINE_MAX);
    add_first_line(&line, identity, all->p + first, rest);
    bool fits = line.len == first && !memcmp(line.p, all->p, first);
    buf_release(&line);
    return fits && grammar_load(g, all->p + first, rest, &e) == 0;
}

bool learn_cache_load(const char *identity, struct grammar *g) {
    char *path = learn_cache_path(identity);
    struct buf all;
    struct err e;
    unsigned mode;
    buf_init(&all, GRAMMAR_SAVE_MAX + FIRST_LINE_MAX);
    bool loaded = path && file_private_read(path, &all, &mode, &e) == 0 && take(&all, identity, g);
    buf_release(&all);
    free(path);
    return loaded;
}

/* The append makes what is missing of the folders, and a file that nobody else may read. */
static int write_file(const char *path, const struct buf *line, const struct buf *body,
                      struct err *e) {
    struct file_out *f;
    int code = file_private_append(path, NULL, 0, e);
    if (code == 0) code = file_out_open(path, &f, e);
    if (code < 0) return code;
    code = file_out_write(f, line->p, line->len, e);
    if (code == 0) code = file_out_write(f, body->p, body->len, e);
    if (code == 0) return file_out_commit(f, e);
    file_out_abort(f);
    return code;
}

void learn_cache_save(const char *identity, const struct grammar *g) {
    char *path = learn_cache_path(identity);
    struct buf line, body;
    struct err e;
    buf_init(&line, FIRST_LINE_MAX);
    buf_init(&body, GRAMMAR_SAVE_MAX);
    if (path && grammar_save(g, &body) == 0) {
        add_first_line(&line, identity, body.p, body.len);
        if (write_file(path, &line, &body, &e) < 0) { /* it is asked again then */
        }
    }
    buf_release(&line);
    buf_release(&body);
    free(path);
}
