/* SPDX-License-Identifier: BSD-3-Clause */
/* See targets.h. */
#include "targets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/msg.h"
#include "base/str.h"
#include "client/cluster_refused.h"
#include "gather.h"
#include "split.h"

enum { WORD_MAX = 256 };

/* ---- a target's nodes ---- */

struct nodes {
    int n;
    int *list; /* owned */
};

static void add_node(struct nodes *t, int node) {
    t->list[t->n++] = node;
}

static void add_primaries(struct nodes *t, const struct slots *s) {
    t->n += slots_primaries(s, t->list + t->n, slots_nodes(s) - t->n);
}

static void add_replicas(struct nodes *t, const struct slots *s) {
    t->n += slots_all_replicas(s, t->list + t->n, slots_nodes(s) - t->n);
}

/* @HOST:PORT: as the node is announced, or as it is reached; the port alone if only one has it. */
static void add_named(struct nodes *t, const struct cluster *c, const char *name, size_t len) {
    const struct slots *s = cluster_slots(c);
    char where[WORD_MAX];
    for (int i = 0; i < slots_nodes(s); i++) {
        const struct slots_node *n = slots_node(s, i);
        if (n->gone) continue;
        char announced[WORD_MAX];
        snprintf(announced, sizeof announced, strchr(n->host, ':') ? "[%s]:%d" : "%s:%d", n->host,
                 n->port);
        cluster_where(c, i, where, sizeof where);
        if (!str_ieq(name, len, announced) && !str_ieq(name, len, where)) continue;
        add_node(t, i);
        return;
    }
}

static void add_random(struct nodes *t, const struct slots *s) {
    add_primaries(t, s);
    if (!t->n) return;
    t->list[0] = t->list[(uint64_t)clock_now_ns() / 1000 % (uint64_t)t->n];
    t->n = 1;
}

static void add_all(struct nodes *t, const struct slots *s) {
    add_primaries(t, s);
    add_replicas(t, s);
}

static const struct target {
    const char *name;
    void (*add)(struct nodes *t, const struct slots *s);
} targets[] = {
    {"all", add_all},
    {"primaries", add_primaries},
    {"replicas", add_replicas},
    {"random", add_random},
};

static const struct target *find_target(const char *name, size_t len) {
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        if (str_ieq(name, len, targets[i].name)) return &targets[i];
    return NULL;
}

static void find_nodes(struct nodes *t, const struct cluster *c, const char *name, size_t len) {
    const struct slots *s = cluster_slots(c);
    const struct target *target = find_target(name, len);
    t->list = mem_zalloc((size_t)slots_nodes(s) + 1, sizeof *t->list);
    t->n = 0;
    if (target)
        target->add(t, s);
    else if (memchr(name, ':', len))
        add_named(t, c, name, len);
}

bool targets_is_one(const char *word) {
    return *word == '@' && (strchr(word, ':') || find_target(word + 1, strlen(word + 1)));
}

/* ---- sending ---- */

static void to_nodes(struct cluster *c, const struct nodes *t, int argc, const char *const *argv,
                     const size_t *lens, session_cb *cb, void *arg) {
    if (t->n == 1)
        cluster_submit(c, argc, argv, lens, t->list[0], cb, arg);
    else
        gather_submit(c, t->list, t->n, argc, argv, lens, cb, arg);
}

static void to_target(struct cluster *c, int argc, const char *const *argv, const size_t *lens,
                      session_cb *cb, void *arg) {
    char text[2 * WORD_MAX];
    struct nodes t;
    size_t len = lens[0] - 1 < WORD_MAX ? lens[0] - 1 : WORD_MAX;
    find_nodes(&t, c, argv[0] + 1, len);
    if (t.n && argc > 1) {
        to_nodes(c, &t, argc - 1, argv + 1, lens + 1, cb, arg);
    } else {
        snprintf(text, sizeof text,
                 t.n ? "ERR target %.*s has no command behind it"
                     : "ERR target %.*s names no node (@all, @primaries, @replicas, @random, "
                       "@HOST:PORT; vk --nodes lists them)",
                 (int)len + 1, argv[0]);
        cluster_answer(c, text, cb, arg);
    }
    free(t.list);
}

/* Of a keyless command that one node answers, the user wants to know which. */
struct teller {
    struct cluster *cluster;
    session_cb *cb;
    void *arg;
};

static void tell_node(void *arg, int code, const struct resp_event *ev) {
    struct teller t = *(struct teller *)arg;
    char where[WORD_MAX];
    int node = cluster_answering(t.cluster);
    if (code == 0 && node >= 0)
        msg_warn("answered by %s", cluster_where(t.cluster, node, where, sizeof where));
    if (code != VK_MORE) free(arg);
    t.cb(t.arg, code, ev);
}

static void to_any(struct cluster *c, const struct options *o, int argc, const char *const *argv,
                   const size_t *lens, session_cb *cb, void *arg) {
    if (!o->argc) {
        cluster_submit(c, argc, argv, lens, CLUSTER_BY_KEY, cb, arg);
        return;
    }
    struct teller *t = mem_alloc(sizeof *t);
    *t = (struct teller){c, cb, arg};
    cluster_submit(c, argc, argv, lens, CLUSTER_BY_KEY, tell_node, t);
}

static void to_slot(struct cluster *c, int argc, const char *const *argv, const size_t *lens,
                    session_cb *cb, void *arg) {
    int64_t slot;
    if (argc < 3 || str_to_i64(argv[2], lens[2], &slot) < 0 || slot < 0 || slot >= SLOTS_COUNT)
        cluster_submit(c, argc, argv, lens, CLUSTER_BY_KEY, cb, arg); /* the server says it best */
    else
        cluster_submit(c, argc, argv, lens, slots_primary(cluster_slots(c), (unsigned)slot), cb,
                       arg);
}

/* True: it was answered with the reason why it goes nowhere. */
static bool refuse(struct cluster *c, const struct command_info *info, int argc,
                   const char *const *argv, const size_t *lens, session_cb *cb, void *arg) {
    char text[2 * WORD_MAX];
    int words, len = lens[0] < 64 ? (int)lens[0] : 64;
    const char *why = cluster_refused(info, argc, argv, lens, &words);
    if (!why) return false;
    if (words > 1)
        snprintf(text, sizeof text, "ERR %.*s %.*s %s", len, argv[0],
                 lens[1] < 64 ? (int)lens[1] : 64, argv[1], why);
    else
        snprintf(text, sizeof text, "ERR %.*s %s", len, argv[0], why);
    cluster_answer(c, text, cb, arg);
    return true;
}

void targets_submit(struct cluster *c, const struct options *o, int argc, const char *const *argv,
                    const size_t *lens, session_cb *cb, void *arg) {
    struct nodes t;
    if (argc && lens[0] && argv[0][0] == '@') {
        to_target(c, argc, argv, lens, cb, arg);
        return;
    }
    const struct command_info *info = cluster_command(c, argc, argv, lens);
    if (cluster_in_transaction(c)) {
        cluster_submit(c, argc, argv, lens, CLUSTER_BY_KEY, cb, arg);
        return;
    }
    if (refuse(c, info, argc, argv, lens, cb, arg)) return;
    if (info && o->split && split_submit(c, info, argc, argv, lens, cb, arg)) return;
    switch (info ? command_target(info, argc, argv, lens) : COMMAND_BY_KEY) {
    case COMMAND_ANY_NODE: to_any(c, o, argc, argv, lens, cb, arg); return;
    case COMMAND_BY_SLOT_ARGUMENT: to_slot(c, argc, argv, lens, cb, arg); return;
    case COMMAND_ALL_PRIMARIES: find_nodes(&t, c, "primaries", 9); break;
    case COMMAND_ALL_NODES: find_nodes(&t, c, "all", 3); break;
    default: cluster_submit(c, argc, argv, lens, CLUSTER_BY_KEY, cb, arg); return;
    }
    if (t.n)
        to_nodes(c, &t, argc, argv, lens, cb, arg);
    else
        cluster_submit(c, argc, argv, lens, CLUSTER_BY_KEY, cb, arg);
    free(t.list);
}
