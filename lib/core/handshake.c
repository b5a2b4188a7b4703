/* SPDX-License-Identifier: BSD-3-Clause */
/* Opening a connection. All commands of a round go out at once; the first one (HELLO or AUTH)
 * decides whether there is another round, in which the ones that failed behind it are sent again.
 * At most three rounds: HELLO refused, AUTH with a user refused, AUTH with a password only.
 *
 * The invariant: every step of a round has a callback to come (`waiting`), and the last one of them
 * starts the next round or ends the handshake. */
#include "core/handshake.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "core/errclass.h"

enum { MAX_ARGS = 5, WORDS_MAX = 400 };

/* In the order in which they are sent. */
enum step_kind {
    STEP_HELLO,
    STEP_AUTH,
    STEP_SETNAME,
    STEP_LIB_NAME,
    STEP_LIB_VERSION,
    STEP_CAPA,
    STEP_SELECT,
    STEP_READONLY,
    STEP_NO_EVICT,
    STEP_NO_TOUCH,
    N_STEPS,
};

static const struct step_row {
    const char *name;
    bool optional; /* a refusal means nothing */
} rows[N_STEPS] = {
    [STEP_HELLO] = {"HELLO", false},
    [STEP_AUTH] = {"AUTH", false},
    [STEP_SETNAME] = {"CLIENT SETNAME", false},
    [STEP_LIB_NAME] = {"CLIENT SETINFO", true},
    [STEP_LIB_VERSION] = {"CLIENT SETINFO", true},
    [STEP_CAPA] = {"CLIENT CAPA", true},
    [STEP_SELECT] = {"SELECT", false},
    [STEP_READONLY] = {"READONLY", false},
    [STEP_NO_EVICT] = {"CLIENT NO-EVICT", true},
    [STEP_NO_TOUCH] = {"CLIENT NO-TOUCH", true},
};

struct handshake {
    struct session *session;
    struct handshake_opts opts;
    handshake_done_fn *done;
    void *arg;
    struct err err; /* the first failure */
    struct step {
        struct handshake *owner;
        bool wanted; /* still to be sent, or to be sent again */
    } steps[N_STEPS];
    int waiting; /* callbacks to come */
    bool again;  /* the round's first command fell back: what fails behind it comes again */
    bool user_refused;
    /* the scalar under way: an error's words, a key or value of HELLO's reply */
    char words[WORDS_MAX];
    size_t n_words;
    bool refused;                                     /* the reply under way is an error */
    enum { AT_OTHER, AT_PROTO, AT_ROLE, AT_MODE } at; /* HELLO: the last key */
    int64_t protocol;                                 /* HELLO: what it says; 0 = not seen */
};

/* ---- sending ---- */

static int submit(struct handshake *h, enum step_kind kind, session_cb *cb,
                  const char *const *argv) {
    struct cmd c = {.argv = argv};
    while (c.argc < MAX_ARGS && argv[c.argc])
        c.argc++;
    int code = session_submit(h->session, &c, cb, &h->steps[kind]);
    if (code == 0) h->waiting++;
    return code;
}

static int send_step(struct handshake *h, enum step_kind kind, session_cb *cb) {
    const struct handshake_opts *o = &h->opts;
    const char *user = h->user_refused ? NULL : o->user;
    char db[STR_INT_MAX + 1];
    db[str_put_i64(db, o->db)] = 0;
#define STEP(...) submit(h, kind, cb, (const char *const[MAX_ARGS + 1]){__VA_ARGS__})
    switch (kind) {
    case STEP_HELLO:
        if (!o->password) return STEP("HELLO", "3");
        return STEP("HELLO", "3", "AUTH", user ? user : "default", o->password);
    case STEP_AUTH: return user ? STEP("AUTH", user, o->password) : STEP("AUTH", o->password);
    case STEP_SETNAME: return STEP("CLIENT", "SETNAME", o->client_name);
    case STEP_LIB_NAME: return STEP("CLIENT", "SETINFO", "LIB-NAME", o->lib_name);
    case STEP_LIB_VERSION: return STEP("CLIENT", "SETINFO", "LIB-VER", o->lib_version);
    case STEP_CAPA: return STEP("CLIENT", "CAPA", "redirect");
    case STEP_SELECT: return STEP("SELECT", db);
    case STEP_READONLY: return STEP("READONLY");
    case STEP_NO_EVICT: return STEP("CLIENT", "NO-EVICT", "on");
    case STEP_NO_TOUCH: return STEP("CLIENT", "NO-TOUCH", "on");
    case N_STEPS: break;
    }
#undef STEP
    return 0;
}

static void on_reply(void *arg, int code, const struct resp_event *ev);

static int send_round(struct handshake *h) {
    int code = 0;
    h->again = false;
    for (int kind = 0; kind < N_STEPS && code == 0; kind++)
        if (h->steps[kind].wanted) code = send_step(h, (enum step_kind)kind, on_reply);
    return code;
}

static void finish(struct handshake *h) {
    handshake_done_fn *done = h->done;
    void *arg = h->arg;
    struct err e = h->err;
    free(h);
    done(arg, e.code, &e);
}

/* ---- replies ---- */

static void fail_code(struct handshake *h, int code) {
    const struct err *why = session_error(h->session);
    if (h->err.code) return;
    if (why->code)
        h->err = *why;
    else
        err_set(&h->err, code, code == VK_ECANCEL ? "interrupted" : "the handshake cannot go on");
}

/* An error that says what the server thinks of the connection, whatever the command was. */
static bool is_of_connection(const struct handshake *h, enum errclass class) {
    return class == ERRCLASS_MAX_CLIENTS || !strncmp(h->words, "DENIED ", 7);
}

/* A server that does not know a command quotes its arguments, the password among them. */
static void hide_arguments(struct handshake *h) {
    char *quoted = strstr(h->words, ", with args");
    if (quoted) *quoted = 0;
}

static void fail_words(struct handshake *h, enum step_kind kind, enum errclass class) {
    bool auth = class == ERRCLASS_AUTH || class == ERRCLASS_PERMISSION;
    bool in_hello = kind == STEP_HELLO && h->opts.password && class == ERRCLASS_AUTH;
    int code = auth ? VK_EAUTH : VK_ESERVER;
    if (h->err.code) return;
    if (class == ERRCLASS_UNKNOWN_COMMAND) hide_arguments(h);
    if (is_of_connection(h, class))
        err_set(&h->err, code, "%s", h->words);
    else if (kind == STEP_SELECT)
        err_set(&h->err, code, "SELECT %d failed: %s", h->opts.db, h->words);
    else
        err_set(&h->err, code, "%s failed: %s", rows[in_hello ? STEP_AUTH : kind].name, h->words);
}

static bool falls_back(struct handshake *h, enum step_kind kind, enum errclass class) {
    if (kind == STEP_HELLO && !h->opts.strict_protocol &&
        (class == ERRCLASS_UNKNOWN_COMMAND || !strncmp(h->words, "NOPROTO", 7))) {
        h->steps[STEP_HELLO].wanted = false;
        h->steps[STEP_AUTH].wanted = h->opts.password;
        return true;
    }
    if (kind == STEP_AUTH && h->opts.user && !h->user_refused && class == ERRCLASS_AUTH_ARITY)
        return h->user_refused = true;
    return false;
}

static void take_outcome(struct handshake *h, enum step_kind kind) {
    if (h->refused) {
        enum errclass class = errclass_of_reply(h->words, h->n_words);
        if (falls_back(h, kind, class)) {
            h->again = true;
            return;
        }
        if (h->again) return; /* stays wanted */
        if (!rows[kind].optional) fail_words(h, kind, class);
    } else if (kind == STEP_HELLO && h->protocol && h->protocol != 3 && !h->err.code) {
        err_set(&h->err, VK_EPROTO, "HELLO failed: the server goes on with protocol %lld",
                (long long)h->protocol);
    }
    h->steps[kind].wanted = false;
}

static void add_words(struct handshake *h, const char *p, size_t n) {
    size_t room = WORDS_MAX - 1 - h->n_words;
    if (n > room) n = room;
    for (size_t i = 0; i < n; i++)
        h->words[h->n_words++] = (unsigned char)p[i] < ' ' ? ' ' : p[i];
    h->words[h->n_words] = 0;
}

static void take_said(struct handshake *h) {
    struct handshake_said *said = h->opts.said;
    if (!said || (h->at != AT_ROLE && h->at != AT_MODE)) return;
    snprintf(h->at == AT_ROLE ? said->role : said->mode, sizeof said->role, "%.15s", h->words);
}

static void take_key(struct handshake *h) {
    static const char *const keys[] = {
        [AT_OTHER] = "", [AT_PROTO] = "proto", [AT_ROLE] = "role", [AT_MODE] = "mode"};
    h->at = AT_MODE;
    while (h->at != AT_OTHER && strcmp(h->words, keys[h->at]) != 0)
        h->at--;
}

/* A scalar is whole: HELLO's reply is a map, so its keys and values take turns. */
static void take_scalar(struct handshake *h, const struct resp_event *ev) {
    if (h->at == AT_PROTO && ev->type == RESP_INT) h->protocol = ev->n;
    take_said(h);
    if (ev->depth == 1 && h->at == AT_OTHER)
        take_key(h);
    else
        h->at = AT_OTHER;
    if (!ev->depth) h->refused = resp_read_is_error(ev->type);
}

static void take_event(struct handshake *h, const struct resp_event *ev) {
    if (ev->aside) return;
    if (ev->kind == RESP_VALUE || ev->kind == RESP_TEXT_OPEN || ev->kind == RESP_OPEN) {
        h->n_words = 0;
        h->words[0] = 0;
        h->refused = false;
    }
    if (ev->kind == RESP_VALUE || ev->kind == RESP_TEXT) add_words(h, ev->p, ev->len);
    if (ev->kind == RESP_VALUE || ev->kind == RESP_TEXT_CLOSE) take_scalar(h, ev);
}

static void end_round(struct handshake *h) {
    if (h->again && !h->err.code) {
        int code = send_round(h);
        if (code < 0) fail_code(h, code);
    }
    if (!h->waiting) finish(h);
}

static void on_reply(void *arg, int code, const struct resp_event *ev) {
    struct step *step = arg;
    struct handshake *h = step->owner;
    if (ev) take_event(h, ev);
    if (code == VK_MORE) return;
    if (code < 0) fail_code(h, code);
    if (code == 0 && ev) take_outcome(h, (enum step_kind)(step - h->steps));
    if (!--h->waiting) end_round(h);
}

/* ---- start ---- */

int handshake_start(struct session *s, const struct handshake_opts *o, handshake_done_fn *done,
                    void *arg) {
    assert(o->protocol == 2 || o->protocol == 3);
    struct handshake *h = mem_zalloc(1, sizeof *h);
    h->session = s;
    h->opts = *o;
    h->done = done;
    h->arg = arg;
    const bool wanted[N_STEPS] = {
        [STEP_HELLO] = o->protocol == 3,
        [STEP_AUTH] = o->protocol == 2 && o->password,
        [STEP_SETNAME] = o->client_name,
        [STEP_LIB_NAME] = o->lib_name,
        [STEP_LIB_VERSION] = o->lib_version,
        [STEP_CAPA] = o->capa_redirect,
        [STEP_SELECT] = o->db,
        [STEP_READONLY] = o->readonly,
        [STEP_NO_EVICT] = o->no_evict,
        [STEP_NO_TOUCH] = o->no_touch,
    };
    for (int kind = 0; kind < N_STEPS; kind++)
        h->steps[kind] = (struct step){h, wanted[kind]};
    int code = send_round(h);
    if (code < 0 && !h->waiting) {
        free(h);
        return code;
    }
    if (code < 0) fail_code(h, code); /* done hears of it when the others are in */
    if (!h->waiting) finish(h);
    return 0;
}

bool handshake_guards(const struct handshake_opts *o) {
    return o->password || o->db || o->readonly;
}
