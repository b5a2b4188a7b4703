/* SPDX-License-Identifier: BSD-3-Clause */
/* One JSON object a line. The schema, which stays as it is (members may be added):
 *   command  {"time":T,"node":N,"db":D,"client":A,"user":U,"name":C,"argv":[V,...]}
 *   raw      {"time":T,"node":N,"raw":V}      a line of MONITOR that is malformed
 *   message  {"time":T,"node":N,"channel":V,"pattern":V,"payload":V}
 *   notice   {"time":T,"node":N,"db":D,"event":V,"key":V}     a keyspace notification
 *   entry    {"time":T,"node":N,"stream":V,"id":V,"fields":[V,V,...]}   names and values by turns
 *   gap      {"gap":{"node":N,"from":T,"to":T,"reason":R}}
 *   dropped  {"dropped":{"node":N,"time":T,"events":COUNT}}
 * T: seconds since 1970 with six decimals. N: host:port. V: a string, {"base64":...} where it is
 * not UTF-8. user and name are there where the client is known, pattern of a psubscribe's message;
 * node is null where it is none in particular. */
#include "form_impl.h"
#include "ui/jsonw.h"

static void put_time(struct buf *out, const char *name, int64_t us) {
    jsonw_key(out, name);
    form_seconds(out, us);
}

static void put_node(const struct form *f, const struct event *ev, struct buf *out) {
    if (ev->node < 0)
        jsonw_none(out, "node");
    else
        jsonw_text(out, "node", f->node(f->arg, ev->node));
}

static void put_value(struct buf *out, const char *name, struct event_text text) {
    jsonw_key(out, name);
    jsonw_bytes(out, text.p, text.len);
}

static void put_client(const struct form *f, const struct event *ev, struct buf *out) {
    const struct clients_entry *client = f->client ? f->client(f->client_arg, ev) : NULL;
    if (!client) return;
    put_value(out, "user", (struct event_text){client->user.p, client->user.len});
    put_value(out, "name", (struct event_text){client->name.p, client->name.len});
}

static void put_command(const struct form *f, const struct event *ev, struct buf *out) {
    const struct monitor_event *c = &ev->command->ev;
    jsonw_count(out, "db", (uint64_t)c->db);
    jsonw_key(out, "client");
    if (c->origin == MONITOR_TCP) {
        jsonw_string(out, c->addr, c->addr_len);
    } else {
        struct buf origin;
        buf_init(&origin, c->addr_len + 16);
        form_origin(&origin, c);
        jsonw_bytes(out, origin.p ? origin.p : "", origin.len);
        buf_release(&origin);
    }
    put_client(f, ev, out);
    jsonw_array(out, "argv");
    for (int i = 0; i < c->argc; i++) {
        if (i) buf_addc(out, ',');
        jsonw_bytes(out, c->argv[i], c->lens[i]);
    }
    buf_addc(out, ']');
}

static void put_gap(const struct form *f, const struct event *ev, struct buf *out) {
    jsonw_object(out, "gap");
    put_node(f, ev, out);
    put_time(out, "from", ev->from_us);
    put_time(out, "to", ev->time_us);
    jsonw_text(out, "reason", ev->why);
    buf_addc(out, '}');
}

static void put_dropped(const struct form *f, const struct event *ev, struct buf *out) {
    jsonw_object(out, "dropped");
    put_node(f, ev, out);
    put_time(out, "time", ev->time_us);
    jsonw_count(out, "events", ev->dropped);
    buf_addc(out, '}');
}

static void put_message(const struct event *ev, struct buf *out) {
    if (ev->event.p) {
        jsonw_count(out, "db", (uint64_t)ev->db);
        put_value(out, "event", ev->event);
        put_value(out, "key", ev->key);
        return;
    }
    put_value(out, "channel", ev->channel);
    if (ev->push == PUSH_PMESSAGE) put_value(out, "pattern", ev->pattern);
    put_value(out, "payload", ev->payload);
}

static void put_entry(const struct event *ev, struct buf *out) {
    put_value(out, "stream", ev->key);
    put_value(out, "id", ev->id);
    jsonw_array(out, "fields");
    for (size_t i = 0; i < ev->n_fields; i++) {
        if (i) buf_addc(out, ',');
        jsonw_bytes(out, ev->fields[i].p, ev->fields[i].len);
    }
    buf_addc(out, ']');
}

static void put_event(const struct form *f, const struct event *ev, struct buf *out) {
    put_time(out, "time", ev->time_us);
    put_node(f, ev, out);
    if (ev->kind == EVENT_COMMAND && ev->command) {
        put_command(f, ev, out);
    } else if (ev->kind == EVENT_COMMAND) {
        put_value(out, "raw", ev->line);
    } else if (ev->kind == EVENT_ENTRY) {
        put_entry(ev, out);
    } else {
        put_message(ev, out);
    }
}

void form_json(const struct form *f, const struct event *ev, struct buf *out) {
    buf_addc(out, '{');
    switch (ev->kind) {
    case EVENT_GAP: put_gap(f, ev, out); break;
    case EVENT_DROPPED: put_dropped(f, ev, out); break;
    default: put_event(f, ev, out); break;
    }
    buf_adds(out, "}\n");
}
