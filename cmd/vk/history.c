/* SPDX-License-Identifier: BSD-3-Clause */
/* See history.h. In the file an entry is a line, in which \n, \\ and \xhh stand for a newline, a
 * backslash and other control bytes; any other backslash is itself. */
#include "history.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "core/redact.h"
#include "io/file.h"
#include "io/file_private.h"
#include "redirect.h"

enum {
    TRIM_TO = HISTORY_MAX - HISTORY_MAX / 10, /* so that not every start has to */
    FILE_BYTES_MAX = 1 << 28,
    KEPT_MAX = 2 * HISTORY_LINE_MAX, /* redacted forms may be longer */
};

struct entry {
    char *p; /* owned; a NUL behind it */
    size_t len;
    bool redacted;
};

struct history {
    char *path; /* NULL = memory only */
    struct entry entries[HISTORY_MAX];
    size_t first, n; /* a ring: the oldest, and how many there are */
    bool complained; /* of a file that cannot be written */
};

char *history_path(const char *name) {
    struct buf path;
    buf_init(&path, SIZE_MAX);
    bool known = file_xdg(&path, getenv("XDG_STATE_HOME"), getenv("HOME"), ".local/state");
    buf_addf(&path, "/valkit/history/%s", name ? name : "default");
    char *text = known ? mem_strdup(buf_cstr(&path)) : NULL;
    buf_release(&path);
    return text;
}

/* ---- memory ---- */

static struct entry *entry_at(const struct history *h, size_t i) {
    return (struct entry *)&h->entries[(h->first + i) % HISTORY_MAX];
}

static bool is_newest(const struct history *h, const char *p, size_t len) {
    const struct entry *last = h->n ? entry_at(h, h->n - 1) : NULL;
    return last && last->len == len && !memcmp(last->p, p, len);
}

static const char *keep(struct history *h, const char *p, size_t len) {
    if (h->n == HISTORY_MAX) {
        free(h->entries[h->first].p);
        h->first = (h->first + 1) % HISTORY_MAX;
        h->n--;
    }
    struct entry *new = entry_at(h, h->n++);
    *new = (struct entry){.p = mem_dup(p, len), .len = len};
    new->redacted = memmem(p, len, REDACT_TEXT, sizeof REDACT_TEXT - 1);
    return new->p;
}

size_t history_count(const struct history *h) {
    return h->n;
}

const char *history_entry(const struct history *h, size_t i, size_t *len) {
    const struct entry *found = entry_at(h, i);
    *len = found->len;
    return found->p;
}

const char *history_suggest(const struct history *h, const char *prefix, size_t prefix_len,
                            size_t *len) {
    for (size_t i = prefix_len ? h->n : 0; i--;) {
        const struct entry *found = entry_at(h, i);
        if (found->len <= prefix_len || found->redacted) continue;
        if (memcmp(found->p, prefix, prefix_len) != 0) continue;
        *len = found->len;
        return found->p;
    }
    return NULL;
}

/* ---- lines of the file ---- */

static void escape(struct buf *out, const char *p, size_t len) {
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)p[i];
        if (c == '\n')
            buf_adds(out, "\\n");
        else if (c == '\\')
            buf_adds(out, "\\\\");
        else if ((c < ' ' && c != '\t') || c == 0x7f)
            buf_addf(out, "\\x%02x", c);
        else
            buf_addc(out, p[i]);
    }
    buf_addc(out, '\n');
}

/* The escape at p, a backslash; how long it is. */
static size_t unescape_one(struct buf *out, const char *p, size_t len) {
    int high = len > 3 && p[1] == 'x' ? str_hex(p[2]) : -1;
    int low = high >= 0 ? str_hex(p[3]) : -1;
    if (low >= 0) {
        buf_addc(out, (char)(high << 4 | low));
        return 4;
    }
    bool known = len > 1 && (p[1] == 'n' || p[1] == '\\');
    buf_addc(out, known && p[1] == 'n' ? '\n' : '\\');
    return known ? 2 : 1;
}

static void unescape(struct buf *out, const char *p, size_t len) {
    buf_clear(out);
    for (size_t i = 0, n; i < len; i += n) {
        const char *end = memchr(p + i, '\\', len - i);
        n = end ? (size_t)(end - p) - i : len - i;
        if (n)
            buf_add(out, p + i, n);
        else
            n = unescape_one(out, p + i, len - i);
    }
}

/* Where the last n lines of p[0..len) begin; *more = there are others in front of them. */
static size_t last_lines(const char *p, size_t len, size_t n, bool *more) {
    const char *end = len && p[len - 1] == '\n' ? p + len - 1 : p + len;
    *more = false;
    for (; n; n--) {
        end = memrchr(p, '\n', (size_t)(end - p));
        if (!end) return 0;
    }
    *more = true;
    return (size_t)(end - p) + 1;
}

static size_t trim_from(const char *p, size_t len) {
    bool more;
    last_lines(p, len, HISTORY_MAX, &more); /* another shell may have been faster */
    return more ? last_lines(p, len, TRIM_TO, &more) : 0;
}

/* ---- loading ---- */

static void take_lines(struct history *h, const char *p, const char *end) {
    struct buf line;
    buf_init(&line, HISTORY_LINE_MAX * 2);
    for (const char *next; p < end; p = next) {
        const char *stop = memchr(p, '\n', (size_t)(end - p));
        next = stop ? stop + 1 : end;
        unescape(&line, p, (size_t)((stop ? stop : end) - p));
        if (line.len && !line.over && !is_newest(h, line.p, line.len)) keep(h, line.p, line.len);
    }
    buf_release(&line);
}

static int load(struct history *h, struct err *e) {
    struct buf all;
    unsigned mode = 0;
    bool more = false;
    struct err why;
    buf_init(&all, FILE_BYTES_MAX);
    int code = file_private_read(h->path, &all, &mode, &why);
    if (code == 0) {
        size_t from = all.len ? last_lines(all.p, all.len, HISTORY_MAX, &more) : 0;
        take_lines(h, all.p + from, all.p + all.len);
        if (mode & 077) code = file_private_append(h->path, NULL, 0, &why);
    }
    if (code == 0 && more) code = file_private_trim(h->path, FILE_BYTES_MAX, trim_from, &why);
    buf_release(&all);
    if (code == 0 || (code == VK_EFILE && why.sys == ENOENT)) return 0;
    h->complained = true;
    return err_set(e, code, "%s", why.text);
}

int history_new(const char *path, struct history **out, struct err *e) {
    struct history *h = mem_zalloc(1, sizeof *h);
    h->path = mem_strdup(path);
    *out = h;
    return path ? load(h, e) : 0;
}

void history_free(struct history *h) {
    if (!h) return;
    for (size_t i = 0; i < h->n; i++)
        free(entry_at(h, i)->p);
    free(h->path);
    free(h);
}

/* ---- adding ---- */

static int save(struct history *h, const char *p, size_t len, struct err *e) {
    struct buf line;
    struct err why;
    buf_init(&line, SIZE_MAX);
    escape(&line, p, len);
    int code = file_private_append(h->path, line.p, line.len, &why);
    buf_release(&line);
    if (code == 0 || h->complained) return 0;
    h->complained = true;
    return err_set(e, code, "%s: the history is not kept", why.text);
}

static bool is_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

int history_add(struct history *h, const char *line, size_t len, const char **kept, struct err *e) {
    struct redirect to;
    struct buf text;
    int code = 0;
    if (kept) *kept = NULL;
    while (len && (line[len - 1] == '\n' || line[len - 1] == '\r'))
        len--;
    if (!len || is_blank(*line) || len > HISTORY_LINE_MAX) return 0;
    buf_init(&text, KEPT_MAX);
    redirect_find(line, len, &to); /* what is behind a | is sh's, and has other quotes */
    int secrets = redact_line(&text, line, to.command_len, NULL);
    if (secrets == VK_EPARSE) buf_add(&text, line, to.command_len);
    buf_add(&text, line + to.command_len, len - to.command_len);
    if (secrets != VK_ELIMIT && !is_newest(h, text.p, text.len)) {
        const char *entry = keep(h, text.p, text.len);
        if (kept) *kept = entry;
        if (h->path && secrets >= 0) code = save(h, text.p, text.len, e);
    }
    buf_release(&text);
    return code;
}
