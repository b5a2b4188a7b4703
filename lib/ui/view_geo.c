/* SPDX-License-Identifier: BSD-3-Clause */
/* Places: GEOSEARCH and GEORADIUS with their options, GEOPOS, GEOHASH. */
#include <string.h>

#include "ui/view_impl.h"

/* A number that RESP2 has as text. */
static void add_number(struct sheet *s, const char *name, const struct reply *r) {
    if (view_decode_is_text(r))
        sheet_typed(s, name, strlen(name), r->p, r->len);
    else
        sheet_reply(s, name, r);
}

static bool add_position(struct sheet *s, const struct reply *r) {
    if (r->type == RESP_NIL) {
        sheet_nil(s, "longitude");
        sheet_nil(s, "latitude");
        return true;
    }
    if (!view_decode_is_list(r) || r->n != 2) return false;
    add_number(s, "longitude", r->child);
    add_number(s, "latitude", r->child->next);
    return true;
}

/* What the options asked for, in the server's order. */
struct asked {
    bool distance, hash, position;
};

static bool add_place(struct sheet *s, const struct asked *k, const struct reply *r) {
    int64_t n = 1 + k->distance + k->hash + k->position;
    if (!view_decode_is_list(r) || r->n != n) return false;
    const struct reply *at = r->child;
    sheet_row(s);
    sheet_reply(s, "member", at);
    at = at->next;
    if (k->distance) {
        add_number(s, "distance", at);
        at = at->next;
    }
    if (k->hash) {
        sheet_reply(s, "hash", at);
        at = at->next;
    }
    return !k->position || add_position(s, at);
}

bool view_geo_search(struct sheet *s, const struct view_call *c, const struct reply *r) {
    struct asked k = {.distance = view_decode_has(c, 2, "withdist"),
                      .hash = view_decode_has(c, 2, "withhash"),
                      .position = view_decode_has(c, 2, "withcoord")};
    if (!view_decode_is_list(r) || !(k.distance || k.hash || k.position)) return false;
    for (const struct reply *at = r->child; at; at = at->next)
        if (!add_place(s, &k, at)) return false;
    return true;
}

/* One value for each member that was asked for. */
static bool is_one_each(const struct view_call *c, const struct reply *r) {
    return view_decode_is_list(r) && c->argc >= 2 && r->n == c->argc - 2;
}

bool view_geo_positions(struct sheet *s, const struct view_call *c, const struct reply *r) {
    int i = 2;
    if (!is_one_each(c, r)) return false;
    for (const struct reply *at = r->child; at; at = at->next, i++) {
        sheet_row(s);
        sheet_text(s, "member", c->argv[i], c->lens[i]);
        if (!add_position(s, at)) return false;
    }
    return true;
}

bool view_geo_hashes(struct sheet *s, const struct view_call *c, const struct reply *r) {
    int i = 2;
    if (!is_one_each(c, r)) return false;
    for (const struct reply *at = r->child; at; at = at->next, i++) {
        sheet_row(s);
        sheet_text(s, "member", c->argv[i], c->lens[i]);
        sheet_reply(s, "hash", at);
    }
    return true;
}
