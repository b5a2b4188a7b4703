/* SPDX-License-Identifier: BSD-3-Clause */
/* Which events are wanted. Rules of one kind are alternatives, different kinds must all agree, and
 * no negated rule may match. What an event does not tell (the keys of a message, the client behind
 * a script's call) matches no rule: it passes negated ones alone. Rules are tried from the cheapest
 * kind to the dearest, and a command is taken apart no further than they ask. */
#ifndef VKTAIL_FILTER_H
#define VKTAIL_FILTER_H

#include "base/opt.h"
#include "base/rng.h"
#include "core/clients.h"
#include "event.h"

enum filter_kind { /* cheapest first */
                   FILTER_DB,
                   FILTER_COMMAND,
                   FILTER_CATEGORY,
                   FILTER_ADDR,
                   FILTER_USER,
                   FILTER_NAME,
                   FILTER_LIB,
                   FILTER_KEY,
                   FILTER_GREP,
                   FILTER_KINDS,
};

enum {
    FILTER_OF_ALL = 1 << FILTER_KEY | 1 << FILTER_GREP,
    FILTER_OF_CLIENTS = 1 << FILTER_USER | 1 << FILTER_NAME | 1 << FILTER_LIB,
    FILTER_OF_COMMANDS = FILTER_OF_ALL | 1 << FILTER_DB | 1 << FILTER_COMMAND |
                         1 << FILTER_CATEGORY | 1 << FILTER_ADDR,
};

struct filter_grep;

struct filter_rule {
    enum filter_kind kind;
    bool negated;
    struct event_text text; /* borrowed from the command line */
    size_t tail;            /* of a glob: so many bytes at its end stand for themselves */
    struct event_text sub;  /* FILTER_COMMAND: the second word; p NULL = any */
    int64_t db;
    uint32_t acl, flags; /* FILTER_CATEGORY: one of them */
    struct filter_grep *grep;
};

struct filter {
    struct filter_rule *rules; /* by kind, once it is finished */
    size_t n;
    bool negates_next;
    int64_t one_of; /* --sample; 0 = all */
    unsigned kinds; /* bits 1 << kind of those that are there */
};

/* The options, for a group whose target is a zeroed struct filter. */
extern const struct opt_row filter_rows[];

/* How many rules are of databases; *db is the last one's, -1 when it is negated or there is none.
 */
int filter_dbs(const struct filter *f, int64_t *db);
void filter_forget_dbs(struct filter *f);
/* All options are read; allowed: bits 1 << kind that mean something for `mode`, a word for people.
 * Warns of commands that are not known. VK_EUSAGE. */
int filter_finish(struct filter *f, unsigned allowed, const char *mode, struct err *e) MUST_CHECK;
void filter_release(struct filter *f);

/* What is behind an event, when that is known; else NULL. */
typedef const struct clients_entry *filter_client_fn(void *arg, const struct event *ev);

/* What the work needs beside the rules. */
struct filter_work {
    struct buf text; /* scratch */
    struct rng rng;
    filter_client_fn *client; /* NULL = nobody knows */
    void *arg;
    uint64_t n_strangers; /* a rule asked for the client and it was not known */
};

void filter_work_init(struct filter_work *w, uint64_t seed);
void filter_work_release(struct filter_work *w);
/* --sample: is this one of those that are looked at? */
bool filter_samples(const struct filter *f, struct filter_work *w);
/* Is a command, a message or an entry wanted? */
bool filter_passes(const struct filter *f, struct filter_work *w, const struct event *ev);

#endif
