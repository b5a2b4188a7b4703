/* SPDX-License-Identifier: BSD-3-Clause */
/* Passwords from files, descriptors, the terminal and commands. The invariant: a secret is in the
 * caller's buffer or in connopt's password and nowhere else; buffers of our own are wiped, and no
 * error text quotes one. */
#include "client/secret.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/child.h"
#include "io/file.h"
#include "io/tty.h"

enum {
    SECRET_MAX_BYTES = 1 << 16,
    COMMAND_TIMEOUT_MS = 30000, /* of --auth-command, when connecting has no limit of its own */
    COMMAND_TIMEOUT_MAX_S = 1 << 20,
};

static const char prompt[] = "Please input password: ";

static void wipe(struct buf *b) {
    if (b->p) mem_wipe(b->p, b->cap);
    buf_clear(b);
}

/* All the room at once: a buffer that grows leaves its old bytes behind, unwiped. */
static void make_room(struct buf *b) {
    size_t left = b->max - b->len;
    buf_reserve(b, left < SECRET_MAX_BYTES ? left : SECRET_MAX_BYTES);
}

static void set_password(char **password, const struct buf *secret) {
    if (*password) mem_wipe(*password, strlen(*password));
    free(*password);
    *password = mem_dup(secret->p, secret->len);
}

/* Their tool asks on standard input, be it a terminal or not. */
static bool asks_input(const struct connopt *o) {
    return o->lenient && !tty_is(STDIN_FILENO);
}

static int take(const struct connopt *o, struct buf *secret, struct err *e) {
    if (o->askpass && asks_input(o)) return file_read_secret_fd(STDIN_FILENO, secret, e);
    if (o->askpass) return tty_ask_secret(prompt, secret, e);
    if (o->password_file) return file_read_secret(o->password_file, secret, e);
    return file_read_secret_fd((int)o->password_fd, secret, e);
}

static int take_for_sentinels(const struct connopt *o, struct buf *secret, struct err *e) {
    return file_read_secret(o->sentinel.password_file, secret, e);
}

typedef int take_fn(const struct connopt *o, struct buf *secret, struct err *e);

static int fetch(const struct connopt *o, take_fn *take_it, char **password, struct err *e) {
    struct buf secret;
    buf_init(&secret, SECRET_MAX_BYTES);
    make_room(&secret);
    int code = take_it(o, &secret, e);
    if (code == 0) set_password(password, &secret);
    wipe(&secret);
    buf_release(&secret);
    return code;
}

int secret_fetch(struct connopt *o, struct err *e) {
    int code = 0;
    if (o->askpass || o->password_file || o->password_fd >= 0)
        code = fetch(o, take, &o->password, e);
    if (code == 0 && o->sentinel.password_file)
        code = fetch(o, take_for_sentinels, &o->sentinel.password, e);
    return code;
}

static int64_t timeout_ms(const struct connopt *o) {
    if (o->connect_timeout_s <= 0) return COMMAND_TIMEOUT_MS;
    if (o->connect_timeout_s > COMMAND_TIMEOUT_MAX_S) return COMMAND_TIMEOUT_MAX_S * 1000LL;
    return (int64_t)(o->connect_timeout_s * 1000) + 1;
}

/* What the command printed, without the newlines at its end, as a shell's $(...) takes it. */
static int run_command(const struct connopt *o, struct buf *out, struct err *e) {
    struct err why;
    size_t before = out->len;
    err_clear(&why);
    int code = child_capture(o->auth_command, out, timeout_ms(o), &why);
    if (code < 0) return err_set(e, code, "--auth-command: %s", why.text);
    while (out->len > before && (out->p[out->len - 1] == '\n' || out->p[out->len - 1] == '\r'))
        out->len--;
    if (out->len == before)
        return err_set(e, VK_EFILE, "--auth-command: command printed no password");
    if (memchr(out->p + before, 0, out->len - before)) /* C strings end there */
        return err_set(e, VK_EFILE, "--auth-command: the password has a NUL byte");
    return 0;
}

int secret_for_connect(const struct connopt *o, struct buf *out, bool *has, struct err *e) {
    if (o->auth_command || o->password) make_room(out);
    if (o->auth_command) {
        int code = run_command(o, out, e);
        if (code < 0) {
            wipe(out);
            return code;
        }
        *has = true;
        return 0;
    }
    if (o->password && buf_adds(out, o->password) < 0)
        return err_set(e, VK_EFILE, "password longer than %zu bytes", out->max);
    *has = o->password != NULL;
    return 0;
}
