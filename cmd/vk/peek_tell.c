/* SPDX-License-Identifier: BSD-3-Clause */
/* What peek has found, as `name: value`. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/safe.h"
#include "peek_impl.h"
#include "ui/colour.h"
#include "ui/oneline.h"
#include "ui/sheet.h"

static void add_text(struct sheet *s, const char *name, const struct peek_fact *f) {
    bool refused = f->kind == PEEK_REFUSED && !strncmp(f->text, "NOPERM", 6);
    if (refused)
        sheet_text(s, name, "not allowed", 11);
    else if (f->kind == PEEK_REFUSED)
        sheet_add(s, name, strlen(name), SHEET_ERROR, f->text, strlen(f->text));
    else if (f->kind == PEEK_TEXT)
        sheet_text(s, name, f->text, strlen(f->text));
    else if (f->kind == PEEK_NUMBER)
        sheet_int(s, name, f->n);
}

/* "in 59.1 s", "in 23:59:01", "in 3 d 00:00:00" */
static int write_span(char *text, size_t cap, int64_t ms) {
    int64_t days = ms / 86400000;
    int s = (int)(ms / 1000 % 86400);
    if (ms < 60000) return snprintf(text, cap, "in %.1f s", (double)ms / 1000);
    if (!days) return snprintf(text, cap, "in %02d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
    return snprintf(text, cap, "in %" PRId64 " d %02d:%02d:%02d", days, s / 3600, s / 60 % 60,
                    s % 60);
}

static void add_ttl(struct sheet *s, const struct peek *p) {
    const struct peek_fact *ttl = &p->facts[PEEK_TTL], *until = &p->facts[PEEK_EXPIRES];
    if (ttl->kind != PEEK_NUMBER) {
        add_text(s, "expires", ttl);
    } else if (ttl->n < 0) {
        sheet_text(s, "expires", "never", 5);
    } else {
        char text[64];
        int len = write_span(text, sizeof text, ttl->n);
        sheet_text(s, "expires", arena_dup(&s->arena, text, (size_t)len), (size_t)len);
        if (until->kind == PEEK_NUMBER) sheet_show_time(s, until->n / 1000);
    }
}

static void fill(struct sheet *s, const struct peek *p) {
    const struct peek_fact *f = p->facts;
    add_text(s, "type", &f[PEEK_TYPE]);
    if (f[PEEK_TYPE].kind == PEEK_TEXT && f[PEEK_ENCODING].kind == PEEK_TEXT)
        sheet_show(s, "%s", f[PEEK_ENCODING].text);
    if (f[PEEK_ENCODING].kind == PEEK_REFUSED) add_text(s, "encoding", &f[PEEK_ENCODING]);
    add_text(s, "length", &f[PEEK_LENGTH]);
    if (f[PEEK_LENGTH].kind == PEEK_NUMBER)
        sheet_show(s, "%s", p->kind->unit[f[PEEK_LENGTH].n != 1]);
    add_text(s, "memory", &f[PEEK_MEMORY]);
    if (f[PEEK_MEMORY].kind == PEEK_NUMBER) sheet_show_bytes(s, f[PEEK_MEMORY].n);
    add_ttl(s, p);
    if (f[PEEK_IDLE].kind == PEEK_NUMBER)
        sheet_int(s, "idle", f[PEEK_IDLE].n), sheet_show(s, "s");
    else if (f[PEEK_FREQ].kind != PEEK_NUMBER)
        add_text(s, "idle", &f[PEEK_IDLE]);
    if (f[PEEK_FREQ].kind == PEEK_NUMBER) sheet_int(s, "frequency", f[PEEK_FREQ].n);
    if (f[PEEK_REFS].kind == PEEK_NUMBER && f[PEEK_REFS].n > 1)
        sheet_int(s, "references", f[PEEK_REFS].n);
}

static void put_field(struct peek *p, const struct sheet_cell *c) {
    bool colour = p->colour;
    struct buf value;
    buf_init(&value, 8 * PEEK_FACT_BYTES);
    enum colour class = sheet_table_cell(c, &value);
    buf_adds(&p->text, "  ");
    colour_begin(&p->text, colour, COLOUR_FIELD);
    buf_addf(&p->text, "%.*s:", (int)c->name_len, c->name);
    colour_end(&p->text, colour, COLOUR_FIELD);
    buf_addf(&p->text, "%*s", 11 - (int)c->name_len, "");
    colour_begin(&p->text, colour, class);
    buf_adds(&p->text, buf_cstr(&value));
    colour_end(&p->text, colour, class);
    if (c->shown) {
        bool unit = *c->shown >= 'a' && *c->shown <= 'z';
        buf_adds(&p->text, unit ? " " : "  ");
        colour_begin(&p->text, colour, COLOUR_ASIDE);
        safe_add(&p->text, c->shown, strlen(c->shown), false); /* the encoding is the server's */
        colour_end(&p->text, colour, COLOUR_ASIDE);
    }
    buf_addc(&p->text, '\n');
    buf_release(&value);
}

static void put_value(struct peek *p) {
    bool colour = p->colour;
    int64_t more = p->facts[PEEK_LENGTH].n - p->shown;
    if (!p->value.len) return;
    buf_adds(&p->text, "  ");
    colour_puts(&p->text, colour, COLOUR_FIELD, "value:");
    buf_addc(&p->text, '\n');
    for (size_t i = 0; i < p->value.len;) {
        const char *at = p->value.p + i, *end = memchr(at, '\n', p->value.len - i);
        size_t len = end ? (size_t)(end - at) + 1 : p->value.len - i;
        buf_adds(&p->text, "    ");
        buf_add(&p->text, at, len);
        i += len;
    }
    if (p->shown < 0 || p->facts[PEEK_LENGTH].kind != PEEK_NUMBER || more <= 0) return;
    colour_begin(&p->text, colour, COLOUR_ASIDE);
    buf_addf(&p->text, "    ... %" PRId64 " more %s", more, p->kind->unit[more != 1]);
    colour_end(&p->text, colour, COLOUR_ASIDE);
    buf_addc(&p->text, '\n');
}

void peek_tell(struct peek *p) {
    struct sheet s;
    bool colour = p->colour;
    bool missing =
        p->facts[PEEK_TYPE].kind == PEEK_TEXT && !strcmp(p->facts[PEEK_TYPE].text, "none");
    colour_begin(&p->text, colour, COLOUR_HEAD);
    oneline_string(&p->text, p->key, p->key_len);
    colour_end(&p->text, colour, COLOUR_HEAD);
    if (missing) {
        colour_puts(&p->text, colour, COLOUR_NIL, "  (no such key)");
        buf_addc(&p->text, '\n');
        return;
    }
    buf_addc(&p->text, '\n');
    sheet_init(&s, 0);
    sheet_row(&s);
    fill(&s, p);
    for (size_t i = 0; i < s.n; i++)
        put_field(p, &s.cells[i]);
    sheet_release(&s);
    put_value(p);
}
