/* SPDX-License-Identifier: BSD-3-Clause */
/* The line being typed at a terminal: GNU readline by its callback interface, drawn by ourselves
 * (ui/lineview). There is one. Nothing here blocks, but for the user's own editor: who watches the
 * loop calls editor_read when standard input has something. */
#ifndef VK_EDITOR_H
#define VK_EDITOR_H

#include "ui/lineview.h"
#include "ui/menu.h"

enum { EDITOR_SPANS = 256 };

struct editor_hooks {
    /* A whole entry; NULL: the end (Ctrl-D). */
    void (*entered)(void *arg, const char *line);
    /* Colours of what is typed: up to max spans; returns how many. */
    int (*paint)(void *arg, const char *line, size_t len, struct lineview_span *spans, int max);
    /* What is to stand behind the line in grey, in out; accept: what the right arrow would add. */
    void (*hint)(void *arg, const char *line, size_t len, struct buf *out, bool *accept);
    /* An entry is unfinished, as a quote is open: Enter begins another line of it. */
    bool (*continues)(void *arg, const char *line, size_t len);
    /* The bytes of the first entry in text of several lines. NULL: what Enter ends is an entry,
     * also when it is empty. */
    size_t (*first)(const char *text, size_t len);
    /* What the word that ends at the cursor may become, sorted; *from: where it begins. */
    void (*complete)(void *arg, const char *line, size_t cursor, struct menu *words, size_t *from);
    /* What is to be known about what is typed up to the cursor; may be long. */
    void (*explain)(void *arg, const char *line, size_t cursor, struct buf *out);
    void *arg;
};

/* name: the application's, for conditions in .inputrc. */
void editor_init(const char *name, const struct editor_hooks *hooks);
void editor_release(void);
/* An entry for the up arrow. */
void editor_remember(const char *line);
/* The newest of them that is another than this one; NULL = none. */
const char *editor_last(const char *than);
/* What the next line is to begin with. */
void editor_preset(const char *text);
/* Begin to read an entry. The prompt is copied; colour sequences may be in it. When more than one
 * was typed at once (a paste), it is the next of them, entered as if by hand. */
void editor_start(const char *prompt);
/* An entry was refused or interrupted: forget those that were typed together with it. True when
 * there were any. */
bool editor_drop(void);
bool editor_is_reading(void);
/* Something was read and waits for editor_read, which standard input would not tell. */
bool editor_has_input(void);
void editor_read(void);
/* Ctrl-C: what was typed is dropped, a fresh prompt comes. True when there was something. */
bool editor_interrupt(void);
/* Something else is to be written: the line goes off the screen, and comes back. */
void editor_hide(void);
void editor_show(void);
/* The two as struct run has them. */
void editor_around(void *arg, bool before);
/* For io/loop, of signal_screen_fd: the screen has another size, or was somebody else's: then the
 * line is drawn where the cursor is, and the terminal set up again. */
void editor_on_screen(void *arg, unsigned events);
/* Another prompt for the entry under way. */
void editor_set_prompt(const char *prompt);
/* Give the terminal back. */
void editor_stop(void);

#endif
