/* SPDX-License-Identifier: BSD-3-Clause */
/* io/listen and io/sock: a listener of our own, spoken to over loopback. */
#include "io/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "t.h"

enum { BACKLOG = 100, PIECES = 3000 };

static struct err e;

static int connect_to(int port) {
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK_EQ(connect(fd, (struct sockaddr *)&in, sizeof in), 0);
    return fd;
}

static struct sock *accept_soon(int fd) {
    struct pollfd p = {.fd = fd, .events = POLLIN};
    CHECK_EQ(poll(&p, 1, 5000), 1);
    return listen_accept(fd);
}

/* A connection: our end as a sock, the other as a bare descriptor. */
static struct sock *pair(int *peer) {
    int fd, port;
    CHECK_EQ(listen_loopback(&fd, &port, &e), 0);
    *peer = connect_to(port);
    struct sock *s = accept_soon(fd);
    listen_close(fd);
    return s;
}

/* ---- listening ---- */

static void it_listens_on_loopback_only(void) {
    struct sockaddr_in in;
    socklen_t len = sizeof in;
    int fd, port = 0;
    CHECK_EQ(listen_loopback(&fd, &port, &e), 0);
    CHECK_EQ(getsockname(fd, (struct sockaddr *)&in, &len), 0);
    CHECK_EQ(in.sin_addr.s_addr, htonl(INADDR_LOOPBACK));
    CHECK_EQ(ntohs(in.sin_port), port);
    CHECK(port > 0);
    CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    listen_close(fd);
}

static void nobody_there_is_null_at_once(void) {
    int fd, port;
    CHECK_EQ(listen_loopback(&fd, &port, &e), 0);
    CHECK(listen_accept(fd) == NULL);
    CHECK_EQ(errno, EAGAIN);
    listen_close(fd);
}

static void two_listeners_have_two_ports(void) {
    int fd[2], port[2];
    for (int i = 0; i < 2; i++)
        CHECK_EQ(listen_loopback(&fd[i], &port[i], &e), 0);
    CHECK(port[0] != port[1]);
    listen_close(fd[0]);
    listen_close(fd[1]);
}

static void what_is_accepted_is_ready_for_use(void) {
    int peer, value = 0;
    socklen_t len = sizeof value;
    struct sock *s = pair(&peer);
    char text[64];
    CHECK_EQ(getsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &value, &len), 0);
    CHECK(value);
    CHECK(fcntl(s->fd, F_GETFL) & O_NONBLOCK);
    CHECK(fcntl(s->fd, F_GETFD) & FD_CLOEXEC);
    sock_peer(s, text, sizeof text);
    CHECK_STR(text, "127.0.0.1");
    sock_close(s);
    close(peer);
}

static void many_may_wait(void) {
    int fd, port, peers[BACKLOG], met = 0;
    CHECK_EQ(listen_loopback(&fd, &port, &e), 0);
    for (int i = 0; i < BACKLOG; i++)
        peers[i] = connect_to(port);
    for (struct sock *s; met < BACKLOG && (s = accept_soon(fd)); met++)
        sock_close(s);
    CHECK_EQ(met, BACKLOG);
    CHECK(listen_accept(fd) == NULL);
    for (int i = 0; i < BACKLOG; i++)
        close(peers[i]);
    listen_close(fd);
}

static void no_descriptors_left_is_an_error(void) {
    struct rlimit old, none;
    int fd = -1, port = -1;
    getrlimit(RLIMIT_NOFILE, &old);
    none = (struct rlimit){.rlim_cur = 0, .rlim_max = old.rlim_max};
    setrlimit(RLIMIT_NOFILE, &none);
    CHECK_EQ(listen_loopback(&fd, &port, &e), VK_EFILE);
    setrlimit(RLIMIT_NOFILE, &old);
    CHECK_STR(e.text, "cannot listen on 127.0.0.1: Too many open files");
    CHECK_EQ(fd, -1);
    CHECK_EQ(port, -1);
}

/* ---- the plain stream ---- */

static void one_piece_and_many_arrive_in_order(void) {
    int peer;
    char got[16] = "";
    size_t sent = 0;
    struct sock *s = pair(&peer);
    char bytes[] = "abcdefg";
    struct iovec v[] = {{.iov_base = bytes, .iov_len = 3},
                        {.iov_base = bytes, .iov_len = 0},
                        {.iov_base = bytes + 3, .iov_len = 4}};
    CHECK_EQ(sock_write(s, v, 1, &sent, &e), 0);
    CHECK_EQ(sent, 3);
    CHECK_EQ(sock_write(s, v, 3, &sent, &e), 0);
    CHECK_EQ(sent, 7);
    CHECK_EQ(recv(peer, got, 10, MSG_WAITALL), 10);
    CHECK_STR(got, "abcabcdefg");
    sock_close(s);
    close(peer);
}

static void more_pieces_than_the_kernel_takes_go_in_part(void) {
    static struct iovec v[PIECES];
    static char got[PIECES], digits[] = "0123456789";
    int peer;
    size_t sent = 0, total = 0;
    struct sock *s = pair(&peer);
    for (int i = 0; i < PIECES; i++)
        v[i] = (struct iovec){.iov_base = digits + i % 10, .iov_len = 1};
    for (; total < PIECES && sock_write(s, v + total, PIECES - (int)total, &sent, &e) == 0;)
        total += sent;
    CHECK_EQ(total, PIECES);
    CHECK_EQ(recv(peer, got, PIECES, MSG_WAITALL), PIECES);
    for (int i = 0; i < PIECES; i++)
        if (got[i] != '0' + i % 10) CHECK_EQ(i, -1);
    sock_close(s);
    close(peer);
}

static void reading_says_nothing_there_bytes_and_the_end(void) {
    int peer;
    char got[16] = "";
    size_t n = 0;
    struct sock *s = pair(&peer);
    CHECK_EQ(sock_read(s, got, sizeof got, &n, &e), VK_MORE);
    CHECK_EQ(write(peer, "xyz", 3), 3);
    struct pollfd p = {.fd = s->fd, .events = POLLIN};
    CHECK_EQ(poll(&p, 1, 5000), 1);
    CHECK_EQ(sock_read(s, got, sizeof got, &n, &e), 0);
    CHECK_MEM(got, n, "xyz", 3);
    close(peer);
    CHECK_EQ(poll(&p, 1, 5000), 1);
    CHECK_EQ(sock_read(s, got, sizeof got, &n, &e), VK_ELOST);
    CHECK_STR(e.text, "server closed the connection");
    sock_close(s);
}

static void a_full_socket_says_later(void) {
    static char much[1 << 16];
    int peer, code;
    size_t sent;
    struct iovec v = {.iov_base = much, .iov_len = sizeof much};
    struct sock *s = pair(&peer);
    do
        code = sock_write(s, &v, 1, &sent, &e);
    while (code == 0);
    CHECK_EQ(code, VK_MORE);
    sock_close(s);
    close(peer);
}

static void writing_to_nobody_is_an_error_and_no_signal(void) {
    int peer, code = 0;
    size_t sent;
    char bytes[] = "ab";
    struct iovec v[] = {{.iov_base = bytes, .iov_len = 1}, {.iov_base = bytes + 1, .iov_len = 1}};
    for (int pieces = 1; pieces <= 2; pieces++) {
        struct sock *s = pair(&peer);
        close(peer);
        for (int i = 0; i < 1000 && (code = sock_write(s, v, pieces, &sent, &e)) == 0; i++)
            usleep(1000);
        CHECK_EQ(code, VK_ELOST);
        CHECK(e.sys == EPIPE || e.sys == ECONNRESET);
        sock_close(s);
    }
}

int main(void) {
    alarm(60); /* a wait that does not end is a failure */
    RUN(it_listens_on_loopback_only);
    RUN(nobody_there_is_null_at_once);
    RUN(two_listeners_have_two_ports);
    RUN(what_is_accepted_is_ready_for_use);
    RUN(many_may_wait);
    RUN(no_descriptors_left_is_an_error);
    RUN(one_piece_and_many_arrive_in_order);
    RUN(more_pieces_than_the_kernel_takes_go_in_part);
    RUN(reading_says_nothing_there_bytes_and_the_end);
    RUN(a_full_socket_says_later);
    RUN(writing_to_nobody_is_an_error_and_no_signal);
    return t_end();
}
