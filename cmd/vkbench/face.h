/* SPDX-License-Identifier: BSD-3-Clause */
/* The compatible faces: what vkbench says when it was started as valkey-benchmark or
 * redis-benchmark. */
#ifndef VKBENCH_FACE_H
#define VKBENCH_FACE_H

#include "options.h"

/* By the last component of argv[0]. */
enum face face_of(const char *argv0);
/* "vkbench", "valkey-benchmark", "redis-benchmark". */
const char *face_name(enum face f);
/* What --version says behind the name. */
const char *face_version(enum face f);
/* Print a failure in the face's words and return the face's exit code for it. */
int face_fail(const struct options *o, const struct err *e);
/* The same when the cluster's topology could not be learnt. */
int face_fail_cluster(const struct options *o, const struct err *e);
/* A bad command line: argv's word at fault is *at when known. usage: the help text, which the tool
 * prints behind its complaint. Prints, returns the code. */
int face_usage(const struct options *o, const struct err *e, const char *at, struct buf *usage);
/* What the tool says of a command line that it does not like but takes. */
void face_warn(const struct options *o);

#endif
