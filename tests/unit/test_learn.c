/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd/vk/learn_identity and learn_cache: by what servers are told apart, and what is kept of them.
 */
#include <stdlib.h>
#include <sys/stat.h>

#include "cmd/vk/learn_cache.h"
#include "cmd/vk/learn_identity.h"
#include "io/file.h"
#include "tests/unit/t.h"

static struct resp_reader reader;
static struct reply_builder builder;
static struct buf text;

static const struct reply *read_reply(const char *bytes) {
    struct resp_event ev;
    reply_builder_clear(&builder);
    resp_read_feed(&reader, bytes, strlen(bytes));
    while (resp_read_next(&reader, &ev) == 1)
        if (reply_build(&builder, &ev) == 0) break;
    CHECK(builder.root != NULL);
    return builder.root;
}

/* ---- identities ---- */

static const char *of_hello(const char *bytes) {
    buf_clear(&text);
    return learn_identity_of_hello(read_reply(bytes), &text) ? buf_cstr(&text) : "";
}

static void hello_tells_name_version_and_modules(void) {
    CHECK_STR(
        of_hello("%7\r\n+server\r\n+redis\r\n+version\r\n+7.0.15\r\n+proto\r\n:3\r\n+id\r\n:9\r\n"
                 "+mode\r\n+standalone\r\n+role\r\n+master\r\n+modules\r\n*0\r\n"),
        "redis 7.0.15");
    CHECK_STR(of_hello("*6\r\n+server\r\n+valkey\r\n+version\r\n+8.1.0\r\n+modules\r\n*2\r\n"
                       "*4\r\n+name\r\n+search\r\n+ver\r\n:20607\r\n"
                       "%3\r\n+name\r\n+json\r\n+path\r\n+x\r\n+ver\r\n:2\r\n"),
              "valkey 8.1.0 json=2,search=20607");
}

static void what_a_server_says_stays_one_line_of_words(void) {
    CHECK_STR(of_hello("%2\r\n+server\r\n$5\r\na b\nc\r\n+version\r\n$4\r\n\x1b[1m\r\n"),
              "a?b?c ?[1m");
}

static void what_is_no_hello_has_no_identity(void) {
    static const char *const replies[] = {
        "+OK\r\n",
        ":1\r\n",
        "*0\r\n",
        "*1\r\n+server\r\n",
        "%1\r\n+server\r\n+redis\r\n",
        "%2\r\n+server\r\n*0\r\n+version\r\n:7\r\n",
        "_\r\n",
    };
    for (size_t i = 0; i < sizeof replies / sizeof *replies; i++)
        CHECK_STR(of_hello(replies[i]), "");
}

static void modules_beyond_all_reason_make_no_identity(void) {
    struct buf many;
    buf_init(&many, 1 << 20);
    buf_adds(&many, "%3\r\n+server\r\n+redis\r\n+version\r\n+7\r\n+modules\r\n*2000\r\n");
    for (int i = 0; i < 2000; i++)
        buf_addf(&many, "%%2\r\n+name\r\n+module-%d\r\n+ver\r\n:1\r\n", i);
    CHECK_STR(of_hello(buf_cstr(&many)), "");
    buf_release(&many);
}

static void info_tells_older_servers_apart(void) {
    buf_clear(&text);
    CHECK(learn_identity_of_info(
        read_reply("$37\r\n# Server\r\nredis_version:6.0.16\r\na:b\r\n\r\n"), &text));
    CHECK_STR(buf_cstr(&text), "redis 6.0.16");
    CHECK(!learn_identity_of_info(read_reply("$5\r\na:b\r\n\r\n"), &text));
    CHECK(!learn_identity_of_info(read_reply("*0\r\n"), &text));
}

/* ---- the cache ---- */

static const char identity[] = "redis 7.0.15 240";
static char *folder;

static bool knows(const struct grammar *g, const char *name) {
    return grammar_find(g, 1, &name, NULL) != NULL;
}

static struct grammar *taught(void) {
    struct grammar *g = grammar_new();
    struct err e;
    CHECK_EQ(grammar_take(g, read_reply("%1\r\n+mod.it\r\n%1\r\n+summary\r\n+Do it\r\n"), NULL, &e),
             0);
    return g;
}

/* What of the file, changed by len bytes at `at`, is believed. */
static bool loads(const char *bytes, size_t len) {
    char *path = learn_cache_path(identity);
    struct file_out *f;
    struct err e;
    struct grammar *g = grammar_new();
    CHECK_EQ(file_out_open(path, &f, &e), 0);
    CHECK_EQ(file_out_write(f, bytes, len, &e), 0);
    CHECK_EQ(file_out_commit(f, &e), 0);
    bool loaded = learn_cache_load(identity, g);
    CHECK_EQ(knows(g, "mod.it"), loaded);
    grammar_free(g);
    free(path);
    return loaded;
}

static void what_is_kept_comes_back_to_the_same_server_alone(void) {
    struct grammar *g = taught(), *other = grammar_new();
    struct stat st;
    char *path = learn_cache_path(identity);
    learn_cache_save(identity, g);
    CHECK(!learn_cache_load("redis 7.0.15 241", other));
    CHECK(!knows(other, "mod.it"));
    CHECK(learn_cache_load(identity, other));
    CHECK(knows(other, "mod.it"));
    CHECK_EQ(stat(path, &st), 0);
    CHECK_EQ(st.st_mode & 0777, 0600);
    grammar_free(g);
    grammar_free(other);
    free(path);
}

static void a_damaged_file_is_not_believed(void) {
    struct grammar *g = taught();
    char *path = learn_cache_path(identity);
    struct buf all;
    struct err e;
    learn_cache_save(identity, g);
    buf_init(&all, 1 << 20);
    CHECK_EQ(file_read_all(path, &all, &e), 0);
    CHECK(loads(all.p, all.len));
    for (size_t len = 0; len < all.len; len++)
        CHECK(!loads(all.p, len));
    for (size_t i = 0; i < all.len; i++) {
        all.p[i] ^= 1;
        CHECK(!loads(all.p, all.len));
        all.p[i] ^= 1;
    }
    buf_release(&all);
    grammar_free(g);
    free(path);
}

static void a_servers_name_is_no_path(void) {
    char *path = learn_cache_path("../../etc/x y/z 7 1");
    const char *name = strrchr(path, '/');
    CHECK(strstr(path, "/valkit/commands/") + 16 == name);
    CHECK(!strncmp(name, "/..-..-etc-x-y-z-7-1-", 21));
    free(path);
}

int main(void) {
    struct err e;
    resp_read_init(&reader, NULL);
    reply_builder_init(&builder, 1 << 24);
    buf_init(&text, 1024);
    CHECK_EQ(file_temp_dir("learn", &folder, &e), 0);
    setenv("XDG_CACHE_HOME", folder, 1);
    RUN(hello_tells_name_version_and_modules);
    RUN(what_a_server_says_stays_one_line_of_words);
    RUN(what_is_no_hello_has_no_identity);
    RUN(modules_beyond_all_reason_make_no_identity);
    RUN(info_tells_older_servers_apart);
    RUN(what_is_kept_comes_back_to_the_same_server_alone);
    RUN(a_damaged_file_is_not_believed);
    RUN(a_servers_name_is_no_path);
    file_remove_tree(folder);
    free(folder);
    buf_release(&text);
    reply_builder_release(&builder);
    resp_read_release(&reader);
    return t_end();
}
