/* SPDX-License-Identifier: BSD-3-Clause */
/* See rdbstream.h. With a mark, as many bytes as may be its beginning are held back: at most 39,
 * from one feed to the next, in `held`. */
#include "core/rdbstream.h"

#include <string.h>

#include "base/str.h"
#include "core/errclass.h"

enum { LINES, DUMP, OVER };

void rdbstream_init(struct rdbstream *s) {
    memset(s, 0, sizeof *s);
}

void rdbstream_feed(struct rdbstream *s, const char *p, size_t n) {
    s->p = p;
    s->end = p + n;
}

size_t rdbstream_rest(const struct rdbstream *s, const char **p) {
    *p = s->p;
    return (size_t)(s->end - s->p);
}

/* ---- the lines in front ---- */

static int refuse(const char *text, size_t len, struct err *e) {
    enum errclass class = errclass_of_reply(text, len);
    bool denied = class & (ERRCLASS_AUTH | ERRCLASS_PERMISSION);
    return err_set(e, denied ? VK_EAUTH : VK_ESERVER, "%.*s", (int)len, text);
}

static int misread(const struct rdbstream *s, struct err *e) {
    return err_set(e, VK_EPROTO, "no answer to SYNC: '%.100s'", s->line);
}

static int take_history(struct rdbstream *s, struct err *e) {
    static const char full[] = "+FULLRESYNC ";
    enum { PREFIX = sizeof full - 1, ID = sizeof s->replid - 1 };
    if (s->len < PREFIX + ID + 2 || memcmp(s->line, full, PREFIX) || s->line[PREFIX + ID] != ' ' ||
        str_to_u64(s->line + PREFIX + ID + 1, s->len - PREFIX - ID - 1, &s->offset) < 0)
        return misread(s, e);
    memcpy(s->replid, s->line + PREFIX, ID);
    s->resumable = true;
    return 0;
}

/* 1: the dump follows. */
static int take_size(struct rdbstream *s, struct err *e) {
    static const char eof[] = "$EOF:";
    enum { PREFIX = sizeof eof - 1 };
    s->marked = s->len == PREFIX + RDBSTREAM_MARK && !memcmp(s->line, eof, PREFIX);
    if (s->marked) {
        memcpy(s->mark, s->line + PREFIX, RDBSTREAM_MARK);
        return 1;
    }
    return str_to_u64(s->line + 1, s->len - 1, &s->size) < 0 ? misread(s, e) : 1;
}

static int take_line(struct rdbstream *s, struct err *e) {
    if (s->len && s->line[s->len - 1] == '\r') s->len--;
    s->line[s->len] = 0;
    switch (s->line[0]) {
    case 0: return 0; /* it is still preparing */
    case '-': return refuse(s->line + 1, s->len - 1, e);
    case '+': return take_history(s, e);
    case '$': return take_size(s, e);
    default: return misread(s, e);
    }
}

static int next_line(struct rdbstream *s, struct rdbstream_event *ev, struct err *e) {
    int code = 0;
    while (code == 0 && s->p < s->end) {
        char c = *s->p++;
        if (c != '\n') {
            if (s->len == RDBSTREAM_LINE_MAX - 1) return misread(s, e);
            s->line[s->len++] = c;
            continue;
        }
        code = take_line(s, e);
        s->len = 0;
    }
    if (code <= 0) return code;
    s->stage = DUMP;
    *ev = (struct rdbstream_event){.kind = RDBSTREAM_BEGIN};
    return 1;
}

/* ---- the dump ---- */

static int give(struct rdbstream *s, const char *p, size_t n, struct rdbstream_event *ev) {
    *ev = (struct rdbstream_event){.kind = RDBSTREAM_DATA, .p = p, .n = n};
    s->n += n;
    return 1;
}

static int finish(struct rdbstream *s, struct rdbstream_event *ev) {
    s->stage = OVER;
    *ev = (struct rdbstream_event){.kind = RDBSTREAM_END};
    return 1;
}

static int next_sized(struct rdbstream *s, struct rdbstream_event *ev) {
    uint64_t left = s->size - s->n;
    size_t n = (size_t)(s->end - s->p);
    const char *p = s->p;
    if (!left) return finish(s, ev);
    if (!n) return 0;
    if (n > left) n = (size_t)left;
    s->p += n;
    return give(s, p, n, ev);
}

/* How many of the last bytes of p[0..n) may be the mark's first ones. */
static size_t beginning_of_mark(const struct rdbstream *s, const char *p, size_t n) {
    size_t most = n < RDBSTREAM_MARK - 1 ? n : RDBSTREAM_MARK - 1;
    while (most && memcmp(p + n - most, s->mark, most) != 0)
        most--;
    return most;
}

/* What is held and the next fed byte: either they still may be the mark, or the first of them are
 * data. */
static int next_held(struct rdbstream *s, struct rdbstream_event *ev) {
    while (s->len && s->p < s->end) {
        s->held[s->len++] = *s->p++;
        if (s->len == RDBSTREAM_MARK && !memcmp(s->held, s->mark, RDBSTREAM_MARK))
            return finish(s, ev);
        size_t kept = beginning_of_mark(s, s->held, s->len), over = s->len - kept;
        if (!over) continue;
        memcpy(s->given, s->held, over);
        memmove(s->held, s->held + over, kept);
        s->len = kept;
        return give(s, s->given, over, ev);
    }
    return 0;
}

static int next_marked(struct rdbstream *s, struct rdbstream_event *ev) {
    int code = next_held(s, ev);
    if (code || s->p == s->end) return code;
    const char *p = s->p, *at = memmem(p, (size_t)(s->end - p), s->mark, RDBSTREAM_MARK);
    if (at == p) {
        s->p += RDBSTREAM_MARK;
        return finish(s, ev);
    }
    size_t n = (size_t)((at ? at : s->end) - p);
    if (!at) {
        s->len = beginning_of_mark(s, p, n);
        n -= s->len;
        memcpy(s->held, p + n, s->len);
    }
    s->p = at ? at : s->end;
    return n ? give(s, p, n, ev) : 0;
}

int rdbstream_next(struct rdbstream *s, struct rdbstream_event *ev, struct err *e) {
    if (s->stage == LINES) return next_line(s, ev, e);
    if (s->stage == OVER) return 0;
    return s->marked ? next_marked(s, ev) : next_sized(s, ev);
}
