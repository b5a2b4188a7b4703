/* SPDX-License-Identifier: BSD-3-Clause */
/* See hotkeys_monitor.h. A line's lateness is measured against the promptest one of its node, so
 * that clocks that differ do no harm. */
#include "hotkeys_monitor.h"

#include <stdlib.h>

#include "base/clock.h"
#include "core/errclass.h"
#include "io/signal.h"

enum { LATE_MS = 1000, TURN_MS = 100 };

struct source {
    struct sample *sample;
    struct fleet_node *node;
    struct client *client;
    uint64_t lines;
    int64_t promptest_us; /* from the server's time of a line to ours of reading it */
    bool heard;           /* promptest_us is known */
    bool late, gone;
};

struct sample {
    const struct hotkeys_monitor_opts *o;
    struct hotkeys_count *count;
    struct loop *loop;
    const struct connopt *conn; /* of a server that is no cluster's */
    struct source *sources;
    int n;
    struct err err;  /* why MONITOR is refused; code 0 = it is not */
    struct err lost; /* the first connection that ended by itself; code 0 = none did */
};

static void on_push(void *arg, enum push_kind kind, const struct reply *r) {
    struct source *s = arg;
    if (kind != PUSH_MONITOR || s->late || s->lines >= s->sample->o->lines) return;
    int64_t time_us = hotkeys_count_line(s->sample->count, r->p, r->len);
    s->lines++;
    if (!time_us) return;
    int64_t delay_us = clock_wall_us() - time_us;
    if (!s->heard || delay_us < s->promptest_us) s->promptest_us = delay_us;
    s->heard = true;
    if (delay_us - s->promptest_us > LATE_MS * INT64_C(1000)) s->late = true;
}

static void on_monitor(void *arg, int code, const struct resp_event *ev) {
    struct source *s = arg;
    struct err *e = &s->sample->err;
    if (code != 0 || !ev || !resp_read_is_error(ev->type) || e->code) return;
    bool rights = errclass_of_reply(ev->p, ev->len) == ERRCLASS_PERMISSION;
    err_set(e, rights ? VK_EAUTH : VK_ESERVER, "%s: %.*s", s->node->name,
            ev->len < 400 ? (int)ev->len : 400, ev->p);
}

static int begin(struct source *s, struct err *e) {
    static const char *const argv[] = {"MONITOR"};
    const struct cluster_door *door = s->node->door;
    const struct connopt *where = door ? &door->conn : s->sample->conn;
    struct client_hooks hooks = {.on_push = on_push, .arg = s};
    int code = client_new(s->sample->loop, where, &hooks, &s->client, e);
    if (code == 0) code = client_connect(s->client, e);
    if (code == 0) code = client_submit(s->client, 1, argv, NULL, on_monitor, s, e);
    if (code == 0) client_flush(s->client);
    return code;
}

static void keep_loss(struct sample *m, const struct source *s) {
    const struct err *why = client_error(s->client);
    if (m->lost.code) return;
    if (why->code) /* names the server itself */
        m->lost = *why;
    else
        err_set(&m->lost, VK_ELOST, "%s: the connection was closed", s->node->name);
}

/* Those that are late are closed at once. One that has given enough ends it for all: a sample that
 * is longer on other nodes would make their keys look hotter. */
static bool is_over(struct sample *m) {
    int left = 0;
    for (int i = 0; i < m->n; i++) {
        struct source *s = &m->sources[i];
        if (s->lines >= m->o->lines) return true;
        if (!s->late && !s->gone && !client_is_open(s->client)) {
            keep_loss(m, s);
            s->gone = true;
        }
        if (s->late) client_disconnect(s->client);
        left += !s->late && !s->gone;
    }
    return !left;
}

static int listen_for(struct sample *m, struct err *e) {
    int64_t end = clock_now_ns() + (int64_t)(m->o->seconds * (double)CLOCK_NS_PER_S);
    for (int64_t now; (now = clock_now_ns()) < end && !is_over(m);) {
        int64_t next = now + TURN_MS * CLOCK_NS_PER_MS;
        if (signal_stop()) return err_set(e, VK_ECANCEL, "interrupted");
        loop_turn(m->loop, next < end ? next : end);
        if (m->o->turned) m->o->turned(m->o->arg, m->count->lines);
        if (!m->err.code) continue;
        *e = m->err;
        return e->code;
    }
    return 0;
}

int hotkeys_monitor(struct fleet *f, const struct hotkeys_monitor_opts *o, struct hotkeys_count *c,
                    int *lagged, struct err *e) {
    struct sample m = {.o = o, .count = c, .loop = f->run->loop, .n = f->n};
    m.conn = &f->run->opts->conn;
    int code = 0;
    m.sources = mem_zalloc((size_t)f->n, sizeof *m.sources);
    for (int i = 0; i < f->n; i++)
        m.sources[i] = (struct source){.sample = &m, .node = &f->nodes[i]};
    for (int i = 0; code == 0 && i < f->n; i++)
        code = begin(&m.sources[i], e);
    if (code == 0) code = listen_for(&m, e);
    if (code == 0 && m.lost.code) {
        *e = m.lost;
        code = e->code;
    }
    *lagged = 0;
    for (int i = 0; i < f->n; i++) {
        *lagged += m.sources[i].late;
        client_free(m.sources[i].client);
    }
    free(m.sources);
    return code;
}
