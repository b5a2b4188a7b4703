/* SPDX-License-Identifier: BSD-3-Clause */
/* See stat_face.h. What the tool does with odd numbers (a field that is not there is the least of
 * all numbers; a terabyte has no unit and leaves what stood there before) is done here as well. */
#include "stat_face.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/msg.h"
#include "base/str.h"
#include "core/info.h"
#include "face.h"

enum { HEADER_EVERY = 20, DATABASES = 20, CELL = 64 };

static const char header[] =
    "------- data ------ --------------------- load -------------------- - child -\n"
    "keys       mem      clients blocked requests            connections          \n";

struct table {
    struct run *run;
    uint64_t rows;
    int64_t requests; /* of the row before */
    unsigned tries;   /* to reconnect, for the present row */
};

/* ---- a row ---- */

static int64_t number(const struct reply *info, const char *name) {
    char text[STR_INT_MAX];
    return info_field(info, name, text, sizeof text) ? strtoll(text, NULL, 10) : INT64_MIN;
}

static uint64_t keys_of(const struct reply *info) {
    uint64_t sum = 0;
    for (int db = 0; db < DATABASES; db++)
        sum += info_keys(info, db);
    return sum;
}

/* Out of range, cell keeps its text; the least of all numbers has no opposite, and stays. */
static void put_bytes(char cell[CELL], int64_t n) {
    static const char units[] = "BKMG";
    const char *sign = n < 0 ? "-" : "";
    int64_t size = n < 0 && n > INT64_MIN ? -n : n;
    int unit = 0;
    double d = (double)size;
    for (int64_t rest = size; rest >= 1024 && units[unit]; rest >>= 10, unit++)
        d /= 1024;
    if (!unit)
        snprintf(cell, CELL, "%s%lldB", sign, (long long)size);
    else if (units[unit])
        snprintf(cell, CELL, "%s%.2f%c", sign, d, units[unit]);
}

static const char *child_of(const struct reply *info) {
    static const char *const words[] = {"", "SAVE", "AOF", "SAVE+AOF", "LOAD"};
    uint64_t bits = (uint64_t)number(info, "rdb_bgsave_in_progress") |
                    (uint64_t)number(info, "aof_rewrite_in_progress") << 1 |
                    (uint64_t)number(info, "loading") << 2;
    return bits < sizeof words / sizeof *words ? words[bits] : "";
}

static void put_row(struct table *t, const struct reply *info) {
    struct buf *out = &t->run->out;
    char cell[CELL];
    if (t->rows++ % HEADER_EVERY == 0) buf_adds(out, header);
    snprintf(cell, sizeof cell, "%llu", (unsigned long long)keys_of(info));
    buf_addf(out, "%-11s", cell);
    put_bytes(cell, number(info, "used_memory"));
    buf_addf(out, "%-8s", cell);
    buf_addf(out, " %-8lld", (long long)number(info, "connected_clients"));
    buf_addf(out, "%-8lld", (long long)number(info, "blocked_clients"));
    int64_t requests = number(info, "total_commands_processed");
    uint64_t grown = t->requests ? (uint64_t)requests - (uint64_t)t->requests : 0;
    snprintf(cell, sizeof cell, "%lld (+%lld)", (long long)requests, (long long)grown);
    buf_addf(out, "%-19s", cell);
    t->requests = requests;
    buf_addf(out, " %-12lld%s\n", (long long)number(info, "total_connections_received"),
             child_of(info));
    run_flush(t->run);
}

/* ---- the connection ---- */

static void wait_until(struct run *r, int64_t at_ns) {
    while (clock_now_ns() < at_ns && !run_interrupted(r))
        run_turn(r, at_ns);
}

/* One try, and the tool's second behind it. */
static void reconnect(struct table *t) {
    struct err unused;
    int64_t begun = clock_now_ns();
    buf_addf(&t->run->out, "\r\033[0KReconnecting... %u\r", ++t->tries);
    run_flush(t->run);
    if (wire_connect(&t->run->wire, &unused) < 0) { /* the next try follows */
    }
    wait_until(t->run, begun + CLOCK_NS_PER_S);
}

static bool is_lost(const struct err *e) {
    return e->code == VK_ELOST || e->code == VK_ECONNECT || e->code == VK_ETIMEOUT;
}

static int ask(struct table *t, const struct reply **info, struct err *e) {
    static const char *const words[] = {"INFO"};
    int code = VK_ELOST;
    t->tries = 0;
    while (code < 0 && !run_interrupted(t->run)) {
        while (t->tries && !wire_is_open(&t->run->wire) && !run_interrupted(t->run))
            reconnect(t);
        code = client_call(t->run->wire.client, 1, words, info, e);
        if (code < 0 && !is_lost(e)) return code;
        if (t->tries) buf_adds(&t->run->out, "\r\033[0K");
        if (code < 0 && !run_interrupted(t->run)) reconnect(t);
    }
    return code;
}

int stat_face_main(struct run *r) {
    struct table t = {.run = r};
    const struct reply *info;
    struct err e;
    int64_t pause_ns = (int64_t)(r->opts->interval_s * (double)CLOCK_NS_PER_S);
    if (wire_connect(&r->wire, &e) < 0) return face_fail(r->opts, &e);
    while (ask(&t, &info, &e) == 0) {
        if (resp_read_is_error(info->type)) {
            msg_say("ERROR: %.*s", (int)info->len, info->p);
            return 1;
        }
        put_row(&t, info);
        wait_until(r, clock_now_ns() + (pause_ns > 0 ? pause_ns : CLOCK_NS_PER_S));
        if (run_interrupted(r)) break;
    }
    return run_interrupted(r) ? 130 : face_fail(r->opts, &e);
}
