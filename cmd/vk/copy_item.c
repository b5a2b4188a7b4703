/* SPDX-License-Identifier: BSD-3-Clause */
/* See copy_item.h. DUMP comes first, so that a time to live is never of an older value; and the
 * idle time before it, which DUMP sets back on servers without NO-TOUCH. */
#include "copy_item.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "copy_recent.h"
#include "core/errclass.h"

enum { KEEP_BYTES = 1 << 16, SMOOTH = 16 };

/* ---- life ---- */

struct copy_item *copy_item_new(struct copy_node *n, const char *key, size_t len) {
    struct copy_source *s = n->source;
    struct copy_item *i = s->spare;
    if (i) {
        s->spare = i->next;
    } else {
        i = mem_zalloc(1, sizeof *i);
        buf_init(&i->key, DUMPFILE_BODY_MAX);
        buf_init(&i->payload, DUMPFILE_BODY_MAX);
    }
    struct buf name = i->key, payload = i->payload;
    *i = (struct copy_item){.node = n, .key = name, .payload = payload};
    i->expire_ms = i->idle_s = DUMPFILE_NONE;
    i->freq = DUMPFILE_NONE;
    buf_clear(&i->key);
    buf_clear(&i->payload);
    buf_add(&i->key, key, len);
    return i;
}

void copy_item_drop(struct copy_item *i) {
    struct copy_source *s = i->node->source;
    sweep_paid(s->sweep, i->node->node);
    if (i->payload.cap > KEEP_BYTES) buf_release(&i->payload);
    i->next = s->spare;
    s->spare = i;
}

void copy_item_free_all(struct copy_item *first) {
    while (first) {
        struct copy_item *i = first;
        first = i->next;
        buf_release(&i->key);
        buf_release(&i->payload);
        free(i);
    }
}

/* ---- what became of it ---- */

/* The server refuses the command as such: no key will fare better. */
static bool is_of_command(const char *text) {
    return errclass_of_reply(text, strlen(text)) == ERRCLASS_PERMISSION &&
           strstr(text, "' command");
}

static void note_fault(struct copy_item *i) {
    struct copy_source *s = i->node->source;
    struct err why;
    if (is_of_command(i->fault)) {
        err_set(&why, VK_EAUTH, "%s: %s", i->node->node->name, i->fault);
        copy_source_fail(s, &why);
        return;
    }
    copy_faults_add(&s->faults, i->fault, strlen(i->fault), i->key.p, i->key.len);
}

/* A large one makes the window small at once; it grows again slowly. */
static void note_size(struct copy_node *n, double bytes) {
    n->typical = bytes > n->typical ? bytes : n->typical + (bytes - n->typical) / SMOOTH;
}

static void give(struct copy_item *i) {
    struct copy_source *s = i->node->source;
    struct err e;
    const struct dumpfile_key k = {
        .key = {i->key.p ? i->key.p : "", i->key.len},
        .payload = {i->payload.p ? i->payload.p : "", i->payload.len},
        .expire_ms = i->expire_ms,
        .idle_s = i->idle_s,
        .freq = i->freq,
    };
    if (s->failed.code || copy_recent_has(s->recent, k.key.p, k.key.len)) return;
    note_size(i->node, (double)k.payload.len);
    if (s->o.take(s->o.arg, &k, &e) < 0) {
        copy_source_fail(s, &e);
        return;
    }
    s->keys++;
    s->bytes += k.payload.len;
}

/* A lost connection is the sweep's to mend, which gives the key again. */
static void note_loss(struct copy_item *i) {
    struct copy_source *s = i->node->source;
    struct err why;
    if (!i->elsewhere) i->node->begun = false; /* a connection made anew has to be told again */
    if (i->lost == VK_ECANCEL || (i->lost == VK_ELOST && !i->elsewhere)) return;
    if (i->elsewhere && cluster_why(s->run->wire.cluster)->code)
        why = *cluster_why(s->run->wire.cluster);
    else
        err_set(&why, i->lost, "%s: no reply to DUMP", i->node->node->name);
    copy_source_fail(s, &why);
}

static void finish(struct copy_item *i) {
    struct copy_source *s = i->node->source;
    if (i->lost)
        note_loss(i);
    else if (*i->fault)
        note_fault(i);
    else if (i->gone)
        s->vanished++;
    else
        give(i);
    copy_item_drop(i);
}

static void ask_all(struct copy_item *i);

static void answered(struct copy_item *i) {
    struct copy_source *s = i->node->source;
    if (--i->waits) return;
    if (i->elsewhere)
        s->others--;
    else
        i->node->in_flight--;
    if (i->moved && !i->lost && s->run->wire.cluster && !i->elsewhere) {
        i->elsewhere = true;
        i->moved = i->gone = false;
        *i->fault = 0;
        buf_clear(&i->payload);
        ask_all(i);
        return;
    }
    finish(i);
}

/* ---- replies ---- */

static void take_error(struct copy_item *i, const struct resp_event *ev) {
    size_t len = ev->p ? ev->len : 0, most = sizeof i->fault - 1;
    if (*i->fault || ev->kind == RESP_TEXT_CLOSE) return;
    enum errclass class = errclass_of_reply(ev->p, len);
    if (class & (ERRCLASS_MOVED | ERRCLASS_ASK | ERRCLASS_TRYAGAIN)) i->moved = true;
    snprintf(i->fault, sizeof i->fault, "%.*s", (int)(len < most ? len : most), len ? ev->p : "");
    if (!*i->fault) snprintf(i->fault, sizeof i->fault, "an error without words");
}

static void take_dump(struct copy_item *i, const struct resp_event *ev) {
    if (resp_read_is_error(ev->type))
        take_error(i, ev);
    else if (ev->type == RESP_NIL)
        i->gone = true;
    else if (ev->type != RESP_BULK)
        snprintf(i->fault, sizeof i->fault, "DUMP answered with something else than a payload");
    else if (ev->len && buf_add(&i->payload, ev->p, ev->len) < 0)
        snprintf(i->fault, sizeof i->fault, "its payload is larger than 4 GiB");
}

static void on_dump(void *arg, int code, const struct resp_event *ev) {
    struct copy_item *i = arg;
    if (ev && !ev->aside) take_dump(i, ev);
    if (code == VK_MORE) return;
    if (code < 0) i->lost = code;
    answered(i);
}

/* Either is asked in other words, when the server has not got those of the last time. */
static void ask_ttl(struct copy_item *i);
static void ask_idle(struct copy_item *i);

static void take_ttl(struct copy_item *i, const struct resp_event *ev) {
    struct copy_node *n = i->node;
    if (resp_read_is_error(ev->type)) {
        enum errclass class = ev->p ? errclass_of_reply(ev->p, ev->len) : ERRCLASS_NONE;
        bool other = class & (ERRCLASS_UNKNOWN_COMMAND | ERRCLASS_PERMISSION);
        if (other) n->relative = true;
        if (!other || i->relative)
            take_error(i, ev);
        else
            ask_ttl(i);
    } else if (ev->type == RESP_INT && ev->n == -2) {
        i->gone = true;
    } else if (ev->type == RESP_INT && ev->n >= 0) {
        int64_t now_ms = i->relative ? (clock_now_ns() / 1000 + n->clock_us) / 1000 : 0;
        i->expire_ms = ev->n < INT64_MAX - now_ms ? now_ms + ev->n : INT64_MAX;
    }
}

static void on_ttl(void *arg, int code, const struct resp_event *ev) {
    struct copy_item *i = arg;
    if (ev && !ev->aside) take_ttl(i, ev);
    if (code == VK_MORE) return;
    if (code < 0) i->lost = code;
    answered(i);
}

/* One of the two is always refused, by the server's policy; a right that is missing says more. */
static void note_no_idle(struct copy_item *i, enum errclass class, const struct resp_event *ev) {
    struct copy_source *s = i->node->source;
    bool first = !*s->no_idle_why && (i->by_use || class & ERRCLASS_PERMISSION);
    if (first) snprintf(s->no_idle_why, sizeof s->no_idle_why, "%.*s", (int)ev->len, ev->p);
    if (i->by_use) i->node->no_idle = true;
}

static void take_idle(struct copy_item *i, const struct resp_event *ev) {
    struct copy_node *n = i->node;
    enum errclass class =
        ev->p && resp_read_is_error(ev->type) ? errclass_of_reply(ev->p, ev->len) : ERRCLASS_NONE;
    if (class & (ERRCLASS_MOVED | ERRCLASS_ASK | ERRCLASS_TRYAGAIN)) {
        i->moved = true;
    } else if (class) {
        note_no_idle(i, class, ev);
        n->by_use = true;
        if (!n->no_idle) ask_idle(i);
    } else if (ev->type == RESP_INT && ev->n >= 0) {
        if (i->by_use)
            i->freq = (int)(ev->n & 255);
        else
            i->idle_s = ev->n;
    }
}

static void on_idle(void *arg, int code, const struct resp_event *ev) {
    struct copy_item *i = arg;
    if (ev && !ev->aside) take_idle(i, ev);
    if (code == VK_MORE) return;
    if (code < 0) i->lost = code;
    answered(i);
}

/* ---- questions ---- */

static void submit(struct copy_item *i, int argc, const char *const *argv, const size_t *lens,
                   session_cb *cb) {
    struct err e;
    i->waits++;
    if (i->elsewhere) {
        cluster_submit(i->node->source->run->wire.cluster, argc, argv, lens, CLUSTER_BY_KEY, cb, i);
        return;
    }
    int code = client_submit(i->node->node->client, argc, argv, lens, cb, i, &e);
    if (code == 0) return;
    i->lost = code;
    i->waits--;
}

static void ask_ttl(struct copy_item *i) {
    i->relative = i->node->relative;
    i->ttl[0] = i->relative ? "PTTL" : "PEXPIRETIME";
    i->ttl[1] = i->dump[1];
    i->ttl_lens[0] = strlen(i->ttl[0]);
    i->ttl_lens[1] = i->key.len;
    submit(i, 2, i->ttl, i->ttl_lens, on_ttl);
}

static void ask_idle(struct copy_item *i) {
    i->by_use = i->node->by_use;
    i->idle[0] = "OBJECT";
    i->idle[1] = i->by_use ? "FREQ" : "IDLETIME";
    i->idle[2] = i->dump[1];
    i->idle_lens[0] = 6;
    i->idle_lens[1] = strlen(i->idle[1]);
    i->idle_lens[2] = i->key.len;
    submit(i, 3, i->idle, i->idle_lens, on_idle);
}

static void ask_all(struct copy_item *i) {
    struct copy_node *n = i->node;
    i->dump[0] = "DUMP";
    i->dump[1] = i->key.p ? i->key.p : "";
    i->dump_lens[0] = 4;
    i->dump_lens[1] = i->key.len;
    if (i->elsewhere)
        n->source->others++;
    else
        n->in_flight++;
    i->waits = 1; /* ours, until all is asked */
    if (!n->no_idle) ask_idle(i);
    submit(i, 2, i->dump, i->dump_lens, on_dump);
    ask_ttl(i);
    answered(i);
}

static void on_time(void *arg, int code, const struct resp_event *ev) {
    struct copy_node *n = arg;
    int64_t v;
    (void)code;
    if (!ev || ev->depth != 1 || ev->kind != RESP_VALUE) return;
    if (str_to_i64(ev->p, ev->len, &v) < 0 || v < 0 || v > COPY_CLOCK_MAX) return;
    if (n->time_parts++ == 0)
        n->clock_us = v * 1000000 - clock_now_ns() / 1000;
    else
        n->clock_us += v;
}

/* Reading for a copy is no use of a key; a server that has no NO-TOUCH refuses it. */
static void begin(struct copy_node *n) {
    static const char *const no_touch[] = {"CLIENT", "NO-TOUCH", "ON"}, *const now[] = {"TIME"};
    struct client *c = n->node->client;
    struct err ignored;
    n->time_parts = 0;
    n->clock_us = clock_wall_us() - clock_now_ns() / 1000; /* unless it says its own */
    n->begun = client_submit(c, 3, no_touch, NULL, NULL, NULL, &ignored) == 0 &&
               client_submit(c, 1, now, NULL, on_time, n, &ignored) == 0;
}

void copy_item_ask(struct copy_item *i) {
    if (!i->node->begun) begin(i->node);
    ask_all(i);
}
