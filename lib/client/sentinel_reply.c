/* SPDX-License-Identifier: BSD-3-Clause */
/* See sentinel_reply.h. An array of pairs and a map are the same walk over a reply tree. */
#include "client/sentinel_reply.h"

#include <string.h>

#include "base/str.h"

enum { NAMES_MAX = 200, PORT_MAX = 65535 };

/* The text of a field, or NULL. */
static const struct reply *field(const struct reply *entry, const char *name) {
    const struct reply *value = reply_field(entry, name);
    return value && value->p ? value : NULL;
}

static bool has_flag(const struct reply *flags, const char *flag) {
    size_t len = strlen(flag);
    const char *p = flags ? flags->p : NULL;
    for (; p; p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL)
        if (!strncmp(p, flag, len) && (!p[len] || p[len] == ',')) return true;
    return false;
}

/* A host comes from afar and goes into messages and name look-ups. */
static bool take_host(const char *p, size_t len, struct connopt_place *out) {
    if (!len || len > CONNOPT_HOST_MAX) return false;
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)p[i] <= ' ' || p[i] == 0x7f) return false;
    memcpy(out->host, p, len);
    out->host[len] = 0;
    return true;
}

static bool take_port(const char *p, size_t len, struct connopt_place *out) {
    int64_t port;
    if (str_to_i64(p, len, &port) < 0 || port < 1 || port > PORT_MAX) return false;
    out->port = (int)port;
    return true;
}

static bool take_place(const struct reply *entry, struct connopt_place *out) {
    const struct reply *host = field(entry, "ip"), *port = field(entry, "port");
    return host && port && take_host(host->p, host->len, out) && take_port(port->p, port->len, out);
}

/* " (a, b)": the services that a sentinel knows instead. */
static void add_names(struct buf *text, const struct reply *masters) {
    const char *before = " (it knows: ";
    for (const struct reply *m = masters->child; m; m = m->next) {
        const struct reply *name = field(m, "name");
        if (!name || buf_addf(text, "%s%.*s", before, (int)name->len, name->p) < 0) break;
        before = ", ";
    }
    if (text->len) buf_addc(text, ')');
}

static const struct reply *fail_unknown(const struct reply *masters, struct err *e) {
    struct buf names;
    buf_init(&names, NAMES_MAX);
    add_names(&names, masters);
    err_set(e, VK_ESTATE, "no service of that name%s", buf_cstr(&names));
    buf_release(&names);
    return NULL;
}

const struct reply *sentinel_reply_service(const struct reply *masters, const char *service,
                                           int64_t peers, struct err *e) {
    int64_t others = 0;
    const struct reply *m = masters->child, *name, *count;
    if (!resp_read_is_aggregate(masters->type)) {
        err_set(e, VK_EPROTO, "no list of services in the reply to SENTINEL MASTERS");
        return NULL;
    }
    while (m && !((name = field(m, "name")) && reply_is(name, service)))
        m = m->next;
    if (!m) return fail_unknown(masters, e);
    count = field(m, "num-other-sentinels");
    if (count && str_to_i64(count->p, count->len, &others) < 0) others = 0;
    if (others >= peers) return m;
    err_set(e, VK_ECONNECT, "it sees %lld other sentinels, fewer than %lld", (long long)others,
            (long long)peers);
    return NULL;
}

static bool is_down(const struct reply *flags) {
    return has_flag(flags, "s_down") || has_flag(flags, "o_down");
}

int sentinel_reply_primary(const struct reply *service, struct connopt_place *out, struct err *e) {
    const struct reply *flags = field(service, "flags");
    struct connopt_place place;
    if (!take_place(service, &place))
        return err_set(e, VK_EPROTO, "no address in the reply to SENTINEL MASTERS");
    if (!has_flag(flags, "master") || is_down(flags))
        return err_set(e, VK_ECONNECT, "the primary %s:%d is down (flags %.80s)", place.host,
                       place.port, flags ? flags->p : "missing");
    *out = place;
    return 0;
}

int sentinel_reply_replicas(const struct reply *replicas, struct connopt_place *out, int max) {
    int n = 0;
    for (const struct reply *r = replicas->child; r && n < max; r = r->next) {
        const struct reply *flags = field(r, "flags");
        if (!is_down(flags) && !has_flag(flags, "disconnected") && take_place(r, &out[n])) n++;
    }
    return n;
}

/* "SERVICE OLD-HOST OLD-PORT NEW-HOST NEW-PORT" */
bool sentinel_reply_switch(const struct reply *text, const char *service,
                           struct connopt_place *out) {
    struct connopt_place place;
    size_t len = strlen(service);
    if (!text || !text->p || strncmp(text->p, service, len) || text->p[len] != ' ') return false;
    const char *p = text->p + len + 1, *words[4];
    for (int i = 0; i < 4; i++) {
        words[i] = p;
        p += strcspn(p, " ");
        if (*p != (i < 3 ? ' ' : 0)) return false;
        if (i < 3) p++;
    }
    if (!take_host(words[2], strcspn(words[2], " "), &place)) return false;
    if (!take_port(words[3], strlen(words[3]), &place)) return false;
    *out = place;
    return true;
}
