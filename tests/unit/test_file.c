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
    CHECK_EQ(file_read_all(make("a", big, 200001), &b, &e), VK_EFILE);
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
    CHECK_EQ(secret_of(big, 65537, &b, &e), VK_EFILE);
    CHECK_EQ(b.len, 0);
    CHECK_EQ(secret_of(big, 65536, &b, &e), 0);
    CHECK_EQ(b.len, 65536);
    buf_release(&b);
    buf_init(&b, 3);
    CHECK_EQ(secret_of("long", 4, &b, &e), VK_EFILE);
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

struct reader {
    int fd, code;
    struct buf got;
};

static void *read_to_the_end(void *arg) {
    struct reader *r = arg;
    struct err e;
    usleep(10000);
    r->code = file_read_fd(r->fd, &r->got, &e);
    return NULL;
}

static void full_non_blocking_pipe_is_waited_for(void) {
    static char big[1 << 20];
    int fd[2];
    struct err e;
    pthread_t thread;
    CHECK_EQ(pipe2(fd, O_NONBLOCK), 0);
    struct reader r = {.fd = fd[0]};
    buf_init(&r.got, sizeof big);
    CHECK_EQ(pthread_create(&thread, NULL, read_to_the_end, &r), 0);
    CHECK_EQ(file_write_fd(fd[1], big, sizeof big, &e), 0);
    close(fd[1]);
    pthread_join(thread, NULL);
    CHECK_EQ(r.code, 0);
    CHECK_EQ(r.got.len, sizeof big);
    buf_release(&r.got);
    close(fd[0]);
}

static void nobody_reads_is_epipe(void) {
    int fd[2];
    struct err e;
    CHECK_EQ(pipe(fd), 0);
    close(fd[0]);
    CHECK_EQ(file_write_fd(fd[1], "x", 1, &e), VK_EFILE);
    CHECK_EQ(e.sys, EPIPE);
    close(fd[1]);
}

static void *interrupt_soon(void *arg) {
    usleep(20000);
    pthread_kill(*(pthread_t *)arg, SIGINT);
    return NULL;
}

static void interrupt_ends_a_write_that_is_stuck(void) {
    static char big[1 << 20];
    int fd[2];
    struct err e;
    pthread_t self = pthread_self(), thread;
    CHECK_EQ(pipe(fd), 0);
    CHECK_EQ(pthread_create(&thread, NULL, interrupt_soon, &self), 0);
    CHECK_EQ(file_write_fd(fd[1], big, sizeof big, &e), VK_ECANCEL); /* stuck in the middle */
    pthread_join(thread, NULL);
    signal_clear();
    CHECK_EQ(pthread_create(&thread, NULL, interrupt_soon, &self), 0);
    CHECK_EQ(file_write_fd(fd[1], "x", 1, &e), VK_ECANCEL); /* at its beginning */
    pthread_join(thread, NULL);
    signal_clear();
    close(fd[0]);
    close(fd[1]);
}

/* ---- whole or not at all ---- */

static struct file_out *open_out(const char *path) {
    struct file_out *f = NULL;
    struct err e = {0};
    CHECK_EQ(file_out_open(path, &f, &e), 0);
    CHECK_STR(e.text, "");
    return f;
}

static void write_out(const char *path, const char *text) {
    struct err e = {0};
    struct file_out *f = open_out(path);
    CHECK_EQ(file_out_write(f, text, strlen(text), &e), 0);
    CHECK_EQ(file_out_commit(f, &e), 0);
    CHECK_STR(e.text, "");
}

static int mode_of(const char *path) {
    struct stat st;
    CHECK_EQ(stat(path, &st), 0);
    return (int)(st.st_mode & 07777);
}

static void file_appears_at_commit_and_is_private(void) {
    struct err e;
    const char *path = in_folder("new");
    struct file_out *f = open_out(path);
    CHECK_EQ(file_out_write(f, "ab", 2, &e), 0);
    CHECK_EQ(file_out_write(f, "", 0, &e), 0);
    CHECK_EQ(file_out_write(f, "cd", 2, &e), 0);
    CHECK_EQ(access(path, F_OK), -1);
    CHECK_EQ(file_out_commit(f, &e), 0);
    CHECK_STR(content(path), "abcd");
    CHECK_EQ(mode_of(path), 0600);
    CHECK_EQ(entries(), 1);
}

static void abort_leaves_the_old_file_and_nothing_else(void) {
    struct err e;
    const char *path = make("a", "old", 3);
    struct file_out *f = open_out(path);
    CHECK_EQ(file_out_write(f, "new", 3, &e), 0);
    CHECK_STR(content(path), "old");
    file_out_abort(f);
    file_out_abort(NULL);
    CHECK_STR(content(path), "old");
    CHECK_EQ(entries(), 1);
}

static void existing_file_keeps_its_mode(void) {
    const char *path = make("a", "old", 3);
    chmod(path, 0640);
    write_out(path, "new");
    CHECK_STR(content(path), "new");
    CHECK_EQ(mode_of(path), 0640);
}

/* The super-user may write anything, so act as nobody. */
static void write_protection_is_respected(void) {
    struct file_out *f = NULL;
    struct err e;
    bool root = geteuid() == 0;
    const char *path = make("a", "old", 3);
    chmod(path, 0444);
    chmod(folder, 0777);
    if (root) CHECK_EQ(seteuid(65534), 0);
    CHECK_EQ(file_out_open(path, &f, &e), VK_EFILE);
    CHECK_EQ(e.sys, EACCES);
    if (root) CHECK_EQ(seteuid(0), 0);
    CHECK_EQ(entries(), 1);
}

static void link_stays_and_its_file_is_replaced(void) {
    const char *file = make("file", "old", 3), *link = in_folder("link");
    struct stat st;
    CHECK_EQ(mkdir(in_folder("sub"), 0700), 0);
    CHECK_EQ(symlink("../file", in_folder("sub/inner")), 0);
    CHECK_EQ(symlink("sub/inner", link), 0);
    write_out(link, "new");
    CHECK_STR(content(file), "new");
    CHECK_EQ(lstat(link, &st), 0);
    CHECK(S_ISLNK(st.st_mode));
    CHECK_EQ(entries(), 3);
}

static void link_to_nothing_yet_makes_its_file(void) {
    const char *link = in_folder("link");
    CHECK_EQ(symlink("later", link), 0);
    write_out(link, "new");
    CHECK_STR(content(in_folder("later")), "new");
}

static void links_in_a_circle_are_an_error(void) {
    struct file_out *f = NULL;
    struct err e;
    CHECK_EQ(symlink("b", in_folder("a")), 0);
    CHECK_EQ(symlink("a", in_folder("b")), 0);
    CHECK_EQ(file_out_open(in_folder("a"), &f, &e), VK_EFILE);
    CHECK_EQ(e.sys, ELOOP);
    CHECK(f == NULL);
}

static void places_that_cannot_be_written_are_said_at_once(void) {
    struct file_out *f = NULL;
    struct err e;
    char want[600];
    CHECK_EQ(file_out_open("/nowhere/x", &f, &e), VK_EFILE);
    CHECK_STR(e.text,
              "cannot write '/nowhere/x': no new file in its folder: No such file or directory");
    CHECK_EQ(file_out_open(folder, &f, &e), VK_EFILE);
    snprintf(want, sizeof want, "cannot write '%s': Is a directory", folder);
    CHECK_STR(e.text, want);
    CHECK(f == NULL);
}

static void longest_file_name_works(void) {
    char name[256];
    memset(name, 'n', 255);
    name[255] = 0;
    write_out(in_folder(name), "x");
    CHECK_STR(content(in_folder(name)), "x");
    CHECK_EQ(entries(), 1);
}

static void device_is_written_directly(void) {
    write_out("/dev/null", "x");
    struct stat st;
    CHECK_EQ(stat("/dev/null", &st), 0);
    CHECK(S_ISCHR(st.st_mode));
}

static void full_device_is_an_error_that_sticks(void) {
    struct err e;
    struct file_out *f = open_out("/dev/full");
    CHECK_EQ(file_out_write(f, "x", 1, &e), VK_EFILE);
    CHECK_STR(e.text, "cannot write '/dev/full': No space left on device");
    CHECK_EQ(e.sys, ENOSPC);
    CHECK_EQ(file_out_commit(f, &e), VK_EFILE);
    CHECK_EQ(e.sys, ENOSPC);
}

static void fifo_is_written_directly(void) {
    char text[8] = "";
    const char *path = in_folder("fifo");
    CHECK_EQ(mkfifo(path, 0600), 0);
    int fd = open(path, O_RDWR);
    write_out(path, "abc");
    CHECK_EQ(read(fd, text, sizeof text), 3);
    CHECK_STR(text, "abc");
    CHECK_EQ(entries(), 1);
    close(fd);
}

static void dash_is_standard_output_and_stays_open(void) {
    int fd[2], saved = dup(STDOUT_FILENO);
    char text[8] = "";
    CHECK_EQ(pipe(fd), 0);
    fflush(stdout);
    dup2(fd[1], STDOUT_FILENO);
    write_out("-", "abc");
    file_out_abort(open_out("-"));
    int open_still = fcntl(STDOUT_FILENO, F_GETFD);
    dup2(saved, STDOUT_FILENO);
    CHECK(open_still >= 0);
    CHECK_EQ(read(fd[0], text, sizeof text), 3);
    CHECK_STR(text, "abc");
    close(saved);
    close(fd[0]);
    close(fd[1]);
}

/* ---- folders ---- */

static void temp_folder_is_private_and_below_tmpdir(void) {
    char *made = NULL;
    struct err e;
    setenv("TMPDIR", folder, 1);
    CHECK_EQ(file_temp_dir("vk", &made, &e), 0);
    CHECK_EQ(mode_of(made), 0700);
    CHECK_MEM(made, strlen(folder), folder, strlen(folder));
    CHECK_EQ(strlen(made), strlen(folder) + strlen("/vk-XXXXXX"));
    free(made);
    setenv("TMPDIR", "/nowhere", 1);
    CHECK_EQ(file_temp_dir("vk", &made, &e), VK_EFILE);
    CHECK_STR(e.text, "cannot create a folder in '/nowhere': No such file or directory");
    unsetenv("TMPDIR");
}

static void tree_is_removed_and_links_are_not_followed(void) {
    make("kept", "x", 1);
    CHECK_EQ(mkdir(in_folder("tree"), 0700), 0);
    CHECK_EQ(mkdir(in_folder("tree/deep"), 0700), 0);
    make("tree/deep/file", "x", 1);
    make("tree/.hidden", "x", 1);
    CHECK_EQ(mkfifo(in_folder("tree/fifo"), 0600), 0);
    CHECK_EQ(symlink("..", in_folder("tree/up")), 0);
    CHECK_EQ(symlink("../kept", in_folder("tree/link")), 0);
    file_remove_tree(in_folder("tree"));
    file_remove_tree(in_folder("tree"));
    CHECK_EQ(entries(), 1);
    CHECK_STR(content(in_folder("kept")), "x");
}

static void in_new_folder(void (*test)(void), const char *name) {
    struct err e;
    CHECK_EQ(file_temp_dir("vk-test", &folder, &e), 0);
    t_before = t_failures;
    test();
    t_ran(name);
    file_remove_tree(folder);
    CHECK_EQ(access(folder, F_OK), -1);
    free(folder);
}

#define RUN_IN_FOLDER(test) in_new_folder(test, #test)

static void check_content(const char *path, const char *want) {
    struct buf got;
    struct err e;
    buf_init(&got, 1000);
    CHECK_EQ(file_read_all(path, &got, &e), 0);
    CHECK_MEM(got.p, got.len, want, strlen(want));
    buf_release(&got);
}

static void what_is_appended_is_taken_back_when_it_is_not_whole(void) {
    struct file_out *f;
    struct err e;
    struct stat st;
    const char *path = in_folder("log");
    CHECK_EQ(file_out_append(path, &f, &e), 0);
    CHECK_EQ(file_out_write(f, "one", 3, &e), 0);
    file_out_abort(f);
    CHECK(stat(path, &st) < 0); /* it was new */
    CHECK_EQ(file_out_append(path, &f, &e), 0);
    CHECK_EQ(file_out_write(f, "one", 3, &e), 0);
    CHECK_EQ(file_out_commit(f, &e), 0);
    CHECK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
    CHECK_EQ(file_out_append(path, &f, &e), 0);
    CHECK_EQ(file_out_write(f, "two", 3, &e), 0);
    file_out_abort(f);
    check_content(path, "one");
}

static void what_others_appended_meanwhile_stays(void) {
    struct file_out *f, *other;
    struct err e;
    const char *path = in_folder("log");
    CHECK_EQ(file_out_append(path, &f, &e), 0);
    CHECK_EQ(file_out_append(path, &other, &e), 0);
    CHECK_EQ(file_out_write(f, "mine", 4, &e), 0);
    CHECK_EQ(file_out_write(other, "theirs", 6, &e), 0);
    CHECK_EQ(file_out_commit(other, &e), 0);
    file_out_abort(f);
    check_content(path, "minetheirs");
    CHECK_EQ(file_out_append(in_folder("none/log"), &f, &e), VK_EFILE);
    CHECK_EQ(file_out_append(folder, &f, &e), VK_EFILE);
}

int main(void) {
    alarm(60); /* a wait that does not end is a failure */
    signal_setup();
    RUN_IN_FOLDER(whole_file_is_appended);
    RUN_IN_FOLDER(file_of_exactly_the_limit_fits_and_one_more_does_not);
    RUN_IN_FOLDER(unreadable_files_are_named_with_the_reason);
    RUN_IN_FOLDER(secret_is_the_first_line_without_its_end);
    RUN_IN_FOLDER(bad_secrets_are_refused);
    RUN_IN_FOLDER(secret_leaves_the_rest_of_a_pipe);
    RUN_IN_FOLDER(full_non_blocking_pipe_is_waited_for);
    RUN_IN_FOLDER(nobody_reads_is_epipe);
    RUN_IN_FOLDER(interrupt_ends_a_write_that_is_stuck);
    RUN_IN_FOLDER(file_appears_at_commit_and_is_private);
    RUN_IN_FOLDER(abort_leaves_the_old_file_and_nothing_else);
    RUN_IN_FOLDER(existing_file_keeps_its_mode);
    RUN_IN_FOLDER(write_protection_is_respected);
    RUN_IN_FOLDER(link_stays_and_its_file_is_replaced);
    RUN_IN_FOLDER(link_to_nothing_yet_makes_its_file);
    RUN_IN_FOLDER(links_in_a_circle_are_an_error);
    RUN_IN_FOLDER(places_that_cannot_be_written_are_said_at_once);
    RUN_IN_FOLDER(longest_file_name_works);
    RUN_IN_FOLDER(device_is_written_directly);
    RUN_IN_FOLDER(full_device_is_an_error_that_sticks);
    RUN_IN_FOLDER(fifo_is_written_directly);
    RUN_IN_FOLDER(dash_is_standard_output_and_stays_open);
    RUN_IN_FOLDER(temp_folder_is_private_and_below_tmpdir);
    RUN_IN_FOLDER(tree_is_removed_and_links_are_not_followed);
    RUN_IN_FOLDER(what_is_appended_is_taken_back_when_it_is_not_whole);
    RUN_IN_FOLDER(what_others_appended_meanwhile_stays);
    return t_end();
}
