/* SPDX-License-Identifier: BSD-3-Clause */
/* The flags of notify-keyspace-events: which events a server tells, and in which of the two forms.
 * No I/O. */
#ifndef VKTAIL_NOTIFY_H
#define VKTAIL_NOTIFY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

typedef unsigned notify_set;

/* The set that a flags' text means: "A" is all of "g$lshzxetd". Letters that are not known count
 * nothing. */
notify_set notify_parse(const char *text, size_t len);
/* Append the letters of a set, "A" where it holds. */
void notify_add(struct buf *out, notify_set set);
/* The flag under which a server tells an event ("expired": x); all of A for a pattern, or for an
 * event that is not known. */
notify_set notify_of_event(const char *event, size_t len);
/* The flags behind a channel or pattern such as "__keyevent@*__:expired"; all of K, E and A when it
 * cannot be told. */
notify_set notify_of_channel(const char *pattern);
/* What of `asked` is told under `present`: nothing, for want of a form or of any kind of event. */
bool notify_is_deaf(notify_set present, notify_set asked);

/* "__keyspace@0__:user:1" or "__keyevent@0__:expired" as such a message's channel. */
struct notify_channel {
    bool is_event; /* the rest is the event, the payload the key; else the other way round */
    int db;
    const char *rest; /* inside the text */
    size_t len;
};
bool notify_take_channel(struct notify_channel *out, const char *p, size_t len);

#endif
