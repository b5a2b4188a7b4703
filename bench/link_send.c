/* SPDX-License-Identifier: BSD-3-Clause */
/* Requests on their way out of a link. See link.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "bench/link_impl.h"

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
    for (; n; n--, i++) {
        bool asking = b->rows[i] == LINK_ASKING;
        link_push_group(l, (struct link_group){
                               .row = b->rows[i],
                               .submit_ns = asking ? submit_ns : b->kept_ns,
                               .intended_ns = b->intended[i],
                               .measured = b->measured && !asking,
                               .kept = true,
                               .sent_ns = submit_ns,
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
        link_meter_on(&h->meter, submit_ns);
        h->meter.in_flight += (uint64_t)n;
    }
    if (h->n_rows == 1 && !b->intended) {
        g.count = (uint32_t)n;
        link_push_group(l, g);
        return;
    }
    for (; n; n--, i++) {
        g.row = b->rows[i];
        if (b->intended) g.intended_ns = b->intended[i];
        link_push_group(l, g);
        struct tally *t = link_tally(l, &g);
        if (t->lag) hist_record(t->lag, link_ns_between(g.intended_ns, submit_ns));
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

void link_update_mask(struct link *l) {
    unsigned mask = LOOP_READ | sock_wants(l->sock);
    loop_mask(l->host->loop, l->watch, l->rest ? mask | LOOP_WRITE : mask);
}

void link_free_rest(struct link *l) {
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

void link_flush(struct link *l) {
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
            link_lose(l, &e);
            return;
        }
        r->since_ns = submit_ns;
        r->p += sent;
        r->len -= sent;
        int n = ended(r->lens + r->next, r->commands - r->next, sent);
        push_sent(l, &b, r->next, n, submit_ns);
        r->next += n;
        if (r->len) continue;
        link_free_rest(l);
        l->host->on_room(l);
        if (!l->sock) return;
    }
    link_update_mask(l);
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
    link_update_mask(l);
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
    if (code < 0) link_lose(l, &e);
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
