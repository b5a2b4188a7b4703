/* SPDX-License-Identifier: BSD-3-Clause */
/* See nodes.h. The map says who serves what; each node's own INFO says its version and how far
 * behind its primary a replica is. A node that does not answer is in the table all the same. */
#include "nodes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/safe.h"
#include "base/str.h"
#include "core/info.h"
#include "face.h"
#include "io/tty.h"

#define TEXT_BYTES ((size_t)1 << 22)

enum {
    ADDRESS,
    ROLE,
    SLOTS,
    REPLICAS,
    LAG,
    VERSION,
    ID,
    COLUMNS,
    ID_LEAST = 8,     /* bytes of an id that are always shown */
    SLOTS_LEAST = 11, /* room for one range */
    VERSION_MAX = 24,
};

struct node {
    int number;
    char version[VERSION_MAX]; /* "" = it does not answer */
    int64_t offset;            /* of the replication stream, -1 = not known */
    struct reply_builder info;
    bool failed;
};

struct table {
    struct cluster *cluster;
    struct node *nodes;
    int n;
};

/* ---- INFO ---- */

static void on_info(void *arg, int code, const struct resp_event *ev) {
    struct node *n = arg;
    if (code < 0 || (ev && reply_build(&n->info, ev) == VK_ELIMIT)) n->failed = true;
}

static void take_info(struct node *n, bool replica) {
    char text[32];
    const struct reply *r = n->failed ? NULL : n->info.root;
    n->offset = -1;
    if (!r || resp_read_is_error(r->type) || !r->p) return;
    if (!info_field(r, "valkey_version", n->version, sizeof n->version))
        info_field(r, "redis_version", n->version, sizeof n->version);
    const char *name = replica ? "slave_repl_offset" : "master_repl_offset";
    if (!info_field(r, name, text, sizeof text) || str_to_i64(text, strlen(text), &n->offset) < 0)
        n->offset = -1;
}

static void ask_all(struct run *r, struct table *t) {
    static const char *const argv[] = {"INFO"};
    static const size_t lens[] = {4};
    for (int i = 0; i < t->n; i++) {
        reply_builder_init(&t->nodes[i].info, TEXT_BYTES);
        cluster_submit(t->cluster, 1, argv, lens, t->nodes[i].number, on_info, &t->nodes[i]);
    }
    while (cluster_pending(t->cluster) && !run_interrupted(r))
        cluster_turn(t->cluster, -1);
    if (cluster_pending(t->cluster)) cluster_cancel(t->cluster);
}

static void find_all(struct table *t) {
    const struct slots *s = cluster_slots(t->cluster);
    int n = slots_nodes(s), *numbers = mem_zalloc((size_t)n + 1, sizeof *numbers);
    t->nodes = mem_zalloc((size_t)n + 1, sizeof *t->nodes);
    int primaries = slots_primaries(s, numbers, n);
    for (int i = 0; i < primaries; i++) {
        t->nodes[t->n++].number = numbers[i];
        for (int k = 0; k < n; k++)
            if (!slots_node(s, k)->gone && slots_node(s, k)->replica &&
                slots_node(s, k)->primary == numbers[i])
                t->nodes[t->n++].number = k;
    }
    free(numbers);
}

/* ---- rows ---- */

static const char *const titles[COLUMNS] = {"address", "role",    "slots", "replicas",
                                            "lag",     "version", "id"};

struct row {
    struct buf cells[COLUMNS];
};

static void add_slots(struct buf *b, const struct slots *s, int node) {
    unsigned end;
    for (unsigned slot = 0; slot < SLOTS_COUNT; slot = end + 1) {
        if (slots_run(s, slot, &end) != node) continue;
        if (b->len) buf_addc(b, ' ');
        if (end > slot)
            buf_addf(b, "%u-%u", slot, end);
        else
            buf_addf(b, "%u", slot);
    }
}

static int count_replicas(const struct table *t, int primary) {
    const struct slots *s = cluster_slots(t->cluster);
    int n = 0;
    for (int i = 0; i < t->n; i++) {
        const struct slots_node *node = slots_node(s, t->nodes[i].number);
        n += node->replica && node->primary == primary;
    }
    return n;
}

static int64_t offset_of(const struct table *t, int number) {
    for (int i = 0; i < t->n; i++)
        if (t->nodes[i].number == number) return t->nodes[i].offset;
    return -1;
}

/* Bytes of the replication stream that a replica has not got; both ends were asked at about the
 * same time, so it may be a little off. */
static void add_lag(struct buf *b, const struct table *t, const struct node *n, int primary) {
    int64_t there = primary >= 0 ? offset_of(t, primary) : -1;
    if (there < 0 || n->offset < 0)
        buf_adds(b, "?");
    else
        buf_addi(b, there > n->offset ? there - n->offset : 0);
}

static void fill_row(struct row *row, const struct table *t, const struct node *n) {
    const struct slots *s = cluster_slots(t->cluster);
    const struct slots_node *node = slots_node(s, n->number);
    char where[256];
    for (int i = 0; i < COLUMNS; i++)
        buf_init(&row->cells[i], TEXT_BYTES);
    buf_adds(&row->cells[ADDRESS], cluster_where(t->cluster, n->number, where, sizeof where));
    buf_adds(&row->cells[ROLE], node->replica ? "replica" : "primary");
    if (!node->replica) add_slots(&row->cells[SLOTS], s, n->number);
    if (!node->replica) buf_addi(&row->cells[REPLICAS], count_replicas(t, n->number));
    if (node->replica) add_lag(&row->cells[LAG], t, n, node->primary);
    buf_adds(&row->cells[VERSION], n->version[0] ? n->version : "no answer");
    buf_adds(&row->cells[ID], node->id);
}

static void release_row(struct row *row) {
    for (int i = 0; i < COLUMNS; i++)
        buf_release(&row->cells[i]);
}

/* ---- output ---- */

/* How wide the columns are, and the room between two. */
struct layout {
    size_t width[COLUMNS], gap;
};

static size_t measure(struct layout *t, const struct row *rows, int n) {
    size_t sum = 0;
    for (int k = 0; k < COLUMNS; k++) {
        t->width[k] = strlen(titles[k]);
        for (int i = 0; i < n; i++)
            if (rows[i].cells[k].len > t->width[k]) t->width[k] = rows[i].cells[k].len;
        sum += t->width[k] + (k ? t->gap : 0);
    }
    return sum;
}

static int compare(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* As much of the ids as tells them apart. */
static void shorten_ids(struct row *rows, int n) {
    const char **ids = mem_zalloc((size_t)n + 1, sizeof *ids);
    size_t len = ID_LEAST;
    for (int i = 0; i < n; i++)
        ids[i] = buf_cstr(&rows[i].cells[ID]);
    qsort((void *)ids, (size_t)n, sizeof *ids, compare);
    for (int i = 1; i < n; i++) {
        size_t same = 0;
        while (ids[i][same] && ids[i][same] == ids[i - 1][same])
            same++;
        if (same >= len) len = same + 1;
    }
    for (int i = 0; i < n; i++)
        if (rows[i].cells[ID].len > len) rows[i].cells[ID].len = len;
    free((void *)ids);
}

/* Into so many columns, if it can be: the ids short, the room narrow, the slots in several lines.
 */
static struct layout fit(struct row *rows, int n, size_t columns) {
    struct layout t = {.gap = 2};
    if (measure(&t, rows, n) <= columns) return t;
    shorten_ids(rows, n);
    if (measure(&t, rows, n) <= columns) return t;
    t.gap = 1;
    size_t over = measure(&t, rows, n);
    over = over > columns ? over - columns : 0;
    if (t.width[SLOTS] < over + SLOTS_LEAST)
        t.width[SLOTS] = t.width[SLOTS] < SLOTS_LEAST ? t.width[SLOTS] : SLOTS_LEAST;
    else
        t.width[SLOTS] -= over;
    return t;
}

/* Whole words of text that fit, one at least. */
static size_t words_that_fit(const char *text, size_t width) {
    size_t len = strcspn(text, " ");
    for (size_t next = len; next <= width && text[next]; next += 1 + strcspn(text + next + 1, " "))
        len = next;
    return strlen(text) <= width ? strlen(text) : len;
}

static void add_cell(struct buf *out, const char *text, size_t len, size_t width) {
    size_t from = out->len;
    safe_add(out, text, len, false);
    while (out->len < from + width)
        buf_addc(out, ' ');
}

static void print_row(struct buf *out, const struct layout *t, const char *const cells[COLUMNS]) {
    const char *slots = cells[SLOTS];
    bool first = true;
    do {
        size_t shown = words_that_fit(slots, t->width[SLOTS]);
        for (int k = 0; k < COLUMNS; k++) {
            const char *text = k == SLOTS ? slots : first ? cells[k] : "";
            add_cell(out, text, k == SLOTS ? shown : strlen(text), t->width[k] + t->gap);
        }
        while (out->len && out->p[out->len - 1] == ' ')
            out->len--;
        buf_addc(out, '\n');
        slots += shown;
        slots += *slots == ' ';
        first = false;
    } while (*slots);
}

static void print_table(struct run *r, struct row *rows, int n) {
    const char *cells[COLUMNS];
    struct layout t = fit(rows, n, r->opts->tty ? (size_t)tty_columns(STDOUT_FILENO) : SIZE_MAX);
    print_row(&r->out, &t, titles);
    for (int i = 0; i < n; i++) {
        for (int k = 0; k < COLUMNS; k++)
            cells[k] = buf_cstr(&rows[i].cells[k]);
        print_row(&r->out, &t, cells);
    }
}

static int show_event(void *arg, enum resp_kind kind, enum resp_type type, int depth, int64_t n,
                      const char *text) {
    struct run *r = arg;
    struct resp_event ev = {.kind = kind,
                            .type = type,
                            .depth = (uint16_t)depth,
                            .n = n,
                            .p = text,
                            .len = text ? strlen(text) : 0,
                            .done = depth == 0 && kind == RESP_CLOSE};
    return render_event(&r->render, &ev);
}

/* The same through the formats that replies have. */
static void render_rows(struct run *r, struct row *rows, int n) {
    render_begin(&r->render, false);
    int code = show_event(r, RESP_OPEN, RESP_ARRAY, 0, n, NULL);
    for (int i = 0; i < n && code == 0; i++) {
        code = show_event(r, RESP_OPEN, RESP_MAP, 1, 2 * COLUMNS, NULL);
        for (int k = 0; k < COLUMNS && code == 0; k++) {
            code = show_event(r, RESP_VALUE, RESP_BULK, 2, 0, titles[k]);
            if (code == 0)
                code = show_event(r, RESP_VALUE, RESP_BULK, 2, 0, buf_cstr(&rows[i].cells[k]));
        }
        if (code == 0) code = show_event(r, RESP_CLOSE, RESP_MAP, 1, 0, NULL);
    }
    if (code == 0) code = show_event(r, RESP_CLOSE, RESP_ARRAY, 0, 0, NULL);
    if (code < 0) err_set(&r->stopped, VK_ELIMIT, "the table is too large to be shown");
}

static void show(struct run *r, struct table *t) {
    struct row *rows = mem_zalloc((size_t)t->n + 1, sizeof *rows);
    bool text = r->opts->format == RENDER_STANDARD || r->opts->format == RENDER_RAW;
    for (int i = 0; i < t->n; i++)
        fill_row(&rows[i], t, &t->nodes[i]);
    if (text)
        print_table(r, rows, t->n);
    else
        render_rows(r, rows, t->n);
    run_flush(r);
    for (int i = 0; i < t->n; i++)
        release_row(&rows[i]);
    free(rows);
}

int nodes_main(struct run *r) {
    struct table t = {.cluster = r->wire.cluster};
    struct err e;
    int silent = 0;
    if (cluster_connect(t.cluster, &e) < 0) return face_fail(r->opts, &e);
    find_all(&t);
    ask_all(r, &t);
    for (int i = 0; i < t.n; i++) {
        take_info(&t.nodes[i], slots_node(cluster_slots(t.cluster), t.nodes[i].number)->replica);
        silent += !t.nodes[i].version[0];
    }
    if (!r->stopped.code) show(r, &t);
    for (int i = 0; i < t.n; i++)
        reply_builder_release(&t.nodes[i].info);
    free(t.nodes);
    if (r->stopped.code) return face_fail(r->opts, &r->stopped);
    int uncovered = SLOTS_COUNT - slots_covered(cluster_slots(t.cluster));
    if (uncovered) msg_warn("%d of %d slots have no owner", uncovered, SLOTS_COUNT);
    if (silent) msg_warn("%d of %d nodes do not answer", silent, t.n);
    return silent || uncovered ? 7 : 0;
}

int nodes_keyslot(struct run *r) {
    for (int i = 0; i < r->opts->argc; i++) {
        buf_addi(&r->out, slots_of_key(r->opts->argv[i], strlen(r->opts->argv[i])));
        buf_addc(&r->out, '\n');
        if (r->out.len > RENDER_FLUSH_BYTES) run_flush(r);
    }
    run_flush(r);
    return 0;
}
