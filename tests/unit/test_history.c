/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd/vk/history: what is kept of typed lines, in memory and in the file. */
#include "cmd/vk/history.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/rng.h"
#include "io/file.h"
#include "tests/unit/t.h"

static char *folder;
static char path[512];
static struct err err;
static struct buf text;
static struct history *h;

/* A new file's name, in a folder that is not there yet. */
static void new_path(const char *name) {
    snprintf(path, sizeof path, "%s/%s/history", folder, name);
}

static void open_history(void) {
    CHECK_EQ(history_new(path, &h, &err), 0);
}

static void reopen(void) {
    history_free(h);
    open_history();
}

static void add_n(const char *line, size_t len) {
    CHECK_EQ(history_add(h, line, len, NULL, &err), 0);
}

static void add(const char *line) {
    add_n(line, strlen(line));
}

/* Entry i from the end. */
static void check_entry_n(size_t i, const char *want, size_t want_len) {
    size_t len, n = history_count(h);
    CHECK(i < n);
    if (i >= n) return;
    const char *p = history_entry(h, n - 1 - i, &len);
    CHECK_MEM(p, len, want, want_len);
    CHECK_EQ(p[len], 0);
}

static void check_entry(size_t i, const char *want) {
    check_entry_n(i, want, strlen(want));
}

static void check_file(const char *want) {
    buf_clear(&text);
    CHECK_EQ(file_read_all(path, &text, &err), 0);
    CHECK_MEM(text.p, text.len, want, strlen(want));
}

static void write_file(const char *p, size_t len) {
    FILE *f = fopen(path, "w");
    CHECK_EQ(fwrite(p, 1, len, f), len);
    fclose(f);
}

static unsigned mode_of(const char *name) {
    struct stat st;
    return stat(name, &st) < 0 ? 0 : st.st_mode & 07777;
}

static void entries_come_back_in_order(void) {
    new_path("order");
    open_history();
    CHECK_EQ(history_count(h), 0);
    add("get a");
    add("get b\n");
    check_file("get a\nget b\n");
    CHECK_EQ(mode_of(path), 0600);
    *strrchr(path, '/') = 0;
    CHECK_EQ(mode_of(path), 0700);
    new_path("order");
    reopen();
    CHECK_EQ(history_count(h), 2);
    check_entry(0, "get b");
    check_entry(1, "get a");
    history_free(h);
}

static void what_is_kept_is_told(void) {
    const char *kept = "";
    CHECK_EQ(history_new(NULL, &h, &err), 0);
    CHECK_EQ(history_add(h, "auth pw", 7, &kept, &err), 0);
    CHECK_STR(kept, "auth (redacted)");
    CHECK_EQ(history_add(h, "auth other", 10, &kept, &err), 0);
    CHECK(!kept);
    history_free(h);
}

static void what_repeats_the_newest_entry_is_not_kept(void) {
    new_path("repeat");
    open_history();
    add("get a");
    add("get a");
    add("get b");
    add("get a");
    CHECK_EQ(history_count(h), 3);
    check_file("get a\nget b\nget a\n");
    reopen();
    add("get a");
    CHECK_EQ(history_count(h), 3);
    write_file("x\nx\ny\n\ny\n", 9);
    reopen();
    CHECK_EQ(history_count(h), 2);
    history_free(h);
}

static void a_blank_in_front_hides_a_line(void) {
    new_path("blank");
    open_history();
    add("get a");
    add(" get b");
    add("\tget c");
    add("");
    add("\n");
    CHECK_EQ(history_count(h), 1);
    check_file("get a\n");
    history_free(h);
}

static void what_does_not_parse_is_in_memory_only(void) {
    new_path("parse");
    open_history();
    add("get a");
    add("auth \"pw");
    check_entry(0, "auth \"pw");
    check_file("get a\n");
    history_free(h);
}

static void secrets_are_neither_in_memory_nor_in_the_file(void) {
    new_path("secret");
    open_history();
    add("auth bob hunter2");
    add("config set port 1 requirepass hunter2");
    check_entry(1, "auth bob (redacted)");
    check_file("auth bob (redacted)\nconfig set port 1 requirepass (redacted)\n");
    history_free(h);
}

static void any_bytes_come_back(void) {
    static const char nul[] = "set k \"a\0b\"", multi[] = "eval 'return\n\t1' 0",
                      escapes[] = "set k \"\\n\\x41\\\\\" \\n \\q \\";
    new_path("bytes");
    open_history();
    add_n(nul, sizeof nul - 1);
    add(multi);
    add(escapes);
    add("set \xc3\xa4 \xff \x1b[0m\x7f\r\n");
    check_file("set k \"a\\x00b\"\neval 'return\\n\t1' 0\nset k \"\\\\n\\\\x41\\\\\\\\\" \\\\n "
               "\\\\q \\\\\nset \xc3\xa4 \xff \\x1b[0m\\x7f\n");
    reopen();
    check_entry_n(3, nul, sizeof nul - 1);
    check_entry(2, multi);
    check_entry(1, escapes);
    check_entry(0, "set \xc3\xa4 \xff \x1b[0m\x7f");
    history_free(h);
}

static void random_entries_come_back(void) {
    static const char bytes[] = "abn\\x0\n\t\0\x1b\xc3";
    struct rng rng;
    char lines[200][20];
    size_t lens[200];
    rng_seed(&rng, 3);
    new_path("random");
    open_history();
    for (int i = 0; i < 200; i++) {
        lens[i] = 2 + rng_next(&rng) % 17;
        for (size_t k = 0; k < lens[i]; k++)
            lines[i][k] = bytes[rng_next(&rng) % (sizeof bytes - 1)];
        lines[i][0] = (char)('a' + i % 2); /* no blank, no repetition */
        lines[i][lens[i] - 1] = '.';
        add_n(lines[i], lens[i]);
    }
    reopen();
    CHECK_EQ(history_count(h), 200);
    for (size_t i = 0; i < 200; i++)
        check_entry_n(199 - i, lines[i], lens[i]);
    history_free(h);
}

static void bad_bytes_in_the_file_are_no_error(void) {
    static const char junk[] = "\\\nx\\\ny\\x4\n\\xzz\n\0\xff\n\n\r\nlast";
    new_path("junk");
    open_history();
    add("first");
    write_file(junk, sizeof junk - 1);
    reopen();
    check_entry(0, "last");
    check_entry(1, "\r");
    check_entry_n(2, "\0\xff", 2);
    check_entry(3, "\\xzz");
    check_entry(4, "y\\x4");
    check_entry(5, "x\\");
    check_entry(6, "\\");
    history_free(h);
}

static void a_file_that_others_can_read_is_closed_to_them(void) {
    new_path("mode");
    open_history();
    add("get a");
    chmod(path, 0664);
    reopen();
    CHECK_EQ(mode_of(path), 0600);
    chmod(path, 0644);
    add("get b");
    CHECK_EQ(mode_of(path), 0600);
    history_free(h);
}

static void too_many_entries_are_cut_down(void) {
    size_t lines = 0;
    new_path("many");
    open_history();
    add("get a");
    FILE *f = fopen(path, "w");
    for (int i = 0; i <= HISTORY_MAX; i++)
        fprintf(f, "get %d\n", i);
    fclose(f);
    reopen();
    CHECK_EQ(history_count(h), HISTORY_MAX);
    check_entry(HISTORY_MAX - 1, "get 1");
    check_entry(0, "get 10000");
    add("get more");
    CHECK_EQ(history_count(h), HISTORY_MAX);
    check_entry(HISTORY_MAX - 1, "get 2");
    buf_clear(&text);
    CHECK_EQ(file_read_all(path, &text, &err), 0);
    for (size_t i = 0; i < text.len; i++)
        lines += text.p[i] == '\n';
    CHECK_EQ(lines, HISTORY_MAX - HISTORY_MAX / 10 + 1);
    CHECK_MEM(text.p, 9, "get 1001\n", 9);
    history_free(h);
}

static void too_long_a_line_is_not_kept(void) {
    char *line = mem_alloc(HISTORY_LINE_MAX + 1);
    memset(line, 'x', HISTORY_LINE_MAX + 1);
    new_path("long");
    open_history();
    add_n(line, HISTORY_LINE_MAX + 1);
    CHECK_EQ(history_count(h), 0);
    add_n(line, HISTORY_LINE_MAX);
    reopen();
    CHECK_EQ(history_count(h), 1);
    history_free(h);
    free(line);
}

static void several_shells_add_to_one_file(void) {
    struct history *other;
    new_path("two");
    open_history();
    CHECK_EQ(history_new(path, &other, &err), 0);
    add("get a");
    CHECK_EQ(history_add(other, "get b", 5, NULL, &err), 0);
    add("get c");
    check_file("get a\nget b\nget c\n");
    check_entry(1, "get a");
    history_free(other);
    history_free(h);
}

static void an_unwritable_file_is_said_once(void) {
    new_path("order"); /* it is a file */
    strcat(path, "/below");
    CHECK_EQ(history_new(path, &h, &err), VK_EFILE);
    CHECK_EQ(history_add(h, "get a", 5, NULL, &err), 0);
    CHECK_EQ(history_count(h), 1);
    history_free(h);
    new_path("folder");
    open_history();
    *strrchr(path, '/') = 0;
    FILE *f = fopen(path, "w");
    fclose(f);
    CHECK_EQ(history_add(h, "get a", 5, NULL, &err), VK_EFILE);
    CHECK(strstr(err.text, "cannot write '") && strstr(err.text, ": the history is not kept"));
    CHECK_EQ(history_add(h, "get b", 5, NULL, &err), 0);
    CHECK_EQ(history_count(h), 2);
    unlink(path);
    CHECK_EQ(history_add(h, "get c", 5, NULL, &err), 0);
    new_path("folder");
    check_file("get c\n");
    history_free(h);
}

static void the_newest_that_begins_so_is_suggested(void) {
    size_t len = 0;
    CHECK_EQ(history_new(NULL, &h, &err), 0);
    add("get abc");
    add("get abd");
    add("get a");
    add("auth pw");
    CHECK_STR(history_suggest(h, "get a", 5, &len), "get abd");
    CHECK_EQ(len, 7);
    CHECK_STR(history_suggest(h, "get abc", 6, &len), "get abd");
    CHECK(!history_suggest(h, "get abd", 7, &len));
    CHECK(!history_suggest(h, "GET", 3, &len));
    CHECK(!history_suggest(h, "", 0, &len));
    CHECK(!history_suggest(h, "auth", 4, &len));
    history_free(h);
    history_free(NULL);
}

static void check_path(const char *name, const char *want) {
    char *got = history_path(name);
    CHECK(got);
    if (got) CHECK_STR(got, want);
    free(got);
}

static void the_file_is_where_xdg_has_it(void) {
    setenv("HOME", "/home/ada", 1);
    unsetenv("XDG_STATE_HOME");
    check_path(NULL, "/home/ada/.local/state/valkit/history/default");
    setenv("XDG_STATE_HOME", "/state", 1);
    check_path("prod", "/state/valkit/history/prod");
    setenv("XDG_STATE_HOME", "relative", 1);
    check_path("prod", "/home/ada/.local/state/valkit/history/prod");
    unsetenv("HOME");
    CHECK(!history_path("prod"));
}

int main(void) {
    buf_init(&text, 1 << 20);
    if (file_temp_dir("test", &folder, &err) < 0) return 1;
    RUN(entries_come_back_in_order);
    RUN(what_is_kept_is_told);
    RUN(what_repeats_the_newest_entry_is_not_kept);
    RUN(a_blank_in_front_hides_a_line);
    RUN(what_does_not_parse_is_in_memory_only);
    RUN(secrets_are_neither_in_memory_nor_in_the_file);
    RUN(any_bytes_come_back);
    RUN(random_entries_come_back);
    RUN(bad_bytes_in_the_file_are_no_error);
    RUN(a_file_that_others_can_read_is_closed_to_them);
    RUN(too_many_entries_are_cut_down);
    RUN(too_long_a_line_is_not_kept);
    RUN(several_shells_add_to_one_file);
    RUN(an_unwritable_file_is_said_once);
    RUN(the_newest_that_begins_so_is_suggested);
    RUN(the_file_is_where_xdg_has_it);
    file_remove_tree(folder);
    free(folder);
    buf_release(&text);
    return t_end();
}
