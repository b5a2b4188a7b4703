/* SPDX-License-Identifier: BSD-3-Clause */
/* See link.h. The quick way, for which this file is laid out: one write takes all, one read brings
 * all replies, none is an error. Then a batch costs one group, one clock reading on either side, a
 * scan, and one record per kind of command. */
#include "bench/link_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { UNASKED_MAX = 120 }; /* bytes of an error that nobody asked for, in a message */

/* ---- replies ---- */

/* n replies that are no errors. */
static void settle_done(struct link *l, uint64_t n) {
    struct link_host *h = l->host;
    l->settled += n;
    if (h->remembers) link_forget_ops(l, n, true);
    while (n) {
        struct link_group *g = link_first(l);
        uint32_t count = n < g->count ? (uint32_t)n : g->count;
        struct tally *t = link_tally(l, g);
        HIST_STORE(t->done, t->done + count);
        hist_record_n(t->service, link_ns_between(g->submit_ns, h->now_ns), count);
        if (t->response)
            hist_record_n(t->response, link_ns_between(g->intended_ns, h->now_ns), count);
        if (g->measured) link_measured(h, count, 0);
        n -= count;
        link_pop(l, count);
    }
}

/* True: the command is still to be done. */
static bool keep(struct link *l, const struct link_group *g, const char *text, size_t len) {
    const struct link_kept k = {
        .op = *opqueue_at(&l->ops, 0),
        .intended_ns = g->intended_ns,
        .submit_ns = g->submit_ns,
        .row = g->row,
        .measured = g->measured,
    };
    bool kept = g->row != LINK_ASKING && l->host->on_redirect(l, &k, text, len);
    opqueue_drop(&l->ops, 1);
    return kept;
}

static void settle_error(struct link *l, const char *text, size_t len) {
    struct link_host *h = l->host;
    struct link_group *g = link_first(l);
    bool asking = g->row == LINK_ASKING;
    l->settled++;
    if (h->remembers && keep(l, g, text, len)) {
        link_drop(l, 1);
        return;
    }
    link_count_error(link_tally(l, g), text, len, g->submit_ns, h->now_ns);
    if (g->measured) link_measured(h, 0, 1);
    link_pop(l, 1);
    if (h->on_error && !asking) h->on_error(l, text, len);
}

/* The scanner saw an error; what came before it is settled first. Replies that nobody asked for are
 * left to `take`. */
static void on_scan_error(void *arg, const char *text, size_t len) {
    struct link *l = arg;
    uint64_t before = l->scan.replies - l->settled;
    if (before >= l->in_flight) {
        err_set(&l->host->unasked, VK_EPROTO, "%.*s", (int)(len < UNASKED_MAX ? len : UNASKED_MAX),
                text);
        return;
    }
    settle_done(l, before);
    settle_error(l, text, len);
}

static int too_many(const struct link *l, struct err *e) {
    if (l->host->unasked.code)
        return err_set(e, VK_EPROTO, "server says: %s", l->host->unasked.text);
    return err_set(e, VK_EPROTO, "the server sent a reply that nobody asked for");
}

/* All replies in p[0..n) at once: there is one row, whose bytes they are. */
static int take_all(struct link *l, const char *p, size_t n, struct err *e) {
    size_t used;
    int got = resp_scan_feed(&l->scan, p, n, 0, &used);
    uint64_t fresh = 0; /* none in the rest of an error told by its first piece */
    if (l->scan.replies > l->settled) fresh = l->scan.replies - l->settled;
    bool excess = fresh > l->in_flight;
    if (l->n_groups) link_tally(l, link_first(l))->bytes_in += n;
    settle_done(l, excess ? l->in_flight : fresh);
    if (got < 0) return err_set(e, got, "%s", l->scan.reader.err.text);
    return excess ? too_many(l, e) : 0;
}

/* One by one: each row gets its own bytes. */
static int take_each(struct link *l, const char *p, size_t n, struct err *e) {
    while (n) {
        size_t used;
        struct tally *t = l->n_groups ? link_tally(l, link_first(l)) : NULL;
        int got = resp_scan_feed(&l->scan, p, n, 1, &used);
        if (got < 0) return err_set(e, got, "%s", l->scan.reader.err.text);
        p += used;
        n -= used;
        l->reply_bytes += used;
        if (!got) continue;
        if (l->scan.replies > l->settled && !l->in_flight) return too_many(l, e);
        if (t) t->bytes_in += l->reply_bytes;
        l->reply_bytes = 0;
        if (l->scan.replies > l->settled) settle_done(l, 1);
    }
    return 0;
}

static void take(struct link *l, const char *p, size_t n) {
    struct link_host *h = l->host;
    struct err e;
    uint64_t pushes = l->scan.pushes, settled = l->settled;
    h->bytes_in += n;
    int code = h->n_rows == 1 ? take_all(l, p, n, &e) : take_each(l, p, n, &e);
    h->pushes += l->scan.pushes - pushes;
    if (code < 0) {
        link_lose(l, &e);
    } else if (l->settled != settled) {
        l->tries = 0;
        if (!l->rest) h->on_room(l);
    }
}

/* Until nothing more is there at once. l may be closed, or closed and opened, on the way. */
static void receive(struct link *l) {
    struct link_host *h = l->host;
    struct sock *s = l->sock;
    bool more;
    do {
        struct err e;
        size_t got = 0;
        int code = sock_read(s, h->in, LINK_READ_BYTES, &got, &e);
        h->reads++;
        if (code == VK_MORE) return;
        if (code < 0) {
            link_lose(l, &e);
            return;
        }
        h->now_ns = clock_now_ns();
        more = got == LINK_READ_BYTES || s->has_more;
        take(l, h->in, got);
    } while (more && l->sock == s);
}

/* ---- what is not done by sending ---- */

void link_give_up(struct link_host *h, struct link_peer *peer, const struct link_kept *k,
                  const char *text, size_t len) {
    struct tally *t = &(k->measured ? peer->rows : peer->warm)[k->row];
    h->now_ns = clock_now_ns();
    link_count_error(t, text, len, k->submit_ns, h->now_ns);
    if (!k->measured) return;
    link_unmeter(h, 1);
    link_measured(h, 0, 1);
}

void link_refuse(struct link_host *h, struct link_peer *peer, const char *text, int commands) {
    struct tally *t = h->measured ? peer->rows : peer->warm;
    for (int i = 0; i < commands; i++) {
        uint16_t row = h->image.workload->row_of[i];
        HIST_STORE(t[row].errors, t[row].errors + 1);
        tally_error(&t[row], text, strlen(text));
    }
    if (h->measured) link_measured(h, 0, (uint64_t)commands);
}

/* ---- life ---- */

static void on_ready(void *arg, unsigned events) {
    struct link *l = arg;
    struct sock *s = l->sock;
    if ((events & LOOP_READ) || s->write_blocked_on_read || s->read_blocked_on_write) receive(l);
    if (l->sock == s && l->rest) link_flush(l);
    if (l->sock == s) link_update_mask(l);
}

void link_init(struct link *l, struct link_host *h) {
    *l = (struct link){.host = h};
    resp_scan_init(&l->scan);
    l->scan.on_error = on_scan_error;
    l->scan.error_arg = l;
}

void link_release(struct link *l) {
    link_close(l);
    resp_scan_release(&l->scan);
    link_free_rest(l);
    free(l->groups);
    opqueue_release(&l->ops);
}

int link_open(struct link *l, struct sock *s, struct err *e) {
    resp_scan_reset(&l->scan);
    l->settled = 0;
    l->reply_bytes = 0;
    int code = loop_add(l->host->loop, s->fd, LOOP_READ | sock_wants(s), on_ready, l, &l->watch, e);
    if (code < 0)
        sock_close(s);
    else
        l->sock = s;
    return code;
}

static void forget_commands(struct tally *t, uint64_t n, const struct err *why) {
    char text[TALLY_TEXT_MAX];
    int len = snprintf(text, sizeof text, "%s %s", why->code == VK_ETIMEOUT ? "TIMEOUT" : "LOST",
                       why->text);
    if (len >= (int)sizeof text) len = (int)sizeof text - 1;
    for (uint64_t i = 0; i < n; i++)
        tally_error(t, text, (size_t)len);
    HIST_STORE(t->errors, t->errors + n);
}

static void forget_rest(struct link *l, const struct err *why) {
    struct link_rest *r = l->rest;
    for (int i = r ? r->next : 0; r && i < r->commands; i++) {
        if (r->rows[i] == LINK_ASKING) continue;
        struct link_group g = {.row = r->rows[i], .measured = r->measured};
        forget_commands(link_tally(l, &g), 1, why);
        if (r->kept_ns && r->measured) link_unmeter(l->host, 1);
        if (r->measured) link_measured(l->host, 0, 1);
    }
    link_free_rest(l);
}

void link_forget(struct link *l, const struct err *why) {
    l->host->now_ns = clock_now_ns();
    link_forget_ops(l, l->ops.n, false);
    while (l->n_groups) {
        struct link_group *g = link_first(l);
        forget_commands(link_tally(l, g), g->count, why);
        if (g->measured) link_lose_time(&l->host->meter, g->count, g->submit_ns, l->host->now_ns);
        if (g->measured) link_measured(l->host, 0, g->count);
        link_pop(l, g->count);
    }
    forget_rest(l, why);
}

void link_end_meter(struct link_host *h, int64_t now_ns) {
    link_meter_on(&h->meter, now_ns);
}

uint64_t link_unfinished(const struct link *l, int64_t *oldest_ns) {
    struct link_meter *m = &l->host->meter;
    uint64_t n = 0;
    for (uint32_t i = 0; i < l->n_groups; i++) {
        const struct link_group *g = &l->groups[(l->head + i) & (l->cap - 1)];
        if (!g->measured) continue;
        n += g->count;
        link_lose_time(m, g->count, g->submit_ns, m->at_ns);
        if (g->intended_ns < *oldest_ns) *oldest_ns = g->intended_ns;
    }
    return l->rest && l->rest->measured ? n + (uint64_t)(l->rest->commands - l->rest->next) : n;
}

int64_t link_waits_since(const struct link *l) {
    if (l->n_groups) {
        const struct link_group *g = &l->groups[l->head & (l->cap - 1)];
        return g->kept ? g->sent_ns : g->submit_ns;
    }
    return l->rest ? l->rest->since_ns : 0;
}
