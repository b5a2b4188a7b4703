/* SPDX-License-Identifier: BSD-3-Clause */
/* See connect.h. The options of each server that was connected to are kept until the end: those of
 * the next may borrow from them. */
#include "connect.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "base/str.h"
#include "client/secret.h"
#include "io/signal.h"
#include "shell_impl.h"

enum { PATH_BYTES_MAX = 4096, PORT_MAX = 65535, LOST_MAX = 300 };

/* Options that are the shell's own, beside those that the program began with. */
struct connect_options {
    struct options opts;
    struct connect_options *next;
};

/* ---- what the words mean ---- */

static const char *environment(const char *name) {
    return getenv(name);
}

static int find_profile(void *arg, const char *name, struct err *e) {
    (void)e;
    return strcmp(name, arg) ? 0 : VK_MORE;
}

/* By its name alone a profile is meant when there is one. */
static bool is_profile(const char *path, const char *word) {
    struct err unused;
    char name[PROFILE_NAME_MAX + 1];
    if (*word == '@') return true;
    if (strlen(word) >= sizeof name) return false;
    snprintf(name, sizeof name, "%s", word);
    return profile_list(path, find_profile, name, &unused) == VK_MORE;
}

static int take_port(const char *text, int64_t *port, struct err *e) {
    if (str_to_i64(text, strlen(text), port) == 0 && *port >= 1 && *port <= PORT_MAX) return 0;
    return err_set(e, VK_EUSAGE, "\\connect: '%.60s' is no port", text);
}

/* "host", "host:port", "[v6]:port", "v6". */
static int take_place(struct options *o, const struct options *from, const char *word,
                      const char *port, struct err *e) {
    char host[CONNOPT_HOST_MAX + 1];
    const char *colon = strrchr(word, ':'), *end = word + strlen(word);
    int64_t number = from->conn.path || !from->conn.port ? 0 : from->conn.port;
    bool brackets = *word == '[';
    if (!port && colon && (colon == strchr(word, ':') || (brackets && colon[-1] == ']'))) {
        port = colon + 1;
        end = colon;
    }
    if (brackets && end > word + 1 && end[-1] == ']') word++, end--;
    if (strchr(word, '@')) /* with a password, perhaps, which no message is to show */
        return err_set(e, VK_EUSAGE, "\\connect: a user goes into a URI: redis://USER@HOST:PORT");
    if (port && take_port(port, &number, e) < 0) return VK_EUSAGE;
    if (end == word || end - word > CONNOPT_HOST_MAX)
        return err_set(e, VK_EUSAGE, "\\connect: that is no host");
    snprintf(host, sizeof host, "%.*s", (int)(end - word), word);
    return options_for_host(o, from, host, number, e);
}

static int understand(struct options *o, const struct options *from, const char *word,
                      const char *port, struct err *e) {
    struct buf path;
    if (!port && strstr(word, "://")) return options_for_uri(o, from, word, e);
    if (!port && *word == '/') return options_for_socket(o, from, word, e);
    buf_init(&path, PATH_BYTES_MAX);
    int code = profile_path(environment, &path, e);
    if (code == 0 && !port && is_profile(buf_cstr(&path), word))
        code = options_for_profile(o, from, buf_cstr(&path), word + (*word == '@'), e);
    else
        code = take_place(o, from, word, port, e);
    buf_release(&path);
    return code;
}

/* ---- going there ---- */

static int go(struct run *r, struct options *o, struct err *e) {
    if (o->conn.scratch || o->clusteropt.scratch)
        return err_set(e, VK_EUSAGE, "\\connect: a throwaway server is made with the start alone");
    int code = secret_fetch(&o->conn, e);
    return code == 0 ? run_move(r, o, e) : code;
}

/* What is lost when the connection is left. */
static void list_lost(const struct run *r, struct buf *out) {
    bool dirty;
    int queued = r->wire.client && wire_state(&r->wire)
                     ? session_queued(client_session(r->wire.client), &dirty)
                     : 0;
    if (wire_is_open(&r->wire)) mend_list_lost(out, wire_state(&r->wire), queued);
}

void connect_open_history(struct shell *s) {
    const struct options *o = s->run->opts;
    struct err e;
    char *path = o->no_history ? NULL : history_path(*o->profile.name ? o->profile.name : NULL);
    history_free(s->history);
    if (history_new(path, &s->history, &e) < 0) msg_warn("%s", e.text);
    s->typing.history = s->history;
    free(path);
}

static void settle(struct shell *s, const struct buf *lost, const char *profile) {
    struct run *r = s->run;
    mend_forget(&s->mend);
    if (lost->len) msg_warn("lost with the connection that was left: %s", lost->p);
    if (strcmp(profile, r->opts->profile.name) != 0) connect_open_history(s);
}

static void fail(const struct run *r, const struct err *e) {
    char where[512];
    bool open = wire_is_open(&r->wire);
    if (signal_stop() == SIGINT) signal_clear(); /* it ended the connecting */
    msg_warn("%s%s%s", e->text, open ? "; still connected to " : "",
             open ? wire_where(&r->wire, where, sizeof where) : "");
}

void connect_run(struct shell *s, int argc, const char *const *argv, const size_t *lens) {
    struct run *r = s->run;
    struct connect_options *next = mem_zalloc(1, sizeof *next);
    char profile[PROFILE_NAME_MAX + 1];
    struct buf lost;
    struct err e;
    (void)lens; /* a NUL ends a name */
    snprintf(profile, sizeof profile, "%s", r->opts->profile.name);
    buf_init(&lost, LOST_MAX);
    list_lost(r, &lost);
    int code = argc > 1 ? understand(&next->opts, r->opts, argv[1], argc > 2 ? argv[2] : NULL, &e)
                        : options_for_same(&next->opts, r->opts, &e);
    if (code == 0) code = go(r, &next->opts, &e);
    if (code == 0) {
        next->next = s->connected;
        s->connected = next;
        settle(s, &lost, profile);
    } else {
        fail(r, &e);
        options_release(&next->opts);
        free(next);
    }
    buf_release(&lost);
}

void connect_release(struct shell *s) {
    if (!s->connected) return;
    wire_release(&s->run->wire);
    s->run->wire = (struct wire){.opts = NULL};
    while (s->connected) {
        struct connect_options *o = s->connected;
        s->connected = o->next;
        options_release(&o->opts);
        free(o);
    }
}
