/* SPDX-License-Identifier: BSD-3-Clause */
/* See route.h. Two budgets: sends of a command to its target, which redirects use up, and new
 * starts, which a cluster that is down or a lost node use up. */
#include "core/route.h"

#include <stdio.h>
#include <string.h>

#include "base/safe.h"
#include "base/str.h"
#include "core/slots.h"

enum { PORT_MAX = 65535 };

bool route_may_send(struct route *r, const struct route_opts *o) {
    if (r->sends >= o->redirects) return false;
    r->sends++;
    return true;
}

/* ---- new starts ---- */

static struct route_decision restart(struct route *r, const struct route_opts *o, int64_t wait_ns) {
    if (r->starts >= o->attempts)
        return (struct route_decision){.action = ROUTE_GIVE_UP, .refresh = true};
    r->starts++;
    r->sends = 0;
    return (struct route_decision){.action = ROUTE_RESTART, .refresh = true, .wait_ns = wait_ns};
}

/* ---- MOVED and ASK ---- */

/* "MOVED 3999 127.0.0.1:6381"; an IPv6 address may be bare or in brackets, a host may be missing.
 */
static bool read_redirect(const char *p, size_t len, struct route_decision *d) {
    const char *end = p + len, *slot = memchr(p, ' ', len);
    const char *where = slot ? memchr(slot + 1, ' ', (size_t)(end - slot - 1)) : NULL;
    if (!where) return false;
    int64_t number, port;
    if (str_to_i64(slot + 1, (size_t)(where - slot - 1), &number) < 0) return false;
    where++;
    const char *stop = memchr(where, ' ', (size_t)(end - where)); /* later servers may say more */
    if (stop) end = stop;
    const char *colon = memrchr(where, ':', (size_t)(end - where));
    if (!colon || str_to_i64(colon + 1, (size_t)(end - colon - 1), &port) < 0) return false;
    if (number < 0 || number >= SLOTS_COUNT || port < 1 || port > PORT_MAX) return false;
    d->slot = (unsigned)number;
    d->port = (int)port;
    d->host = where;
    d->host_len = (size_t)(colon - where);
    if (d->host_len > 1 && where[0] == '[' && colon[-1] == ']') {
        d->host++;
        d->host_len -= 2;
    }
    return true;
}

static bool counts_for_refresh(const struct route_opts *o, uint64_t moved) {
    return o->moved_per_refresh > 0 && moved % (uint64_t)o->moved_per_refresh == 0;
}

/* The node does not know where the other is: another may. */
static struct route_decision restart_unknown(struct route *r, const struct route_opts *o,
                                             const struct route_decision *named) {
    struct route_decision d = restart(r, o, r->starts ? o->down_wait_ns : 0);
    d.slot = named->slot;
    d.host = named->host;
    d.host_len = named->host_len;
    d.port = named->port;
    return d;
}

static struct route_decision redirect(struct route *r, const struct route_opts *o, enum errclass c,
                                      const char *text, size_t len, uint64_t *moved) {
    struct route_decision d = {.action = ROUTE_ANSWER};
    if (!o->follow || !read_redirect(text, len, &d)) return d;
    if (d.host_len == 1 && *d.host == '?') return restart_unknown(r, o, &d);
    d.action = c == ERRCLASS_MOVED ? ROUTE_MOVED : ROUTE_ASK;
    if (c == ERRCLASS_MOVED) d.refresh = counts_for_refresh(o, ++*moved);
    if (r->sends >= o->redirects) d.action = ROUTE_GIVE_UP;
    return d;
}

/* ---- the rest ---- */

static struct route_decision try_again(struct route *r, const struct route_opts *o) {
    struct route_decision d = {.action = ROUTE_AGAIN};
    r->tryagains++;
    if (r->sends >= o->redirects)
        d.action = ROUTE_GIVE_UP;
    else if (r->sends >= o->redirects / 2)
        d.wait_ns = o->tryagain_wait_ns;
    return d;
}

struct route_decision route_error(struct route *r, const struct route_opts *o, const char *text,
                                  size_t len, uint64_t *moved) {
    enum errclass c = errclass_of_reply(text, len);
    switch (c) {
    case ERRCLASS_MOVED:
    case ERRCLASS_ASK: return redirect(r, o, c, text, len, moved);
    case ERRCLASS_TRYAGAIN: return try_again(r, o);
    case ERRCLASS_CLUSTERDOWN:
    case ERRCLASS_LOADING: return restart(r, o, o->down_wait_ns);
    case ERRCLASS_READONLY: return restart(r, o, o->down_wait_ns); /* a failover: it was refused */
    case ERRCLASS_MASTERDOWN:
        return (struct route_decision){.action = ROUTE_ANSWER, .refresh = true};
    default: return (struct route_decision){.action = ROUTE_ANSWER};
    }
}

struct route_decision route_failure(struct route *r, const struct route_opts *o, bool sent,
                                    bool reads_only) {
    if (sent && !reads_only)
        return (struct route_decision){.action = ROUTE_GIVE_UP, .refresh = true};
    return restart(r, o, r->starts ? o->down_wait_ns : 0); /* the first time a refresh may do */
}

struct route_decision route_uncovered(struct route *r, const struct route_opts *o) {
    return restart(r, o, r->starts ? o->down_wait_ns : 0);
}

/* ---- words ---- */

const char *route_explain(const struct route_decision *d, const struct route *r,
                          const struct route_opts *o, char *text, size_t cap) {
    struct buf host;
    long ms = (long)(d->wait_ns / 1000000);
    const char *refresh = d->refresh ? ", reading the topology again" : "";
    buf_init(&host, 1024);
    safe_add(&host, d->host ? d->host : "", d->host_len < 128 ? d->host_len : 128, false);
    switch (d->action) {
    case ROUTE_MOVED:
        snprintf(text, cap, "MOVED: slot %u is at %s:%d%s (%d of %d)", d->slot, buf_cstr(&host),
                 d->port, refresh, r->sends, o->redirects);
        break;
    case ROUTE_ASK:
        snprintf(text, cap, "ASK: slot %u, this once at %s:%d (%d of %d)", d->slot, buf_cstr(&host),
                 d->port, r->sends, o->redirects);
        break;
    case ROUTE_AGAIN:
        snprintf(text, cap, "TRYAGAIN: again in %ld ms (%d of %d)", ms, r->sends, o->redirects);
        break;
    case ROUTE_RESTART:
        snprintf(text, cap, "new start in %ld ms%s (%d of %d)", ms, refresh, r->starts,
                 o->attempts);
        break;
    case ROUTE_GIVE_UP: snprintf(text, cap, "given up after %d sends%s", r->sends, refresh); break;
    default: snprintf(text, cap, "the error stands%s", refresh); break;
    }
    buf_release(&host);
    return text;
}
