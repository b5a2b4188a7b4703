/* SPDX-License-Identifier: BSD-3-Clause */
/* io/child and io/child_guard with real processes: /bin/sh stands in for the server. */
#include "io/child.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "io/file.h"
#include "t.h"

enum { TEST_SECONDS = 60, SOON_MS = 2000 };

static struct err err;
static struct buf out;

static int capture(const char *command, int64_t timeout_ms) {
    buf_clear(&out);
    err_clear(&err);
    return child_capture(command, &out, timeout_ms, &err);
}

static void nap(void) {
    nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
}

/* Gone, or a zombie that only waits for init to take note. */
static bool is_gone(pid_t pid) {
    char path[64], state = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *f = fopen(path, "r");
    if (!f) return kill(pid, 0) < 0 && errno == ESRCH;
    bool known = fscanf(f, "%*d %*s %c", &state) == 1;
    fclose(f);
    return !known || state == 'Z';
}

static bool gone_soon(pid_t pid) {
    for (int64_t end = clock_now_ns() + SOON_MS * CLOCK_NS_PER_MS; clock_now_ns() < end; nap())
        if (is_gone(pid)) return true;
    return false;
}

static bool exists(const char *path) {
    struct stat st;
    return lstat(path, &st) == 0;
}

static bool vanishes_soon(const char *path) {
    for (int64_t end = clock_now_ns() + SOON_MS * CLOCK_NS_PER_MS; clock_now_ns() < end; nap())
        if (!exists(path)) return true;
    return false;
}

/* The first number in folder/name, once it is there. */
static pid_t number_in(const char *folder, const char *name) {
    char path[512], line[64] = "";
    snprintf(path, sizeof path, "%s/%s", folder, name);
    for (int64_t end = clock_now_ns() + SOON_MS * CLOCK_NS_PER_MS; clock_now_ns() < end; nap()) {
        FILE *f = fopen(path, "r");
        bool whole = f && fgets(line, sizeof line, f) && strchr(line, '\n');
        if (f) fclose(f);
        if (whole) return (pid_t)strtol(line, NULL, 10);
    }
    return 0;
}

/* ---- child_capture ---- */

static void output_is_captured(void) {
    CHECK_EQ(capture("printf 'a\\000b\\n'; echo c", 5000), 0);
    CHECK_MEM(out.p, out.len, "a\0b\nc\n", 6);
    CHECK_EQ(capture("true", 5000), 0);
    CHECK_EQ(out.len, 0);
    CHECK_EQ(capture("head -c 60000 /dev/zero", 5000), 0);
    CHECK_EQ(out.len, 60000);
}

static void output_is_appended(void) {
    CHECK_EQ(capture("echo a", 5000), 0);
    CHECK_EQ(child_capture("echo b", &out, 5000, &err), 0);
    CHECK_MEM(out.p, out.len, "a\nb\n", 4);
}

static void a_failure_is_said_without_the_output(void) {
    CHECK_EQ(capture("echo secret; exit 3", 5000), VK_EFILE);
    CHECK_STR(err.text, "command failed with exit code 3");
    CHECK_EQ(capture("echo secret; kill -9 $$", 5000), VK_EFILE);
    CHECK_STR(err.text, "command was killed by signal 9 (Killed)");
    CHECK_EQ(capture("/no/such/program 2>/dev/null", 5000), VK_EFILE);
    CHECK_STR(err.text, "command failed with exit code 127");
}

static void too_much_output_is_refused(void) {
    struct buf small;
    buf_init(&small, 10);
    CHECK_EQ(child_capture("echo 123456789", &small, 5000, &err), 0);
    buf_clear(&small);
    CHECK_EQ(child_capture("yes secret", &small, 5000, &err), VK_EFILE);
    CHECK(!strstr(err.text, "secret"));
    CHECK(small.len <= 10);
    buf_release(&small);
}

static void standard_input_is_empty(void) {
    CHECK_EQ(capture("cat; echo end", 5000), 0);
    CHECK_MEM(out.p, out.len, "end\n", 4);
}

static void our_ignored_sigpipe_is_not_passed_on(void) {
    signal(SIGPIPE, SIG_IGN);
    CHECK_EQ(capture("kill -PIPE $$; echo survived", 5000), VK_EFILE);
    CHECK_EQ(out.len, 0);
    signal(SIGPIPE, SIG_DFL);
}

static void a_timeout_kills_all_of_it(void) {
    int64_t start = clock_now_ns();
    CHECK_EQ(capture("sleep 100 & echo $!; wait", 300), VK_ETIMEOUT);
    CHECK(clock_now_ns() - start < 3 * CLOCK_NS_PER_S);
    pid_t sleeper = (pid_t)strtol(buf_cstr(&out), NULL, 10);
    CHECK(sleeper > 0 && gone_soon(sleeper));
}

static void a_timeout_counts_behind_the_end_of_output_too(void) {
    CHECK_EQ(capture("exec >&-; sleep 100", 300), VK_ETIMEOUT);
}

static void programs_are_found_in_the_path(void) {
    CHECK(child_in_path("sh"));
    CHECK(child_in_path("/bin/sh"));
    CHECK(!child_in_path("no-such-program-here"));
    CHECK(!child_in_path("/bin"));
    CHECK(!child_in_path("/etc/passwd"));
    CHECK(!child_in_path(""));
}

/* ---- child_guard ---- */

struct server {
    char *folder;
    char log[512];
    struct child_guarded child;
};

static int start(struct server *s, const char *program, const char *script) {
    const char *argv[] = {program, "-c", script, "server", NULL, NULL};
    err_clear(&err);
    if (child_guard_folder("valkit-child", 200, &s->folder, &err) < 0) return VK_EFILE;
    snprintf(s->log, sizeof s->log, "%s/log", s->folder);
    argv[4] = s->folder; /* the script's $1 */
    return child_guard(argv, s->folder, s->log, &s->child, &err);
}

static void finish(struct server *s) {
    child_guard_end(&s->child);
    CHECK(!exists(s->folder));
    free(s->folder);
}

static void a_guarded_server_ends_with_its_folder_when_told(void) {
    struct server s;
    CHECK_EQ(start(&s, "sh", "mkdir -p $1/a/b; echo $$ >$1/pid; exec sleep 100"), 0);
    pid_t pid = number_in(s.folder, "pid");
    CHECK(pid > 0);
    CHECK(!child_guard_ended(&s.child));
    CHECK(getsid(pid) != getsid(0)); /* the terminal's signals do not reach it */
    finish(&s);
    CHECK(gone_soon(pid));
    child_guard_end(&s.child);
}

static void its_output_goes_to_the_log(void) {
    struct server s;
    CHECK_EQ(start(&s, "sh", "echo 11; echo 22 >&2"), 0);
    CHECK_EQ(number_in(s.folder, "log"), 11);
    while (!child_guard_ended(&s.child))
        nap();
    struct buf log;
    buf_init(&log, 1000);
    CHECK_EQ(file_read_all(s.log, &log, &err), 0);
    CHECK_MEM(log.p, log.len, "11\n22\n", 6);
    buf_release(&log);
    finish(&s);
}

static void a_server_deaf_to_sigterm_is_killed(void) {
    struct server s;
    CHECK_EQ(start(&s, "sh", "trap '' TERM; echo $$ >$1/pid; while :; do sleep 0.1; done"), 0);
    pid_t pid = number_in(s.folder, "pid");
    int64_t begin = clock_now_ns();
    finish(&s);
    CHECK(clock_now_ns() - begin >= 2900 * CLOCK_NS_PER_MS);
    CHECK(gone_soon(pid));
}

static void what_the_server_forked_ends_with_it(void) {
    struct server s;
    CHECK_EQ(start(&s, "sh", "sleep 100 & echo $! >$1/pid; wait"), 0);
    pid_t pid = number_in(s.folder, "pid");
    finish(&s);
    CHECK(pid > 0 && gone_soon(pid));
}

static void a_program_that_cannot_run_is_an_error(void) {
    struct server s;
    CHECK_EQ(start(&s, "no-such-program-here", ""), VK_EFILE);
    CHECK_STR(err.text, "cannot start 'no-such-program-here': No such file or directory");
    CHECK(!exists(s.folder));
    free(s.folder);
}

static int open_files(pid_t pid) {
    char path[64];
    int n = 0;
    snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    DIR *dir = opendir(path);
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        n += entry->d_name[0] != '.';
    if (dir) closedir(dir);
    return n;
}

/* As often as it takes: a shell has files of its own open until it becomes the sleeper. */
static bool has_only_three_files_soon(pid_t pid) {
    for (int64_t end = clock_now_ns() + SOON_MS * CLOCK_NS_PER_MS; clock_now_ns() < end; nap())
        if (open_files(pid) == 3) return true;
    return false;
}

static void nothing_of_ours_is_inherited(void) {
    struct server s;
    int ends[2];
    char c;
    CHECK_EQ(pipe(ends), 0); /* without FD_CLOEXEC */
    CHECK_EQ(start(&s, "sh", "echo $$ >$1/pid; exec sleep 100"), 0);
    close(ends[1]);
    CHECK_EQ(read(ends[0], &c, 1), 0); /* the end of file, so neither of them holds it */
    close(ends[0]);
    CHECK(has_only_three_files_soon(number_in(s.folder, "pid")));
    finish(&s);
}

/* A process that guards a server and then waits to be killed. */
static pid_t start_parent(struct server *s) {
    int ready[2];
    if (pipe(ready)) return -1;
    CHECK_EQ(child_guard_folder("valkit-child", 200, &s->folder, &err), 0);
    snprintf(s->log, sizeof s->log, "%s/log", s->folder);
    pid_t parent = fork();
    if (parent == 0) {
        const char *argv[] = {"sh", "-c", "echo $$ >$1/pid; exec sleep 100", "x", s->folder, NULL};
        if (child_guard(argv, s->folder, s->log, &s->child, &err) < 0) _exit(1);
        pid_t guardian = s->child.guardian;
        if (write(ready[1], &guardian, sizeof guardian) < 0) _exit(1);
        for (;;)
            pause();
    }
    CHECK_EQ(read(ready[0], &s->child.guardian, sizeof s->child.guardian), sizeof(pid_t));
    close(ready[0]);
    close(ready[1]);
    return parent;
}

static void a_killed_parent_leaves_nothing(void) {
    struct server s;
    pid_t parent = start_parent(&s);
    pid_t pid = number_in(s.folder, "pid");
    CHECK(pid > 0 && parent > 0);
    kill(parent, SIGKILL);
    waitpid(parent, NULL, 0);
    CHECK(gone_soon(pid));
    CHECK(vanishes_soon(s.folder));
    free(s.folder);
}

static void signals_do_not_end_the_guardian(void) {
    struct server s;
    CHECK_EQ(start(&s, "sh", "echo $$ >$1/pid; exec sleep 100"), 0);
    pid_t pid = number_in(s.folder, "pid");
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    for (int i = 0; i < 4; i++)
        kill(s.child.guardian, signals[i]);
    nap();
    CHECK_EQ(kill(pid, 0), 0);
    CHECK(!child_guard_ended(&s.child));
    finish(&s);
    CHECK(gone_soon(pid));
}

/* The end of a process is told to its children before its parent can wait for it. */
static bool ended_soon(const struct child_guarded *c) {
    for (int64_t end = clock_now_ns() + SOON_MS * CLOCK_NS_PER_MS; clock_now_ns() < end; nap())
        if (child_guard_ended(c)) return true;
    return false;
}

static void a_killed_guardian_takes_the_server_along(void) {
    struct server s;
    CHECK_EQ(start(&s, "sh", "echo $$ >$1/pid; exec sleep 100"), 0);
    pid_t pid = number_in(s.folder, "pid");
    kill(s.child.guardian, SIGKILL);
    CHECK(gone_soon(pid));
    CHECK(ended_soon(&s.child));
    child_guard_end(&s.child);
    file_remove_tree(s.folder);
    free(s.folder);
}

static void a_folder_is_short_and_absolute(void) {
    char *path = NULL;
    struct stat st;
    char deep[200];
    memset(deep, 'x', sizeof deep);
    memcpy(deep, "/tmp/", 5);
    deep[sizeof deep - 1] = 0;
    CHECK_EQ(mkdir(deep, 0700), 0);
    setenv("TMPDIR", deep, 1);
    CHECK_EQ(child_guard_folder("valkit-child", 90, &path, &err), 0);
    unsetenv("TMPDIR");
    CHECK(path && strlen(path) <= 90 && path[0] == '/');
    CHECK(stat(path, &st) < 0 && errno == ENOENT); /* its guardian will make it */
    CHECK_EQ(rmdir(deep), 0);
    free(path);
}

static void the_guardian_makes_the_folder(void) {
    struct server s;
    struct stat st;
    CHECK_EQ(start(&s, "sh", "exec sleep 100"), 0);
    CHECK_EQ(stat(s.folder, &st), 0);
    CHECK_EQ(st.st_mode & 0777, 0700);
    finish(&s);
}

static void what_is_there_already_is_left_alone(void) {
    static const char *const argv[] = {"sh", "-c", "exit", NULL};
    struct child_guarded child;
    char *path = NULL, log[300], file[300];
    CHECK_EQ(file_temp_dir("valkit-child", &path, &err), 0);
    snprintf(log, sizeof log, "%s/log", path);
    snprintf(file, sizeof file, "%s/precious", path);
    CHECK_EQ(close(open(file, O_CREAT | O_WRONLY, 0600)), 0);
    CHECK_EQ(child_guard(argv, path, log, &child, &err), VK_EFILE);
    CHECK(strstr(err.text, "cannot create folder") && strstr(err.text, "File exists"));
    CHECK(exists(file));
    file_remove_tree(path);
    free(path);
}

static void a_folder_that_cannot_be_is_said(void) {
    char *path = NULL;
    setenv("TMPDIR", "/nonexistent-folder", 1);
    CHECK_EQ(child_guard_folder("valkit-child", 90, &path, &err), VK_EFILE);
    CHECK(strstr(err.text, "/nonexistent-folder"));
    unsetenv("TMPDIR");
}

/* ---- feeding ---- */

static int feed(const char *command, const struct child_opts *o, const char *text) {
    signal(SIGPIPE, SIG_IGN); /* as signal_setup does */
    struct child_feed f;
    struct err e;
    CHECK_EQ(child_feed_start(command, o, &f, &e), 0);
    if (file_write_fd(f.fd, text, strlen(text), &e) < 0) CHECK_EQ(e.sys, EPIPE);
    child_feed_close(&f);
    return child_feed_end(&f);
}

static void what_is_written_is_what_a_child_reads(void) {
    int status = feed("test \"$(cat)\" = 'some text'", &(struct child_opts){0}, "some text");
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    status = feed("exit 7", &(struct child_opts){0}, "");
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    status = feed("kill -TERM $$", &(struct child_opts){0}, "");
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
}

static void the_environment_of_a_child_is_ours_but_for(void) {
    const char *const hidden[] = {"FEED_SECRET", NULL};
    const struct child_opts o = {.hidden = hidden, .setting = "FEED_MORE=new"};
    setenv("FEED_SECRET", "x", 1);
    setenv("FEED_SECRETARY", "y", 1);
    unsetenv("FEED_MORE");
    CHECK_EQ(feed("test -z \"$FEED_SECRET\" -a \"$FEED_SECRETARY$FEED_MORE\" = ynew", &o, ""), 0);
    setenv("FEED_MORE", "old", 1);
    CHECK_EQ(feed("test \"$FEED_MORE\" = old", &o, ""), 0);
    struct err e;
    CHECK_EQ(child_terminal("test -z \"$FEED_SECRET\" -a \"$FEED_SECRETARY\" = y #", "x", &o, &e),
             0);
    CHECK_EQ(child_terminal("test x =", "y", &o, &e), VK_EFILE);
    CHECK_EQ(child_terminal("test x =", "x", &o, &e), 0);
}

static void a_child_that_reads_no_more_is_told_by_the_pipe(void) {
    struct child_feed f;
    struct err e;
    static char much[1 << 20];
    signal(SIGPIPE, SIG_IGN);
    CHECK_EQ(child_feed_start("head -c 1 >/dev/null", &(struct child_opts){0}, &f, &e), 0);
    CHECK_EQ(file_write_fd(f.fd, much, sizeof much, &e), VK_EFILE);
    CHECK_EQ(e.sys, EPIPE);
    CHECK_EQ(child_feed_end(&f), 0);
}

int main(void) {
    alarm(TEST_SECONDS);
    buf_init(&out, 1 << 20);
    RUN(output_is_captured);
    RUN(output_is_appended);
    RUN(a_failure_is_said_without_the_output);
    RUN(too_much_output_is_refused);
    RUN(standard_input_is_empty);
    RUN(our_ignored_sigpipe_is_not_passed_on);
    RUN(a_timeout_kills_all_of_it);
    RUN(a_timeout_counts_behind_the_end_of_output_too);
    RUN(programs_are_found_in_the_path);
    RUN(a_guarded_server_ends_with_its_folder_when_told);
    RUN(its_output_goes_to_the_log);
    RUN(a_server_deaf_to_sigterm_is_killed);
    RUN(what_the_server_forked_ends_with_it);
    RUN(a_program_that_cannot_run_is_an_error);
    RUN(nothing_of_ours_is_inherited);
    RUN(a_killed_parent_leaves_nothing);
    RUN(signals_do_not_end_the_guardian);
    RUN(a_killed_guardian_takes_the_server_along);
    RUN(a_folder_is_short_and_absolute);
    RUN(the_guardian_makes_the_folder);
    RUN(what_is_there_already_is_left_alone);
    RUN(a_folder_that_cannot_be_is_said);
    RUN(what_is_written_is_what_a_child_reads);
    RUN(the_environment_of_a_child_is_ours_but_for);
    RUN(a_child_that_reads_no_more_is_told_by_the_pipe);
    buf_release(&out);
    return t_end();
}
