/* SPDX-License-Identifier: BSD-3-Clause */
/* See keys_measure.h. */
#include "keys_measure.h"

#include <string.h>

#include "keys_measure_impl.h"

/* The wants of a key that has come, and its type as far as it is known. */
static unsigned begin(struct probe *p) {
    struct keys_measure *m = p->m;
    unsigned wants = keys_measure_wants(m);
    int type = m->guess && m->elements ? keys_guess_type(m->guess, p->name, p->seen.len) : -1;
    const char *command = type >= 0 ? m->stats->types[type].command : NULL;
    if (m->type || !command || keys_measure_is_refused(m, command)) return wants;
    p->guessed = true;
    p->seen.type = type;
    return (wants & ~(unsigned)TYPE) | LENGTH;
}

/* What they are until TYPE has said it. */
static int default_type(struct keys_measure *m) {
    if (m->type) return keys_stats_type_asked(m->stats, m->type);
    return keys_measure_is_refused(m, "TYPE") ? keys_measure_unknown_type(m) : 0;
}

int keys_measure_page(struct keys_measure *m, struct fleet_node *node, const struct sweep_key *keys,
                      size_t n, struct err *e) {
    int type = default_type(m), code = 0;
    m->on = keys_measure_callbacks;
    for (size_t i = 0; code == 0 && i < n; i++) {
        struct probe *p = mem_alloc(sizeof *p + keys[i].len);
        *p = (struct probe){.m = m, .node = node};
        memcpy(p->name, keys[i].p, keys[i].len);
        p->seen =
            (struct keys_seen){.name = p->name, .len = keys[i].len, .type = type, .ttl_ms = -1};
        code = keys_measure_ask(p, begin(p), e);
        p->lost |= code < 0;
        keys_measure_go_on(p);
    }
    return code;
}

void keys_measure_turn(struct keys_measure *m) {
    if (m->detours) cluster_flush(m->run->wire.cluster);
}

void keys_measure_end(struct keys_measure *m) {
    if (m->detours) wire_cancel(&m->run->wire);
}
