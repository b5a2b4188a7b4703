/* SPDX-License-Identifier: BSD-3-Clause */
/* Another program that has the terminal for a while. See child.h. */
#include "io/child.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "io/signal.h"

enum { SHELL_FAILED = 127, SCRIPT_MAX = 4096 };

/* In the child, between fork and exec: only calls that are safe there. */
static void become(const char *script, const char *argument, char **environment) {
    sigset_t none;
    signal(SIGPIPE, SIG_DFL); /* ignored by us, and that would be inherited */
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execle("/bin/sh", "sh", "-c", script, "sh", argument, (char *)NULL, environment);
    _exit(SHELL_FAILED);
}

/* Its wait status. */
static int wait_for(pid_t pid) {
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
        int sig = signal_stop();
        if (sig == SIGINT)
            signal_clear();
        else if (sig)
            kill(pid, sig);
    }
    if (signal_stop() == SIGINT) signal_clear();
    return status;
}

static int judge(int status, const char *command, struct err *e) {
    if (WIFSIGNALED(status))
        return err_set(e, VK_EFILE, "'%s' died by signal %d", command, WTERMSIG(status));
    if (WEXITSTATUS(status) == SHELL_FAILED)
        return err_set(e, VK_EFILE, "cannot run '%s'", command);
    if (WEXITSTATUS(status))
        return err_set(e, VK_EFILE, "'%s' ended with exit code %d", command, WEXITSTATUS(status));
    return 0;
}

int child_terminal(const char *command, const char *argument, const struct child_opts *o,
                   struct err *e) {
    struct termios modes;
    char script[SCRIPT_MAX];
    int n = snprintf(script, sizeof script, "%s \"$1\"", command);
    if (n < 0 || n >= SCRIPT_MAX) return err_set(e, VK_EFILE, "the command is too long");
    bool terminal = tcgetattr(STDIN_FILENO, &modes) == 0;
    char **environment = child_environment(o);
    pid_t pid = fork();
    if (pid == 0) become(script, argument, environment);
    free(environment);
    if (pid < 0) return err_sys(e, VK_EFILE, "cannot start a process");
    int status = wait_for(pid);
    if (terminal) tcsetattr(STDIN_FILENO, TCSADRAIN, &modes);
    return judge(status, command, e);
}
