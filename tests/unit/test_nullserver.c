/* SPDX-License-Identifier: BSD-3-Clause */
/* bench/nullserver: as many replies as commands, however they are cut and however slowly they are
 * taken. The peer here is a blocking socket. */
#include "bench/nullserver.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "tests/unit/t.h"

enum { PATIENCE_S = 5 };

static struct nullserver *start(int threads, int *port) {
    struct nullserver *s = NULL;
    struct err e;
    CHECK_EQ(nullserver_start(threads, &s, port, &e), 0);
    CHECK_EQ(nullserver_threads(s), threads);
    return s;
}

static int dial(int port) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct timeval patience = {.tv_sec = PATIENCE_S};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK_EQ(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    return fd;
}

static void say(int fd, const char *p, size_t n) {
    CHECK_EQ(send(fd, p, n, MSG_NOSIGNAL), n);
}

/* The next n replies are +OK each. */
static void expect_replies(int fd, size_t n) {
    static const char reply[] = "+OK\r\n";
    char in[4096];
    size_t wrong = 0, at = 0, len = n * 5;
    while (at < len) {
        ssize_t got = recv(fd, in, len - at < sizeof in ? len - at : sizeof in, 0);
        if (got <= 0) break;
        for (ssize_t i = 0; i < got; i++, at++)
            wrong += in[i] != reply[at % 5];
    }
    CHECK_EQ(at, len);
    CHECK_EQ(wrong, 0);
}

static void expect_silence(int fd) {
    char c;
    usleep(20000);
    CHECK_EQ(recv(fd, &c, 1, MSG_DONTWAIT), -1);
}

static void expect_end(int fd) {
    char c;
    ssize_t got = recv(fd, &c, 1, 0);
    CHECK(got == 0 || (got < 0 && errno == ECONNRESET));
}

static const char two[] = "*2\r\n$3\r\nGET\r\n$5\r\n+a\r\nb\r\n*1\r\n$4\r\nPING\r\n";

static void answers_each_command(void) {
    int port, fd;
    struct nullserver *s = start(1, &port);
    fd = dial(port);
    say(fd, two, sizeof two - 1);
    expect_replies(fd, 2);
    expect_silence(fd);
    close(fd);
    nullserver_stop(s);
}

static void answers_commands_cut_anywhere(void) {
    int port, fd;
    struct nullserver *s = start(1, &port);
    fd = dial(port);
    for (size_t cut = 1; cut < sizeof two - 1; cut++) {
        say(fd, two, cut);
        usleep(1000);
        say(fd, two + cut, sizeof two - 1 - cut);
        expect_replies(fd, 2);
    }
    expect_silence(fd);
    close(fd);
    nullserver_stop(s);
}

/* Send PINGs, from byte `at` of one on, until the server takes no more; returns how many bytes. */
static size_t send_until_stuck(int fd, size_t at) {
    static const char ping[] = "*1\r\n$4\r\nPING\r\n";
    enum { MANY = 1000, LEN = sizeof ping - 1, SENT_MAX = 1 << 28 };
    static char many[MANY * LEN];
    size_t sent = 0;
    for (size_t i = 0; i < sizeof many; i++)
        many[i] = ping[i % LEN];
    for (int stuck = 0; stuck < 10 && sent < SENT_MAX;) {
        size_t from = (at + sent) % LEN;
        ssize_t n = send(fd, many + from, sizeof many - from, MSG_NOSIGNAL | MSG_DONTWAIT);
        stuck = n > 0 ? 0 : stuck + 1;
        if (n > 0) sent += (size_t)n;
        if (n <= 0) usleep(2000);
    }
    CHECK(sent < SENT_MAX);
    return sent;
}

/* More replies than sockets hold: they are written in parts, and none is lost or cut. */
static void waits_for_a_peer_that_does_not_read(void) {
    enum { LEN = 14, ROUNDS = 20 };
    int port, fd;
    size_t sent = 0, taken = 0;
    struct nullserver *s = start(1, &port);
    fd = dial(port);
    for (int i = 0; i < ROUNDS; i++) {
        sent += send_until_stuck(fd, sent);
        size_t some = (sent / LEN - taken) / 3;
        expect_replies(fd, some);
        taken += some;
    }
    expect_replies(fd, sent / LEN - taken);
    expect_silence(fd);
    close(fd);
    nullserver_stop(s);
}

static void closes_what_is_not_resp(void) {
    int port, bad, good;
    struct nullserver *s = start(1, &port);
    bad = dial(port);
    good = dial(port);
    say(bad, "GET / HTTP/1.1\r\n\r\n", 18);
    expect_end(bad);
    say(good, two, sizeof two - 1);
    expect_replies(good, 2);
    close(bad);
    close(good);
    nullserver_stop(s);
}

/* With peers still there, and some that came and went. */
static void serves_many_with_several_threads(void) {
    enum { N = 40 };
    int port, fds[N];
    struct nullserver *s = start(3, &port);
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < N; i++)
            fds[i] = dial(port);
        for (int i = 0; i < N; i++)
            say(fds[i], two, sizeof two - 1);
        for (int i = 0; i < N; i++)
            expect_replies(fds[i], 2);
        for (int i = 0; i < N && round == 0; i++)
            close(fds[i]);
    }
    nullserver_stop(s);
    for (int i = 0; i < N; i++) {
        expect_end(fds[i]);
        close(fds[i]);
    }
}

/* Each thread has its share of the connections: both have work to do. */
static void deals_evenly(void) {
    enum { N = 20, ROUNDS = 2000 };
    int port, fds[N];
    struct nullserver *s = start(2, &port);
    for (int i = 0; i < N; i++)
        fds[i] = dial(port);
    for (int i = 0; i < ROUNDS * N; i++) {
        say(fds[i % N], two, sizeof two - 1);
        expect_replies(fds[i % N], 2);
    }
    int64_t a = nullserver_cpu_ns(s, 0), b = nullserver_cpu_ns(s, 1);
    CHECK(a > 0 && b > 0);
    CHECK(a < 10 * b && b < 10 * a);
    for (int i = 0; i < N; i++)
        close(fds[i]);
    nullserver_stop(s);
}

int main(void) {
    RUN(answers_each_command);
    RUN(answers_commands_cut_anywhere);
    RUN(waits_for_a_peer_that_does_not_read);
    RUN(closes_what_is_not_resp);
    RUN(serves_many_with_several_threads);
    RUN(deals_evenly);
    nullserver_stop(NULL);
    return t_end();
}
