/* SPDX-License-Identifier: BSD-3-Clause */
/* See doctor_read.h. First what every server has, then what follows from its answer: a cluster's
 * own, the clients unless there are too many to list, the certificate of a TLS port. */
#include "doctor_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/safe.h"
#include "base/str.h"
#include "core/info.h"
#include "core/redact.h"
#include "doctor_cert.h"
#include "judge_case.h"

enum { WAIT_S = 10, CLIENTS_MOST = 10000, WORDS_MAX = 3, SLOW_WORD_MAX = 40 };

#define REPLY_BYTES ((size_t)32 << 20)

/* One at a time: servers before 7.0 take no list, and a server knows some of them only. */
static const char *const settings[] = {
    "save",
    "appendonly",
    "appendfsync",
    "stop-writes-on-bgsave-error",
    "dir",
    "dbfilename",
    "bind",
    "port",
    "tls-port",
    "tls-cert-file",
    "protected-mode",
    "tcp-keepalive",
    "tcp-backlog",
    "timeout",
    "repl-timeout",
    "min-replicas-to-write",
    "min-replicas-max-lag",
    "replica-serve-stale-data",
    "client-output-buffer-limit",
    "slowlog-log-slower-than",
    "latency-monitor-threshold",
    "cluster-require-full-coverage",
    "enable-debug-command",
    "enable-module-command",
    "enable-protected-configs",
};

enum { SETTINGS = sizeof settings / sizeof *settings };

/* In the order of enum judge_source, but for what is no command. */
static const char *const commands[JUDGE_CERTIFICATE][WORDS_MAX + 1] = {
    [JUDGE_INFO] = {"INFO", "all"},
    [JUDGE_CONFIG] = {"CONFIG", "GET"},
    [JUDGE_CLIENTS] = {"CLIENT", "LIST"},
    [JUDGE_ACL] = {"ACL", "LIST"},
    [JUDGE_CLUSTER_INFO] = {"CLUSTER", "INFO"},
    [JUDGE_CLUSTER_NODES] = {"CLUSTER", "NODES"},
    [JUDGE_SLOWLOG] = {"SLOWLOG", "GET", "128"},
    [JUDGE_LATENCY] = {"LATENCY", "LATEST"},
};

const char *doctor_read_source(enum judge_source s) {
    static const char *const names[JUDGE_SOURCES] = {
        "INFO",          "CONFIG GET",  "CLIENT LIST",    "ACL LIST",       "CLUSTER INFO",
        "CLUSTER NODES", "SLOWLOG GET", "LATENCY LATEST", "the certificate"};
    return names[s];
}

struct patient;

/* A command under way. */
struct ask {
    struct patient *patient;
    enum judge_source source;
    struct reply_builder tree;
    bool over;
};

struct patient {
    struct doctor_read *all;
    struct fleet_node *node;
    struct judge_node *facts;
    struct buf config, acl;
    struct ask asks[JUDGE_CERTIFICATE], settings[SETTINGS];
};

struct doctor_read {
    struct fleet *fleet;
    struct patient *patients;
    struct judge_node *facts;
    int n, waiting;
};

/* ---- replies ---- */

static void skip(struct patient *p, enum judge_source s, const char *why, size_t len) {
    struct judge_node *n = p->facts;
    if (!n->skipped[s][0])
        snprintf(n->skipped[s], JUDGE_WHY_MAX, "%.*s", (int)(len < 150 ? len : 150), why);
}

static bool is_list(const struct reply *r) {
    return r->type == RESP_ARRAY || r->type == RESP_MAP || r->type == RESP_SET;
}

static const char *text_of(const struct reply *r) {
    return r && r->p ? r->p : "";
}

static int64_t number_of(const struct reply *r) {
    return r && r->type == RESP_INT ? judge_case_within(r->n) : 0;
}

static void take_setting(struct patient *p, const struct reply *r) {
    if (!reply_at(r, 1)) return; /* not known to this server */
    buf_addf(&p->config, "%s:%s\n", text_of(reply_at(r, 0)), text_of(reply_at(r, 1)));
    p->facts->texts[JUDGE_CONFIG].p = p->config.p;
    p->facts->texts[JUDGE_CONFIG].len = p->config.len;
}

static void take_users(struct patient *p, const struct reply *r) {
    for (const struct reply *user = r->child; user; user = user->next)
        buf_addf(&p->acl, "%s\n", text_of(user));
    p->facts->texts[JUDGE_ACL].p = p->acl.p;
    p->facts->texts[JUDGE_ACL].len = p->acl.len;
}

/* Its name and one word, which tells what it worked on; of AUTH that is the password. */
static void take_words(struct judge_slow *s, const struct reply *words) {
    struct buf text;
    const char *argv[2];
    size_t lens[2];
    bool secret[2] = {false};
    int argc = 0;
    for (; argc < 2 && words && reply_at(words, (size_t)argc); argc++) {
        const struct reply *word = reply_at(words, (size_t)argc);
        argv[argc] = text_of(word);
        lens[argc] = word->p ? word->len : 0;
    }
    if (argc) redact_words(argc, argv, lens, secret);
    buf_init(&text, sizeof s->words - 1);
    for (int i = 0; i < argc; i++) {
        size_t most = i ? SLOW_WORD_MAX : SLOW_WORD_MAX / 2;
        if (i) buf_addc(&text, ' ');
        if (secret[i])
            buf_adds(&text, REDACT_TEXT);
        else
            safe_add(&text, argv[i], lens[i] < most ? lens[i] : most, false);
    }
    snprintf(s->words, sizeof s->words, "%s", buf_cstr(&text));
    buf_release(&text);
}

static void take_slow(struct judge_node *n, const struct reply *r) {
    for (const struct reply *one = r->child; one && n->n_slow < JUDGE_SLOW_MAX; one = one->next) {
        struct judge_slow *s = &n->slow[n->n_slow++];
        s->at_s = number_of(reply_at(one, 1));
        s->us = number_of(reply_at(one, 2));
        take_words(s, reply_at(one, 3));
    }
}

static void take_spikes(struct judge_node *n, const struct reply *r) {
    for (const struct reply *one = r->child; one && n->n_spikes < JUDGE_SPIKES_MAX;
         one = one->next) {
        struct judge_spike *s = &n->spikes[n->n_spikes++];
        snprintf(s->event, sizeof s->event, "%.31s", text_of(reply_at(one, 0)));
        s->at_s = number_of(reply_at(one, 1));
        s->last_ms = number_of(reply_at(one, 2));
        s->max_ms = number_of(reply_at(one, 3));
    }
}

static bool take(struct patient *p, enum judge_source s, const struct reply *r) {
    bool list = s == JUDGE_CONFIG || s == JUDGE_ACL || s == JUDGE_SLOWLOG || s == JUDGE_LATENCY;
    if (list != is_list(r) || (!list && !r->p)) return false;
    if (s == JUDGE_CONFIG)
        take_setting(p, r);
    else if (s == JUDGE_ACL)
        take_users(p, r);
    else if (s == JUDGE_SLOWLOG)
        take_slow(p->facts, r);
    else if (s == JUDGE_LATENCY)
        take_spikes(p->facts, r);
    else
        p->facts->texts[s] = (struct reply){.p = r->p, .len = r->len}; /* the tree stays */
    return true;
}

static void settle(struct ask *a, int code, const struct err *why) {
    const struct reply *r = code == 0 ? a->tree.root : NULL;
    static const char odd[] = "an answer that makes no sense";
    a->over = true;
    a->patient->all->waiting--;
    if (!r)
        skip(a->patient, a->source, why->text, strlen(why->text));
    else if (resp_read_is_error(r->type))
        skip(a->patient, a->source, text_of(r), r->len);
    else if (take(a->patient, a->source, r))
        a->patient->facts->read[a->source] = true;
    else
        skip(a->patient, a->source, odd, sizeof odd - 1);
}

/* It answers nothing any more: no further questions. */
static void give_up(struct patient *p, const struct err *why) {
    struct judge_node *n = p->facts;
    if (n->silent[0]) return;
    n->silent_code = why->code;
    snprintf(n->silent, JUDGE_WHY_MAX, "%.*s", JUDGE_WHY_MAX - 1, why->text);
}

static void on_reply(void *arg, int code, const struct resp_event *ev) {
    struct ask *a = arg;
    struct err why = *client_error(a->patient->node->client);
    if (a->over) return;
    if (code < 0 && !why.code) err_set(&why, VK_ETIMEOUT, "no answer in time");
    if (code < 0) give_up(a->patient, &why);
    int built = ev ? reply_build(&a->tree, ev) : 0;
    if (built == VK_ELIMIT) err_set(&why, VK_ELIMIT, "the answer is too large");
    if (code < 0 || built == VK_ELIMIT)
        settle(a, VK_ELIMIT, &why);
    else if (code == 0)
        settle(a, 0, &why);
}

/* ---- asking ---- */

static void ask(struct patient *p, struct ask *a, enum judge_source s, const char *extra) {
    const char *argv[WORDS_MAX + 1];
    struct err e;
    int argc = 0;
    while (argc < WORDS_MAX && commands[s][argc]) {
        argv[argc] = commands[s][argc];
        argc++;
    }
    if (extra) argv[argc++] = extra;
    *a = (struct ask){.patient = p, .source = s};
    reply_builder_init(&a->tree, REPLY_BYTES);
    p->all->waiting++;
    if (client_submit(p->node->client, argc, argv, NULL, on_reply, a, &e) < 0)
        settle(a, e.code, &e);
}

static int await(struct doctor_read *d, struct err *e) {
    int64_t until = clock_now_ns() + WAIT_S * CLOCK_NS_PER_S;
    while (d->waiting && clock_now_ns() < until) {
        if (run_interrupted(d->fleet->run)) return err_set(e, VK_ECANCEL, "interrupted");
        fleet_turn(d->fleet, until);
    }
    for (int i = 0; i < d->n && d->waiting; i++)
        client_cancel(d->fleet->nodes[i].client);
    return 0;
}

static void ask_first(struct patient *p) {
    static const enum judge_source sources[] = {JUDGE_INFO, JUDGE_ACL, JUDGE_SLOWLOG,
                                                JUDGE_LATENCY};
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        ask(p, &p->asks[sources[i]], sources[i], NULL);
    for (int i = 0; i < SETTINGS; i++)
        ask(p, &p->settings[i], JUDGE_CONFIG, settings[i]);
}

static int64_t told(const struct patient *p, enum judge_source s, const char *name) {
    char text[32];
    int64_t n = 0;
    if (!p->facts->read[s] || !info_field(&p->facts->texts[s], name, text, sizeof text)) return 0;
    return str_to_i64(text, strlen(text), &n) < 0 ? 0 : n;
}

static void ask_second(struct patient *p) {
    char why[96];
    int64_t n = told(p, JUDGE_INFO, "connected_clients");
    if (told(p, JUDGE_INFO, "cluster_enabled")) {
        ask(p, &p->asks[JUDGE_CLUSTER_INFO], JUDGE_CLUSTER_INFO, NULL);
        ask(p, &p->asks[JUDGE_CLUSTER_NODES], JUDGE_CLUSTER_NODES, NULL);
    }
    if (n <= CLIENTS_MOST) {
        ask(p, &p->asks[JUDGE_CLIENTS], JUDGE_CLIENTS, NULL);
        return;
    }
    snprintf(why, sizeof why, "%lld clients are too many to list without stopping the server",
             (long long)n);
    skip(p, JUDGE_CLIENTS, why, strlen(why));
}

static void look_at_certificate(struct patient *p) {
    const struct connopt *o = &p->all->fleet->run->opts->conn;
    int64_t port = told(p, JUDGE_CONFIG, "tls-port");
    if (!port && o->tls && !o->path && !p->facts->read[JUDGE_CONFIG])
        port = p->node->door ? p->node->door->conn.port : o->port;
    static const char why[] = "tls-port is not known without CONFIG GET";
    if (!port && !p->facts->read[JUDGE_CONFIG]) skip(p, JUDGE_CERTIFICATE, why, sizeof why - 1);
    if (port > 0 && port <= UINT16_MAX)
        doctor_cert_read(p->all->fleet, p->node, (int)port, p->facts);
}

/* ---- all of it ---- */

static void begin(struct doctor_read *d) {
    d->n = d->fleet->n;
    d->patients = mem_zalloc((size_t)d->n, sizeof *d->patients);
    d->facts = mem_zalloc((size_t)d->n, sizeof *d->facts);
    for (int i = 0; i < d->n; i++) {
        struct patient *p = &d->patients[i];
        p->all = d;
        p->node = &d->fleet->nodes[i];
        p->facts = &d->facts[i];
        p->facts->now_s = clock_wall_us() / 1000000;
        buf_init(&p->config, REPLY_BYTES);
        buf_init(&p->acl, REPLY_BYTES);
        snprintf(p->facts->name, sizeof p->facts->name, "%s", p->node->name);
        if (p->node->why.code) give_up(p, &p->node->why);
    }
}

static void each(struct doctor_read *d, void (*fn)(struct patient *p)) {
    for (int i = 0; i < d->n; i++)
        if (!d->facts[i].silent[0]) fn(&d->patients[i]);
}

int doctor_read_all(struct fleet *f, struct judge_facts *facts, struct doctor_read **out,
                    struct err *e) {
    struct doctor_read *d = mem_zalloc(1, sizeof *d);
    *out = d;
    d->fleet = f;
    begin(d);
    *facts = (struct judge_facts){.nodes = d->facts, .n = d->n};
    each(d, ask_first);
    int code = await(d, e);
    if (code == 0) each(d, ask_second);
    if (code == 0) code = await(d, e);
    if (code == 0) each(d, look_at_certificate);
    return code;
}

static void release(struct ask *a) {
    if (a->patient) reply_builder_release(&a->tree);
}

void doctor_read_free(struct doctor_read *d) {
    if (!d) return;
    for (int i = 0; i < d->n; i++) {
        struct patient *p = &d->patients[i];
        client_cancel(p->node->client); /* while there is somebody to hear of it */
        for (int k = 0; k < JUDGE_CERTIFICATE; k++)
            release(&p->asks[k]);
        for (int k = 0; k < SETTINGS; k++)
            release(&p->settings[k]);
        buf_release(&p->config);
        buf_release(&p->acl);
    }
    free(d->patients);
    free(d->facts);
    free(d);
}
