/* SPDX-License-Identifier: BSD-3-Clause */
/* See bulk_refuse.h. Asked for each command, so by its first letter and its length first. */
#include "bulk_refuse.h"

#include <stdbool.h>

#include "base/str.h"
#include "resp/framer.h"

static const struct {
    const char *name, *why;
} refused[] = {
    {"SUBSCRIBE", "SUBSCRIBE has a reply per channel"},
    {"PSUBSCRIBE", "PSUBSCRIBE has a reply per pattern"},
    {"SSUBSCRIBE", "SSUBSCRIBE has a reply per channel"},
    {"UNSUBSCRIBE", "UNSUBSCRIBE has a reply per channel"},
    {"PUNSUBSCRIBE", "PUNSUBSCRIBE has a reply per pattern"},
    {"SUNSUBSCRIBE", "SUNSUBSCRIBE has a reply per channel"},
    {"MONITOR", "MONITOR has replies without end"},
    {"SYNC", "SYNC makes the connection a replica's"},
    {"PSYNC", "PSYNC makes the connection a replica's"},
    {"QUIT", "QUIT ends the connection"},
};

/* CLIENT REPLY OFF, SKIP; ON is answered as any other. */
static bool stops_replies(const char *p, size_t len, size_t at) {
    const char *word;
    size_t n;
    if (!resp_framer_arg(p, len, &at, &word, &n) || !str_ieq(word, n, "REPLY")) return false;
    return resp_framer_arg(p, len, &at, &word, &n) && !str_ieq(word, n, "ON");
}

static bool may_be_refused(char first) {
    switch (first | 0x20) {
    case 's':
    case 'p':
    case 'u':
    case 'm':
    case 'q': return true;
    default: return false;
    }
}

const char *bulk_refuse(const char *p, size_t len) {
    const char *name;
    size_t n, at = 0;
    if (!resp_framer_arg(p, len, &at, &name, &n) || n < 4) return NULL;
    if (n == 6 && str_ieq(name, n, "CLIENT"))
        return stops_replies(p, len, at) ? "CLIENT REPLY takes replies away" : NULL;
    if (!may_be_refused(*name)) return NULL;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (str_ieq(name, n, refused[i].name)) return refused[i].why;
    return NULL;
}
