/* SPDX-License-Identifier: BSD-3-Clause */
/* A listening TCP socket on loopback, for servers of our own. */
#ifndef IO_LISTEN_H
#define IO_LISTEN_H

#include "io/sock.h"

/* On 127.0.0.1 and a free port, non-blocking. VK_EFILE. */
int listen_loopback(int *fd, int *port, struct err *e) MUST_CHECK;
/* The next connection that waits (TCP_NODELAY), or NULL when there is none. */
struct sock *listen_accept(int fd);
void listen_close(int fd);

#endif
