/* SPDX-License-Identifier: BSD-3-Clause */
/* See sweep.h. The walks of all nodes on one loop: who may ask for a page, who has to be connected
 * again, and when it is over. */
#include "sweep.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/msg.h"
#include "io/signal.h"
#include "resp/quote.h"
#include "sweep_impl.h"
#include "sweep_moved.h"

enum {
    PATTERN_MAX = 1 << 20,
    TURN_MS = 200,  /* o.turned comes at least so often */
    FAREWELL_S = 1, /* for what is owed when it ends early */
    LOSSES_MAX = 3, /* without anything that is through in between */
};

static void take_pattern(struct sweep *s, const struct options_sweep *o) {
    buf_init(&s->pattern, PATTERN_MAX);
    s->has_pattern = o && (o->pattern || o->quoted_pattern);
    if (!s->has_pattern) return;
    if (o->quoted_pattern) {
        if (resp_quote_undo(&s->pattern, o->quoted_pattern, strlen(o->quoted_pattern), &s->err) < 0)
            s->err.code = VK_EUSAGE;
    } else if (buf_adds(&s->pattern, o->pattern) < 0) {
        err_set(&s->err, VK_EUSAGE, "the pattern is too long");
    }
}

struct sweep *sweep_new(struct fleet *f, const struct sweep_opts *o) {
    struct sweep *s = mem_zalloc(1, sizeof *s);
    s->fleet = f;
    s->o = *o;
    s->on_reply = sweep_reply;
    s->plain = f->run->opts->face != FACE_NATIVE;
    take_pattern(s, o->which);
    s->walks = mem_zalloc((size_t)f->max, sizeof *s->walks);
    for (; s->n < f->n; s->n++) {
        struct sweep_walk *w = &s->walks[s->n];
        sweep_walk_init(w, s, &f->nodes[s->n]);
        if (!o->cursors) continue;
        w->done = o->cursors[s->n] == SWEEP_THROUGH;
        if (!w->done) w->next = w->at = w->safe = o->cursors[s->n];
    }
    return s;
}

void sweep_free(struct sweep *s) {
    if (!s) return;
    s->stopping = true;
    for (int i = 0; i < s->n; i++) {
        if (s->walks[i].node->client) client_cancel(s->walks[i].node->client);
        sweep_walk_release(&s->walks[i]);
    }
    sweep_moved_free(s->moved);
    buf_release(&s->pattern);
    free(s->walks);
    free(s);
}

void sweep_stop(struct sweep *s) {
    s->stopping = true;
}

/* ---- one turn ---- */

static bool is_out_of_reach(int code) {
    return code == VK_ECONNECT || code == VK_ELOST || code == VK_ETIMEOUT;
}

/* Its replies are lost; where it goes on depends on who answers now. */
static int mend(struct sweep *s, struct sweep_walk *w, struct err *e) {
    const struct err *why = client_error(w->node->client);
    if (s->plain || ++w->losses > LOSSES_MAX)
        return err_set(e, why->code ? why->code : VK_ELOST, "%s",
                       why->code ? why->text : "the connection was lost");
    int code = fleet_reconnect(s->fleet, w->node, e);
    if (code == 0) sweep_walk_resume(w);
    if (code == 0 || !s->moved || !is_out_of_reach(code)) return code;
    msg_warn("%s; the keys of its slots are looked for elsewhere", e->text);
    w->gone = true;
    return 0;
}

static bool is_over(const struct sweep_walk *w) {
    return w->gone || (w->done && !w->owed && !w->unpaid);
}

static int advance(struct sweep *s, struct sweep_walk *w, int64_t now_ns, struct err *e) {
    bool open = client_is_open(w->node->client);
    if (is_over(w) || s->stopping) return 0;
    if ((w->broken || !open) && !w->in_flight) {
        if (open) client_disconnect(w->node->client);
        return mend(s, w, e);
    }
    if (sweep_walk_is_due(w, now_ns)) sweep_walk_ask(w);
    return 0;
}

static int64_t next_turn(const struct sweep *s, int64_t now_ns) {
    int64_t at = s->o.turned ? now_ns + TURN_MS * CLOCK_NS_PER_MS : -1;
    for (int i = 0; i < s->n; i++) {
        const struct sweep_walk *w = &s->walks[i];
        if (!w->done && w->due_ns > now_ns && (at < 0 || w->due_ns < at)) at = w->due_ns;
    }
    return at;
}

static int turn(struct sweep *s, struct err *e) {
    int64_t now = clock_now_ns();
    int code = 0;
    if (signal_stop()) return err_set(e, VK_ECANCEL, "interrupted");
    for (int i = 0; code == 0 && i < s->n; i++)
        code = advance(s, &s->walks[i], now, e);
    if (code == 0) fleet_turn(s->fleet, next_turn(s, now));
    if (code == 0 && s->o.turned) s->o.turned(s->o.arg);
    if (code == 0 && s->err.code) {
        *e = s->err;
        code = e->code;
    }
    return code;
}

/* ---- all of them ---- */

static uint64_t owed(const struct sweep *s) {
    uint64_t n = 0;
    for (int i = 0; i < s->n; i++)
        n += s->walks[i].owed;
    return n;
}

static bool is_finished(const struct sweep *s) {
    if (s->stopping) return !owed(s);
    for (int i = 0; i < s->n; i++)
        if (!is_over(&s->walks[i])) return false;
    return true;
}

/* Of what has been given nothing is open. */
static bool is_settled(const struct sweep *s) {
    for (int i = 0; i < s->n; i++)
        if (s->walks[i].in_reply && s->walks[i].given) return false;
    return !owed(s);
}

/* What was sent has its moment to be answered. */
static void wind_down(struct sweep *s) {
    int64_t until = clock_now_ns() + FAREWELL_S * CLOCK_NS_PER_S;
    unsigned known = signal_count();
    s->stopping = s->winding = true;
    while (!is_settled(s) && clock_now_ns() < until && signal_count() == known) {
        if (s->o.turned) s->o.turned(s->o.arg);
        fleet_turn(s->fleet, until);
    }
    for (int i = 0; i < s->n; i++) {
        s->walks[i].unpaid |= s->walks[i].owed > 0; /* its cursor is not to go past those */
        client_cancel(s->walks[i].node->client);
    }
}

static int round_of_walks(struct sweep *s, struct err *e) {
    int code = 0;
    while (code == 0 && !is_finished(s))
        code = turn(s, e);
    return code;
}

/* Nobody asks again for keys that were given before the stop, so a lost reply is a lost key. */
static int look_for_losses(const struct sweep *s, struct err *e) {
    for (int i = 0; i < s->n; i++) {
        const struct sweep_walk *w = &s->walks[i];
        const struct err *why = client_error(w->node->client);
        if (!w->unpaid || w->gone) continue;
        return err_set(e, VK_ELOST, "%s", why->code ? why->text : "the connection was lost");
    }
    return 0;
}

int sweep_run(struct sweep *s, struct err *e) {
    int code = s->err.code;
    bool again = true;
    if (code < 0) *e = s->err;
    for (int i = 0; code == 0 && i < s->n; i++)
        sweep_walk_identify(&s->walks[i]);
    if (code == 0 && s->fleet->run->wire.cluster) code = sweep_moved_new(s, &s->moved, e);
    while (code == 0 && again) {
        code = round_of_walks(s, e);
        again = false;
        if (code == 0 && s->moved && !s->stopping) code = sweep_moved_look(s->moved, &again, e);
    }
    if (code == 0 && s->stopping && !s->plain) code = look_for_losses(s, e);
    if (code < 0) wind_down(s);
    return code;
}

/* ---- what became of it ---- */

static const struct sweep_walk *walk_of(const struct sweep *s, const struct fleet_node *node) {
    return &s->walks[node - s->fleet->nodes];
}

uint64_t sweep_cursor(const struct sweep *s, const struct fleet_node *node) {
    return walk_of(s, node)->safe;
}

bool sweep_is_through(const struct sweep *s, const struct fleet_node *node) {
    return is_over(walk_of(s, node));
}

uint64_t sweep_seen(const struct sweep *s) {
    return s->seen;
}

uint64_t sweep_total(const struct sweep *s) {
    uint64_t sum = 0;
    for (int i = 0; i < s->n; i++)
        sum += s->walks[i].size;
    return sum;
}

uint64_t sweep_passed(const struct sweep *s) {
    uint64_t sum = 0;
    for (int i = 0; i < s->n; i++) {
        const struct sweep_walk *w = &s->walks[i];
        sum += w->done || w->only || w->passed > w->size ? w->size : w->passed;
    }
    return sum;
}
