/* SPDX-License-Identifier: BSD-3-Clause */
/* Names of keys that went over the screen: a bounded set that forgets the oldest. */
#ifndef VK_NAMES_SEEN_H
#define VK_NAMES_SEEN_H

#include <stdbool.h>
#include <stddef.h>

enum {
    NAMES_SEEN_MAX = 10000,       /* names, */
    NAMES_SEEN_BYTES = 1 << 20,   /* and bytes of all of them; */
    NAMES_SEEN_NAME_MAX = 1 << 10 /* a longer one is not kept */
};

struct names_seen;

struct names_seen *names_seen_new(void);
void names_seen_free(struct names_seen *s);
void names_seen_clear(struct names_seen *s);
/* It is the newest now. */
void names_seen_add(struct names_seen *s, const char *p, size_t len);
/* It is gone from the server. */
void names_seen_drop(struct names_seen *s, const char *p, size_t len);
/* Call fn with those that begin so, the newest first, until it returns false. */
typedef bool names_seen_fn(void *arg, const char *p, size_t len);
void names_seen_each(const struct names_seen *s, const char *prefix, size_t len, names_seen_fn *fn,
                     void *arg);

#endif
