/* SPDX-License-Identifier: BSD-3-Clause */
/* A TLS context from options: protocol versions, ciphers, whom to trust, who we are. All files are
 * read here, once, so that what is wrong with them is said before anything is connected. The one
 * invariant: a context that comes out verifies the chain unless `insecure` was asked for. */
#include "io/tls.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509err.h>

#include "base/buf.h"
#include "io/file.h"
#include "io/tls_impl.h"

enum { PASSPHRASE_MAX = 1024 };

/* The key's passphrase, for OpenSSL's callback. */
struct passphrase {
    struct buf text;
    bool known;
    bool asked; /* so the key is encrypted */
};

static int set_versions(SSL_CTX *ssl, const char *min, struct err *e) {
    int version = TLS1_2_VERSION;
    if (min && !strcmp(min, "1.3"))
        version = TLS1_3_VERSION;
    else if (min && strcmp(min, "1.2") != 0)
        return err_set(e, VK_EUSAGE, "--tls-min-version: '%s' is not 1.2 or 1.3", min);
    if (!SSL_CTX_set_min_proto_version(ssl, version))
        return err_set(e, VK_ETLS, "TLS: cannot set the least version: %s", tls_error_reason());
    return 0;
}

/* Every word of a cipher list is the name of a TLS 1.3 suite. */
static bool only_tls13_names(const char *list) {
    static const char separators[] = ":, ";
    bool any = false;
    for (const char *p = list; *p;) {
        size_t len = strcspn(p, separators);
        if (len && strncmp(p, "TLS_", 4) != 0) return false;
        any |= len > 0;
        p += len + (p[len] != 0);
    }
    return any;
}

static int set_ciphers(SSL_CTX *ssl, const struct tls_opts *o, struct err *e) {
    if (o->ciphers && only_tls13_names(o->ciphers))
        return err_set(
            e, VK_EUSAGE,
            "--tls-ciphers: '%s' names only TLS 1.3 suites, which --tls-ciphersuites takes",
            o->ciphers);
    if (o->ciphers && !SSL_CTX_set_cipher_list(ssl, o->ciphers))
        return err_set(e, VK_EUSAGE, "--tls-ciphers: '%s': %s", o->ciphers, tls_error_reason());
    if (o->ciphersuites && !SSL_CTX_set_ciphersuites(ssl, o->ciphersuites))
        return err_set(e, VK_EUSAGE, "--tls-ciphersuites: '%s': %s", o->ciphersuites,
                       tls_error_reason());
    return 0;
}

/* OpenSSL takes any text for a folder and finds nothing in it later; say it now. */
static int check_folder(const char *path, struct err *e) {
    DIR *dir = opendir(path);
    if (!dir) return err_sys(e, VK_ETLS, "cannot read CA folder '%s'", path);
    closedir(dir);
    return 0;
}

static int load_trust(SSL_CTX *ssl, const struct tls_opts *o, struct err *e) {
    if (o->cacert && !SSL_CTX_load_verify_file(ssl, o->cacert))
        return err_set(e, VK_ETLS, "cannot read CA certificate '%s': %s", o->cacert,
                       tls_error_reason());
    if (o->cacertdir) {
        int code = check_folder(o->cacertdir, e);
        if (code < 0) return code;
        if (!SSL_CTX_load_verify_dir(ssl, o->cacertdir))
            return err_set(e, VK_ETLS, "cannot read CA folder '%s': %s", o->cacertdir,
                           tls_error_reason());
    }
    if (o->cacert || o->cacertdir || o->insecure)
        return 0; /* the system's store costs milliseconds */
    if (!SSL_CTX_set_default_verify_paths(ssl))
        return err_set(e, VK_ETLS, "cannot read the system's CA store: %s", tls_error_reason());
    return 0;
}

/* Never lets OpenSSL prompt: without a passphrase, loading fails. */
static int give_passphrase(char *to, int cap, int writing, void *arg) {
    struct passphrase *pass = arg;
    (void)writing;
    pass->asked = true;
    if (!pass->known || pass->text.len > (size_t)cap) return -1;
    memcpy(to, pass->text.p, pass->text.len);
    return (int)pass->text.len;
}

static int wrong_key(const struct tls_opts *o, struct err *e) {
    return err_set(e, VK_ETLS, "key '%s' does not belong to certificate '%s': %s", o->key, o->cert,
                   tls_error_reason());
}

static int explain_key(const struct tls_opts *o, const struct passphrase *pass, struct err *e) {
    unsigned long newest = ERR_peek_last_error();
    if (ERR_GET_LIB(newest) == ERR_LIB_X509 && ERR_GET_REASON(newest) == X509_R_KEY_VALUES_MISMATCH)
        return wrong_key(o, e);
    if (pass->asked && !pass->known)
        return err_set(e, VK_ETLS, "cannot read key '%s': it is encrypted, give --key-pass-file",
                       o->key);
    if (pass->asked)
        return err_set(e, VK_ETLS, "cannot read key '%s': the passphrase in '%s' does not open it",
                       o->key, o->key_pass_file);
    return err_set(e, VK_ETLS, "cannot read key '%s': %s", o->key, tls_error_reason());
}

static int load_key(SSL_CTX *ssl, const struct tls_opts *o, struct err *e) {
    struct passphrase pass = {0};
    int code = 0;
    buf_init(&pass.text, PASSPHRASE_MAX);
    if (o->key_pass_file) {
        buf_reserve(&pass.text, PASSPHRASE_MAX); /* a growing buffer leaves copies behind */
        code = file_read_secret(o->key_pass_file, &pass.text, e);
        if (code < 0) {
            if (e) e->code = VK_ETLS;
            code = VK_ETLS;
            goto out;
        }
        pass.known = true;
    }
    SSL_CTX_set_default_passwd_cb(ssl, give_passphrase);
    SSL_CTX_set_default_passwd_cb_userdata(ssl, &pass);
    if (SSL_CTX_use_PrivateKey_file(ssl, o->key, SSL_FILETYPE_PEM) != 1)
        code = explain_key(o, &pass, e);
    else if (!SSL_CTX_check_private_key(ssl))
        code = wrong_key(o, e);
    SSL_CTX_set_default_passwd_cb_userdata(ssl, NULL);
    SSL_CTX_set_default_passwd_cb(ssl, NULL);
out:
    if (pass.text.p) mem_wipe(pass.text.p, pass.text.cap);
    buf_release(&pass.text);
    return code;
}

static int load_identity(SSL_CTX *ssl, const struct tls_opts *o, struct err *e) {
    if (o->cert && !o->key) return err_set(e, VK_EUSAGE, "--cert needs --key too");
    if (o->key && !o->cert) return err_set(e, VK_EUSAGE, "--key needs --cert too");
    if (o->key_pass_file && !o->key)
        return err_set(e, VK_EUSAGE, "--key-pass-file needs --cert and --key too");
    if (!o->cert) {
        SSL_CTX_set_client_cert_cb(ssl, tls_error_on_cert_wanted);
        return 0;
    }
    ERR_clear_error(); /* a system store that was loaded leaves complaints behind */
    if (SSL_CTX_use_certificate_chain_file(ssl, o->cert) != 1)
        return err_set(e, VK_ETLS, "cannot read certificate '%s': %s", o->cert, tls_error_reason());
    return load_key(ssl, o, e);
}

static void set_modes(SSL_CTX *ssl, const struct tls_opts *o) {
    SSL_CTX_set_mode(ssl, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_options(ssl, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_read_ahead(ssl, 1); /* one recv per record at most, not one for its header too */
    SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_verify(ssl, o->insecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER,
                       o->insecure ? NULL : tls_error_on_verify);
}

int tls_ctx_new(const struct tls_opts *o, struct tls_ctx **out, struct err *e) {
    ERR_clear_error();
    struct tls_ctx *c = mem_zalloc(1, sizeof *c);
    c->opts = *o;
    c->ssl = SSL_CTX_new(TLS_client_method());
    c->transport = tls_transport_new();
    int code = 0;
    if (!c->ssl || !c->transport)
        code = err_set(e, VK_ETLS, "TLS: cannot start OpenSSL: %s", tls_error_reason());
    if (code == 0) code = set_versions(c->ssl, o->min_version, e);
    if (code == 0) code = set_ciphers(c->ssl, o, e);
    if (code == 0) code = load_trust(c->ssl, o, e);
    if (code == 0) code = load_identity(c->ssl, o, e);
    ERR_clear_error();
    if (code < 0) {
        tls_ctx_free(c);
        return code;
    }
    set_modes(c->ssl, o);
    *out = c;
    return 0;
}

void tls_ctx_free(struct tls_ctx *c) {
    if (!c) return;
    SSL_CTX_free(c->ssl);
    BIO_meth_free(c->transport);
    free(c);
}
