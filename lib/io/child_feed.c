/* SPDX-License-Identifier: BSD-3-Clause */
/* A program that reads what we write. It stays in our process group, which is the terminal's
 * foreground: it can read keys, Ctrl-C reaches both of us, and Ctrl-Z stops both. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/child.h"
#include "io/signal.h"

enum { SHELL_FAILED = 127, SHELL_KILLED = 128 };

/* In the child, between fork and exec: only calls that are safe there. */
static void become_shell(const char *command, int input, char **environment) {
    sigset_t none;
    signal(SIGPIPE, SIG_DFL); /* ignored by us, and that would be inherited */
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (dup2(input, STDIN_FILENO) < 0) _exit(SHELL_FAILED);
    execle("/bin/sh", "sh", "-c", command, (char *)NULL, environment);
    _exit(SHELL_FAILED);
}

int child_feed_start(const char *command, const struct child_opts *o, struct child_feed *out,
                     struct err *e) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) return err_sys(e, VK_EFILE, "cannot make a pipe");
    char **environment = child_environment(o);
    pid_t pid = fork();
    if (pid == 0) become_shell(command, ends[0], environment);
    free(environment);
    close(ends[0]);
    if (pid < 0) {
        close(ends[1]);
        return err_sys(e, VK_EFILE, "cannot start a process");
    }
    fcntl(ends[1], F_SETFL, O_NONBLOCK); /* so that a signal can end the wait for a slow reader */
    *out = (struct child_feed){.pid = pid, .fd = ends[1]};
    out->on_terminal = tcgetattr(STDIN_FILENO, &out->modes) == 0;
    return 0;
}

void child_feed_close(struct child_feed *f) {
    if (f->fd >= 0) close(f->fd);
    f->fd = -1;
}

/* By a signal, or so sh says of what it ran. */
static bool was_killed(int status) {
    return WIFSIGNALED(status) || (WIFEXITED(status) && WEXITSTATUS(status) > SHELL_KILLED);
}

int child_feed_end(struct child_feed *f) {
    int status = 0;
    bool told = false;
    child_feed_close(f);
    do {
        int sig = signal_stop();
        if (sig && sig != SIGINT && !told) /* the terminal's Ctrl-C has reached it by itself */
            told = kill(f->pid, SIGTERM) == 0;
    } while (waitpid(f->pid, &status, 0) < 0 && errno == EINTR);
    f->pid = 0;
    if (f->on_terminal && was_killed(status)) tcsetattr(STDIN_FILENO, TCSADRAIN, &f->modes);
    return status;
}
