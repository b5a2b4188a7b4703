/* SPDX-License-Identifier: BSD-3-Clause */
/* --bigkeys, --memkeys and --hotkeys of the compatible faces: what the tool prints, to the byte.
 * How a page's replies come is common to them; what is asked of a key and what is printed of a page
 * is each one's own. */
#ifndef VK_KEYS_FACE_H
#define VK_KEYS_FACE_H

#include "sweep.h"

int keys_face_bigkeys(struct run *r);
int keys_face_memkeys(struct run *r);

/* ---- for hotkeys_face.c as well ---- */

struct keys_face_page;

struct keys_face_key {
    struct keys_face_page *page;
    const char *name; /* with a NUL behind it */
    size_t len;
    int type;       /* of keys_face's own; -1 = it is gone */
    uint64_t value; /* size or frequency */
};

struct keys_face;

struct keys_face_kind {
    const char *title; /* "find biggest keys": the first line */
    /* Submit what is asked of a key, by keys_face_ask. */
    void (*ask)(struct keys_face *f, struct keys_face_key *k);
    /* All replies of the page are in; percent: of the keys that were counted before it. */
    void (*take)(struct keys_face *f, const struct keys_face_key *keys, size_t n, double percent);
};

struct keys_face {
    const struct keys_face_kind *kind;
    struct run *run;
    struct fleet fleet;
    struct sweep *sweep;
    uint64_t total, sampled;
    double percent; /* before the last page */
    bool failed; /* it was said why: the end, with 1 */
};

/* cb gets the key. */
void keys_face_ask(struct keys_face *f, struct keys_face_key *k, int argc, const char *const *argv,
                   const size_t *lens, session_cb *cb);
/* Behind each reply. */
void keys_face_answered(struct keys_face *f, struct keys_face_key *k);
struct keys_face *keys_face_of(const struct keys_face_key *k);
/* One more key is counted. */
void keys_face_count(struct keys_face *f, double percent);
/* Header, walk, "summary". True: what it found is to be printed behind that. *code: the exit code
 * otherwise. To be ended by keys_face_end. */
bool keys_face_walk(struct keys_face *f, int *code);
void keys_face_end(struct keys_face *f);

#endif
