/* SPDX-License-Identifier: BSD-3-Clause */
/* The text of INFO: "name:value" lines. */
#ifndef CORE_INFO_H
#define CORE_INFO_H

#include <stdbool.h>
#include <stdint.h>

#include "resp/reply.h"

struct info_line {
    const char *name, *value; /* in the text */
    size_t name_len, len;
};

/* The next "name:value" of the text p[0..end), headings and empty lines passed over; *p moves
 * behind it. False: that was all. */
bool info_next(const char **p, const char *end, struct info_line *line);
bool info_is(const struct info_line *line, const char *name);
/* Of a value like "keys=12,expires=0" the number of a name; false, and *out untouched, when it is
 * not there. */
bool info_part(const struct info_line *line, const char *name, uint64_t *out);
/* "dbN:keys=...": which database's line it is; -1 = of none. */
int64_t info_db(const struct info_line *line);

/* The value of name in the reply of INFO, cut to cap bytes with their NUL. False, and "", when it
 * is not there. */
bool info_field(const struct reply *r, const char *name, char *out, size_t cap);

/* The reply of INFO server is a cluster node's, by either of the names that servers give it. */
bool info_is_cluster(const struct reply *r);

/* The keys that the reply of INFO keyspace tells of, in database db; -1 = in all. 0 when it tells
 * nothing. */
uint64_t info_keys(const struct reply *r, int db);

#endif
