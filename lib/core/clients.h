/* SPDX-License-Identifier: BSD-3-Clause */
/* CLIENT LIST and CLIENT INFO: a line taken apart, and a table of one server's clients by the
 * origin that MONITOR prints, so that a command can be joined with the user, name and library
 * behind it. */
#ifndef CORE_CLIENTS_H
#define CORE_CLIENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "core/monitor.h"

struct clients_text {
    const char *p; /* "" when the server does not tell */
    size_t len;
};

struct clients_entry {
    int64_t id;   /* -1 = not told */
    int64_t db;   /* -1 = not told */
    int64_t omem; /* bytes of output waiting; -1 = not told */
    struct clients_text addr, laddr, name, user, lib_name, lib_ver, flags, cmd;
};

/* One line (with or without its newline), borrowed by *out. Unknown fields are passed over; blanks
 * inside a value (a socket's path) are part of it. VK_EPARSE: it does not begin with "id=NUMBER".
 */
int clients_parse(const char *line, size_t len, struct clients_entry *out) MUST_CHECK;

struct clients;

/* max: clients kept at most. */
struct clients *clients_new(size_t max);
void clients_free(struct clients *c);
/* Replace all by the text of CLIENT LIST, which is copied. VK_EPARSE: a line is not a client's;
 * VK_ELIMIT: longer than CLIENTS_TEXT_MAX; the table is then as it was. */
int clients_take(struct clients *c, const char *text, size_t len, struct err *e) MUST_CHECK;
/* The client behind a line of MONITOR, until the next take. NULL: not known, or not to be told from
 * others (all clients of a unix socket have one origin), or none (scripts). */
const struct clients_entry *clients_of(const struct clients *c, enum monitor_origin origin,
                                       const char *addr, size_t len);
/* Clients in the table, and lines beyond max that were left out at the last take. */
size_t clients_count(const struct clients *c);
size_t clients_left_out(const struct clients *c);
/* i < count, in the order of the text. */
const struct clients_entry *clients_at(const struct clients *c, size_t i);

enum { CLIENTS_TEXT_MAX = 1 << 28 };

#endif
