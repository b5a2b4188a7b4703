/* SPDX-License-Identifier: BSD-3-Clause */
/* Two commands in turn, A B A B ..., each a whole process: medians of wall and CPU time and of peak
 * memory, and the ratio A/B. Standard output goes through a pipe that is drained (so that both
 * write to a pipe), standard input comes from a file.
 *
 *   pair RUNS INPUT 'command A' 'command B'        (INPUT - = /dev/null; commands run by sh -c
 * exec)
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"

struct figures {
    double wall_ms, cpu_ms, peak_mib;
};

static double cpu_ms(const struct rusage *u) {
    return (double)(u->ru_utime.tv_sec + u->ru_stime.tv_sec) * 1e3 +
           (double)(u->ru_utime.tv_usec + u->ru_stime.tv_usec) / 1e3;
}

static _Noreturn void child(const char *command, const char *input, int out) {
    size_t len = strlen(command) + 8;
    char *line = mem_alloc(len);
    int in = open(strcmp(input, "-") ? input : "/dev/null", O_RDONLY);
    if (in < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0) _exit(126);
    snprintf(line, len, "exec %s", command);
    execl("/bin/sh", "sh", "-c", line, (char *)NULL);
    _exit(127);
}

static struct figures run(const char *command, const char *input) {
    static char drain[1 << 16];
    int fds[2], status;
    struct rusage usage;
    if (pipe(fds)) exit(1);
    int64_t start = clock_now_ns();
    pid_t pid = fork();
    if (pid == 0) {
        close(fds[0]);
        child(command, input, fds[1]);
    }
    close(fds[1]);
    while (read(fds[0], drain, sizeof drain) > 0) {
    }
    close(fds[0]);
    while (wait4(pid, &status, 0, &usage) < 0 && errno == EINTR) {
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fprintf(stderr, "pair: '%s' failed (status %d)\n", command, status);
        exit(1);
    }
    return (struct figures){(double)(clock_now_ns() - start) / 1e6, cpu_ms(&usage),
                            (double)usage.ru_maxrss / 1024};
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(const struct figures *f, int n, size_t member) {
    double *v = mem_zalloc((size_t)n, sizeof *v);
    for (int i = 0; i < n; i++)
        memcpy(&v[i], (const char *)&f[i] + member, sizeof *v);
    qsort(v, (size_t)n, sizeof *v, by_value);
    double middle = n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
    free(v);
    return middle;
}

int main(int argc, char **argv) {
    int64_t runs;
    if (argc != 5 || str_to_i64(argv[1], strlen(argv[1]), &runs) || runs < 1) {
        fprintf(stderr, "usage: pair RUNS INPUT 'command A' 'command B'\n");
        return 2;
    }
    struct figures *a = mem_zalloc((size_t)runs, sizeof *a),
                   *b = mem_zalloc((size_t)runs, sizeof *b);
    for (int64_t i = 0; i < runs; i++) {
        a[i] = run(argv[3], argv[2]);
        b[i] = run(argv[4], argv[2]);
    }
    const struct {
        const char *name;
        size_t at;
    } rows[] = {{"wall ms", offsetof(struct figures, wall_ms)},
                {"cpu ms", offsetof(struct figures, cpu_ms)},
                {"peak MiB", offsetof(struct figures, peak_mib)}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double x = median(a, (int)runs, rows[i].at), y = median(b, (int)runs, rows[i].at);
        printf("  %-8s %10.2f  peer %10.2f  ratio %.3f\n", rows[i].name, x, y, x / y);
    }
    free(a);
    free(b);
    return 0;
}
