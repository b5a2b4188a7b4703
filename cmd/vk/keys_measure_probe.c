/* SPDX-License-Identifier: BSD-3-Clause */
/* One key on its way: what is asked of it, and where; and its end. */
#include <stdlib.h>
#include <string.h>

#include "keys_measure_impl.h"

/* ---- what is sent ---- */

bool keys_measure_is_refused(const struct keys_measure *m, const char *command) {
    for (int i = 0; i < m->n_refused; i++)
        if (!strcmp(m->refused[i].command, command)) return true;
    return false;
}

static const struct keys_stats_type *type_of(const struct probe *p) {
    return &p->m->stats->types[p->seen.type];
}

const char *keys_measure_command(const struct probe *p, enum want w) {
    switch (w) {
    case TYPE: return "TYPE";
    case MEMORY: return "MEMORY USAGE";
    case TTL: return "PTTL";
    default: return type_of(p)->command;
    }
}

static int words_of(struct probe *p, enum want w, struct detour *d) {
    int n = 0;
#define WORD(text, size) (d->argv[n] = (text), d->lens[n++] = (size))
    if (w == MEMORY)
        WORD("MEMORY", 6), WORD("USAGE", 5);
    else
        WORD(keys_measure_command(p, w), strlen(keys_measure_command(p, w)));
    WORD(p->name, p->seen.len);
    if (w == MEMORY && p->m->samples >= 0) {
        WORD("SAMPLES", 7);
        WORD(d->number, str_put_i64(d->number, p->m->samples));
    }
#undef WORD
    return n;
}

static int ask(struct probe *p, enum want w, struct err *e) {
    session_cb *on = p->m->on[__builtin_ctz(w)];
    struct detour words = {.argv = {NULL}}, *d = p->detour ? p->detour : &words;
    int argc = words_of(p, w, d), code;
    if (p->detour)
        code = wire_submit(&p->m->run->wire, argc, d->argv, d->lens, on, p, e);
    else
        code = client_submit(p->node->client, argc, d->argv, d->lens, on, p, e);
    if (code < 0) return code;
    p->in_flight++;
    if (!p->detour) sweep_owe(p->m->sweep, p->node, 1);
    return 0;
}

/* What is left of `wants` once refused commands, and lengths that nobody can tell, are out. */
static unsigned possible(const struct probe *p, unsigned wants) {
    for (unsigned w = TYPE; w <= TTL; w <<= 1) {
        const char *command = wants & w ? keys_measure_command(p, (enum want)w) : NULL;
        if (wants & w && (!command || keys_measure_is_refused(p->m, command))) wants &= ~w;
    }
    return wants;
}

unsigned keys_measure_wants(const struct keys_measure *m) {
    return (m->type ? 0 : TYPE) | (m->type && m->elements ? LENGTH : 0) | (m->bytes ? MEMORY : 0) |
           (m->ttls ? TTL : 0);
}

int keys_measure_ask(struct probe *p, unsigned wants, struct err *e) {
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
    p->guessed = p->moved = p->vanished = p->changed = p->refused = false;
    p->seen = (struct keys_seen){.name = p->name, .len = len, .type = type, .ttl_ms = -1};
}

/* Its slot is another node's by now, or is being moved: the cluster finds it. */
static void go_elsewhere(struct probe *p) {
    begin_anew(p);
    p->detour = mem_zalloc(1, sizeof *p->detour);
    p->detour->left = keys_measure_wants(p->m);
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
void keys_measure_go_on(struct probe *p) {
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

int keys_measure_unknown_type(struct keys_measure *m) {
    static const char name[] = "(unknown)";
    return keys_stats_type(m->stats, name, sizeof name - 1);
}
