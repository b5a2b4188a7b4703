/* SPDX-License-Identifier: BSD-3-Clause */
/* One connection under load: operations go out, replies are counted and timed. Private to the
 * engine (worker.c, link.c). What all connections of a worker share is in struct link_host.
 *
 * Stamps. A group is a run of commands that are alike: the same row, intended at the same moment,
 * their last bytes carried by the same write. `submit` is the clock just before that write, `done`
 * the clock at the return of the read that completed the reply: so commands of one group that were
 * answered in one read have one latency, recorded once with their number. */
#ifndef BENCH_LINK_H
#define BENCH_LINK_H

#include "bench/image.h"
#include "io/loop.h"
#include "io/sock.h"
#include "load/tally.h"
#include "resp/scan.h"

/* Mean number in flight, as its integral over time. */
struct link_meter {
    uint64_t in_flight;
    double area_ns; /* in_flight x time, up to at_ns */
    double lost_ns; /* of it: the time of commands that were lost, or never answered */
    int64_t at_ns;
};

struct link;
typedef void link_fn(struct link *l);
typedef void link_lost_fn(struct link *l, const struct err *why);
typedef void link_error_fn(struct link *l, const char *text, size_t len);

struct link_host {
    struct loop *loop;
    struct image image;
    struct tally *warm, *rows; /* before, and in the measurement; one for each row */
    int n_rows;
    bool rated;
    bool measured; /* what is sent now belongs to the measurement */
    char *in;      /* LINK_READ_BYTES */
    int64_t *at; /* at a rate: when each operation of the next link_send is meant to start (room for
                    each command of the image); else NULL */
    int64_t now_ns;  /* at the return of the read whose replies are being taken */
    int64_t last_ns; /* when the last measured reply came, or was lost */
    struct link_meter meter;
    struct err unasked; /* the server's words in an error that nobody asked for */
    uint64_t reads, writes, bytes_in, bytes_out, pushes;
    link_fn *on_room;        /* all that was owed is sent and a reply came: it may be sent more */
    link_lost_fn *on_lost;   /* the stream ended or its peer does not speak sense; l is closed */
    link_error_fn *on_error; /* an error reply was counted; may be NULL */
    void *arg;
};

enum { LINK_READ_BYTES = 1 << 16 };

struct link_group {
    int64_t intended_ns, submit_ns;
    uint32_t count;
    uint16_t row;
    bool measured;
};

struct link {
    struct link_host *host;
    struct sock *sock; /* NULL = closed */
    struct loop_watch *watch;
    struct link_group *groups; /* ring of cap (a power of 2), from head on */
    uint32_t head, n_groups, cap;
    uint32_t in_flight;     /* commands sent whole and not answered */
    struct link_rest *rest; /* what a full socket did not take; NULL = all is written */
    uint64_t settled;       /* replies of this stream that were dealt with */
    size_t reply_bytes;     /* of the reply under way */
    struct resp_scanner scan;
    /* the worker's own */
    void *opening;
    struct link *next; /* in the worker's queue of those with room */
    uint64_t owed;     /* operations of the present batch that are still to be encoded ... */
    uint64_t owed_from;
    int tries; /* since the last reply: to open it again */
    bool queued;
};

void link_init(struct link *l, struct link_host *h);
void link_release(struct link *l);
/* s is connected and now l's. VK_EFILE; s is then closed. */
int link_open(struct link *l, struct sock *s, struct err *e) MUST_CHECK;
/* Close; what is in flight stays in the groups until link_forget. */
void link_close(struct link *l);
/* Tell the rows that what is in flight was lost, and why; then nothing is in flight. */
void link_forget(struct link *l, const struct err *why);
/* At the end: the meter goes on to now_ns. */
void link_end_meter(struct link_host *h, int64_t now_ns);
/* After that. Commands of the measurement in flight, unsent ones included; *oldest_ns is lowered to
 * the moment at which the oldest of them was meant to start, their time goes to the meter's
 * lost_ns.
 */
uint64_t link_unfinished(const struct link *l, int64_t *oldest_ns);
/* Encode and write n operations (n <= host->image.ops), numbers first, first + stride ..., but at
 * most max_commands commands. There must be no rest. May close l (on_lost). */
void link_send(struct link *l, uint64_t first, uint64_t stride, int n, int max_commands);
/* The moment at which the oldest command in flight was sent; with none, at which a full socket last
 * took something of what is to go out; 0 = nothing is waited for. */
int64_t link_waits_since(const struct link *l);

static inline bool link_is_open(const struct link *l) {
    return l->sock != NULL;
}

#endif
