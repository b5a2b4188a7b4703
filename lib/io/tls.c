/* SPDX-License-Identifier: BSD-3-Clause */
/* TLS as a sock: OpenSSL on top of a plain sock, which carries its bytes. Settings are in
 * tls_ctx.c, the words for failures in tls_error.c. The invariant: OpenSSL is entered only through
 * `begin`, which clears this thread's error queue and what the transport said, and left through
 * `outcome`. */
#include "io/tls.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "io/loop.h"
#include "io/tls_impl.h"

enum { RECORD_BYTES = SSL3_RT_MAX_PLAIN_LENGTH };

struct tls {
    struct sock base; /* first: a struct sock * of ours is a struct tls * */
    struct sock *plain;
    const struct tls_ctx *ctx;
    SSL *ssl;
    unsigned wants;       /* what the call that said VK_MORE waits for */
    bool open;            /* the handshake is done */
    struct err transport; /* of the plain sock, in this call; code 0 = well */
    struct err failed;    /* of a read that had bytes to deliver first; code 0 = none */
    struct tls_evidence evidence;
    char *name;            /* owner of evidence.name */
    unsigned char head[2]; /* the peer's first bytes */
    size_t head_len;
    char *record; /* where small pieces are joined; NULL until needed */
};

static struct tls *tls_of(struct sock *s) {
    return (struct tls *)s;
}

/* ---- the transport: OpenSSL's bytes through the plain sock ---- */

/* A record begins with its type, 20 to 24, and the major version 3 (RFC 8446, 5.1). */
static void look_at_head(struct tls *t, const char *p, size_t len) {
    while (t->head_len < sizeof t->head && len) {
        t->head[t->head_len++] = (unsigned char)*p++;
        len--;
    }
    bool type = t->head[0] >= 20 && t->head[0] <= 24;
    t->evidence.plain_peer = !type || (t->head_len > 1 && t->head[1] != 3);
}

static int transport_read(BIO *bio, char *p, size_t cap, size_t *got) {
    struct tls *t = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    int code = sock_read(t->plain, p, cap, got, &t->transport);
    if (code == VK_MORE) BIO_set_retry_read(bio);
    if (code == 0 && t->head_len < sizeof t->head) look_at_head(t, p, *got);
    return code == 0;
}

static int transport_write(BIO *bio, const char *p, size_t len, size_t *sent) {
    struct tls *t = BIO_get_data(bio);
    struct iovec v = {.iov_base = (void *)(uintptr_t)p, .iov_len = len};
    BIO_clear_retry_flags(bio);
    int code = sock_write(t->plain, &v, 1, sent, &t->transport);
    if (code == VK_MORE) BIO_set_retry_write(bio);
    return code == 0;
}

static long transport_ctrl(BIO *bio, int what, long number, void *p) {
    (void)bio, (void)number, (void)p;
    return what == BIO_CTRL_FLUSH; /* nothing is held back */
}

BIO_METHOD *tls_transport_new(void) {
    BIO_METHOD *m = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "sock");
    if (!m) return NULL;
    BIO_meth_set_read_ex(m, transport_read);
    BIO_meth_set_write_ex(m, transport_write);
    BIO_meth_set_ctrl(m, transport_ctrl);
    return m;
}

/* ---- one call into OpenSSL ---- */

static void begin(struct tls *t) {
    ERR_clear_error();
    err_clear(&t->transport);
    t->wants = 0;
}

/* What a call that returned ret <= 0 means: VK_MORE with t->wants set, or an error. */
static int outcome(struct tls *t, int ret, struct err *e) {
    switch (SSL_get_error(t->ssl, ret)) {
    case SSL_ERROR_WANT_READ: t->wants = LOOP_READ; return VK_MORE;
    case SSL_ERROR_WANT_WRITE: t->wants = LOOP_WRITE; return VK_MORE;
    case SSL_ERROR_ZERO_RETURN: return err_set(e, VK_ELOST, "server closed the connection");
    case SSL_ERROR_SYSCALL:
        if (t->transport.code) {
            err_set(e, VK_ELOST, "%s%s", t->transport.text,
                    t->open ? "" : " during the TLS handshake");
            if (e) e->sys = t->transport.sys;
            return VK_ELOST;
        }
        return err_set(e, VK_ELOST, "connection lost in TLS");
    default: return tls_error_explain(&t->evidence, &t->ctx->opts, e);
    }
}

/* ---- the five functions ---- */

static int tls_handshake(struct sock *s, struct err *e) {
    struct tls *t = tls_of(s);
    if (t->open) return 0;
    begin(t);
    int ret = SSL_connect(t->ssl);
    if (ret != 1) return outcome(t, ret, e);
    t->open = true;
    return 0;
}

/* Bytes that are there are delivered before a failure behind them, which then waits for the next
 * read. */
static int settle_read(struct tls *t, size_t total, size_t *got, int code, const struct err *why) {
    t->base.read_blocked_on_write = code == VK_MORE && t->wants == LOOP_WRITE;
    if (!total) return code;
    *got = total;
    if (code < 0) {
        t->failed = *why;
        t->base.has_more = true;
    }
    return 0;
}

static int tls_read(struct sock *s, char *p, size_t cap, size_t *got, struct err *e) {
    struct tls *t = tls_of(s);
    struct err why = t->failed;
    size_t total = 0;
    int code = why.code;
    s->has_more = false;
    while (code == 0 && total < cap) {
        size_t n;
        begin(t);
        int ret = SSL_read_ex(t->ssl, p + total, cap - total, &n);
        if (ret == 1) {
            total += n;
            if (!SSL_has_pending(t->ssl)) break;
        } else {
            code = outcome(t, ret, &why);
        }
    }
    s->has_more = code == 0 && SSL_has_pending(t->ssl);
    code = settle_read(t, total, got, code, &why);
    if (code < 0 && e) *e = why;
    return code;
}

/* What one SSL_write takes: the piece itself when it fills a record or is the last, else as many
 * pieces as fit into a record, joined. On a retry OpenSSL wants at least as many bytes as before,
 * the same ones: so a record is filled to the brim as long as there are bytes. */
static const char *next_record(struct tls *t, const struct iovec *v, int n, size_t skip,
                               size_t *len) {
    *len = v->iov_len - skip;
    const char *first = (const char *)v->iov_base + skip;
    if (*len >= RECORD_BYTES || n == 1) return first;
    if (!t->record) t->record = mem_alloc(RECORD_BYTES);
    memcpy(t->record, first, *len);
    for (int i = 1; i < n && *len < RECORD_BYTES; i++) {
        size_t room = RECORD_BYTES - *len;
        size_t piece = v[i].iov_len < room ? v[i].iov_len : room;
        if (piece) memcpy(t->record + *len, v[i].iov_base, piece);
        *len += piece;
    }
    return t->record;
}

static int tls_write(struct sock *s, const struct iovec *v, int n, size_t *sent, struct err *e) {
    struct tls *t = tls_of(s);
    size_t total = 0, skip = 0;
    int code = 0;
    for (;;) {
        for (; n && v->iov_len <= skip; v++, n--)
            skip -= v->iov_len;
        if (!n) break;
        size_t len, done;
        const char *p = next_record(t, v, n, skip, &len);
        begin(t);
        int ret = SSL_write_ex(t->ssl, p, len, &done);
        if (ret != 1) {
            code = outcome(t, ret, e);
            break;
        }
        total += done;
        skip += done;
    }
    s->write_blocked_on_read = code == VK_MORE && t->wants == LOOP_READ;
    if (!total) return code;
    *sent = total; /* what stopped it, if anything, stops the next call again */
    return 0;
}

static unsigned tls_wants(const struct sock *s) {
    const struct tls *t = (const struct tls *)s;
    if (!t->open) return t->wants;
    return (s->read_blocked_on_write ? LOOP_WRITE : 0u) |
           (s->write_blocked_on_read ? LOOP_READ : 0u);
}

static void tls_free(struct tls *t) {
    SSL_free(t->ssl);
    X509_free(t->evidence.cert);
    free(t->name);
    free(t->record);
    free(t);
}

static void tls_close(struct sock *s) {
    struct tls *t = tls_of(s);
    struct sock *plain = t->plain;
    begin(t);
    if (t->open) SSL_shutdown(t->ssl);
    ERR_clear_error();
    tls_free(t);
    sock_close(plain);
}

static const struct sock_ops tls_ops = {tls_handshake, tls_read, tls_write, tls_wants, tls_close};

/* ---- wrapping ---- */

static bool is_ip(const char *name) {
    unsigned char address[sizeof(struct in6_addr)];
    return inet_pton(AF_INET, name, address) == 1 || inet_pton(AF_INET6, name, address) == 1;
}

/* The name as certificates write it: no zone behind an IPv6 address, no dot at the end. */
static char *plain_name(const char *host) {
    char *name = mem_dup(host, strcspn(host, "%"));
    size_t len = strlen(name);
    if (len > 1 && name[len - 1] == '.') name[len - 1] = 0;
    return name;
}

static int expect_name(SSL *ssl, const char *name, struct err *e) {
    X509_VERIFY_PARAM *param = SSL_get0_param(ssl);
    X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS |
                                               X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    /* OpenSSL takes an empty name for "any" */
    int ok = is_ip(name) ? X509_VERIFY_PARAM_set1_ip_asc(param, name)
                         : *name && X509_VERIFY_PARAM_set1_host(param, name, 0);
    if (!ok)
        return err_set(e, VK_ETLS, "TLS: cannot verify the name '%s': it is no host name", name);
    return 0;
}

static int set_names(struct tls *t, const char *host, struct err *e) {
    const struct tls_opts *o = &t->ctx->opts;
    char *own = host ? plain_name(host) : NULL;
    const char *sni = o->sni ? o->sni : own && !is_ip(own) ? own : NULL;
    const char *expected = o->verify_name ? o->verify_name : o->verify_chain_only ? NULL : own;
    int code = 0;
    if (sni && *sni && !SSL_set_tlsext_host_name(t->ssl, sni))
        code = err_set(e, VK_ETLS, "TLS: cannot send '%s' as the server's name (SNI)", sni);
    if (code == 0 && expected && !o->insecure) {
        t->evidence.name = t->name = plain_name(expected);
        code = expect_name(t->ssl, t->name, e);
    }
    free(own);
    return code;
}

int tls_wrap(struct tls_ctx *c, struct sock *plain, const char *host, struct sock **out,
             struct err *e) {
    ERR_clear_error();
    struct tls *t = mem_zalloc(1, sizeof *t);
    t->base.ops = &tls_ops;
    t->base.fd = plain->fd;
    t->ctx = c;
    t->plain = plain;
    t->ssl = SSL_new(c->ssl);
    BIO *bio = BIO_new(c->transport);
    int code = 0;
    if (t->ssl && bio) {
        BIO_set_data(bio, t);
        BIO_set_init(bio, 1);
        SSL_set_bio(t->ssl, bio, bio);
        SSL_set_app_data(t->ssl, &t->evidence);
        bio = NULL; /* moved to ssl */
        code = set_names(t, host, e);
    } else {
        code = err_set(e, VK_ETLS, "TLS: cannot start: %s", tls_error_reason());
    }
    if (code < 0) {
        BIO_free(bio);
        tls_free(t);
        return code;
    }
    t->wants = LOOP_WRITE;
    *out = &t->base;
    return 0;
}

bool tls_peer_is_plain(const struct sock *s) {
    return s->ops == &tls_ops && ((const struct tls *)s)->evidence.plain_peer;
}

const char *tls_describe(const struct sock *s, char *text, size_t cap) {
    const struct tls *t = (const struct tls *)s;
    snprintf(text, cap, "%s %s", SSL_get_version(t->ssl), SSL_get_cipher_name(t->ssl));
    return text;
}

static bool seconds_of(const ASN1_TIME *t, int64_t *out) {
    struct tm tm;
    if (!t || !ASN1_TIME_to_tm(t, &tm)) return false;
    *out = (int64_t)timegm(&tm);
    return true;
}

bool tls_peer_dates(const struct sock *s, int64_t *from_s, int64_t *to_s) {
    if (s->ops != &tls_ops) return false;
    X509 *cert = SSL_get1_peer_certificate(((const struct tls *)s)->ssl);
    bool told = cert && seconds_of(X509_get0_notBefore(cert), from_s) &&
                seconds_of(X509_get0_notAfter(cert), to_s);
    X509_free(cert);
    return told;
}
