/* SPDX-License-Identifier: BSD-3-Clause */
/* Names, words, exit codes and the greeting of the compatible faces. See face.h. */
#include "face.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "base/str.h"
#include "core/errclass.h"
#include "io/file.h"

enum { TEXT_MAX = 2048 };

enum face face_of(const char *argv0) {
    const char *slash = strrchr(argv0, '/');
    const char *name = slash ? slash + 1 : argv0;
    if (!strcmp(name, "valkey-cli")) return FACE_VALKEY_CLI;
    if (!strcmp(name, "redis-cli")) return FACE_REDIS_CLI;
    return FACE_NATIVE;
}

const char *face_name(enum face f) {
    return f == FACE_VALKEY_CLI ? "valkey-cli" : f == FACE_REDIS_CLI ? "redis-cli" : "vk";
}

const char *face_version(enum face f) {
    return f == FACE_NATIVE ? VK_VERSION : "7.0.15 (vk " VK_VERSION ")";
}

/* The tool has OpenSSL's bare reason; of a certificate that does not verify we know more. */
static int tls_reason_len(const char *text) {
    static const char verify[] = "certificate verify failed";
    return (int)(strncmp(text, verify, sizeof verify - 1) ? strlen(text) : sizeof verify - 1);
}

int face_fail(const struct options *o, const struct err *e) {
    if (e->code == VK_ECANCEL) return errclass_exit_of_code(e->code); /* who pressed Ctrl-C knows */
    if (o->face == FACE_NATIVE) {
        msg_warn("%s", e->text);
        return errclass_exit_of_code(e->code);
    }
    if (!*e->text) return 1; /* all has been said */
    char text[sizeof e->text + 320], where[256];
    const char *server = o->face == FACE_REDIS_CLI ? "Redis" : "Valkey";
    const char *tls = e->code == VK_ETLS ? strstr(e->text, ": TLS: ") : NULL;
    bool connecting = e->code == VK_ECONNECT || e->code == VK_ETIMEOUT;
    if (tls)
        snprintf(text, sizeof text, "Could not connect to %s at %s: SSL_connect failed: %.*s",
                 server, connopt_where(&o->conn, where, sizeof where), tls_reason_len(tls + 7),
                 tls + 7);
    else if (e->code == VK_ETLS)
        snprintf(text, sizeof text, "Could not negotiate a TLS connection: %s", e->text);
    else if (connecting)
        snprintf(text, sizeof text, "Could not connect to %s at %s: %s", server,
                 connopt_where(&o->conn, where, sizeof where), err_reason(e));
    else if (e->code == VK_ELOST)
        snprintf(text, sizeof text, "Error: %s",
                 e->sys ? strerror(e->sys) : "Server closed the connection");
    else
        snprintf(text, sizeof text, "%s%s", e->code == VK_EPROTO ? "Error: " : "", e->text);
    msg_say("%s", text);
    return 1;
}

/* "-x and -X exclude each other" as the tool words it. */
static bool say_exclusive(const char *text) {
    char one[32], other[32];
    int whole = 0;
    sscanf(text, "%31s and %31s exclude each other%n", one, other, &whole);
    if (whole) msg_say("Options %s and %s are mutually exclusive.", one, other);
    return whole;
}

static const char bad_scheme[] = "bad URI: it must begin with"; /* client/uri */

static const char needs_eval[] = "Options --ldb and --ldb-sync-mode require"; /* options.c */

int face_usage(const struct options *o, const struct err *e, const char *at) {
    if (o->face == FACE_NATIVE) {
        msg_warn("%s%s", e->text, e->code == VK_EUSAGE ? " (vk --help shows all options)" : "");
        return errclass_exit_of_code(e->code);
    }
    if (say_exclusive(e->text)) return 1;
    if (at && *at == '-')
        msg_say("Unrecognized option or bad number of args for: '%s'", at);
    else if (!strncmp(e->text, bad_scheme, sizeof bad_scheme - 1))
        msg_say("Invalid URI scheme");
    else
        msg_say("%s", e->text);
    if (!strncmp(e->text, needs_eval, sizeof needs_eval - 1))
        msg_say("Try %s --help for more information.", o->program);
    return 1;
}

void face_warn(const struct options *o) {
    if (o->face == FACE_NATIVE || o->no_auth_warning || !o->conn.password_shown) return;
    msg_say("Warning: Using a password with '-a' or '-u' option on the command line interface may "
            "not be safe.");
}

/* Run one command of the greeting. VK_ESERVER: an error reply, which is reported here. */
static int greet(struct client *c, int argc, const char *const *argv, const char *label,
                 struct err *e) {
    const struct reply *r;
    int code = client_call(c, argc, argv, &r, e);
    if (code < 0 || !resp_read_is_error(r->type)) return code;
    msg_say("%s failed: %.*s", label, (int)r->len, r->p);
    return VK_ESERVER;
}

static int greet_all(const struct connopt *k, struct client *c, struct err *e) {
    char db[STR_INT_MAX + 1], label[64];
    int code = 0;
    if (k->password && k->user)
        code = greet(c, 3, (const char *[]){"AUTH", k->user, k->password}, "AUTH", e);
    else if (k->password)
        code = greet(c, 2, (const char *[]){"AUTH", k->password}, "AUTH", e);
    if (code == 0 && k->db) {
        db[str_put_i64(db, k->db)] = 0;
        snprintf(label, sizeof label, "SELECT %s", db);
        code = greet(c, 2, (const char *[]){"SELECT", db}, label, e);
    }
    if (code < 0 || k->protocol != 3) return code;
    return greet(c, 2, (const char *[]){"HELLO", "3"}, "HELLO 3", e);
}

int face_greet(const struct options *o, struct client *c, struct err *e) {
    int code = o->face == FACE_NATIVE ? 0 : greet_all(&o->conn, c, e);
    return code == VK_ESERVER ? err_set(e, code, "%s", "") : code;
}

static bool is_one_of(const char *const *words, const char *p, size_t len) {
    while (*words && !str_ieq(p, len, *words))
        words++;
    return *words;
}

static bool subscribes(int argc, const char *const *argv, const size_t *lens) {
    static const char *const words[] = {"subscribe", "psubscribe", "ssubscribe", NULL};
    return argc && is_one_of(words, argv[0], lens[0]);
}

void face_announce(const struct options *o, int argc, const char *const *argv, const size_t *lens,
                   struct buf *out) {
    if (o->face != FACE_NATIVE && o->format != RENDER_RAW && subscribes(argc, argv, lens))
        buf_adds(out, "Reading messages... (press Ctrl-C to quit)\n");
}

bool face_listens_after(int argc, const char *const *argv, const size_t *lens) {
    static const char *const words[] = {"monitor", NULL};
    return subscribes(argc, argv, lens) || (argc && is_one_of(words, argv[0], lens[0]));
}

/* A whole number in front of the command that is no number of times. */
static bool is_bad_repeat(int argc, const char *first) {
    char *end;
    errno = 0;
    long n = strtol(first, &end, 10); /* an empty word counts as 0, blanks in front are skipped */
    return argc > 1 && !*end && (errno || n <= 0);
}

/* ":set hints" and its kin: preferences of the tool's own prompt. */
static void keep_preference(const char *name, int argc, const char *const *argv, struct buf *out) {
    static const char *const known[] = {"hints", "nohints", NULL};
    if (argc < 2 || !str_ieq(argv[0], strlen(argv[0]), ":set"))
        buf_addf(out, "unknown %s internal command '%s'\n", name, argv[0]);
    else if (!is_one_of(known, argv[1], strlen(argv[1])))
        buf_addf(out, "unknown %s preference '%s'\n", name, argv[1]);
}

bool face_keeps_line(const struct options *o, int argc, const char *const *argv, struct buf *out) {
    const char *name = face_name(o->face), *word = argc ? argv[0] : "";
    if (!argc || o->face == FACE_NATIVE) return false;
    if (is_bad_repeat(argc, word))
        buf_addf(out, "Invalid %s repeat command option value.\n", name);
    else if (*word == ':')
        keep_preference(name, argc, argv, out);
    else if (str_ieq(word, strlen(word), "restart"))
        buf_adds(out, "Use 'restart' only in Lua debugging mode.\n");
    else if (argc == 1 && str_ieq(word, strlen(word), "clear"))
        buf_adds(out, "\x1b[H\x1b[2J");
    else
        return false;
    return true;
}
