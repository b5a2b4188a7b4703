/* SPDX-License-Identifier: BSD-3-Clause */
/* What an entry and the shell's own commands share: what may be sent, how replies are wanted, and
 * where they go. */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/msg.h"
#include "base/safe.h"
#include "base/str.h"
#include "editor.h"
#include "gather.h"
#include "guard.h"
#include "io/tty.h"
#include "shell_impl.h"
#include "ui/colour.h"

enum { HEAD_MAX = 1 << 16 };

struct view_opts entry_view(const struct shell *s) {
    return (struct view_opts){
        .format = s->format,
        .columns = tty_columns(STDOUT_FILENO),
        .colour = true,
        .expanded = s->expanded || s->expanded_once,
    };
}

/* "1) incr n", and the reply as it would be by itself. */
static void show_part(struct shell *s, const struct view_opts *o, size_t i, const struct reply *r) {
    const struct resp_quote_args *c = s->queue.commands[i];
    const struct slot part = {.argc = c->argc, .argv = c->argv, .lens = c->lens};
    struct buf head;
    buf_init(&head, HEAD_MAX);
    colour_begin(&head, o->colour, COLOUR_ASIDE);
    buf_addf(&head, "%zu) ", i + 1);
    doubt_show(&head, c->argc, c->argv, c->lens);
    colour_end(&head, o->colour, COLOUR_ASIDE);
    buf_addc(&head, '\n');
    sink_text(&s->sink, head.p, head.len);
    sink_view(&s->sink, o, &part, r);
    buf_release(&head);
}

static void show_exec(struct shell *s, const struct view_opts *o, const struct reply *r) {
    size_t i = 0;
    for (const struct reply *at = r->child; at; at = at->next)
        show_part(s, o, i++, at);
    queue_clear(&s->queue);
}

/* What would not stand well behind the name of its node. */
static bool has_lines(const struct reply *r) {
    return r->child || (r->p && memchr(r->p, '\n', r->len));
}

/* The nodes' replies, listed, and not all of them short. */
static bool is_by_node(const struct shell *s, const struct reply *r) {
    if (!gather_is_list(s->run->wire.cluster, r)) return false;
    for (const struct reply *at = r->child; at; at = at->next->next)
        if (has_lines(at->next)) return true;
    return false;
}

/* "127.0.0.1:7001", and the reply as it would be from that node alone. */
static void show_by_node(struct shell *s, const struct view_opts *o, const struct slot *command,
                         const struct reply *r) {
    struct buf head;
    buf_init(&head, HEAD_MAX);
    for (const struct reply *at = r->child; at; at = at->next->next) {
        buf_clear(&head);
        colour_begin(&head, o->colour, COLOUR_ASIDE);
        safe_add(&head, at->p, at->len, false);
        colour_end(&head, o->colour, COLOUR_ASIDE);
        buf_addc(&head, '\n');
        sink_text(&s->sink, head.p, head.len);
        sink_view(&s->sink, o, command, at->next);
    }
    buf_release(&head);
}

/* The command alone, behind the target that may stand in front. */
static struct slot command_of(const struct slot *slot) {
    struct slot command = {
        .argc = slot->argc, .argv = slot->argv, .lens = slot->lens, .failed = slot->failed};
    bool aimed = slot->argc > 1 && slot->lens[0] && slot->argv[0][0] == '@';
    command.argc -= aimed;
    command.argv += aimed;
    command.lens += aimed;
    return command;
}

void entry_show(void *arg, const struct slot *slot, const struct reply *reply, struct buf *out) {
    struct shell *s = arg;
    const struct view_opts o = entry_view(s);
    const struct slot command = s->run->wire.cluster ? command_of(slot) : *slot;
    (void)out;
    s->answered_ns = clock_now_ns();
    bool parts = queue_take(&s->queue, slot, reply);
    if (parts && s->format == VIEW_BEST && sink_is_screen(&s->sink))
        show_exec(s, &o, reply);
    else if (o.format <= VIEW_TABLE && sink_is_screen(&s->sink) && is_by_node(s, reply))
        show_by_node(s, &o, &command, reply);
    else
        sink_view(&s->sink, &o, &command, reply);
    sink_flush(&s->sink);
    names_take(&s->names, slot->argc, slot->argv, slot->lens, reply);
}

int entry_format(struct shell *s, int argc, const char *const *argv, const size_t *lens) {
    const char *last = argv[argc - 1];
    size_t len = lens[argc - 1];
    s->format = VIEW_BEST;
    bool own = argc > 1 && *last == '\\';
    s->expanded_once = own && str_ieq(last, len, "\\x");
    bool named = s->expanded_once || (own && view_format_of(last + 1, len - 1, &s->format));
    return argc - named;
}

/* What such a command brings comes when it comes, and is no reply. */
static bool has_no_reply(const char *word, size_t len) {
    static const char *const words[] = {"subscribe", "psubscribe", "ssubscribe", "monitor"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_ieq(word, len, words[i])) return true;
    return false;
}

bool entry_open(struct shell *s) {
    struct err e;
    if (s->to.kind && has_no_reply(s->args->argv[0], s->args->lens[0])) {
        msg_warn("messages go to the screen only; vktail brings them into pipes and files");
        return false;
    }
    if (sink_open(&s->sink, &s->to, s->format, &e) == 0) return true;
    msg_warn("%s", e.text);
    sink_close(&s->sink, false);
    return false;
}

void entry_text(struct shell *s, const char *p, size_t n) {
    s->format = VIEW_TABLE; /* as it stands */
    if (!entry_open(s)) return;
    sink_text(&s->sink, p, n);
    sink_close(&s->sink, true);
}

bool entry_may_send(struct shell *s, int argc, const char *const *argv, const size_t *lens) {
    struct err e;
    if (guard_check(s->run, GUARD_ASKS, argc, argv, lens, &e) == 0) return true;
    msg_warn("%s", e.text);
    if (editor_drop()) msg_warn("nor are the entries that were pasted behind it");
    return false;
}
