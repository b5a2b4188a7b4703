/* SPDX-License-Identifier: BSD-3-Clause */
/* See cluster_stage.h. */
#include "bench/cluster_stage.h"

#include <string.h>

#include "base/clock.h"
#include "core/errclass.h"
#include "io/signal.h"

enum { DELETE_AT_ONCE = 500 };
#define INTERRUPTED_NS (2 * CLOCK_NS_PER_S)

/* ---- warm-up ---- */

static void say_warmup(void *arg, int64_t round, int k, struct cluster_ops_words *w) {
    (void)arg;
    (void)round;
    cluster_ops_warmup(w, k);
}

static int refusal(const struct tally *t, struct err *e) {
    const char *text = t->words[0].text;
    unsigned rights = ERRCLASS_AUTH | ERRCLASS_PERMISSION;
    bool denied = errclass_of_reply(text, strlen(text)) & rights;
    return err_set(e, denied ? VK_EAUTH : VK_ESERVER, "EXISTS, the warm-up: %s", text);
}

static int warm_up(struct cluster *c, struct cluster_part *p, struct err *e) {
    struct tally t;
    struct cluster_lane lane = {
        .words = say_warmup, .rounds = 1, .width = CLUSTER_STAGE_WARMUP, .tally = &t};
    tally_init(&t, false);
    int code = cluster_lane_run(c, &lane, 1, -1, e);
    p->warmup_ns = lane.to_ns - lane.from_ns;
    if (code == 0 && t.errors) code = refusal(&t, e);
    tally_release(&t);
    return code;
}

int cluster_stage_open(const struct cluster_stage *s, struct cluster_part *p, struct cluster **out,
                       struct err *e) {
    struct cluster *c = cluster_new(s->loop, s->opts, &s->hooks);
    int code = cluster_connect(c, e);
    if (code == 0) code = warm_up(c, p, e);
    if (code == 0) p->primaries = slots_primaries(cluster_slots(c), NULL, 0);
    if (code < 0) {
        cluster_free(c);
        c = NULL;
    }
    *out = c;
    return code;
}

/* ---- deletion ---- */

struct deletion {
    int64_t made, next;
};

static void say_delete(void *arg, int64_t round, int k, struct cluster_ops_words *w) {
    struct deletion *d = arg;
    (void)round;
    cluster_ops_delete(w, d->next + k, d->made);
}

int64_t cluster_stage_delete(struct cluster *c, int64_t made) {
    struct tally t;
    struct err ignored;
    struct deletion d = {.made = made};
    int64_t keys = made > 0 ? cluster_ops_keys(made) : 0;
    int64_t until_ns = signal_stop() ? clock_now_ns() + INTERRUPTED_NS : -1;
    tally_init(&t, false);
    while (d.next < keys && !t.errors) {
        int64_t n = keys - d.next < DELETE_AT_ONCE ? keys - d.next : DELETE_AT_ONCE;
        struct cluster_lane lane = {
            .words = say_delete, .arg = &d, .rounds = 1, .width = (int)n, .tally = &t};
        if (cluster_lane_run(c, &lane, 1, until_ns, &ignored) < 0) break;
        d.next += n;
    }
    keys -= (int64_t)t.done;
    tally_release(&t);
    return keys;
}
