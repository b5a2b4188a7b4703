/* SPDX-License-Identifier: BSD-3-Clause */
/* The writes. Keys gather in batches, one command each, which go straight to the node that named
 * them; what that node sends elsewhere goes key by key through the cluster, which follows. A
 * command without an answer is never sent again: it ends the job, and its keys are in doubt. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "doubt.h"
#include "io/signal.h"
#include "prune_impl.h"

#define CATCH_UP_NS (CLOCK_NS_PER_S / 4) /* --rate: what was not sent in time and still may be */

enum {
    BATCH_BYTES = 1 << 20,
    NAME_MAX_BYTES = 1 << 29,
    BATCHES_PER_S = 20, /* with --rate */
    NO_SLOT = SLOTS_COUNT,
};

struct prune_batch {
    struct prune *prune;
    struct fleet_node *node;
    struct prune_batch *next;
    unsigned slot;
    int n;
    size_t lens[PRUNE_BATCH_KEYS];
    struct buf names; /* one behind the other */
    char seconds[STR_INT_MAX];
};

void prune_act_init(struct prune *p) {
    p->open = p->ready = NULL;
    p->ready_end = &p->ready;
    p->by_slot = p->run->wire.cluster != NULL;
    p->begun_ns = p->next_ns = clock_now_ns();
}

static void free_batch(struct prune_batch *b) {
    if (!b) return;
    buf_release(&b->names);
    free(b);
}

void prune_act_release(struct prune *p) {
    while (p->ready) {
        struct prune_batch *b = p->ready;
        p->ready = b->next;
        free_batch(b);
    }
    free_batch(p->open);
    prune_act_init(p);
}

/* ---- what came of it ---- */

static void pay(struct prune_batch *b) {
    for (int i = 0; i < b->n; i++)
        sweep_paid(b->prune->sweep, b->node);
    free_batch(b);
}

/* Nothing of b has left. */
static void take_back(struct prune_batch *b) {
    b->prune->done.tried -= (uint64_t)b->n;
    b->prune->left += (uint64_t)b->n;
    pay(b);
}

/* why: what is known of the loss. */
static void doubt(struct prune_batch *b, int code, const struct err *why) {
    struct prune *p = b->prune;
    p->done.doubtful += (uint64_t)b->n;
    if (p->stopped.code) return;
    if (code == VK_ECANCEL && !signal_stop()) return; /* the walk has ended, and says why */
    if (code == VK_ETIMEOUT)
        err_set(&p->stopped, code, "%s: no reply to %s in time", b->node->name, p->verb->command);
    else if (code == VK_ECANCEL)
        err_set(&p->stopped, code, "interrupted");
    else
        err_set(&p->stopped, code, "%s", why->text);
    sweep_stop(p->sweep);
}

static void count(struct prune *p, const struct resp_event *ev, int keys) {
    uint64_t changed = ev->type == RESP_INT && ev->n > 0 ? (uint64_t)ev->n : 0;
    if (changed > (uint64_t)keys) changed = (uint64_t)keys; /* whatever a server says */
    p->done.changed += changed;
    p->done.untouched += (uint64_t)keys - changed;
}

/* ---- through the cluster, one by one ---- */

static int compose(struct prune_batch *b, const char **argv, size_t *lens) {
    const struct prune_verb *verb = b->prune->verb;
    size_t at = 0;
    int argc = 0;
    argv[argc] = verb->command;
    lens[argc++] = strlen(verb->command);
    for (int i = 0; i < b->n; at += b->lens[i++]) {
        argv[argc] = b->names.p + at;
        lens[argc++] = b->lens[i];
    }
    if (!verb->takes_seconds) return argc;
    argv[argc] = b->seconds;
    lens[argc++] = str_put_i64(b->seconds, b->prune->o->expire_s);
    return argc;
}

/* A key on its own, with the words that the cluster borrows. */
struct single {
    struct prune_batch *batch;
    const char *argv[3];
    size_t lens[3];
};

static void lose(struct prune_batch *b, int code) {
    struct prune *p = b->prune;
    const struct err *why = cluster_why(p->run->wire.cluster);
    if (doubt_is_unsent(code)) {
        p->done.tried--;
        if (!p->stopped.code) err_set(&p->stopped, code, "%s", why->text);
        sweep_stop(p->sweep);
        return;
    }
    doubt(b, code, why);
}

static void on_single(void *arg, int code, const struct resp_event *ev) {
    struct single *s = arg;
    struct prune_batch *b = s->batch;
    if (ev && !ev->aside && !ev->depth && ev->kind == RESP_VALUE) {
        if (resp_read_is_error(ev->type))
            prune_error_note(b->prune, ev->p, ev->len, 1);
        else
            count(b->prune, ev, 1);
    }
    if (code == VK_MORE) return;
    if (code < 0) lose(b, code);
    pay(b);
    free(s);
}

static struct prune_batch *begin_batch(struct prune *p, struct fleet_node *node, unsigned slot) {
    struct prune_batch *b = mem_zalloc(1, sizeof *b);
    b->prune = p;
    b->node = node;
    b->slot = slot;
    buf_init(&b->names, (size_t)NAME_MAX_BYTES + BATCH_BYTES);
    return b;
}

static void add_name(struct prune_batch *b, const char *name, size_t len) {
    buf_add(&b->names, name, len);
    b->lens[b->n++] = len;
}

static void submit(struct prune_batch *b);

/* Nothing of b was applied. A server outside of our cluster view only wants slots kept apart. */
static void send_apart(struct prune_batch *b) {
    struct prune *p = b->prune;
    size_t at = 0;
    for (int i = 0; i < b->n; at += b->lens[i++]) {
        struct prune_batch *one = begin_batch(p, b->node, NO_SLOT);
        add_name(one, b->names.p + at, b->lens[i]);
        if (!p->run->wire.cluster) {
            submit(one);
            continue;
        }
        struct single *s = mem_zalloc(1, sizeof *s);
        s->batch = one;
        cluster_submit(p->run->wire.cluster, compose(one, s->argv, s->lens), s->argv, s->lens,
                       CLUSTER_BY_KEY, on_single, s);
    }
    free_batch(b); /* its keys are owed still, by the others */
}

/* ---- to the node ---- */

static bool goes_elsewhere(const struct prune_batch *b, enum errclass class) {
    const unsigned moved = ERRCLASS_MOVED | ERRCLASS_ASK | ERRCLASS_TRYAGAIN |
                           ERRCLASS_CLUSTERDOWN | ERRCLASS_READONLY;
    if (class & ERRCLASS_CROSSSLOT) return b->n > 1;
    return b->prune->run->wire.cluster && class & moved;
}

static void on_reply(void *arg, int code, const struct resp_event *ev) {
    struct prune_batch *b = arg;
    struct prune *p = b->prune;
    bool whole = ev && !ev->aside && !ev->depth && ev->kind == RESP_VALUE;
    if (code < 0) {
        doubt(b, code, client_error(b->node->client));
    } else if (whole && resp_read_is_error(ev->type)) {
        enum errclass class = errclass_of_reply(ev->p, ev->len);
        p->by_slot |= (class & ERRCLASS_CROSSSLOT) > 0;
        if (goes_elsewhere(b, class)) {
            send_apart(b);
            return;
        }
        prune_error_note(p, ev->p, ev->len, (uint64_t)b->n);
    } else if (whole) {
        count(p, ev, b->n);
    }
    if (code != VK_MORE) pay(b);
}

static void submit(struct prune_batch *b) {
    const char *argv[PRUNE_BATCH_KEYS + 2];
    size_t lens[PRUNE_BATCH_KEYS + 2];
    struct err ignored;
    int argc = compose(b, argv, lens);
    /* not sent: the walk takes these keys up again when it is connected again */
    if (client_submit(b->node->client, argc, argv, lens, on_reply, b, &ignored) < 0) take_back(b);
}

/* ---- batches ---- */

static int batch_keys(const struct prune *p) {
    int64_t rate = p->o->rate, part = rate / BATCHES_PER_S;
    if (!p->verb->takes_many || (rate && part < 1)) return 1;
    return rate && part < PRUNE_BATCH_KEYS ? (int)part : PRUNE_BATCH_KEYS;
}

static void close_batch(struct prune *p) {
    if (!p->open) return;
    *p->ready_end = p->open;
    p->ready_end = &p->open->next;
    p->open = NULL;
}

void prune_act_add(struct prune *p, struct fleet_node *node, const char *name, size_t len) {
    unsigned slot = p->by_slot ? slots_of_key(name, len) : NO_SLOT;
    const struct prune_batch *b = p->open;
    if (b &&
        (b->node != node || b->slot != slot || b->n >= batch_keys(p) || b->names.len > BATCH_BYTES))
        close_batch(p);
    if (!p->open) p->open = begin_batch(p, node, slot);
    add_name(p->open, name, len);
    p->done.tried++;
}

/* --rate: the time that these keys take. */
static bool may_send(struct prune *p, int keys) {
    int64_t now;
    if (!p->o->rate) return true;
    now = clock_now_ns();
    if (now < p->next_ns) return false;
    if (p->next_ns < now - CATCH_UP_NS) p->next_ns = now - CATCH_UP_NS;
    p->next_ns += keys * CLOCK_NS_PER_S / p->o->rate;
    return true;
}

void prune_act_send(struct prune *p, bool all) {
    if (all) close_batch(p);
    while (p->ready && !p->stopped.code && may_send(p, p->ready->n)) {
        struct prune_batch *b = p->ready;
        p->ready = b->next;
        if (!p->ready) p->ready_end = &p->ready;
        b->next = NULL;
        submit(b);
    }
    /* what will never be sent is owed no more */
    while (p->ready && p->stopped.code) {
        struct prune_batch *b = p->ready;
        p->ready = b->next;
        if (!p->ready) p->ready_end = &p->ready;
        take_back(b);
    }
}
