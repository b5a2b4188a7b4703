/* SPDX-License-Identifier: BSD-3-Clause */
/* What kind of trouble: a server error's first word to a class, a class or VK_E... to an exit code.
 * The words and texts are those that the Python clients tell apart. */
#ifndef CORE_ERRCLASS_H
#define CORE_ERRCLASS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Bits, so that a retry list is a mask. The first ones have no server word: they are ours. */
enum errclass {
    ERRCLASS_NONE = 0,
    ERRCLASS_CONNECT = 1 << 0, /* no connection could be made */
    ERRCLASS_LOST = 1 << 1,    /* an established connection ended */
    ERRCLASS_TIMEOUT = 1 << 2,
    ERRCLASS_TLS = 1 << 3,
    ERRCLASS_PROTOCOL = 1 << 4,
    ERRCLASS_AUTH = 1 << 5, /* NOAUTH, WRONGPASS, "invalid password", AUTH without password set */
    ERRCLASS_PERMISSION = 1 << 6, /* NOPERM */
    ERRCLASS_LOADING = 1 << 7,
    ERRCLASS_MAX_CLIENTS = 1 << 8, /* ERR max number of clients reached */
    ERRCLASS_READONLY = 1 << 9,
    ERRCLASS_OOM = 1 << 10,
    ERRCLASS_NOSCRIPT = 1 << 11,
    ERRCLASS_EXECABORT = 1 << 12,
    ERRCLASS_BUSY = 1 << 13, /* BUSY: a script or function runs */
    ERRCLASS_MOVED = 1 << 14,
    ERRCLASS_ASK = 1 << 15,
    ERRCLASS_TRYAGAIN = 1 << 16,
    ERRCLASS_CLUSTERDOWN = 1 << 17,
    ERRCLASS_MASTERDOWN = 1 << 18,
    ERRCLASS_CROSSSLOT = 1 << 19,
    ERRCLASS_REDIRECT = 1 << 20,
    ERRCLASS_AUTH_ARITY = 1 << 21, /* "wrong number of arguments for 'auth'": an old server */
    ERRCLASS_UNKNOWN_COMMAND = 1 << 22,
    ERRCLASS_MODULE = 1 << 23, /* MODULE LOAD/UNLOAD failures of the reference's text table */
    ERRCLASS_SERVER = 1 << 24, /* any other error reply */
};

/* Class of an error reply's text (without the '-'). */
enum errclass errclass_of_reply(const char *p, size_t len);
/* Class of a VK_E... code; ERRCLASS_NONE for codes that no retry can mend. */
enum errclass errclass_of_code(int code);
/* Class of a filled err: of the server's words in it when it holds some ("ERR ..." as they came, or
 * "SELECT failed: LOADING ..." as core/handshake words it), else of its code. */
enum errclass errclass_of_err(const struct err *e);
/* The native exit code (design, Faces) for a class, and for a VK_E... code. */
int errclass_exit(enum errclass c);
int errclass_exit_of_code(int code);
/* Names for --retry-on lists: "connect", "lost", "timeout", "loading", ... ERRCLASS_NONE if
 * unknown. */
enum errclass errclass_by_name(const char *name, size_t len);
const char *errclass_name(enum errclass c);

#endif
