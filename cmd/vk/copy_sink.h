/* SPDX-License-Identifier: BSD-3-Clause */
/* The writing half of --import and --copy-to: RESTORE, pipelined, to one server or to the nodes of
 * a cluster. What is in flight is bounded in commands and bytes. What was sent and not answered is
 * never sent again. */
#ifndef VK_COPY_SINK_H
#define VK_COPY_SINK_H

#include "copy_faults.h"
#include "core/dumpfile.h"
#include "wire.h"

struct copy_put;

struct copy_sink {
    const struct options *from; /* --replace, --rewrite-prefix */
    struct wire *wire;
    char version[32];    /* the server's, "" = it does not say */
    struct buf old, new; /* --rewrite-prefix */
    bool rewrites;
    int64_t clock_us; /* the server's clock, less ours */
    struct copy_put *spare;
    size_t in_flight, in_flight_bytes;
    struct err failed;        /* no more can be put; code 0 = all is well */
    uint64_t restored, bytes; /* keys that are there now; bytes of their payloads */
    uint64_t expired;         /* their time was over */
    uint64_t in_doubt;        /* without a reply: they may or may not be there */
    struct copy_faults faults;
};

/* Connect w, which says where to and is borrowed, and make a cluster of it when the server is a
 * cluster's node; ask before a server whose profile wants that. from: whose --replace and so on
 * hold. Turns the loop. VK_EAUTH: who only reads; VK_ECANCEL: not confirmed. To be closed whatever
 * comes back. */
int copy_sink_open(struct copy_sink *s, const struct options *from, struct wire *w,
                   struct err *e) MUST_CHECK;
void copy_sink_close(struct copy_sink *s);
bool copy_sink_has_room(const struct copy_sink *s);
/* Copies k. <0: as failed. */
int copy_sink_put(struct copy_sink *s, const struct dumpfile_key *k, struct err *e) MUST_CHECK;
/* Send what waits; may turn the loop. */
void copy_sink_flush(struct copy_sink *s);
/* Turn the loop until everything is answered; after a failure or a signal for a moment only. */
void copy_sink_drain(struct copy_sink *s);
/* What went wrong, in lines of standard error; made_by: the version of the server that the keys are
 * from, "" = not known. */
void copy_sink_say(struct copy_sink *s, const char *made_by);
/* "1,204 keys (70.2 MiB) in 1.2 s, 3 had expired, ..." or members of a JSON object. */
void copy_sink_sum(struct copy_sink *s, int64_t took_ns, bool json, struct buf *out);

#endif
