/* SPDX-License-Identifier: BSD-3-Clause */
/* See prune.h. Two walks: the first one counts and keeps a few names by chance, for the question;
 * the second one looks again and acts. With --yes nobody reads the count, so there is one. */
#include "prune.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/msg.h"
#include "client/profile_confirm.h"
#include "face.h"
#include "guard.h"
#include "io/signal.h"
#include "io/tty.h"
#include "prune_impl.h"
#include "sweep_tell.h"
#include "ui/amount.h"

enum { TEXT_MAX = 1 << 16, QUESTION_MAX = 80 };

static const struct prune_verb unlink_verb = {.option = "unlink",
                                              .command = "UNLINK",
                                              .done = "unlinked",
                                              .not_done = "gone before",
                                              .takes_many = true},
                               expire_verb = {.option = "expire",
                                              .command = "EXPIRE",
                                              .done = "set to expire",
                                              .not_done = "gone before",
                                              .takes_seconds = true},
                               persist_verb = {.option = "persist",
                                               .command = "PERSIST",
                                               .done = "persisted",
                                               .not_done = "without an expiry, or gone before"};

static const struct prune_verb *verb_of(const struct options_sweep *o) {
    return o->unlink ? &unlink_verb : o->expire_s ? &expire_verb : &persist_verb;
}

/* ---- keys ---- */

static void keep_sample(struct prune_found *f, const char *name, size_t len) {
    uint64_t at = f->n < PRUNE_SAMPLE ? f->n : rng_below(&f->rng, f->n + 1);
    if (at >= PRUNE_SAMPLE) return;
    struct prune_sample *s = &f->sample[at];
    s->cut = len > sizeof s->name;
    s->len = s->cut ? sizeof s->name : len;
    memcpy(s->name, name, s->len);
}

static void count(struct prune *p, struct fleet_node *node, const char *name, size_t len) {
    if (!p->left) return;
    keep_sample(&p->found, name, len);
    p->found.n++;
    p->found.by_node[node - p->fleet.nodes]++;
    if (!--p->left) sweep_stop(p->sweep);
}

static void count_asked(struct prune *p, struct fleet_node *node, const char *name, size_t len) {
    count(p, node, name, len);
    sweep_paid(p->sweep, node);
}

static void act(struct prune *p, struct fleet_node *node, const char *name, size_t len) {
    if (!p->left || p->stopped.code) {
        sweep_paid(p->sweep, node);
        return;
    }
    prune_act_add(p, node, name, len);
    if (!--p->left) sweep_stop(p->sweep);
}

struct by_slot {
    unsigned slot;
    struct sweep_key key;
};

static int compare(const void *a, const void *b) {
    unsigned x = ((const struct by_slot *)a)->slot, y = ((const struct by_slot *)b)->slot;
    return (x > y) - (x < y);
}

/* Keys of one slot stand together, for the command that takes many. */
static void act_sorted(struct prune *p, struct fleet_node *node, const struct sweep_key *keys,
                       size_t n) {
    struct by_slot *sorted = mem_zalloc(n, sizeof *sorted);
    for (size_t i = 0; i < n; i++)
        sorted[i] = (struct by_slot){slots_of_key(keys[i].p, keys[i].len), keys[i]};
    qsort(sorted, n, sizeof *sorted, compare);
    for (size_t i = 0; i < n; i++)
        act(p, node, sorted[i].key.p, sorted[i].key.len);
    free(sorted);
}

static int on_page(void *arg, struct fleet_node *node, const struct sweep_key *keys, size_t n,
                   struct err *e) {
    struct prune *p = arg;
    prune_take_fn *take = p->acting ? act : count_asked;
    int code = 0;
    if (prune_pick_asks(p->o)) {
        for (size_t i = 0; code == 0 && i < n; i++)
            code = prune_pick_ask(p, node, &keys[i], take, e);
        return code;
    }
    for (size_t i = 0; !p->acting && i < n; i++)
        count(p, node, keys[i].p, keys[i].len);
    if (!p->acting) return 0;
    sweep_owe(p->sweep, node, n);
    if (p->by_slot && p->verb->takes_many)
        act_sorted(p, node, keys, n);
    else
        for (size_t i = 0; i < n; i++)
            act(p, node, keys[i].p, keys[i].len);
    prune_act_send(p, false);
    return 0;
}

static void on_anew(void *arg, struct fleet_node *node) {
    struct prune *p = arg;
    uint64_t *n = &p->found.by_node[node - p->fleet.nodes];
    p->found.n -= *n;
    *n = 0;
}

static void on_turn(void *arg) {
    struct prune *p = arg;
    struct cluster *cluster = p->run->wire.cluster;
    struct buf text;
    if (p->acting && signal_stop() && !p->stopped.code)
        err_set(&p->stopped, VK_ECANCEL, "interrupted");
    if (p->acting) prune_act_send(p, true);
    if (cluster && cluster_pending(cluster)) cluster_flush(cluster);
    if (!p->progress.shown) return;
    buf_init(&text, QUESTION_MAX);
    amount_add_count(&text, p->acting ? p->done.changed : p->found.n);
    buf_addf(&text, " %s", p->acting ? p->verb->done : "found");
    p->progress.total = sweep_total(p->sweep);
    progress_at(&p->progress, sweep_passed(p->sweep), buf_cstr(&text));
    buf_release(&text);
}

/* ---- a walk ---- */

/* What ended it, if anything did; the sweep stays for who asks where it was. */
static int walk(struct prune *p, struct err *e) {
    const struct options *o = p->run->opts;
    p->left = p->o->limit ? (uint64_t)p->o->limit : UINT64_MAX;
    progress_begin(&p->progress, "looked at", 0, false);
    sweep_free(p->sweep);
    p->sweep = sweep_new(&p->fleet, &(struct sweep_opts){.which = p->o,
                                                         .pause_s = o->interval_s,
                                                         .page = on_page,
                                                         .anew = on_anew,
                                                         .turned = on_turn,
                                                         .arg = p});
    int code = sweep_run(p->sweep, e);
    if (p->run->wire.cluster && cluster_pending(p->run->wire.cluster))
        cluster_cancel(p->run->wire.cluster);
    progress_clear(&p->progress);
    if (p->stopped.code && code != VK_ECANCEL) {
        *e = p->stopped;
        code = e->code;
    }
    if (code < 0) p->stopped = *e;
    return code;
}

static void print(struct prune *p, void tell(struct prune *p, struct buf *out)) {
    tell(p, &p->run->out);
    run_flush(p->run);
}

/* ---- the question ---- */

static bool is_asked(const struct options *o) {
    return !o->yes && !o->sweep.dry_run && !o->conn.scratch && !o->clusteropt.scratch &&
           o->profile.environment != PROFILE_DEV;
}

static void say_found(struct prune *p) {
    struct buf text;
    buf_init(&text, TEXT_MAX);
    prune_tell_found(p, &text);
    struct err ignored;
    if (file_write_fd(STDERR_FILENO, text.p, text.len, &ignored) < 0) { /* then nobody reads it */
    }
    buf_release(&text);
}

static int ask(struct prune *p, struct err *e) {
    const struct profile *profile = &p->run->opts->profile;
    char what[QUESTION_MAX];
    say_found(p);
    if (*profile->name)
        msg_warn("%s (%s)", profile->name, profile_environment_name(profile->environment));
    if (p->verb->takes_seconds)
        snprintf(what, sizeof what, "let them expire in %lld s", (long long)p->o->expire_s);
    else
        snprintf(what, sizeof what, "%s them", p->verb->option);
    int code = profile_confirm(profile, what, e);
    if (code == VK_ECANCEL && !signal_stop()) /* Ctrl-C needs no words, a wrong answer does */
        msg_warn("nothing was done");
    return code;
}

/* ---- the job ---- */

static int check(const struct run *r, const struct prune_verb *verb, struct err *e) {
    const struct options *o = r->opts;
    const struct options_sweep *s = &o->sweep;
    bool terminal = tty_is(STDIN_FILENO) && tty_is(STDERR_FILENO);
    if (!s->pattern && !s->quoted_pattern)
        return err_set(e, VK_EUSAGE, "--%s needs a --pattern ('*' is every key)", verb->option);
    if (s->replicas)
        return err_set(e, VK_EUSAGE, "--%s and --replicas exclude each other", verb->option);
    if (is_asked(o) && !terminal)
        return err_set(e, VK_EUSAGE,
                       "--%s without a terminal to ask on needs --yes, or --dry-run to look first",
                       verb->option);
    return 0;
}

/* Who only reads hears so before anything is looked at. */
static int may_write(struct prune *p, struct err *e) {
    const char *argv[] = {p->verb->command, p->o->pattern ? p->o->pattern : p->o->quoted_pattern};
    size_t lens[] = {strlen(argv[0]), strlen(argv[1])};
    return p->o->dry_run ? 0 : guard_check(p->run, GUARD_NEVER, 2, argv, lens, e);
}

static int look_first(struct prune *p, struct err *e) {
    int code = walk(p, e);
    if (code < 0 || !p->o->dry_run) return code;
    print(p, p->run->opts->format == RENDER_JSON ? prune_tell_json : prune_tell_found);
    return 0;
}

static void tell_ends(struct prune *p) {
    const struct prune_done *d = &p->done;
    for (int i = 0; i < d->n_kinds; i++)
        msg_warn("%llu failed: %s", (unsigned long long)d->kinds[i].n, d->kinds[i].text);
    if (d->doubtful)
        msg_warn("%llu more may or may not have been %s: no reply came; the same again finds "
                 "those that are left",
                 (unsigned long long)d->doubtful, p->verb->done);
}

static int finish(struct prune *p, int code, const struct err *e) {
    const struct prune_done *d = &p->done;
    bool json = p->run->opts->format == RENDER_JSON;
    if (p->acting) {
        tell_ends(p);
        print(p, json ? prune_tell_json : prune_tell_done);
    }
    if (code < 0 && p->sweep && !p->acting && !p->at_question)
        sweep_tell(p->sweep, &p->fleet, "counted", p->found.n);
    if (code < 0 && !(d->failed && e->code == VK_ESERVER)) return face_fail(p->run->opts, e);
    if (!d->failed) return 0;
    return d->changed || d->untouched ? 7 : errclass_exit(d->first_class);
}

static int run(struct prune *p, struct err *e) {
    int code = may_write(p, e);
    if (code == 0) code = fleet_open(&p->fleet, p->run, FLEET_PRIMARIES, e);
    if (code < 0) return code;
    p->found.by_node = mem_zalloc((size_t)p->fleet.max, sizeof *p->found.by_node);
    rng_seed(&p->found.rng, (uint64_t)clock_now_ns());
    bool asked = is_asked(p->run->opts);
    if (asked || p->o->dry_run) code = look_first(p, e);
    if (code < 0 || p->o->dry_run) return code;
    if (asked && !p->found.n) {
        print(p, prune_tell_found);
        return 0;
    }
    p->at_question = asked;
    if (asked) code = ask(p, e);
    if (code < 0) return code;
    p->at_question = false;
    p->acting = true;
    prune_act_init(p);
    return walk(p, e);
}

int prune_main(struct run *r) {
    struct prune p = {.run = r, .o = &r->opts->sweep, .verb = verb_of(&r->opts->sweep)};
    struct err e;
    err_clear(&e);
    if (r->opts->face != FACE_NATIVE) {
        msg_say("Unrecognized option or bad number of args for: '--%s'", p.verb->option);
        return 1;
    }
    if (check(r, p.verb, &e) < 0) return face_usage(r->opts, &e, NULL);
    int code = run(&p, &e);
    code = finish(&p, code, &e);
    sweep_free(p.sweep);
    if (p.acting) prune_act_release(&p);
    fleet_close(&p.fleet);
    free(p.found.by_node);
    return code;
}
