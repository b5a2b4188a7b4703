/* SPDX-License-Identifier: BSD-3-Clause */
/* See link.h. The quick way, for which this file is laid out: one write takes all, one read brings
 * all replies, none is an error. Then a batch costs one group, one clock reading on either side, a
 * scan, and one record per kind of command. */
#include "bench/link.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

enum { UNASKED_MAX = 120 }; /* bytes of an error that nobody asked for, in a message */

/* Bytes that wait for the socket, and the commands whose last byte is among them. */
struct link_rest {
    const char *p; /* borrowed from the image, or `owned` */
    size_t len;
    char *owned;
    int commands, next; /* of the arrays; those before next are written */
    bool measured;
    int64_t kept_ns;  /* a kept command, sent first at that time; 0 = none */
    int64_t since_ns; /* when the socket last took some of it, or of what came before */
    uint16_t *rows;
    uint32_t *lens;    /* the first one: what is left of it */
    int64_t *intended; /* NULL in a closed loop */
};

/* ---- time in flight ---- */

static void meter(struct link_meter *m, int64_t now_ns) {
    m->area_ns += (double)m->in_flight * (double)(now_ns - m->at_ns);
    m->at_ns = now_ns;
}

/* ---- groups ---- */

static void grow_groups(struct link *l) {
    uint32_t cap = l->cap ? l->cap * 2 : 1;
    struct link_group *grown = mem_zalloc(cap, sizeof *grown);
    for (uint32_t i = 0; i < l->n_groups; i++)
        grown[i] = l->groups[(l->head + i) & (l->cap - 1)];
    free(l->groups);
    l->groups = grown;
    l->cap = cap;
    l->head = 0;
}

static void push_group(struct link *l, struct link_group g) {
    l->in_flight += g.count;
    if (l->n_groups) {
        struct link_group *last = &l->groups[(l->head + l->n_groups - 1) & (l->cap - 1)];
        if (last->row == g.row && last->submit_ns == g.submit_ns && last->measured == g.measured &&
            last->intended_ns == g.intended_ns && last->kept == g.kept) {
            last->count += g.count;
            return;
        }
    }
    if (l->n_groups == l->cap) grow_groups(l);
    l->groups[(l->head + l->n_groups++) & (l->cap - 1)] = g;
}

static struct link_group *first_group(struct link *l) {
    return &l->groups[l->head & (l->cap - 1)];
}

static void drop_commands(struct link *l, uint32_t n) {
    struct link_group *g = first_group(l);
    g->count -= n;
    l->in_flight -= n;
    if (g->count) return;
    l->head++;
    l->n_groups--;
}

static void unmeter(struct link_host *h, uint32_t n) {
    meter(&h->meter, h->now_ns);
    h->meter.in_flight -= n;
}

/* n commands of the first group have been dealt with. */
static void pop_commands(struct link *l, uint32_t n) {
    if (first_group(l)->measured) unmeter(l->host, n);
    drop_commands(l, n);
}

/* n commands, sent at submit_ns, will have no reply. */
static void lose_time(struct link_meter *m, uint32_t n, int64_t submit_ns, int64_t now_ns) {
    if (now_ns > submit_ns) m->lost_ns += (double)n * (double)(now_ns - submit_ns);
}

static struct tally *tally_of(const struct link *l, const struct link_group *g) {
    if (g->row == LINK_ASKING) return &l->host->nobody;
    return &(g->measured ? l->peer->rows : l->peer->warm)[g->row];
}

/* The n oldest operations are no longer in flight. */
static void forget_ops(struct link *l, uint64_t n, bool served) {
    struct link_host *h = l->host;
    for (uint32_t i = 0; h->watched && i < n; i++) {
        const struct image_op *op = opqueue_at(&l->ops, i);
        if (op->place != LINK_ASKING) h->on_settled(l, op, served);
    }
    opqueue_drop(&l->ops, (uint32_t)n);
}

static void measured(struct link_host *h, uint64_t done, uint64_t errors) {
    h->last_ns = h->now_ns;
    timeline_add(&h->timeline, h->now_ns, done, errors);
}

/* ---- replies ---- */

static uint64_t ns_between(int64_t from, int64_t to) {
    return to > from ? (uint64_t)(to - from) : 0;
}

/* n replies that are no errors. */
static void settle_done(struct link *l, uint64_t n) {
    struct link_host *h = l->host;
    l->settled += n;
    if (h->remembers) forget_ops(l, n, true);
    while (n) {
        struct link_group *g = first_group(l);
        uint32_t count = n < g->count ? (uint32_t)n : g->count;
        struct tally *t = tally_of(l, g);
        HIST_STORE(t->done, t->done + count);
        hist_record_n(t->service, ns_between(g->submit_ns, h->now_ns), count);
        if (t->response) hist_record_n(t->response, ns_between(g->intended_ns, h->now_ns), count);
        if (g->measured) measured(h, count, 0);
        n -= count;
        pop_commands(l, count);
    }
}

static void count_error(struct tally *t, const char *text, size_t len, int64_t submit_ns,
                        int64_t now_ns) {
    HIST_STORE(t->errors, t->errors + 1);
    tally_error(t, text, len);
    hist_record(t->failed, ns_between(submit_ns, now_ns));
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
    struct link_group *g = first_group(l);
    bool asking = g->row == LINK_ASKING;
    l->settled++;
    if (h->remembers && keep(l, g, text, len)) {
        drop_commands(l, 1);
        return;
    }
    count_error(tally_of(l, g), text, len, g->submit_ns, h->now_ns);
    if (g->measured) measured(h, 0, 1);
    pop_commands(l, 1);
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

static void lose(struct link *l, const struct err *why) {
    link_close(l);
    l->host->on_lost(l, why);
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
    if (l->n_groups) tally_of(l, first_group(l))->bytes_in += n;
    settle_done(l, excess ? l->in_flight : fresh);
    if (got < 0) return err_set(e, got, "%s", l->scan.reader.err.text);
    return excess ? too_many(l, e) : 0;
}

/* One by one: each row gets its own bytes. */
static int take_each(struct link *l, const char *p, size_t n, struct err *e) {
    while (n) {
        size_t used;
        struct tally *t = l->n_groups ? tally_of(l, first_group(l)) : NULL;
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
        lose(l, &e);
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
            lose(l, &e);
            return;
        }
        h->now_ns = clock_now_ns();
        more = got == LINK_READ_BYTES || s->has_more;
        take(l, h->in, got);
    } while (more && l->sock == s);
}

/* ---- requests ---- */

/* Commands that one write is to carry. */
struct batch {
    const uint16_t *rows;
    const uint32_t *lens;
    const int64_t *intended; /* NULL in a closed loop */
    bool measured;
    int64_t kept_ns; /* as in link_rest */
};

/* A command that was sent before, and maybe ASKING in front of it. */
static void push_kept(struct link *l, const struct batch *b, int i, int n, int64_t submit_ns) {
    l->resent_ns = submit_ns;
    for (; n; n--, i++) {
        bool asking = b->rows[i] == LINK_ASKING;
        push_group(l, (struct link_group){
                          .row = b->rows[i],
                          .submit_ns = asking ? submit_ns : b->kept_ns,
                          .intended_ns = b->intended[i],
                          .measured = b->measured && !asking,
                          .kept = true,
                          .count = 1,
                      });
    }
}

/* n commands of b, from place i on, whose last byte one write carried. */
static void push_sent(struct link *l, const struct batch *b, int i, int n, int64_t submit_ns) {
    struct link_host *h = l->host;
    struct link_group g = {
        .submit_ns = submit_ns, .intended_ns = submit_ns, .measured = b->measured, .count = 1};
    if (!n) return; /* a group is never empty */
    if (b->kept_ns) {
        push_kept(l, b, i, n, submit_ns);
        return;
    }
    if (b->measured) {
        meter(&h->meter, submit_ns);
        h->meter.in_flight += (uint64_t)n;
    }
    if (h->n_rows == 1 && !b->intended) {
        g.count = (uint32_t)n;
        push_group(l, g);
        return;
    }
    for (; n; n--, i++) {
        g.row = b->rows[i];
        if (b->intended) g.intended_ns = b->intended[i];
        push_group(l, g);
        struct tally *t = tally_of(l, &g);
        if (t->lag) hist_record(t->lag, ns_between(g.intended_ns, submit_ns));
    }
}

static void count_out(struct link *l, const struct batch *b, int n, size_t bytes) {
    struct link_host *h = l->host;
    struct tally *t = b->measured ? l->peer->rows : l->peer->warm;
    h->bytes_out += bytes;
    if (h->n_rows == 1) {
        t->bytes_out += bytes;
        return;
    }
    for (int i = 0; i < n; i++)
        t[b->rows[i]].bytes_out += b->lens[i];
}

static void update_mask(struct link *l) {
    unsigned mask = LOOP_READ | sock_wants(l->sock);
    loop_mask(l->host->loop, l->watch, l->rest ? mask | LOOP_WRITE : mask);
}

static void free_rest(struct link *l) {
    if (!l->rest) return;
    free(l->rest->owned);
    free(l->rest->rows);
    free(l->rest->lens);
    free(l->rest->intended);
    free(l->rest);
    l->rest = NULL;
}

/* How many of the commands end within the next `sent` bytes; what is left of the one behind them is
 * written back. */
static int ended(uint32_t *lens, int n, size_t sent) {
    int i = 0;
    while (i < n && sent >= lens[i])
        sent -= lens[i++];
    if (i < n) lens[i] -= (uint32_t)sent;
    return i;
}

/* Write what waits, as far as it goes. */
static void flush(struct link *l) {
    while (l->rest) {
        struct link_rest *r = l->rest;
        const struct batch b = {r->rows, r->lens, r->intended, r->measured, r->kept_ns};
        struct iovec v = {.iov_base = (char *)(uintptr_t)r->p, .iov_len = r->len};
        struct err e;
        size_t sent = 0;
        int64_t submit_ns = clock_now_ns();
        int code = sock_write(l->sock, &v, 1, &sent, &e);
        l->host->writes++;
        if (code == VK_MORE) break;
        if (code < 0) {
            lose(l, &e);
            return;
        }
        r->since_ns = submit_ns;
        r->p += sent;
        r->len -= sent;
        int n = ended(r->lens + r->next, r->commands - r->next, sent);
        push_sent(l, &b, r->next, n, submit_ns);
        r->next += n;
        if (r->len) continue;
        free_rest(l);
        l->host->on_room(l);
        if (!l->sock) return;
    }
    update_mask(l);
}

/* The socket took `sent` bytes of p[0..len), the commands of b. */
static void keep_rest(struct link *l, const struct batch *b, int commands, const char *p,
                      size_t len, size_t sent, size_t fixed_from) {
    struct link_rest *r = mem_zalloc(1, sizeof *r);
    r->measured = b->measured;
    r->kept_ns = b->kept_ns;
    r->commands = commands;
    r->rows = (void *)mem_dup(b->rows, (size_t)commands * sizeof *r->rows);
    r->lens = (void *)mem_dup(b->lens, (size_t)commands * sizeof *r->lens);
    if (b->intended)
        r->intended = (void *)mem_dup(b->intended, (size_t)commands * sizeof *r->intended);
    r->len = len - sent;
    r->p = sent >= fixed_from ? p + sent : (r->owned = mem_dup(p + sent, r->len));
    r->next = ended(r->lens, commands, sent);
    l->rest = r;
    update_mask(l);
}

/* Bytes of p from fixed_from on stay as they are for as long as the link lives. */
static void send_batch(struct link *l, const struct batch *b, int commands, const char *p,
                       size_t len, size_t fixed_from) {
    struct iovec v = {.iov_base = (char *)(uintptr_t)p, .iov_len = len};
    struct err e;
    size_t sent = 0;
    assert(!l->rest);
    int64_t submit_ns = clock_now_ns();
    int code = sock_write(l->sock, &v, 1, &sent, &e);
    l->host->writes++;
    if (code != 0) sent = 0;
    if (sent == len) {
        push_sent(l, b, 0, commands, submit_ns);
        return;
    }
    keep_rest(l, b, commands, p, len, sent, fixed_from);
    l->rest->since_ns = submit_ns;
    push_sent(l, b, 0, l->rest->next, submit_ns);
    if (code < 0) lose(l, &e);
}

/* From the moment for each operation to the moment for each of its commands, in place. */
static void spread(int64_t *at, int commands, int per_op) {
    for (int i = commands - 1; i > 0; i--)
        at[i] = at[i / per_op];
}

static void remember(struct link *l, const struct image_op *ops, int commands, int per_op) {
    for (int i = 0, place = 0; i < commands; i++) {
        struct image_op op = *ops;
        op.place = (uint16_t)place;
        opqueue_push(&l->ops, &op);
        if (++place == per_op) place = 0, ops++;
    }
}

void link_send(struct link *l, const struct image_op *ops, int n, int max_commands) {
    struct link_host *h = l->host;
    const char *p;
    size_t fixed_from, len = image_encode(&h->image, ops, n, &p, &fixed_from);
    int commands = h->image.commands, per_op = commands / n;
    const struct batch b = {h->image.rows, h->image.lens, h->at, h->measured, 0};
    for (; commands > max_commands; commands--) /* the run's last operation is cut */
        len -= h->image.lens[commands - 1];
    if (h->at && commands > n) spread(h->at, commands, per_op);
    if (h->remembers) remember(l, ops, commands, per_op);
    count_out(l, &b, commands, len);
    send_batch(l, &b, commands, p, len, fixed_from);
}

void link_resend(struct link *l, const struct link_kept *k, bool asking) {
    static const char word[] = "*1\r\n$6\r\nASKING\r\n";
    struct link_host *h = l->host;
    const uint32_t ahead = asking ? sizeof word - 1 : 0;
    const char *p;
    size_t fixed_from;
    image_encode(&h->image, &k->op, 1, &p, &fixed_from);
    for (int i = 0; i < k->op.place; i++)
        p += h->image.lens[i];
    const uint32_t len = h->image.lens[k->op.place];
    const uint16_t rows[] = {LINK_ASKING, k->row};
    const uint32_t lens[] = {ahead, len};
    const int64_t intended[] = {k->intended_ns, k->intended_ns};
    const int skip = !asking;
    const struct batch b = {rows + skip, lens + skip, intended, k->measured, k->submit_ns};
    char *bytes = mem_alloc(ahead + len);
    memcpy(bytes, word, ahead);
    memcpy(bytes + ahead, p, len);
    if (asking) opqueue_push(&l->ops, &(struct image_op){.place = LINK_ASKING});
    opqueue_push(&l->ops, &k->op);
    h->bytes_out += ahead + len;
    send_batch(l, &b, 1 + asking, bytes, ahead + len, ahead + len);
    free(bytes);
}

void link_give_up(struct link_host *h, struct link_peer *peer, const struct link_kept *k,
                  const char *text, size_t len) {
    struct tally *t = &(k->measured ? peer->rows : peer->warm)[k->row];
    h->now_ns = clock_now_ns();
    count_error(t, text, len, k->submit_ns, h->now_ns);
    if (!k->measured) return;
    unmeter(h, 1);
    measured(h, 0, 1);
}

void link_refuse(struct link_host *h, struct link_peer *peer, const char *text) {
    struct tally *t = h->measured ? peer->rows : peer->warm;
    for (int i = 0; i < h->image.workload->commands; i++) {
        uint16_t row = h->image.workload->row_of[i];
        HIST_STORE(t[row].errors, t[row].errors + 1);
        tally_error(&t[row], text, strlen(text));
    }
    if (h->measured) measured(h, 0, (uint64_t)h->image.workload->commands);
}

/* ---- life ---- */

static void on_ready(void *arg, unsigned events) {
    struct link *l = arg;
    struct sock *s = l->sock;
    if ((events & LOOP_READ) || s->write_blocked_on_read || s->read_blocked_on_write) receive(l);
    if (l->sock == s && l->rest) flush(l);
    if (l->sock == s) update_mask(l);
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
    free_rest(l);
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

void link_close(struct link *l) {
    loop_del(l->host->loop, l->watch);
    l->watch = NULL;
    sock_close(l->sock);
    l->sock = NULL;
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
        forget_commands(tally_of(l, &g), 1, why);
        if (r->kept_ns && r->measured) unmeter(l->host, 1);
        if (r->measured) measured(l->host, 0, 1);
    }
    free_rest(l);
}

void link_forget(struct link *l, const struct err *why) {
    l->host->now_ns = clock_now_ns();
    forget_ops(l, l->ops.n, false);
    while (l->n_groups) {
        struct link_group *g = first_group(l);
        forget_commands(tally_of(l, g), g->count, why);
        if (g->measured) lose_time(&l->host->meter, g->count, g->submit_ns, l->host->now_ns);
        if (g->measured) measured(l->host, 0, g->count);
        pop_commands(l, g->count);
    }
    forget_rest(l, why);
}

void link_end_meter(struct link_host *h, int64_t now_ns) {
    meter(&h->meter, now_ns);
}

uint64_t link_unfinished(const struct link *l, int64_t *oldest_ns) {
    struct link_meter *m = &l->host->meter;
    uint64_t n = 0;
    for (uint32_t i = 0; i < l->n_groups; i++) {
        const struct link_group *g = &l->groups[(l->head + i) & (l->cap - 1)];
        if (!g->measured) continue;
        n += g->count;
        lose_time(m, g->count, g->submit_ns, m->at_ns);
        if (g->intended_ns < *oldest_ns) *oldest_ns = g->intended_ns;
    }
    return l->rest && l->rest->measured ? n + (uint64_t)(l->rest->commands - l->rest->next) : n;
}

int64_t link_waits_since(const struct link *l) {
    if (l->n_groups) {
        const struct link_group *g = &l->groups[l->head & (l->cap - 1)];
        return g->kept ? l->resent_ns : g->submit_ns;
    }
    return l->rest ? l->rest->since_ns : 0;
}
