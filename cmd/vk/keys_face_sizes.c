/* SPDX-License-Identifier: BSD-3-Clause */
/* --bigkeys and --memkeys as the tool has them. */
#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "base/str.h"
#include "keys_face.h"
#include "resp/quote.h"

enum { TYPES_MAX = 256, KNOWN = 6, NAME_MAX_BYTES = 64, LINE_KEY_MAX = 1 << 30 };

struct type {
    char name[NAME_MAX_BYTES];
    const char *unit, *command; /* command NULL = nobody can tell */
    uint64_t keys, sum, most;
    struct buf biggest; /* its name, in quotes */
};

struct sizes {
    struct keys_face face; /* first: the callbacks get it */
    bool memory;
    struct type types[TYPES_MAX];
    int n_types;
    uint64_t name_bytes;
    uint64_t n_asked; /* TYPE was answered so often */
};

static const struct type known[KNOWN] = {
    {.name = "string", .unit = "bytes", .command = "STRLEN"},
    {.name = "list", .unit = "items", .command = "LLEN"},
    {.name = "set", .unit = "members", .command = "SCARD"},
    {.name = "hash", .unit = "fields", .command = "HLEN"},
    {.name = "zset", .unit = "members", .command = "ZCARD"},
    {.name = "stream", .unit = "entries", .command = "XLEN"},
};

static struct sizes *sizes_of(struct keys_face *f) {
    return (struct sizes *)f;
}

/* -1 when there are too many. */
static int type_of(struct sizes *s, const char *name, size_t len) {
    if (len >= NAME_MAX_BYTES) len = NAME_MAX_BYTES - 1;
    for (int i = 0; i < s->n_types; i++)
        if (strlen(s->types[i].name) == len && !memcmp(s->types[i].name, name, len)) return i;
    if (s->n_types == TYPES_MAX) return -1;
    struct type *t = &s->types[s->n_types];
    *t = (struct type){.unit = "?"};
    memcpy(t->name, name, len);
    buf_init(&t->biggest, LINE_KEY_MAX);
    return s->n_types++;
}

/* ---- what is asked ---- */

static const char *command_of(const struct sizes *s, const struct keys_face_key *k) {
    return s->memory ? "MEMORY USAGE" : s->types[k->type].command;
}

static void on_size(void *arg, int code, const struct resp_event *ev) {
    struct keys_face_key *k = arg;
    struct keys_face *f = keys_face_of(k);
    if (code == VK_MORE) return;
    if (code == 0 && ev && ev->type == RESP_INT)
        k->value = (uint64_t)ev->n;
    else if (code == 0)
        msg_say("Warning:  %s on '%s' failed (may have changed type)", command_of(sizes_of(f), k),
                k->name);
    keys_face_answered(f, k);
}

static void ask_size(struct keys_face *f, struct keys_face_key *k) {
    struct sizes *s = sizes_of(f);
    const char *command = command_of(s, k);
    char samples[STR_INT_MAX];
    int64_t n = f->run->opts->keys.memkeys_samples;
    if (!command) return;
    if (!s->memory) {
        const char *const argv[] = {command, k->name};
        const size_t lens[] = {strlen(command), k->len};
        keys_face_ask(f, k, 2, argv, lens, on_size);
    } else {
        const char *const argv[] = {"MEMORY", "USAGE", k->name, "SAMPLES", samples};
        const size_t lens[] = {6, 5, k->len, 7, str_put_i64(samples, n)};
        keys_face_ask(f, k, n > 0 ? 5 : 3, argv, lens, on_size);
    }
}

static void on_type(void *arg, int code, const struct resp_event *ev) {
    struct keys_face_key *k = arg;
    struct keys_face *f = keys_face_of(k);
    if (code == VK_MORE) return;
    k->type = -1;
    if (code == 0 && ev && resp_read_is_error(ev->type) && !f->failed) {
        f->failed = true;
        msg_say("TYPE returned an error: %.*s", (int)ev->len, ev->p);
    } else if (code == 0 && ev && ev->p && !f->failed) {
        sizes_of(f)->n_asked++;
        if (ev->len != 4 || memcmp(ev->p, "none", 4) != 0)
            k->type = type_of(sizes_of(f), ev->p, ev->len);
    }
    if (k->type >= 0) ask_size(f, k);
    keys_face_answered(f, k);
}

static void ask(struct keys_face *f, struct keys_face_key *k) {
    const char *const argv[] = {"TYPE", k->name};
    const size_t lens[] = {4, k->len};
    k->type = -1;
    keys_face_ask(f, k, 2, argv, lens, on_type);
}

/* ---- what is printed ---- */

static const char *unit_of(const struct sizes *s, const struct type *t) {
    return s->memory ? "bytes" : t->unit;
}

static void take_biggest(struct sizes *s, struct type *t, const struct keys_face_key *k,
                         double percent) {
    t->most = k->value;
    buf_clear(&t->biggest);
    resp_quote_add(&t->biggest, k->name, k->len);
    buf_addf(&s->face.run->out, "[%05.2f%%] Biggest %-6s found so far '%s' with %llu %s\n", percent,
             t->name, buf_cstr(&t->biggest), (unsigned long long)k->value, unit_of(s, t));
}

static void take(struct keys_face *f, const struct keys_face_key *keys, size_t n, double percent) {
    struct sizes *s = sizes_of(f);
    for (size_t i = 0; i < n; i++) {
        const struct keys_face_key *k = &keys[i];
        if (k->type < 0) continue;
        struct type *t = &s->types[k->type];
        t->keys++;
        t->sum += k->value;
        s->name_bytes += k->len;
        keys_face_count(f, percent);
        if (k->value > t->most) take_biggest(s, t, k, percent);
    }
}

/* The tool's hash table gives its types back in an order that depends on how often it was asked. */
static const int *order_of(const struct sizes *s) {
    static const int orders[][KNOWN] = {{3, 1, 0, 5, 2, 4}, {0, 1, 3, 5, 2, 4}, {1, 3, 0, 5, 2, 4}};
    return orders[s->n_asked < 2 ? s->n_asked : 2];
}

static const struct type *type_at(const struct sizes *s, int i) {
    return &s->types[i < KNOWN ? order_of(s)[i] : i];
}

static void print(const struct sizes *s) {
    struct buf *out = &s->face.run->out;
    uint64_t sampled = s->face.sampled;
    buf_addf(out, "Total key length in bytes is %llu (avg len %.2f)\n\n",
             (unsigned long long)s->name_bytes,
             s->name_bytes ? (double)s->name_bytes / (double)sampled : 0);
    for (int i = 0; i < s->n_types; i++) {
        const struct type *t = type_at(s, i);
        if (t->most)
            buf_addf(out, "Biggest %6s found '%s' has %llu %s\n", t->name,
                     buf_cstr((struct buf *)&t->biggest), (unsigned long long)t->most,
                     unit_of(s, t));
    }
    buf_addc(out, '\n');
    for (int i = 0; i < s->n_types; i++) {
        const struct type *t = type_at(s, i);
        buf_addf(out, "%llu %ss with %llu %s (%05.2f%% of keys, avg size %.2f)\n",
                 (unsigned long long)t->keys, t->name, (unsigned long long)t->sum, unit_of(s, t),
                 sampled ? 100 * (double)t->keys / (double)sampled : 0,
                 t->keys ? (double)t->sum / (double)t->keys : 0);
    }
}

static int run_sizes(struct run *r, bool memory) {
    static const struct keys_face_kind kind = {"find biggest keys", ask, take};
    struct sizes *s = mem_zalloc(1, sizeof *s);
    int code;
    s->face = (struct keys_face){.kind = &kind, .run = r};
    s->memory = memory;
    memcpy(s->types, known, sizeof known);
    s->n_types = KNOWN;
    for (int i = 0; i < KNOWN; i++)
        buf_init(&s->types[i].biggest, LINE_KEY_MAX);
    if (keys_face_walk(&s->face, &code)) print(s);
    keys_face_end(&s->face);
    for (int i = 0; i < s->n_types; i++)
        buf_release(&s->types[i].biggest);
    free(s);
    return code;
}

int keys_face_bigkeys(struct run *r) {
    return run_sizes(r, false);
}

int keys_face_memkeys(struct run *r) {
    return run_sizes(r, true);
}
