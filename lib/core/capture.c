/* SPDX-License-Identifier: BSD-3-Clause */
/* Writing capture files, and what their records look like. See capture.h. */
#include <string.h>

#include "base/str.h"
#include "core/capture_impl.h"

const struct capture_shape capture_shapes[CAPTURE_KINDS] = {
    [CAPTURE_HEADER] = {"valkit-capture", {FIELD_VERSION, FIELD_TIME, FIELD_PROGRAM, FIELD_TEXT}},
    [CAPTURE_NODE] = {"node", {FIELD_NODE, FIELD_TEXT}},
    [CAPTURE_COMMAND] = {"command",
                         {FIELD_TIME, FIELD_NODE, FIELD_DB, FIELD_ORIGIN, FIELD_ADDR, FIELD_ARGS}},
    [CAPTURE_MESSAGE] = {"message", {FIELD_TIME, FIELD_NODE, FIELD_CHANNEL, FIELD_TEXT}},
    [CAPTURE_SMESSAGE] = {"smessage", {FIELD_TIME, FIELD_NODE, FIELD_CHANNEL, FIELD_TEXT}},
    [CAPTURE_PMESSAGE] = {"pmessage",
                          {FIELD_TIME, FIELD_NODE, FIELD_PATTERN, FIELD_CHANNEL, FIELD_TEXT}},
    [CAPTURE_RAW] = {"raw", {FIELD_TIME, FIELD_NODE, FIELD_TEXT}},
    [CAPTURE_GAP] = {"gap", {FIELD_TIME, FIELD_NODE, FIELD_FROM, FIELD_TEXT}},
    [CAPTURE_DROP] = {"drop", {FIELD_TIME, FIELD_NODE, FIELD_COUNT, FIELD_TEXT}},
    [CAPTURE_END] = {"end", {FIELD_TIME, FIELD_COUNT}},
};

const char *const capture_origin_names[CAPTURE_ORIGINS] = {
    [MONITOR_TCP] = "tcp",
    [MONITOR_UNIX] = "unix",
    [MONITOR_LUA] = "lua",
    [MONITOR_UNKNOWN] = "unknown",
};

enum { HEAD_MAX = STR_INT_MAX + 3 };

/* One line of RESP with a number, such as "$64\r\n". */
static size_t head_line(char line[HEAD_MAX], char type, size_t n) {
    line[0] = type;
    size_t len = 1 + str_put_u64(line + 1, n);
    memcpy(line + len, "\r\n", 2);
    return len + 2;
}

static void put_bytes(struct buf *out, const char *p, size_t len) {
    char line[HEAD_MAX];
    size_t head = head_line(line, '$', len);
    char *to = buf_reserve(out, head + len + 2);
    if (!to) return;
    memcpy(to, line, head);
    if (len) memcpy(to + head, p, len);
    memcpy(to + head + len, "\r\n", 2);
    out->len += head + len + 2;
}

static void put_text(struct buf *out, struct capture_text text) {
    put_bytes(out, text.p, text.len);
}

static void put_word(struct buf *out, const char *word) {
    put_bytes(out, word, strlen(word));
}

static void put_number(struct buf *out, int64_t v) {
    char digits[STR_INT_MAX];
    put_bytes(out, digits, str_put_i64(digits, v));
}

static void put_count(struct buf *out, uint64_t v) {
    char digits[STR_INT_MAX];
    put_bytes(out, digits, str_put_u64(digits, v));
}

static void put_args(struct buf *out, const struct monitor_event *ev) {
    for (int i = 0; i < ev->argc; i++)
        put_bytes(out, ev->argv[i], ev->lens[i]);
}

static void put_field(struct buf *out, const struct capture_record *r, enum capture_field field) {
    const struct monitor_event *ev = &r->command;
    switch (field) {
    case FIELD_VERSION: put_number(out, CAPTURE_VERSION); break;
    case FIELD_TIME: put_number(out, r->kind == CAPTURE_COMMAND ? ev->time_us : r->time_us); break;
    case FIELD_FROM: put_number(out, r->from_us); break;
    case FIELD_NODE: put_number(out, r->node); break;
    case FIELD_COUNT: put_count(out, r->count); break;
    case FIELD_DB: put_number(out, ev->db); break;
    case FIELD_ADDR: put_bytes(out, ev->addr, ev->addr_len); break;
    case FIELD_ARGS: put_args(out, ev); break;
    case FIELD_ORIGIN: put_word(out, capture_origin_names[ev->origin]); break;
    case FIELD_PROGRAM: put_text(out, r->program); break;
    case FIELD_CHANNEL: put_text(out, r->channel); break;
    case FIELD_PATTERN: put_text(out, r->pattern); break;
    default: put_text(out, r->text);
    }
}

/* Elements of the record, its name among them. */
static size_t elements(const struct capture_record *r) {
    const enum capture_field *field = capture_shapes[r->kind].fields;
    size_t n = 1;
    for (; *field != FIELD_END; field++)
        n += *field == FIELD_ARGS ? (size_t)r->command.argc : 1;
    return n;
}

int capture_put(struct buf *out, const struct capture_record *r) {
    const size_t before = out->len;
    const struct capture_shape *shape = &capture_shapes[r->kind];
    char line[HEAD_MAX];
    buf_add(out, line, head_line(line, '*', elements(r)));
    put_word(out, shape->name);
    for (const enum capture_field *field = shape->fields; *field != FIELD_END; field++)
        put_field(out, r, *field);
    if (!out->over) return 0;
    out->len = before;
    return VK_ELIMIT;
}
