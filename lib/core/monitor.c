/* SPDX-License-Identifier: BSD-3-Clause */
/* Lines of MONITOR. See monitor.h.
 *
 * An argument is looked at eight bytes at a time for what may not stand for itself. Most have no
 * such byte before their closing quote, and are left where they are; of the others the bytes are
 * put into m->bytes, in which room for the whole line is made before the first, so that pointers
 * into it stay good. */
#include "core/monitor.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "resp/quote.h"

enum {
    FIRST_ARGS = 16,
    KEEP_ARGS = 4096,     /* one giant line is no reason to hold its memory */
    KEEP_BYTES = 1 << 20, /* for ever */
    MICROS = 6,           /* digits of the time's fraction */
    SECONDS_MAX = 12,     /* digits before it */
};

void monitor_init(struct monitor *m, int max_args, size_t max_bytes) {
    *m = (struct monitor){.max_args = max_args, .max_bytes = max_bytes};
    buf_init(&m->bytes, max_bytes);
}

void monitor_release(struct monitor *m) {
    free(m->argv);
    free(m->lens);
    buf_release(&m->bytes);
    monitor_init(m, m->max_args, m->max_bytes);
}

/* --- the head --------------------------------------------------------------------------------- */

/* Digits at p, at most max of them, onto *v. How many. */
static int take_digits(const char *p, const char *end, int max, int64_t *v) {
    int n = 0;
    for (; n < max && p + n < end && (unsigned char)(p[n] - '0') < 10; n++)
        *v = *v * 10 + (p[n] - '0');
    return n;
}

/* "1339518083.107412 " at m->p. */
static int take_time(struct monitor *m) {
    int64_t us = 0;
    int n = take_digits(m->p, m->end, SECONDS_MAX, &us);
    const char *dot = m->p + n;
    if (!n || (n > 1 && *m->p == '0') || m->end - dot < MICROS + 2 || *dot != '.') return VK_EPARSE;
    if (take_digits(dot + 1, m->end, MICROS, &us) != MICROS) return VK_EPARSE;
    if (dot[MICROS + 1] != ' ') return VK_EPARSE;
    m->ev.time_us = us;
    m->p = dot + MICROS + 2;
    return 0;
}

/* "[0 " at m->p. */
static int take_db(struct monitor *m) {
    int64_t db = 0;
    if (m->p == m->end || *m->p != '[') return VK_EPARSE;
    const char *p = m->p + 1;
    int n = take_digits(p, m->end, 10, &db);
    if (!n || (n > 1 && *p == '0') || db > INT_MAX) return VK_EPARSE;
    p += n;
    if (p == m->end || *p != ' ') return VK_EPARSE;
    m->ev.db = (int)db;
    m->p = p + 1;
    return 0;
}

/* The bracket that closes the origin: the first with a blank behind it and then an argument's quote
 * or the line's end. A bracket of an IPv6 address or a path has not. */
static const char *origin_end(const char *p, const char *end) {
    while (p < end && (p = memchr(p, ']', (size_t)(end - p)))) {
        size_t left = (size_t)(end - p) - 1;
        if (left && p[1] == ' ' && (left == 1 || p[2] == '"')) return p;
        p++;
    }
    return NULL;
}

static bool is_port(const char *p, size_t len) {
    if (!len || len > 5) return false;
    while (len && (unsigned char)(*p - '0') < 10) {
        p++;
        len--;
    }
    return !len;
}

/* What the text in the brackets is; its address is left in ev. */
static enum monitor_origin origin_of(struct monitor_event *ev) {
    if (ev->addr_len == 3 && !memcmp(ev->addr, "lua", 3)) {
        ev->addr_len = 0;
        return MONITOR_LUA;
    }
    if (ev->addr_len >= 5 && !memcmp(ev->addr, "unix:", 5)) {
        ev->addr += 5;
        ev->addr_len -= 5;
        return MONITOR_UNIX;
    }
    if (ev->addr_len) {
        const char *colon = memrchr(ev->addr, ':', ev->addr_len);
        const char *end = ev->addr + ev->addr_len;
        if (colon > ev->addr && is_port(colon + 1, (size_t)(end - colon) - 1)) return MONITOR_TCP;
    }
    return MONITOR_UNKNOWN;
}

/* "127.0.0.1:60866] " at m->p. */
static int take_origin(struct monitor *m) {
    const char *close = origin_end(m->p, m->end);
    if (!close) return VK_EPARSE;
    m->ev.addr = m->p;
    m->ev.addr_len = (size_t)(close - m->p);
    m->ev.origin = origin_of(&m->ev);
    m->p = close + 1;
    return 0;
}

static void forget(struct monitor *m) {
    if (m->cap > KEEP_ARGS) {
        free(m->argv);
        free(m->lens);
        m->argv = NULL;
        m->lens = NULL;
        m->cap = 0;
    }
    if (m->bytes.cap > KEEP_BYTES) buf_release(&m->bytes);
    buf_clear(&m->bytes);
    m->ev = (struct monitor_event){.argv = m->argv, .lens = m->lens};
    m->whole = false;
}

int monitor_head(struct monitor *m, const char *line, size_t len) {
    forget(m);
    m->p = m->end = line;
    if (len > m->max_bytes) return VK_ELIMIT;
    m->end = line + len;
    int rc = take_time(m);
    if (!rc) rc = take_db(m);
    if (!rc) rc = take_origin(m);
    return rc ? rc : monitor_args(m, 1);
}

/* --- the arguments ---------------------------------------------------------------------------- */

#define EACH(byte) (0x0101010101010101ULL * (byte))

/* Some byte of w is below ' ', above '~', a quote or a backslash. Each line finds its own in the
 * top bits; borrows and carries start only at bytes that are found, so they mislead about the
 * others but not about the whole. */
static inline bool has_odd(uint64_t w) {
    uint64_t quote = w ^ EACH('"'), slash = w ^ EACH('\\');
    uint64_t odd = (w - EACH(' ')) | (w + EACH(1)) | w;
    odd |= quote - EACH(1);
    odd |= slash - EACH(1);
    return odd & EACH(0x80);
}

static inline bool is_plain(char c) {
    return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

/* Behind the bytes at p that stand for themselves. */
static const char *plain_end(const char *p, const char *end) {
    uint64_t word;
    for (; end - p >= 8; p += 8) {
        memcpy(&word, p, 8);
        if (has_odd(word)) break;
    }
    while (p < end && is_plain(*p))
        p++;
    return p;
}

/* The byte that \c stands for, or -1. */
static int unescape(char c) {
    switch (c) {
    case '"':
    case '\\': return c;
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'a': return '\a';
    case 'b': return '\b';
    default: return -1;
    }
}

/* The byte of the escape at p and, in *len, how long that is; -1: not one that the server prints.
 */
static int take_escape(const char *p, const char *end, int *len) {
    if (end - p < 2) return -1;
    *len = 2;
    if (p[1] != 'x') return unescape(p[1]);
    if (end - p < 4 || (p[2] >= 'A' && p[2] <= 'F') || (p[3] >= 'A' && p[3] <= 'F')) return -1;
    int high = str_hex(p[2]), low = str_hex(p[3]), byte = high * 16 + low;
    if (high < 0 || low < 0 || (byte >= ' ' && byte <= '~')) return -1;
    if (byte >= '\a' && byte <= '\r' && byte != '\v' && byte != '\f') return -1; /* has a letter */
    *len = 4;
    return byte;
}

/* Decode from p, where an escape stands, up to the closing quote. Its place, or NULL. */
static const char *decode(struct monitor *m, const char *p) {
    char *to = m->bytes.p + m->bytes.len;
    while (p < m->end && *p == '\\') {
        int len, byte = take_escape(p, m->end, &len);
        if (byte < 0) return NULL;
        *to++ = (char)byte;
        p += len;
        if (p < m->end && *p == '\\') continue;
        const char *from = p;
        p = plain_end(p, m->end);
        memcpy(to, from, (size_t)(p - from));
        to += p - from;
    }
    m->bytes.len = (size_t)(to - m->bytes.p);
    return p < m->end && *p == '"' ? p : NULL;
}

static void grow(struct monitor *m) {
    m->cap = m->cap ? 2 * m->cap : FIRST_ARGS;
    m->argv = mem_realloc(m->argv, (size_t)m->cap, sizeof *m->argv);
    m->lens = mem_realloc(m->lens, (size_t)m->cap, sizeof *m->lens);
    m->ev.argv = m->argv;
    m->ev.lens = m->lens;
}

/* The text behind an opening quote at p becomes the next argument: where its closing quote is, or
 * NULL. */
static const char *take_text(struct monitor *m, const char *p) {
    const char *text = p, *close = plain_end(p, m->end);
    size_t len = (size_t)(close - p);
    if (close == m->end) return NULL;
    if (*close != '"') {
        if (!buf_reserve(&m->bytes, (size_t)(m->end - p))) return NULL;
        size_t start = m->bytes.len;
        buf_add(&m->bytes, text, len);
        close = decode(m, close);
        if (!close) return NULL;
        text = m->bytes.p + start;
        len = m->bytes.len - start;
    }
    if (m->ev.argc == m->cap) grow(m);
    m->argv[m->ev.argc] = text;
    m->lens[m->ev.argc++] = len;
    return close;
}

int monitor_args(struct monitor *m, int n) {
    while (m->ev.argc < n && !m->whole) {
        size_t left = (size_t)(m->end - m->p);
        if (!left || (left == 1 && !m->ev.argc && *m->p == ' ')) {
            m->whole = true;
        } else {
            if (left < 3 || m->p[0] != ' ' || m->p[1] != '"') return VK_EPARSE;
            if (m->ev.argc >= m->max_args) return VK_ELIMIT;
            const char *close = take_text(m, m->p + 2);
            if (!close) return VK_EPARSE;
            m->p = close + 1;
        }
    }
    return 0;
}

/* --- and back --------------------------------------------------------------------------------- */

static void put_head(struct buf *out, const struct monitor_event *ev) {
    static const char *const prefixes[] = {"", "unix:", "lua", ""};
    char micros[STR_INT_MAX];
    str_put_i64(micros, 1000000 + ev->time_us % 1000000);
    buf_addi(out, ev->time_us / 1000000);
    *micros = '.';
    buf_add(out, micros, 1 + MICROS);
    buf_adds(out, " [");
    buf_addi(out, ev->db);
    buf_addc(out, ' ');
    buf_adds(out, prefixes[ev->origin]);
    if (ev->addr_len) buf_add(out, ev->addr, ev->addr_len);
    buf_adds(out, ev->argc ? "]" : "] ");
}

int monitor_put(struct buf *out, const struct monitor_event *ev) {
    const size_t before = out->len;
    put_head(out, ev);
    for (int i = 0; i < ev->argc && !out->over; i++) {
        buf_addc(out, ' ');
        resp_quote_add(out, ev->argv[i], ev->lens[i]);
    }
    if (!out->over) return 0;
    out->len = before;
    return VK_ELIMIT;
}
