/* SPDX-License-Identifier: BSD-3-Clause */
/* scheme://[[user]:password@][host][:port][/db][?option=value&...] and unix:[//[..@]]path. The text
 * is cut into raw parts first, at bytes that an encoded part cannot contain; then each part is
 * decoded once. Nothing of the part before the query is quoted in an error, for it may be a
 * password in disguise. Opens no file and resolves no name. */
#include "client/uri.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

/* Raw bytes of the URI. */
struct part {
    const char *p;
    size_t len;
};

struct parts {
    bool tls, is_unix;
    bool has_user_info;
    struct part user_info, host_port, path, query; /* query without '?' */
};

enum value_type { TEXT, PASSWORD, WHOLE, SECONDS, YES_SETS, NO_SETS, KEEPALIVE, PROTOCOL, VERIFY };

struct uri_option {
    const char *name;
    enum value_type type;
    size_t offset;
    double max;
};

#define AT(member) offsetof(struct connopt, member)

/* The Python clients' names stand beside our own. */
static const struct uri_option options[] = {
    {"db", WHOLE, AT(db), 2147483647},
    {"user", TEXT, AT(user), 0},
    {"username", TEXT, AT(user), 0},
    {"password", PASSWORD, AT(password), 0},
    {"protocol", PROTOCOL, AT(protocol), 0},
    {"client_name", TEXT, AT(client_name), 0},
    {"client_capa_redirect", YES_SETS, AT(capa_redirect), 0},
    {"connect_timeout", SECONDS, AT(connect_timeout_s), 1e9},
    {"socket_connect_timeout", SECONDS, AT(connect_timeout_s), 1e9},
    {"command_timeout", SECONDS, AT(command_timeout_s), 1e9},
    {"socket_timeout", SECONDS, AT(command_timeout_s), 1e9},
    {"keepalive", SECONDS, AT(keepalive_s), 32767},
    {"socket_keepalive", KEEPALIVE, AT(keepalive_s), 0},
    {"sni", TEXT, AT(tls_opts.sni), 0},
    {"cacert", TEXT, AT(tls_opts.cacert), 0},
    {"ssl_ca_certs", TEXT, AT(tls_opts.cacert), 0},
    {"cacertdir", TEXT, AT(tls_opts.cacertdir), 0},
    {"ssl_ca_path", TEXT, AT(tls_opts.cacertdir), 0},
    {"cert", TEXT, AT(tls_opts.cert), 0},
    {"ssl_certfile", TEXT, AT(tls_opts.cert), 0},
    {"key", TEXT, AT(tls_opts.key), 0},
    {"ssl_keyfile", TEXT, AT(tls_opts.key), 0},
    {"insecure", YES_SETS, AT(tls_opts.insecure), 0},
    {"ssl_cert_reqs", VERIFY, AT(tls_opts.insecure), 0},
    {"ssl_check_hostname", NO_SETS, AT(tls_opts.verify_chain_only), 0},
    {"tls_verify_name", TEXT, AT(tls_opts.verify_name), 0},
    {"tls_min_version", TEXT, AT(tls_opts.min_version), 0},
};
enum { N_OPTIONS = sizeof options / sizeof *options };
_Static_assert(N_OPTIONS <= 32, "take_pair has a bit for each");

static struct part part_of(const char *p, const char *end) {
    return (struct part){p, (size_t)(end - p)};
}

static const char *find(struct part s, char c) {
    return s.len ? memchr(s.p, c, s.len) : NULL;
}

static int bad(struct err *e, const char *what, const char *why) {
    return err_set(e, VK_EUSAGE, "bad URI: %s %s", what, why);
}

static void drop_secret(char *text) {
    if (text) mem_wipe(text, strlen(text));
    free(text);
}

/* The byte that '%' at p, with `left` bytes, stands for; -1 for none. */
static int escaped_byte(const char *p, size_t left) {
    if (left < 3 || str_hex(p[1]) < 0 || str_hex(p[2]) < 0) return -1;
    return str_hex(p[1]) << 4 | str_hex(p[2]);
}

/* s decoded once, with a NUL behind, for the caller to drop_secret. `what` names it in an error. */
static int decode(struct part s, const char *what, char **out, struct err *e) {
    char *text = mem_alloc(s.len + 1), *to = text;
    int byte = 1;
    for (size_t i = 0; i < s.len && byte > 0; i++) {
        byte = (unsigned char)s.p[i];
        if (byte == '%') {
            byte = escaped_byte(s.p + i, s.len - i);
            i += 2;
        }
        *to++ = (char)byte;
    }
    *to = 0;
    if (byte > 0) {
        *out = text;
        return 0;
    }
    drop_secret(text);
    return bad(e, what,
               byte < 0 ? "has a '%' without two hexadecimal digits (a plain one is %25)"
                        : "cannot contain %00");
}

static int take_text(struct part s, const char *what, struct connopt *o, const char **to,
                     struct err *e) {
    char *text;
    int code = decode(s, what, &text, e);
    if (code < 0) return code;
    *to = arena_dup(&o->strings, text, strlen(text));
    free(text);
    return 0;
}

static int take_password(struct part s, struct connopt *o, struct err *e) {
    char *text;
    int code = decode(s, "the password", &text, e);
    if (code < 0) return code;
    drop_secret(o->password);
    o->password = text;
    return 0;
}

/* The scheme, and where the rest begins. unix: goes without "//" too. */
static int cut_scheme(const char *uri, struct parts *u, const char **rest, struct err *e) {
    static const struct {
        const char *name;
        bool tls, is_unix;
    } schemes[] = {
        {"valkey", .tls = false}, {"valkeys", .tls = true},  {"redis", .tls = false},
        {"rediss", .tls = true},  {"unix", .is_unix = true},
    };
    size_t len = strcspn(uri, ":");
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        if (!uri[len] || !str_ieq(uri, len, schemes[i].name)) continue;
        if (!schemes[i].is_unix && strncmp(uri + len, "://", 3)) break;
        u->tls = schemes[i].tls;
        u->is_unix = schemes[i].is_unix;
        *rest = uri + len + 1;
        return 0;
    }
    return bad(e, "it", "must begin with valkey:// valkeys:// redis:// rediss:// or unix:");
}

/* What is between "//" and the path. */
static int cut_authority(struct part a, struct parts *u, struct err *e) {
    const char *end = a.p + a.len, *at = find(a, '@');
    u->host_port = part_of(at ? at + 1 : a.p, end);
    u->has_user_info = at != NULL;
    if (at) u->user_info = part_of(a.p, at);
    if (u->is_unix && u->host_port.len)
        return bad(e, "unix://", "has no host: unix:///PATH, and in a user or password '/' is %2F");
    return 0;
}

static int cut(const char *uri, struct parts *u, struct err *e) {
    static const char encode[] = "in a user or password is %40, and a '/' there %2F";
    const char *p = NULL;
    for (p = uri; (unsigned char)*p > ' ' && *p != 0x7f && *p != '#'; p++) {
    }
    if (*p == '#') return bad(e, "a '#'", "in it is written %23");
    if (*p) return bad(e, "a blank or control character", "in it is written with a '%'");
    int code = cut_scheme(uri, u, &p, e);
    if (code < 0) return code;
    size_t query = strcspn(p, "?");
    const char *end = p + query;
    if (*end) u->query = part_of(end + 1, end + strlen(end));
    if (!strncmp(p, "//", 2)) {
        const char *authority = p + 2;
        p = authority + strcspn(authority, "/?");
        code = cut_authority(part_of(authority, p), u, e);
    }
    u->path = part_of(p, end);
    bool again = find(u->host_port, '@') || find(u->query, '@');
    if (again || (!u->is_unix && find(u->path, '@'))) return bad(e, "an '@'", encode);
    return code;
}

/* user:password, :password, or the password alone. */
static int take_user_info(struct part s, struct connopt *o, struct err *e) {
    const char *colon = find(s, ':'), *end = s.p + s.len;
    struct part user = part_of(s.p, colon ? colon : s.p);
    struct part password = part_of(colon ? colon + 1 : s.p, end);
    int code = user.len ? take_text(user, "the user", o, &o->user, e) : 0;
    if (code < 0 || (!user.len && !password.len)) return code;
    return take_password(password, o, e);
}

static int take_port(struct part s, struct connopt *o, struct err *e) {
    uint64_t port;
    if (!s.len) return 0;
    if (str_to_u64(s.p, s.len, &port) < 0 || port < 1 || port > 65535)
        return bad(
            e, "the port",
            "is no number from 1 to 65535 (an '@' ends user and password; an IPv6 address is "
            "written [::1])");
    o->port = (int64_t)port;
    return 0;
}

/* An IPv6 literal, without a look at what its parts mean; a zone may follow. */
static bool is_v6(const char *host) {
    size_t len = strspn(host, "0123456789abcdefABCDEF:.");
    return memchr(host, ':', len) && (!host[len] || (host[len] == '%' && host[len + 1]));
}

static int take_host_port(struct part s, struct connopt *o, struct err *e) {
    bool bracket = s.len && *s.p == '[';
    const char *end = s.p + s.len, *host_end = find(s, bracket ? ']' : ':'), *host;
    if (bracket && !host_end) return bad(e, "the host", "has no ']'");
    if (!host_end) host_end = end;
    const char *rest = host_end + bracket;
    if (rest < end && *rest != ':') return bad(e, "the host", "ends with ']' or goes on with ':'");
    int code = take_port(rest < end ? part_of(rest + 1, end) : (struct part){rest, 0}, o, e);
    if (code < 0 || host_end == s.p) return code;
    code = take_text(part_of(s.p + bracket, host_end), "the host", o, &host, e);
    if (code < 0) return code;
    if (bracket && !is_v6(host)) return bad(e, "the host", "in brackets is no IPv6 address");
    o->host = host;
    return 0;
}

static int take_db(struct part path, struct connopt *o, struct err *e) {
    uint64_t db;
    if (path.len <= 1) return 0;
    if (str_to_u64(path.p + 1, path.len - 1, &db) < 0 || db > INT32_MAX)
        return bad(e, "the path", "is no database number, as in /0");
    o->db = (int64_t)db;
    return 0;
}

static int take_place(const struct parts *u, struct connopt *o, struct err *e) {
    if (u->is_unix) {
        if (!u->path.len) return bad(e, "unix:", "needs a path");
        o->host = NULL;
        o->port = 0;
        return take_text(u->path, "the path", o, &o->path, e);
    }
    o->path = NULL;
    if (u->tls) o->tls = true;
    int code = take_host_port(u->host_port, o, e);
    return code == 0 ? take_db(u->path, o, e) : code;
}

static int bad_value(struct err *e, const char *name, const char *wanted) {
    return err_set(e, VK_EUSAGE, "bad URI: option '%s' is not %s", name, wanted);
}

/* 1, 0, or -1 for neither. */
static int truth(const char *word) {
    static const char *const words[2][6] = {{"0", "f", "false", "n", "no", "off"},
                                            {"1", "t", "true", "y", "yes", "on"}};
    for (int value = 0; value < 2; value++)
        for (int i = 0; i < 6; i++)
            if (str_ieq(word, strlen(word), words[value][i])) return value;
    return -1;
}

static int store_truth(const struct uri_option *q, const char *value, void *to, struct err *e) {
    int yes = truth(value);
    if (!*value) return 0; /* as the Python clients: not set */
    if (yes < 0) return bad_value(e, q->name, "yes or no");
    if (q->type == KEEPALIVE)
        *(double *)to = yes ? CONNOPT_KEEPALIVE_S : 0;
    else
        *(bool *)to = q->type == YES_SETS ? yes : !yes;
    return 0;
}

static int store_number(const struct uri_option *q, const char *value, void *to, struct err *e) {
    char wanted[64];
    double v;
    uint64_t n;
    if (q->type == SECONDS && str_to_double(value, strlen(value), &v) == 0 && v >= 0 &&
        v <= q->max) {
        *(double *)to = v;
        return 0;
    }
    if (q->type == WHOLE && str_to_u64(value, strlen(value), &n) == 0 && (double)n <= q->max) {
        *(int64_t *)to = (int64_t)n;
        return 0;
    }
    snprintf(wanted, sizeof wanted, "a %s from 0 to %.15g",
             q->type == WHOLE ? "whole number" : "number", q->max);
    return bad_value(e, q->name, wanted);
}

static int store_protocol(const struct uri_option *q, const char *value, int *to, struct err *e) {
    if (strcmp(value, "2") && strcmp(value, "3")) return bad_value(e, q->name, "2 or 3");
    *to = *value - '0';
    return 0;
}

static int store_verify(const struct uri_option *q, const char *value, bool *to, struct err *e) {
    if (strcmp(value, "none") && strcmp(value, "required"))
        return bad_value(e, q->name, "none or required");
    *to = *value == 'n';
    return 0;
}

static int store_text(const struct uri_option *q, struct part value, struct connopt *o,
                      const char **to, struct err *e) {
    if (value.len) return take_text(value, q->name, o, to, e);
    return q->offset == AT(user) ? 0 : bad(e, q->name, "is empty");
}

static int store(const struct uri_option *q, struct part raw, struct connopt *o, struct err *e) {
    void *to = (char *)o + q->offset;
    char *value;
    if (q->type == TEXT) return store_text(q, raw, o, to, e);
    if (q->type == PASSWORD) return take_password(raw, o, e);
    int code = decode(raw, q->name, &value, e);
    if (code < 0) return code;
    switch (q->type) {
    case WHOLE:
    case SECONDS: code = store_number(q, value, to, e); break;
    case PROTOCOL: code = store_protocol(q, value, to, e); break;
    case VERIFY: code = store_verify(q, value, to, e); break;
    default: code = store_truth(q, value, to, e); break;
    }
    free(value);
    return code;
}

static int unknown(const char *name, struct err *e) {
    const char *best = NULL;
    int least = OPT_FAR;
    for (int i = 0; i < N_OPTIONS; i++) {
        int distance = opt_distance(name, strlen(name), options[i].name);
        if (distance >= least) continue;
        least = distance;
        best = options[i].name;
    }
    if (best)
        return err_set(e, VK_EUSAGE, "bad URI: unknown option '%.60s' (did you mean '%s'?)", name,
                       best);
    return err_set(e, VK_EUSAGE, "bad URI: unknown option '%.60s'", name);
}

static int find_option(const char *name) {
    for (int i = 0; i < N_OPTIONS; i++)
        if (!strcmp(options[i].name, name)) return i;
    return -1;
}

/* Cut the next name=value off the query. */
static void next_pair(struct part *query, struct part *name, struct part *value) {
    const char *end = query->p + query->len, *stop = find(*query, '&');
    *name = part_of(query->p, stop ? stop : end);
    *query = part_of(stop ? stop + 1 : end, end);
    const char *name_end = name->p + name->len, *equals = find(*name, '=');
    *value = part_of(equals ? equals + 1 : name_end, name_end);
    if (equals) name->len = (size_t)(equals - name->p);
}

/* seen has a bit for each option stored: two values for one thing are a contradiction. */
static int take_pair(struct part raw_name, struct part value, struct connopt *o, uint32_t *seen,
                     struct err *e) {
    char *name;
    int code = decode(raw_name, "an option's name", &name, e);
    if (code < 0) return code;
    int at = find_option(name);
    if (at < 0) {
        code = unknown(name, e);
    } else {
        uint32_t same = 0;
        for (int i = 0; i < N_OPTIONS; i++)
            same |= (uint32_t)(options[i].offset == options[at].offset) << i;
        code = *seen & same
                   ? err_set(e, VK_EUSAGE, "bad URI: option '%s' is there twice", options[at].name)
                   : store(&options[at], value, o, e);
        *seen |= same;
    }
    free(name);
    return code;
}

static int take_query(struct part query, struct connopt *o, struct err *e) {
    uint32_t seen = 0;
    while (query.len) {
        struct part name, value;
        next_pair(&query, &name, &value);
        if (!name.len && !value.len) continue; /* "?a=1&" */
        int code = take_pair(name, value, o, &seen, e);
        if (code < 0) return code;
    }
    return 0;
}

int uri_parse(const char *uri, struct connopt *o, struct err *e) {
    struct parts u = {0};
    int code = cut(uri, &u, e);
    if (code == 0) code = take_place(&u, o, e);
    if (code == 0 && u.has_user_info) code = take_user_info(u.user_info, o, e);
    if (code == 0) code = take_query(u.query, o, e);
    return code;
}

static void wipe(char *from, const char *end) {
    if (from < end) memset(from, 'x', (size_t)(end - from));
}

/* Before the last '@', so that a password with a raw '@' or '/' goes as well. */
static void wipe_user_info(char *uri) {
    char *start = strstr(uri, "//"), *at = strrchr(uri, '@');
    if (!at) return;
    start = start && start < at ? start + 2 : uri;
    char *user_end = memchr(start, '@', (size_t)(at - start) + 1);
    char *colon = memchr(start, ':', (size_t)(user_end - start));
    wipe(colon ? colon + 1 : start, at);
}

static void wipe_query(char *query) {
    struct part left = part_of(query, query + strlen(query));
    while (left.len) {
        struct part raw, value;
        char *name;
        next_pair(&left, &raw, &value);
        if (decode(raw, "", &name, NULL) < 0) continue;
        if (!strcmp(name, "password")) wipe(query + (value.p - query), value.p + value.len);
        free(name);
    }
}

void uri_wipe(char *uri) {
    char *question = strchr(uri, '?');
    if (question) wipe_query(question + 1);
    wipe_user_info(uri);
}
