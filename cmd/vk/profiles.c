/* SPDX-License-Identifier: BSD-3-Clause */
/* See profiles.h. Each profile is taken as @NAME would take it, so that one that cannot work is
 * found here too. */
#include "profiles.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/safe.h"
#include "core/errclass.h"
#include "io/file.h"

enum { TEXT_MAX = 1 << 22, PATH_BYTES_MAX = 4096 };

struct listing {
    const char *path;
    size_t width; /* of the longest name */
    struct buf out;
};

static const char *environment(const char *name) {
    return getenv(name);
}

static int measure(void *arg, const char *name, struct err *e) {
    struct listing *l = arg;
    (void)e;
    if (strlen(name) > l->width) l->width = strlen(name);
    return 0;
}

static void add_safe(struct buf *out, const char *text) {
    safe_add(out, text, strlen(text), false);
}

/* "user@host:port/db, TLS" */
static void add_server(struct buf *out, const struct connopt *c) {
    char where[512];
    if (c->user) add_safe(out, c->user);
    if (c->user) buf_addc(out, '@');
    add_safe(out, c->scratch ? "a throwaway server" : connopt_where(c, where, sizeof where));
    if (c->db) buf_addf(out, "/%lld", (long long)c->db);
    if (c->tls) buf_adds(out, ", TLS");
}

static int list(void *arg, const char *name, struct err *e) {
    struct listing *l = arg;
    struct options o;
    struct err why;
    int code = options_of_profile(&o, l->path, name, &why);
    if (code == 0) {
        buf_addf(&l->out, "%-*s  %-10s  ", (int)l->width, name,
                 profile_environment_name(o.profile.environment));
        add_server(&l->out, &o.conn);
        if (o.profile.read_only) buf_adds(&l->out, ", read-only");
        buf_addc(&l->out, '\n');
    } else {
        err_set(e, code, "profile '%s': %s", name, why.text);
    }
    options_release(&o);
    return code;
}

static int list_all(struct listing *l, struct err *e) {
    int code = profile_list(l->path, measure, l, e);
    if (code == 0 && !l->width) msg_warn("no profiles in '%s'", l->path);
    if (code == 0) code = profile_list(l->path, list, l, e);
    return code == 0 ? file_write_fd(STDOUT_FILENO, l->out.p, l->out.len, e) : code;
}

int profiles_main(struct run *r) {
    struct listing l = {0};
    struct buf path;
    struct err e;
    (void)r;
    buf_init(&l.out, TEXT_MAX);
    buf_init(&path, PATH_BYTES_MAX);
    int code = profile_path(environment, &path, &e);
    l.path = buf_cstr(&path);
    if (code == 0) code = list_all(&l, &e);
    if (code < 0) msg_warn("%s", e.text);
    buf_release(&path);
    buf_release(&l.out);
    return errclass_exit_of_code(code);
}
