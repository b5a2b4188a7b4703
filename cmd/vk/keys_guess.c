/* SPDX-License-Identifier: BSD-3-Clause */
/* See keys_guess.h. */
#include "keys_guess.h"

#include "base/hash.h"
#include "load/shape.h"

void keys_guess_init(struct keys_guess *g, char delimiter, uint64_t seed) {
    *g = (struct keys_guess){.delimiter = delimiter, .seed = seed};
    buf_init(&g->shape, 2 * SHAPE_MAX);
}

void keys_guess_release(struct keys_guess *g) {
    buf_release(&g->shape);
}

static uint64_t hash_of(struct keys_guess *g, const char *name, size_t len) {
    buf_clear(&g->shape);
    shape_add(&g->shape, name, len, g->delimiter);
    return hash_bytes(g->shape.p, g->shape.len, g->seed) | 1;
}

int keys_guess_type(struct keys_guess *g, const char *name, size_t len) {
    uint64_t hash = hash_of(g, name, len);
    size_t i = hash / 2 % KEYS_GUESS_SLOTS;
    bool sure =
        g->slots[i].hash == hash && !g->slots[i].mixed && g->slots[i].seen >= KEYS_GUESS_SURE;
    return sure ? g->slots[i].type : -1;
}

void keys_guess_learn(struct keys_guess *g, const char *name, size_t len, int type) {
    uint64_t hash = hash_of(g, name, len);
    size_t i = hash / 2 % KEYS_GUESS_SLOTS;
    if (g->slots[i].hash != hash) {
        g->slots[i].hash = hash;
        g->slots[i].type = (int16_t)type;
        g->slots[i].seen = 0;
        g->slots[i].mixed = false;
    }
    g->slots[i].mixed |= g->slots[i].type != type;
    if (g->slots[i].seen < KEYS_GUESS_SURE) g->slots[i].seen++;
}
