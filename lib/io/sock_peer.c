/* SPDX-License-Identifier: BSD-3-Clause */
/* Who is at the other end, in digits. See sock.h. */
#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include "io/sock.h"

void sock_peer(const struct sock *s, char *text, size_t cap) {
    struct sockaddr_storage a;
    socklen_t len = sizeof a;
    text[0] = 0;
    if (getpeername(s->fd, (struct sockaddr *)&a, &len)) return;
    if (a.ss_family != AF_INET && a.ss_family != AF_INET6) return;
    if (getnameinfo((struct sockaddr *)&a, len, text, (socklen_t)cap, NULL, 0, NI_NUMERICHOST))
        text[0] = 0;
}

bool sock_is_literal(const char *host) {
    struct in6_addr six; /* room for either */
    return inet_pton(AF_INET, host, &six) == 1 || inet_pton(AF_INET6, host, &six) == 1;
}
