/* SPDX-License-Identifier: BSD-3-Clause */
/* See tty_screen.h. The sequences are those that every terminal of today understands (ECMA-48, and
 * xterm's private modes 1049 and 25). */
#include "io/tty_screen.h"

#include <stdlib.h>
#include <string.h>

#include "io/file.h"
#include "io/signal.h"
#include "io/tty.h"

static const char enter[] = "\x1b[?1049h\x1b[?25l\x1b[2J";
/* Emptied first: a terminal that was resized meanwhile may leave rows of it behind. */
static const char leave[] = "\x1b[H\x1b[J\x1b[?25h\x1b[?1049l";

enum { TYPED_BYTES = 64 };

struct tty_screen {
    struct loop *loop;
    int in, out;
    struct tty_screen_hooks hooks;
    bool taken;
    struct tty_keys *keys; /* NULL = none are read */
    struct loop_watch *watch, *resized;
};

/* ---- keys ---- */

static int key_of_final(const char *p, size_t n) {
    static const struct {
        const char *text;
        int key;
    } known[] = {
        {"A", TTY_SCREEN_UP},
        {"B", TTY_SCREEN_DOWN},
        {"5~", TTY_SCREEN_PAGE_UP},
        {"6~", TTY_SCREEN_PAGE_DOWN},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strlen(known[i].text) == n && !memcmp(known[i].text, p, n)) return known[i].key;
    return -1;
}

int tty_screen_decode(const char *p, size_t n, size_t *taken) {
    *taken = 1;
    if (p[0] != '\x1b') return (unsigned char)p[0];
    if (n == 1) return TTY_SCREEN_ESCAPE;
    *taken = 2; /* with Alt */
    if (p[1] != '[' && p[1] != 'O') return -1;
    size_t end = 2; /* of the sequence: a byte from '@' to '~' (ECMA-48, 5.4) */
    while (end < n && (p[end] < '@' || p[end] > '~'))
        end++;
    *taken = end < n ? end + 1 : n;
    return end < n ? key_of_final(p + 2, end - 1) : -1;
}

static void on_keys(void *arg, unsigned events) {
    struct tty_screen *s = arg;
    char typed[TYPED_BYTES];
    size_t taken;
    (void)events;
    size_t n = tty_keys_read(s->keys, typed, sizeof typed);
    if (!n) { /* the terminal has gone */
        loop_del(s->loop, s->watch);
        s->watch = NULL;
        return;
    }
    for (size_t i = 0; i < n; i += taken) {
        int key = tty_screen_decode(typed + i, n - i, &taken);
        if (key >= 0 && !s->hooks.key(s->hooks.arg, key)) return;
    }
    s->hooks.draw(s->hooks.arg);
}

static void on_resize(void *arg, unsigned events) {
    struct tty_screen *s = arg;
    (void)events;
    signal_screen_clear();
    s->hooks.draw(s->hooks.arg);
}

/* ---- the terminal ---- */

static void write_now(struct tty_screen *s, const char *text) {
    struct err unused;
    if (file_write_fd(s->out, text, strlen(text), &unused) < 0) return;
}

void tty_screen_enter(struct tty_screen *s) {
    struct err unused;
    if (s->taken) return;
    s->taken = true;
    write_now(s, enter);
    if (tty_is(s->in) && tty_keys_begin(s->in, &s->keys, &unused) == 0 &&
        loop_add(s->loop, s->in, LOOP_READ, on_keys, s, &s->watch, &unused) < 0)
        s->watch = NULL;
    if (loop_add(s->loop, signal_screen_fd(), LOOP_READ, on_resize, s, &s->resized, &unused) < 0)
        s->resized = NULL; /* its user draws now and then anyway */
}

void tty_screen_leave(struct tty_screen *s) {
    if (!s->taken) return;
    s->taken = false;
    loop_del(s->loop, s->watch);
    loop_del(s->loop, s->resized);
    s->watch = s->resized = NULL;
    tty_keys_end(s->keys);
    s->keys = NULL;
    write_now(s, leave);
}

struct tty_screen *tty_screen_new(struct loop *l, int in, int out,
                                  const struct tty_screen_hooks *hooks) {
    struct tty_screen *s = mem_zalloc(1, sizeof *s);
    *s = (struct tty_screen){.loop = l, .in = in, .out = out, .hooks = *hooks};
    return s;
}

void tty_screen_free(struct tty_screen *s) {
    if (!s) return;
    tty_screen_leave(s);
    free(s);
}
