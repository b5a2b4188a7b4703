/* SPDX-License-Identifier: BSD-3-Clause */
/* See copy_target.h. */
#include "copy_target.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/msg.h"
#include "base/str.h"
#include "client/profile_confirm.h"
#include "copy_source.h"
#include "io/signal.h"
#include "io/tty.h"

/* What it does not say is the time here, and what no clock shows as well. */
static void ask_clock(struct client *c, int64_t *clock_us) {
    static const char *const now[] = {"TIME"};
    const struct reply *r, *s, *us;
    struct err ignored;
    int64_t seconds, micro;
    *clock_us = clock_wall_us() - clock_now_ns() / 1000;
    if (client_call(c, 1, now, &r, &ignored) < 0 || r->type != RESP_ARRAY) return;
    s = reply_at(r, 0);
    us = reply_at(r, 1);
    if (!s || !us || !s->p || !us->p || str_to_i64(s->p, s->len, &seconds) < 0 ||
        str_to_i64(us->p, us->len, &micro) < 0)
        return;
    if (seconds < 0 || seconds > COPY_CLOCK_MAX || micro < 0 || micro > COPY_CLOCK_MAX) return;
    *clock_us = seconds * 1000000 + micro - clock_now_ns() / 1000;
}

int copy_target_connect(struct wire *w, char *version, size_t cap, int64_t *clock_us,
                        struct err *e) {
    int code = wire_connect(w, e);
    *version = 0;
    *clock_us = clock_wall_us() - clock_now_ns() / 1000;
    if (code < 0) return code;
    struct client *c = w->cluster ? cluster_control(w->cluster) : w->client;
    if (!c) return 0;
    bool node = copy_source_ask(c, version, cap);
    if (client_is_open(c)) ask_clock(c, clock_us);
    return node && !w->cluster ? wire_into_cluster(w, e) : 0;
}

static int refuse(const struct options *o, struct err *e) {
    if (o->read_only) return err_set(e, VK_EAUTH, "--read-only, and this writes: nothing was sent");
    return err_set(e, VK_EAUTH, "%s is read-only, and this writes: nothing was sent",
                   o->profile.name);
}

int copy_target_confirm(struct wire *w, struct err *e) {
    const struct options *o = w->opts;
    enum profile_environment is = o->profile.environment;
    char where[256];
    if (o->read_only || o->profile.read_only) return refuse(o, e);
    if (o->yes || is == PROFILE_ENVIRONMENT_NONE || is == PROFILE_DEV || !tty_is(STDERR_FILENO))
        return 0;
    msg_warn("%s (%s), %s%s: keys are going to be written there%s", o->profile.name,
             profile_environment_name(is), w->cluster ? "the cluster of " : "",
             wire_where(w, where, sizeof where),
             o->copy.replace ? ", over those that are there" : "");
    int code = profile_confirm(&o->profile, "go on", e);
    if (code == VK_ECANCEL && !signal_stop()) /* Ctrl-C needs no words, a wrong answer does */
        msg_warn("not confirmed, so nothing was sent");
    return code;
}
