/* SPDX-License-Identifier: BSD-3-Clause */
/* What becomes of the replies to a measurement. */
#include <string.h>

#include "core/errclass.h"
#include "keys_measure_impl.h"

void keys_measure_do_without(struct keys_measure *m, const char *command, const char *reply,
                             size_t len) {
    if (keys_measure_is_refused(m, command) || m->n_refused == KEYS_MEASURE_REFUSED_MAX) return;
    char *why = m->why[m->n_refused];
    if (len >= KEYS_MEASURE_WHY_MAX) len = KEYS_MEASURE_WHY_MAX - 1;
    memcpy(why, reply, len);
    why[len] = '\0';
    m->refused[m->n_refused++] = (struct keys_report_refused){command, why};
}

static void refuse(struct probe *p, enum want w, const struct resp_event *ev) {
    if (w == TYPE) p->seen.type = keys_measure_unknown_type(p->m);
    keys_measure_do_without(p->m, keys_measure_command(p, w), ev->p, ev->len);
}

/* "NOPERM this user has no permissions to run the 'type' command": others are about one key. */
static bool is_about_command(const struct resp_event *ev) {
    static const char run[] = " run ";
    return memmem(ev->p, ev->len, run, sizeof run - 1);
}

static void take_error(struct probe *p, enum want w, const struct resp_event *ev) {
    enum errclass class = errclass_of_reply(ev->p, ev->len);
    bool denied = class == ERRCLASS_PERMISSION;
    p->m->forbidden |= denied;
    if (class & (ERRCLASS_MOVED | ERRCLASS_ASK | ERRCLASS_TRYAGAIN))
        p->moved = true;
    else if (class == ERRCLASS_UNKNOWN_COMMAND || (denied && is_about_command(ev)))
        refuse(p, w, ev);
    else if (ev->len >= 9 && !memcmp(ev->p, "WRONGTYPE", 9))
        p->changed = true;
    else
        p->refused = true;
}

/* The reply's one event; NULL when there is no reply, or it was an error, which is dealt with. */
static const struct resp_event *value_of(struct probe *p, enum want w, int code,
                                         const struct resp_event *ev) {
    if (code < 0)
        p->lost = true;
    else if (ev && ev->kind == RESP_VALUE && resp_read_is_error(ev->type))
        take_error(p, w, ev);
    else if (ev && ev->kind == RESP_VALUE)
        return ev;
    else
        p->refused = true;
    return NULL;
}

/* A reply has ended. */
static void done(struct probe *p) {
    p->in_flight--;
    struct keys_measure *m = p->m;
    struct fleet_node *node = p->detour ? NULL : p->node;
    keys_measure_go_on(p);
    if (node) sweep_paid(m->sweep, node);
}

static void take_type(struct probe *p, const struct resp_event *ev) {
    struct keys_measure *m = p->m;
    struct err e;
    if (ev->len == 4 && !memcmp(ev->p, "none", 4)) {
        p->vanished = true;
        return;
    }
    int type = keys_stats_type(m->stats, ev->p, ev->len);
    if (m->guess) keys_guess_learn(m->guess, p->name, p->seen.len, type);
    p->changed |= p->seen.has_elements && type != p->seen.type;
    p->seen.type = type;
    if (!m->elements || p->moved || p->seen.has_elements) return;
    if (p->detour)
        p->detour->left |= LENGTH;
    else if (keys_measure_ask(p, LENGTH, &e) < 0)
        p->lost = true;
}

/* Its length does not settle the question of its type. */
static void ask_type_after_all(struct probe *p) {
    struct err e;
    p->guessed = p->changed = false;
    if (keys_measure_ask(p, TYPE, &e) < 0) p->lost = true;
}

/* No key of another type is empty. */
static bool may_be_empty(const struct probe *p) {
    const char *type = p->m->stats->types[p->seen.type].name;
    return !strcmp(type, "string") || !strcmp(type, "stream");
}

static void take_length(struct probe *p, const struct resp_event *ev) {
    p->seen.has_elements = true;
    p->seen.elements = (uint64_t)ev->n;
    if (ev->n) return;
    if (!may_be_empty(p))
        p->vanished = true;
    else if (p->guessed)
        ask_type_after_all(p);
}

static void on_type(void *arg, int code, const struct resp_event *ev) {
    struct probe *p = arg;
    if (ev && ev->aside) return;
    ev = value_of(p, TYPE, code, ev);
    if (ev) take_type(p, ev);
    if (code <= 0) done(p);
}

static void on_length(void *arg, int code, const struct resp_event *ev) {
    struct probe *p = arg;
    if (ev && ev->aside) return;
    ev = value_of(p, LENGTH, code, ev);
    if (ev && ev->type == RESP_INT && ev->n >= 0)
        take_length(p, ev);
    else if (p->guessed && code == 0 && !p->moved && !p->refused)
        ask_type_after_all(p);
    if (code <= 0) done(p);
}

static void on_memory(void *arg, int code, const struct resp_event *ev) {
    struct probe *p = arg;
    if (ev && ev->aside) return;
    ev = value_of(p, MEMORY, code, ev);
    if (ev && ev->type == RESP_NIL) p->vanished = true;
    if (ev && ev->type == RESP_INT && ev->n >= 0) {
        p->seen.has_bytes = true;
        p->seen.bytes = (uint64_t)ev->n;
    }
    if (code <= 0) done(p);
}

static void on_ttl(void *arg, int code, const struct resp_event *ev) {
    enum { GONE = -2 };
    struct probe *p = arg;
    if (ev && ev->aside) return;
    ev = value_of(p, TTL, code, ev);
    if (ev && ev->type == RESP_INT) {
        if (ev->n == GONE) p->vanished = true;
        p->seen.has_ttl = true;
        p->seen.ttl_ms = ev->n;
    }
    if (code <= 0) done(p);
}

session_cb *const keys_measure_callbacks[] = {on_type, on_length, on_memory, on_ttl};
