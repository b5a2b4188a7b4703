/* SPDX-License-Identifier: BSD-3-Clause */
/* The live table of `top` on a terminal: drawn each second on the alternate screen, steered by
 * keys. */
#ifndef VKTAIL_SCREEN_H
#define VKTAIL_SCREEN_H

#include "io/loop.h"
#include "top.h"

struct screen_hooks {
    /* A frame is to be written; it is whole, or not written at all. */
    void (*write)(void *arg, const char *p, size_t n);
    /* One line on what is listened to and what was missed, our own text. */
    void (*status)(void *arg, struct buf *out);
    /* It is enough. */
    void (*quit)(void *arg);
    void *arg;
};

struct screen;

/* in, out: the terminal's descriptors; keys are read if `in` is one as well. top is borrowed. */
struct screen *screen_new(struct loop *l, int in, int out, struct top *top, bool colour,
                          const struct screen_hooks *hooks);
/* The terminal is as it was (written at once). NULL is legal. */
void screen_free(struct screen *s);
/* Give the terminal back for a while, and take it again. */
void screen_pause(struct screen *s);
void screen_resume(struct screen *s);

#endif
