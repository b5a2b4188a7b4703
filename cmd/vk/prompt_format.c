/* SPDX-License-Identifier: BSD-3-Clause */
/* See prompt_format.h. */
#include "prompt_format.h"

#include <stdio.h>
#include <string.h>

#include "base/safe.h"
#include "base/str.h"

enum { HOST_KEPT = 8, PORT_KEPT = 8, ITEM_MAX = 512 };

int prompt_format_check(const char *format, struct err *e) {
    for (const char *p = strchr(format, '%'); p; p = strchr(p + 2, '%'))
        if (!p[1] || !strchr("peradusco%", p[1]))
            return err_set(e, VK_EUSAGE,
                           "prompt: unknown '%%%.1s' (valid: %%p %%e %%r %%a %%d %%u "
                           "%%s %%c %%o %%%%)",
                           p + 1);
    return 0;
}

/* What may be of any length and content: "db.exa..:6379". */
static void add_address(struct buf *out, const char *p, bool cut) {
    size_t len = strlen(p);
    if (!cut || len <= HOST_KEPT + 2 + PORT_KEPT) {
        safe_add(out, p, len, false);
        return;
    }
    const char *port = strrchr(p, ':');
    if (!port || strlen(port) > PORT_KEPT) port = p + len - PORT_KEPT;
    safe_add(out, p, HOST_KEPT, false);
    buf_adds(out, "..");
    safe_add(out, port, strlen(port), false);
}

static void add_colour(struct buf *out, int colour, bool on) {
    if (colour) buf_addf(out, "\x1b[%dm", on ? colour : 0);
}

struct fitting {
    bool no_role, cut;
};

/* False: the item is empty. */
static bool add_item(struct buf *out, char item, const struct prompt_facts *f,
                     const struct fitting *fit) {
    size_t before = out->len;
    switch (item) {
    case 'p': buf_adds(out, f->profile); break;
    case 'e': buf_adds(out, f->environment); break;
    case 'r': buf_adds(out, fit->no_role ? "" : f->role); break;
    case 'a': add_address(out, f->address, fit->cut); break;
    case 'd':
        if (f->db > 0) buf_addf(out, "[%d]", f->db);
        return true; /* it stands behind its address, without a blank */
    case 'u': safe_add(out, f->user, strlen(f->user), false); break;
    case 's': buf_adds(out, f->state); break;
    case '%': buf_addc(out, '%'); break;
    default: add_colour(out, f->colour, item == 'c'); return true;
    }
    return out->len > before;
}

static size_t visible(const struct buf *b) {
    size_t n = 0;
    for (size_t i = 0; i < b->len; i++) {
        if (b->p[i] == '\x1b')
            while (i < b->len && b->p[i] != 'm')
                i++;
        else
            n++;
    }
    return n;
}

static void compose(struct buf *out, const char *format, const struct prompt_facts *f,
                    const struct fitting *fit) {
    bool dropped = false; /* an empty item, and nothing to be seen since */
    for (const char *p = format; *p; p++) {
        if (*p != '%') {
            bool leads = dropped && *p == ' ' && !visible(out);
            if (!leads) buf_addc(out, *p);
            continue;
        }
        if (add_item(out, *++p, f, fit)) continue;
        dropped = true;
        if (out->len && out->p[out->len - 1] == ' ') out->len--;
    }
    if (!out->len || out->p[out->len - 1] != ' ') buf_addc(out, ' ');
}

const char *prompt_format(const char *format, const struct prompt_facts *f, int columns,
                          char text[PROMPT_MAX]) {
    static const struct fitting fittings[] = {{false, false}, {true, false}, {true, true}};
    struct buf out;
    buf_init(&out, PROMPT_MAX - 1);
    for (size_t i = 0; i < sizeof fittings / sizeof *fittings; i++) {
        buf_clear(&out);
        compose(&out, format, f, &fittings[i]);
        if (visible(&out) * 3 <= (size_t)columns * 2) break;
    }
    snprintf(text, PROMPT_MAX, "%s", buf_cstr(&out));
    buf_release(&out);
    return text;
}
