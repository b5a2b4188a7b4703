/* SPDX-License-Identifier: BSD-3-Clause */
/* See profile_typed.h. */
#include "client/profile_typed.h"

#include <string.h>

enum {
    ADDRESS = 1 << 0, /* host and port go together, and over a URI's */
    SOCKET = 1 << 1,
    URI = 1 << 2,
    SCRATCH = 1 << 3,
    SENTINEL = 1 << 4,
    PASSWORD = 1 << 5,
    USER = 1 << 6,
    TLS = 1 << 7,
};

/* Options of which one, when typed, ousts others from a profile. */
static const struct choice {
    const char *name;
    unsigned is, ousts;
} choices[] = {
    {"host", ADDRESS, SOCKET | SCRATCH | SENTINEL},
    {"port", ADDRESS, SOCKET | SCRATCH | SENTINEL},
    {"socket", SOCKET, ADDRESS | SCRATCH | SENTINEL},
    {"uri", URI, ADDRESS | SOCKET | SCRATCH | SENTINEL | PASSWORD | USER},
    {"scratch", SCRATCH, ADDRESS | SOCKET | URI | SCRATCH | SENTINEL | PASSWORD | USER | TLS},
    {"scratch-cluster", SCRATCH,
     ADDRESS | SOCKET | URI | SCRATCH | SENTINEL | PASSWORD | USER | TLS},
    {"sentinel", SENTINEL, ADDRESS | SOCKET | URI | SCRATCH},
    {"service", SENTINEL, 0},
    {"role", SENTINEL, 0},
    {"sentinel-peers", SENTINEL, 0},
    {"sentinel-user", SENTINEL, 0},
    {"sentinel-password-file", SENTINEL, 0},
    {"sentinel-tls", SENTINEL, 0},
    {"pass", PASSWORD, PASSWORD},
    {"askpass", PASSWORD, PASSWORD},
    {"password-file", PASSWORD, PASSWORD},
    {"password-fd", PASSWORD, PASSWORD},
    {"auth-command", PASSWORD, PASSWORD},
    {"user", USER, 0},
    {"db", USER, 0},
    {"tls", TLS, 0},
    {"sni", TLS, 0},
    {"cacert", TLS, 0},
    {"cacertdir", TLS, 0},
    {"cert", TLS, 0},
    {"key", TLS, 0},
    {"key-pass-file", TLS, 0},
    {"insecure", TLS, 0},
    {"tls-verify-name", TLS, 0},
    {"tls-ciphers", TLS, 0},
    {"tls-ciphersuites", TLS, 0},
    {"tls-min-version", TLS, 0},
};
enum { CHOICES = sizeof choices / sizeof *choices };

static bool is_typed(const struct opt_program *program, const struct profile_typed typed[2],
                     const char *option) {
    for (int i = 0; i < 2; i++)
        if (opt_is_typed(program, typed[i].argc, typed[i].argv, option)) return true;
    return false;
}

bool profile_typed_ousts(const struct opt_program *program, const struct profile_typed typed[2],
                         const char *key) {
    unsigned is = 0;
    for (int i = 0; i < CHOICES; i++)
        if (!strcmp(choices[i].name, key)) is = choices[i].is;
    for (int i = 0; i < CHOICES; i++)
        if (choices[i].ousts & is && is_typed(program, typed, choices[i].name)) return true;
    return is_typed(program, typed, key);
}
