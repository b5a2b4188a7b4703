/* SPDX-License-Identifier: BSD-3-Clause */
/* A short text for each slot. See slots.h. */
#include <string.h>

#include "core/slots.h"

static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
enum { LETTERS = sizeof alphabet - 1 };

/* The number-th text of len letters, in ASCII order. */
static void spell(int number, int len, slots_tag text) {
    text[len] = 0;
    for (; len > 0; number /= LETTERS)
        text[--len] = alphabet[number % LETTERS];
}

void slots_tags(slots_tag tags[SLOTS_COUNT]) {
    slots_tag text;
    int texts = 1;
    for (int slot = 0; slot < SLOTS_COUNT; slot++)
        tags[slot][0] = 0;
    for (int len = 1; len <= SLOTS_TAG_MAX; len++) {
        texts *= LETTERS;
        for (int i = 0; i < texts; i++) {
            spell(i, len, text);
            slots_tag *tag = &tags[slots_of_key(text, (size_t)len)];
            if (!**tag) memcpy(tag, text, sizeof text);
        }
    }
}
