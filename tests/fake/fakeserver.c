/* SPDX-License-Identifier: BSD-3-Clause */
/* A server that does what a real one cannot be made to do: drip bytes, lie, hang up, stay silent.
 * It listens on a free loopback port, prints it, and plays the same list of actions on every
 * connection:
 *
 *   read          wait for bytes and drop them       send:TEXT       \r \n \xhh are undone
 *   sleep:MS                                         drip:MS:TEXT    one byte every MS milliseconds
 *   hold          wait until the peer hangs up       fill:N          N bytes 'x'
 *   reset         end with a TCP reset               (the end of the list closes)
 *   serve:FILE    append what comes to FILE, and answer every command with +OK
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static void pause_ms(long ms) {
    struct timespec t = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&t, NULL);
}

/* Undo escapes in place; returns the length. */
static size_t undo(char *text) {
    char *to = text;
    for (const char *p = text; *p; p++) {
        if (*p != '\\') {
            *to++ = *p;
            continue;
        }
        p++;
        if (*p == 'x') {
            char hex[3] = {p[1], p[2], 0};
            *to++ = (char)strtol(hex, NULL, 16);
            p += 2;
        } else {
            *to++ = *p == 'r' ? '\r' : *p == 'n' ? '\n' : *p;
        }
    }
    return (size_t)(to - text);
}

static int send_all(int fd, const char *p, size_t n) {
    while (n) {
        ssize_t sent = write(fd, p, n);
        if (sent <= 0) return -1;
        p += sent;
        n -= (size_t)sent;
    }
    return 0;
}

static int drip(int fd, const char *spec) {
    char *rest;
    long ms = strtol(spec, &rest, 10);
    char *text = strdup(rest + 1);
    size_t n = undo(text);
    int code = 0;
    for (size_t i = 0; i < n && code == 0; i++) {
        code = send_all(fd, text + i, 1);
        pause_ms(ms);
    }
    free(text);
    return code;
}

static int fill(int fd, long n) {
    static char block[65536];
    memset(block, 'x', sizeof block);
    for (; n > 0; n -= (long)sizeof block)
        if (send_all(fd, block, n < (long)sizeof block ? (size_t)n : sizeof block)) return -1;
    return 0;
}

static int wait_bytes(int fd) {
    char bytes[65536];
    return read(fd, bytes, sizeof bytes) > 0 ? 0 : -1;
}

/* A command is counted at each '*' that begins a line. */
static int serve(int fd, const char *path) {
    char bytes[65536], before = '\n';
    FILE *file = fopen(path, "a");
    if (!file) return perror(path), -1;
    for (ssize_t n; (n = read(fd, bytes, sizeof bytes)) > 0;) {
        fwrite(bytes, 1, (size_t)n, file);
        fflush(file);
        for (ssize_t i = 0; i < n; before = bytes[i++])
            if (before == '\n' && bytes[i] == '*' && send_all(fd, "+OK\r\n", 5)) break;
    }
    fclose(file);
    return -1;
}

static int play(int fd, const char *action) {
    char *text;
    int code;
    if (!strcmp(action, "read")) return wait_bytes(fd);
    if (!strncmp(action, "sleep:", 6)) return pause_ms(strtol(action + 6, NULL, 10)), 0;
    if (!strncmp(action, "serve:", 6)) return serve(fd, action + 6);
    if (!strncmp(action, "drip:", 5)) return drip(fd, action + 5);
    if (!strncmp(action, "fill:", 5)) return fill(fd, strtol(action + 5, NULL, 10));
    if (!strcmp(action, "hold")) {
        while (wait_bytes(fd) == 0) {
        }
        return -1;
    }
    if (!strcmp(action, "reset")) {
        struct linger hard = {1, 0};
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        return -1;
    }
    if (strncmp(action, "send:", 5)) {
        fprintf(stderr, "fakeserver: unknown action '%s'\n", action);
        exit(2);
    }
    text = strdup(action + 5);
    code = send_all(fd, text, undo(text));
    free(text);
    return code;
}

int main(int argc, char **argv) {
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof addr;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
    signal(SIGPIPE, SIG_IGN);
    if (bind(listener, (struct sockaddr *)&addr, len) || listen(listener, 16) ||
        getsockname(listener, (struct sockaddr *)&addr, &len))
        return perror("fakeserver"), 1;
    printf("%d\n", ntohs(addr.sin_port));
    fflush(stdout);
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        if (fd < 0) return perror("fakeserver"), 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        for (int i = 1; i < argc && play(fd, argv[i]) == 0; i++) {
        }
        close(fd);
    }
}
