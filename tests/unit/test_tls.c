/* SPDX-License-Identifier: BSD-3-Clause */
/* io/tls against a real OpenSSL server in a child process, over a socketpair, with certificates
 * made by tests/certs.bash. No network and no valkey-server. Run from the top of the tree. */
#include "io/tls.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/ssl.h>

#include "io/file.h"
#include "io/loop.h"
#include "t.h"

enum { TEST_SECONDS = 60, TINY_BUFFER = 4096, BIG = 8 << 20 };

enum behaviour { ECHO, PLAIN, SILENT_CLOSE, ABRUPT_CLOSE };

struct server {
    const char *cert; /* NULL = "good" */
    int min, max;     /* protocol versions, 0 = default */
    bool wants_client;
    enum behaviour behaviour;
    bool dripping; /* a forwarder in between passes one byte at a time */
    bool tiny;     /* small socket buffers */
};

static char folder[256];
static struct err err;      /* of the last attempt */
static char described[128]; /* tls_describe of it */
static bool said_plain;     /* tls_peer_is_plain of it */

/* A path in the folder of certificates; valid for a few more calls. */
static const char *in(const char *name) {
    static char paths[8][512];
    static unsigned next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

/* ---- the server's side, in a child process ---- */

static SSL_CTX *server_ctx(const struct server *o) {
    char name[64];
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_cipher_list(ctx, "DEFAULT:@SECLEVEL=0");
    SSL_CTX_set_min_proto_version(ctx, o->min);
    SSL_CTX_set_max_proto_version(ctx, o->max);
    snprintf(name, sizeof name, "%s.crt", o->cert ? o->cert : "good");
    SSL_CTX_use_certificate_chain_file(ctx, in(name));
    snprintf(name, sizeof name, "%s.key", o->cert ? o->cert : "good");
    SSL_CTX_use_PrivateKey_file(ctx, in(name), SSL_FILETYPE_PEM);
    if (o->wants_client) {
        SSL_CTX_load_verify_file(ctx, in("ca.crt"));
        SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    }
    return ctx;
}

static void serve_tls(const struct server *o, int fd) {
    static char bytes[65536];
    SSL *ssl = SSL_new(server_ctx(o));
    SSL_set_fd(ssl, fd);
    if (SSL_accept(ssl) != 1 || o->behaviour == ABRUPT_CLOSE) return;
    for (int n; o->behaviour == ECHO && (n = SSL_read(ssl, bytes, sizeof bytes)) > 0;)
        if (SSL_write(ssl, bytes, n) != n) return;
    SSL_shutdown(ssl);
}

/* As a plain server: it answers what it does not understand, and reads on until we go. */
static void serve_plain(int fd) {
    static const char refusal[] = "-ERR unknown command\r\n";
    char bytes[1024];
    bool answered = false;
    while (read(fd, bytes, sizeof bytes) > 0) {
        if (!answered) send(fd, refusal, sizeof refusal - 1, MSG_NOSIGNAL);
        answered = true;
    }
}

static void drip(int a, int b) {
    struct pollfd p[2] = {{.fd = a, .events = POLLIN}, {.fd = b, .events = POLLIN}};
    for (char c; poll(p, 2, -1) > 0;)
        for (int i = 0; i < 2; i++)
            if (p[i].revents && (read(p[i].fd, &c, 1) != 1 || write(p[!i].fd, &c, 1) != 1)) return;
}

static void run_server(const struct server *o, int fd, int unused) {
    (void)unused;
    if (o->behaviour == PLAIN)
        serve_plain(fd);
    else
        serve_tls(o, fd);
}

static void run_drip(const struct server *o, int a, int b) {
    (void)o;
    drip(a, b);
}

/* A socketpair with a child process at one end, which also keeps `behind`; our end. */
static int fork_behind(void (*run)(const struct server *, int, int), const struct server *o,
                       int behind) {
    int pair[2], size = TINY_BUFFER;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair)) return -1;
    for (int i = 0; o->tiny && i < 2; i++) {
        setsockopt(pair[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
        setsockopt(pair[i], SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    }
    if (fork() == 0) {
        alarm(TEST_SECONDS);
        signal(SIGPIPE, SIG_IGN);
        close(pair[0]);
        run(o, pair[1], behind);
        _exit(0);
    }
    close(pair[1]);
    return pair[0];
}

/* Our end of a new connection to a server. */
static int server_start(const struct server *o) {
    int server = fork_behind(run_server, o, -1);
    if (!o->dripping) return server;
    int drip_end = fork_behind(run_drip, o, server);
    close(server);
    return drip_end;
}

/* ---- our side ---- */

static void wait_for(const struct sock *s, unsigned more) {
    unsigned mask = sock_wants(s) | more;
    struct pollfd p = {.fd = s->fd};
    if (mask & LOOP_READ) p.events |= POLLIN;
    if (mask & LOOP_WRITE) p.events |= POLLOUT;
    poll(&p, 1, -1);
}

static int shake(struct sock *s) {
    int code;
    while ((code = sock_handshake(s, &err)) == VK_MORE)
        wait_for(s, 0);
    return code;
}

static int write_all(struct sock *s, const char *p, size_t n) {
    while (n) {
        size_t sent = 0;
        struct iovec v = {.iov_base = (void *)(uintptr_t)p, .iov_len = n};
        int code = sock_write(s, &v, 1, &sent, &err);
        if (code < 0) return code;
        if (code == VK_MORE) wait_for(s, LOOP_WRITE);
        p += sent;
        n -= sent;
    }
    return 0;
}

static int read_some(struct sock *s, char *p, size_t cap, size_t *got) {
    int code;
    while ((code = sock_read(s, p, cap, got, &err)) == VK_MORE)
        wait_for(s, LOOP_READ);
    return code;
}

static int ping(struct sock *s) {
    char answer[16];
    size_t got = 0;
    int written = write_all(s, "PING\r\n", 6); /* why it failed is found by reading */
    int code = read_some(s, answer, sizeof answer, &got);
    if (code == 0) code = written;
    if (code == 0) CHECK_MEM(answer, got, "PING\r\n", 6);
    return code;
}

/* Connect, shake hands, send something and get it back. */
static int attempt(const struct server *server, const struct tls_opts *o, const char *host) {
    struct tls_ctx *ctx = NULL;
    struct sock *s = NULL, *plain = NULL;
    err_clear(&err);
    int code = tls_ctx_new(o, &ctx, &err);
    if (code < 0) return code;
    plain = sock_new(server_start(server));
    code = tls_wrap(ctx, plain, host, &s, &err);
    if (code < 0) {
        sock_close(plain);
    } else {
        code = shake(s);
        if (code == 0) tls_describe(s, described, sizeof described);
        if (code == 0) code = ping(s);
        said_plain = tls_peer_is_plain(s);
        sock_close(s);
    }
    tls_ctx_free(ctx);
    while (wait(NULL) > 0)
        continue;
    return code;
}

static int attempt_cert(const char *cert, const char *host) {
    return attempt(&(struct server){.cert = cert}, &(struct tls_opts){.cacert = in("ca.crt")},
                   host);
}

static bool says(const char *part) {
    if (strstr(err.text, part)) return true;
    printf("the error is \"%s\"\n", err.text);
    return false;
}

/* ---- whom to trust ---- */

static void a_good_name_is_accepted(void) {
    CHECK_EQ(attempt_cert("good", "localhost"), 0);
    CHECK(!strncmp(described, "TLSv1.3 TLS_", 12));
    CHECK(!said_plain);
    CHECK_EQ(attempt_cert("good", "LOCALHOST"), 0);
    CHECK_EQ(attempt_cert("good", "localhost."), 0);
}

static void an_ip_is_compared_with_ips(void) {
    CHECK_EQ(attempt_cert("good", "127.0.0.1"), 0);
    CHECK_EQ(attempt_cert("good", "::1"), 0);
    CHECK_EQ(attempt_cert("good", "0:0:0:0:0:0:0:1"), 0);
    CHECK_EQ(attempt_cert("good", "127.0.0.2"), VK_ETLS);
    CHECK(says("is not valid for '127.0.0.2': it names DNS:localhost, IP:127.0.0.1, IP:::1"));
    CHECK(says("IP address mismatch"));
}

static void a_wrong_name_is_refused_and_said(void) {
    CHECK_EQ(attempt_cert("good", "db.example"), VK_ETLS);
    CHECK(says(
        "TLS: certificate of localhost is not valid for 'db.example': it names DNS:localhost"));
    CHECK_EQ(attempt_cert("wrong", "localhost"), VK_ETLS);
    CHECK(says("it names DNS:wrong.example, IP:192.0.2.1"));
}

static void the_name_to_expect_can_be_given(void) {
    struct tls_opts o = {.cacert = in("ca.crt"), .verify_name = "wrong.example"};
    CHECK_EQ(attempt(&(struct server){.cert = "wrong"}, &o, "localhost"), 0);
    CHECK_EQ(attempt(&(struct server){.cert = "good"}, &o, "localhost"), VK_ETLS);
    CHECK(says("'wrong.example'"));
    o.verify_name = "192.0.2.1";
    CHECK_EQ(attempt(&(struct server){.cert = "wrong"}, &o, NULL), 0);
}

static void an_empty_name_is_not_any_name(void) {
    struct tls_opts o = {.cacert = in("ca.crt"), .verify_name = ""};
    CHECK_EQ(attempt(&(struct server){.cert = "good"}, &o, "localhost"), VK_ETLS);
    CHECK_STR(err.text, "TLS: cannot verify the name '': it is no host name");
    CHECK_EQ(attempt_cert("wrong", "%zone"), VK_ETLS);
}

static void behind_a_path_no_name_is_expected(void) {
    CHECK_EQ(attempt_cert("wrong", NULL), 0);
    CHECK_EQ(attempt_cert("stranger", NULL), VK_ETLS);
}

static void the_chain_alone_may_be_verified(void) {
    struct tls_opts o = {.cacert = in("ca.crt"), .verify_chain_only = true};
    CHECK_EQ(attempt(&(struct server){.cert = "wrong"}, &o, "localhost"), 0);
    CHECK_EQ(attempt(&(struct server){.cert = "stranger"}, &o, "localhost"), VK_ETLS);
}

static void insecure_takes_anything(void) {
    struct tls_opts o = {.insecure = true};
    CHECK_EQ(attempt(&(struct server){.cert = "stranger"}, &o, "localhost"), 0);
    CHECK_EQ(attempt(&(struct server){.cert = "expired"}, &o, "db.example"), 0);
}

static void dates_are_checked_and_said(void) {
    CHECK_EQ(attempt_cert("expired", "localhost"), VK_ETLS);
    CHECK_STR(err.text,
              "TLS: certificate verify failed: certificate has expired (CN=localhost, not "
              "after Jan 1 2021)");
    CHECK_EQ(attempt_cert("future", "localhost"), VK_ETLS);
    CHECK_STR(err.text,
              "TLS: certificate verify failed: certificate is not yet valid (CN=localhost, "
              "not before Jan 1 2090)");
}

static void another_ca_is_refused(void) {
    CHECK_EQ(attempt_cert("stranger", "localhost"), VK_ETLS);
    CHECK_STR(err.text,
              "TLS: certificate verify failed: unable to get local issuer certificate (subject "
              "CN=localhost, issuer CN=valkit other-ca); is --cacert right?");
    CHECK_EQ(attempt(&(struct server){0}, &(struct tls_opts){0}, "localhost"), VK_ETLS);
    CHECK(says("give --cacert"));
}

static void a_self_signed_certificate_is_refused_unless_given(void) {
    CHECK_EQ(attempt_cert("self", "localhost"), VK_ETLS);
    CHECK(says("self-signed certificate (subject CN=localhost"));
    struct tls_opts o = {.cacert = in("self.crt")};
    CHECK_EQ(attempt(&(struct server){.cert = "self"}, &o, "localhost"), 0);
}

static void a_folder_of_cas_works(void) {
    char command[1024];
    snprintf(command, sizeof command, "mkdir '%s' && cp '%s' '%s' && openssl rehash '%s'",
             in("cas"), in("ca.crt"), in("cas"), in("cas"));
    CHECK_EQ(system(command), 0);
    struct tls_opts o = {.cacertdir = in("cas")};
    CHECK_EQ(attempt(&(struct server){0}, &o, "localhost"), 0);
}

static void a_common_name_does_not_count(void) {
    CHECK_EQ(attempt_cert("cnonly", "localhost"), VK_ETLS);
    CHECK(says("it has no subjectAltName, and a CN does not count"));
}

static void a_wildcard_is_one_whole_label(void) {
    CHECK_EQ(attempt_cert("wildcard", "db.example.test"), 0);
    CHECK_EQ(attempt_cert("wildcard", "a.db.example.test"), VK_ETLS);
    CHECK_EQ(attempt_cert("wildcard", "example.test"), VK_ETLS);
    CHECK_EQ(attempt_cert("partial", "foo.example.test"), VK_ETLS);
}

static void escapes_in_a_certificate_stay_visible(void) {
    CHECK_EQ(attempt_cert("hostile", "localhost"), VK_ETLS);
    CHECK(!strchr(err.text, '\033') && !strchr(err.text, '\007'));
    CHECK(says("evil\\x1b[31m"));
    CHECK(says("DNS:evil\\x1b]0;x\\x07.example"));
}

/* ---- who we are ---- */

static void a_client_certificate_opens(void) {
    struct server versions[] = {{.wants_client = true},
                                {.wants_client = true, .max = TLS1_2_VERSION}};
    struct tls_opts o = {.cacert = in("ca.crt"), .cert = in("client.crt"), .key = in("client.key")};
    for (int i = 0; i < 2; i++)
        CHECK_EQ(attempt(&versions[i], &o, "localhost"), 0);
}

static void a_missing_client_certificate_is_said(void) {
    struct tls_opts o = {.cacert = in("ca.crt")};
    CHECK_EQ(attempt(&(struct server){.wants_client = true}, &o, "localhost"), VK_ETLS);
    CHECK_STR(err.text,
              "TLS: the server refused: alert certificate required (give --cert and --key)");
    struct server old = {.wants_client = true, .max = TLS1_2_VERSION};
    CHECK_EQ(attempt(&old, &o, "localhost"), VK_ETLS);
    CHECK_STR(err.text, "TLS: the server refused: alert handshake failure (give --cert and --key)");
}

static void a_refused_client_certificate_is_said(void) {
    struct tls_opts o = {.cacert = in("ca.crt"),
                         .cert = in("stranger-client.crt"),
                         .key = in("stranger-client.key")};
    CHECK_EQ(attempt(&(struct server){.wants_client = true}, &o, "localhost"), VK_ETLS);
    CHECK(says("alert unknown ca (it does not accept the certificate of --cert)"));
}

static void an_encrypted_key_needs_its_passphrase(void) {
    struct server server = {.wants_client = true};
    struct tls_opts o = {
        .cacert = in("ca.crt"), .cert = in("client.crt"), .key = in("encrypted.key")};
    CHECK_EQ(attempt(&server, &o, "localhost"), VK_ETLS);
    CHECK(says("it is encrypted, give --key-pass-file"));
    o.key_pass_file = in("wrong.pass");
    CHECK_EQ(attempt(&server, &o, "localhost"), VK_ETLS);
    CHECK(says("the passphrase in"));
    o.key_pass_file = in("absent.pass");
    CHECK_EQ(attempt(&server, &o, "localhost"), VK_ETLS);
    CHECK(says("absent.pass"));
    o.key_pass_file = in("encrypted.pass");
    CHECK_EQ(attempt(&server, &o, "localhost"), 0);
}

static int ctx_code(const struct tls_opts *o) {
    struct tls_ctx *ctx = NULL;
    err_clear(&err);
    int code = tls_ctx_new(o, &ctx, &err);
    CHECK_EQ(err.code, code);
    tls_ctx_free(ctx);
    return code;
}

static void half_an_identity_is_refused(void) {
    CHECK_EQ(ctx_code(&(struct tls_opts){.cert = in("client.crt")}), VK_EUSAGE);
    CHECK(says("--cert needs --key"));
    CHECK_EQ(ctx_code(&(struct tls_opts){.key = in("client.key")}), VK_EUSAGE);
    CHECK(says("--key needs --cert"));
    CHECK_EQ(ctx_code(&(struct tls_opts){.key_pass_file = in("encrypted.pass")}), VK_EUSAGE);
}

static void a_key_must_belong_to_its_certificate(void) {
    CHECK_EQ(ctx_code(&(struct tls_opts){.cert = in("client.crt"), .key = in("good.key")}),
             VK_ETLS);
    CHECK(says("good.key' does not belong to certificate"));
    char command[1024];
    snprintf(command, sizeof command, "openssl genrsa -out '%s' 2048 2>/dev/null", in("rsa.key"));
    CHECK_EQ(system(command), 0);
    CHECK_EQ(ctx_code(&(struct tls_opts){.cert = in("client.crt"), .key = in("rsa.key")}), VK_ETLS);
    CHECK(says("rsa.key' does not belong to certificate"));
}

static void a_bad_file_is_named(void) {
    CHECK_EQ(ctx_code(&(struct tls_opts){.cacert = in("absent.crt")}), VK_ETLS);
    CHECK(says("absent.crt': No such file or directory"));
    CHECK_EQ(ctx_code(&(struct tls_opts){.cacert = in("encrypted.pass")}), VK_ETLS);
    CHECK(says("encrypted.pass': "));
    CHECK_EQ(ctx_code(&(struct tls_opts){.cacertdir = in("absent")}), VK_ETLS);
    CHECK(says("absent': No such file or directory"));
    struct tls_opts o = {.cert = in("absent.crt"), .key = in("client.key")};
    CHECK_EQ(ctx_code(&o), VK_ETLS);
    CHECK(says("cannot read certificate"));
    CHECK(says("absent.crt': No such file or directory"));
    o = (struct tls_opts){.cert = in("client.key"), .key = in("client.key")};
    CHECK_EQ(ctx_code(&o), VK_ETLS);
    CHECK(says("no PEM text of that kind in it"));
    o = (struct tls_opts){.cert = in("client.crt"), .key = in("absent.key")};
    CHECK_EQ(ctx_code(&o), VK_ETLS);
    CHECK(says("absent.key': No such file or directory"));
}

/* ---- versions and ciphers ---- */

static void settings_are_checked(void) {
    CHECK_EQ(ctx_code(&(struct tls_opts){.min_version = "1.1"}), VK_EUSAGE);
    CHECK(says("'1.1' is not 1.2 or 1.3"));
    CHECK_EQ(ctx_code(&(struct tls_opts){.ciphers = "TLS_AES_128_GCM_SHA256"}), VK_EUSAGE);
    CHECK(says("--tls-ciphersuites"));
    CHECK_EQ(ctx_code(&(struct tls_opts){.ciphers = "NONSENSE"}), VK_EUSAGE);
    CHECK(says("no cipher match"));
    CHECK_EQ(ctx_code(&(struct tls_opts){.ciphersuites = "NONSENSE"}), VK_EUSAGE);
    CHECK(says("--tls-ciphersuites: 'NONSENSE'"));
}

static void ciphers_are_used(void) {
    struct tls_opts o = {.cacert = in("ca.crt"),
                         .ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256",
                         .ciphersuites = "TLS_CHACHA20_POLY1305_SHA256"};
    CHECK_EQ(attempt(&(struct server){0}, &o, "localhost"), 0);
    CHECK_STR(described, "TLSv1.3 TLS_CHACHA20_POLY1305_SHA256");
    CHECK_EQ(attempt(&(struct server){.max = TLS1_2_VERSION}, &o, "localhost"), 0);
    CHECK_STR(described, "TLSv1.2 ECDHE-ECDSA-AES128-GCM-SHA256");
}

static void old_versions_are_refused(void) {
    struct server server = {.min = TLS1_VERSION, .max = TLS1_1_VERSION};
    struct tls_opts o = {.cacert = in("ca.crt")};
    CHECK_EQ(attempt(&server, &o, "localhost"), VK_ETLS);
    CHECK(says("does not speak TLS 1.2 or newer"));
    o.min_version = "1.3";
    CHECK_EQ(attempt(&(struct server){.max = TLS1_2_VERSION}, &o, "localhost"), VK_ETLS);
    CHECK(says("alert protocol version (it does not speak TLS 1.3"));
    CHECK_EQ(attempt(&(struct server){0}, &o, "localhost"), 0);
}

/* ---- the stream ---- */

static void a_plain_peer_is_recognised(void) {
    struct tls_opts o = {.cacert = in("ca.crt")};
    CHECK_EQ(attempt(&(struct server){.behaviour = PLAIN}, &o, "localhost"), VK_ETLS);
    CHECK(said_plain);
    CHECK_STR(err.text, "TLS: server does not speak TLS (it answered with plain bytes); leave out "
                        "--tls (wrong version number)");
}

static void an_end_is_a_lost_connection(void) {
    struct tls_opts o = {.cacert = in("ca.crt")};
    CHECK_EQ(attempt(&(struct server){.behaviour = SILENT_CLOSE}, &o, "localhost"), VK_ELOST);
    CHECK_EQ(attempt(&(struct server){.behaviour = ABRUPT_CLOSE}, &o, "localhost"), VK_ELOST);
    struct server gone = {.cert = "good", .min = TLS1_3_VERSION, .max = TLS1_2_VERSION};
    CHECK(attempt(&gone, &o, "localhost") < 0);
}

static void a_dripping_handshake_works(void) {
    struct tls_opts o = {.cacert = in("ca.crt"), .cert = in("client.crt"), .key = in("client.key")};
    struct server server = {.dripping = true, .wants_client = true};
    CHECK_EQ(attempt(&server, &o, "localhost"), 0);
    server.max = TLS1_2_VERSION;
    CHECK_EQ(attempt(&server, &o, "localhost"), 0);
    CHECK_EQ(attempt(&(struct server){.dripping = true, .behaviour = PLAIN}, &o, "localhost"),
             VK_ETLS);
    CHECK(said_plain);
}

/* An open session on a server, without attempt's checks. */
static struct sock *open_session(const struct server *server, struct tls_ctx **ctx) {
    struct sock *s = NULL;
    struct tls_opts o = {.cacert = in("ca.crt")};
    CHECK_EQ(tls_ctx_new(&o, ctx, &err), 0);
    CHECK_EQ(tls_wrap(*ctx, sock_new(server_start(server)), "localhost", &s, &err), 0);
    CHECK_EQ(shake(s), 0);
    return s;
}

static void close_session(struct sock *s, struct tls_ctx *ctx) {
    sock_close(s);
    tls_ctx_free(ctx);
    while (wait(NULL) > 0)
        continue;
}

static char byte_at(size_t i) {
    return (char)((i * 2654435761u) >> 13);
}

/* Pieces of many sizes, none, small and larger than a record, from offset on. */
static int cut_pieces(const char *all, size_t from, struct iovec *v, int max) {
    static const size_t sizes[] = {1, 0, 7, 100, 16384, 3, 50000, 16383, 2, 6000};
    int n = 0;
    for (; n < max && from < BIG; n++) {
        size_t len = sizes[(from / 3 + (size_t)n) % 10];
        if (len > BIG - from) len = BIG - from;
        v[n] = (struct iovec){.iov_base = (void *)(uintptr_t)(all + from), .iov_len = len};
        from += len;
    }
    return n;
}

static size_t check_some(const char *p, size_t n, size_t from) {
    for (size_t i = 0; i < n; i++)
        if (p[i] != byte_at(from + i)) return i;
    return n;
}

static void echo_all(struct sock *s, const char *all) {
    static char in_bytes[20000];
    size_t sent = 0, back = 0;
    while (back < BIG) {
        struct iovec v[9];
        size_t n = 0;
        int code = VK_MORE;
        if (sent < BIG) code = sock_write(s, v, cut_pieces(all, sent, v, 9), &n, &err);
        sent += code == 0 ? n : 0;
        int got_code = sock_read(s, in_bytes, sizeof in_bytes, &n, &err);
        if (code < 0 || got_code < 0 || (got_code == 0 && check_some(in_bytes, n, back) != n))
            break;
        back += got_code == 0 ? n : 0;
        if (code == VK_MORE && got_code == VK_MORE)
            wait_for(s, LOOP_READ | (sent < BIG ? LOOP_WRITE : 0u));
    }
    CHECK_EQ(sent, BIG);
    CHECK_EQ(back, BIG);
}

static void eight_megabytes_go_both_ways_through_tiny_buffers(void) {
    char *all = mem_alloc(BIG);
    for (size_t i = 0; i < BIG; i++)
        all[i] = byte_at(i);
    for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
        struct tls_ctx *ctx = NULL;
        struct sock *s = open_session(&(struct server){.tiny = true, .max = version}, &ctx);
        echo_all(s, all);
        close_session(s, ctx);
    }
    free(all);
}

/* A plain sock that counts what goes through it. */
struct counter {
    struct sock base;
    struct sock *inner;
    int writes;
    bool full; /* as if the socket took no more */
};

static int counter_read(struct sock *s, char *p, size_t cap, size_t *got, struct err *e) {
    return sock_read(((struct counter *)s)->inner, p, cap, got, e);
}

static int counter_write(struct sock *s, const struct iovec *v, int n, size_t *sent,
                         struct err *e) {
    struct counter *c = (struct counter *)s;
    if (c->full) return VK_MORE;
    c->writes++;
    return sock_write(c->inner, v, n, sent, e);
}

static void counter_close(struct sock *s) {
    sock_close(((struct counter *)s)->inner);
}

/* A session over a counter to an echoing server, not yet shaken hands. */
static struct sock *wrap_counter(struct counter *c, struct tls_ctx **ctx) {
    static const struct sock_ops ops = {
        .read = counter_read, .write = counter_write, .close = counter_close};
    struct tls_opts o = {.cacert = in("ca.crt")};
    struct sock *s = NULL;
    *c = (struct counter){.base.ops = &ops, .inner = sock_new(server_start(&(struct server){0}))};
    c->base.fd = c->inner->fd;
    CHECK_EQ(tls_ctx_new(&o, ctx, &err), 0);
    CHECK_EQ(tls_wrap(*ctx, &c->base, "localhost", &s, &err), 0);
    return s;
}

static void small_pieces_share_a_record(void) {
    struct counter counter;
    struct tls_ctx *ctx = NULL;
    struct sock *s = wrap_counter(&counter, &ctx);
    struct iovec v[50];
    size_t n = 0, back = 0;
    char answer[1000];
    CHECK_EQ(shake(s), 0);
    for (int i = 0; i < 50; i++)
        v[i] = (struct iovec){.iov_base = (void *)(uintptr_t) "0123456789", .iov_len = 10};
    counter.writes = 0;
    CHECK_EQ(sock_write(s, v, 50, &n, &err), 0);
    CHECK_EQ(n, 500);
    CHECK_EQ(counter.writes, 1);
    while (back < 500 && read_some(s, answer + back, sizeof answer - back, &n) == 0)
        back += n;
    CHECK_EQ(back, 500);
    CHECK_MEM(answer + 490, 10, "0123456789", 10);
    close_session(s, ctx);
}

static void a_blocked_handshake_says_what_it_waits_for(void) {
    struct counter counter;
    struct tls_ctx *ctx = NULL;
    struct sock *s = wrap_counter(&counter, &ctx);
    counter.full = true;
    CHECK_EQ(sock_handshake(s, &err), VK_MORE);
    CHECK_EQ(sock_wants(s), LOOP_WRITE);
    counter.full = false;
    int code = sock_handshake(s, &err); /* the peer may have answered within the call */
    CHECK(code == 0 || code == VK_MORE);
    CHECK_EQ(sock_wants(s), code == 0 ? 0 : LOOP_READ);
    CHECK_EQ(shake(s), 0);
    CHECK_EQ(sock_wants(s), 0);
    close_session(s, ctx);
}

static void a_blocked_write_is_taken_up_again(void) {
    struct counter counter;
    struct tls_ctx *ctx = NULL;
    struct sock *s = wrap_counter(&counter, &ctx);
    struct iovec v[] = {{.iov_base = (void *)(uintptr_t) "abc", .iov_len = 3},
                        {.iov_base = (void *)(uintptr_t) "defg", .iov_len = 4}};
    size_t n = 0;
    char answer[16];
    CHECK_EQ(shake(s), 0);
    counter.full = true;
    CHECK_EQ(sock_write(s, v, 1, &n, &err), VK_MORE);
    CHECK_EQ(sock_wants(s), 0); /* the caller's wish to write says it all */
    counter.full = false;
    CHECK_EQ(sock_write(s, v, 2, &n, &err), 0); /* more has been queued since */
    CHECK_EQ(n, 7);
    n = 0;
    for (size_t got; n < 7 && read_some(s, answer + n, sizeof answer - n, &got) == 0;)
        n += got;
    CHECK_MEM(answer, n, "abcdefg", 7);
    close_session(s, ctx);
}

static void what_is_decrypted_is_announced(void) {
    struct tls_ctx *ctx = NULL;
    struct sock *s = open_session(&(struct server){0}, &ctx);
    char one;
    size_t n = 0;
    CHECK_EQ(write_all(s, "abc", 3), 0);
    CHECK_EQ(read_some(s, &one, 1, &n), 0);
    CHECK(s->has_more && one == 'a');
    CHECK_EQ(sock_read(s, &one, 1, &n, &err), 0);
    CHECK(s->has_more && one == 'b');
    CHECK_EQ(sock_read(s, &one, 1, &n, &err), 0);
    CHECK(!s->has_more && one == 'c');
    CHECK_EQ(sock_read(s, &one, 1, &n, &err), VK_MORE);
    CHECK_EQ(sock_wants(s), 0);
    close_session(s, ctx);
}

static void writing_to_the_dead_is_an_error_not_a_signal(void) {
    struct tls_ctx *ctx = NULL;
    struct sock *s = open_session(&(struct server){.behaviour = ABRUPT_CLOSE}, &ctx);
    while (wait(NULL) > 0)
        continue;
    CHECK_EQ(write_all(s, "abc", 3), VK_ELOST);
    CHECK_EQ(write_all(s, "abc", 3), VK_ELOST);
    close_session(s, ctx);
}

int main(void) {
    char command[600], *path = NULL;
    alarm(TEST_SECONDS);
    if (file_temp_dir("valkit-tls", &path, &err) < 0) return 1;
    snprintf(folder, sizeof folder, "%s", path);
    snprintf(command, sizeof command, "bash -c '. tests/certs.bash; certs_make \"$0\"' '%s'",
             folder);
    CHECK_EQ(system(command), 0);

    RUN(a_good_name_is_accepted);
    RUN(an_ip_is_compared_with_ips);
    RUN(a_wrong_name_is_refused_and_said);
    RUN(the_name_to_expect_can_be_given);
    RUN(an_empty_name_is_not_any_name);
    RUN(behind_a_path_no_name_is_expected);
    RUN(the_chain_alone_may_be_verified);
    RUN(insecure_takes_anything);
    RUN(dates_are_checked_and_said);
    RUN(another_ca_is_refused);
    RUN(a_self_signed_certificate_is_refused_unless_given);
    RUN(a_folder_of_cas_works);
    RUN(a_common_name_does_not_count);
    RUN(a_wildcard_is_one_whole_label);
    RUN(escapes_in_a_certificate_stay_visible);
    RUN(a_client_certificate_opens);
    RUN(a_missing_client_certificate_is_said);
    RUN(a_refused_client_certificate_is_said);
    RUN(an_encrypted_key_needs_its_passphrase);
    RUN(half_an_identity_is_refused);
    RUN(a_key_must_belong_to_its_certificate);
    RUN(a_bad_file_is_named);
    RUN(settings_are_checked);
    RUN(ciphers_are_used);
    RUN(old_versions_are_refused);
    RUN(a_plain_peer_is_recognised);
    RUN(an_end_is_a_lost_connection);
    RUN(a_dripping_handshake_works);
    RUN(eight_megabytes_go_both_ways_through_tiny_buffers);
    RUN(small_pieces_share_a_record);
    RUN(a_blocked_handshake_says_what_it_waits_for);
    RUN(a_blocked_write_is_taken_up_again);
    RUN(what_is_decrypted_is_announced);
    RUN(writing_to_the_dead_is_an_error_not_a_signal);

    file_remove_tree(path);
    free(path);
    return t_end();
}
