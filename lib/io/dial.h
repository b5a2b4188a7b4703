/* SPDX-License-Identifier: BSD-3-Clause */
/* From an address to a connected socket, on the loop: resolve (io/resolve), then each address in
 * turn until one answers; or a Unix socket. One deadline covers all of it. */
#ifndef IO_DIAL_H
#define IO_DIAL_H

#include "io/loop.h"
#include "io/sock.h"

enum { DIAL_ADDRESSES_MAX = 16 };
enum dial_family { DIAL_ANY, DIAL_V4, DIAL_V6 };

struct dial_opts {
    const char *host; /* name or literal; NULL with path */
    int port;
    const char *path; /* Unix socket, or NULL */
    enum dial_family family;
    bool multipath;            /* Multipath TCP (RFC 8684), where the server has it as well */
    bool prefer_v4, prefer_v6; /* order, when family is ANY */
    bool keepalive;            /* SO_KEEPALIVE ... */
    int keepalive_idle_s, keepalive_interval_s, keepalive_count; /* ... 0 = system default */
    int user_timeout_ms; /* the connection ends when what was sent, or a probe, is not acknowledged
                            for so long; 0 = system default */
    int64_t deadline_ns; /* monotonic; 0 = none */
};

/* Called once: s connected (the caller owns it) with e NULL, or s NULL and e set: VK_ECONNECT,
 * VK_ETIMEOUT. The text names host:port or the path, and the reason per address when there were
 * several. */
typedef void dial_done_fn(void *arg, struct sock *s, const struct err *e);

struct dial;
/* o is copied, its strings are borrowed until done. Done may come before this returns, which is
 * then NULL. The dial frees itself after done. With several addresses and a deadline, each try gets
 * an equal share of the time that is left: left / tries left, so a silent address never eats it all
 * and the last one may use whatever the others did not. At most DIAL_ADDRESSES_MAX addresses are
 * tried. */
struct dial *dial_start(struct loop *l, const struct dial_opts *o, dial_done_fn *done, void *arg);
/* Give up without a callback. NULL is legal. */
void dial_cancel(struct dial *d);

#endif
