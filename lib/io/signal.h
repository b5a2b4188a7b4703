/* SPDX-License-Identifier: BSD-3-Clause */
/* Signals as flags: a handler only counts, and interrupts the loop's wait. */
#ifndef IO_SIGNAL_H
#define IO_SIGNAL_H

#include <stdbool.h>

/* SIGPIPE is ignored (writes say EPIPE); SIGINT, SIGTERM and SIGHUP are counted from now on. */
void signal_setup(void);
/* The signal that asks us to stop (SIGINT, SIGTERM, SIGHUP), or 0. */
int signal_stop(void);
/* Readable while signal_stop says a signal; -1 before signal_setup. For io/loop. */
int signal_fd(void);
/* How many of these signals have come, ever: tells a new one from one that is known. For io/loop.
 */
unsigned signal_count(void);
/* SIGTSTP asks for a pause from now on, instead of stopping the process at once. It ends waits as
 * the others do. Nothing when it was handed down ignored. */
void signal_catch_pause(void);
/* It has come, and signal_pause was not called since. */
bool signal_pause_asked(void);
/* Stop the process as SIGTSTP does; returns when it goes on. */
void signal_pause(void);
/* Forget it (an interrupt that was dealt with). */
void signal_clear(void);
/* From now on: a descriptor that is readable when the terminal has another size, or when we were
 * stopped and go on; -1 when the system gives none. */
int signal_screen_fd(void);
/* Forget that. True: we were stopped meanwhile. */
bool signal_screen_clear(void);
/* Back to the default action, and die by it, so that the parent sees the true cause. */
void signal_reraise(int sig);

#endif
