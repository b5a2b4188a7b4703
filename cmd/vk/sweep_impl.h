/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of the sweep share. */
#ifndef VK_SWEEP_IMPL_H
#define VK_SWEEP_IMPL_H

#include "base/buf.h"
#include "sweep.h"
#include "sweep_pace.h"

enum {
    SWEEP_CHUNK_KEYS = 1024, /* given to the mode at a time */
    SWEEP_ID_MAX = 40,
    SWEEP_KEY_MAX = 1 << 29, /* bytes of a name: the servers' own limit */
    SWEEP_TEXT_MAX = SWEEP_KEY_MAX + (1 << 22),
};

/* One node's walk. */
struct sweep_walk {
    struct sweep *sweep;
    struct fleet_node *node;
    /* where it is */
    uint64_t at;   /* cursor of the oldest page that has not come whole */
    uint64_t next; /* cursor of the call to be sent next */
    uint64_t safe; /* all behind it has come, and what was owed for it */
    bool begun;    /* at 0 means the end, not the begin */
    bool done;
    uint8_t in_flight; /* calls; two while the older one's reply is coming in */
    bool broken;       /* the connection ended */
    bool gone;         /* and is not to be had again: others have its slots */
    int losses;        /* since safe went on */
    uint64_t owed;
    bool unpaid;    /* replies of what was owed were lost with a connection */
    bool owes;      /* the mode submits something for its keys */
    int64_t due_ns; /* -i: not before */
    /* how much at a time */
    struct sweep_pace pace;
    int64_t asked_ns; /* the newest call went out */
    bool timed;       /* alone */
    /* the reply under way */
    bool in_reply, failed, has_next, refused;
    bool given, dropped; /* some of its keys; but not all, as it all ends: it is to come again */
    struct buf text;     /* the keys of the chunk, one behind the other */
    size_t ends[SWEEP_CHUNK_KEYS];
    size_t n, key_at;
    /* who the server is */
    bool known;
    char run_id[SWEEP_ID_MAX + 1]; /* "" = it does not say */
    struct reply_builder said;
    uint64_t size, passed; /* keys in its database, and about how many have gone by */
    const uint8_t *only;   /* walked again for the slots of these bits; NULL = for all */
    int refusals;          /* in a row: the server is busy or loads its data */
};

struct sweep {
    struct fleet *fleet;
    struct sweep_opts o;
    struct buf pattern;
    bool has_pattern, plain; /* plain: a compatible face, which sends what the tool sends */
    session_cb *on_reply;    /* sweep_reply */
    bool stopping;
    bool winding;   /* early: a page that is given in part already is given to its end */
    struct err err; /* why it ends */
    uint64_t seen, calls;
    struct sweep_walk *walks; /* one a node, room for fleet->max */
    int n;
    struct sweep_moved *moved; /* NULL = no cluster */
};

/* ---- sweep_walk.c: one node's calls ---- */

void sweep_walk_init(struct sweep_walk *w, struct sweep *s, struct fleet_node *node);
void sweep_walk_release(struct sweep_walk *w);
/* Who is it? Submits the question; known is set with its answer. */
void sweep_walk_identify(struct sweep_walk *w);
/* The next page is wanted, may be asked for, and it is time. */
bool sweep_walk_is_due(const struct sweep_walk *w, int64_t now_ns);
void sweep_walk_ask(struct sweep_walk *w);
/* After a loss, on a new connection. */
void sweep_walk_resume(struct sweep_walk *w);
/* From the first key. */
void sweep_walk_begin(struct sweep_walk *w);
/* For the slots of these bits, which are borrowed until the next round. */
void sweep_walk_again(struct sweep_walk *w, const uint8_t *only);
/* Nothing is owed any more, or a page has come: the walk could be taken up here. */
void sweep_walk_settle(struct sweep_walk *w);
/* It ends everything, for this reason, unless there is one already. */
void sweep_fail(struct sweep *s, const struct sweep_walk *w, int code, const char *why, size_t len);

/* ---- sweep_reply.c: what they answer ---- */

session_cb sweep_reply; /* arg: the walk */

#endif
