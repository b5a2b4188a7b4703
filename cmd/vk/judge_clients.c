/* SPDX-License-Identifier: BSD-3-Clause */
/* Clients: how many, who is refused, and whose output piles up. */
#include <math.h>
#include <string.h>

#include "base/str.h"
#include "core/clients.h"
#include "judge_case.h"

#define BUFFER_WARNING (16 * JUDGE_MIB)
#define BUFFER_CRITICAL (256 * JUDGE_MIB)

enum { BUFFERS_SHOWN = 5, BLOCKED_MANY = 100, REFUSED_MANY = 10, BACKLOG_LEAST = 128 };

static void near_limit(struct judge_case *c) {
    int64_t max = judge_case_int(c, "maxclients"),
            n = judge_case_int(c, "connected_clients") + judge_case_int(c, "cluster_connections");
    if (max <= 0 || n < max / 10.0 * 8) return;
    judge_case_find(c, n >= max / 100.0 * 95 ? JUDGE_CRITICAL : JUDGE_WARNING,
                    "%.0f %% of the connections that are allowed are in use",
                    floor(100.0 * (double)n / (double)max));
    JUDGE_FIELDS(c, "connected_clients", "cluster_connections", "maxclients");
    judge_case_advise(c,
                      "CLIENT LIST tells who they are; CONFIG SET maxclients N (more), or CONFIG "
                      "SET timeout 300 against those that idle");
}

static void refused(struct judge_case *c) {
    int64_t n = judge_case_int(c, "rejected_connections");
    if (!n) return;
    judge_case_find(c, n >= REFUSED_MANY ? JUDGE_WARNING : JUDGE_NOTE,
                    "%lld connection%s been refused", (long long)n, n == 1 ? " has" : "s have");
    JUDGE_FIELDS(c, "rejected_connections", "connected_clients", "maxclients", "uptime_in_seconds");
    judge_case_advise(c, "the server's log tells why: more than maxclients (pools that are too "
                         "large, clients that never close: CONFIG SET maxclients N), or protected "
                         "mode (a user with a password lets others in)");
}

static void blocked(struct judge_case *c) {
    int64_t n = judge_case_int(c, "blocked_clients");
    if (n < BLOCKED_MANY) return;
    judge_case_find(c, JUDGE_NOTE, "%lld clients wait in blocking commands", (long long)n);
    JUDGE_FIELDS(c, "blocked_clients", "connected_clients");
    judge_case_advise(c, "usual for workers on an empty queue; else see flag b in CLIENT LIST");
}

/* "tot-mem=" and its kin in a line of CLIENT LIST. */
static int64_t number_in(const char *line, size_t len, const char *name) {
    const char *end = line + len, *p = memmem(line, len, name, strlen(name));
    int64_t n;
    if (!p) return 0;
    p += strlen(name);
    const char *blank = memchr(p, ' ', (size_t)(end - p));
    return str_to_i64(p, (size_t)((blank ? blank : end) - p), &n) < 0 ? 0 : n;
}

static void add_client(struct judge_case *c, const char *line, size_t len, int64_t bytes) {
    struct clients_entry who;
    char text[JUDGE_AMOUNT_CAP], id[32];
    if (clients_parse(line, len, &who) < 0) return;
    id[str_put_i64(id, who.id)] = 0;
    judge_case_evidence(c, "client", "id=%s addr=%.*s name=%.*s user=%.*s cmd=%.*s: %s", id,
                        (int)who.addr.len, who.addr.p, (int)who.name.len, who.name.p,
                        (int)who.user.len, who.user.p, (int)who.cmd.len, who.cmd.p,
                        judge_case_bytes(text, bytes));
}

static void buffers(struct judge_case *c) {
    const char *line;
    size_t at = 0, len;
    int64_t n = 0, worst = 0;
    while (judge_case_line(c, JUDGE_CLIENTS, &at, &line, &len)) {
        int64_t bytes = number_in(line, len, " omem=");
        n += bytes >= BUFFER_WARNING;
        worst = bytes > worst ? bytes : worst;
    }
    if (!n) return;
    char text[JUDGE_AMOUNT_CAP];
    judge_case_find(c, worst >= BUFFER_CRITICAL ? JUDGE_CRITICAL : JUDGE_WARNING,
                    "output piles up for %lld client%s that read too slowly: up to %s",
                    (long long)n, n == 1 ? "" : "s", judge_case_bytes(text, worst));
    JUDGE_FIELDS(c, "mem_clients_normal", "mem_clients_slaves", "client-output-buffer-limit");
    at = 0;
    for (int shown = 0;
         shown < BUFFERS_SHOWN && judge_case_line(c, JUDGE_CLIENTS, &at, &line, &len);) {
        int64_t bytes = number_in(line, len, " omem=");
        if (bytes < BUFFER_WARNING) continue;
        add_client(c, line, len, bytes);
        shown++;
    }
    judge_case_advise(c, "CLIENT KILL ID N ends one; CONFIG SET client-output-buffer-limit 'normal "
                         "256mb 64mb 60' ends them by itself");
}

static void idle(struct judge_case *c) {
    if (!judge_case_is(c, "tcp-keepalive", "0") || !judge_case_is(c, "timeout", "0")) return;
    judge_case_find(c, JUDGE_WARNING, "clients that died without a word are kept for ever");
    JUDGE_FIELDS(c, "tcp-keepalive", "timeout", "connected_clients");
    judge_case_advise(c, "CONFIG SET tcp-keepalive 300");
}

static void backlog(struct judge_case *c) {
    int64_t n = judge_case_int(c, "tcp-backlog");
    if (!n || n >= BACKLOG_LEAST) return;
    judge_case_find(c, JUDGE_NOTE, "few connections may wait to be accepted: a burst is refused");
    JUDGE_FIELDS(c, "tcp-backlog");
    judge_case_advise(c,
                      "tcp-backlog 511 in the configuration file, and net.core.somaxconn as much");
}

const struct judge_rule judge_clients_rules[] = {
    {"maxclients", JUDGE_NEEDS(INFO), false, near_limit},
    {"rejected connections", JUDGE_NEEDS(INFO), false, refused},
    {"blocked clients", JUDGE_NEEDS(INFO), false, blocked},
    {"output buffers", JUDGE_NEEDS(CLIENTS), false, buffers},
    {"keepalive", JUDGE_NEEDS(CONFIG), false, idle},
    {"tcp backlog", JUDGE_NEEDS(CONFIG), false, backlog},
    {0},
};
