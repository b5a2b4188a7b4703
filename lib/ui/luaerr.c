/* SPDX-License-Identifier: BSD-3-Clause */
/* See luaerr.h. */
#include "ui/luaerr.h"

#include <string.h>

#include "base/safe.h"
#include "base/str.h"

enum { SOURCE_MAX = 200 }; /* bytes of a source line that are shown */

static bool begins(const char *p, size_t n, const char *text) {
    return n >= strlen(text) && !memcmp(p, text, strlen(text));
}

static void drop(struct luaerr *r, size_t n) {
    r->what += n;
    r->what_len -= n;
}

/* "user_script:12" and its ": ", or the full stop of the whole text, at the beginning of what. */
static bool take_place(struct luaerr *r, const char *behind) {
    static const char name[] = "user_script:";
    size_t at = begins(r->what, r->what_len, "@"), digits = 0;
    if (!begins(r->what + at, r->what_len - at, name)) return false;
    at += sizeof name - 1;
    while (at + digits < r->what_len && r->what[at + digits] >= '0' && r->what[at + digits] <= '9')
        digits++;
    int64_t line;
    if (str_to_i64(r->what + at, digits, &line) < 0) return false;
    at += digits;
    if (!begins(r->what + at, r->what_len - at, behind)) return false;
    r->line = line;
    drop(r, at + strlen(behind));
    return true;
}

/* " script: SHA1, on @user_script:3." at the end (Redis 7, Valkey). */
static void take_end(struct luaerr *r) {
    static const char begin[] = " script: ", on[] = ", on ";
    for (size_t i = r->what_len; i-- > 0;) {
        if (!begins(r->what + i, r->what_len - i, begin)) continue;
        struct luaerr end = *r;
        drop(&end, i + sizeof begin - 1);
        while (end.what_len && str_hex(*end.what) >= 0)
            drop(&end, 1);
        if (!begins(end.what, end.what_len, on)) return;
        drop(&end, sizeof on - 1);
        if (!take_place(&end, ".")) return;
        r->line = end.line;
        r->what_len = i;
        return;
    }
}

/* "Error running script (call to f_SHA1): " (Redis 6), "Error compiling script (new function): ".
 */
static void take_phrase(struct luaerr *r) {
    static const char running[] = "Error running script (", close[] = "): ";
    bool known = begins(r->what, r->what_len, running) ||
                 begins(r->what, r->what_len, "Error compiling script (");
    for (size_t i = 0; known && i < r->what_len; i++) {
        if (!begins(r->what + i, r->what_len - i, close)) continue;
        drop(r, i + sizeof close - 1);
        return;
    }
}

/* The first word, when it is all capitals. */
static void take_code(struct luaerr *r) {
    size_t n = 0;
    while (n < r->what_len && r->what[n] >= 'A' && r->what[n] <= 'Z')
        n++;
    if (!n || n == r->what_len || r->what[n] != ' ') return;
    if (!str_ieq(r->what, n, "ERR")) {
        r->code = r->what;
        r->code_len = n;
    }
    drop(r, n + 1);
}

struct luaerr luaerr_parse(const char *text, size_t len) {
    struct luaerr r = {.what = text, .what_len = len};
    take_end(&r);
    take_code(&r);
    take_phrase(&r);
    while (take_place(&r, ": ")) {
    }
    if (!r.code) take_code(&r);
    return r;
}

static bool find_line(const char *script, size_t len, int64_t line, struct luaerr *found) {
    for (; line > 1; line--) {
        const char *nl = memchr(script, '\n', len);
        if (!nl) return false;
        len -= (size_t)(nl + 1 - script);
        script = nl + 1;
    }
    const char *nl = memchr(script, '\n', len);
    found->what = script;
    found->what_len = nl ? (size_t)(nl - script) : len;
    return true;
}

static void add_source(struct buf *out, const struct luaerr *r, const char *script, size_t len) {
    struct luaerr s;
    if (!r->line || !find_line(script, len, r->line, &s)) return;
    while (s.what_len && (*s.what == ' ' || *s.what == '\t'))
        drop(&s, 1);
    while (s.what_len && strchr(" \t\r", s.what[s.what_len - 1]))
        s.what_len--;
    if (!s.what_len) return;
    buf_addf(out, "%5lld | ", (long long)r->line);
    safe_add(out, s.what, s.what_len < SOURCE_MAX ? s.what_len : SOURCE_MAX, false);
    buf_adds(out, s.what_len > SOURCE_MAX ? "...\n" : "\n");
}

void luaerr_add(struct buf *out, const char *file, const char *script, size_t script_len,
                const char *text, size_t len) {
    struct luaerr r = luaerr_parse(text, len);
    if (!r.line) { /* not of the script: as it came */
        safe_add(out, text, len, false);
        buf_addc(out, '\n');
        return;
    }
    safe_add(out, file, strlen(file), false);
    buf_addf(out, ":%lld: ", (long long)r.line);
    safe_add(out, r.code ? r.code : "", r.code_len, false);
    if (r.code) buf_addc(out, ' ');
    safe_add(out, r.what, r.what_len, false);
    buf_addc(out, '\n');
    add_source(out, &r, script, script_len);
}
