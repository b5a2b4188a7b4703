/* SPDX-License-Identifier: BSD-3-Clause */
/* Who may come in, and what he may do then; the certificate that the server shows. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "judge_case.h"

enum { CERT_WARNING_DAYS = 30 };

/* ---- reach ---- */

static bool is_loopback(const char *p, size_t len) {
    if (len && *p == '-') p++, len--; /* "-::1": it need not be there */
    return (len >= 4 && !memcmp(p, "127.", 4)) || (len == 3 && !memcmp(p, "::1", 3)) ||
           (len == 9 && !memcmp(p, "localhost", 9));
}

/* bind holds an address that others reach; an empty bind means all. */
static bool is_exposed(const struct judge_case *c) {
    char bind[512];
    judge_case_text(c, "bind", bind, sizeof bind);
    if (!*bind) return true;
    for (const char *p = bind; *p; p += strspn(p, " ")) {
        size_t len = strcspn(p, " ");
        if (!is_loopback(p, len)) return true;
        p += len;
    }
    return false;
}

/* ---- users ---- */

static bool has_word(const char *line, size_t len, const char *word) {
    size_t n = strlen(word);
    for (size_t i = 0; i + n <= len; i++)
        if (!memcmp(line + i, word, n) && (!i || line[i - 1] == ' ') &&
            (i + n == len || line[i + n] == ' '))
            return true;
    return false;
}

/* "user NAME on nopass ... +@all": no password, and everything or what is dangerous allowed. */
static bool is_open_user(const char *line, size_t len, char *name, size_t cap) {
    if (len < 5 || memcmp(line, "user ", 5) != 0) return false;
    size_t n = 0;
    while (5 + n < len && line[5 + n] != ' ')
        n++;
    snprintf(name, cap, "%.*s", (int)n, line + 5);
    return has_word(line, len, "on") && has_word(line, len, "nopass");
}

static bool is_mighty(const char *line, size_t len) {
    bool all = has_word(line, len, "+@all") || has_word(line, len, "allcommands");
    return all ? !has_word(line, len, "-@dangerous") && !has_word(line, len, "-@admin")
               : has_word(line, len, "+@dangerous") || has_word(line, len, "+@admin");
}

static void find_open(struct judge_case *c, const char *name, bool mighty) {
    bool is_default = !strcmp(name, "default");
    bool protected = !judge_case_is(c, "protected-mode", "no") && is_default;
    bool exposed = is_exposed(c) && !protected;
    judge_case_find(c,
                    !exposed ? JUDGE_NOTE
                    : mighty ? JUDGE_CRITICAL
                             : JUDGE_WARNING,
                    exposed ? "anybody who reaches the port may %s without a password (user %s)"
                            : "whoever is on this machine may %s without a password (user %s)",
                    mighty ? "do everything" : "come in", name);
    JUDGE_FIELDS(c, "bind", "protected-mode", "port", "tls-port");
    judge_case_evidence(c, "user", "%s nopass%s", name, mighty ? ", dangerous commands" : "");
    if (is_default)
        judge_case_advise(c,
                          "CONFIG SET requirepass SECRET (vk --askpass asks for it), or ACL "
                          "SETUSER default off and users of their own%s",
                          exposed ? "; CONFIG SET protected-mode yes until then" : "");
    else
        judge_case_advise(c, "ACL SETUSER %s resetpass >SECRET", name);
}

static void open_users(struct judge_case *c) {
    const char *line;
    size_t at = 0, len;
    char name[128];
    while (judge_case_line(c, JUDGE_ACL, &at, &line, &len))
        if (is_open_user(line, len, name, sizeof name)) find_open(c, name, is_mighty(line, len));
}

/* Protected mode lets nobody in from elsewhere while the default user has no password. */
static bool is_protected(const struct judge_case *c) {
    const char *line;
    size_t at = 0, len;
    char name[128];
    if (judge_case_is(c, "protected-mode", "no")) return false;
    while (judge_case_line(c, JUDGE_ACL, &at, &line, &len))
        if (is_open_user(line, len, name, sizeof name) && !strcmp(name, "default")) return true;
    return false;
}

static void plain_text(struct judge_case *c) {
    if (!is_exposed(c) || judge_case_is(c, "port", "0") || is_protected(c)) return;
    judge_case_find(c, JUDGE_NOTE, "passwords and data cross the network in plain text");
    JUDGE_FIELDS(c, "bind", "port", "tls-port");
    judge_case_advise(c, "tls-port with tls-cert-file and tls-key-file, then port 0");
}

static void strong_commands(struct judge_case *c) {
    static const char *const names[] = {"enable-debug-command", "enable-module-command",
                                        "enable-protected-configs"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!judge_case_is(c, names[i], "yes")) continue;
        judge_case_find(c, is_exposed(c) ? JUDGE_WARNING : JUDGE_NOTE,
                        "commands that can take over or stop the server are open to every client");
        JUDGE_FIELDS(c, names[i], "bind");
        judge_case_advise(c, "%s no (or local) in the configuration file", names[i]);
    }
}

static void denied(struct judge_case *c) {
    int64_t n = judge_case_int(c, "acl_access_denied_auth");
    if (n < 100) return;
    judge_case_find(c, JUDGE_WARNING,
                    "%lld logins have been refused: a wrong password somewhere, "
                    "or somebody guesses",
                    (long long)n);
    JUDGE_FIELDS(c, "acl_access_denied_auth", "uptime_in_seconds");
    judge_case_advise(c, "ACL LOG tells who it was");
}

/* ---- the certificate ---- */

static void add_date(struct judge_case *c, const char *name, int64_t s) {
    struct tm tm;
    char text[40] = "?";
    time_t t = (time_t)s;
    if (gmtime_r(&t, &tm)) strftime(text, sizeof text, "%Y-%m-%d %H:%M:%SZ", &tm);
    judge_case_evidence(c, name, "%s", text);
}

static void certificate(struct judge_case *c) {
    const struct judge_node *n = c->node;
    int64_t left = n->cert_to_s - n->now_s, days = left / JUDGE_DAY_S;
    bool early = n->cert_from_s > n->now_s;
    char text[JUDGE_AMOUNT_CAP];
    if (!early && days >= CERT_WARNING_DAYS) return;
    judge_case_find(c, left < 0 || early ? JUDGE_CRITICAL : JUDGE_WARNING,
                    early      ? "the certificate of the TLS port is not valid yet: begins in %s"
                    : left < 0 ? "the certificate of the TLS port ended %s ago"
                               : "the certificate of the TLS port ends in %s",
                    judge_case_seconds(text, early      ? n->cert_from_s - n->now_s
                                             : left < 0 ? -left
                                                        : left));
    judge_case_evidence(c, "tls-port", "%d", n->tls_port);
    add_date(c, "not before", n->cert_from_s);
    add_date(c, "not after", n->cert_to_s);
    JUDGE_FIELDS(c, "tls-cert-file");
    judge_case_advise(c, "put a new one into tls-cert-file and tls-key-file, then CONFIG SET "
                         "tls-cert-file PATH: it is read at once");
}

const struct judge_rule judge_security_rules[] = {
    {"certificate", JUDGE_NEEDS(CERTIFICATE), false, certificate},
    {"open users", JUDGE_NEEDS(ACL) | JUDGE_NEEDS(CONFIG), false, open_users},
    {"plain text", JUDGE_NEEDS(ACL) | JUDGE_NEEDS(CONFIG), false, plain_text},
    {"strong commands", JUDGE_NEEDS(CONFIG), false, strong_commands},
    {"refused logins", JUDGE_NEEDS(INFO), false, denied},
    {0},
};
