/* SPDX-License-Identifier: BSD-3-Clause */
/* See cluster_lane.h. The last reply of a round submits the next one from within its callback; what
 * is submitted leaves with the next turn of the cluster. */
#include "bench/cluster_lane.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "io/signal.h"

struct cluster_call {
    struct cluster_ops_words words;
    struct cluster_lane *lane;
    int64_t submit_ns;
    bool refused; /* the reply is an error */
};

/* ---- a reply ---- */

static void on_reply(void *arg, int code, const struct resp_event *ev);

static void submit_round(struct cluster_lane *l) {
    l->waiting = l->width;
    l->spoilt = false;
    l->round_ns = clock_now_ns();
    for (int k = 0; k < l->width; k++) {
        struct cluster_call *call = &l->calls[k];
        const struct cluster_ops_words *w = &call->words;
        l->words(l->arg, l->round, k, &call->words);
        call->refused = false;
        call->submit_ns = clock_now_ns();
        cluster_submit(l->cluster, w->argc, w->argv, w->lens, CLUSTER_BY_KEY, on_reply, call);
    }
}

static void end_round(struct cluster_lane *l, int64_t now_ns) {
    if (l->whole) {
        struct tally *t = l->whole;
        hist_record(l->spoilt ? t->failed : t->service, (uint64_t)(now_ns - l->round_ns));
        if (l->spoilt)
            t->errors++;
        else
            t->done++;
    }
    l->to_ns = now_ns;
    if (++l->round < l->rounds) submit_round(l);
}

/* One without a reply is counted by what became of it. */
static void note_loss(struct tally *t, const struct err *why) {
    char text[TALLY_TEXT_MAX];
    const char *word = why->code == VK_ETIMEOUT   ? "TIMEOUT"
                       : why->code == VK_ECONNECT ? "CONNECT"
                       : why->code == VK_ESERVER  ? "UNSERVED"
                                                  : "LOST";
    int len = snprintf(text, sizeof text, "%s %s", word, why->text);
    tally_error(t, text, len < (int)sizeof text ? (size_t)len : sizeof text - 1);
}

static void end_call(struct cluster_call *call, int code) {
    struct cluster_lane *l = call->lane;
    struct tally *t = l->tally;
    int64_t now_ns = clock_now_ns();
    if (code < 0) note_loss(t, cluster_why(l->cluster));
    if (code == 0)
        hist_record(call->refused ? t->failed : t->service, (uint64_t)(now_ns - call->submit_ns));
    if (code < 0 || call->refused) {
        t->errors++;
        l->spoilt = true;
    } else {
        t->done++;
    }
    if (--l->waiting == 0) end_round(l, now_ns);
}

static bool is_refusal(const struct resp_event *ev) {
    return ev && !ev->aside && ev->depth == 0 && ev->kind == RESP_VALUE &&
           resp_read_is_error(ev->type);
}

static void on_reply(void *arg, int code, const struct resp_event *ev) {
    struct cluster_call *call = arg;
    if (call->lane->stopped) return;
    if (is_refusal(ev)) {
        call->refused = true;
        tally_error(call->lane->tally, ev->p, ev->len);
    }
    if (code != VK_MORE && code != VK_ECANCEL) end_call(call, code);
}

/* ---- the run ---- */

static void start(struct cluster_lane *l, struct cluster *c) {
    l->cluster = c;
    l->calls = mem_zalloc((size_t)l->width, sizeof *l->calls);
    for (int k = 0; k < l->width; k++)
        l->calls[k].lane = l;
    l->round = 0;
    l->stopped = false;
    l->from_ns = l->to_ns = clock_now_ns();
    if (l->rounds) submit_round(l);
}

static bool all_over(const struct cluster_lane *lanes, int n) {
    for (int i = 0; i < n; i++)
        if (lanes[i].round < lanes[i].rounds) return false;
    return true;
}

static int stop(struct cluster *c, struct cluster_lane *lanes, int n, struct err *e) {
    for (int i = 0; i < n; i++) {
        lanes[i].stopped = true;
        if (lanes[i].round < lanes[i].rounds) lanes[i].to_ns = clock_now_ns();
    }
    cluster_cancel(c);
    return err_set(e, VK_ECANCEL, "interrupted");
}

int cluster_lane_run(struct cluster *c, struct cluster_lane *lanes, int n, int64_t until_ns,
                     struct err *e) {
    unsigned known = signal_count();
    int code = 0;
    for (int i = 0; i < n; i++)
        start(&lanes[i], c);
    while (code == 0 && !all_over(lanes, n)) {
        cluster_turn(c, until_ns);
        bool late = until_ns >= 0 && clock_now_ns() >= until_ns;
        if (late || signal_count() != known) code = stop(c, lanes, n, e);
    }
    for (int i = 0; i < n; i++)
        free(lanes[i].calls);
    return code;
}
