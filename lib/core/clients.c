/* SPDX-License-Identifier: BSD-3-Clause */
/* CLIENT LIST. See clients.h.
 *
 * The table is the text, the entries that point into it, and a hash of the entries by their origin
 * (chains through `next`). A take builds a second table and changes the two over. */
#include "core/clients.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/str.h"

struct row {
    struct clients_entry entry;
    uint32_t next; /* of the same bucket, + 1; 0 = last */
    bool shared;   /* another has the same origin */
};

struct table {
    char *text;
    struct row *rows;
    uint32_t *buckets; /* row + 1; 0 = empty */
    size_t n, cap, mask, left_out;
};

struct clients {
    size_t max;
    struct table now;
};

/* --- one line --------------------------------------------------------------------------------- */

/* The next " name=value" at *p: the name, and the value up to the blank before the next name. */
static bool take_field(const char **p, const char *end, struct clients_text *name,
                       struct clients_text *value) {
    while (*p < end && **p == ' ')
        (*p)++;
    const char *from = *p, *equals = memchr(from, '=', (size_t)(end - from));
    if (!equals) return false;
    *name = (struct clients_text){from, (size_t)(equals - from)};
    const char *to = equals + 1, *blank;
    for (;;) {
        blank = memchr(to, ' ', (size_t)(end - to));
        if (!blank) blank = end;
        to = blank;
        while (to < end && *to == ' ')
            to++;
        const char *word_end = memchr(to, ' ', (size_t)(end - to));
        if (to == end || memchr(to, '=', (size_t)((word_end ? word_end : end) - to))) break;
    }
    *value = (struct clients_text){equals + 1, (size_t)(blank - equals) - 1};
    *p = blank;
    return true;
}

static bool named(const struct clients_text *name, const char *word) {
    return name->len == strlen(word) && !memcmp(name->p, word, name->len);
}

static void take_number(const struct clients_text *value, int64_t *out) {
    if (str_to_i64(value->p, value->len, out)) *out = -1;
}

static void put_field(struct clients_entry *c, const struct clients_text *name,
                      const struct clients_text *value) {
    const struct {
        const char *name;
        struct clients_text *text;
        int64_t *number;
    } fields[] = {
        {"id", NULL, &c->id},           {"addr", &c->addr, NULL},
        {"laddr", &c->laddr, NULL},     {"name", &c->name, NULL},
        {"db", NULL, &c->db},           {"flags", &c->flags, NULL},
        {"omem", NULL, &c->omem},       {"cmd", &c->cmd, NULL},
        {"user", &c->user, NULL},       {"lib-name", &c->lib_name, NULL},
        {"lib-ver", &c->lib_ver, NULL},
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (!named(name, fields[i].name)) continue;
        if (fields[i].number)
            take_number(value, fields[i].number);
        else
            *fields[i].text = *value;
        return;
    }
}

int clients_parse(const char *line, size_t len, struct clients_entry *out) {
    const struct clients_text none = {"", 0};
    struct clients_entry c = {-1, -1, -1, none, none, none, none, none, none, none, none};
    struct clients_text name, value;
    while (len && (line[len - 1] == '\n' || line[len - 1] == '\r'))
        len--;
    const char *p = line, *end = line + len;
    while (take_field(&p, end, &name, &value))
        put_field(&c, &name, &value);
    if (len < 3 || memcmp(line, "id=", 3) || c.id < 0) return VK_EPARSE;
    *out = c;
    return 0;
}

/* --- the table -------------------------------------------------------------------------------- */

/* What MONITOR prints for the client: "/path:0" of a unix socket (flag U) without its port. */
static struct clients_text origin_of(const struct clients_entry *c, enum monitor_origin *origin) {
    struct clients_text addr = c->addr;
    bool is_unix = c->flags.len && memchr(c->flags.p, 'U', c->flags.len);
    *origin = is_unix ? MONITOR_UNIX : MONITOR_TCP;
    if (is_unix && addr.len > 2 && !memcmp(addr.p + addr.len - 2, ":0", 2)) addr.len -= 2;
    return addr;
}

static struct row *find(const struct table *t, enum monitor_origin origin, const char *addr,
                        size_t len) {
    if (!t->n || !len) return NULL;
    for (uint32_t at = t->buckets[hash_bytes(addr, len, 0) & t->mask]; at;) {
        struct row *r = &t->rows[at - 1];
        enum monitor_origin its;
        struct clients_text text = origin_of(&r->entry, &its);
        if (its == origin && text.len == len && !memcmp(text.p, addr, len)) return r;
        at = r->next;
    }
    return NULL;
}

static void index_rows(struct table *t) {
    t->mask = 15;
    while (t->mask < t->n)
        t->mask = t->mask * 2 + 1;
    t->buckets = mem_zalloc(t->mask + 1, sizeof *t->buckets);
    for (size_t i = 0; i < t->n; i++) {
        enum monitor_origin origin;
        struct clients_text addr = origin_of(&t->rows[i].entry, &origin);
        if (!addr.len) continue;
        struct row *same = find(t, origin, addr.p, addr.len);
        if (same) {
            same->shared = true;
            continue;
        }
        uint32_t *bucket = &t->buckets[hash_bytes(addr.p, addr.len, 0) & t->mask];
        t->rows[i].next = *bucket;
        *bucket = (uint32_t)i + 1;
    }
}

static void release(struct table *t) {
    free(t->text);
    free(t->rows);
    free(t->buckets);
    *t = (struct table){0};
}

static void add_row(struct table *t, const struct clients_entry *entry, size_t max) {
    if (t->n == max) {
        t->left_out++;
        return;
    }
    if (t->n == t->cap) {
        t->cap = t->cap ? 2 * t->cap : 16;
        t->rows = mem_realloc(t->rows, t->cap, sizeof *t->rows);
    }
    t->rows[t->n++] = (struct row){.entry = *entry};
}

static int fill(struct table *t, size_t len, size_t max, struct err *e) {
    const char *p = t->text, *end = t->text + len;
    for (size_t number = 1; p < end; number++) {
        const char *newline = memchr(p, '\n', (size_t)(end - p)), *to = newline ? newline : end;
        struct clients_entry entry;
        if (to > p && clients_parse(p, (size_t)(to - p), &entry))
            return err_set(e, VK_EPARSE, "line %zu of CLIENT LIST is not a client's", number);
        if (to > p) add_row(t, &entry, max);
        p = to + 1;
    }
    index_rows(t);
    return 0;
}

struct clients *clients_new(size_t max) {
    struct clients *c = mem_zalloc(1, sizeof *c);
    c->max = max < UINT32_MAX ? max : UINT32_MAX - 1;
    return c;
}

void clients_free(struct clients *c) {
    if (!c) return;
    release(&c->now);
    free(c);
}

int clients_take(struct clients *c, const char *text, size_t len, struct err *e) {
    if (len > CLIENTS_TEXT_MAX)
        return err_set(e, VK_ELIMIT, "CLIENT LIST of %zu bytes is too long", len);
    struct table next = {.text = mem_dup(text, len)};
    int rc = fill(&next, len, c->max, e);
    release(rc ? &next : &c->now);
    if (!rc) c->now = next;
    return rc;
}

const struct clients_entry *clients_of(const struct clients *c, enum monitor_origin origin,
                                       const char *addr, size_t len) {
    const struct row *r = find(&c->now, origin, addr, len);
    return r && !r->shared ? &r->entry : NULL;
}

size_t clients_count(const struct clients *c) {
    return c->now.n;
}

size_t clients_left_out(const struct clients *c) {
    return c->now.left_out;
}

const struct clients_entry *clients_at(const struct clients *c, size_t i) {
    return &c->now.rows[i].entry;
}
