/* SPDX-License-Identifier: BSD-3-Clause */
/* Which view a reply gets. See view.h. */
#include "ui/view.h"

#include <stdlib.h>
#include <string.h>

#include "base/safe.h"
#include "base/str.h"
#include "ui/render.h"
#include "ui/view_impl.h"

static const struct {
    const char *word;
    enum view_format format;
} formats[] = {
    {"table", VIEW_TABLE}, {"json", VIEW_JSON}, {"raw", VIEW_RAW},
    {"csv", VIEW_CSV},     {"hex", VIEW_HEX},
};

bool view_format_of(const char *word, size_t len, enum view_format *format) {
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (str_ieq(word, len, formats[i].word)) return *format = formats[i].format, true;
    return false;
}

/* --- with the lengths of the words ------------------------------------------------------------ */

/* lens NULL: counted, into *own, which the caller frees. */
static struct view_call call_of(int argc, const char *const *argv, const size_t *lens,
                                size_t **own) {
    *own = NULL;
    if (!lens && argc) {
        *own = mem_zalloc((size_t)argc, sizeof **own);
        for (int i = 0; i < argc; i++)
            (*own)[i] = strlen(argv[i]);
    }
    return (struct view_call){argc, argv, lens ? lens : *own};
}

/* --- the formats ------------------------------------------------------------------------------ */

static void put_rendered(const struct view_pen *v, enum render_format format,
                         const struct reply *r) {
    struct render_opts o = {.format = format, .safe = !v->o->as_is};
    struct render render;
    render_init(&render, &o, v->out, NULL, NULL);
    render_begin(&render, false);
    if (render_reply(&render, r) < 0) v->out->over = true;
    render_release(&render);
}

static bool table_line(const void *arg) {
    return view_more_wanted(arg);
}

static void put_sheet(const struct view_pen *v, const struct sheet *s, const char *const *brief) {
    struct table_opts o = {
        .columns = v->o->columns,
        .expanded = v->o->expanded,
        .colour = v->o->colour,
        .more_wanted = table_line,
        .arg = v,
    };
    if (sheet_table(s, &o, brief, v->out) < 0) v->out->over = true;
}

static void put_nothing(const struct view_pen *v, bool fields) {
    view_tree_say(v, COLOUR_NIL, fields ? "(empty map)" : "(empty list)");
    buf_addc(v->out, '\n');
}

/* As what the command's replies are known to be. */
static bool put_known(const struct view_pen *v, const struct view_call *c,
                      const struct view_known *k, const struct reply *r) {
    struct sheet s;
    if (!k->decode) return false;
    sheet_init(&s, k->fields ? 0 : v->o->rows);
    s.for_people = true;
    bool good = k->decode(&s, c, r), fields = k->fields || s.single;
    if (good && !s.n && !s.caption)
        put_nothing(v, fields);
    else if (good && fields)
        view_fields(v, &s);
    else if (good)
        put_sheet(v, &s, k->brief);
    sheet_release(&s);
    return good;
}

/* Text for people: its lines. */
static void put_plain(const struct view_pen *v, const struct reply *r) {
    const char *p = r->p, *line;
    size_t len;
    while (view_decode_line(&p, r->p + r->len, &line, &len) && view_more_wanted(v)) {
        safe_add(v->out, line, len, true);
        buf_addc(v->out, '\n');
    }
}

/* What HELP answers: lines that are indented. */
static bool is_help(const struct view_call *c, const struct reply *r) {
    if (c->argc < 2 || !str_ieq(c->argv[c->argc - 1], c->lens[c->argc - 1], "help")) return false;
    if (!view_decode_is_list(r)) return false;
    for (const struct reply *at = r->child; at; at = at->next)
        if (!view_decode_is_text(at)) return false;
    return true;
}

static void put_lines(const struct view_pen *v, const struct reply *list) {
    for (const struct reply *at = list->child; at; at = at->next) {
        safe_add(v->out, at->p, at->len, false);
        buf_addc(v->out, '\n');
    }
}

static void put_best(const struct view_pen *v, const struct view_call *c, const struct reply *r) {
    const struct view_known *k = view_known_find(c);
    bool text = view_decode_is_text(r);
    if (k && !resp_read_is_error(r->type) && put_known(v, c, k, r)) return;
    if (is_help(c, r))
        put_lines(v, r);
    else if (text && render_command_is_plain(c->argc, c->argv, c->lens))
        put_plain(v, r);
    else
        view_tree(v, r, 0, k && !k->decode);
}

static void put_table(const struct view_pen *v, const struct view_call *c, const struct reply *r) {
    const struct view_known *k = view_known_find(c);
    struct view_known any = {.decode = view_decode_any};
    struct reply map = *r;
    if (k && k->decode && put_known(v, c, k, r)) return;
    if (k && !k->decode && r->type == RESP_ARRAY && r->n % 2 == 0) map.type = RESP_MAP;
    if (!put_known(v, c, &any, &map)) put_best(v, c, r);
}

static bool put_typed(const struct view_call *c, const struct view_known *k, const struct reply *r,
                      struct buf *out) {
    struct sheet s;
    if (!k || !k->typed || resp_read_is_error(r->type)) return false;
    sheet_init(&s, 0);
    bool good = k->decode(&s, c, r);
    if (good) {
        (k->fields ? sheet_json_object : sheet_json_array)(&s, out);
        buf_addc(out, '\n');
    }
    sheet_release(&s);
    return good;
}

static void put_json(const struct view_pen *v, const struct view_call *c, const struct reply *r) {
    if (put_typed(c, view_known_find(c), r, v->out)) return;
    if (view_decode_is_text(r) && view_json_is(r->p, r->len)) {
        if (v->o->as_is)
            buf_add(v->out, r->p, r->len);
        else
            view_json(v, r->p, r->len, 0);
        buf_addc(v->out, '\n');
    } else {
        put_rendered(v, RENDER_NDJSON, r);
    }
}

/* --- exports ---------------------------------------------------------------------------------- */

int view_render(const struct view_opts *o, int argc, const char *const *argv, const size_t *lens,
                const struct reply *r, struct buf *out) {
    size_t *own;
    struct view_call c = call_of(argc, argv, lens, &own);
    struct view_pen v = {.o = o, .out = out};
    switch (o->format) {
    case VIEW_BEST: put_best(&v, &c, r); break;
    case VIEW_TABLE: put_table(&v, &c, r); break;
    case VIEW_JSON: put_json(&v, &c, r); break;
    case VIEW_RAW: put_rendered(&v, RENDER_RAW, r); break;
    case VIEW_CSV: put_rendered(&v, RENDER_CSV, r); break;
    case VIEW_HEX: view_hex(&v, r); break;
    }
    free(own);
    return out->over ? VK_ELIMIT : 0;
}

bool view_is_typed(int argc, const char *const *argv, const size_t *lens) {
    size_t *own;
    struct view_call c = call_of(argc, argv, lens, &own);
    const struct view_known *k = view_known_find(&c);
    free(own);
    return k && k->typed;
}

bool view_typed_json(int argc, const char *const *argv, const size_t *lens, const struct reply *r,
                     struct buf *out) {
    size_t *own;
    struct view_call c = call_of(argc, argv, lens, &own);
    bool good = put_typed(&c, view_known_find(&c), r, out);
    free(own);
    return good;
}
