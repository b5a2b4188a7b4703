/* SPDX-License-Identifier: BSD-3-Clause */
/* The one error idiom: a function returns 0 or a negative VK_E... and writes the detail into the
 * caller's struct err, once, where the fault is seen. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/mem.h"

enum {
    VK_OK = 0,
    VK_MORE = 1,      /* not an error: unfinished, more events or bytes to come */
    VK_EUSAGE = -1,   /* an argument or option is wrong */
    VK_EPARSE = -2,   /* text that cannot be parsed (a line, a URI, a number) */
    VK_EFILE = -3,    /* a file or local resource cannot be read, written or created */
    VK_ECONNECT = -4, /* no connection could be made */
    VK_ELOST = -5,    /* an established connection ended */
    VK_ETLS = -6,     /* TLS: handshake, certificate, key */
    VK_EAUTH = -7,    /* the server refused the credentials, or the user may not do this */
    VK_ETIMEOUT = -8, /* a deadline passed */
    VK_EPROTO = -9,   /* the peer does not speak RESP as it should */
    VK_ELIMIT = -10,  /* a size or depth is over the limit that was set */
    VK_ESERVER = -11, /* the server answered with an error */
    VK_ESTATE = -12,  /* the call makes no sense now (our own or the user's order of things) */
    VK_ECANCEL = -13, /* interrupted by the user */
};

struct err {
    int code;       /* VK_E... of the text, 0 when nothing is set */
    int sys;        /* errno behind it, 0 if none */
    char text[512]; /* lower case, no full stop, no newline */
};

/* Set *e (which may be NULL) and return code. A text too long is cut. */
int err_set(struct err *e, int code, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* The same, with ": " and the text of errno at the end; keeps errno in e->sys. */
int err_sys(struct err *e, int code, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* Nothing is wrong any more. */
void err_clear(struct err *e);
/* The reason alone: errno's text, else what stands behind the last "where: " of the text. */
const char *err_reason(const struct err *e);

#endif
