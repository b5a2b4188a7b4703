/* SPDX-License-Identifier: BSD-3-Clause */
/* io/file_private in a private folder. */
#include "io/file_private.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/file.h"
#include "tests/unit/t.h"

enum { LINES = 300, WRITERS = 3, KEPT_BYTES = 1000 };

static char *folder;
static char path[512];
static struct err err;
static struct buf text;

static void in_folder(const char *name) {
    snprintf(path, sizeof path, "%s/%s", folder, name);
}

static unsigned mode_of(const char *name) {
    struct stat st;
    return stat(name, &st) < 0 ? 0 : st.st_mode & 07777;
}

static void append(const char *line) {
    CHECK_EQ(file_private_append(path, line, strlen(line), &err), 0);
}

static void check_content(const char *want) {
    unsigned mode;
    buf_clear(&text);
    CHECK_EQ(file_private_read(path, &text, &mode, &err), 0);
    CHECK_MEM(text.p, text.len, want, strlen(want));
}

static void folders_and_file_are_made_private(void) {
    umask(0);
    in_folder("a/b/file");
    append("one\n");
    append("two\n");
    check_content("one\ntwo\n");
    CHECK_EQ(mode_of(path), 0600);
    in_folder("a/b");
    CHECK_EQ(mode_of(path), 0700);
    in_folder("a");
    CHECK_EQ(mode_of(path), 0700);
    umask(022);
}

static void others_lose_their_access(void) {
    unsigned mode = 0;
    in_folder("open");
    append("one\n");
    chmod(path, 0644);
    buf_clear(&text);
    CHECK_EQ(file_private_read(path, &text, &mode, &err), 0);
    CHECK_EQ(mode, 0644);
    CHECK_EQ(mode_of(path), 0644);
    append("");
    CHECK_EQ(mode_of(path), 0600);
    check_content("one\n");
}

static void what_is_missing_says_so(void) {
    unsigned mode;
    in_folder("none");
    CHECK_EQ(file_private_read(path, &text, &mode, &err), VK_EFILE);
    CHECK_EQ(err.sys, ENOENT);
    in_folder("a/b/file/below");
    CHECK_EQ(file_private_append(path, "x", 1, &err), VK_EFILE);
    CHECK(strstr(err.text, "cannot write '") && strstr(err.text, "below'"));
}

static void what_is_too_large_is_refused(void) {
    unsigned mode;
    struct buf small;
    buf_init(&small, 4);
    in_folder("large");
    append("12345");
    CHECK_EQ(file_private_read(path, &small, &mode, &err), VK_EFILE);
    CHECK(strstr(err.text, "is larger than 4 bytes"));
    buf_release(&small);
}

static void devices_swallow_and_are_empty(void) {
    in_folder("null");
    CHECK_EQ(symlink("/dev/null", path), 0);
    unsigned before = mode_of("/dev/null");
    append("one\n");
    check_content("");
    CHECK_EQ(mode_of("/dev/null"), before);
    in_folder("pipe");
    CHECK_EQ(mkfifo(path, 0600), 0);
    check_content("");
}

/* All but the first line. */
static size_t second_line(const char *p, size_t n) {
    const char *end = memchr(p, '\n', n);
    return end ? (size_t)(end - p) + 1 : 0;
}

static size_t nothing(const char *p, size_t n) {
    (void)p, (void)n;
    return 0;
}

static void trimming_keeps_the_end(void) {
    in_folder("trim");
    append("one\ntwo\nthree\n");
    CHECK_EQ(file_private_trim(path, 100, second_line, &err), 0);
    check_content("two\nthree\n");
    CHECK_EQ(mode_of(path), 0600);
    CHECK_EQ(file_private_trim(path, 100, nothing, &err), 0);
    check_content("two\nthree\n");
    CHECK_EQ(file_private_trim(path, 5, second_line, &err), VK_EFILE);
    check_content("two\nthree\n");
}

/* ---- several at once ---- */

static void write_lines(int writer) {
    char line[32];
    for (int i = 0; i < LINES; i++) {
        int n = snprintf(line, sizeof line, "%d %d\n", writer, i);
        if (file_private_append(path, line, (size_t)n, &err) < 0) _exit(1);
        usleep(100); /* so that trimming gets its turns */
    }
    _exit(0);
}

static pid_t start(int writer) {
    pid_t pid = fork();
    if (pid == 0) write_lines(writer);
    return pid;
}

/* What is there of each writer has no gaps, and the last line of all is some writer's last. */
static void check_lines(const char *p) {
    int last[WRITERS], writer, i = -1, used;
    for (int k = 0; k < WRITERS; k++)
        last[k] = -1;
    for (; sscanf(p, "%d %d%n", &writer, &i, &used) == 2; p += used + 1) {
        CHECK(writer >= 0 && writer < WRITERS);
        CHECK(last[writer] < 0 || i == last[writer] + 1);
        last[writer] = i;
    }
    CHECK_EQ(*p, 0);
    CHECK_EQ(i, LINES - 1);
}

static size_t half(const char *p, size_t n) {
    return n > KEPT_BYTES ? n - KEPT_BYTES + second_line(p + n - KEPT_BYTES, KEPT_BYTES) : 0;
}

static void nothing_appended_is_lost_by_trimming(void) {
    pid_t pids[WRITERS];
    int status, ended = 0;
    unsigned mode;
    in_folder("many");
    append("");
    for (int k = 0; k < WRITERS; k++)
        pids[k] = start(k);
    while (ended < WRITERS) {
        CHECK_EQ(file_private_trim(path, 1 << 20, half, &err), 0);
        for (int k = 0; k < WRITERS; k++) {
            if (pids[k] <= 0 || waitpid(pids[k], &status, WNOHANG) != pids[k]) continue;
            CHECK_EQ(status, 0);
            pids[k] = 0;
            ended++;
        }
    }
    buf_clear(&text);
    CHECK_EQ(file_private_read(path, &text, &mode, &err), 0);
    check_lines(buf_cstr(&text));
}

int main(void) {
    buf_init(&text, 1 << 20);
    if (file_temp_dir("test", &folder, &err) < 0) return 1;
    RUN(folders_and_file_are_made_private);
    RUN(others_lose_their_access);
    RUN(what_is_missing_says_so);
    RUN(what_is_too_large_is_refused);
    RUN(devices_swallow_and_are_empty);
    RUN(trimming_keeps_the_end);
    RUN(nothing_appended_is_lost_by_trimming);
    file_remove_tree(folder);
    free(folder);
    buf_release(&text);
    return t_end();
}
