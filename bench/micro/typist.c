/* SPDX-License-Identifier: BSD-3-Clause */
/* Types at a program on a terminal of its own and tells what a key costs: the line first, then KEYS
 * times a letter or its deletion, each when what the one before made the program write has come.
 * CPU time of the program, of a run with those keys less one without; wall time from the key to the
 * first byte of the redrawn line.
 *
 *   typist KEYS LINE_FILE 'command'        (a prompt that ends in "> "; Ctrl-D ends it)
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "io/file.h"

enum { QUIET_MS = 300, LATE_MS = 10000, CTRL_C = 3, CTRL_D = 4, DELETE = 127 };
#define LINE_MAX_BYTES ((size_t)1 << 24)

struct figures {
    double cpu_us, key_us; /* of the whole run; of all keys until the first byte of the answer */
};

static void fail(const char *what) {
    fprintf(stderr, "typist: %s\n", what);
    exit(1);
}

static pid_t start(const char *command, int *terminal) {
    *terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (*terminal < 0 || grantpt(*terminal) < 0 || unlockpt(*terminal) < 0) fail("no terminal");
    const struct winsize size = {.ws_row = 24, .ws_col = 80};
    ioctl(*terminal, TIOCSWINSZ, &size);
    pid_t pid = fork();
    if (pid < 0) fail("cannot fork");
    if (pid > 0) return pid;
    setsid();
    int fd = open(ptsname(*terminal), O_RDWR);
    for (int i = 0; i < 3; i++)
        if (dup2(fd, i) < 0) _exit(126);
    setenv("TERM", "xterm", 1);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

/* What comes until it is quiet for so long; the first wait may be long. */
static void take(int terminal, int quiet_ms) {
    char scrap[1 << 16];
    struct pollfd p = {.fd = terminal, .events = POLLIN};
    for (int wait = LATE_MS; poll(&p, 1, wait) > 0; wait = quiet_ms)
        if (read(terminal, scrap, sizeof scrap) <= 0) return;
}

/* The line goes in pieces, and what comes back is taken, or both sides would wait. */
static void type_line(int terminal, const struct buf *line) {
    for (size_t at = 0; at < line->len;) {
        size_t n = line->len - at < 1024 ? line->len - at : 1024;
        ssize_t done = write(terminal, line->p + at, n);
        if (done < 0) fail("cannot write to the terminal");
        at += (size_t)done;
        take(terminal, 0);
    }
    take(terminal, QUIET_MS);
}

static void type_key(int terminal, char key) {
    if (write(terminal, &key, 1) != 1) fail("cannot write to the terminal");
}

static struct figures run(const char *command, const struct buf *line, int64_t n_keys) {
    struct figures f = {0};
    struct rusage used;
    int terminal, status;
    pid_t pid = start(command, &terminal);
    take(terminal, QUIET_MS);
    type_line(terminal, line);
    struct pollfd p = {.fd = terminal, .events = POLLIN};
    for (int64_t i = 0; i < n_keys; i++) {
        int64_t from = clock_now_ns();
        type_key(terminal, i % 2 ? DELETE : 'x');
        if (poll(&p, 1, LATE_MS) <= 0) fail("no answer to a key");
        f.key_us += (double)(clock_now_ns() - from) / 1e3;
        take(terminal, 0);
    }
    type_key(terminal, CTRL_C);
    take(terminal, QUIET_MS);
    type_key(terminal, CTRL_D);
    take(terminal, QUIET_MS);
    close(terminal);
    if (wait4(pid, &status, 0, &used) < 0) fail("cannot wait");
    f.cpu_us = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e6 +
               (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
    return f;
}

int main(int argc, char **argv) {
    int64_t n_keys;
    struct buf line;
    struct err e;
    if (argc != 4 || str_to_i64(argv[1], strlen(argv[1]), &n_keys) || n_keys < 1) {
        fprintf(stderr, "usage: typist KEYS LINE_FILE 'command'\n");
        return 2;
    }
    buf_init(&line, LINE_MAX_BYTES);
    if (file_read_all(argv[2], &line, &e) < 0) fail(e.text);
    struct figures without = run(argv[3], &line, 0), with = run(argv[3], &line, n_keys);
    printf("  %zu bytes: %.0f us CPU a key, %.0f us until the line begins to be redrawn\n",
           line.len, (with.cpu_us - without.cpu_us) / (double)n_keys, with.key_us / (double)n_keys);
    buf_release(&line);
    return 0;
}
