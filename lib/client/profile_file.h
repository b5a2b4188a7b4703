/* SPDX-License-Identifier: BSD-3-Clause */
/* The text of a file of profiles: its sections and keys, one by one. Private to profile. */
#ifndef CLIENT_PROFILE_FILE_H
#define CLIENT_PROFILE_FILE_H

#include "base/buf.h"

/* A text, and what is called for each of its parts; the first code other than 0 ends it. line
 * counts from 1. A key comes with the section that it stands in. */
struct profile_file {
    const char *path; /* for messages */
    const char *text;
    size_t len;
    int (*on_section)(void *arg, int line, const char *name, struct err *e); /* may be NULL */
    int (*on_key)(void *arg, int line, const char *section, const char *key, const char *value,
                  struct err *e); /* may be NULL */
    void *arg;
};

/* 0, the callback's code, or VK_EUSAGE "PATH:LINE: ..." (never with a value in it). */
int profile_file_read(const struct profile_file *f, struct err *e) MUST_CHECK;
/* Such an error. */
int profile_file_fail(const char *path, int line, const char *text, struct err *e);

#endif
