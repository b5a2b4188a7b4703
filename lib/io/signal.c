/* SPDX-License-Identifier: BSD-3-Clause */
/* Signals as flags. See signal.h. A signal's disposition belongs to the process, so its flag has to
 * be a global: the one place in lib that has any. The pipe closes the gap between looking at the
 * flag and going to sleep, in which a signal would otherwise be slept through. */
#include "io/signal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

static atomic_int stop_signal;
static atomic_bool pause_asked;
static atomic_uint stop_count; /* of both */
static atomic_int continued;
static int wake_pipe[2] = {-1, -1}, screen_pipe[2] = {-1, -1};

static void wake(void) {
    if (write(wake_pipe[1], "", 1) < 0) { /* full: it is readable already */
    }
}

static void on_stop(int sig) {
    int saved = errno;
    atomic_store(&stop_signal, sig);
    atomic_fetch_add(&stop_count, 1);
    wake();
    errno = saved;
}

static void on_pause(int sig) {
    int saved = errno;
    (void)sig;
    atomic_store(&pause_asked, true);
    atomic_fetch_add(&stop_count, 1);
    wake();
    errno = saved;
}

/* A background job or nohup hands signals down ignored, and they must stay so. */
static bool is_ignored(int sig) {
    struct sigaction old;
    return sigaction(sig, NULL, &old) == 0 && old.sa_handler == SIG_IGN;
}

static void set_action(int sig, void (*handler)(int)) {
    struct sigaction action = {.sa_handler = handler}; /* no SA_RESTART: waits must end */
    sigemptyset(&action.sa_mask);
    sigaction(sig, &action, NULL);
}

static void set_flags(int fd) {
    fcntl(fd, F_SETFL, O_NONBLOCK);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
}

static void open_pipe(int ends[2]) {
    if (ends[0] >= 0 || pipe(ends) < 0) return;
    set_flags(ends[0]);
    set_flags(ends[1]);
}

static void drain(int fd) {
    char scrap[64];
    while (fd >= 0 && read(fd, scrap, sizeof scrap) > 0) {
    }
}

void signal_setup(void) {
    open_pipe(wake_pipe);
    set_action(SIGPIPE, SIG_IGN);
    set_action(SIGTERM, on_stop);
    if (!is_ignored(SIGINT)) set_action(SIGINT, on_stop);
    if (!is_ignored(SIGHUP)) set_action(SIGHUP, on_stop);
}

int signal_stop(void) {
    return atomic_load(&stop_signal);
}

int signal_fd(void) {
    return wake_pipe[0];
}

unsigned signal_count(void) {
    return atomic_load(&stop_count);
}

static void drain_pipe(void) {
    drain(wake_pipe[0]);
    if (signal_stop() || signal_pause_asked()) wake(); /* its byte is gone */
}

void signal_clear(void) {
    atomic_store(&stop_signal, 0);
    drain_pipe();
}

static void on_screen(int sig) {
    int saved = errno;
    if (sig == SIGCONT) atomic_store(&continued, 1);
    if (write(screen_pipe[1], "", 1) < 0) { /* full: it is readable already */
    }
    errno = saved;
}

int signal_screen_fd(void) {
    open_pipe(screen_pipe);
    if (screen_pipe[0] < 0) return -1;
    set_action(SIGWINCH, on_screen);
    set_action(SIGCONT, on_screen);
    return screen_pipe[0];
}

bool signal_screen_clear(void) {
    drain(screen_pipe[0]);
    return atomic_exchange(&continued, 0);
}

void signal_reraise(int sig) {
    sigset_t only;
    set_action(sig, SIG_DFL);
    sigemptyset(&only);
    sigaddset(&only, sig);
    sigprocmask(SIG_UNBLOCK, &only, NULL);
    raise(sig);
}

void signal_catch_pause(void) {
    if (!is_ignored(SIGTSTP)) set_action(SIGTSTP, on_pause);
}

bool signal_pause_asked(void) {
    return atomic_load(&pause_asked);
}

void signal_pause(void) {
    raise(SIGSTOP); /* SIGTSTP would be passed over where no shell waits for the process group */
    atomic_store(&pause_asked, false);
    drain_pipe();
}
