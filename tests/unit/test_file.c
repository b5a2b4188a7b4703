/* SPDX-License-Identifier: BSD-3-Clause */
/* io/file in a private folder. */
#include "io/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/signal.h"
#include "t.h"

static char *folder; /* each test has a new one */

static const char *in_folder(const char *name) {
    static char path[4][512];
    static int turn;
    turn = (turn + 1) % 4;
    snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
    return path[turn];
}

static int entries(void) {
    int n = -2; /* . and .. */
    DIR *dir = opendir(folder);
    while (readdir(dir))
        n++;
    closedir(dir);
    return n;
}

static const char *make(const char *name, const char *text, size_t len) {
    const char *path = in_folder(name);
    FILE *f = fopen(path, "w");
    CHECK_EQ(fwrite(text, 1, len, f), len);
    fclose(f);
    return path;
}

static const char *content(const char *path) {
    static struct buf b;
    struct err e = {0};
    buf_release(&b);
    buf_init(&b, 1 << 20);
    CHECK_EQ(file_read_all(path, &b, &e), 0);
    CHECK_STR(e.text, "");
    static char text[256];
    snprintf(text, sizeof text, "%s", buf_cstr(&b));
    buf_release(&b);
    return text;
}

/* ---- reading ---- */

static void whole_file_is_appended(void) {
    struct buf b;
    struct err e;
    buf_init(&b, 100);
    buf_adds(&b, "have ");
    CHECK_EQ(file_read_all(make("a", "read", 4), &b, &e), 0);
    CHECK_MEM(b.p, b.len, "have read", 9);
    buf_release(&b);
}

static void file_of_exactly_the_limit_fits_and_one_more_does_not(void) {
    struct buf b;
    struct err e;
    static char big[200001];
    const char *path = make("a", big, 200000);
    buf_init(&b, 200000);
    CHECK_EQ(file_read_all(path, &b, &e), 0);
    CHECK_EQ(b.len, 200000);
    buf_clear(&b);
    CHECK_EQ(file_read_all(make("a", big, 200001), &b, &e), VK_ELIMIT);
    CHECK(strstr(e.text, "is larger than 200000 bytes") != NULL);
    buf_release(&b);
}

static void unreadable_files_are_named_with_the_reason(void) {
    struct buf b;
    struct err e;
    char want[600];
    buf_init(&b, 100);
    CHECK_EQ(file_read_all("/nowhere/x", &b, &e), VK_EFILE);
    CHECK_STR(e.text, "cannot read '/nowhere/x': No such file or directory");
    CHECK_EQ(e.sys, ENOENT);
    CHECK_EQ(file_read_all(folder, &b, &e), VK_EFILE);
    snprintf(want, sizeof want, "cannot read '%s': Is a directory", folder);
    CHECK_STR(e.text, want);
    CHECK_EQ(file_read_fd(-1, &b, &e), VK_EFILE);
    CHECK_STR(e.text, "cannot read descriptor -1: Bad file descriptor");
    buf_release(&b);
}

static int secret_of(const char *text, size_t len, struct buf *b, struct err *e) {
    buf_clear(b);
    return file_read_secret(make("secret", text, len), b, e);
}

static void secret_is_the_first_line_without_its_end(void) {
    static const char *const texts[] = {"pass", "pass\n", "pass\r\n", "pass\nmore\n"};
    struct buf b;
    struct err e;
    buf_init(&b, 100000);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        CHECK_EQ(secret_of(texts[i], strlen(texts[i]), &b, &e), 0);
        CHECK_MEM(b.p, b.len, "pass", 4);
    }
    CHECK_EQ(secret_of(" a\tb \r", 6, &b, &e), 0);
    CHECK_MEM(b.p, b.len, " a\tb \r", 6);
    CHECK_EQ(secret_of("a\n\n", 3, &b, &e), 0);
    CHECK_MEM(b.p, b.len, "a", 1);
    buf_release(&b);
}

static void bad_secrets_are_refused(void) {
    static char big[65537];
    struct buf b;
    struct err e;
    memset(big, 'x', sizeof big);
    buf_init(&b, 100000);
    CHECK_EQ(secret_of("", 0, &b, &e), VK_EFILE);
    CHECK_EQ(secret_of("\nabc", 4, &b, &e), VK_EFILE);
    CHECK_EQ(secret_of("\r\n", 2, &b, &e), VK_EFILE);
    CHECK_EQ(secret_of("a\0b\n", 4, &b, &e), VK_EFILE);
    CHECK(strstr(e.text, "NUL") != NULL);
    CHECK_EQ(secret_of(big, 65537, &b, &e), VK_ELIMIT);
    CHECK_EQ(b.len, 0);
    CHECK_EQ(secret_of(big, 65536, &b, &e), 0);
    CHECK_EQ(b.len, 65536);
    buf_release(&b);
    buf_init(&b, 3);
    CHECK_EQ(secret_of("long", 4, &b, &e), VK_ELIMIT);
    buf_release(&b);
}

static void secret_leaves_the_rest_of_a_pipe(void) {
    int fd[2];
    char rest[16] = "";
    struct buf b;
    struct err e;
    buf_init(&b, 100);
    CHECK_EQ(pipe(fd), 0);
    CHECK_EQ(write(fd[1], "pass\nPING\n", 10), 10);
    CHECK_EQ(file_read_secret_fd(fd[0], &b, &e), 0);
    CHECK_MEM(b.p, b.len, "pass", 4);
    CHECK_EQ(read(fd[0], rest, sizeof rest), 5);
    CHECK_STR(rest, "PING\n");
    buf_release(&b);
    close(fd[0]);
    close(fd[1]);
}

/* ---- writing ---- */

static void *drain(void *arg) {
    struct buf *b = arg;
    struct err e;
    usleep(10000);
    CHECK_EQ(file_read_fd((int)b->max, b, &e), 0);
    return NULL;
}

static void full_non_blocking_pipe_is_waited_for(void) {
    static char big[1 << 20];
    int fd[2];
    struct buf b;
    struct err e;
    pthread_t reader;
    CHECK_EQ(pipe2(fd, O_NONBLOCK), 0);
    int from = dup2(fd[0], 1000); /* the buffer's limit carries the number */
    close(fd[0]);
    CHECK_EQ(from, 1000);
    buf_init(&b, 1000);
    CHECK_EQ(pthread_create(&reader, NULL, drain, &b), 0);
    CHECK_EQ(file_write_fd(fd[1], big, 1000, &e), 0);
    close(fd[1]);
    pthread_join(reader, NULL);
    CHECK_EQ(b.len, 1000);
    buf_release(&b);
    close(from);
}
