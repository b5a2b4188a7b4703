/* SPDX-License-Identifier: BSD-3-Clause */
/* See profile_file.h. inih takes the lines apart; it is handed them one at a time, so that what it
 * would silently cut (long lines, long names) or join (indented lines) is seen first. */
#include "client/profile_file.h"

#include <ctype.h>
#include <ini.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "client/profile.h"

struct reading {
    const struct profile_file *file;
    const char *p; /* the rest of the text */
    int line;      /* the one that inih has in hand */
    char section[PROFILE_NAME_MAX + 1];
    int code; /* the first that was not 0 */
    struct err *e;
};

bool profile_is_reserved(const char *name) {
    static const char *const names[] = {"all", "primaries", "replicas", "random"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_ieq(name, strlen(name), names[i])) return true;
    return strchr(name, ':');
}

int profile_file_fail(const char *path, int line, const char *text, struct err *e) {
    return err_set(e, VK_EUSAGE, "%.200s:%d: %s", path, line, text);
}

static void fail(struct reading *r, const char *text) {
    r->code = profile_file_fail(r->file->path, r->line, text, r->e);
}

static bool is_name(const char *name) {
    if (!isalnum((unsigned char)*name)) return false;
    while (isalnum((unsigned char)*name) || (*name && strchr("-_.", *name)))
        name++;
    return !*name;
}

/* "[NAME]" in a line that begins with '['; without the ']' it is for inih to refuse. */
static void open_section(struct reading *r, const char *p, size_t len) {
    const char *end = memchr(p, ']', len);
    size_t n = end ? (size_t)(end - p) - 1 : 0;
    if (!end) return;
    snprintf(r->section, sizeof r->section, "%.*s", (int)n, p + 1);
    if (n > PROFILE_NAME_MAX)
        fail(r, "the profile's name is too long");
    else if (profile_is_reserved(r->section))
        fail(r, "that name is a target's, no profile can have it");
    else if (!is_name(r->section))
        fail(r, "a profile's name is letters, digits, '-', '_' and '.'");
    else if (r->file->on_section)
        r->code = r->file->on_section(r->file->arg, r->line, r->section, r->e);
}

static void check_line(struct reading *r, const char *p, size_t len, int room) {
    char text[80];
    snprintf(text, sizeof text, "the line is longer than %d bytes", room - 2);
    if (len + 2 > (size_t)room)
        fail(r, text);
    else if (memchr(p, 0, len))
        fail(r, "the line has a NUL byte");
    else if (len && *p == '[')
        open_section(r, p, len);
}

/* inih's fgets. A blank in front of a key would continue the value above it. */
static char *next_line(char *to, int room, void *arg) {
    struct reading *r = arg;
    const char *end = r->file->text + r->file->len, *p = r->p;
    if (r->code || p == end) return NULL;
    const char *stop = memchr(p, '\n', (size_t)(end - p));
    r->p = stop ? stop + 1 : end;
    r->line++;
    if (!stop) stop = end;
    while (p < stop && (*p == ' ' || *p == '\t'))
        p++;
    size_t len = (size_t)(stop - p);
    check_line(r, p, len, room);
    if (r->code) return NULL;
    memcpy(to, p, len);
    memcpy(to + len, "\n", 2);
    return to;
}

static int take_key(void *arg, const char *section, const char *key, const char *value) {
    struct reading *r = arg;
    (void)section; /* cut to what inih has room for */
    if (r->code) return 1;
    if (!*r->section)
        fail(r, "a key must stand below a [PROFILE]");
    else if (r->file->on_key)
        r->code = r->file->on_key(r->file->arg, r->line, r->section, key, value, r->e);
    return 1;
}

int profile_file_read(const struct profile_file *f, struct err *e) {
    static const char mark[] = "\xef\xbb\xbf"; /* of UTF-8, as some editors put it */
    struct reading r = {.file = f, .p = f->text, .e = e};
    if (f->len >= 3 && !memcmp(f->text, mark, 3)) r.p += 3;
    int bad = ini_parse_stream(next_line, &r, take_key, &r);
    if (bad > 0 && (!r.code || bad < r.line)) {
        r.line = bad;
        fail(&r, "this is neither [PROFILE] nor KEY = VALUE");
    }
    return r.code;
}
