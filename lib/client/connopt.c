/* SPDX-License-Identifier: BSD-3-Clause */
/* The connection options: their rows, and how options, URI, environment and defaults become one
 * answer. Reads no file, asks no terminal, connects nowhere. The invariant: each source fills only
 * what a stronger one left open, and contradictions are looked for among what the user typed
 * himself. */
#include "client/connopt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "client/uri.h"

#define ROW(member) .offset = offsetof(struct connopt, member)
#define TEXT_AT(base, at) (*(const char **)((char *)(base) + (at)))

static int take_protocol(struct connopt *o, int protocol, struct err *e) {
    if (!o->lenient && o->protocol && o->protocol != protocol)
        return err_set(e, VK_EUSAGE, "-2 and -3 exclude each other");
    o->protocol = protocol;
    return 0;
}

static int take_resp2(void *target, char *value, struct err *e) {
    (void)value;
    return take_protocol(target, 2, e);
}

static int take_resp3(void *target, char *value, struct err *e) {
    (void)value;
    return take_protocol(target, 3, e);
}

static int take_family(struct connopt *o, enum dial_family family, struct err *e) {
    if (!o->lenient && o->family != DIAL_ANY && o->family != (int)family)
        return err_set(e, VK_EUSAGE, "-4 and -6 exclude each other");
    o->family = (int)family;
    return 0;
}

static int take_v4(void *target, char *value, struct err *e) {
    (void)value;
    return take_family(target, DIAL_V4, e);
}

static int take_v6(void *target, char *value, struct err *e) {
    (void)value;
    return take_family(target, DIAL_V6, e);
}

static int take_role(void *target, char *value, struct err *e) {
    struct connopt *o = target;
    if (!strcmp(value, "primary"))
        o->sentinel.role = CONNOPT_PRIMARY;
    else if (!strcmp(value, "replica"))
        o->sentinel.role = CONNOPT_REPLICA;
    else
        return err_set(e, VK_EUSAGE, "unknown role '%.40s' (valid: primary, replica)", value);
    return 0;
}

static void drop_secret(char **secret) {
    if (*secret) mem_wipe(*secret, strlen(*secret));
    free(*secret);
    *secret = NULL;
}

/* Read later, when all options are known; out of the process list now. */
static int keep_uri(void *target, char *value, struct err *e) {
    struct connopt *o = target;
    (void)e;
    drop_secret(&o->uri);
    o->uri = mem_strdup(value);
    uri_wipe(value);
    return 0;
}

const struct opt_row connopt_rows[] = {
    {.type = OPT_HEADING, .help = "Connection"},
    {'h', "host", OPT_STR, ROW(host), "HOST", "server's host name or address (default 127.0.0.1)",
     .words = "host"},
    {'p', "port", OPT_INT, ROW(port), "PORT", "server's port (default 6379)", .min = 1,
     .max = 65535},
    {'s', "socket", OPT_STR, ROW(path), "PATH", "server's Unix socket, instead of host and port",
     .words = "file"},
    {'u', "uri", OPT_CALL, .arg = "URI", .fn = keep_uri,
     .help = "server as redis://USER:PASSWORD@HOST:PORT/DB, rediss:// with TLS, or unix:///PATH; "
             "options win over it"},
    {.name = "scratch",
     .type = OPT_FLAG,
     ROW(scratch),
     .help = "a throwaway server of one's own, gone at the end"},
    {'4', NULL, OPT_CALL, .fn = take_v4, .help = "use IPv4 addresses of the host"},
    {'6', NULL, OPT_CALL, .fn = take_v6, .help = "use IPv6 addresses of the host"},
    {0, "mptcp", OPT_FLAG, ROW(mptcp), .help = "Multipath TCP, if the server has it as well"},
    {'t', "connect-timeout", OPT_NUMBER, ROW(connect_timeout_s), "SECONDS",
     "time to connect in, 0 for no limit (default 10)", .max = 1e9},
    {0, "command-timeout", OPT_NUMBER, ROW(typed.command_timeout_s), "SECONDS",
     "time for a reply to come in, 0 for no limit (default 0)", .max = 1e9},
    {0, "keepalive", OPT_NUMBER, ROW(typed.keepalive_s), "SECONDS",
     "idle time before TCP asks whether the server is there, 0 for never (default 15)",
     .max = 32767},
    {0, "retries", OPT_INT, ROW(retries), "N",
     "further tries when connecting fails, -1 without end (default 0)", .min = -1, .max = 1e9},
    {0, "backoff", OPT_STR, ROW(backoff), "SPEC",
     "waits between tries as STRATEGY[:BASE_MS[:CAP_MS]] (default equal-jitter:8:512)",
     .words = "no constant exponential full-jitter equal-jitter decorrelated-jitter "
              "exponential-with-jitter"},
    {0, "retry-on", OPT_STR, ROW(retry_on), "LIST",
     "kinds of failure after which a command that only reads is sent again: lost,timeout"},
    {.type = OPT_HEADING, .help = "Sentinel"},
    {0, "sentinel", OPT_STR, ROW(sentinel.list), "LIST",
     "find the server by these sentinels: HOST[:PORT],... (port 26379), asked in this order",
     .words = "host"},
    {0, "service", OPT_STR, ROW(sentinel.service), "NAME", "name under which they watch it"},
    {0, "role", OPT_CALL, .arg = "ROLE", .fn = take_role, .words = "primary replica",
     .help = "connect to the primary (default) or to a replica in turn"},
    {0, "sentinel-peers", OPT_INT, ROW(sentinel.peers), "N",
     "believe a sentinel that sees N others or more (default 0)", .max = 1000},
    {0, "sentinel-user", OPT_STR, ROW(sentinel.user), "NAME", "ACL user to be at the sentinels"},
    {0, "sentinel-password-file", OPT_STR, ROW(sentinel.password_file), "FILE",
     "password for the sentinels, FILE's first line (default none)", .words = "file"},
    {0, "sentinel-tls", OPT_FLAG, ROW(sentinel.tls),
     .help = "connect to the sentinels by TLS, trusting and showing what the server's options say"},
    {.type = OPT_HEADING, .help = "Authentication"},
    {'a', "pass", OPT_SECRET, ROW(password), "PASS",
     "password; it is wiped from the process list at once, a file or --askpass never gets there"},
    {0, "user", OPT_STR, ROW(user), "NAME", "ACL user to be; needs a password"},
    {0, "askpass", OPT_FLAG, ROW(askpass), .help = "ask for the password on the terminal"},
    {0, "password-file", OPT_STR, ROW(password_file), "FILE", "the password is FILE's first line",
     .words = "file"},
    {0, "password-fd", OPT_INT, ROW(password_fd), "FD",
     "the password is the first line read from descriptor FD", .max = 1 << 20},
    {0, "auth-command", OPT_STR, ROW(auth_command), "CMD",
     "the password is what CMD prints, run by the shell at each connect", .words = "command"},
    {.type = OPT_HEADING, .help = "Session"},
    {'n', "db", OPT_INT, ROW(typed.db), "DB", "database number (default 0)", .max = 2147483647},
    {'2', NULL, OPT_CALL, .fn = take_resp2, .help = "speak RESP2"},
    {'3', NULL, OPT_CALL, .fn = take_resp3, .help = "speak RESP3"},
    {0, "client-name", OPT_STR, ROW(client_name), "NAME", "name for CLIENT LIST"},
    {0, "client-capa-redirect", OPT_FLAG, ROW(capa_redirect),
     .help = "tell the server that redirections of a stand-alone node are understood"},
    {.type = OPT_HEADING, .help = "TLS"},
    {0, "tls", OPT_FLAG, ROW(tls), .help = "connect by TLS"},
    {0, "sni", OPT_STR, ROW(tls_opts.sni), "HOST",
     "server name to ask for (default the host, unless it is an address)", .words = "host"},
    {0, "cacert", OPT_STR, ROW(tls_opts.cacert), "FILE",
     "certificates of the authorities to trust (default the system's)", .words = "file"},
    {0, "cacertdir", OPT_STR, ROW(tls_opts.cacertdir), "DIR",
     "the same as a folder of hashed names", .words = "dir"},
    {0, "cert", OPT_STR, ROW(tls_opts.cert), "FILE", "client certificate", .words = "file"},
    {0, "key", OPT_STR, ROW(tls_opts.key), "FILE", "its private key", .words = "file"},
    {0, "key-pass-file", OPT_STR, ROW(tls_opts.key_pass_file), "FILE",
     "the key's passphrase is FILE's first line", .words = "file"},
    {0, "insecure", OPT_FLAG, ROW(tls_opts.insecure),
     .help = "verify nothing: whoever is on the way can read along"},
    {0, "tls-verify-name", OPT_STR, ROW(tls_opts.verify_name), "NAME",
     "name or address that the certificate must bear (default the host)", .words = "host"},
    {0, "tls-ciphers", OPT_STR, ROW(tls_opts.ciphers), "LIST", "ciphers of TLS 1.2, with colons"},
    {0, "tls-ciphersuites", OPT_STR, ROW(tls_opts.ciphersuites), "LIST",
     "ciphers of TLS 1.3, with colons"},
    {0, "tls-min-version", OPT_STR, ROW(tls_opts.min_version), "VERSION",
     "oldest version to accept (default 1.2)", .words = "1.2 1.3"},
    {0},
};

void connopt_init(struct connopt *o) {
    *o = (struct connopt){
        .password_fd = -1,
        .connect_timeout_s = -1,
        .keepalive_s = CONNOPT_KEEPALIVE_S,
        .retry = RETRY_POLICY_DEFAULT,
        .typed = {.db = -1, .command_timeout_s = -1, .keepalive_s = -1},
    };
    arena_init(&o->strings);
}

static char *dup_secret(const char *secret) {
    return secret ? mem_strdup(secret) : NULL;
}

void connopt_copy(struct connopt *o, const struct connopt *from) {
    *o = *from;
    o->uri = dup_secret(from->uri);
    o->password = dup_secret(from->password);
    o->sentinel.password = dup_secret(from->sentinel.password);
    arena_init(&o->strings);
}

void connopt_release(struct connopt *o) {
    drop_secret(&o->password);
    drop_secret(&o->uri);
    drop_secret(&o->sentinel.password);
    arena_release(&o->strings);
}

/* The options that were given and yield a password, two at most; how many. */
static int password_sources(const struct connopt *o, const char *names[2]) {
    const struct {
        bool given;
        const char *name;
    } all[] = {
        {o->password != NULL, "-a"},
        {o->askpass, "--askpass"},
        {o->password_file != NULL, "--password-file"},
        {o->password_fd >= 0, "--password-fd"},
        {o->auth_command != NULL, "--auth-command"},
    };
    int n = 0;
    for (size_t i = 0; i < sizeof all / sizeof *all && n < 2; i++)
        if (all[i].given) names[n++] = all[i].name;
    return n;
}

/* An option that was given and says where the server is. */
static const char *place_option(const struct connopt *o) {
    return o->host ? "-h" : o->port ? "-p" : o->path ? "-s" : o->uri ? "-u" : NULL;
}

static int check_typed(const struct connopt *o, struct err *e) {
    const char *names[2], *where = place_option(o);
    if (o->host && !*o->host) return err_set(e, VK_EUSAGE, "option '-h': the host is empty");
    if (o->path && !*o->path) return err_set(e, VK_EUSAGE, "option '-s': the path is empty");
    if (o->scratch && where)
        return err_set(e, VK_EUSAGE, "--scratch and %s exclude each other", where);
    if (o->path && (o->host || o->port))
        return err_set(e, VK_EUSAGE, "-s and %s exclude each other", where);
    if (password_sources(o, names) > 1)
        return err_set(e, VK_EUSAGE, "%s and %s exclude each other", names[0], names[1]);
    return 0;
}

/* ---- sentinels ---- */

/* An entry's port, which stands behind its last colon. */
static int take_sentinel_port(const char *p, const char *end, int *port) {
    int64_t n;
    if (str_to_i64(p, (size_t)(end - p), &n) < 0 || n < 1 || n > 65535) return VK_EUSAGE;
    *port = (int)n;
    return 0;
}

static int take_sentinel(const char *p, const char *end, struct connopt_place *out) {
    const char *host_end = p < end && *p == '[' ? memchr(p, ']', (size_t)(end - p)) : NULL;
    const char *colon = host_end ? host_end + 1 : memrchr(p, ':', (size_t)(end - p));
    if (p < end && *p == '[' && !host_end) return VK_EUSAGE;
    if (host_end && colon < end && *colon != ':') return VK_EUSAGE;
    if (host_end)
        p++;
    else if (colon && !memchr(p, ':', (size_t)(colon - p)))
        host_end = colon;
    else
        host_end = colon = end; /* no port: a name, or an IPv6 address without brackets */
    size_t len = (size_t)(host_end - p);
    if (!len || len > CONNOPT_HOST_MAX || strcspn(p, " \t") < len) return VK_EUSAGE;
    out->port = CONNOPT_SENTINEL_PORT;
    memcpy(out->host, p, len);
    out->host[len] = 0;
    return colon < end ? take_sentinel_port(colon + 1, end, &out->port) : 0;
}

int connopt_next_sentinel(const char **p, struct connopt_place *out) {
    const char *from = *p;
    if (!from) return VK_MORE;
    size_t len = strcspn(from, ",");
    *p = from[len] ? from + len + 1 : NULL;
    return take_sentinel(from, from + len, out);
}

/* An option for sentinels that was given, to name in an error. */
static const char *sentinel_option(const struct connopt_sentinel *s) {
    if (s->role) return "--role";
    if (s->peers) return "--sentinel-peers";
    if (s->user) return "--sentinel-user";
    if (s->password_file) return "--sentinel-password-file";
    return s->tls ? "--sentinel-tls" : NULL;
}

static int check_sentinel_list(const char *list, struct err *e) {
    struct connopt_place place;
    int n = 0;
    for (const char *p = list, *entry = p; p; entry = p, n++)
        if (connopt_next_sentinel(&p, &place) < 0)
            return err_set(e, VK_EUSAGE, "option '--sentinel': '%.*s' is not HOST or HOST:PORT",
                           (int)strcspn(entry, ","), entry);
    if (n <= CONNOPT_SENTINELS_MAX) return 0;
    return err_set(e, VK_EUSAGE, "option '--sentinel': more than %d sentinels",
                   CONNOPT_SENTINELS_MAX);
}

/* These options are ours in every face, so their contradictions are errors in every face. */
static int check_sentinel(const struct connopt *o, struct err *e) {
    const struct connopt_sentinel *s = &o->sentinel;
    const char *option = sentinel_option(s), *where = o->scratch ? "--scratch" : place_option(o);
    if (!s->list && s->service)
        return err_set(e, VK_EUSAGE, "--service needs --sentinel, which says whom to ask");
    if (!s->list && option)
        return err_set(e, VK_EUSAGE, "%s has no effect without --sentinel", option);
    if (!s->list) return 0;
    if (!s->service)
        return err_set(e, VK_EUSAGE, "--sentinel needs --service, the name to ask for");
    if (!*s->service) return err_set(e, VK_EUSAGE, "option '--service': the name is empty");
    if (where) return err_set(e, VK_EUSAGE, "--sentinel and %s exclude each other", where);
    if (s->user && !s->password_file)
        return err_set(e, VK_EUSAGE, "--sentinel-user needs --sentinel-password-file");
    return check_sentinel_list(s->list, e);
}

/* ---- the sources together ---- */

/* A host or port that was typed turns a URI's socket off, and the reverse. */
static void merge_address(struct connopt *o, const struct connopt *u) {
    bool typed = o->host || o->port;
    if (o->path || (typed && u->path)) return;
    if (!o->host) o->host = u->host;
    if (!o->port) o->port = u->port;
    o->path = u->path;
}

static void merge_texts(struct connopt *o, struct connopt *u) {
    static const size_t texts[] = {
        offsetof(struct connopt, user),
        offsetof(struct connopt, client_name),
        offsetof(struct connopt, tls_opts.cacert),
        offsetof(struct connopt, tls_opts.cacertdir),
        offsetof(struct connopt, tls_opts.cert),
        offsetof(struct connopt, tls_opts.key),
        offsetof(struct connopt, tls_opts.sni),
        offsetof(struct connopt, tls_opts.min_version),
        offsetof(struct connopt, tls_opts.verify_name),
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!TEXT_AT(o, texts[i])) TEXT_AT(o, texts[i]) = TEXT_AT(u, texts[i]);
}

static void merge(struct connopt *o, struct connopt *u) {
    const char *names[2];
    merge_address(o, u);
    merge_texts(o, u);
    if (!password_sources(o, names)) {
        o->password = u->password;
        u->password = NULL; /* moved to o */
    }
    if (!o->protocol) o->protocol = u->protocol;
    if (o->typed.db < 0) o->typed.db = u->db;
    if (o->connect_timeout_s < 0) o->connect_timeout_s = u->connect_timeout_s;
    if (o->typed.command_timeout_s < 0) o->typed.command_timeout_s = u->command_timeout_s;
    if (o->typed.keepalive_s < 0) o->typed.keepalive_s = u->keepalive_s;
    o->tls |= u->tls;
    o->capa_redirect |= u->capa_redirect;
    o->tls_opts.insecure |= u->tls_opts.insecure;
    o->tls_opts.verify_chain_only |= u->tls_opts.verify_chain_only;
    arena_release(&o->strings);
    o->strings = u->strings;
    arena_init(&u->strings); /* moved to o */
}

static int take_uri(struct connopt *o, struct err *e) {
    struct connopt u;
    if (!o->uri) return 0;
    connopt_init(&u);
    u.db = -1;
    u.command_timeout_s = u.keepalive_s = -1;
    int code = uri_parse(o->uri, &u, e);
    if (code == 0) merge(o, &u);
    uri_wipe(o->uri);
    connopt_release(&u);
    return code;
}

static int take_port(struct connopt *o, const char *text, struct err *e) {
    if (str_to_i64(text, strlen(text), &o->port) == 0 && o->port >= 1 && o->port <= 65535) return 0;
    return err_set(e, VK_EUSAGE, "VALKEYCLI_PORT: '%.40s' is not a port from 1 to 65535", text);
}

static int take_environment(struct connopt *o, connopt_env_fn *lookup, struct err *e) {
    const char *names[2], *host = lookup("VALKEYCLI_HOST"), *port = lookup("VALKEYCLI_PORT");
    const char *password = lookup("VALKEYCLI_AUTH");
    if (!password || !*password) password = lookup("REDISCLI_AUTH");
    if (o->scratch) return 0;
    if (password && *password && !password_sources(o, names)) o->password = mem_strdup(password);
    if (o->path || o->sentinel.list) return 0;
    if (host && *host && !o->host) o->host = host;
    return port && *port && !o->port ? take_port(o, port, e) : 0;
}

static void settle(struct connopt *o) {
    if (o->typed.db >= 0) o->db = o->typed.db;
    if (o->typed.command_timeout_s >= 0) o->command_timeout_s = o->typed.command_timeout_s;
    if (o->typed.keepalive_s >= 0) o->keepalive_s = o->typed.keepalive_s;
    if (o->connect_timeout_s < 0 && !o->lenient) o->connect_timeout_s = CONNOPT_CONNECT_TIMEOUT_S;
    if (o->lenient && o->askpass) drop_secret(&o->password);
}

static int bad_class(const char *name, size_t len, struct err *e) {
    struct buf valid;
    buf_init(&valid, 400);
    for (unsigned bit = 1; bit <= ERRCLASS_SERVER; bit <<= 1)
        buf_addf(&valid, "%s%s", bit > 1 ? ", " : "", errclass_name((enum errclass)bit));
    int code = err_set(e, VK_EUSAGE, "option '--retry-on': unknown kind '%.*s' (valid: %s)",
                       len > 40 ? 40 : (int)len, name, buf_cstr(&valid));
    buf_release(&valid);
    return code;
}

static int take_classes(const char *list, unsigned *mask, struct err *e) {
    for (const char *name = list, *end; name; name = *end ? end + 1 : NULL) {
        size_t len = strcspn(name, ",");
        end = name + len;
        enum errclass c = errclass_by_name(name, len);
        if (c == ERRCLASS_NONE) return bad_class(name, len, e);
        *mask |= c;
    }
    return 0;
}

static int settle_retry(struct connopt *o, struct err *e) {
    o->retry.retries = (int)o->retries;
    int code = o->backoff ? retry_parse_backoff(&o->retry, o->backoff, e) : 0;
    return code == 0 ? take_classes(o->retry_on, &o->retry.command_on, e) : code;
}

/* A TLS option that was given, to name in an error; of the server's name alone, or any. */
static const char *tls_option(const struct tls_opts *t, bool of_name) {
    enum { OF_NAME = 2 };
    const struct {
        bool given;
        const char *name;
    } all[] = {
        {t->sni, "--sni"},
        {t->verify_name, "--tls-verify-name"},
        {t->cacert, "--cacert"},
        {t->cacertdir, "--cacertdir"},
        {t->cert, "--cert"},
        {t->key, "--key"},
        {t->key_pass_file, "--key-pass-file"},
        {t->ciphers, "--tls-ciphers"},
        {t->ciphersuites, "--tls-ciphersuites"},
        {t->min_version, "--tls-min-version"},
        {t->insecure, "--insecure"},
    };
    for (size_t i = 0; i < (of_name ? OF_NAME : sizeof all / sizeof *all); i++)
        if (all[i].given) return all[i].name;
    return NULL;
}

static int check_settled(const struct connopt *o, struct err *e) {
    const char *names[2], *option = tls_option(&o->tls_opts, o->sentinel.tls);
    if (option && !o->tls) return err_set(e, VK_EUSAGE, "%s has no effect without --tls", option);
    if (o->tls_opts.verify_name && !*o->tls_opts.verify_name)
        return err_set(e, VK_EUSAGE, "option '--tls-verify-name': the name is empty");
    if (o->scratch && o->tls)
        return err_set(e, VK_EUSAGE, "--scratch and --tls exclude each other");
    if (o->tls_opts.insecure && o->tls_opts.verify_name)
        return err_set(e, VK_EUSAGE, "--insecure and --tls-verify-name exclude each other");
    if (o->user && !password_sources(o, names))
        return err_set(e, VK_EUSAGE, "user '%.80s' needs a password (--askpass, or -a '' for none)",
                       o->user);
    return 0;
}

int connopt_finish(struct connopt *o, connopt_env_fn *lookup, struct err *e) {
    int code = check_sentinel(o, e);
    if (code == 0 && !o->lenient) code = check_typed(o, e);
    if (code == 0) code = take_uri(o, e);
    o->password_shown = o->password != NULL;
    if (code == 0) code = take_environment(o, lookup, e);
    if (code < 0) return code;
    settle(o);
    code = settle_retry(o, e);
    return code == 0 && !o->lenient ? check_settled(o, e) : code;
}

const char *connopt_host(const struct connopt *o) {
    if (o->host) return o->host;
    return o->sentinel.list ? "" : "127.0.0.1";
}

static int port_of(const struct connopt *o) {
    return o->port ? (int)o->port : 6379;
}

struct dial_opts connopt_dial(const struct connopt *o, int64_t deadline_ns) {
    bool v6 = o->family == DIAL_V6;
    return (struct dial_opts){
        .host = connopt_host(o),
        .port = port_of(o),
        .path = o->path,
        .family = o->lenient ? DIAL_ANY : (enum dial_family)o->family,
        .multipath = o->mptcp,
        .prefer_v4 = o->lenient && !v6,
        .prefer_v6 = o->lenient && v6,
        .keepalive = o->keepalive_s > 0,
        .keepalive_idle_s = (int)o->keepalive_s,
        .keepalive_interval_s = o->keepalive_s >= 3 ? (int)(o->keepalive_s / 3) : 1,
        .keepalive_count = 3,
        .user_timeout_ms = (int)(o->user_timeout_s * 1e3),
        .deadline_ns = deadline_ns,
    };
}

const char *connopt_where(const struct connopt *o, char *text, size_t cap) {
    const char *host = connopt_host(o);
    const char *open = strchr(host, ':') ? "[" : "", *close = *open ? "]" : "";
    const char *service = o->sentinel.service;
    if (o->path)
        snprintf(text, cap, "%s", o->path);
    else if (o->sentinel.list && !o->host)
        snprintf(text, cap, "sentinel %s", service);
    else if (o->sentinel.list)
        snprintf(text, cap, "%s (%s%s%s:%d)", service, open, host, close, port_of(o));
    else
        snprintf(text, cap, "%s%s%s:%d", open, host, close, port_of(o));
    return text;
}
