/* SPDX-License-Identifier: BSD-3-Clause */
/* The compatible faces: what vk says and sends when it was started as valkey-cli or redis-cli. */
#ifndef VK_FACE_H
#define VK_FACE_H

#include "client/client.h"
#include "options.h"

/* By the last component of argv[0]. */
enum face face_of(const char *argv0);
/* "vk", "valkey-cli", "redis-cli". */
const char *face_name(enum face f);
/* What --version says behind the name. */
const char *face_version(enum face f);
/* Print a failure in the face's words and return the face's exit code for it. */
int face_fail(const struct options *o, const struct err *e);
/* What the tool says of a command line that it does not like but takes. */
void face_warn(const struct options *o);
/* A bad command line: argv's word at fault is *at when known (NULL = not). Prints, returns the
 * code. */
int face_usage(const struct options *o, const struct err *e, const char *at);
/* What the tool sends on a new connection (AUTH, SELECT, HELLO, one by one, a refusal only
 * reported: VK_ESERVER without a text). Does nothing in the native face. */
int face_greet(const struct options *o, struct client *c, struct err *e) MUST_CHECK;
/* What the tool says on standard output before it sends a command: that it is going to listen. */
void face_announce(const struct options *o, int argc, const char *const *argv, const size_t *lens,
                   struct buf *out);
/* True when nothing may follow the command on its connection: the tool only listens then. */
bool face_listens_after(int argc, const char *const *argv, const size_t *lens);
/* A line of a script that the tool does not send: its answer goes to out. */
bool face_keeps_line(const struct options *o, int argc, const char *const *argv, struct buf *out);

#endif
