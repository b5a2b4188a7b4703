/* SPDX-License-Identifier: BSD-3-Clause */
/* Names, words, exit codes and the greeting of the compatible faces. See face.h. */
#include "face.h"

#include <stdio.h>
#include <string.h>

#include "base/msg.h"
#include "base/safe.h"
#include "base/str.h"
#include "core/errclass.h"
#include "io/file.h"

#include <unistd.h>

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

/* One line to standard error as the tool prints it: no program name in front. */
static void say(const char *text) {
    struct buf line;
    struct err ignored;
    buf_init(&line, 1 << 16);
    safe_add(&line, text, strlen(text), false);
    buf_addc(&line, '\n');
    if (file_write_fd(STDERR_FILENO, line.p, line.len, &ignored) < 0) { /* nobody is left */
    }
    buf_release(&line);
}

/* The reason alone: what stands behind the last "where: " of our own message. */
static const char *reason(const struct err *e) {
    if (e->sys) return strerror(e->sys);
    for (const char *p = e->text; (p = strstr(p, ": ")) != NULL; p += 2)
        if (!strstr(p + 2, ": ")) return p + 2;
    return e->text;
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
                 connopt_where(&o->conn, where, sizeof where), reason(e));
    else if (e->code == VK_ELOST)
        snprintf(text, sizeof text, "Error: %s",
                 e->sys ? strerror(e->sys) : "Server closed the connection");
    else
        snprintf(text, sizeof text, "%s%s", e->code == VK_EPROTO ? "Error: " : "", e->text);
    say(text);
    return 1;
}

int face_usage(const struct options *o, const struct err *e, const char *at) {
    if (o->face == FACE_NATIVE) {
        msg_warn("%s (vk --help shows all options)", e->text);
        return errclass_exit_of_code(e->code);
    }
    if (at && *at == '-') {
        char text[512];
        snprintf(text, sizeof text, "Unrecognized option or bad number of args for: '%s'", at);
        say(text);
    } else {
        say(e->text);
    }
    return 1;
}

void face_warn(const struct options *o) {
    if (o->face == FACE_NATIVE || o->no_auth_warning || !o->conn.password_shown) return;
    say("Warning: Using a password with '-a' or '-u' option on the command line interface may not "
        "be "
        "safe.");
}

/* Run one command of the greeting. VK_ESERVER: an error reply, which is reported here. */
static int greet(struct client *c, int argc, const char *const *argv, const char *label,
                 struct err *e) {
    const struct reply *r;
    int code = client_call(c, argc, argv, &r, e);
    if (code < 0 || !resp_read_is_error(r->type)) return code;
    char text[1024];
    snprintf(text, sizeof text, "%s failed: %.*s", label, (int)r->len, r->p);
    say(text);
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
    return code == VK_ESERVER ? 0 : code; /* the command goes out all the same */
}
