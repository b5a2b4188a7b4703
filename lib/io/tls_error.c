/* SPDX-License-Identifier: BSD-3-Clause */
/* Why TLS failed, in one line: OpenSSL's reason, and beside it what was expected, what the
 * certificate presents, and which option answers it. What comes from a certificate is the peer's
 * data: it reaches a text only through base/safe. The invariant: every text here ends up with
 * OpenSSL's own words in it. */
#include "io/tls_impl.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/safe.h"

enum {
    NAME_TEXT_MAX = 128,  /* of one name */
    NAMES_TEXT_MAX = 256, /* of all names of a certificate */
    ALERT_MIN = SSL_AD_REASON_OFFSET,
    ALERT_MAX = SSL_AD_REASON_OFFSET + 255,
};

const char *tls_error_reason(void) {
    /* of a file that is missing or of another kind, the newest only says which part gave up */
    unsigned long oldest = ERR_peek_error(), newest = ERR_peek_last_error();
    if (!oldest) return "no reason given";
    if (ERR_SYSTEM_ERROR(oldest)) return strerror(ERR_GET_REASON(oldest));
    if (ERR_GET_LIB(oldest) == ERR_LIB_PEM && ERR_GET_REASON(oldest) == PEM_R_NO_START_LINE)
        return "no PEM text of that kind in it (no start line)";
    const char *text = ERR_reason_error_string(newest);
    return text ? text : "unknown reason";
}

int tls_error_on_verify(int ok, X509_STORE_CTX *store) {
    if (ok) return 1;
    SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct tls_evidence *v = SSL_get_app_data(ssl);
    X509 *cert = X509_STORE_CTX_get_current_cert(store);
    if (v->verify_error) return 0;
    v->verify_error = X509_STORE_CTX_get_error(store);
    if (cert && X509_up_ref(cert)) v->cert = cert;
    return 0;
}

int tls_error_on_cert_wanted(SSL *ssl, X509 **cert, EVP_PKEY **key) {
    struct tls_evidence *v = SSL_get_app_data(ssl);
    (void)cert, (void)key;
    v->cert_wanted = true;
    return 0;
}

/* Cut what is too long for one name, so that the rest of the sentence keeps its room. */
static void add_bytes(struct buf *b, const unsigned char *p, int len) {
    if (len > 0)
        safe_add(b, (const char *)p, len > NAME_TEXT_MAX ? NAME_TEXT_MAX : (size_t)len, false);
}

/* "CN=x", or the whole name when it has no CN; with bare, the x alone. */
static void add_name(struct buf *b, const X509_NAME *name, bool bare) {
    int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    if (at < 0) {
        BIO *bio = BIO_new(BIO_s_mem());
        char *text = NULL;
        if (bio && X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253) > 0) {
            long len = BIO_get_mem_data(bio, &text);
            add_bytes(b, (unsigned char *)text, (int)len);
        }
        BIO_free(bio);
        return;
    }
    unsigned char *text = NULL;
    int len = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    if (!bare) buf_adds(b, "CN=");
    add_bytes(b, text, len);
    OPENSSL_free(text);
}

static bool add_san(struct buf *b, const GENERAL_NAME *name) {
    char ip[INET6_ADDRSTRLEN];
    if (name->type == GEN_DNS) {
        buf_adds(b, "DNS:");
        add_bytes(b, ASN1_STRING_get0_data(name->d.dNSName), ASN1_STRING_length(name->d.dNSName));
        return true;
    }
    if (name->type != GEN_IPADD) return false;
    int len = ASN1_STRING_length(name->d.iPAddress);
    if (len != 4 && len != 16) return false;
    inet_ntop(len == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(name->d.iPAddress), ip,
              sizeof ip);
    buf_addf(b, "IP:%s", ip);
    return true;
}

/* "DNS:a, IP:b, ..."; false when the certificate names no host at all. */
static bool add_sans(struct buf *b, X509 *cert) {
    GENERAL_NAMES *names = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
    bool any = false;
    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        size_t before = b->len;
        if (any) buf_adds(b, ", ");
        if (!add_san(b, sk_GENERAL_NAME_value(names, i))) {
            b->len = before;
        } else if (b->len > NAMES_TEXT_MAX) {
            if (any) b->len = before;
            buf_adds(b, any ? ", ..." : "");
            break;
        } else {
            any = true;
        }
    }
    any = any || b->len;
    GENERAL_NAMES_free(names);
    return any;
}

static int explain_name(const struct tls_evidence *v, struct err *e) {
    struct buf subject, names;
    buf_init(&subject, 4096);
    buf_init(&names, 4096);
    add_name(&subject, X509_get_subject_name(v->cert), true);
    bool any = add_sans(&names, v->cert);
    int code;
    if (any)
        code = err_set(e, VK_ETLS, "TLS: certificate of %s is not valid for '%s': it names %s (%s)",
                       buf_cstr(&subject), v->name, buf_cstr(&names),
                       X509_verify_cert_error_string(v->verify_error));
    else
        code =
            err_set(e, VK_ETLS,
                    "TLS: certificate of %s is not valid for '%s': it has no subjectAltName, and a "
                    "CN does not count (%s)",
                    buf_cstr(&subject), v->name, X509_verify_cert_error_string(v->verify_error));
    buf_release(&subject);
    buf_release(&names);
    return code;
}

/* ", not after Nov 20 2025" */
static void add_date(struct buf *b, const char *what, const ASN1_TIME *time) {
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    struct tm tm;
    if (!ASN1_TIME_to_tm(time, &tm)) return;
    buf_addf(b, ", %s %.3s %d %d", what, months + 3 * (tm.tm_mon % 12), tm.tm_mday,
             tm.tm_year + 1900);
}

/* What the certificate at fault says of itself, and which option answers it. */
static void add_cause(struct buf *b, const struct tls_evidence *v, const struct tls_opts *o) {
    const char *hint = "";
    buf_adds(b, "(");
    switch (v->verify_error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
        add_name(b, X509_get_subject_name(v->cert), false);
        add_date(b, "not after", X509_get0_notAfter(v->cert));
        break;
    case X509_V_ERR_CERT_NOT_YET_VALID:
        add_name(b, X509_get_subject_name(v->cert), false);
        add_date(b, "not before", X509_get0_notBefore(v->cert));
        break;
    default:
        hint = o->cacert      ? "; is --cacert right?"
               : o->cacertdir ? "; is --cacertdir right?"
                              : "; the system's store does not know it, give --cacert";
        buf_adds(b, "subject ");
        add_name(b, X509_get_subject_name(v->cert), false);
        buf_adds(b, ", issuer ");
        add_name(b, X509_get_issuer_name(v->cert), false);
    }
    buf_addf(b, ")%s", hint);
}

static int explain_verify(const struct tls_evidence *v, const struct tls_opts *o, struct err *e) {
    const char *reason = X509_verify_cert_error_string(v->verify_error);
    if (!v->cert) return err_set(e, VK_ETLS, "TLS: certificate verify failed: %s", reason);
    if (v->name && (v->verify_error == X509_V_ERR_HOSTNAME_MISMATCH ||
                    v->verify_error == X509_V_ERR_IP_ADDRESS_MISMATCH))
        return explain_name(v, e);
    struct buf cause;
    buf_init(&cause, 4096);
    add_cause(&cause, v, o);
    int code =
        err_set(e, VK_ETLS, "TLS: certificate verify failed: %s %s", reason, buf_cstr(&cause));
    buf_release(&cause);
    return code;
}

static const char *alert_hint(int alert, const struct tls_evidence *v, const struct tls_opts *o) {
    switch (alert) {
    case SSL_AD_CERTIFICATE_REQUIRED: return o->cert ? "" : " (give --cert and --key)";
    case SSL_AD_HANDSHAKE_FAILURE:
        if (v->cert_wanted) return " (give --cert and --key)";
        return o->ciphers || o->ciphersuites ? " (no cipher in common?)" : "";
    case SSL_AD_BAD_CERTIFICATE:
    case SSL_AD_UNSUPPORTED_CERTIFICATE:
    case SSL_AD_CERTIFICATE_REVOKED:
    case SSL_AD_CERTIFICATE_EXPIRED:
    case SSL_AD_CERTIFICATE_UNKNOWN:
    case SSL_AD_UNKNOWN_CA:
    case SSL_AD_DECRYPT_ERROR:
        if (v->cert_wanted) return " (give --cert and --key)";
        return o->cert ? " (it does not accept the certificate of --cert)" : "";
    case SSL_AD_PROTOCOL_VERSION:
        return o->min_version && !strcmp(o->min_version, "1.3")
                   ? " (it does not speak TLS 1.3, which --tls-min-version asks for)"
                   : " (it does not speak TLS 1.2 or newer)";
    case SSL_AD_UNRECOGNIZED_NAME: return " (see --sni)";
    default: return "";
    }
}

/* OpenSSL's reasons for alerts are "tlsv13 alert certificate required" and the like. */
static int explain_alert(int alert, const struct tls_evidence *v, const struct tls_opts *o,
                         struct err *e) {
    const char *reason = tls_error_reason(), *from = strstr(reason, "alert ");
    return err_set(e, VK_ETLS, "TLS: the server refused: %s%s", from ? from : reason,
                   alert_hint(alert, v, o));
}

int tls_error_explain(const struct tls_evidence *v, const struct tls_opts *o, struct err *e) {
    unsigned long newest = ERR_peek_last_error();
    int reason = ERR_GET_LIB(newest) == ERR_LIB_SSL ? ERR_GET_REASON(newest) : 0;
    if (v->plain_peer)
        return err_set(e, VK_ETLS,
                       "TLS: server does not speak TLS (it answered with plain bytes); leave out "
                       "--tls (%s)",
                       tls_error_reason());
    if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED && v->verify_error)
        return explain_verify(v, o, e);
    if (reason > ALERT_MIN && reason <= ALERT_MAX)
        return explain_alert(reason - ALERT_MIN, v, o, e);
    if (reason == SSL_R_UNSUPPORTED_PROTOCOL)
        return err_set(e, VK_ETLS, "TLS: the server does not speak TLS %s or newer (%s)",
                       o->min_version ? o->min_version : "1.2", tls_error_reason());
    return err_set(e, VK_ETLS, "TLS: %s", tls_error_reason());
}
