/* SPDX-License-Identifier: BSD-3-Clause */
/* The first connection. See preflight.h. */
#include "preflight.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "core/errclass.h"
#include "core/info.h"
#include "resp/reply.h"

enum { ARGS_MAX = 4 };

struct flight {
    struct client *client;
    const struct connopt *conn;
    bool compatible;
    struct server_facts *facts;
    struct err *e;
};

/* An error reply is a reply: *r holds it. */
static int ask(struct flight *f, const struct reply **r, const char *a, const char *b,
               const char *c) {
    const char *const argv[ARGS_MAX] = {a, b, c};
    return client_call(f->client, 1 + (b != NULL) + (c != NULL), argv, r, f->e);
}

/* ---- will it have us? ---- */

static const char *advice(enum errclass kind) {
    switch (kind) {
    case ERRCLASS_AUTH: return " (give -a, --askpass or --password-file)";
    case ERRCLASS_PERMISSION: return " (this user may not do that)";
    case ERRCLASS_LOADING: return " (try again when it has loaded)";
    default: return "";
    }
}

static int refuse(struct flight *f, const struct reply *r) {
    char where[256];
    enum errclass kind = errclass_of_reply(r->p, r->len);
    int code = kind == ERRCLASS_AUTH || kind == ERRCLASS_PERMISSION ? VK_EAUTH : VK_ESERVER;
    return err_set(f->e, code, "%s: %.*s%s", connopt_where(f->conn, where, sizeof where),
                   (int)(r->len < 300 ? r->len : 300), r->p, advice(kind));
}

static bool is_error(const struct reply *r) {
    return resp_read_is_error(r->type);
}

/* ---- what is it? ---- */

/* "db0:keys=12,expires=0,..." lines added up. */
static int64_t count_keys(const struct reply *r) {
    int64_t sum = 0;
    for (int db = 0; db < 1024; db++) {
        char name[16], value[64];
        snprintf(name, sizeof name, "db%d", db);
        info_field(r, name, value, sizeof value);
        if (!strncmp(value, "keys=", 5)) sum += strtoll(value + 5, NULL, 10);
    }
    return sum;
}

static void take_info(struct server_facts *f, const struct reply *r) {
    char text[32];
    info_field(r, "redis_version", f->version, sizeof f->version);
    info_field(r, "valkey_version", text, sizeof text);
    snprintf(f->name, sizeof f->name, "%s", *text ? "valkey" : "redis");
    if (*text) snprintf(f->version, sizeof f->version, "%s", text);
    info_field(r, "redis_mode", f->mode, sizeof f->mode);
    info_field(r, "server_mode", text, sizeof text);
    if (*text) snprintf(f->mode, sizeof f->mode, "%.15s", text);
    info_field(r, "io_threads_active", text, sizeof text);
    if (*f->version) f->keys = count_keys(r);
}

/* The value of a CONFIG GET of one name. */
static bool take_config(const struct reply *r, char *out, size_t cap) {
    if (is_error(r) || !resp_read_is_aggregate(r->type) || r->n < 2) return false;
    const struct reply *value = r->child->next;
    if (value->type != RESP_BULK && value->type != RESP_SIMPLE) return false;
    snprintf(out, cap, "%.*s", (int)(value->len < cap ? value->len : cap - 1), value->p);
    return true;
}

/* The text of an error in the server's words alone. */
static int repeat(struct flight *f, const struct reply *r) {
    return err_set(f->e, VK_EAUTH, "%.*s", (int)(r->len < 300 ? r->len : 300), r->p);
}

/* One CONFIG GET: *has says whether its value could be had. To the tool a refusal for want of
 * rights is the end. */
static int ask_config(struct flight *f, const char *name, char *out, size_t cap, bool *has) {
    const struct reply *r;
    int code = ask(f, &r, "CONFIG", "GET", name);
    if (code < 0) return code;
    *has = take_config(r, out, cap);
    if (!f->compatible || !is_error(r)) return 0;
    enum errclass kind = errclass_of_reply(r->p, r->len);
    return kind == ERRCLASS_AUTH || kind == ERRCLASS_PERMISSION ? repeat(f, r) : 0;
}

static int ask_configs(struct flight *f) {
    bool save = false, appendonly = false;
    int code = ask_config(f, "save", f->facts->save, sizeof f->facts->save, &save);
    if (code == 0)
        code = ask_config(f, "appendonly", f->facts->appendonly, sizeof f->facts->appendonly,
                          &appendonly);
    f->facts->has_config = save && appendonly;
    return code;
}

static int fly_natively(struct flight *f) {
    const struct reply *r;
    int code = ask(f, &r, "PING", NULL, NULL);
    if (code < 0) return code;
    if (is_error(r)) return refuse(f, r);
    code = ask(f, &r, "INFO", NULL, NULL);
    if (code < 0) return code;
    if (!is_error(r) && (r->type == RESP_BULK || r->type == RESP_VERBATIM)) take_info(f->facts, r);
    return ask_configs(f);
}

/* As valkey-benchmark does: a refused AUTH ends it, a refused CONFIG does not. */
static int fly_as_the_tool(struct flight *f) {
    const struct reply *r;
    const struct connopt *c = f->conn;
    int code = 0;
    if (c->password && c->user)
        code = ask(f, &r, "AUTH", c->user, c->password);
    else if (c->password)
        code = ask(f, &r, "AUTH", c->password, NULL);
    if (code < 0) return code;
    if (c->password && is_error(r)) return repeat(f, r);
    return ask_configs(f);
}

int preflight(struct loop *l, const struct connopt *conn, bool compatible,
              struct server_facts *facts, struct err *e) {
    struct flight f = {.conn = conn, .compatible = compatible, .facts = facts, .e = e};
    struct client_hooks hooks = {.bare = compatible};
    struct connopt patient = *conn; /* a server that accepts and is silent is none */
    if (patient.command_timeout_s <= 0) patient.command_timeout_s = patient.connect_timeout_s;
    *facts = (struct server_facts){.name = "server", .keys = -1};
    int code = client_new(l, &patient, &hooks, &f.client, e);
    if (code < 0) return code;
    code = client_connect(f.client, e);
    if (code == 0) code = compatible ? fly_as_the_tool(&f) : fly_natively(&f);
    client_free(f.client);
    return code;
}
