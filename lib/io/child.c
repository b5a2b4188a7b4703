/* SPDX-License-Identifier: BSD-3-Clause */
/* Running another program for its output, and looking for one in PATH. A server that must not
 * outlive us is child_guard.c's. The invariant: whatever happens, child_capture leaves no process
 * of its own group behind, and no byte of the output in an error text or in memory of its own. */
#include "io/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "io/signal.h"

enum {
    READ_BYTES = 4096,
    FIRST_NAP_NS = 200 * 1000, /* between two looks whether the child has ended; doubles ... */
    LAST_NAP_NS = 20 * 1000 * 1000,
    SHELL_FAILED = 127,
    PATH_MAX_BYTES = 4096,
};

/* In the child, between fork and exec: only calls that are safe there. */
static void become_shell(const char *command, int output) {
    /* in a group of its own so that all of it can be killed; that group is in the terminal's
     * background, where a read from it is better an error than a stop for ever */
    setpgid(0, 0);
    signal(SIGTTIN, SIG_IGN);
    signal(SIGTTOU, SIG_IGN);
    signal(SIGPIPE, SIG_DFL); /* ignored by us, and that would be inherited */
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    int null = open("/dev/null", O_RDONLY);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0)
        _exit(SHELL_FAILED);
    if (null > STDERR_FILENO) close(null);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(SHELL_FAILED);
}

static int start(const char *command, pid_t *pid, int *output, struct err *e) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) return err_sys(e, VK_EFILE, "cannot make a pipe");
    *pid = fork();
    if (*pid == 0) become_shell(command, ends[1]);
    close(ends[1]);
    if (*pid < 0) {
        close(ends[0]);
        return err_sys(e, VK_EFILE, "cannot start a process");
    }
    setpgid(*pid, *pid); /* here too: whoever comes first */
    *output = ends[0];
    return 0;
}

static int too_late(struct err *e) {
    return err_set(e, VK_ETIMEOUT, "command did not end in time");
}

/* 0 when fd is readable (or at its end). */
static int wait_readable(int fd, int64_t deadline_ns, struct err *e) {
    struct pollfd p = {.fd = fd, .events = POLLIN};
    for (;;) {
        int64_t left_ms = (deadline_ns - clock_now_ns()) / CLOCK_NS_PER_MS + 1;
        if (left_ms <= 0) return too_late(e);
        int n = poll(&p, 1, left_ms > 1000 ? 1000 : (int)left_ms);
        if (n > 0) return 0;
        if (signal_stop()) return err_set(e, VK_ECANCEL, "interrupted");
        if (n < 0 && errno != EINTR) return err_sys(e, VK_EFILE, "cannot wait for a command");
    }
}

static int read_output(int fd, struct buf *out, int64_t deadline_ns, struct err *e) {
    char bytes[READ_BYTES];
    int code;
    while ((code = wait_readable(fd, deadline_ns, e)) == 0) {
        ssize_t n = read(fd, bytes, sizeof bytes);
        if (n == 0) break;
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) code = err_sys(e, VK_EFILE, "cannot read a command's output");
        if (n > 0 && buf_add(out, bytes, (size_t)n) < 0)
            code = err_set(e, VK_EFILE, "command printed more than %zu bytes", out->max);
        if (code < 0) break;
    }
    mem_wipe(bytes, sizeof bytes);
    return code;
}

/* The child has closed its output; its end is a matter of microseconds, as a rule. */
static int wait_end(pid_t pid, int *status, int64_t deadline_ns, struct err *e) {
    for (int64_t nap_ns = FIRST_NAP_NS;; nap_ns = nap_ns < LAST_NAP_NS ? nap_ns * 2 : nap_ns) {
        pid_t ended = waitpid(pid, status, WNOHANG);
        if (ended == pid) return 0;
        if (ended < 0 && errno != EINTR) return err_sys(e, VK_EFILE, "cannot wait for a command");
        if (signal_stop()) return err_set(e, VK_ECANCEL, "interrupted");
        if (clock_now_ns() >= deadline_ns) return too_late(e);
        nanosleep(&(struct timespec){.tv_nsec = (long)nap_ns}, NULL);
    }
}

static int judge(int status, struct err *e) {
    if (WIFSIGNALED(status))
        return err_set(e, VK_EFILE, "command was killed by signal %d (%s)", WTERMSIG(status),
                       strsignal(WTERMSIG(status)));
    if (WEXITSTATUS(status))
        return err_set(e, VK_EFILE, "command failed with exit code %d", WEXITSTATUS(status));
    return 0;
}

int child_capture(const char *command, struct buf *out, int64_t timeout_ms, struct err *e) {
    int64_t deadline_ns = clock_now_ns() + timeout_ms * CLOCK_NS_PER_MS;
    pid_t pid = 0;
    int output = -1, status = 0;
    int code = start(command, &pid, &output, e);
    if (code < 0) return code;
    code = read_output(output, out, deadline_ns, e);
    close(output);
    if (code == 0) {
        code = wait_end(pid, &status, deadline_ns, e);
        if (code == 0) return judge(status, e);
    }
    kill(-pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return code;
}

static bool is_program(const char *path) {
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

bool child_in_path(const char *name) {
    const char *path = getenv("PATH");
    if (strchr(name, '/')) return is_program(name);
    for (const char *p = path; p && *name;) {
        char full[PATH_MAX_BYTES];
        size_t len = strcspn(p, ":"), name_len = strlen(name);
        if (len + name_len + 2 <= sizeof full) {
            memcpy(full, p, len);
            full[len] = '/';
            memcpy(full + len + 1, name, name_len + 1);
            if (is_program(len ? full : name)) return true;
        }
        p = p[len] ? p + len + 1 : NULL;
    }
    return false;
}
