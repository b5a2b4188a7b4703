/* SPDX-License-Identifier: BSD-3-Clause */
/* See bulk.h. Here is what stands around the sending: the checks, the connection, where commands
 * come from, the end. */
#include "bulk.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "bulk_impl.h"
#include "core/errclass.h"
#include "face.h"
#include "io/signal.h"
#include "resp/reply.h"

/* ---- the input ---- */

static void on_input(void *arg, unsigned events) {
    struct bulk *b = arg;
    (void)events;
    if (!b->in.ended && bulk_input_read(&b->in, &b->broken) == 0) b->starving = false;
}

static bool begin(struct bulk *b) {
    int code = bulk_input_begin(&b->in, &b->broken);
    if (code > 0) code = bulk_encode_begin(&b->encoder, b->opts->tmpl, &b->in, &b->broken);
    if (code == 0 && !b->encoder.csv) return false;
    if (code == 0) code = bulk_report_open(&b->report, &b->broken);
    b->begun = code == 0;
    return b->begun;
}

bool bulk_at_end(const struct bulk *b) {
    return b->broken.code || (b->in.ended && b->starving);
}

enum bulk_taken bulk_take(struct bulk *b, struct bulk_record *r, struct buf *out) {
    struct err why;
    if (b->broken.code) return BULK_NONE;
    while (b->begun || begin(b)) {
        int code = bulk_input_next(&b->in, r, &b->broken);
        b->starving = code == 0;
        if (code <= 0) return BULK_NONE;
        code = bulk_encode(&b->encoder, r, bulk_input_bytes(&b->in, r->at), out, &why);
        if (code) return code > 0 ? BULK_COMMAND : BULK_BAD;
    }
    b->starving = true;
    return BULK_NONE;
}

bool bulk_is_stopping(const struct bulk *b) {
    return b->report.stop != BULK_RUNS;
}

void bulk_turn(struct bulk *b, bool wanted, int64_t until_ns) {
    bool reads = wanted && b->starving && !b->in.ended && !b->broken.code;
    char text[64];
    uint64_t errors = b->report.errors;
    loop_mask(b->run->loop, b->watch, reads ? LOOP_READ : 0);
    bulk_report_flush(&b->report);
    snprintf(text, sizeof text, "%llu error%s", (unsigned long long)errors, errors == 1 ? "" : "s");
    progress_at(&b->progress, bulk_input_offset(&b->in), errors ? text : NULL);
    if (b->run->wire.cluster)
        wire_turn(&b->run->wire, until_ns);
    else
        loop_turn(b->run->loop, until_ns);
    if (signal_stop()) bulk_report_stop(&b->report, BULK_STOP_SIGNAL);
}

/* ---- the connection ---- */

/* A lone node of a cluster would refuse what belongs to the others. */
static bool is_of_cluster(struct run *r) {
    static const char *const argv[] = {"CLUSTER", "INFO"};
    const struct options *o = r->opts;
    const struct reply *reply;
    struct err ignored;
    if (o->conn.path || o->conn.db || !o->cluster_opts.route.follow) return false;
    return client_call(r->wire.client, 2, argv, &reply, &ignored) == 0 &&
           !resp_read_is_error(reply->type);
}

static int connect(struct run *r, struct err *e) {
    int code = wire_connect(&r->wire, e);
    if (code < 0 || r->wire.cluster || !is_of_cluster(r)) return code;
    return wire_into_cluster(&r->wire, e);
}

/* ---- the mode ---- */

static void init(struct bulk *b, struct run *r) {
    struct stat st;
    off_t at = lseek(STDIN_FILENO, 0, SEEK_CUR);
    bool known = at >= 0 && fstat(STDIN_FILENO, &st) == 0 && S_ISREG(st.st_mode);
    uint64_t total = known && st.st_size > at ? (uint64_t)(st.st_size - at) : 0;
    *b = (struct bulk){.run = r, .opts = &r->opts->bulk, .starving = true};
    bulk_input_init(&b->in, b->opts, STDIN_FILENO);
    bulk_encode_init(&b->encoder);
    b->report = (struct bulk_report){
        .opts = r->opts, .in = &b->in, .encoder = &b->encoder, .progress = &b->progress};
    progress_begin(&b->progress, "sent", total, true);
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
    if (code == 0) code = loop_add(r->loop, STDIN_FILENO, 0, on_input, b, &b->watch, e);
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
