/* SPDX-License-Identifier: BSD-3-Clause */
/* Error classes. Three tables: the classes with their names and exit codes, the first words of
 * error replies, and the texts behind ERR that mean something of their own. Only the start of a
 * text is ever looked at. */
#include "core/errclass.h"

#include <string.h>

#include "base/str.h"

enum { EXIT_SERVER = 1, EXIT_USAGE = 2, EXIT_LOST = 3, EXIT_TLS = 4, EXIT_AUTH = 5, EXIT_LATE = 6 };
enum { EXIT_INTERRUPTED = 130 };

/* In the order of the bits. */
static const struct class_row {
    const char *name;
    int exit_code;
} classes[] = {
    {"connect", EXIT_LOST},
    {"lost", EXIT_LOST},
    {"timeout", EXIT_LATE},
    {"tls", EXIT_TLS},
    {"protocol", EXIT_LOST},
    {"auth", EXIT_AUTH},
    {"permission", EXIT_AUTH},
    {"loading", EXIT_SERVER},
    {"max-clients", EXIT_SERVER},
    {"readonly", EXIT_SERVER},
    {"oom", EXIT_SERVER},
    {"noscript", EXIT_SERVER},
    {"execabort", EXIT_SERVER},
    {"busy", EXIT_SERVER},
    {"moved", EXIT_SERVER},
    {"ask", EXIT_SERVER},
    {"tryagain", EXIT_SERVER},
    {"clusterdown", EXIT_SERVER},
    {"masterdown", EXIT_SERVER},
    {"crossslot", EXIT_SERVER},
    {"redirect", EXIT_SERVER},
    {"auth-arity", EXIT_SERVER},
    {"unknown-command", EXIT_SERVER},
    {"module", EXIT_SERVER},
    {"server", EXIT_SERVER},
};
enum { N_CLASSES = sizeof classes / sizeof *classes };
_Static_assert(ERRCLASS_SERVER == 1 << (N_CLASSES - 1), "one row per bit");

struct text_row {
    const char *text;
    enum errclass class;
};

static const struct text_row words[] = {
    {"ASK", ERRCLASS_ASK},
    {"BUSY", ERRCLASS_BUSY},
    {"CLUSTERDOWN", ERRCLASS_CLUSTERDOWN},
    {"CROSSSLOT", ERRCLASS_CROSSSLOT},
    {"EXECABORT", ERRCLASS_EXECABORT},
    {"LOADING", ERRCLASS_LOADING},
    {"MASTERDOWN", ERRCLASS_MASTERDOWN},
    {"MOVED", ERRCLASS_MOVED},
    {"NOAUTH", ERRCLASS_AUTH},
    {"NOPERM", ERRCLASS_PERMISSION},
    {"NOSCRIPT", ERRCLASS_NOSCRIPT},
    {"OOM", ERRCLASS_OOM},
    {"READONLY", ERRCLASS_READONLY},
    {"REDIRECT", ERRCLASS_REDIRECT},
    {"TRYAGAIN", ERRCLASS_TRYAGAIN},
    {"WRONGPASS", ERRCLASS_AUTH},
};

/* What follows "ERR ", whole and to the letter. */
static const struct text_row err_texts[] = {
    {"max number of clients reached", ERRCLASS_MAX_CLIENTS},
    {"invalid password", ERRCLASS_AUTH},
    {"Client sent AUTH, but no password is set", ERRCLASS_AUTH},
    {"AUTH <password> called without any password configured for the default user. Are you sure "
     "your configuration is correct?",
     ERRCLASS_AUTH},
    {"wrong number of arguments for 'auth' command", ERRCLASS_AUTH_ARITY},
    {"wrong number of arguments for 'AUTH' command", ERRCLASS_AUTH_ARITY},
    {"Error loading the extension. Please check the server logs.", ERRCLASS_MODULE},
    {"Error unloading module: no such module with that name", ERRCLASS_MODULE},
    {"Error unloading module: operation not possible.", ERRCLASS_MODULE},
    {"Error unloading module: the module exports one or more module-side data types, can't unload",
     ERRCLASS_MODULE},
};

/* The row whose text is all of p[0..len), or ERRCLASS_SERVER. */
static enum errclass look_up(const struct text_row *rows, size_t n, const char *p, size_t len) {
    for (size_t i = 0; i < n; i++)
        if (strlen(rows[i].text) == len && !memcmp(rows[i].text, p, len)) return rows[i].class;
    return ERRCLASS_SERVER;
}

static enum errclass of_err_text(const char *p, size_t len) {
    static const char unknown[] = "unknown command";
    size_t n = sizeof unknown - 1;
    if (len >= n && str_ieq(p, n, unknown)) return ERRCLASS_UNKNOWN_COMMAND;
    return look_up(err_texts, sizeof err_texts / sizeof *err_texts, p, len);
}

enum errclass errclass_of_reply(const char *p, size_t len) {
    const char *blank = len ? memchr(p, ' ', len) : NULL;
    size_t word = blank ? (size_t)(blank - p) : len;
    if (blank && word == 3 && !memcmp(p, "ERR", 3)) return of_err_text(p + 4, len - 4);
    return look_up(words, sizeof words / sizeof *words, p, word);
}

enum errclass errclass_of_code(int code) {
    switch (code) {
    case VK_ECONNECT: return ERRCLASS_CONNECT;
    case VK_ELOST: return ERRCLASS_LOST;
    case VK_ETIMEOUT: return ERRCLASS_TIMEOUT;
    case VK_ETLS: return ERRCLASS_TLS;
    case VK_EPROTO: return ERRCLASS_PROTOCOL;
    case VK_EAUTH: return ERRCLASS_AUTH;
    case VK_ESERVER: return ERRCLASS_SERVER;
    default: return ERRCLASS_NONE;
    }
}

enum errclass errclass_of_err(const struct err *e) {
    static const char failed[] = " failed: ";
    if (e->code != VK_ESERVER && e->code != VK_EAUTH) return errclass_of_code(e->code);
    const char *words_at = strstr(e->text, failed);
    words_at = words_at ? words_at + sizeof failed - 1 : e->text;
    enum errclass class = errclass_of_reply(words_at, strlen(words_at));
    return class == ERRCLASS_SERVER ? errclass_of_code(e->code) : class;
}

/* The row of a class with exactly one bit, or NULL. */
static const struct class_row *row_of(enum errclass c) {
    unsigned bits = (unsigned)c;
    if (!bits || bits & (bits - 1)) return NULL;
    unsigned i = (unsigned)__builtin_ctz(bits);
    return i < N_CLASSES ? &classes[i] : NULL;
}

int errclass_exit(enum errclass c) {
    const struct class_row *row = row_of(c);
    return row ? row->exit_code : c ? EXIT_SERVER : 0;
}

int errclass_exit_of_code(int code) {
    switch (code) {
    case VK_OK:
    case VK_MORE: return 0;
    case VK_EUSAGE:
    case VK_EPARSE:
    case VK_EFILE:
    case VK_ESTATE: return EXIT_USAGE;
    case VK_ELIMIT: return EXIT_LOST; /* a reply over the limit ends its connection */
    case VK_ECANCEL: return EXIT_INTERRUPTED;
    default: return errclass_exit(errclass_of_code(code));
    }
}

enum errclass errclass_by_name(const char *name, size_t len) {
    for (unsigned i = 0; i < N_CLASSES; i++)
        if (str_ieq(name, len, classes[i].name)) return (enum errclass)(1u << i);
    return ERRCLASS_NONE;
}

const char *errclass_name(enum errclass c) {
    const struct class_row *row = row_of(c);
    return row ? row->name : "none";
}
