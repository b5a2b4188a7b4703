/* SPDX-License-Identifier: BSD-3-Clause */
/* Lines for people. One event is one line, cut at the terminal's width; time, node, database and
 * client stand in columns, which grow with what is in them; a command has the colour of what it
 * does. What came from elsewhere is escaped before it gets here. See pretty.h for the line. */
#include <stdio.h>

#include "core/command.h"
#include "form_impl.h"
#include "pretty.h"

enum {
    CLIENT_COLUMNS = 15, /* at first, */
    CLIENT_MAX = 28,     /* and at most */
    NODE_MAX = 40,
    CHANNEL_MAX = 24,
    NARROW = 60, /* columns of a terminal that has room for the command alone */
};

static int wider(int so_far, int columns, int max) {
    if (columns > max) columns = max;
    return columns > so_far ? columns : so_far;
}

static void put_head(struct form *f, struct pretty *p, const struct event *ev) {
    const char *node;
    pretty_time(p, f, ev->time_us);
    if (!f->many || ev->node < 0) return;
    node = f->node(f->arg, ev->node);
    f->node_columns = wider(f->node_columns, pretty_width(node, strlen(node)), NODE_MAX);
    pretty_gap(p);
    pretty_column(p, PRETTY_FAINT, node, strlen(node), f->node_columns);
}

/* ---- commands ---- */

static enum pretty_colour colour_of(const struct command_info *info) {
    static const struct {
        uint32_t acl;
        enum pretty_colour colour;
    } classes[] = {
        {COMMAND_ACL_ADMIN | COMMAND_ACL_DANGEROUS, PRETTY_RED},
        {COMMAND_ACL_SCRIPTING | COMMAND_ACL_TRANSACTION, PRETTY_BLUE},
        {COMMAND_ACL_PUBSUB, PRETTY_MAGENTA},
        {COMMAND_ACL_WRITE, PRETTY_YELLOW},
        {COMMAND_ACL_READ, PRETTY_GREEN},
    };
    for (size_t i = 0; info && i < sizeof classes / sizeof *classes; i++)
        if (info->acl & classes[i].acl) return classes[i].colour;
    return PRETTY_BOLD;
}

/* Its name or user where that is known, else its address. */
static void put_client(struct form *f, struct pretty *p, const struct event *ev) {
    const struct clients_entry *client = f->client ? f->client(f->client_arg, ev) : NULL;
    struct buf text;
    buf_init(&text, 1 << 16);
    if (client && client->name.len) {
        buf_add(&text, client->name.p, client->name.len);
    } else {
        if (client && client->user.len) {
            buf_add(&text, client->user.p, client->user.len);
            buf_addc(&text, '@');
        }
        form_origin(&text, &ev->command->ev);
    }
    int columns = pretty_width(text.p, text.len);
    f->client_columns =
        wider(f->client_columns ? f->client_columns : CLIENT_COLUMNS, columns, CLIENT_MAX);
    pretty_column(p, PRETTY_CYAN, text.p, text.len, f->client_columns);
    buf_release(&text);
}

static void put_db(struct pretty *p, int db) {
    char text[24];
    int len = snprintf(text, sizeof text, "%2d", db);
    pretty_text(p, PRETTY_FAINT, text, (size_t)len);
}

/* Its arguments are taken apart. */
static void put_command(struct form *f, struct pretty *p, const struct event *ev) {
    const struct monitor *m = ev->command;
    const struct command_info *info =
        m->ev.argc ? command_find(NULL, m->ev.argc < 2 ? m->ev.argc : 2, m->ev.argv, m->ev.lens)
                   : NULL;
    if (!p->columns || p->columns >= NARROW) {
        put_db(p, m->ev.db);
        pretty_gap(p);
        put_client(f, p, ev);
        pretty_gap(p);
    }
    for (int i = 0; i < m->ev.argc && !p->full; i++) {
        if (i) pretty_text(p, PRETTY_PLAIN, " ", 1);
        pretty_value(p, i ? PRETTY_PLAIN : colour_of(info), m->ev.argv[i], m->ev.lens[i]);
    }
}

static void put_raw(struct pretty *p, const struct event *ev) {
    pretty_text(p, PRETTY_RED, "(malformed) ", 12);
    pretty_foreign(p, PRETTY_PLAIN, ev->line.p, ev->line.len);
}

/* ---- messages ---- */

static void put_message(struct form *f, struct pretty *p, const struct event *ev) {
    f->channel_columns =
        wider(f->channel_columns, pretty_width(ev->channel.p, ev->channel.len), CHANNEL_MAX);
    pretty_column(p, PRETTY_CYAN, ev->channel.p, ev->channel.len, f->channel_columns);
    if (ev->push == PUSH_PMESSAGE) {
        pretty_text(p, PRETTY_PLAIN, " ", 1);
        pretty_text(p, PRETTY_FAINT, "(", 1);
        pretty_foreign(p, PRETTY_FAINT, ev->pattern.p, ev->pattern.len);
        pretty_text(p, PRETTY_FAINT, ")", 1);
    }
    pretty_gap(p);
    pretty_value(p, PRETTY_PLAIN, ev->payload.p, ev->payload.len);
}

/* Names go before their values: name=value. */
static void put_entry(struct form *f, struct pretty *p, const struct event *ev) {
    f->channel_columns =
        wider(f->channel_columns, pretty_width(ev->key.p, ev->key.len), CHANNEL_MAX);
    pretty_column(p, PRETTY_CYAN, ev->key.p, ev->key.len, f->channel_columns);
    pretty_gap(p);
    pretty_foreign(p, PRETTY_FAINT, ev->id.p, ev->id.len);
    pretty_text(p, PRETTY_PLAIN, " ", 1);
    for (size_t i = 0; i < ev->n_fields && !p->full; i++) {
        pretty_text(p, PRETTY_PLAIN, i % 2 ? "=" : " ", 1);
        pretty_value(p, i % 2 ? PRETTY_PLAIN : PRETTY_GREEN, ev->fields[i].p, ev->fields[i].len);
    }
}

static void put_notice(struct form *f, struct pretty *p, const struct event *ev) {
    put_db(p, ev->db);
    pretty_gap(p);
    f->channel_columns =
        wider(f->channel_columns, pretty_width(ev->event.p, ev->event.len), CHANNEL_MAX);
    pretty_column(p, PRETTY_YELLOW, ev->event.p, ev->event.len, f->channel_columns);
    pretty_gap(p);
    pretty_value(p, PRETTY_PLAIN, ev->key.p, ev->key.len);
}

/* ---- what is not an event ---- */

static void put_gap(struct form *f, struct pretty *p, const struct event *ev) {
    pretty_text(p, PRETTY_ALERT, "--- gap", 7);
    if (ev->node >= 0) {
        pretty_text(p, PRETTY_ALERT, " ", 1);
        pretty_foreign(p, PRETTY_ALERT, f->node(f->arg, ev->node),
                       strlen(f->node(f->arg, ev->node)));
    }
    pretty_printf(p, PRETTY_ALERT, ": not heard for %.3f s, since ",
                  (double)(ev->time_us - ev->from_us) / FORM_US_PER_S);
    pretty_clock(p, PRETTY_ALERT, f, ev->from_us);
    pretty_printf(p, PRETTY_ALERT, ": %s ---", ev->why);
}

static void put_dropped(struct form *f, struct pretty *p, const struct event *ev) {
    pretty_printf(p, PRETTY_ALERT, "--- %llu events%s%s dropped here: the output is too slow ---",
                  (unsigned long long)ev->dropped, ev->node >= 0 ? " of " : "",
                  ev->node >= 0 ? f->node(f->arg, ev->node) : "");
}

void form_pretty(struct form *f, const struct event *ev, struct buf *out) {
    struct pretty p;
    pretty_begin(&p, out, f->colour, f->columns);
    if (ev->kind == EVENT_GAP) {
        put_gap(f, &p, ev);
    } else if (ev->kind == EVENT_DROPPED) {
        put_dropped(f, &p, ev);
    } else {
        put_head(f, &p, ev);
        pretty_gap(&p);
        if (ev->kind == EVENT_ENTRY)
            put_entry(f, &p, ev);
        else if (ev->event.p)
            put_notice(f, &p, ev);
        else if (ev->kind != EVENT_COMMAND)
            put_message(f, &p, ev);
        else if (ev->command)
            put_command(f, &p, ev);
        else
            put_raw(&p, ev);
    }
    pretty_end(&p);
}
