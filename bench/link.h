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

#include "bench/opqueue.h"
#include "io/loop.h"
#include "io/sock.h"
#include "load/tally.h"
#include "load/timeline.h"
#include "resp/scan.h"

/* Mean number in flight, as its integral over time. */
struct link_meter {
    uint64_t in_flight;
    double area_ns; /* in_flight x time, up to at_ns */
    double lost_ns; /* of it: the time of commands that were lost, or never answered */
    int64_t at_ns;
};

/* What all links to one server share. */
struct link_peer {
    struct tally *warm, *rows; /* before, and in the measurement; one for each row */
};

/* A command that was answered by a redirect: it is still to be done, and its time goes on. */
struct link_kept {
    struct image_op op;
    int64_t intended_ns, submit_ns; /* of its first try */
    uint16_t row;
    bool measured;
};

struct link;
typedef void link_fn(struct link *l);
typedef void link_lost_fn(struct link *l, const struct err *why);
typedef void link_error_fn(struct link *l, const char *text, size_t len);
/* An error reply, before it is counted. True: the command is kept, and will be sent again or given
 * up by link_give_up. Nothing may be sent from inside. */
typedef bool link_redirect_fn(struct link *l, const struct link_kept *k, const char *text,
                              size_t len);
/* A command got a reply that is no error (served), or was lost. */
typedef void link_settled_fn(struct link *l, const struct image_op *op, bool served);

struct link_host {
    struct loop *loop;
    struct image image;
    int n_rows;
    bool rated;
    bool measured;            /* what is sent now belongs to the measurement */
    bool remembers;           /* of each command in flight it is known which operation it is */
    bool watched;             /* on_settled is to be called (only if it remembers) */
    struct tally nobody;      /* what comes of ASKING */
    struct timeline timeline; /* of the measurement */
    char *in;                 /* LINK_READ_BYTES */
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
    link_redirect_fn *on_redirect; /* if it remembers */
    link_settled_fn *on_settled;
    void *arg;
};

enum { LINK_READ_BYTES = 1 << 16 };

struct link_group {
    int64_t intended_ns, submit_ns;
    uint32_t count;
    uint16_t row; /* LINK_ASKING: none */
    bool measured;
    bool kept;       /* sent before: submit_ns is of the first time, */
    int64_t sent_ns; /* and this of the last */
};
enum { LINK_ASKING = UINT16_MAX }; /* row, and place of the operation, of ASKING */

struct link {
    struct link_host *host;
    struct link_peer *peer; /* set before it is opened */
    struct sock *sock;      /* NULL = closed */
    struct loop_watch *watch;
    struct link_group *groups; /* ring of cap (a power of 2), from head on */
    uint32_t head, n_groups, cap;
    uint32_t in_flight;     /* commands sent whole and not answered */
    struct opqueue ops;     /* if the host remembers: of these and of the rest */
    struct link_rest *rest; /* what a full socket did not take; NULL = all is written */
    uint64_t settled;       /* replies of this stream that were dealt with */
    size_t reply_bytes;     /* of the reply under way */
    struct resp_scanner scan;
    /* the worker's own */
    void *opening;
    struct router_node *node; /* to which it is bound */
    struct router_node *goal; /* to which it is to go over; NULL = none */
    int64_t leave_ns;         /* when at last */
    bool thirsty;             /* there was nothing for it */
    struct link *next;        /* in the worker's queue of those with room */
    uint64_t owed;            /* operations of the present batch that are still to be sent */
    int tries;                /* since the last reply: to open it again */
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
/* Encode and write n operations (n <= host->image.ops), but at most max_commands commands. There
 * must be no rest. May close l (on_lost). */
void link_send(struct link *l, const struct image_op *ops, int n, int max_commands);
/* Send a kept command again, behind ASKING if so wanted. There must be no rest. */
void link_resend(struct link *l, const struct link_kept *k, bool asking);
/* Count a kept command as failed by that error. */
void link_give_up(struct link_host *h, struct link_peer *peer, const struct link_kept *k,
                  const char *text, size_t len);
/* Count the (first) commands of an operation, which was never sent, as failed by that error. */
void link_refuse(struct link_host *h, struct link_peer *peer, const char *text, int commands);
/* The moment at which the oldest command in flight was sent; with none, at which a full socket last
 * took something of what is to go out; 0 = nothing is waited for. */
int64_t link_waits_since(const struct link *l);

static inline bool link_is_open(const struct link *l) {
    return l->sock != NULL;
}

#endif
