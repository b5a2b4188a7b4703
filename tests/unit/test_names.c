/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd/vk/names_seen and names_parse: keys that are remembered, words out of replies. */
#include <stdio.h>

#include "cmd/vk/names_impl.h"
#include "tests/unit/t.h"

/* ---- what was seen ---- */

static struct buf found;

static bool note(void *arg, const char *p, size_t len) {
    int *left = arg;
    if (found.len) buf_addc(&found, ' ');
    buf_add(&found, p, len);
    return !left || --*left > 0;
}

static const char *seen(const struct names_seen *s, const char *prefix, int *left) {
    buf_clear(&found);
    names_seen_each(s, prefix, strlen(prefix), note, left);
    return buf_cstr(&found);
}

static void add(struct names_seen *s, const char *name) {
    names_seen_add(s, name, strlen(name));
}

static void the_newest_come_first_and_none_twice(void) {
    struct names_seen *s = names_seen_new();
    int two = 2;
    add(s, "a:1");
    add(s, "b");
    add(s, "a:2");
    add(s, "a:1");
    add(s, "");
    CHECK_STR(seen(s, "", NULL), "a:1 a:2 b");
    CHECK_STR(seen(s, "a:", NULL), "a:1 a:2");
    const char *newest = seen(s, "", &two);
    CHECK_STR(newest, "a:1 a:2");
    CHECK_STR(seen(s, "c", NULL), "");
    names_seen_drop(s, "a:1", 3);
    names_seen_drop(s, "no", 2);
    CHECK_STR(seen(s, "", NULL), "a:2 b");
    names_seen_clear(s);
    CHECK_STR(seen(s, "", NULL), "");
    add(s, "b");
    CHECK_STR(seen(s, "", NULL), "b");
    names_seen_free(s);
}

static bool count(void *arg, const char *p, size_t len) {
    size_t *sums = arg;
    (void)p;
    sums[0]++;
    sums[1] += len;
    return true;
}

static void the_set_is_bounded_by_number_and_bytes(void) {
    struct names_seen *s = names_seen_new();
    size_t sums[2] = {0, 0};
    char name[NAMES_SEEN_NAME_MAX + 2];
    for (int i = 0; i < 3 * NAMES_SEEN_MAX; i++) {
        snprintf(name, sizeof name, "key:%d", i);
        add(s, name);
    }
    names_seen_each(s, "", 0, count, sums);
    CHECK_EQ(sums[0], NAMES_SEEN_MAX);
    snprintf(name, sizeof name, "key:%d", 3 * NAMES_SEEN_MAX - 1);
    CHECK_STR(seen(s, name, NULL), name);
    CHECK_STR(seen(s, "key:19999", NULL), "");
    for (int i = 0; i < 3000; i++) {
        memset(name, 'x', sizeof name);
        snprintf(name, 16, "%06d", i);
        names_seen_add(s, name, NAMES_SEEN_NAME_MAX);
        names_seen_add(s, name, NAMES_SEEN_NAME_MAX + 1);
    }
    sums[0] = sums[1] = 0;
    names_seen_each(s, "", 0, count, sums);
    CHECK_EQ(sums[1], NAMES_SEEN_BYTES);
    CHECK_EQ(sums[0], NAMES_SEEN_BYTES / NAMES_SEEN_NAME_MAX);
    names_seen_free(s);
}

/* ---- words out of replies ---- */

static const char *parse(names_parse_fn *fn, const char *bytes) {
    struct resp_reader reader;
    struct reply_builder builder;
    struct resp_event ev;
    struct menu words;
    resp_read_init(&reader, NULL);
    reply_builder_init(&builder, 1 << 20);
    menu_init(&words);
    resp_read_feed(&reader, bytes, strlen(bytes));
    while (resp_read_next(&reader, &ev) == 1)
        if (reply_build(&builder, &ev) == 0) break;
    CHECK(builder.root != NULL);
    if (builder.root) fn(builder.root, &words);
    buf_clear(&found);
    for (size_t i = 0; i < words.n; i++)
        buf_addf(&found, "%s%.*s=%s", i ? ";" : "", (int)words.words[i].len, words.words[i].text,
                 words.words[i].summary);
    menu_release(&words);
    reply_builder_release(&builder);
    resp_read_release(&reader);
    return buf_cstr(&found);
}

/* The same of a text. */
static const char *parse_text(names_parse_fn *fn, const char *text) {
    static char bytes[1024];
    snprintf(bytes, sizeof bytes, "$%zu\r\n%s\r\n", strlen(text), text);
    return parse(fn, bytes);
}

static void lists_and_pairs(void) {
    CHECK_STR(parse(names_parse_texts, "*3\r\n+a\r\n:1\r\n$2\r\nb \r\n"), "a=;1=;b =");
    CHECK_STR(parse(names_parse_pairs, "*4\r\n+a\r\n+1\r\n+b\r\n+2\r\n"), "a=;b=");
    CHECK_STR(parse(names_parse_pairs, "%2\r\n+a\r\n+1\r\n+b\r\n+2\r\n"), "a=;b=");
    CHECK_STR(parse(names_parse_pairs, "*1\r\n+a\r\n"), "");
    CHECK_STR(parse(names_parse_scanned_pairs, "*2\r\n+0\r\n*2\r\n+name\r\n+Ada\r\n"), "name=");
    CHECK_STR(
        parse(names_parse_named, "*2\r\n*2\r\n+name\r\n+g\r\n%2\r\n+x\r\n:1\r\n+name\r\n+h\r\n"),
        "g=;h=");
}

static void functions_and_their_libraries(void) {
    static const char reply[] =
        "*1\r\n%3\r\n+library_name\r\n+lib\r\n+engine\r\n+LUA\r\n+functions\r\n*2\r\n"
        "%2\r\n+name\r\n+f\r\n+description\r\n_\r\n*4\r\n+name\r\n+g\r\n+description\r\n+Does\r\n";
    CHECK_STR(parse(names_parse_libraries, reply), "lib=LUA");
    CHECK_STR(parse(names_parse_functions, reply), "f=lib;g=Does");
}

static void clients_by_id_and_by_address(void) {
    static const char reply[] = "id=3 addr=127.0.0.1:5 laddr=127.0.0.1:6379 name= cmd=get user=u\n"
                                "id=4 addr=[::1]:6 name=worker cmd=client|list user=default\n";
    CHECK_STR(parse_text(names_parse_client_ids, reply),
              "3=127.0.0.1:5 u get;4=[::1]:6 default 'worker' client|list");
    CHECK_STR(parse_text(names_parse_client_addresses, reply),
              "127.0.0.1:5=3 u get;[::1]:6=4 default 'worker' client|list");
}

static void nodes_by_id(void) {
    CHECK_STR(parse_text(names_parse_nodes,
                         "aa 10.0.0.1:7001@17001,host myself,master - 0 0 1 connected 0-1\n"
                         "bb :0@0 noaddr\n"),
              "aa=10.0.0.1:7001 myself,master;bb=:0 noaddr");
}

static void what_makes_no_sense_gives_no_word(void) {
    static names_parse_fn *const parsers[] = {
        names_parse_texts,      names_parse_pairs,     names_parse_scanned_pairs,
        names_parse_named,      names_parse_functions, names_parse_libraries,
        names_parse_client_ids, names_parse_nodes,     names_parse_client_addresses,
    };
    static const char *const replies[] = {
        "+OK\r\n",      ":1\r\n", "*0\r\n", "_\r\n", "*2\r\n*0\r\n*0\r\n", "*1\r\n*1\r\n+name\r\n",
        "$1\r\n\n\r\n",
    };
    for (size_t i = 0; i < sizeof parsers / sizeof *parsers; i++)
        for (size_t k = 0; k < sizeof replies / sizeof *replies; k++)
            CHECK_STR(parse(parsers[i], replies[k]), "");
}

int main(void) {
    buf_init(&found, 1 << 20);
    RUN(the_newest_come_first_and_none_twice);
    RUN(the_set_is_bounded_by_number_and_bytes);
    RUN(lists_and_pairs);
    RUN(functions_and_their_libraries);
    RUN(clients_by_id_and_by_address);
    RUN(nodes_by_id);
    RUN(what_makes_no_sense_gives_no_word);
    buf_release(&found);
    return t_end();
}
