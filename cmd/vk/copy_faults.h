/* SPDX-License-Identifier: BSD-3-Clause */
/* Keys that could not be copied: how many, by what the server said, and the first of each. */
#ifndef VK_COPY_FAULTS_H
#define VK_COPY_FAULTS_H

#include "base/buf.h"

enum { COPY_FAULTS_KINDS = 8, COPY_FAULTS_KEYS = 3 };

struct copy_fault {
    char text[160]; /* "BUSYKEY Target key name already exists." */
    uint64_t n;
    struct buf keys[COPY_FAULTS_KEYS];
    int n_keys;
};

struct copy_faults {
    uint64_t n;
    struct copy_fault kinds[COPY_FAULTS_KINDS]; /* the last one stands for all that have no room */
    int n_kinds;
};

void copy_faults_release(struct copy_faults *f);
void copy_faults_add(struct copy_faults *f, const char *text, size_t len, const char *key,
                     size_t key_len);
/* One line of standard error for each kind; advice(text) gives a phrase behind it, or NULL. */
void copy_faults_say(struct copy_faults *f, const char *what, const char *(*advice)(const char *));
/* As the next member of a JSON object. */
void copy_faults_json(struct copy_faults *f, struct buf *out);

#endif
