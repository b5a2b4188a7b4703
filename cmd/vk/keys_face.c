/* SPDX-License-Identifier: BSD-3-Clause */
/* What the modes of the compatible faces share. See keys_face.h. */
#include "keys_face.h"

#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "face.h"
#include "io/signal.h"

enum { SCANS_A_PAUSE = 100, SAID_EVERY = 1000000 };

struct keys_face_page {
    struct keys_face *face;
    struct fleet_node *node;
    size_t n, in_flight;
    char *names;
    struct keys_face_key keys[];
};

struct keys_face *keys_face_of(const struct keys_face_key *k) {
    return k->page->face;
}

void keys_face_ask(struct keys_face *f, struct keys_face_key *k, int argc, const char *const *argv,
                   const size_t *lens, session_cb *cb) {
    struct err e;
    struct keys_face_page *page = k->page;
    if (client_submit(page->node->client, argc, argv, lens, cb, k, &e) < 0) return;
    page->in_flight++;
    sweep_owe(f->sweep, page->node, 1);
}

static void free_page(struct keys_face_page *page) {
    free(page->names);
    free(page);
}

/* Pages end in the order in which they came: it is one connection. */
static void settle(struct keys_face_page *page) {
    struct keys_face *f = page->face;
    if (page->in_flight) return;
    f->percent = 100 * (double)f->sampled / (double)f->total;
    if (!f->failed) f->kind->take(f, page->keys, page->n, f->percent);
    if (f->run->out.len >= RENDER_FLUSH_BYTES) run_flush(f->run);
    free_page(page);
}

void keys_face_answered(struct keys_face *f, struct keys_face_key *k) {
    struct keys_face_page *page = k->page;
    struct fleet_node *node = page->node;
    page->in_flight--;
    if (f->failed) sweep_stop(f->sweep);
    settle(page);
    sweep_paid(f->sweep, node);
}

void keys_face_count(struct keys_face *f, double percent) {
    f->sampled++;
    if (f->sampled % SAID_EVERY == 0)
        buf_addf(&f->run->out, "[%05.2f%%] Sampled %llu keys so far\n", percent,
                 (unsigned long long)f->sampled);
}

static int on_page(void *arg, struct fleet_node *node, const struct sweep_key *keys, size_t n,
                   struct err *e) {
    struct keys_face *f = arg;
    struct keys_face_page *page = mem_zalloc(1, sizeof *page + n * sizeof *page->keys);
    size_t bytes = 0;
    (void)e;
    for (size_t i = 0; i < n; i++)
        bytes += keys[i].len + 1;
    page->face = f;
    page->node = node;
    page->n = n;
    page->names = mem_zalloc(bytes + 1, 1);
    page->in_flight = 1; /* until all are asked */
    char *name = page->names;
    for (size_t i = 0; i < n; i++) {
        memcpy(name, keys[i].p, keys[i].len);
        page->keys[i] = (struct keys_face_key){.page = page, .name = name, .len = keys[i].len};
        name += keys[i].len + 1;
        f->kind->ask(f, &page->keys[i]);
    }
    page->in_flight--;
    settle(page);
    return 0;
}

/* ---- from the begin to the end ---- */

static int fail(struct keys_face *f, const struct err *e) {
    run_flush(f->run);
    if (e->code == VK_ELOST)
        msg_say("%s", ""), msg_say("I/O error");
    else if (e->code == VK_EAUTH || e->code == VK_ESERVER)
        msg_say("SCAN error: %s", e->text);
    else if (e->code == VK_EPROTO)
        msg_say("%s", e->text);
    else
        return face_fail(f->run->opts, e);
    return 1;
}

/* VK_ESERVER: it was said why not. */
static int count_keys(struct keys_face *f, struct err *e) {
    static const char *const argv[] = {"DBSIZE"};
    const struct reply *r;
    int code = client_call(f->fleet.nodes[0].client, 1, argv, &r, e);
    if (code < 0) return code;
    if (resp_read_is_error(r->type))
        msg_say("Couldn't determine DBSIZE: %.*s", (int)r->len, r->p);
    else if (r->type != RESP_INT)
        msg_say("Non INTEGER response from DBSIZE!");
    else
        f->total = (uint64_t)r->n;
    return r->type == RESP_INT ? 0 : VK_ESERVER;
}

static void say_title(struct keys_face *f) {
    buf_addf(&f->run->out,
             "\n# Scanning the entire keyspace to %s as well as\n"
             "# average sizes per key type.  You can use -i 0.1 to sleep 0.1 sec\n"
             "# per 100 SCAN commands (not usually needed).\n\n",
             f->kind->title);
}

static int walk(struct keys_face *f, struct err *e) {
    const struct options *o = f->run->opts;
    say_title(f);
    f->sweep = sweep_new(&f->fleet, &(struct sweep_opts){.which = &o->sweep,
                                                         .pause_s = o->interval_s / SCANS_A_PAUSE,
                                                         .page = on_page,
                                                         .arg = f});
    return sweep_run(f->sweep, e);
}

bool keys_face_walk(struct keys_face *f, int *code) {
    struct err e;
    err_clear(&e);
    *code = fleet_open(&f->fleet, f->run, FLEET_PRIMARIES, &e);
    if (*code < 0) {
        *code = face_fail(f->run->opts, &e);
        return false;
    }
    int got = count_keys(f, &e);
    if (got == 0) got = walk(f, &e);
    run_flush(f->run);
    bool interrupted = got == VK_ECANCEL;
    if (interrupted) {
        signal_clear(); /* it ends as if it were through */
        got = 0;
    }
    *code = f->failed || (got == VK_ESERVER && !e.code) ? 1 : got < 0 ? fail(f, &e) : 0;
    if (*code) return false;
    buf_adds(&f->run->out, "\n-------- summary -------\n\n");
    if (interrupted) buf_addf(&f->run->out, "[%05.2f%%] ", f->percent);
    buf_addf(&f->run->out, "Sampled %llu keys in the keyspace!\n", (unsigned long long)f->sampled);
    return true;
}

void keys_face_end(struct keys_face *f) {
    run_flush(f->run);
    sweep_free(f->sweep);
    fleet_close(&f->fleet);
}
