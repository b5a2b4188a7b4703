/* SPDX-License-Identifier: BSD-3-Clause */
/* See keys_prelude.h. */
#include "keys_prelude.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "core/errclass.h"
#include "core/info.h"

enum { FIELD_MAX = 64 };

static void keep_refusal(struct keys_prelude *out, const struct reply *r) {
    enum { SHOWN_MAX = 400 };
    if (out->refused.code || errclass_of_reply(r->p, r->len) != ERRCLASS_PERMISSION) return;
    err_set(&out->refused, VK_EAUTH, "%.*s", (int)(r->len < SHOWN_MAX ? r->len : SHOWN_MAX), r->p);
}

/* *r: NULL when the server does not say. */
static int ask_info(struct client *c, const char *section, struct keys_prelude *out,
                    const struct reply **r, struct err *e) {
    const char *const argv[] = {"INFO", section};
    int code = client_call(c, 2, argv, r, e);
    if (code < 0) return code;
    if (resp_read_is_error((*r)->type)) keep_refusal(out, *r);
    if (resp_read_is_error((*r)->type) || !(*r)->p) *r = NULL;
    return 0;
}

/* From 7.2 on; a server that does not say may be asked. */
static bool knows_no_touch(const struct reply *server) {
    char version[FIELD_MAX];
    unsigned major = 0, minor = 0;
    if (!server || !info_field(server, "redis_version", version, sizeof version)) return true;
    if (sscanf(version, "%u.%u", &major, &minor) != 2) return true;
    return major > 7 || (major == 7 && minor >= 2);
}

static int set_no_touch(struct client *c, struct keys_prelude *out, struct err *e) {
    static const char *const argv[] = {"CLIENT", "NO-TOUCH", "ON"};
    const struct reply *r;
    int code = ask_info(c, "server", out, &r, e);
    if (code < 0) return code;
    if (!knows_no_touch(r)) {
        out->touches = true;
        return 0;
    }
    code = client_call(c, 3, argv, &r, e);
    if (code == 0) out->touches |= resp_read_is_error(r->type);
    return code;
}

static int ask_memory(struct client *c, struct keys_prelude *out, bool *known, struct err *e) {
    char field[FIELD_MAX];
    const struct reply *r;
    uint64_t used = 0;
    int code = ask_info(c, "memory", out, &r, e);
    if (code < 0) return code;
    bool said = r && info_field(r, "used_memory", field, sizeof field) &&
                str_to_u64(field, strlen(field), &used) == 0;
    *known &= said;
    out->used_bytes += used;
    if (!r || !info_field(r, "maxmemory_policy", field, sizeof field) || !strstr(field, "lfu"))
        out->lfu = false;
    return 0;
}

int keys_prelude(struct fleet *f, struct keys_prelude *out, struct err *e) {
    bool known = true;
    int code = 0;
    *out = (struct keys_prelude){.lfu = true};
    for (int i = 0; code == 0 && i < f->n; i++) {
        code = set_no_touch(f->nodes[i].client, out, e);
        if (code == 0) code = ask_memory(f->nodes[i].client, out, &known, e);
    }
    if (!known) out->used_bytes = 0;
    return code;
}
