/* SPDX-License-Identifier: BSD-3-Clause */
/* --hotkeys as the tool has it: by OBJECT FREQ alone. */
#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "hotkeys.h"
#include "keys_face.h"
#include "resp/quote.h"

enum { LINE_KEY_MAX = 1 << 30 };

struct hot {
    uint64_t count;
    char *name; /* in quotes; NULL = none yet */
};

struct hotkeys {
    struct keys_face face; /* first: the callbacks get it */
    struct hot *pool;      /* the least first */
    int n;
};

static void on_freq(void *arg, int code, const struct resp_event *ev) {
    struct keys_face_key *k = arg;
    struct keys_face *f = keys_face_of(k);
    if (code == VK_MORE) return;
    if (code == 0 && ev && ev->type == RESP_INT) {
        k->value = (uint64_t)ev->n;
    } else if (code == 0 && ev && resp_read_is_error(ev->type) && !f->failed) {
        f->failed = true;
        msg_say("Error: %.*s", (int)ev->len, ev->p);
    } else if (code == 0 && ev && !f->failed) {
        struct buf name;
        buf_init(&name, LINE_KEY_MAX);
        resp_quote_add(&name, k->name, k->len);
        msg_say("Warning: OBJECT freq on '%s' failed (may have been deleted)", buf_cstr(&name));
        buf_release(&name);
    }
    keys_face_answered(f, k);
}

static void ask(struct keys_face *f, struct keys_face_key *k) {
    const char *const argv[] = {"OBJECT", "FREQ", k->name};
    const size_t lens[] = {6, 4, k->len};
    keys_face_ask(f, k, 3, argv, lens, on_freq);
}

/* The place of a count among those that are less; -1 = none. */
static int place_of(const struct hotkeys *h, uint64_t count) {
    int i = 0;
    while (i < h->n && count > h->pool[i].count)
        i++;
    return i - 1;
}

static void take_one(struct hotkeys *h, const struct keys_face_key *k, double percent) {
    int at = place_of(h, k->value);
    struct buf name;
    if (at < 0) return;
    if (at == 0 || !h->pool[at].count) {
        free(h->pool[at].name);
    } else {
        free(h->pool[0].name);
        memmove(h->pool, h->pool + 1, (size_t)at * sizeof *h->pool);
    }
    buf_init(&name, LINE_KEY_MAX);
    resp_quote_add(&name, k->name, k->len);
    h->pool[at] = (struct hot){k->value, mem_strdup(buf_cstr(&name))};
    buf_addf(&h->face.run->out, "[%05.2f%%] Hot key '%s' found so far with counter %llu\n", percent,
             h->pool[at].name, (unsigned long long)k->value);
    buf_release(&name);
}

static void take(struct keys_face *f, const struct keys_face_key *keys, size_t n, double percent) {
    for (size_t i = 0; i < n; i++) {
        keys_face_count(f, percent);
        take_one((struct hotkeys *)f, &keys[i], percent);
    }
}

static void print(const struct hotkeys *h) {
    for (int i = h->n - 1; i >= 0; i--)
        if (h->pool[i].count)
            buf_addf(&h->face.run->out, "hot key found with counter: %llu\tkeyname: %s\n",
                     (unsigned long long)h->pool[i].count, h->pool[i].name);
}

int hotkeys_face(struct run *r) {
    static const struct keys_face_kind kind = {"find hot keys", ask, take};
    struct hotkeys h = {.face = {.kind = &kind, .run = r}, .n = (int)r->opts->keys.hotkeys_count};
    int code;
    h.pool = mem_zalloc((size_t)h.n, sizeof *h.pool);
    if (keys_face_walk(&h.face, &code)) print(&h);
    keys_face_end(&h.face);
    for (int i = 0; i < h.n; i++)
        free(h.pool[i].name);
    free(h.pool);
    return code;
}
