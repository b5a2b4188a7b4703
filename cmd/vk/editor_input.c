/* SPDX-License-Identifier: BSD-3-Clause */
/* The bytes that are typed. They are read as they come, many at once, so that a paste is drawn once
 * and not once for each character. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "editor_impl.h"
#include "io/signal.h"

enum { ESCAPE = 0x1b, ESCAPE_MS = 50 };

struct editor editor_one;
static struct editor *const ed = &editor_one;

bool editor_input_left(void) {
    return ed->input_at < ed->input_len;
}

void editor_input_drop(void) {
    ed->input_at = ed->input_len = 0;
}

static bool comes_within(int ms) {
    struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};
    return poll(&p, 1, ms) > 0;
}

/* False: there is no more, or a signal wants to be heard. */
static bool read_some(void) {
    ssize_t n;
    do {
        n = read(STDIN_FILENO, ed->input + ed->input_len, EDITOR_INPUT_MAX - ed->input_len);
        if (n < 0 && errno == EAGAIN) comes_within(-1);
    } while (n < 0 && (errno == EAGAIN || errno == EINTR) && !signal_stop());
    if (n > 0) ed->input_len += (size_t)n;
    return n > 0;
}

/* An Escape at the end is a key, or the beginning of one: the terminal sends those at once. */
void editor_input_fill(void) {
    if (!editor_input_left()) editor_input_drop();
    while (ed->input_len < EDITOR_INPUT_MAX && read_some())
        if (ed->input[ed->input_len - 1] != ESCAPE || !comes_within(ESCAPE_MS)) return;
}

int editor_input_get(FILE *stream) {
    (void)stream;
    if (!editor_input_left()) editor_input_fill();
    return editor_input_left() ? (unsigned char)ed->input[ed->input_at++] : EOF;
}

int editor_input_ready(void) {
    return editor_input_left() || comes_within(0);
}
