/* SPDX-License-Identifier: BSD-3-Clause */
/* See stat_lines.h. */
#include "stat_lines.h"

#include <math.h>
#include <string.h>

#include "base/safe.h"
#include "ui/jsonw.h"

enum { DOING_BYTES = 64, SAFE_BYTES = 1 << 16 };

/* ---- JSON ---- */

static void put_time(struct buf *out, int64_t us) {
    buf_addf(out, "%lld.%03d", (long long)(us / 1000000), (int)(us % 1000000 / 1000));
}

static void put_rates(struct buf *out, const struct gauge_rates *r) {
    jsonw_object(out, "per_s");
    for (int i = GAUGE_COMMANDS; i < GAUGE_CPU; i++)
        jsonw_number(out, gauge_name((enum gauge_number)i), r->per_s[i]);
    buf_addc(out, '}');
    jsonw_number(out, "seconds", r->seconds);
    jsonw_number(out, "hit_rate", gauge_hit_rate(r));
    jsonw_number(out, "cpu", gauge_cpu(r));
    jsonw_flag(out, "restarted", r->restarted);
}

static void put_gauge(struct buf *out, const struct gauge *g) {
    char doing[DOING_BYTES];
    jsonw_text(out, "role", g->replica ? "replica" : "primary");
    jsonw_text(out, "product", g->product);
    jsonw_text(out, "version", g->version);
    if (g->primary[0]) jsonw_text(out, "primary", g->primary);
    for (int i = 0; i < GAUGES; i++) {
        enum gauge_number n = (enum gauge_number)i;
        jsonw_count_or_null(out, gauge_name(n), g->value[n], gauge_knows(g, n));
    }
    jsonw_text(out, "doing", gauge_doing(g->doing, doing, sizeof doing));
}

void stat_lines_json(struct buf *out, const struct stat_line *l) {
    buf_addc(out, '{');
    jsonw_key(out, "time");
    put_time(out, l->time_us);
    jsonw_text(out, "node", l->node);
    jsonw_flag(out, "up", !l->trouble);
    if (l->trouble) {
        jsonw_text(out, "error", l->trouble);
    } else {
        put_gauge(out, l->gauge);
        put_rates(out, l->rates);
    }
    buf_adds(out, "}\n");
}

/* ---- CSV (RFC 4180) ---- */

/* Made safe, so there is no line end to quote; the file may be looked at on a terminal. */
static void put_text(struct buf *out, const char *text) {
    struct buf safe;
    buf_init(&safe, SAFE_BYTES);
    safe_add(&safe, text, strlen(text), false);
    const char *p = buf_cstr(&safe);
    bool plain = !p[strcspn(p, ",\"")];
    buf_addc(out, ',');
    if (!plain) buf_addc(out, '"');
    for (; *p; p++) {
        if (*p == '"') buf_addc(out, '"');
        buf_addc(out, *p);
    }
    if (!plain) buf_addc(out, '"');
    buf_release(&safe);
}

static void put_number(struct buf *out, double v) {
    buf_addc(out, ',');
    if (!isnan(v)) buf_addf(out, "%.6g", v);
}

void stat_lines_csv_header(struct buf *out) {
    buf_adds(out, "time,node,up,error,role,version,doing");
    for (int i = 0; i < GAUGES; i++)
        buf_addf(out, ",%s", gauge_name((enum gauge_number)i));
    for (int i = GAUGE_COMMANDS; i < GAUGE_CPU; i++)
        buf_addf(out, ",%s_per_s", gauge_name((enum gauge_number)i));
    buf_adds(out, ",seconds,hit_rate,cpu\n");
}

static void put_numbers(struct buf *out, const struct stat_line *l) {
    char doing[DOING_BYTES];
    put_text(out, l->gauge->replica ? "replica" : "primary");
    put_text(out, l->gauge->version);
    put_text(out, gauge_doing(l->gauge->doing, doing, sizeof doing));
    for (int i = 0; i < GAUGES; i++) {
        buf_addc(out, ',');
        if (gauge_knows(l->gauge, (enum gauge_number)i))
            buf_addf(out, "%llu", (unsigned long long)l->gauge->value[i]);
    }
    for (int i = GAUGE_COMMANDS; i < GAUGE_CPU; i++)
        put_number(out, l->rates->per_s[i]);
    put_number(out, l->rates->seconds);
    put_number(out, gauge_hit_rate(l->rates));
    put_number(out, gauge_cpu(l->rates));
}

void stat_lines_csv(struct buf *out, const struct stat_line *l) {
    enum { EMPTY = 3 + GAUGES + GAUGE_CPU - GAUGE_COMMANDS + 3 };
    put_time(out, l->time_us);
    put_text(out, l->node);
    buf_adds(out, l->trouble ? ",0" : ",1");
    put_text(out, l->trouble ? l->trouble : "");
    for (int i = 0; i < EMPTY && l->trouble; i++)
        buf_addc(out, ',');
    if (!l->trouble) put_numbers(out, l);
    buf_addc(out, '\n');
}
