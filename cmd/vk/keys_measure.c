/* SPDX-License-Identifier: BSD-3-Clause */
/* See keys_measure.h. One probe is one key on its way: what is still wanted of it is a set of bits,
 * and it is settled when nothing more is in flight for it. */
#include "keys_measure.h"

#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "base/str.h"
#include "core/errclass.h"

enum want { TYPE = 1 << 0, LENGTH = 1 << 1, MEMORY = 1 << 2, TTL = 1 << 3 };
enum { ARGS_MAX = 5 };

/* Of a command that goes through the cluster: its words live until its reply. */
struct detour {
    const char *argv[ARGS_MAX];
    size_t lens[ARGS_MAX];
    char number[STR_INT_MAX];
    unsigned left; /* asked for one after the other */
};

struct probe {
    struct keys_measure *m;
    struct fleet_node *node;
    struct detour *detour; /* NULL = the node has the key */
    unsigned in_flight;
    bool moved, lost, vanished, changed, refused;
    struct keys_seen seen;
    char name[];
};

/* ---- what is sent ---- */

static bool is_refused(const struct keys_measure *m, const char *command) {
    for (int i = 0; i < m->n_refused; i++)
        if (!strcmp(m->refused[i].command, command)) return true;
    return false;
}

static const struct keys_stats_type *type_of(const struct probe *p) {
    return &p->m->stats->types[p->seen.type];
}

static const char *command_of(const struct probe *p, enum want w) {
    switch (w) {
    case TYPE: return "TYPE";
    case MEMORY: return "MEMORY USAGE";
    case TTL: return "PTTL";
    default: return type_of(p)->command;
    }
}

static session_cb on_type, on_length, on_memory, on_ttl;

static session_cb *callback_of(enum want w) {
    switch (w) {
    case TYPE: return on_type;
    case MEMORY: return on_memory;
    case TTL: return on_ttl;
    default: return on_length;
    }
}

static int words_of(struct probe *p, enum want w, struct detour *d) {
    int n = 0;
#define WORD(text, size) (d->argv[n] = (text), d->lens[n++] = (size))
    if (w == MEMORY)
        WORD("MEMORY", 6), WORD("USAGE", 5);
    else
        WORD(command_of(p, w), strlen(command_of(p, w)));
    WORD(p->name, p->seen.len);
    if (w == MEMORY && p->m->samples >= 0) {
        WORD("SAMPLES", 7);
        WORD(d->number, str_put_i64(d->number, p->m->samples));
    }
#undef WORD
    return n;
}

static int ask(struct probe *p, enum want w, struct err *e) {
    struct detour words = {.argv = {NULL}}, *d = p->detour ? p->detour : &words;
    int argc = words_of(p, w, d), code;
    if (p->detour)
        code = wire_submit(&p->m->run->wire, argc, d->argv, d->lens, callback_of(w), p, e);
    else
        code = client_submit(p->node->client, argc, d->argv, d->lens, callback_of(w), p, e);
    if (code < 0) return code;
    p->in_flight++;
    if (!p->detour) sweep_owe(p->m->sweep, p->node, 1);
    return 0;
}

/* What is left of `wants` once refused commands, and lengths that nobody can tell, are out. */
static unsigned possible(const struct probe *p, unsigned wants) {
    for (unsigned w = TYPE; w <= TTL; w <<= 1) {
        const char *command = wants & w ? command_of(p, (enum want)w) : NULL;
        if (wants & w && (!command || is_refused(p->m, command))) wants &= ~w;
    }
    return wants;
}

static unsigned wants_of(const struct keys_measure *m) {
    return (m->type ? 0 : TYPE) | (m->type && m->elements ? LENGTH : 0) | (m->bytes ? MEMORY : 0) |
           (m->ttls ? TTL : 0);
}

static int ask_all(struct probe *p, unsigned wants, struct err *e) {
    int code = 0;
    wants = possible(p, wants);
    for (unsigned w = TYPE; code == 0 && w <= TTL; w <<= 1)
        if (wants & w) code = ask(p, (enum want)w, e);
    return code;
}

/* ---- the end of a key ---- */

static void begin_anew(struct probe *p) {
    size_t len = p->seen.len;
    int type = p->seen.type;
    p->moved = p->vanished = p->changed = p->refused = false;
    p->seen = (struct keys_seen){.name = p->name, .len = len, .type = type, .ttl_ms = -1};
}

/* Its slot is another node's by now, or is being moved: the cluster finds it. */
static void go_elsewhere(struct probe *p) {
    begin_anew(p);
    p->detour = mem_zalloc(1, sizeof *p->detour);
    p->detour->left = wants_of(p->m);
    p->m->detours++;
    sweep_owe(p->m->sweep, p->node, 1);
}

static void count(struct probe *p) {
    struct keys_measure *m = p->m;
    if (p->vanished)
        m->vanished++;
    else if (p->changed)
        m->changed++;
    else if (p->refused || p->moved)
        m->unknown++;
    else
        keys_stats_add(m->stats, &p->seen);
}

static void end(struct probe *p) {
    if (!p->lost) count(p);
    if (p->detour) {
        p->m->detours--;
        sweep_paid(p->m->sweep, p->node);
    }
    free(p->detour);
    free(p);
}

/* Of a detour: the next question; else the end when nothing is in flight. */
static void go_on(struct probe *p) {
    struct err e;
    if (p->in_flight) return;
    if (p->moved && !p->detour && !p->lost && p->m->run->wire.cluster) go_elsewhere(p);
    if (p->detour && !p->lost && !p->vanished) {
        unsigned left = possible(p, p->detour->left), w = left & -left;
        p->detour->left = left & ~w;
        if (w && ask(p, (enum want)w, &e) == 0) return;
        p->lost |= w;
    }
    end(p);
}

/* ---- replies ---- */

static int unknown_type(struct keys_measure *m) {
    static const char name[] = "(unknown)";
    return keys_stats_type(m->stats, name, sizeof name - 1);
}

/* The command is done without from now on. */
static void refuse(struct probe *p, enum want w, const struct resp_event *ev) {
    struct keys_measure *m = p->m;
    const char *command = command_of(p, w);
    if (w == TYPE) p->seen.type = unknown_type(m);
    if (is_refused(m, command) || m->n_refused == KEYS_MEASURE_REFUSED_MAX) return;
    char *why = m->why[m->n_refused];
    size_t len = ev->len < KEYS_MEASURE_WHY_MAX ? ev->len : KEYS_MEASURE_WHY_MAX - 1;
    memcpy(why, ev->p, len);
    why[len] = '\0';
    m->refused[m->n_refused++] = (struct keys_report_refused){command, why};
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
    go_on(p);
    if (node) sweep_paid(m->sweep, node);
}

static void take_type(struct probe *p, const struct resp_event *ev) {
    struct keys_measure *m = p->m;
    struct err e;
    if (ev->len == 4 && !memcmp(ev->p, "none", 4)) {
        p->vanished = true;
        return;
    }
    p->seen.type = keys_stats_type(m->stats, ev->p, ev->len);
    if (!m->elements || p->moved) return;
    if (p->detour)
        p->detour->left |= LENGTH;
    else if (ask_all(p, LENGTH, &e) < 0)
        p->lost = true;
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
    if (ev && ev->type == RESP_INT && ev->n >= 0) {
        p->seen.has_elements = true;
        p->seen.elements = (uint64_t)ev->n;
        const char *type = type_of(p)->name; /* of other types no key is empty */
        if (!ev->n && strcmp(type, "string") != 0 && strcmp(type, "stream") != 0)
            p->vanished = true;
    }
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

/* ---- keys come ---- */

/* What they are until TYPE has said it. */
static int default_type(struct keys_measure *m) {
    if (m->type) return keys_stats_type(m->stats, m->type, strlen(m->type));
    return is_refused(m, "TYPE") ? unknown_type(m) : 0;
}

int keys_measure_page(struct keys_measure *m, struct fleet_node *node, const struct sweep_key *keys,
                      size_t n, struct err *e) {
    int type = default_type(m), code = 0;
    for (size_t i = 0; code == 0 && i < n; i++) {
        struct probe *p = mem_alloc(sizeof *p + keys[i].len);
        *p = (struct probe){.m = m, .node = node};
        memcpy(p->name, keys[i].p, keys[i].len);
        p->seen =
            (struct keys_seen){.name = p->name, .len = keys[i].len, .type = type, .ttl_ms = -1};
        code = ask_all(p, wants_of(m), e);
        p->lost |= code < 0;
        go_on(p);
    }
    return code;
}

void keys_measure_turn(struct keys_measure *m) {
    if (m->detours) cluster_flush(m->run->wire.cluster);
}

void keys_measure_end(struct keys_measure *m) {
    if (m->detours) wire_cancel(&m->run->wire);
}
