/* SPDX-License-Identifier: BSD-3-Clause */
/* What lists of the server say. Nothing in them is trusted: what has no sense gives no word. */
#include <string.h>

#include "names_impl.h"

static bool is_list(const struct reply *r) {
    return r && (r->type == RESP_ARRAY || r->type == RESP_SET || r->type == RESP_MAP);
}

static const struct reply *first_of(const struct reply *r) {
    return is_list(r) ? r->child : NULL;
}

static void add(struct menu *words, const struct reply *word, const char *summary) {
    if (word && word->p && word->len) menu_add(words, word->p, word->len, summary);
}

void names_parse_texts(const struct reply *r, struct menu *words) {
    for (const struct reply *word = first_of(r); word; word = word->next)
        add(words, word, "");
}

void names_parse_pairs(const struct reply *r, struct menu *words) {
    for (const struct reply *word = first_of(r); word && word->next; word = word->next->next)
        add(words, word, "");
}

void names_parse_scanned_pairs(const struct reply *r, struct menu *words) {
    const struct reply *pairs = is_list(r) ? reply_at(r, 1) : NULL;
    if (pairs) names_parse_pairs(pairs, words);
}

void names_parse_named(const struct reply *r, struct menu *words) {
    for (const struct reply *one = first_of(r); one; one = one->next)
        add(words, reply_field(one, "name"), "");
}

/* ---- functions ---- */

void names_parse_libraries(const struct reply *r, struct menu *words) {
    for (const struct reply *one = first_of(r); one; one = one->next) {
        const struct reply *engine = reply_field(one, "engine");
        add(words, reply_field(one, "library_name"), engine && engine->p ? engine->p : "");
    }
}

void names_parse_functions(const struct reply *r, struct menu *words) {
    for (const struct reply *one = first_of(r); one; one = one->next) {
        const struct reply *library = reply_field(one, "library_name");
        const struct reply *f = first_of(reply_field(one, "functions"));
        for (; f; f = f->next) {
            const struct reply *about = reply_field(f, "description");
            const struct reply *said = about && about->p && about->len ? about : library;
            add(words, reply_field(f, "name"), said && said->p ? said->p : "");
        }
    }
}

/* ---- lines of text ---- */

struct text {
    const char *p;
    size_t len;
};

/* The next line; false: there is none. */
static bool next_line(struct text *rest, struct text *line) {
    if (!rest->len) return false;
    const char *end = memchr(rest->p, '\n', rest->len);
    *line = (struct text){rest->p, end ? (size_t)(end - rest->p) : rest->len};
    size_t used = line->len + (end != NULL);
    rest->p += used;
    rest->len -= used;
    return true;
}

static struct text next_word(struct text *rest) {
    const char *end = memchr(rest->p, ' ', rest->len);
    struct text word = {rest->p, end ? (size_t)(end - rest->p) : rest->len};
    size_t used = word.len + (end != NULL);
    rest->p += used;
    rest->len -= used;
    return word;
}

/* The value of "name=value" among a line's words. */
static struct text field(struct text line, const char *name) {
    size_t len = strlen(name);
    while (line.len) {
        struct text word = next_word(&line);
        if (word.len > len && word.p[len] == '=' && !memcmp(word.p, name, len))
            return (struct text){word.p + len + 1, word.len - len - 1};
    }
    return (struct text){"", 0};
}

static void add_client(struct menu *words, struct text line, const char *word, const char *other) {
    enum { SUMMARY_MAX = 256 };
    struct text name = field(line, "name"), cmd = field(line, "cmd"), user = field(line, "user");
    struct text w = field(line, word), o = field(line, other);
    struct buf b;
    if (!w.len) return;
    buf_init(&b, SUMMARY_MAX);
    buf_addf(&b, "%.*s %.*s", (int)o.len, o.p, (int)user.len, user.p);
    if (name.len) buf_addf(&b, " '%.*s'", (int)name.len, name.p);
    if (cmd.len) buf_addf(&b, " %.*s", (int)cmd.len, cmd.p);
    menu_add(words, w.p, w.len, buf_cstr(&b));
    buf_release(&b);
}

static void add_clients(const struct reply *r, struct menu *words, const char *word,
                        const char *other) {
    struct text rest = {r->p, r->p ? r->len : 0}, line;
    while (next_line(&rest, &line))
        add_client(words, line, word, other);
}

void names_parse_client_ids(const struct reply *r, struct menu *words) {
    add_clients(r, words, "id", "addr");
}

void names_parse_client_addresses(const struct reply *r, struct menu *words) {
    add_clients(r, words, "addr", "id");
}

/* "ID HOST:PORT@BUS,... FLAGS ..." */
void names_parse_nodes(const struct reply *r, struct menu *words) {
    enum { SUMMARY_MAX = 256 };
    struct text rest = {r->p, r->p ? r->len : 0}, line;
    struct buf b;
    buf_init(&b, SUMMARY_MAX);
    while (next_line(&rest, &line)) {
        struct text id = next_word(&line), where = next_word(&line), flags = next_word(&line);
        const char *bus = memchr(where.p, '@', where.len);
        if (!id.len || !flags.len) continue;
        buf_clear(&b);
        buf_add(&b, where.p, bus ? (size_t)(bus - where.p) : where.len);
        buf_addf(&b, " %.*s", (int)flags.len, flags.p);
        menu_add(words, id.p, id.len, buf_cstr(&b));
    }
    buf_release(&b);
}
