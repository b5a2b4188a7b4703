/* SPDX-License-Identifier: BSD-3-Clause */
/* Telling the connection's own commands from all others. A command whose arguments are wrong may
 * pass for one of them: the server's refusal then undoes it. */
#include "core/verb.h"

#include <limits.h>

#include "core/args.h"

/* Argument 1 as a number from 0 to INT_MAX, or other. */
static int number(const struct args *a, int other) {
    int64_t n;
    if (a->argc < 2 || str_to_i64(a->argv[1], args_len(a, 1), &n)) return other;
    return n >= 0 && n <= INT_MAX ? (int)n : other;
}

static struct verb of_client(const struct args *a) {
    bool reply = args_is(a, 1, "REPLY") && a->argc == 3, tracking = args_is(a, 1, "TRACKING");
    bool on = args_is(a, 2, "ON"), off = args_is(a, 2, "OFF");
    if (args_is(a, 1, "SETNAME") && a->argc == 3) return (struct verb){VERB_NAME, 0};
    if (args_is(a, 1, "NO-EVICT") && (on || off)) return (struct verb){VERB_NO_EVICT, on};
    if (args_is(a, 1, "NO-TOUCH") && (on || off)) return (struct verb){VERB_NO_TOUCH, on};
    if (reply && args_is(a, 2, "SKIP")) return (struct verb){VERB_REPLY_SKIP, 0};
    if (reply && on) return (struct verb){VERB_REPLY_ON, 0};
    if (reply && off) return (struct verb){VERB_REPLY_OFF, 0};
    if (tracking && (on || off)) return (struct verb){VERB_TRACKING, on};
    return (struct verb){VERB_PLAIN, 0};
}

enum { CLIENT = -1, READWRITE = -2 };

static int find(const char *name, size_t len) {
    static const struct {
        const char *name;
        unsigned char len;
        signed char kind;
    } names[] = {
        {"AUTH", 4, VERB_AUTH},
        {"EXEC", 4, VERB_EXEC},
        {"HELLO", 5, VERB_HELLO},
        {"MULTI", 5, VERB_MULTI},
        {"RESET", 5, VERB_RESET},
        {"WATCH", 5, VERB_WATCH},
        {"CLIENT", 6, CLIENT},
        {"SELECT", 6, VERB_SELECT},
        {"DISCARD", 7, VERB_DISCARD},
        {"MONITOR", 7, VERB_MONITOR},
        {"UNWATCH", 7, VERB_UNWATCH},
        {"READONLY", 8, VERB_READONLY},
        {"READWRITE", 9, READWRITE},
        {"SUBSCRIBE", 9, VERB_SUBSCRIBE},
        {"PSUBSCRIBE", 10, VERB_PSUBSCRIBE},
        {"SSUBSCRIBE", 10, VERB_SSUBSCRIBE},
        {"UNSUBSCRIBE", 11, VERB_UNSUBSCRIBE},
        {"PUNSUBSCRIBE", 12, VERB_PUNSUBSCRIBE},
        {"SUNSUBSCRIBE", 12, VERB_SUNSUBSCRIBE},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].len == len && str_ieq(name, len, names[i].name)) return names[i].kind;
    return VERB_PLAIN;
}

struct verb verb_of(int argc, const char *const *argv, const size_t *lens) {
    struct args a = {argc, argv, lens};
    size_t len = args_len(&a, 0);
    if (len < 4 || len > 12) return (struct verb){VERB_PLAIN, 0};
    int found = find(argv[0], len);
    if (found == CLIENT) return of_client(&a);
    if (found == READWRITE) return (struct verb){VERB_READONLY, false};
    struct verb v = {(enum verb_kind)found, argc - 1};
    if (v.kind == VERB_HELLO) v.n = number(&a, 0);
    if (v.kind == VERB_SELECT) v.n = number(&a, 0);
    if (v.kind == VERB_READONLY) v.n = true;
    return v;
}
