/* SPDX-License-Identifier: BSD-3-Clause */
/* Which type a key will have, by its name: names of one shape (load/shape.h) nearly always have one
 * type. Who guesses well need not ask TYPE: a type's own command confirms it. Pure. */
#ifndef VK_KEYS_GUESS_H
#define VK_KEYS_GUESS_H

#include "base/buf.h"

enum { KEYS_GUESS_SLOTS = 4096, KEYS_GUESS_SURE = 16 };

struct keys_guess {
    struct {
        uint64_t hash; /* of the shape; 0 = free */
        int16_t type;
        uint8_t seen; /* so often, up to KEYS_GUESS_SURE */
        bool mixed;   /* it has had several types: no guess any more */
    } slots[KEYS_GUESS_SLOTS];
    char delimiter;
    uint64_t seed;
    struct buf shape; /* scratch */
};

void keys_guess_init(struct keys_guess *g, char delimiter, uint64_t seed);
void keys_guess_release(struct keys_guess *g);
/* -1 = not sure enough. */
int keys_guess_type(struct keys_guess *g, const char *name, size_t len);
/* A key's type is known now. */
void keys_guess_learn(struct keys_guess *g, const char *name, size_t len, int type);

#endif
