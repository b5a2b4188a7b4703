/* SPDX-License-Identifier: BSD-3-Clause */
/* The whole terminal for a view that is drawn again and again: the alternate screen, keys as they
 * are typed, its changes of size. What is drawn is its user's. */
#ifndef IO_TTY_SCREEN_H
#define IO_TTY_SCREEN_H

#include "io/loop.h"

/* What is no character. Of the bytes behind ESC those that mean none of these are passed over. */
enum tty_screen_key {
    TTY_SCREEN_ESCAPE = 0x1b, /* alone */
    TTY_SCREEN_UP = 0x100,
    TTY_SCREEN_DOWN,
    TTY_SCREEN_PAGE_UP,
    TTY_SCREEN_PAGE_DOWN,
};

struct tty_screen_hooks {
    /* A key: a byte, or enum tty_screen_key. False: it is enough, neither a further key nor draw
     * follows. */
    bool (*key)(void *arg, int key);
    /* Keys were typed, or the size is another: draw, by tty_columns and tty_rows. */
    void (*draw)(void *arg);
    void *arg;
};

struct tty_screen;

/* in, out: the terminal's descriptors; keys are read if `in` is one as well. Nothing happens before
 * tty_screen_enter. */
struct tty_screen *tty_screen_new(struct loop *l, int in, int out,
                                  const struct tty_screen_hooks *hooks);
/* Take the terminal, empty, and give it back as it was (written at once); both may be called again.
 * The first draw is the caller's. */
void tty_screen_enter(struct tty_screen *s);
void tty_screen_leave(struct tty_screen *s);
/* Leaves. NULL is legal. */
void tty_screen_free(struct tty_screen *s);
/* The key at p[0..n), n > 0, and how many bytes it takes; -1 = none that is known. */
int tty_screen_decode(const char *p, size_t n, size_t *taken);

#endif
