/* SPDX-License-Identifier: BSD-3-Clause */
/* Lines for other programs. A command is MONITOR's own line to the byte, with the node's name in
 * front when there is more than one. A message stands in the same notation: time, its pattern if it
 * has one, channel, payload; a keyspace event as time, [db], event, key; an entry of a stream as
 * time, key, id, and its fields' names and values. What is not an event is a comment: it begins
 * with "# ". */
#include "base/safe.h"
#include "form_impl.h"
#include "resp/quote.h"

/* Bytes as they came. */
static void put_bytes(const struct form *f, struct buf *out, const char *p, size_t len) {
    if (f->safe)
        safe_add(out, p, len, true);
    else
        buf_add(out, p, len);
}

static void put_quoted(struct buf *out, const struct event_text *text) {
    buf_addc(out, ' ');
    resp_quote_add(out, text->p, text->len);
}

static void put_message(const struct event *ev, struct buf *out) {
    form_seconds(out, ev->time_us);
    if (ev->push == PUSH_PMESSAGE) put_quoted(out, &ev->pattern);
    put_quoted(out, &ev->channel);
    put_quoted(out, &ev->payload);
}

static void put_keyspace_event(const struct event *ev, struct buf *out) {
    form_seconds(out, ev->time_us);
    buf_addf(out, " [%d]", ev->db);
    put_quoted(out, &ev->event);
    put_quoted(out, &ev->key);
}

static void put_entry(const struct form *f, const struct event *ev, struct buf *out) {
    form_seconds(out, ev->time_us);
    put_quoted(out, &ev->key);
    buf_addc(out, ' ');
    put_bytes(f, out, ev->id.p, ev->id.len);
    for (size_t i = 0; i < ev->n_fields; i++)
        put_quoted(out, &ev->fields[i]);
}

/* A line that is not there, or not any more, is put together again. */
static void put_command(const struct form *f, const struct event *ev, struct buf *out) {
    if (ev->line.p)
        put_bytes(f, out, ev->line.p, ev->line.len);
    else
        monitor_put(out, &ev->command->ev);
}

static void put_gap(const struct event *ev, struct buf *out) {
    buf_adds(out, "gap from ");
    form_seconds(out, ev->from_us);
    buf_adds(out, " to ");
    form_seconds(out, ev->time_us);
    buf_addf(out, " (%.3f s): %s", (double)(ev->time_us - ev->from_us) / FORM_US_PER_S, ev->why);
}

static void put_node(const struct form *f, const struct event *ev, struct buf *out) {
    if (!f->many || ev->node < 0) return;
    buf_adds(out, f->node(f->arg, ev->node));
    buf_addc(out, ' ');
}

void form_plain(const struct form *f, const struct event *ev, struct buf *out) {
    if (ev->kind == EVENT_GAP || ev->kind == EVENT_DROPPED) buf_adds(out, "# ");
    put_node(f, ev, out);
    switch (ev->kind) {
    case EVENT_COMMAND: put_command(f, ev, out); break;
    case EVENT_MESSAGE:
        if (ev->event.p)
            put_keyspace_event(ev, out);
        else
            put_message(ev, out);
        break;
    case EVENT_ENTRY: put_entry(f, ev, out); break;
    case EVENT_GAP: put_gap(ev, out); break;
    case EVENT_DROPPED:
        buf_addf(out, "dropped %llu events: the output is too slow",
                 (unsigned long long)ev->dropped);
        break;
    }
    buf_addc(out, '\n');
}

/* A gap has no place among payloads; standard error tells of it. */
void form_payload(const struct form *f, const struct event *ev, struct buf *out) {
    if (ev->kind != EVENT_MESSAGE) return;
    put_bytes(f, out, ev->payload.p, ev->payload.len);
    buf_addc(out, '\n');
}
