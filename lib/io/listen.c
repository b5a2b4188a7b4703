/* SPDX-License-Identifier: BSD-3-Clause */
/* A listening socket on loopback. See listen.h. Nobody from outside the machine can reach it. */
#include "io/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

static int listen_on(int fd, int *port) {
    struct sockaddr_in in = {.sin_family = AF_INET};
    socklen_t len = sizeof in;
    in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fcntl(fd, F_SETFL, O_NONBLOCK) < 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 ||
        bind(fd, (struct sockaddr *)&in, len) < 0 || listen(fd, SOMAXCONN) < 0 ||
        getsockname(fd, (struct sockaddr *)&in, &len) < 0)
        return -1;
    *port = ntohs(in.sin_port);
    return 0;
}

int listen_loopback(int *fd, int *port, struct err *e) {
    int new_fd = socket(AF_INET, SOCK_STREAM, 0);
    if (new_fd < 0) return err_sys(e, VK_EFILE, "cannot listen on 127.0.0.1");
    if (listen_on(new_fd, port) < 0) {
        err_sys(e, VK_EFILE, "cannot listen on 127.0.0.1");
        close(new_fd);
        return VK_EFILE;
    }
    *fd = new_fd;
    return 0;
}

struct sock *listen_accept(int fd) {
    int peer, on = 1;
    do
        peer = accept(fd, NULL, NULL);
    while (peer < 0 && (errno == EINTR || errno == ECONNABORTED));
    if (peer < 0) return NULL;
    setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return sock_new(peer);
}

void listen_close(int fd) {
    close(fd);
}
