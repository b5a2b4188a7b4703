/* SPDX-License-Identifier: BSD-3-Clause */
/* A connected byte stream, non-blocking: plain here, TLS in io/tls, behind the same five functions.
 * The caller re-reads sock_wants after every call and gives it to its loop. */
#ifndef IO_SOCK_H
#define IO_SOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/uio.h>

#include "base/err.h"

struct sock;

struct sock_ops {
    /* 0 done, VK_MORE again when sock_wants says, < 0 failed */
    int (*handshake)(struct sock *s, struct err *e);
    /* 0 with *got > 0, VK_MORE nothing there now, VK_ELOST end of file or error */
    int (*read)(struct sock *s, char *p, size_t cap, size_t *got, struct err *e);
    /* 0 with *sent > 0 (perhaps less than all), VK_MORE not now, < 0 failed */
    int (*write)(struct sock *s, const struct iovec *v, int n, size_t *sent, struct err *e);
    /* LOOP_READ / LOOP_WRITE bits the stream itself needs besides what its user wants */
    unsigned (*wants)(const struct sock *s);
    /* says good-bye as far as that works at once, closes the descriptor, frees s */
    void (*close)(struct sock *s);
};

struct sock {
    const struct sock_ops *ops;
    int fd;
    bool read_blocked_on_write; /* TLS: a read waits for writability, and the reverse */
    bool write_blocked_on_read;
    bool has_more; /* bytes are decrypted already: read again without waiting */
};

/* Wrap a connected descriptor (made non-blocking), which s then owns. */
struct sock *sock_new(int fd);

/* The peer's address as digits ("127.0.0.1", "::1", no port); "" for a Unix socket. */
void sock_peer(const struct sock *s, char *text, size_t cap);
/* True when host is an IPv4 or IPv6 address in digits: nothing to resolve. */
bool sock_is_literal(const char *host);

static inline int sock_handshake(struct sock *s, struct err *e) {
    return s->ops->handshake(s, e);
}
static inline int sock_read(struct sock *s, char *p, size_t cap, size_t *got, struct err *e) {
    return s->ops->read(s, p, cap, got, e);
}
static inline int sock_write(struct sock *s, const struct iovec *v, int n, size_t *sent,
                             struct err *e) {
    return s->ops->write(s, v, n, sent, e);
}
static inline unsigned sock_wants(const struct sock *s) {
    return s->ops->wants(s);
}
static inline void sock_close(struct sock *s) { /* NULL is legal */
    if (s) s->ops->close(s);
}

#endif
