/* SPDX-License-Identifier: BSD-3-Clause */
/* A server that ends with us. Between us and it stands a guardian: a fork of ours in a session of
 * its own, that holds the reading end of a pipe (the lifeline) whose writing end only we hold. The
 * kernel closes that end however we die, and then the guardian ends the server and removes its
 * folder, which it has made itself. The invariant: nobody but us holds the lifeline's writing end,
 * so guardian and server close all they inherit. Should the guardian itself be killed, the kernel
 * kills the server (PR_SET_PDEATHSIG). */
#include "io/child.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "io/file.h"

enum { GRACE_MS = 3000, LAST_FD = 65535 };

/* What the guardian works on. */
struct guard {
    const char *const *argv;
    const char *folder, *log_path;
    int lifeline; /* reading end */
    int status;   /* writing end */
    int exec;     /* writing end: struct failure, or the end of file of a good start */
    pid_t server;
};

struct failure {
    int sys; /* errno, 0 = none */
    bool folder;
};

static void tell_failure(const struct guard *g, int sys, bool folder) {
    const struct failure f = {.sys = sys, .folder = folder};
    if (write(g->exec, &f, sizeof f) < 0) _exit(2);
}

/* ---- the server's process, before it becomes the server ---- */

static void close_from(int first) {
#ifdef SYS_close_range
    if (syscall(SYS_close_range, (unsigned)first, ~0u, 0u) == 0) return;
#endif
    for (int fd = first; fd <= LAST_FD; fd++)
        close(fd);
}

/* Move fd to number `to`, so that everything above can be closed. */
static int move_fd(int fd, int to) {
    if (fd == to) return fd;
    int moved = dup2(fd, to);
    close(fd);
    return moved;
}

static void default_signals(void) {
    sigset_t none;
    sigemptyset(&none);
    for (int sig = 1; sig < NSIG; sig++)
        signal(sig, SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void become_server(const struct guard *g, pid_t guardian) {
    int log = open(g->log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    setpgid(0, 0);
    default_signals();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != guardian) _exit(1); /* it was gone before prctl could notice */
    if (log >= 0 && dup2(log, STDOUT_FILENO) >= 0 && dup2(log, STDERR_FILENO) >= 0)
        execvp(g->argv[0], (char *const *)(uintptr_t)g->argv);
    tell_failure(g, errno, false);
    _exit(1);
}

/* ---- the guardian ---- */

static void on_child(int sig) {
    (void)sig; /* only interrupts ppoll */
}

/* Signals that are sent to end us are not for the guardian; the lifeline tells it. SIGCHLD comes
 * only inside ppoll. */
static void guard_signals(void) {
    static const int ignored[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGTERM, SIGPIPE, SIGTSTP,
                                  SIGTTIN, SIGTTOU, SIGUSR1, SIGUSR2, SIGALRM};
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        signal(ignored[i], SIG_IGN);
    struct sigaction act = {.sa_handler = on_child};
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGCHLD);
    sigprocmask(SIG_SETMASK, &blocked, NULL);
    sigaction(SIGCHLD, &act, NULL);
}

/* Keep /dev/null and the three pipes, as 0 to 5, and nothing of our parent's: neither its lifeline
 * nor its output, which whoever reads it waits for the end of. */
static void keep_own_fds(struct guard *g) {
    enum { FIRST_FREE = 6 };
    int *own[] = {&g->lifeline, &g->status, &g->exec};
    for (int i = 0; i < 3; i++) { /* out of the way of the final numbers */
        int fd = fcntl(*own[i], F_DUPFD_CLOEXEC, FIRST_FREE);
        if (fd >= 0) *own[i] = fd;
    }
    int null = open("/dev/null", O_RDWR);
    for (int fd = 0; fd < 3; fd++)
        dup2(null, fd);
    for (int i = 0; i < 3; i++)
        *own[i] = move_fd(*own[i], 3 + i);
    close_from(FIRST_FREE);
    for (int i = 0; i < 3; i++)
        fcntl(*own[i], F_SETFD, FD_CLOEXEC);
}

/* It has ended, and stays a zombie: its number, and its group's, are not given to others. */
static bool server_ended(const struct guard *g) {
    siginfo_t info = {0};
    if (waitid(P_PID, (id_t)g->server, &info, WEXITED | WNOHANG | WNOWAIT) < 0)
        return errno != EINTR;
    return info.si_pid == g->server;
}

/* Sleep until a child ends, the lifeline ends (true), or the time is over. */
static bool watch(const struct guard *g, bool with_lifeline, int64_t until_ns) {
    struct pollfd p = {.fd = g->lifeline, .events = POLLIN};
    struct timespec left;
    int64_t left_ns = until_ns - clock_now_ns();
    sigset_t open;
    if (until_ns && left_ns <= 0) return false;
    left =
        (struct timespec){.tv_sec = left_ns / CLOCK_NS_PER_S, .tv_nsec = left_ns % CLOCK_NS_PER_S};
    sigemptyset(&open);
    int n = ppoll(&p, with_lifeline, until_ns ? &left : NULL, &open);
    return n > 0;
}

static void end_server(const struct guard *g) {
    int64_t until_ns = clock_now_ns() + GRACE_MS * CLOCK_NS_PER_MS;
    kill(g->server, SIGTERM);
    while (!server_ended(g) && clock_now_ns() < until_ns)
        watch(g, false, until_ns);
    kill(-g->server, SIGKILL); /* with what it may have forked */
    kill(g->server, SIGKILL);
    while (waitpid(g->server, NULL, 0) < 0 && errno == EINTR)
        continue;
}

static void be_guardian(struct guard *g) {
    pid_t self;
    bool told = false;
    setsid();
    guard_signals();
    keep_own_fds(g);
    self = getpid();
    if (mkdir(g->folder, 0700) < 0) {
        tell_failure(g, errno, true);
        _exit(1);
    }
    g->server = fork();
    if (g->server == 0) become_server(g, self);
    if (g->server < 0) tell_failure(g, errno, false);
    close(g->exec);
    while (g->server > 0 && !told && !server_ended(g))
        told = watch(g, true, 0);
    close(g->status); /* the end of file says that the server has ended, or soon will have */
    while (!told)     /* the folder stays until our parent has read why */
        told = watch(g, true, 0);
    if (g->server > 0) end_server(g);
    file_remove_tree(g->folder);
    _exit(0);
}

/* ---- our side ---- */

int child_guard_folder(const char *prefix, size_t max_len, char **path, struct err *e) {
    const char *parent = getenv("TMPDIR");
    char name[PATH_MAX];
    uint64_t number = 0;
    if (!parent || !*parent) parent = "/tmp";
    char *absolute = realpath(parent, NULL);
    if (!absolute || getrandom(&number, sizeof number, 0) < 0) {
        err_sys(e, VK_EFILE, "cannot create a folder in '%.100s'", parent);
        free(absolute);
        return VK_EFILE;
    }
    int len = snprintf(name, sizeof name, "%s/%s-%016" PRIx64, absolute, prefix, number);
    if (len < 0 || (size_t)len > max_len)
        snprintf(name, sizeof name, "/tmp/%s-%016" PRIx64, prefix, number);
    free(absolute);
    *path = mem_strdup(name);
    return 0;
}

static void close_pair(int pair[2]) {
    for (int i = 0; i < 2; i++)
        if (pair[i] >= 0) close(pair[i]);
}

/* Wait until the server's process has become the server, or why it has not. */
static struct failure start_failure(int fd) {
    struct failure f = {.sys = 0};
    ssize_t n;
    while ((n = read(fd, &f, sizeof f)) < 0 && errno == EINTR)
        continue;
    return n == sizeof f ? f : (struct failure){.sys = 0};
}

int child_guard(const char *const *argv, const char *folder, const char *log_path,
                struct child_guarded *out, struct err *e) {
    int lifeline[2] = {-1, -1}, status[2] = {-1, -1}, exec[2] = {-1, -1};
    struct child_guarded g = {.guardian = -1};
    if (pipe2(lifeline, O_CLOEXEC) == 0 && pipe2(status, O_CLOEXEC) == 0 &&
        pipe2(exec, O_CLOEXEC) == 0)
        g.guardian = fork();
    if (g.guardian == 0)
        be_guardian(&(struct guard){.argv = argv,
                                    .folder = folder,
                                    .log_path = log_path,
                                    .lifeline = lifeline[0],
                                    .status = status[1],
                                    .exec = exec[1]});
    if (g.guardian < 0) {
        err_sys(e, VK_EFILE, "cannot start '%s'", argv[0]);
        close_pair(lifeline);
        close_pair(status);
        close_pair(exec);
        return VK_EFILE;
    }
    close(lifeline[0]);
    close(status[1]);
    close(exec[1]);
    g.lifeline = lifeline[1];
    g.status = status[0];
    struct failure f = start_failure(exec[0]);
    close(exec[0]);
    if (f.sys) {
        errno = f.sys;
        err_sys(e, VK_EFILE, f.folder ? "cannot create folder '%s'" : "cannot start '%s'",
                f.folder ? folder : argv[0]);
        child_guard_end(&g);
        return VK_EFILE;
    }
    *out = g;
    return 0;
}

bool child_guard_ended(const struct child_guarded *g) {
    struct pollfd p = {.fd = g->status, .events = POLLIN};
    return poll(&p, 1, 0) > 0;
}

void child_guard_end(struct child_guarded *g) {
    if (g->guardian <= 0) return;
    close(g->lifeline);
    while (waitpid(g->guardian, NULL, 0) < 0 && errno == EINTR)
        continue;
    close(g->status);
    *g = (struct child_guarded){.guardian = -1, .lifeline = -1, .status = -1};
}
