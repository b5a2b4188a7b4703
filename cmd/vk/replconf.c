/* SPDX-License-Identifier: BSD-3-Clause */
/* See replconf.h. */
#include "replconf.h"

#include <stdlib.h>

#include "base/msg.h"
#include "core/errclass.h"
#include "io/signal.h"

/* One setting on its way to one node. */
struct step {
    const struct fleet_node *node;
    const struct replconf *setting;
    int number;
    struct err *why;
    unsigned *refused;
    size_t *waiting;
};

static void say_refused(const struct step *s, const struct resp_event *ev) {
    enum errclass class = errclass_of_reply(ev->p, ev->len);
    bool denied = class & (ERRCLASS_AUTH | ERRCLASS_PERMISSION);
    err_set(s->why, denied ? VK_EAUTH : VK_ESERVER, "%s: REPLCONF %s: %.*s", s->node->name,
            s->setting->name, (int)ev->len, ev->p);
}

static void on_reply(void *arg, int code, const struct resp_event *ev) {
    struct step *s = arg;
    if (ev && ev->type == RESP_ERROR) {
        *s->refused |= 1U << s->number;
        if (s->setting->must && !s->why->code) say_refused(s, ev);
    }
    if (code == VK_MORE) return;
    if (code < 0 && !s->why->code) *s->why = *client_error(s->node->client);
    if (code < 0 && !s->why->code) err_set(s->why, code, "%s: no answer", s->node->name);
    --*s->waiting;
    free(s);
}

static void submit(const struct step *step) {
    const char *const argv[] = {"REPLCONF", step->setting->name, step->setting->value};
    struct step *s = mem_alloc(sizeof *s);
    *s = *step;
    if (client_submit(s->node->client, 3, argv, NULL, on_reply, s, s->why) < 0)
        free(s);
    else
        ++*s->waiting;
}

int replconf_all(struct fleet *f, const struct replconf *settings, int n, struct err *why,
                 unsigned *refused, struct err *e) {
    size_t waiting = 0;
    *refused = 0;
    for (int i = 0; i < f->n; i++)
        for (int k = 0; k < n && !why[i].code; k++)
            submit(&(struct step){.node = &f->nodes[i],
                                  .setting = &settings[k],
                                  .number = k,
                                  .why = &why[i],
                                  .refused = refused,
                                  .waiting = &waiting});
    while (waiting && !signal_stop())
        fleet_turn(f, -1);
    for (int i = 0; waiting && i < f->n; i++)
        client_cancel(f->nodes[i].client);
    return signal_stop() ? err_set(e, VK_ECANCEL, "interrupted") : 0;
}

int replconf_tool(struct client *c, const struct replconf *settings, int n, struct err *e) {
    for (int i = 0; i < n; i++) {
        const struct replconf *s = &settings[i];
        const char *const argv[] = {"REPLCONF", s->name, s->value};
        const struct reply *reply;
        msg_say("sending REPLCONF %s %s", s->name, s->value);
        int code = client_call(c, 3, argv, &reply, e);
        if (code == VK_ECANCEL) return code;
        if (code < 0) return err_set(e, code, "\nI/O error");
        if (!resp_read_is_error(reply->type)) continue;
        msg_say("REPLCONF %s error: %.*s", s->name, (int)reply->len, reply->p);
        if (s->must) return err_set(e, VK_ESERVER, "%s", reply->p);
    }
    return 0;
}
