/* SPDX-License-Identifier: BSD-3-Clause */
/* Any value as a tree: counts in front, numbered elements, `field: value`. */
#include <string.h>

#include "base/safe.h"
#include "base/str.h"
#include "ui/oneline.h"
#include "ui/view_impl.h"
#include "ui/width.h"

enum {
    INDENT_MAX = 40,   /* deeper values are not moved further to the right */
    NAME_COLUMNS = 32, /* columns of a name that others are aligned with */
    KEY_BYTES = 4096,  /* of a map's key that is an aggregate */
};

static void put_blanks(struct buf *out, int n) {
    char *to = n > 0 ? buf_reserve(out, (size_t)n) : NULL;
    if (!to) return;
    memset(to, ' ', (size_t)n);
    out->len += (size_t)n;
}

static int deeper(int indent, int by) {
    return indent + by < INDENT_MAX ? indent + by : INDENT_MAX;
}

void view_tree_say(const struct view_pen *v, enum colour c, const char *text) {
    colour_puts(v->out, v->o->colour, c, text);
}

void view_tree_more(const struct view_pen *v, int indent, size_t n) {
    char text[STR_INT_MAX + 16] = "... ";
    if (!n) return;
    size_t len = 4 + str_put_u64(text + 4, n);
    memcpy(text + len, " more\n", 7);
    put_blanks(v->out, indent);
    view_tree_say(v, COLOUR_ASIDE, text);
}

/* --- scalars ---------------------------------------------------------------------------------- */

/* Text of a whole reply keeps its lines. JSON in a list that fits a row keeps to it. */
static void put_string(const struct view_pen *v, const struct reply *r, int indent, bool whole) {
    bool longer = v->o->columns <= 0 || r->len > (size_t)v->o->columns;
    if (view_json_is(r->p, r->len))
        view_json(v, r->p, r->len, whole || longer ? indent : VIEW_JSON_ROW);
    else if (oneline_is_plain(r->p, r->len, whole))
        buf_add(v->out, r->p, r->len);
    else
        oneline_quoted(v->out, r->p, r->len);
}

static void put_tagged(const struct view_pen *v, enum colour c, const char *tag,
                       const struct reply *r) {
    bool number = r->type == RESP_INT || r->type == RESP_DOUBLE;
    colour_begin(v->out, v->o->colour, c);
    if (!v->untagged || !number) buf_adds(v->out, tag);
    if (r->type == RESP_INT)
        buf_addi(v->out, r->n);
    else if (r->type == RESP_DOUBLE)
        oneline_number(v->out, r->p, r->len);
    else
        safe_add(v->out, r->p, r->len, false);
    colour_end(v->out, v->o->colour, c);
}

static void put_scalar(const struct view_pen *v, const struct reply *r, int indent) {
    switch (r->type) {
    case RESP_NIL: view_tree_say(v, COLOUR_NIL, "(nil)"); break;
    case RESP_BOOL: view_tree_say(v, COLOUR_NUMBER, r->n ? "(true)" : "(false)"); break;
    case RESP_INT: put_tagged(v, COLOUR_NUMBER, "(integer) ", r); break;
    case RESP_DOUBLE: put_tagged(v, COLOUR_NUMBER, "(double) ", r); break;
    case RESP_BIGNUM: put_tagged(v, COLOUR_NUMBER, "(big number) ", r); break;
    case RESP_ERROR:
    case RESP_BULK_ERROR: put_tagged(v, COLOUR_ERROR, "(error) ", r); break;
    case RESP_VERBATIM: safe_add(v->out, r->p, r->len, indent == 0); break;
    default: put_string(v, r, indent, indent == 0);
    }
    buf_addc(v->out, '\n');
}

/* --- aggregates ------------------------------------------------------------------------------- */

int view_tree_name_columns(const char *p, size_t n) {
    int columns;
    if (n > 4 * NAME_COLUMNS || !oneline_is_plain(p, n, false)) return 0;
    return width_fit(p, n, NAME_COLUMNS, &columns) == n ? columns : 0;
}

void view_tree_name(const struct view_pen *v, const char *p, size_t n, int columns) {
    int own = view_tree_name_columns(p, n);
    colour_begin(v->out, v->o->colour, COLOUR_FIELD);
    oneline_string(v->out, p, n);
    buf_addc(v->out, ':');
    colour_end(v->out, v->o->colour, COLOUR_FIELD);
    put_blanks(v->out, 1 + (own && own < columns ? columns - own : 0));
}

/* How many values of an aggregate are shown, in steps of a map's pairs. */
static size_t shown(const struct view_pen *v, size_t n) {
    return v->o->rows && v->o->rows < n ? v->o->rows : n;
}

static void put_key(const struct view_pen *v, const struct reply *key, int columns) {
    struct buf text;
    if (key->p && key->type != RESP_INT) {
        view_tree_name(v, key->p, key->len, columns);
        return;
    }
    buf_init(&text, (size_t)8 * KEY_BYTES);
    oneline_reply(&text, key, KEY_BYTES);
    colour_begin(v->out, v->o->colour, COLOUR_FIELD);
    if (text.len) buf_add(v->out, text.p, text.len);
    colour_end(v->out, v->o->colour, COLOUR_FIELD);
    buf_adds(v->out, ": ");
    buf_release(&text);
}

static int widest_key(const struct reply *r, size_t n) {
    int widest = 0;
    const struct reply *at = r->child;
    for (size_t i = 0; i < n && at && at->next; i++, at = at->next->next) {
        int columns = at->p && at->type != RESP_INT ? view_tree_name_columns(at->p, at->len) : 0;
        if (columns > widest) widest = columns;
    }
    return widest;
}

static void put_map(const struct view_pen *v, const struct reply *r, int indent, bool flat) {
    size_t total = (size_t)r->n / 2, n = shown(v, total), i = 0;
    int columns = widest_key(r, n);
    const struct reply *at = r->child;
    for (; i < n && at && at->next && view_more_wanted(v); i++, at = at->next->next) {
        put_blanks(v->out, indent);
        put_key(v, at, columns);
        view_tree(v, at->next, deeper(indent, 2), flat && view_decode_is_map(at->next));
    }
    view_tree_more(v, indent, total - n);
}

static void put_list(const struct view_pen *v, const struct reply *r, int indent) {
    char number[STR_INT_MAX + 2];
    size_t total = (size_t)r->n, n = shown(v, total), i = 0;
    int width = (int)str_put_u64(number, n) + 2;
    const struct reply *at = r->child;
    for (; i < n && at && view_more_wanted(v); i++, at = at->next) {
        size_t digits = str_put_u64(number, i + 1);
        memcpy(number + digits, ") ", 3);
        put_blanks(v->out, indent + width - 2 - (int)digits);
        view_tree_say(v, COLOUR_ASIDE, number);
        view_tree(v, at, deeper(indent, width), false);
    }
    view_tree_more(v, indent, total - n);
}

static bool is_map(const struct reply *r, bool flat) {
    return r->type == RESP_MAP || (flat && r->type == RESP_ARRAY && r->n % 2 == 0);
}

static void put_count(const struct view_pen *v, const struct reply *r, bool map) {
    char text[STR_INT_MAX + 3] = "(";
    size_t n = 1 + str_put_u64(text + 1, (uint64_t)r->n / (map ? 2 : 1));
    memcpy(text + n, ")", 2);
    if (r->n == 0)
        view_tree_say(v, COLOUR_NIL,
                      map                   ? "(empty map)"
                      : r->type == RESP_SET ? "(empty set)"
                                            : "(empty list)");
    else
        view_tree_say(v, COLOUR_ASIDE, text);
    buf_addc(v->out, '\n');
}

void view_tree(const struct view_pen *v, const struct reply *r, int indent, bool flat) {
    bool map = is_map(r, flat);
    if (!resp_read_is_aggregate(r->type)) {
        put_scalar(v, r, indent);
        return;
    }
    put_count(v, r, map);
    if (map)
        put_map(v, r, indent, flat);
    else
        put_list(v, r, indent);
}
