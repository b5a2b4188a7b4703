/* SPDX-License-Identifier: BSD-3-Clause */
/* Other programs: run one for its output; run one that must not outlive us. */
#ifndef IO_CHILD_H
#define IO_CHILD_H

#include <sys/types.h>
#include <termios.h>

#include "base/buf.h"

/* Run `sh -c command`, stdin from /dev/null, stderr ours, and append its standard output to out
 * (whose maximum is the limit). VK_EFILE: it could not be run, exited non-zero or died by a signal
 * (e says how), or printed too much; VK_ETIMEOUT after timeout_ms (> 0), VK_ECANCEL on a stop
 * signal (io/signal); the child and its process group are then killed. The text of e never holds
 * the output. */
int child_capture(const char *command, struct buf *out, int64_t timeout_ms,
                  struct err *e) MUST_CHECK;

/* The environment of a program that we start, beside ours. */
struct child_opts {
    const char *const *hidden; /* variables that its environment shall not have, NULL at the end */
    const char *setting;       /* "NAME=value" for it unless it has one of that name; or NULL */
};
/* The list for exec, to be freed; what is in it is o's and the environment's. */
char **child_environment(const struct child_opts *o);

/* Run `sh -c 'command "$1"'` with that argument on our terminal, which is its own meanwhile (its
 * Ctrl-C is none of ours), and wait for its end. The terminal's modes are put back. SIGTERM and
 * SIGHUP that come to us end it. VK_EFILE: it could not be run, exited non-zero or died by a
 * signal. */
int child_terminal(const char *command, const char *argument, const struct child_opts *o,
                   struct err *e) MUST_CHECK;

/* `sh -c command` with its standard input from us and its outputs ours; on a terminal it is in the
 * foreground with us. Its signals are the defaults. */
struct child_feed {
    pid_t pid; /* 0 = none */
    int fd;    /* to write to, does not block; EPIPE when nobody reads any more */
    bool on_terminal;
    struct termios modes; /* of the terminal, which an end by a signal may leave otherwise */
};
/* VK_EFILE. */
int child_feed_start(const char *command, const struct child_opts *o, struct child_feed *out,
                     struct err *e) MUST_CHECK;
/* There is no more to read; twice does no harm. */
void child_feed_close(struct child_feed *f);
/* The same, and wait for its end, however long it takes: its wait status. SIGTERM and SIGHUP that
 * come to us end it, SIGINT does not (the terminal's is its own). */
int child_feed_end(struct child_feed *f);

/* A server in a private folder under a guardian process that ends it and removes the folder when
 * told to or when we are gone, however we went (SIGKILL included). */
struct child_guarded {
    pid_t guardian;
    int lifeline; /* we hold the writing end; closing it ends the server */
    int status;   /* reading end: readable (end of file) when the server has ended */
};
/* An absolute path for a new folder under $TMPDIR, or under /tmp when that makes it longer than
 * max_len bytes (a socket's path in it is limited). Nothing is there yet: the guardian makes the
 * folder, so that there is none without a guardian. The caller frees *path. VK_EFILE. */
int child_guard_folder(const char *prefix, size_t max_len, char **path, struct err *e) MUST_CHECK;
/* argv[0] is searched in PATH; the child's standard output and error go to log_path; folder is
 * made, private, and removed with everything in it at the end, and on failure. The terminal's
 * Ctrl-C does not reach the child. VK_EFILE, also when argv[0] cannot be executed or something is
 * at folder already. */
int child_guard(const char *const *argv, const char *folder, const char *log_path,
                struct child_guarded *out, struct err *e) MUST_CHECK;
/* The guarded program has ended by itself. */
bool child_guard_ended(const struct child_guarded *g);
/* End it (SIGTERM, after 3 s SIGKILL), wait until the folder is gone. Twice does no harm. */
void child_guard_end(struct child_guarded *g);
/* True when name is an executable in PATH. */
bool child_in_path(const char *name);

#endif
