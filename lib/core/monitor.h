/* SPDX-License-Identifier: BSD-3-Clause */
/* One line of MONITOR, taken apart and put together:
 *     1339518083.107412 [0 127.0.0.1:60866] "SET" "key" "\x00\n"
 * The server escapes as follows: \" \\ \n \r \t \a \b, \xhh in lower case for what is not printable
 * ASCII, every other byte as itself. Exactly that is read, so a line that was accepted is put
 * together to the same bytes; a stray quote or an escape that a sound server does not print (Valkey
 * 8.1.0 and 8.1.1 print quotes and backslashes bare) is VK_EPARSE, since what was meant cannot be
 * told: show such a line raw and count it.
 *
 * Taking apart is lazy: monitor_head reads all up to the command's name, monitor_args as many
 * arguments as are asked for. What it gives points into the line where nothing was escaped, else
 * into the struct: valid while the line is and until the next monitor_head. */
#ifndef CORE_MONITOR_H
#define CORE_MONITOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

enum monitor_origin {
    MONITOR_TCP,     /* addr: "127.0.0.1:60866", "[::1]:60866" */
    MONITOR_UNIX,    /* addr: the path of the server's socket; blanks and brackets may be in it */
    MONITOR_LUA,     /* a script called it; addr is empty */
    MONITOR_UNKNOWN, /* anything else, also nothing; addr as it stands */
};

struct monitor_event {
    int64_t time_us; /* by the server's clock, since 1970 */
    int db;
    enum monitor_origin origin;
    const char *addr;
    size_t addr_len;
    int argc;                /* arguments taken apart so far, the command's name being the first */
    const char *const *argv; /* no NUL behind them */
    const size_t *lens;
};

struct monitor {
    struct monitor_event ev;
    bool whole; /* ev has all arguments of the line */
    /* private to monitor.c */
    const char *p, *end;
    const char **argv;
    size_t *lens;
    int cap, max_args;
    size_t max_bytes;
    struct buf bytes; /* arguments that had escapes in them */
};

/* max_args, max_bytes: of one line. */
void monitor_init(struct monitor *m, int max_args, size_t max_bytes);
void monitor_release(struct monitor *m);
/* Begin with a line (no '+', no CRLF), borrowed. Fills m->ev, of the arguments only the command's
 * name (argc is 0 when the line has none). VK_EPARSE: not a line of MONITOR; VK_ELIMIT: longer than
 * max_bytes. After an error m->ev is of no use. */
int monitor_head(struct monitor *m, const char *line, size_t len) MUST_CHECK;
/* Go on until the first n arguments are there, or all that the line has (INT_MAX: all, which alone
 * says that the whole line is sound). VK_EPARSE: malformed quoting; VK_ELIMIT: more than max_args.
 * After an error those taken apart before it stay. */
int monitor_args(struct monitor *m, int n) MUST_CHECK;
/* Append the line as the server prints it (no '+', no CRLF). VK_ELIMIT: out is full, and as it was.
 */
int monitor_put(struct buf *out, const struct monitor_event *ev);

#endif
