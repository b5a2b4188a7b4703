/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of --unlink, --expire and --persist share. */
#ifndef VK_PRUNE_IMPL_H
#define VK_PRUNE_IMPL_H

#include "base/rng.h"
#include "core/errclass.h"
#include "progress.h"
#include "sweep.h"

enum {
    PRUNE_BATCH_KEYS = 64, /* of one UNLINK */
    PRUNE_SAMPLE = 8,
    PRUNE_KINDS = 8, /* of errors that are told apart */
    PRUNE_SHOWN_BYTES = 200,
};

/* What is done to a key, and in which words that is told. */
struct prune_verb {
    const char *option;   /* "unlink" */
    const char *command;  /* "UNLINK" */
    const char *done;     /* "unlinked" */
    const char *not_done; /* of a key whose reply was 0 */
    bool takes_seconds;   /* as a second argument */
    bool takes_many;      /* keys at a time */
};

/* Errors that begin with the same word. */
struct prune_kind {
    char word[32], text[PRUNE_SHOWN_BYTES]; /* of the first one, whole */
    uint64_t n;
};

struct prune_sample {
    char name[PRUNE_SHOWN_BYTES];
    size_t len;
    bool cut;
};

/* What the first walk finds. */
struct prune_found {
    uint64_t n, *by_node; /* one for each of fleet.max */
    struct prune_sample sample[PRUNE_SAMPLE];
    struct rng rng;
};

/* What the second one does. */
struct prune_done {
    uint64_t tried, changed, untouched, failed;
    uint64_t doubtful; /* sent, and never answered */
    struct prune_kind kinds[PRUNE_KINDS];
    int n_kinds;
    enum errclass first_class;
};

struct prune_batch;

struct prune {
    struct run *run;
    const struct options_sweep *o;
    const struct prune_verb *verb;
    struct fleet fleet;
    struct sweep *sweep;
    struct progress progress;
    bool acting; /* the second walk */
    bool at_question;
    uint64_t left; /* --limit */
    bool by_slot;  /* a command takes keys of one slot only */
    struct prune_found found;
    struct prune_done done;
    int64_t begun_ns, next_ns; /* --rate: nothing more is sent before */
    struct err stopped;        /* why it ends, beside what the sweep says */
    struct prune_batch *open, *ready, **ready_end;
};

/* ---- prune_act.c: the writes ---- */

void prune_act_init(struct prune *p);
void prune_act_release(struct prune *p);
/* One more key that is to go; it is owed already. */
void prune_act_add(struct prune *p, struct fleet_node *node, const char *name, size_t len);
/* Send what may be sent now; with all, batches that are not full as well. */
void prune_act_send(struct prune *p, bool all);

/* ---- prune_pick.c: which keys ---- */

/* The filters that need a question for each key. */
bool prune_pick_asks(const struct options_sweep *o);
/* Ask for one key, and hand it to `take` when it passes; it is owed until that has happened, and
 * paid when it does not pass. VK_ELOST. */
typedef void prune_take_fn(struct prune *p, struct fleet_node *node, const char *name, size_t len);
int prune_pick_ask(struct prune *p, struct fleet_node *node, const struct sweep_key *key,
                   prune_take_fn *take, struct err *e) MUST_CHECK;

/* ---- prune_error.c ---- */

void prune_error_note(struct prune *p, const char *text, size_t len, uint64_t keys);

/* ---- prune_tell.c: the words ---- */

/* What was found, as lines for people. */
void prune_tell_found(struct prune *p, struct buf *out);
void prune_tell_done(struct prune *p, struct buf *out);
void prune_tell_json(struct prune *p, struct buf *out);

#endif
