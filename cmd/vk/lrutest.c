/* SPDX-License-Identifier: BSD-3-Clause */
/* See lrutest.h. As the tool does it: batches of 250 SET, then 250 GET, and a line each second. */
#include "lrutest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/msg.h"
#include "client/profile_confirm.h"
#include "core/errclass.h"
#include "core/info.h"
#include "face.h"
#include "io/signal.h"
#include "io/tty.h"
#include "load/keygen.h"
#include "load/powerlaw.h"
#include "ui/amount.h"
#include "ui/jsonw.h"

enum { BATCH = 250, KEY_BYTES = 32, VALUE_BYTES = 5, LINE_BYTES = 512 };

struct score {
    uint64_t hits, misses;
    int64_t start_ns;
};

struct lrutest;

struct op {
    struct lrutest *test;
    char key[KEY_BYTES], value[VALUE_BYTES + 1];
    const char *argv[3];
    size_t lens[3];
};

struct lrutest {
    struct run *run;
    bool tool;
    uint64_t stream, draws; /* of random numbers */
    struct op ops[BATCH];
    int waiting; /* replies */
    struct score second, all;
    struct err why; /* code 0 = all is well */
};

/* ---- one batch ---- */

static uint64_t draw(struct lrutest *t) {
    return keygen_draw(t->stream, t->draws++);
}

static void make_op(struct lrutest *t, struct op *op, bool writes) {
    uint64_t bits = draw(t), keys = (uint64_t)t->run->opts->dump.lru_test;
    op->test = t;
    snprintf(op->key, sizeof op->key, "lru:%llu",
             (unsigned long long)powerlaw_draw(bits, keys, POWERLAW_80_20));
    for (int i = 0; writes && i < VALUE_BYTES; i++)
        op->value[i] = (char)('A' + keygen_below(draw(t), 'z' - 'A'));
    op->argv[0] = writes ? "SET" : "GET";
    op->argv[1] = op->key;
    op->argv[2] = op->value;
    for (int i = 0; i < 3; i++)
        op->lens[i] = strlen(op->argv[i]);
}

/* The tool does not look at what its SET is answered. */
static void take_error(struct lrutest *t, bool writes, const struct resp_event *ev) {
    enum errclass class = errclass_of_reply(ev->p, ev->len);
    bool denied = class & (ERRCLASS_AUTH | ERRCLASS_PERMISSION);
    if (t->tool && !writes) msg_say("%.*s", (int)ev->len, ev->p);
    if (t->tool || t->why.code) return;
    err_set(&t->why, denied ? VK_EAUTH : VK_ESERVER, "%s: %.*s", writes ? "SET" : "GET",
            (int)ev->len, ev->p);
}

static void on_reply(void *arg, int code, const struct resp_event *ev) {
    struct op *op = arg;
    struct lrutest *t = op->test;
    bool writes = *op->argv[0] == 'S';
    if (ev && ev->type == RESP_ERROR)
        take_error(t, writes, ev);
    else if (ev && ev->done && !writes && ev->type == RESP_NIL)
        t->second.misses++;
    else if (ev && ev->done && !writes)
        t->second.hits++;
    if (code == VK_MORE) return;
    if (code < 0 && !t->why.code) wire_why(&t->run->wire, code, &t->why);
    t->waiting--;
}

static void run_batch(struct lrutest *t, bool writes) {
    struct wire *w = &t->run->wire;
    for (int i = 0; i < BATCH && !t->why.code; i++) {
        struct op *op = &t->ops[i];
        make_op(t, op, writes);
        t->waiting++;
        if (wire_submit(w, writes ? 3 : 2, op->argv, op->lens, on_reply, op, &t->why) < 0)
            t->waiting--;
    }
    while (t->waiting && !t->why.code && !signal_stop())
        wire_turn(w, -1);
    if (t->waiting) wire_cancel(w);
}

/* ---- a second ---- */

static double percent(uint64_t part, const struct score *s) {
    return 100 * (double)part / (double)(s->hits + s->misses);
}

static void tell_tool(struct buf *out, const struct score *s) {
    buf_addf(out, "%lld Gets/sec | Hits: %lld (%.2f%%) | Misses: %lld (%.2f%%)\n",
             (long long)(s->hits + s->misses), (long long)s->hits, percent(s->hits, s),
             (long long)s->misses, percent(s->misses, s));
}

static void tell_json(struct buf *out, const struct score *s) {
    double seconds = (double)(clock_now_ns() - s->start_ns) / (double)CLOCK_NS_PER_S;
    buf_addc(out, '{');
    jsonw_number(out, "gets_per_s", (double)(s->hits + s->misses) / seconds);
    jsonw_count(out, "hits", s->hits);
    jsonw_count(out, "misses", s->misses);
    jsonw_number(out, "hit_percent", percent(s->hits, s));
    buf_adds(out, "}\n");
}

static void tell_text(struct buf *out, const struct score *s) {
    double seconds = (double)(clock_now_ns() - s->start_ns) / (double)CLOCK_NS_PER_S;
    amount_add_count(out, (uint64_t)((double)(s->hits + s->misses) / seconds));
    buf_addf(out, " gets/s, %.2f %% hits, %.2f %% misses\n", percent(s->hits, s),
             percent(s->misses, s));
}

static void tell(struct lrutest *t, const struct score *s) {
    struct buf *out = &t->run->out;
    if (t->tool)
        tell_tool(out, s);
    else if (t->run->opts->format == RENDER_JSON)
        tell_json(out, s);
    else
        tell_text(out, s);
    run_flush(t->run);
}

static void run_second(struct lrutest *t) {
    t->second = (struct score){.start_ns = clock_now_ns()};
    int64_t end_ns = t->second.start_ns + CLOCK_NS_PER_S;
    while (clock_now_ns() < end_ns && !t->why.code && !signal_stop()) {
        run_batch(t, true);
        if (!t->why.code && !signal_stop()) run_batch(t, false);
    }
    if (!t->why.code && !signal_stop()) tell(t, &t->second);
    t->all.hits += t->second.hits;
    t->all.misses += t->second.misses;
}

/* ---- before and behind ---- */

/* Without a limit nothing is evicted, and in the end every key is there. */
static void look_at_limit(struct lrutest *t) {
    static const char *const argv[] = {"INFO", "memory"};
    char limit[32], policy[32];
    const struct reply *reply;
    struct err ignored;
    if (!t->run->wire.client || client_call(t->run->wire.client, 2, argv, &reply, &ignored) < 0)
        return;
    if (!info_field(reply, "maxmemory", limit, sizeof limit)) return;
    info_field(reply, "maxmemory_policy", policy, sizeof policy);
    if (!strcmp(limit, "0"))
        msg_warn("the server has no maxmemory: it evicts nothing, so the misses will end");
    else if (!strcmp(policy, "noeviction"))
        msg_warn("the server's maxmemory-policy is noeviction: it will refuse to write");
}

static int ask(struct lrutest *t, struct err *e) {
    const struct options *o = t->run->opts;
    char where[256];
    look_at_limit(t);
    msg_warn("writes keys lru:1 to lru:%lld at %s, until it is stopped; they stay",
             (long long)o->dump.lru_test, wire_where(&t->run->wire, where, sizeof where));
    enum profile_environment environment = o->profile.environment;
    bool harmless = o->yes || o->conn.scratch || o->clusteropt.scratch ||
                    environment == PROFILE_DEV ||
                    (environment == PROFILE_ENVIRONMENT_NONE && !tty_is(STDIN_FILENO));
    int code = harmless ? 0 : profile_confirm(&o->profile, "start", e);
    return code == VK_ECANCEL && !signal_stop() ? err_set(e, VK_ESTATE, "not started") : code;
}

static int begin(struct lrutest *t, struct err *e) {
    const struct options *o = t->run->opts;
    if (!t->tool && (o->read_only || o->profile.read_only))
        return err_set(e, VK_EAUTH, "--lru-test writes keys: not with --read-only");
    int code = wire_connect(&t->run->wire, e);
    return code == 0 && !t->tool ? ask(t, e) : code;
}

static int end(struct lrutest *t) {
    const struct options *o = t->run->opts;
    if (t->why.code && t->tool && !signal_stop()) {
        msg_say("I/O error during LRU test");
        return 1;
    }
    if (!signal_stop()) return face_fail(o, &t->why);
    if (!t->tool && t->all.hits + t->all.misses) {
        struct buf line;
        if (tty_is(STDERR_FILENO)) msg_say("%s", ""); /* behind the terminal's ^C */
        buf_init(&line, LINE_BYTES);
        amount_add_count(&line, t->all.hits + t->all.misses);
        msg_warn("%.2f %% of %s gets were hits", percent(t->all.hits, &t->all), buf_cstr(&line));
        buf_release(&line);
    }
    return errclass_exit_of_code(VK_ECANCEL);
}

int lrutest_main(struct run *r) {
    struct lrutest *t = mem_zalloc(1, sizeof *t);
    struct err e;
    t->run = r;
    t->tool = r->opts->face != FACE_NATIVE;
    t->stream = keygen_stream((uint64_t)clock_wall_us(), (uint64_t)clock_now_ns());
    int code = begin(t, &e);
    if (code < 0) {
        code = face_fail(r->opts, &e);
    } else {
        while (!t->why.code && !signal_stop())
            run_second(t);
        code = end(t);
    }
    free(t);
    return code;
}
