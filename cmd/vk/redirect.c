/* SPDX-License-Identifier: BSD-3-Clause */
/* See redirect.h. */
#include "redirect.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "resp/quote.h"

static enum redirect_kind kind_of(const char *word, size_t len, bool keeps_id) {
    if (len == 1 && *word == '|') return REDIRECT_PIPE;
    if (len == 1 && *word == '>' && !keeps_id) return REDIRECT_FILE;
    return len == 2 && word[0] == '>' && word[1] == '>' ? REDIRECT_APPEND : REDIRECT_NONE;
}

static bool is_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

void redirect_find(const char *line, size_t len, struct redirect *out) {
    bool keeps_id = false;
    size_t from = 0, to = 0;
    *out = (struct redirect){.command_len = len};
    while (resp_quote_next(line, len, &from, &to)) {
        enum redirect_kind kind = kind_of(line + from, to - from, keeps_id);
        keeps_id |= str_ieq(line + from, to - from, "xreadgroup");
        if (!kind) continue;
        while (to < len && is_blank(line[to]))
            to++;
        while (len > to && is_blank(line[len - 1]))
            len--;
        *out = (struct redirect){kind, from, line + to, len - to};
        return;
    }
}

static char *path_of(const char *name) {
    const char *home = getenv("HOME");
    if (!strcmp(name, "-")) return mem_strdup("./-"); /* no terminal, whatever others take it for */
    if (strncmp(name, "~/", 2) != 0 || !home) return mem_strdup(name);
    struct buf path;
    buf_init(&path, SIZE_MAX);
    buf_addf(&path, "%s%s", home, name + 1);
    char *full = mem_strdup(buf_cstr(&path));
    buf_release(&path);
    return full;
}

static int file_name(const struct redirect *r, char **name, struct err *e) {
    const char *sign = r->kind == REDIRECT_FILE ? ">" : ">>";
    struct resp_quote_args words;
    resp_quote_init(&words);
    int code = resp_quote_split(&words, r->to, r->to_len, e);
    if (code == 0 && (words.argc != 1 || !words.lens[0] || strlen(words.argv[0]) != words.lens[0]))
        code = err_set(e, VK_EUSAGE,
                       "one file name goes behind %s (in quotes, \"%s\", it is an argument)", sign,
                       sign);
    if (code == 0) *name = path_of(words.argv[0]);
    resp_quote_release(&words);
    return code;
}

int redirect_name(const struct redirect *r, char **name, struct err *e) {
    if (r->kind != REDIRECT_PIPE) return file_name(r, name, e);
    if (!r->to_len)
        return err_set(e, VK_EUSAGE,
                       "a command for sh goes behind | (in quotes, \"|\", it is an argument)");
    *name = mem_dup(r->to, r->to_len);
    return 0;
}
