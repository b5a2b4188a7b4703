/* SPDX-License-Identifier: BSD-3-Clause */
/* What tls.c (the stream), tls_ctx.c (files and settings) and tls_error.c (what went wrong, in
 * words) share. For lib/io/tls*.c only. */
#ifndef IO_TLS_IMPL_H
#define IO_TLS_IMPL_H

#include <openssl/ssl.h>

#include "io/tls.h"

struct tls_ctx {
    SSL_CTX *ssl;
    BIO_METHOD *transport; /* OpenSSL's way to the plain sock below */
    struct tls_opts opts;  /* strings borrowed */
};

/* What a handshake leaves behind for its error text; hangs on the SSL as its app data. */
struct tls_evidence {
    int verify_error; /* X509_V_ERR_..., 0 = none */
    X509 *cert;       /* the certificate it is about, a reference of ours, or NULL */
    const char *name; /* expected of the certificate; NULL = any */
    bool cert_wanted; /* the server asked for a certificate and we have none */
    bool plain_peer;  /* its first bytes are no TLS record */
};

/* The method whose BIOs carry a struct tls (tls.c) as their data. */
BIO_METHOD *tls_transport_new(void);

/* SSL_CTX_set_verify's callback: keeps the first fault as evidence. */
int tls_error_on_verify(int ok, X509_STORE_CTX *store);
/* SSL_CTX_set_client_cert_cb's callback: notes that a certificate was asked for. */
int tls_error_on_cert_wanted(SSL *ssl, X509 **cert, EVP_PKEY **key);
/* The text for the newest error in this thread's OpenSSL queue; returns VK_ETLS. */
int tls_error_explain(const struct tls_evidence *v, const struct tls_opts *o, struct err *e);
/* OpenSSL's words for the newest error in the queue, or errno's; never NULL. */
const char *tls_error_reason(void);

#endif
