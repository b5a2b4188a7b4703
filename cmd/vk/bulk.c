/* SPDX-License-Identifier: BSD-3-Clause */
/* See bulk.h. Here is what stands around the sending: the checks, the connection, the end. */
#include "bulk.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ask.h"
#include "base/clock.h"
#include "bulk_impl.h"
#include "core/errclass.h"
#include "face.h"
#include "io/tty.h"
#include "resp/reply.h"

/* ---- the connection ---- */

enum { PROBE_MAX = 1 << 16, FOR_EVER_S = 1 << 30 };

static bool is_cluster_info(const struct reply *r) {
    static const char begins[] = "cluster_";
    return r->p && r->len >= sizeof begins - 1 && !memcmp(r->p, begins, sizeof begins - 1);
}

static int judge(struct run *r, int code, const struct reply *answer, struct err *e) {
    const struct options *o = r->opts;
    if (code == 0)
        return is_cluster_info(answer) && !o->conn.path && !o->conn.db &&
               o->cluster_opts.route.follow;
    if (code == VK_ETIMEOUT)
        return err_set(e, code, "no reply for %lld s: nothing was sent",
                       (long long)o->bulk.timeout_s);
    if (code != VK_ESERVER) {
        wire_why(&r->wire, code, e);
        return code;
    }
    enum errclass class = errclass_of_reply(answer->p, answer->len);
    if (class & ERRCLASS_AUTH) code = VK_EAUTH;
    if (!(class & (ERRCLASS_AUTH | ERRCLASS_LOADING))) return 0;
    return err_set(e, code, "%.*s: nothing was sent", (int)answer->len, answer->p);
}

/* A question in front of the load: a lone node of a cluster would refuse what belongs to the
 * others, and a server that wants a password, or still loads its data, all of it. 1: a cluster. */
static int probe(struct run *r, struct err *e) {
    static const char *const argv[] = {"CLUSTER", "INFO"};
    static const struct cmd cmd = {.argc = 2, .argv = argv};
    int64_t limit_s = r->opts->bulk.timeout_s ? r->opts->bulk.timeout_s : FOR_EVER_S;
    struct reply_builder answer;
    struct ask ask;
    ask_init(&ask, &r->wire);
    reply_builder_init(&answer, PROBE_MAX);
    int64_t until = clock_now_ns() + limit_s * CLOCK_NS_PER_S;
    int code = ask_wait(&ask, ASK_ANY, &cmd, until, &answer);
    code = judge(r, code, answer.root, e);
    reply_builder_release(&answer);
    return code;
}

static int connect(struct run *r, struct err *e) {
    int code = wire_connect(&r->wire, e);
    if (code < 0 || r->wire.cluster) return code;
    code = probe(r, e);
    return code > 0 ? wire_into_cluster(&r->wire, e) : code;
}

/* ---- the mode ---- */

/* What is left of an input that has an end; 0 = not known. */
static uint64_t bytes_to_come(const struct options_bulk *o) {
    struct stat st;
    off_t at = lseek(STDIN_FILENO, 0, SEEK_CUR);
    bool known = at >= 0 && fstat(STDIN_FILENO, &st) == 0 && S_ISREG(st.st_mode);
    uint64_t from = (uint64_t)(at > 0 ? at : 0) + o->resume_at;
    return known && (uint64_t)st.st_size > from ? (uint64_t)st.st_size - from : 0;
}

static void init(struct bulk *b, struct run *r) {
    *b = (struct bulk){.run = r, .opts = &r->opts->bulk, .starving = true};
    bulk_input_init(&b->in, b->opts, STDIN_FILENO);
    bulk_encode_init(&b->encoder);
    b->report = (struct bulk_report){
        .opts = r->opts, .in = &b->in, .encoder = &b->encoder, .progress = &b->progress};
    progress_begin(&b->progress, "sent", bytes_to_come(b->opts), true);
    if (tty_is(STDIN_FILENO)) b->progress.shown = false; /* it is being typed there */
    b->begun_ns = clock_now_ns();
}

static void release(struct bulk *b) {
    loop_del(b->run->loop, b->watch);
    bulk_report_release(&b->report);
    bulk_encode_release(&b->encoder);
    bulk_input_release(&b->in);
}

static int load(struct bulk *b, struct err *e) {
    struct run *r = b->run;
    int code = connect(r, e);
    if (code == 0) code = bulk_watch(b, e);
    if (code < 0) return code;
    if (!r->wire.cluster) return bulk_direct(b, e);
    bulk_routed(b);
    return 0;
}

int bulk_main(struct run *r) {
    const struct options *o = r->opts;
    static struct bulk b; /* large */
    struct err e;
    if (o->face != FACE_NATIVE) return bulk_face(r);
    if (o->read_only || o->profile.read_only) {
        err_set(&e, VK_EAUTH, "not run, %s: --pipe may write",
                o->read_only ? "--read-only" : "the profile is read-only");
        return face_fail(o, &e);
    }
    init(&b, r);
    int code = load(&b, &e);
    progress_clear(&b.progress);
    code = code < 0 ? face_fail(o, &e) : bulk_summary(&b);
    release(&b);
    return code;
}
