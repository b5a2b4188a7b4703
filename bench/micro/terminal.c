/* SPDX-License-Identifier: BSD-3-Clause */
/* How long a program at a terminal takes: each run starts it on a pseudo-terminal and waits for a
 * text; with keys, it then types them and waits for a second text. Medians in ms, and the program's
 * CPU time. Serves bench/vk_shell.sh.
 *     terminal RUNS TEXT [-k KEYS TEXT2] COMMAND ARG... */
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/msg.h"
#include "base/str.h"

enum { RUNS_MAX = 1000, SCREEN_MAX = 1 << 22, PATIENCE_MS = 20000 };

struct job {
    const char *first, *keys, *second;
    char **argv;
};

struct result {
    double first_ms, second_ms, cpu_ms;
};

/* Bytes that the program has written so far; programs ask the terminal where its cursor is. */
struct screen {
    int fd;
    size_t len;
    char text[SCREEN_MAX];
};

static void answer(struct screen *s, size_t from) {
    static const char question[] = "\x1b[6n", reply[] = "\x1b[1;1R";
    if (memmem(s->text + from, s->len - from, question, sizeof question - 1) &&
        write(s->fd, reply, sizeof reply - 1) < 0)
        msg_die(2, "cannot write to the terminal");
}

static double await(struct screen *s, size_t from, const char *text, int64_t began_ns) {
    for (;;) {
        struct pollfd p = {.fd = s->fd, .events = POLLIN};
        if (memmem(s->text + from, s->len - from, text, strlen(text)))
            return (double)(clock_now_ns() - began_ns) / CLOCK_NS_PER_MS;
        if (poll(&p, 1, PATIENCE_MS) <= 0) msg_die(1, "'%s' does not appear", text);
        ssize_t n = read(s->fd, s->text + s->len, sizeof s->text - s->len);
        if (n <= 0) msg_die(1, "the program ended before '%s'", text);
        s->len += (size_t)n;
        answer(s, s->len - (size_t)n);
    }
}

static void run(const struct job *j, struct result *r) {
    static struct screen s;
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    struct rusage used;
    int64_t began_ns = clock_now_ns();
    s.len = 0;
    pid_t pid = forkpty(&s.fd, NULL, NULL, &size);
    if (pid < 0) msg_die(2, "cannot make a terminal");
    if (!pid) {
        execvp(j->argv[0], j->argv);
        _exit(127);
    }
    r->first_ms = await(&s, 0, j->first, began_ns);
    if (j->keys) {
        size_t from = s.len;
        began_ns = clock_now_ns();
        if (write(s.fd, j->keys, strlen(j->keys)) < 0) msg_die(2, "cannot type");
        r->second_ms = await(&s, from, j->second, began_ns);
    }
    kill(pid, SIGKILL);
    wait4(pid, NULL, 0, &used);
    r->cpu_ms = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e3 +
                (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e3;
    close(s.fd);
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, int n) {
    qsort(values, (size_t)n, sizeof *values, by_size);
    return values[n / 2];
}

int main(int argc, char **argv) {
    static double first[RUNS_MAX], second[RUNS_MAX], cpu[RUNS_MAX];
    struct job j = {0};
    struct result r = {0};
    int64_t runs;
    msg_program("terminal");
    if (argc < 4 || str_to_i64(argv[1], strlen(argv[1]), &runs) < 0 || runs < 1 || runs > RUNS_MAX)
        msg_die(2, "usage: terminal RUNS TEXT [-k KEYS TEXT2] COMMAND ARG...");
    j.first = argv[2];
    j.argv = argv + 3;
    if (argc > 6 && !strcmp(argv[3], "-k")) {
        j.keys = argv[4];
        j.second = argv[5];
        j.argv = argv + 6;
    }
    for (int i = 0; i < runs; i++) {
        run(&j, &r);
        first[i] = r.first_ms;
        second[i] = r.second_ms;
        cpu[i] = r.cpu_ms;
    }
    printf("%.3f %.3f %.3f\n", median(first, (int)runs), median(second, (int)runs),
           median(cpu, (int)runs));
    return 0;
}
