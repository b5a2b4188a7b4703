/* SPDX-License-Identifier: BSD-3-Clause */
/* Counting. See top.h. */
#include "top.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "core/monitor_keys.h"
#include "form_impl.h"
#include "load/shape.h"

enum {
    NAME_MAX_BYTES = 64, /* kept of a key, a shape, a client */
    KEYS_MAX = 1024,     /* of one command that are counted */
};

static const uint32_t counters[TOP_VIEWS] = {
    [TOP_COMMANDS] = 1024, [TOP_PREFIXES] = 8192, [TOP_KEYS] = 65536,
    [TOP_CLIENTS] = 8192,  [TOP_NODES] = 4096,
};

struct top *top_new(const struct top_opts *o) {
    struct top *t = mem_zalloc(1, sizeof *t);
    t->opts = *o;
    if (!t->opts.weight) t->opts.weight = 1;
    for (int i = 0; i < TOP_VIEWS; i++)
        t->views[i] = heavy_new(counters[i], NAME_MAX_BYTES, o->seed);
    buf_init(&t->name, 1 << 20);
    return t;
}

void top_free(struct top *t) {
    if (!t) return;
    for (int i = 0; i < TOP_VIEWS; i++)
        heavy_free(t->views[i]);
    buf_release(&t->name);
    free(t);
}

static void add(struct top *t, enum top_view v, const char *p, size_t len, uint64_t bytes) {
    heavy_add(t->views[v], p, len, t->opts.weight, bytes * t->opts.weight);
}

static void add_key(struct top *t, const char *p, size_t len, uint64_t bytes) {
    add(t, TOP_KEYS, p, len, bytes);
    buf_clear(&t->name);
    shape_add(&t->name, p, len, t->opts.delimiter);
    add(t, TOP_PREFIXES, t->name.p, t->name.len, bytes);
}

/* In upper case, with its second word where that is part of the name. */
static void add_command(struct top *t, const struct monitor_event *c,
                        const struct command_info *info, uint64_t bytes) {
    char upper[NAME_MAX_BYTES];
    size_t len = c->lens[0] < sizeof upper ? c->lens[0] : sizeof upper;
    if (info) {
        add(t, TOP_COMMANDS, info->name, info->name_len, bytes);
        return;
    }
    for (size_t i = 0; i < len; i++) {
        char ch = c->argv[0][i];
        upper[i] = ch >= 'a' && ch <= 'z' ? (char)(ch - 'a' + 'A') : ch;
    }
    add(t, TOP_COMMANDS, upper, len, bytes);
}

static void add_client(struct top *t, const struct event *ev, uint64_t bytes) {
    const struct clients_entry *client =
        t->opts.client ? t->opts.client(t->opts.client_arg, ev) : NULL;
    buf_clear(&t->name);
    form_origin(&t->name, &ev->command->ev);
    if (client && (client->name.len || client->user.len)) {
        buf_addc(&t->name, ' ');
        if (client->name.len) buf_add(&t->name, client->name.p, client->name.len);
        buf_addc(&t->name, '@');
        if (client->user.len) buf_add(&t->name, client->user.p, client->user.len);
    }
    add(t, TOP_CLIENTS, t->name.p ? t->name.p : "", t->name.len, bytes);
}

static uint64_t bytes_of(const struct monitor_event *c) {
    uint64_t bytes = 0;
    for (int i = 0; i < c->argc; i++)
        bytes += c->lens[i];
    return bytes;
}

static uint64_t take_command(struct top *t, const struct event *ev) {
    const struct monitor_event *c = &ev->command->ev;
    int positions[KEYS_MAX];
    if (!c->argc) return 0;
    const struct command_info *info = monitor_keys_command(ev->command);
    uint64_t bytes = bytes_of(c);
    int n = monitor_keys_find(ev->command, info, positions, KEYS_MAX);
    for (int i = 0; i < n; i++)
        add_key(t, c->argv[positions[i]], c->lens[positions[i]], bytes / (uint64_t)n);
    add_command(t, c, info, bytes);
    add_client(t, ev, bytes);
    return bytes;
}

static uint64_t take_message(struct top *t, const struct event *ev) {
    static const char *const names[] = {[PUSH_MESSAGE] = "(message)",
                                        [PUSH_PMESSAGE] = "(pmessage)",
                                        [PUSH_SMESSAGE] = "(smessage)"};
    uint64_t bytes = ev->channel.len + ev->payload.len;
    add_key(t, ev->channel.p, ev->channel.len, bytes);
    add(t, TOP_COMMANDS, names[ev->push], strlen(names[ev->push]), bytes);
    return bytes;
}

void top_add(struct top *t, const struct event *ev) {
    uint64_t bytes = 0;
    if (ev->kind == EVENT_GAP) t->n_gaps++;
    if (ev->kind == EVENT_COMMAND && !ev->command) t->n_malformed++;
    if (ev->kind != EVENT_COMMAND && ev->kind != EVENT_MESSAGE) return;
    if (ev->kind == EVENT_MESSAGE)
        bytes = take_message(t, ev);
    else if (ev->command)
        bytes = take_command(t, ev);
    if (ev->node >= 0) {
        const char *node = t->opts.node(t->opts.arg, ev->node);
        add(t, TOP_NODES, node, strlen(node), bytes);
    }
    t->n_events += t->opts.weight;
    t->now += t->opts.weight;
    t->bytes += bytes * t->opts.weight;
    if (!t->first_us || ev->time_us < t->first_us) t->first_us = ev->time_us;
    if (ev->time_us > t->last_us) t->last_us = ev->time_us;
}

void top_tick(struct top *t) {
    for (int i = 0; i < TOP_VIEWS; i++)
        heavy_tick(t->views[i]);
    t->rate = t->now;
    t->now = 0;
}

double top_seconds(const struct top *t) {
    if (t->opts.begun_us) return (double)(clock_wall_us() - t->opts.begun_us) / FORM_US_PER_S;
    return (double)(t->last_us - t->first_us) / FORM_US_PER_S;
}

double top_share(const struct top *t, enum top_view v, const struct heavy_entry *e) {
    uint64_t total = heavy_total(t->views[v]);
    return total ? (double)e->count / (double)total : 0;
}
