/* SPDX-License-Identifier: BSD-3-Clause */
/* See sweep_moved.h. A slot's holders are its owner and, while it is being moved, the node that
 * imports it, which only that node's own line of CLUSTER NODES tells. That a slot went away and
 * came back shows in nothing but its owner's configuration epoch. */
#include "sweep_moved.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/msg.h"
#include "base/str.h"
#include "io/signal.h"

enum {
    BITS_BYTES = SLOTS_COUNT / 8,
    NODES_TEXT_MAX = 1 << 24,
    ANSWER_S = 5,    /* for CLUSTER NODES */
    TAKEOVER_S = 30, /* a replica has so long to take the place of a primary that is gone */
    TAKEOVER_MS = 500,
};

/* Who held what at one moment: numbers of nodes, -1 = nobody. */
struct holders {
    int16_t owner[SLOTS_COUNT], importer[SLOTS_COUNT];
    uint64_t *epoch; /* of each walk's node, 0 = not known */
};

struct sweep_moved {
    struct sweep *sweep;
    struct holders before, now;
    uint8_t (*wanted)[BITS_BYTES]; /* slots to be walked again, for each walk */
    bool first, refused;
};

/* ---- what one node says of itself ---- */

/* One node's CLUSTER NODES under way. */
struct view {
    struct reply_builder text;
    bool over, ok;
};

static void on_view(void *arg, int code, const struct resp_event *ev) {
    struct view *v = arg;
    bool full = ev && reply_build(&v->text, ev) == VK_ELIMIT;
    if (code == VK_MORE) return;
    v->over = true;
    v->ok = code == 0 && !full && v->text.root && v->text.root->p;
}

static const char *word_at(const char *p, const char *end, int i) {
    for (; p < end && i; p++)
        i -= *p == ' ';
    return p;
}

/* "... [93-<-67ed2db8d677e59ec4a4cefb06858cf2a1a89fa1] ..." */
static void take_imports(const char *p, const char *end, int number, struct holders *h) {
    while ((p = memchr(p, '[', (size_t)(end - p)))) {
        const char *digits = ++p;
        int64_t slot;
        while (p < end && *p >= '0' && *p <= '9')
            p++;
        bool imports = end - p > 3 && !memcmp(p, "-<-", 3);
        if (imports && str_to_i64(digits, (size_t)(p - digits), &slot) == 0 && slot < SLOTS_COUNT)
            h->importer[slot] = (int16_t)number;
    }
}

static void take_line(const char *p, const char *end, int walk, int number, struct holders *h) {
    static const char own[] = "myself";
    const char *flags = word_at(p, end, 2), *flags_end = word_at(p, end, 3);
    const char *epoch = word_at(p, end, 6), *epoch_end = word_at(p, end, 7);
    if ((size_t)(flags_end - flags) < sizeof own || memcmp(flags, own, sizeof own - 1)) return;
    if (epoch_end > epoch &&
        str_to_u64(epoch, (size_t)(epoch_end - epoch - 1), &h->epoch[walk]) < 0)
        h->epoch[walk] = 0;
    take_imports(p, end, number, h);
}

static void take_view(const struct view *v, int walk, int number, struct holders *h) {
    if (!v->ok || resp_read_is_error(v->text.root->type)) return;
    const char *p = v->text.root->p, *end = p + v->text.root->len;
    while (p < end) {
        const char *line_end = memchr(p, '\n', (size_t)(end - p));
        if (!line_end) line_end = end;
        take_line(p, line_end, walk, number, h);
        p = line_end + 1;
    }
}

/* ---- what all say ---- */

static bool all_over(const struct view *views, int n) {
    for (int i = 0; i < n; i++)
        if (!views[i].over) return false;
    return true;
}

static void ask_views(struct sweep *s, struct view *views) {
    static const char *const argv[] = {"CLUSTER", "NODES"};
    int64_t until = clock_now_ns() + ANSWER_S * CLOCK_NS_PER_S;
    struct err ignored;
    for (int i = 0; i < s->n; i++) {
        struct client *c = s->walks[i].node->client;
        reply_builder_init(&views[i].text, NODES_TEXT_MAX);
        views[i].over = client_submit(c, 2, argv, NULL, on_view, &views[i], &ignored) < 0;
    }
    while (!all_over(views, s->n) && clock_now_ns() < until && !signal_stop())
        fleet_turn(s->fleet, until);
    for (int i = 0; i < s->n; i++)
        if (!views[i].over) client_cancel(s->walks[i].node->client);
}

static void note_refusal(struct sweep_moved *m, const struct view *v) {
    if (m->refused || !v->ok || !resp_read_is_error(v->text.root->type)) return;
    m->refused = true;
    msg_warn("keys of a slot that is moving just now may be missed: %.*s",
             (int)(v->text.root->len < 200 ? v->text.root->len : 200), v->text.root->p);
}

static void take_holders(struct sweep_moved *m, struct holders *h) {
    struct sweep *s = m->sweep;
    const struct slots *slots = cluster_slots(s->fleet->run->wire.cluster);
    struct view *views = mem_zalloc((size_t)s->n, sizeof *views);
    memset(h->epoch, 0, (size_t)s->fleet->max * sizeof *h->epoch);
    for (unsigned i = 0; i < SLOTS_COUNT; i++) {
        h->owner[i] = (int16_t)slots_primary(slots, i);
        h->importer[i] = -1;
    }
    ask_views(s, views);
    for (int i = 0; i < s->n; i++) {
        take_view(&views[i], i, s->walks[i].node->number, h);
        note_refusal(m, &views[i]);
        reply_builder_release(&views[i].text);
    }
    free(views);
}

/* ---- who is gone ---- */

static struct sweep_walk *gone_owner(const struct sweep *s) {
    const struct slots *slots = cluster_slots(s->fleet->run->wire.cluster);
    for (int i = 0; i < s->n; i++) {
        struct sweep_walk *w = &s->walks[i];
        int number = w->node->number, primary = slots_node(slots, number)->primary;
        bool replica = slots_node(slots, number)->replica;
        if (w->gone && slots_owned(slots, replica ? primary : number)) return w;
    }
    return NULL;
}

static void wait(struct sweep *s, int64_t ns) {
    int64_t until = clock_now_ns() + ns;
    while (clock_now_ns() < until && !signal_stop())
        fleet_turn(s->fleet, until);
}

/* Until a node that is gone has come back, or its slots are elsewhere. */
static int await_takeover(struct sweep *s, bool *back, struct err *e) {
    int64_t until = clock_now_ns() + TAKEOVER_S * CLOCK_NS_PER_S;
    struct sweep_walk *w;
    struct err why;
    *back = false;
    while ((w = gone_owner(s))) {
        if (fleet_reconnect(s->fleet, w->node, &why) == 0) {
            w->gone = false;
            sweep_walk_resume(w);
            *back = true;
            continue;
        }
        if (signal_stop()) return err_set(e, VK_ECANCEL, "interrupted");
        if (clock_now_ns() > until) {
            *e = why;
            return why.code;
        }
        wait(s, TAKEOVER_MS * CLOCK_NS_PER_MS);
        if (cluster_refresh(s->fleet->run->wire.cluster, &why) < 0) continue; /* as it was */
    }
    return 0;
}

/* ---- what is to be walked again ---- */

/* The walk that stands for a primary: its own, or that of a replica of its. */
static int walk_of(const struct sweep *s, int primary) {
    const struct slots *slots = cluster_slots(s->fleet->run->wire.cluster);
    for (int i = 0; i < s->n; i++) {
        const struct slots_node *n = slots_node(slots, s->walks[i].node->number);
        bool stands = s->walks[i].node->number == primary && !n->replica;
        if (!s->walks[i].gone && (stands || (n->replica && n->primary == primary))) return i;
    }
    return -1;
}

static int make_walk(struct sweep *s, int primary, int *walk, struct err *e) {
    struct fleet_node *node;
    *walk = walk_of(s, primary);
    if (*walk >= 0) return 0;
    int code = fleet_add(s->fleet, primary, &node, e);
    if (code < 0) return code;
    *walk = s->n++;
    sweep_walk_init(&s->walks[*walk], s, node);
    s->walks[*walk].done = true;
    sweep_walk_identify(&s->walks[*walk]);
    return 0;
}

static int want(struct sweep_moved *m, unsigned slot, int primary, struct err *e) {
    int walk = -1;
    if (primary < 0) return 0;
    int code = make_walk(m->sweep, primary, &walk, e);
    if (code == 0) m->wanted[walk][slot / 8] |= (uint8_t)(1 << slot % 8);
    return code;
}

static int compare_slot(struct sweep_moved *m, unsigned slot, struct err *e) {
    const struct holders *a = &m->before, *b = &m->now;
    int was = a->importer[slot], is = b->importer[slot], code = 0;
    bool still = was == is && a->owner[slot] == b->owner[slot];
    if (still && (is < 0 || !m->first)) return 0; /* what moves now was seen where it was */
    if (a->owner[slot] != b->owner[slot] || was != is) code = want(m, slot, b->owner[slot], e);
    if (code == 0) code = want(m, slot, is, e);
    return code == 0 && was != b->owner[slot] && was != is ? want(m, slot, was, e) : code;
}

static bool wants_any(const struct sweep_moved *m, int walk) {
    for (int i = 0; i < BITS_BYTES; i++)
        if (m->wanted[walk][i]) return true;
    return false;
}

/* An epoch that changed for no reason that is seen: slots may have been away. */
static void compare_epochs(struct sweep_moved *m, int known) {
    for (int i = 0; i < known; i++) {
        uint64_t was = m->before.epoch[i], is = m->now.epoch[i];
        if (!was || !is || was == is || wants_any(m, i)) continue;
        for (unsigned slot = 0; slot < SLOTS_COUNT; slot++)
            if (walk_of(m->sweep, m->now.owner[slot]) == i)
                m->wanted[i][slot / 8] |= (uint8_t)(1 << slot % 8);
    }
}

static bool begin_again(struct sweep_moved *m) {
    bool any = false;
    for (int i = 0; i < m->sweep->n; i++) {
        if (!wants_any(m, i)) continue;
        sweep_walk_again(&m->sweep->walks[i], m->wanted[i]);
        any = true;
    }
    return any;
}

/* ---- a round ---- */

int sweep_moved_look(struct sweep_moved *m, bool *again, struct err *e) {
    struct sweep *s = m->sweep;
    struct cluster *cluster = s->fleet->run->wire.cluster;
    int known = s->n, code = cluster_refresh(cluster, e);
    if (code == 0) code = await_takeover(s, again, e);
    if (code < 0 || *again) return code;
    memset(m->wanted, 0, (size_t)s->fleet->max * sizeof *m->wanted);
    take_holders(m, &m->now);
    for (unsigned slot = 0; code == 0 && slot < SLOTS_COUNT; slot++)
        code = compare_slot(m, slot, e);
    if (code < 0) return code;
    compare_epochs(m, known);
    *again = begin_again(m);
    uint64_t *spare = m->before.epoch;
    m->before = m->now;
    m->now.epoch = spare;
    m->first = false;
    return 0;
}

int sweep_moved_new(struct sweep *s, struct sweep_moved **out, struct err *e) {
    struct sweep_moved *m = mem_zalloc(1, sizeof *m);
    size_t most = (size_t)s->fleet->max;
    m->sweep = s;
    m->first = true;
    m->before.epoch = mem_zalloc(most, sizeof *m->before.epoch);
    m->now.epoch = mem_zalloc(most, sizeof *m->now.epoch);
    m->wanted = mem_zalloc(most, sizeof *m->wanted);
    *out = m;
    take_holders(m, &m->before);
    return signal_stop() ? err_set(e, VK_ECANCEL, "interrupted") : 0;
}

void sweep_moved_free(struct sweep_moved *m) {
    if (!m) return;
    free(m->before.epoch);
    free(m->now.epoch);
    free(m->wanted);
    free(m);
}
