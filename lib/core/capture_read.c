/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading capture files. See capture.h.
 *
 * A record's elements are gathered, one behind the other, in `bytes`, their ends in `ends`; when
 * the last is there they are read by the shape of their kind. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "core/capture_impl.h"

enum { KEEP_BYTES = 1 << 20, KEEP_ELEMENTS = 4096, FIRST_ELEMENTS = 16 };

struct capture_reader {
    struct resp_reader resp;
    struct buf bytes; /* of the record under way, or of that given out last */
    size_t *ends;     /* of its elements in bytes */
    const char **argv;
    size_t *lens; /* of a command's arguments */
    size_t n, cap;
    bool inside; /* behind a header, before its end */
    char **names;
    int n_names;
    uint64_t offset, records, unknown;
    uint64_t since_header;
    struct err err; /* sticky */
};

struct capture_reader *capture_new(const struct capture_limits *limits) {
    const struct capture_limits with = limits ? *limits : CAPTURE_LIMITS_DEFAULT;
    struct capture_reader *r = mem_zalloc(1, sizeof *r);
    /* nested values are no part of the format, but told of by their right name */
    resp_read_init(&r->resp,
                   &(struct resp_limits){.depth = 2,
                                         .elements = with.args < INT_MAX ? with.args : INT_MAX,
                                         .bulk = (int64_t)with.record,
                                         .line = 64});
    buf_init(&r->bytes, with.record);
    return r;
}

static void forget_nodes(struct capture_reader *r) {
    for (int i = 0; i < r->n_names; i++)
        free(r->names[i]);
    free(r->names);
    r->names = NULL;
    r->n_names = 0;
}

static void free_elements(struct capture_reader *r) {
    free(r->ends);
    free(r->argv);
    free(r->lens);
    r->ends = r->lens = NULL;
    r->argv = NULL;
    r->cap = 0;
}

void capture_free(struct capture_reader *r) {
    if (!r) return;
    resp_read_release(&r->resp);
    buf_release(&r->bytes);
    free_elements(r);
    forget_nodes(r);
    free(r);
}

void capture_feed(struct capture_reader *r, const char *p, size_t n) {
    if (!r->err.code) resp_read_feed(&r->resp, p, n);
}

/* --- what is wrong ---------------------------------------------------------------------------- */

static int damaged(struct capture_reader *r, const char *what) {
    return err_set(&r->err, VK_EPARSE, "record %llu at offset %llu: %s",
                   (unsigned long long)r->records + 1, (unsigned long long)r->offset, what);
}

static int wrong_element(struct capture_reader *r, enum capture_kind kind, size_t i) {
    char what[80];
    snprintf(what, sizeof what, "element %zu of '%s' is not what it should be", i,
             capture_shapes[kind].name);
    return damaged(r, what);
}

/* --- the elements ----------------------------------------------------------------------------- */

static void begin(struct capture_reader *r) {
    if (r->cap > KEEP_ELEMENTS) free_elements(r);
    if (r->bytes.cap > KEEP_BYTES) buf_release(&r->bytes);
    buf_clear(&r->bytes);
    r->n = 0;
}

static int add_bytes(struct capture_reader *r, const char *p, size_t len) {
    if (!buf_add(&r->bytes, p, len)) return 0;
    return err_set(&r->err, VK_ELIMIT, "record %llu at offset %llu: longer than %zu bytes",
                   (unsigned long long)r->records + 1, (unsigned long long)r->offset, r->bytes.max);
}

static void end_element(struct capture_reader *r) {
    if (r->n == r->cap) {
        r->cap = r->cap ? 2 * r->cap : FIRST_ELEMENTS;
        r->ends = mem_realloc(r->ends, r->cap, sizeof *r->ends);
        r->argv = mem_realloc(r->argv, r->cap, sizeof *r->argv);
        r->lens = mem_realloc(r->lens, r->cap, sizeof *r->lens);
    }
    r->ends[r->n++] = r->bytes.len;
}

static int take_event(struct capture_reader *r, const struct resp_event *ev) {
    bool frame = ev->kind == RESP_OPEN || ev->kind == RESP_CLOSE;
    if (frame ? ev->depth || ev->type != RESP_ARRAY : ev->depth != 1 || ev->type != RESP_BULK)
        return damaged(r, "not an array of bulk strings");
    if ((ev->kind == RESP_OPEN || ev->kind == RESP_TEXT_OPEN) && ev->n < 0)
        return damaged(r, "its length is not told at its beginning");
    if (ev->kind == RESP_OPEN) begin(r);
    int rc = 0;
    if (ev->kind == RESP_VALUE || ev->kind == RESP_TEXT) rc = add_bytes(r, ev->p, ev->len);
    if (!rc && (ev->kind == RESP_VALUE || ev->kind == RESP_TEXT_CLOSE)) end_element(r);
    return rc;
}

static struct capture_text element(const struct capture_reader *r, size_t i) {
    size_t from = i ? r->ends[i - 1] : 0;
    return (struct capture_text){r->bytes.p ? r->bytes.p + from : "", r->ends[i] - from};
}

/* --- the record ------------------------------------------------------------------------------- */

static bool is_word(struct capture_text t, const char *word) {
    return t.len == strlen(word) && !memcmp(t.p, word, t.len);
}

/* Its place in capture_shapes, or CAPTURE_KINDS. */
static int kind_of(struct capture_text name) {
    int kind = 0;
    while (kind < CAPTURE_KINDS && !is_word(name, capture_shapes[kind].name))
        kind++;
    return kind;
}

/* A number from 0 to max. */
static bool take_small(struct capture_text t, int64_t max, int *out) {
    int64_t v;
    if (str_to_i64(t.p, t.len, &v) || v < 0 || v > max) return false;
    *out = (int)v;
    return true;
}

static bool take_origin(struct capture_text t, enum monitor_origin *out) {
    int i = 0;
    while (i < CAPTURE_ORIGINS && !is_word(t, capture_origin_names[i]))
        i++;
    if (i < CAPTURE_ORIGINS) *out = (enum monitor_origin)i;
    return i < CAPTURE_ORIGINS;
}

static void take_args(struct capture_reader *r, size_t from, struct monitor_event *ev) {
    for (size_t i = from; i < r->n; i++) {
        struct capture_text t = element(r, i);
        r->argv[i - from] = t.p;
        r->lens[i - from] = t.len;
    }
    ev->argc = (int)(r->n - from);
    ev->argv = r->argv;
    ev->lens = r->lens;
}

/* No computing with two of them overflows. */
static bool take_time(struct capture_text t, int64_t *out) {
    return !str_to_i64(t.p, t.len, out) && *out >= -CAPTURE_TIME_MAX && *out <= CAPTURE_TIME_MAX;
}

/* One element into its place; false: it is not what the field holds. */
static bool take_field(struct capture_record *out, enum capture_field field,
                       struct capture_text t) {
    int version;
    switch (field) {
    case FIELD_VERSION: return take_small(t, INT_MAX, &version);
    case FIELD_TIME: return take_time(t, &out->time_us);
    case FIELD_FROM: return take_time(t, &out->from_us);
    case FIELD_NODE: return take_small(t, CAPTURE_NODES_MAX - 1, &out->node);
    case FIELD_COUNT: return !str_to_u64(t.p, t.len, &out->count);
    case FIELD_DB: return take_small(t, INT_MAX, &out->command.db);
    case FIELD_ORIGIN: return take_origin(t, &out->command.origin);
    case FIELD_ADDR:
        out->command.addr = t.p;
        out->command.addr_len = t.len;
        return true;
    case FIELD_PROGRAM: out->program = t; return true;
    case FIELD_CHANNEL: out->channel = t; return true;
    case FIELD_PATTERN: out->pattern = t; return true;
    default: out->text = t; return true;
    }
}

/* The elements by their kind's shape. Elements behind those that are known are passed over. */
static int take_fields(struct capture_reader *r, struct capture_record *out) {
    const enum capture_field *fields = capture_shapes[out->kind].fields;
    size_t i = 1;
    for (; *fields != FIELD_END && *fields != FIELD_ARGS; fields++, i++) {
        if (i == r->n) return damaged(r, "elements are missing");
        if (!take_field(out, *fields, element(r, i))) return wrong_element(r, out->kind, i);
    }
    if (*fields == FIELD_ARGS) take_args(r, i, &out->command);
    if (out->kind == CAPTURE_COMMAND) out->command.time_us = out->time_us;
    return 0;
}

static int check_version(struct capture_reader *r) {
    int version;
    if (r->n < 2 || !take_small(element(r, 1), INT_MAX, &version))
        return damaged(r, "a header without a version");
    if (version == CAPTURE_VERSION) return 0;
    return err_set(&r->err, VK_EPARSE, "record %llu: version %d of the format, known is %d",
                   (unsigned long long)r->records + 1, version, CAPTURE_VERSION);
}

static int declare_node(struct capture_reader *r, const struct capture_record *node) {
    if (node->text.len > CAPTURE_NAME_MAX) return damaged(r, "a node's name is too long");
    if (node->node >= r->n_names) {
        r->names = mem_realloc(r->names, (size_t)node->node + 1, sizeof *r->names);
        while (r->n_names <= node->node)
            r->names[r->n_names++] = NULL;
    }
    free(r->names[node->node]);
    r->names[node->node] = mem_dup(node->text.p, node->text.len);
    return 0;
}

/* Does the record stand where it may? */
static int check_place(struct capture_reader *r, const struct capture_record *out) {
    switch (out->kind) {
    case CAPTURE_HEADER:
        forget_nodes(r);
        r->inside = true;
        r->since_header = 0;
        return 0;
    case CAPTURE_END:
        if (out->count != r->since_header - 1) return damaged(r, "records before it are missing");
        r->inside = false;
        return 0;
    case CAPTURE_NODE: return declare_node(r, out);
    default: return capture_node(r, out->node) ? 0 : damaged(r, "its node was not declared");
    }
}

/* The elements are complete. 1: *out is a record; 0: of a kind that is not known. */
static int take_record(struct capture_reader *r, struct capture_record *out) {
    struct capture_record record = {0};
    if (!r->n) return damaged(r, "an empty array");
    int kind = kind_of(element(r, 0)), rc = 0;
    if (!r->inside && kind != CAPTURE_HEADER)
        return damaged(r, r->records ? "not a capture's header" : "not a capture");
    r->since_header++;
    if (kind == CAPTURE_KINDS) {
        r->unknown++;
        return 0;
    }
    record.kind = (enum capture_kind)kind;
    if (kind == CAPTURE_HEADER) rc = check_version(r);
    if (!rc) rc = take_fields(r, &record);
    if (!rc) rc = check_place(r, &record);
    if (rc) return rc;
    *out = record;
    return 1;
}

static int next(struct capture_reader *r, struct capture_record *out) {
    struct resp_event ev;
    int rc;
    while ((rc = resp_read_next(&r->resp, &ev)) == 1) {
        rc = take_event(r, &ev);
        if (rc) return rc;
        if (!ev.done) continue;
        rc = take_record(r, out);
        if (rc < 0) return rc;
        r->records++;
        r->offset = resp_read_offset(&r->resp);
        if (rc) return rc;
    }
    if (!rc) return 0;
    if (!r->records) return damaged(r, "not a capture");
    return err_set(&r->err, rc == VK_ELIMIT ? rc : VK_EPARSE, "record %llu: %s",
                   (unsigned long long)r->records + 1, r->resp.err.text);
}

int capture_next(struct capture_reader *r, struct capture_record *out, struct err *e) {
    int rc = r->err.code ? r->err.code : next(r, out);
    if (rc < 0 && e) *e = r->err;
    return rc;
}

/* --- asking ----------------------------------------------------------------------------------- */

enum capture_ending capture_ending(const struct capture_reader *r) {
    if (!resp_read_at_start(&r->resp)) return CAPTURE_CUT;
    if (!r->records) return CAPTURE_EMPTY;
    return r->inside ? CAPTURE_OPEN : CAPTURE_ENDED;
}

uint64_t capture_offset(const struct capture_reader *r) {
    return r->offset;
}

uint64_t capture_records(const struct capture_reader *r) {
    return r->records;
}

uint64_t capture_unknown(const struct capture_reader *r) {
    return r->unknown;
}

const char *capture_node(const struct capture_reader *r, int node) {
    return node >= 0 && node < r->n_names ? r->names[node] : NULL;
}
