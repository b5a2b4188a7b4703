/* SPDX-License-Identifier: BSD-3-Clause */
/* What was found, and what was done, for people and for programs. */
#include <string.h>

#include "base/clock.h"
#include "base/safe.h"
#include "prune_impl.h"
#include "ui/amount.h"
#include "ui/jsonw.h"

static void add_keys(struct buf *out, uint64_t n) {
    amount_add_count(out, n);
    buf_adds(out, n == 1 ? " key" : " keys");
}

static bool is_several(const struct prune *p) {
    return p->fleet.n > 1;
}

static uint64_t sampled(const struct prune *p) {
    return p->found.n < PRUNE_SAMPLE ? p->found.n : PRUNE_SAMPLE;
}

void prune_tell_found(struct prune *p, struct buf *out) {
    add_keys(out, p->found.n);
    buf_addf(out, " %s", p->found.n == 1 ? "matches" : "match");
    if (!is_several(p)) buf_addf(out, " on %s", p->fleet.nodes[0].name);
    buf_addf(out, "%s\n", p->found.n ? ", among them:" : "");
    for (uint64_t i = 0; i < sampled(p); i++) {
        const struct prune_sample *s = &p->found.sample[i];
        buf_adds(out, "  ");
        if (s->len)
            safe_add(out, s->name, s->len, false);
        else
            buf_adds(out, "\"\"");
        buf_adds(out, s->cut ? "...\n" : "\n");
    }
    for (int i = 0; is_several(p) && p->found.n && i < p->fleet.n; i++) {
        buf_addf(out, "%s: ", p->fleet.nodes[i].name);
        add_keys(out, p->found.by_node[i]);
        buf_addc(out, '\n');
    }
}

static void add_part(struct buf *out, uint64_t n, const char *what) {
    if (!n) return;
    buf_adds(out, ", ");
    amount_add_count(out, n);
    buf_addf(out, " %s", what);
}

void prune_tell_done(struct prune *p, struct buf *out) {
    const struct prune_done *d = &p->done;
    add_keys(out, d->changed);
    buf_addf(out, " %s in ", p->verb->done);
    amount_add_time(out, clock_now_ns() - p->begun_ns);
    add_part(out, d->untouched, p->verb->not_done);
    add_part(out, d->failed, "failed");
    buf_adds(out, p->stopped.code ? "; ended early\n" : "\n");
}

/* ---- JSON ---- */

static void add_nodes(const struct prune *p, struct buf *out) {
    jsonw_array(out, "nodes");
    for (int i = 0; i < p->fleet.n; i++) {
        jsonw_separate(out);
        buf_addc(out, '{');
        jsonw_text(out, "node", p->fleet.nodes[i].name);
        jsonw_count(out, "matched", p->found.by_node[i]);
        buf_addc(out, '}');
    }
    buf_addc(out, ']');
}

static void add_sample(const struct prune *p, struct buf *out) {
    jsonw_array(out, "sample");
    for (uint64_t i = 0; i < sampled(p); i++) {
        jsonw_separate(out);
        jsonw_bytes(out, p->found.sample[i].name, p->found.sample[i].len);
    }
    buf_addc(out, ']');
}

static void add_errors(const struct prune_done *d, struct buf *out) {
    jsonw_array(out, "errors");
    for (int i = 0; i < d->n_kinds; i++) {
        jsonw_separate(out);
        buf_addc(out, '{');
        jsonw_text(out, "kind", d->kinds[i].word);
        jsonw_count(out, "keys", d->kinds[i].n);
        jsonw_text(out, "first", d->kinds[i].text);
        buf_addc(out, '}');
    }
    buf_addc(out, ']');
}

void prune_tell_json(struct prune *p, struct buf *out) {
    const struct prune_done *d = &p->done;
    buf_addc(out, '{');
    jsonw_text(out, "mode", p->verb->option);
    jsonw_flag(out, "dry_run", p->o->dry_run);
    if (p->o->dry_run) {
        jsonw_count(out, "matched", p->found.n);
        add_nodes(p, out);
        add_sample(p, out);
    } else {
        jsonw_count(out, "matched", d->tried);
        jsonw_count(out, "changed", d->changed);
        jsonw_count(out, "untouched", d->untouched);
        jsonw_count(out, "failed", d->failed);
        jsonw_count(out, "unanswered", d->doubtful);
        add_errors(d, out);
        jsonw_number(out, "seconds",
                     (double)(clock_now_ns() - p->begun_ns) / (double)CLOCK_NS_PER_S);
    }
    buf_adds(out, "}\n");
}
