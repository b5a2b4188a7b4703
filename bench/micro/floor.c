/* SPDX-License-Identifier: BSD-3-Clause */
/* The least that a load generator can do, to hold one against: one thread, one epoll set, one write
 * and one read for each batch. Replies are told by their length alone, nothing is timed, checked or
 * kept. Linux only; the peer has to answer +OK to everything (bench/micro/nullserver).
 *
 *   floor PORT CONNECTIONS REQUESTS PIPELINE
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"

enum { READ_BYTES = 1 << 16, EVENTS = 512, REPLY_LEN = 5, FDS_MAX = 4096, BATCH_MAX = 1000 };

struct load {
    int epoll;
    uint64_t requests, sent, done;
    char *batch; /* `depth` requests */
    size_t batch_len;
    uint64_t depth;
    size_t awaited[FDS_MAX]; /* bytes of replies to come, by descriptor */
};

static _Noreturn void give_up(const char *what) {
    perror(what);
    exit(1);
}

static void send_batch(struct load *l, int fd) {
    if (write(fd, l->batch, l->batch_len) != (ssize_t)l->batch_len) give_up("floor: write");
    l->awaited[fd] = l->depth * REPLY_LEN;
    l->sent += l->depth;
}

static void receive(struct load *l, int fd) {
    static char in[READ_BYTES];
    ssize_t got = read(fd, in, sizeof in);
    if (got <= 0) give_up("floor: read");
    l->awaited[fd] -= (size_t)got;
    if (l->awaited[fd]) return;
    l->done += l->depth;
    if (l->sent < l->requests) send_batch(l, fd);
}

static void open_connection(struct load *l, int port) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int on = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || fd >= FDS_MAX || connect(fd, (struct sockaddr *)&to, sizeof to) < 0)
        give_up("floor: connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &event) < 0) give_up("floor: epoll");
    send_batch(l, fd);
}

static void make_batch(struct load *l) {
    static const char request[] = "*2\r\n$3\r\nGET\r\n$16\r\nkey:000000000000\r\n";
    size_t len = sizeof request - 1;
    l->batch_len = len * l->depth;
    l->batch = mem_alloc(l->batch_len);
    for (uint64_t i = 0; i < l->depth; i++)
        memcpy(l->batch + i * len, request, len);
}

static void run(struct load *l) {
    struct epoll_event events[EVENTS];
    while (l->done < l->sent) {
        int n = epoll_wait(l->epoll, events, EVENTS, -1);
        for (int i = 0; i < n; i++)
            receive(l, events[i].data.fd);
    }
}

int main(int argc, char **argv) {
    int64_t v[4]; /* port, connections, requests, pipeline */
    for (int i = 0; i < 4; i++)
        if (argc != 5 || str_to_i64(argv[i + 1], strlen(argv[i + 1]), &v[i]) || v[i] < 1) {
            fprintf(stderr, "usage: floor PORT CONNECTIONS REQUESTS PIPELINE\n");
            return 2;
        }
    if (v[0] > 65535 || v[3] > BATCH_MAX) return 2;
    struct load *l = mem_zalloc(1, sizeof *l);
    l->requests = (uint64_t)v[2];
    l->depth = (uint64_t)v[3];
    l->epoll = epoll_create1(0);
    make_batch(l);
    for (int64_t i = 0; i < v[1]; i++)
        open_connection(l, (int)v[0]);
    run(l);
    free(l->batch);
    free(l);
    return 0;
}
