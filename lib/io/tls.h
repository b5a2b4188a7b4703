/* SPDX-License-Identifier: BSD-3-Clause */
/* TLS 1.2 and newer by OpenSSL 3, as a sock. Chain and name are verified against what the user
 * typed; errors carry OpenSSL's reason, and for a failed verification what was expected and what
 * the certificate presents. */
#ifndef IO_TLS_H
#define IO_TLS_H

#include <stdint.h>

#include "io/sock.h"

struct tls_opts {
    const char *cacert; /* PEM file; NULL and cacertdir NULL = the system's store */
    const char *cacertdir;
    const char *cert, *key;    /* client certificate and key, PEM */
    const char *key_pass_file; /* first line = passphrase of the key */
    const char *sni;     /* name for SNI; NULL = the host unless it is an IP or a socket path */
    const char *ciphers; /* TLS 1.2 list */
    const char *ciphersuites; /* TLS 1.3 list */
    const char *min_version;  /* "1.2" (default) or "1.3" */
    bool insecure;            /* no verification at all */
    bool verify_chain_only;   /* compatible face: the chain, not the name */
    const char *verify_name;  /* DNS name or IP to expect instead of the host */
};

struct tls_ctx;

/* Reads all files now; o's strings are borrowed for the context's life. VK_ETLS (or VK_EUSAGE) with
 * e naming the file or the value that is wrong. */
int tls_ctx_new(const struct tls_opts *o, struct tls_ctx **out, struct err *e) MUST_CHECK;
/* Not before the last sock made of it is closed. NULL is legal. */
void tls_ctx_free(struct tls_ctx *c);

/* Wrap a connected plain sock; on success plain is owned by the result, on failure it stays the
 * caller's. host is what the user typed (name or IP, without port); NULL for a Unix socket, where a
 * name is verified only when verify_name is set. Of the five functions: a handshake or a read that
 * the peer answers with an alert fails with VK_ETLS, a connection that ends with VK_ELOST; after
 * VK_MORE a write is repeated with the same bytes in front, as any queue does. */
int tls_wrap(struct tls_ctx *c, struct sock *plain, const char *host, struct sock **out,
             struct err *e) MUST_CHECK;
/* After a failed handshake: the peer's first bytes are not TLS. */
bool tls_peer_is_plain(const struct sock *s);
/* "TLSv1.3 TLS_AES_256_GCM_SHA384" of an open session. */
const char *tls_describe(const struct sock *s, char *text, size_t cap);
/* From when until when the peer's certificate is valid, as seconds since 1970, after the handshake.
 * False: s is no TLS, or there is none. */
bool tls_peer_dates(const struct sock *s, int64_t *from_s, int64_t *to_s);

#endif
