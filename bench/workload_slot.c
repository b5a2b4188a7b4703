/* SPDX-License-Identifier: BSD-3-Clause */
/* Where the keys of an operation lie. See workload.h. What decides a slot is the key's hash part:
 * the text inside the first non-empty {...}, else all of it. It is {tag} (any slot may be put
 * there), or it holds numbers (the slot is that of the text with them), or it is always the same.
 */
#include <string.h>

#include "core/command.h"
#include "core/slots.h"
#include "workload_impl.h"

enum { KEYS_MAX = 1024 };

/* The hash part of a key: *from and its length. */
static size_t hash_part(const char *key, size_t len, size_t *from) {
    const char *open = memchr(key, '{', len);
    const char *end = open ? memchr(open, '}', len - (size_t)(open - key)) : NULL;
    bool tagged = end && end > open + 1;
    *from = tagged ? (size_t)(open + 1 - key) : 0;
    return tagged ? (size_t)(end - open - 1) : len;
}

/* What a key says of its slot. `at` and `len` are its hash part in the operation's bytes. */
struct part {
    enum workload_slot_rule rule;
    unsigned slot;
    size_t at, len;
};

static bool has_number(const struct workload *w, size_t at, size_t len) {
    for (int i = 0; i < w->template.n_holes; i++) {
        const struct resp_template_hole *h = &w->template.holes[i];
        if (h->at >= at && h->at + h->width <= at + len) return true;
    }
    return false;
}

/* A {tag} lies in it, or over its edge. */
static bool has_tag(const struct workload *w, const struct part *p) {
    for (int i = 0; i < w->template.n_holes; i++) {
        const struct resp_template_hole *h = &w->template.holes[i];
        if (w->holes[i].tag && h->at < p->at + p->len && h->at + h->width > p->at) return true;
    }
    return false;
}

static struct part part_of(const struct workload *w, const char *key, size_t len, size_t at) {
    size_t from, width = hash_part(key, len, &from);
    struct part p = {.rule = WORKLOAD_SLOT_FIXED, .at = at + from, .len = width};
    const size_t tag = sizeof WORKLOAD_TAG - 1;
    bool tagged = from && width == tag - 2 && !memcmp(key + from - 1, WORKLOAD_TAG, tag);
    if (w->tagged && tagged)
        p.rule = WORKLOAD_SLOT_BY_TAG;
    else if (has_number(w, p.at, p.len))
        p.rule = WORKLOAD_SLOT_BY_KEY;
    else
        p.slot = slots_of_key(key, len);
    return p;
}

/* The value of the number that fills hole k is the same as that of hole i. */
static bool is_shared(const struct workload *w, int i, int k) {
    return w->holes[i].group >= 0 && w->holes[i].group == w->holes[k].group &&
           w->holes[i].stream == w->holes[k].stream;
}

/* Two hash parts with numbers that are always the same text. */
static bool are_alike(const struct workload *w, size_t a, size_t b, size_t len) {
    const char *bytes = w->template.bytes.p;
    int i = 0, k = 0, n = w->template.n_holes;
    if (memcmp(bytes + a, bytes + b, len) != 0) return false;
    for (;; i++, k++) {
        while (i < n && w->template.holes[i].at < a)
            i++;
        while (k < n && w->template.holes[k].at < b)
            k++;
        if (i == n || w->template.holes[i].at >= a + len) return true;
        if (k == n || !is_shared(w, i, k)) return false;
    }
}

static bool is_same_slot(const struct workload *w, const struct part *p) {
    if (p->rule != w->slot_rule) return false;
    if (p->rule == WORKLOAD_SLOT_FIXED) return p->slot == w->slot;
    return p->rule == WORKLOAD_SLOT_BY_TAG ||
           (p->len == w->hash_len && are_alike(w, w->hash_at, p->at, p->len));
}

static int add_key(struct workload *w, const char *key, size_t len, size_t at, struct err *e) {
    struct part p = part_of(w, key, len, at);
    if (p.rule != WORKLOAD_SLOT_BY_TAG && has_tag(w, &p))
        return err_set(e, VK_EUSAGE, "{tag} in the key '%.*s' is not what decides its slot",
                       (int)(len < 60 ? len : 60), key);
    if (w->slot_rule == WORKLOAD_SLOT_ANY) {
        w->slot_rule = p.rule;
        w->slot = p.slot;
        w->hash_at = p.at;
        w->hash_len = p.len;
    } else if (!is_same_slot(w, &p)) {
        return err_set(e, VK_EUSAGE,
                       "the keys of one operation are of several slots ('%.*s' is one): put {tag} "
                       "into each of them",
                       (int)(len < 60 ? len : 60), key);
    }
    if (p.rule == WORKLOAD_SLOT_BY_KEY && p.len > WORKLOAD_HASH_MAX)
        return err_set(e, VK_EUSAGE, "a key with numbers has at most %d bytes", WORKLOAD_HASH_MAX);
    return 0;
}

static bool is_word(const char *p, size_t len, const char *word) {
    return len == strlen(word) && !strncasecmp(p, word, len);
}

int workload_slot_add(struct workload *w, int argc, const char *const *argv, const size_t *lens,
                      struct err *e) {
    int positions[KEYS_MAX], code = 0;
    const struct command_info *info = command_find(NULL, argc, argv, lens);
    int n = info ? command_keys(info, argc, argv, lens, positions, KEYS_MAX) : 0;
    w->reads_only = w->reads_only && command_info_reads_only(info, argc, argv, lens);
    if (is_word(argv[0], lens[0], "MULTI") || is_word(argv[0], lens[0], "WATCH")) w->tied = true;
    if (!info || n < 0) {
        /* not known: the first argument is the key, as a rule */
        positions[0] = 1;
        n = argc > 1;
    }
    for (int i = 0; i < n && i < KEYS_MAX && code == 0; i++) {
        size_t len;
        const char *key = resp_template_arg(&w->template, positions[i], &len);
        code = add_key(w, key, len, (size_t)(key - w->template.bytes.p), e);
    }
    return code;
}

/* ---- the slot of an operation ---- */

/* What the digits of v in group g add to the CRC: their low halves alone, as '0' has none. */
static uint16_t added_by(const struct workload *w, size_t at, int g, int v) {
    char text[WORKLOAD_HASH_MAX] = {0};
    char *last = text + at + WORKLOAD_DIGITS - 1 - 3 * g;
    for (int i = 0; i < 3; i++, v /= 10)
        last[-i] = (char)(v % 10);
    return slots_crc16(text, w->hash_len);
}

static void add_part(struct workload *w, int hole) {
    w->parts = mem_realloc(w->parts, (size_t)w->n_parts + 1, sizeof *w->parts);
    struct workload_slot_part *p = &w->parts[w->n_parts++];
    size_t at = w->template.holes[hole].at - w->hash_at;
    p->hole = hole;
    for (int g = 0; g < WORKLOAD_GROUPS; g++)
        for (int v = 0; v < WORKLOAD_GROUP; v++)
            p->adds[g][v] = added_by(w, at, g, v);
}

void workload_slot_finish(struct workload *w) {
    char text[WORKLOAD_HASH_MAX];
    const struct resp_template *t = &w->template;
    if (w->slot_rule != WORKLOAD_SLOT_BY_KEY) return;
    memcpy(text, t->bytes.p + w->hash_at, w->hash_len);
    for (int i = 0; i < t->n_holes; i++) {
        if (t->holes[i].at < w->hash_at || t->holes[i].at >= w->hash_at + w->hash_len) continue;
        memset(text + (t->holes[i].at - w->hash_at), '0', WORKLOAD_DIGITS);
        add_part(w, i);
    }
    w->hash_crc = slots_crc16(text, w->hash_len);
}

/* What the 12 digits of v add; six of them are a number of 32 bits, which is divided faster. */
static inline uint16_t added(const struct workload_slot_part *p, uint64_t v) {
    const uint64_t million = WORKLOAD_GROUP * WORKLOAD_GROUP;
    uint64_t high = v < million ? 0 : v / million;
    uint32_t low = (uint32_t)(v - high * million), up = (uint32_t)high;
    uint16_t crc = p->adds[0][low % WORKLOAD_GROUP] ^ p->adds[1][low / WORKLOAD_GROUP];
    if (up) crc ^= p->adds[2][up % WORKLOAD_GROUP] ^ p->adds[3][up / WORKLOAD_GROUP];
    return crc;
}

static inline unsigned slot_by_key(const struct workload *w, uint64_t op) {
    uint16_t crc = w->hash_crc;
    for (int i = 0; i < w->n_parts; i++)
        crc ^= added(&w->parts[i], workload_number(w, &w->holes[w->parts[i].hole], op));
    return crc & (SLOTS_COUNT - 1);
}

unsigned workload_slot(const struct workload *w, uint64_t op) {
    if (w->slot_rule == WORKLOAD_SLOT_BY_KEY) return slot_by_key(w, op);
    if (w->slot_rule != WORKLOAD_SLOT_BY_TAG) return w->slot;
    uint64_t bits = keygen_bits(w->seed, WORKLOAD_TAG_STREAM, op + w->op_base);
    return (unsigned)keygen_below(bits, SLOTS_COUNT);
}
