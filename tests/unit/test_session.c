/* SPDX-License-Identifier: BSD-3-Clause */
/* The protocol machine, driven with literal bytes. A scenario is a list of lines: ">cmd args"
 * submits (and sends) a command, "<bytes" is what the server says, "^" cancels. What happens is
 * written down as text: "1:OK" for a whole reply to the first command, "1:-ERR x" for an error,
 * "1:." for one that is over without a reply, "1!-13" for a failure, "push4 subscribe a 1" for a
 * push. Each scenario is played with the bytes whole, one at a time, and cut in two at every place:
 * always the same text. */
#include "core/session.h"

#include <stdlib.h>

#include "base/buf.h"
#include "core/identity.h"
#include "t.h"

enum { MAX_CMDS = 64, MAX_ARGS = 8 };

struct play {
    struct session *s;
    struct buf log;
    struct tag {
        struct play *play;
        int number;
        bool open; /* some of its reply is in the log */
    } tags[MAX_CMDS];
    int n_tags;
    const char *then; /* a command that the next final callback submits; "*": it expects a reply */
};

static void submit(struct play *p, const char *line);
static void expect(struct play *p);

static void log_event(struct buf *log, const struct resp_event *ev) {
    static const char *const opens[] = {"[", "]"};
    if (ev->kind == RESP_OPEN || ev->kind == RESP_CLOSE) {
        if (ev->kind == RESP_OPEN) buf_addc(log, ev->type == RESP_ATTR ? '|' : ' ');
        buf_adds(log, opens[ev->kind == RESP_CLOSE]);
        return;
    }
    if (ev->kind == RESP_VALUE || ev->kind == RESP_TEXT_OPEN) {
        if (ev->depth) buf_addc(log, ' ');
        if (resp_read_is_error(ev->type)) buf_addc(log, '-');
        if (ev->type == RESP_NIL) buf_adds(log, "nil");
    }
    if (ev->kind == RESP_VALUE || ev->kind == RESP_TEXT) buf_add(log, ev->p, ev->len);
}

static void on_reply(void *arg, int code, const struct resp_event *ev) {
    struct tag *tag = arg;
    struct play *p = tag->play;
    if (code < 0) {
        buf_addf(&p->log, "%d!%d;", tag->number, code);
    } else {
        if (!tag->open) buf_addf(&p->log, "%d:", tag->number);
        tag->open = true;
        if (ev)
            log_event(&p->log, ev);
        else
            buf_addc(&p->log, '.');
        if (code == 0) buf_addc(&p->log, ';');
        if (code == VK_MORE) return;
    }
    const char *then = p->then;
    p->then = NULL;
    if (!then) return;
    if (*then == '*')
        expect(p);
    else
        submit(p, then);
}

static void on_push(void *arg, enum push_kind kind, const struct reply *r) {
    struct play *p = arg;
    buf_addf(&p->log, "push%d", (int)kind);
    if (r->p) buf_addf(&p->log, " %.*s", (int)r->len, r->p);
    for (const struct reply *v = r->child; v; v = v->next)
        buf_addf(&p->log, " %s", v->p && v->type != RESP_NIL ? v->p : "nil");
    buf_addc(&p->log, ';');
}

static void sent_all(struct play *p) {
    session_sent(p->s, session_out_len(p->s));
}

static void submit_by(struct play *p, const char *line, int64_t deadline_ns) {
    char copy[256];
    const char *argv[MAX_ARGS];
    struct cmd c = {.argv = argv, .deadline_ns = deadline_ns};
    snprintf(copy, sizeof copy, "%s", line);
    for (char *at = copy, *next; at && c.argc < MAX_ARGS; at = next) {
        next = strchr(at, ' ');
        if (next) *next++ = 0;
        argv[c.argc++] = at;
    }
    struct tag *tag = &p->tags[p->n_tags];
    *tag = (struct tag){p, ++p->n_tags, false};
    int code = session_submit(p->s, &c, on_reply, tag);
    if (code < 0) buf_addf(&p->log, "%d?%d;", tag->number, code);
}

static void submit(struct play *p, const char *line) {
    submit_by(p, line, 0);
    sent_all(p);
}

static void expect(struct play *p) {
    struct tag *tag = &p->tags[p->n_tags];
    *tag = (struct tag){p, ++p->n_tags, false};
    CHECK_EQ(session_expect(p->s, on_reply, tag), 0);
}

static void start(struct play *p) {
    *p = (struct play){0};
    buf_init(&p->log, 1 << 20);
    p->s = session_new(&(struct session_config){.on_push = on_push, .push_arg = p});
}

static void end(struct play *p) {
    session_free(p->s);
    buf_release(&p->log);
}

/* cut 0: whole; < 0: byte by byte; else in two behind byte cut. */
static void feed(struct play *p, const char *bytes, int cut) {
    size_t n = strlen(bytes), step = cut < 0 ? 1 : cut ? (size_t)cut : n;
    for (size_t at = 0; at < n;) {
        size_t part = step < n - at ? step : n - at;
        char *copy = malloc(part); /* so that a sanitizer sees what is kept too long */
        memcpy(copy, bytes + at, part);
        session_in(p->s, copy, part, 1);
        free(copy);
        at += part;
        if (cut > 0) step = n;
    }
}

static void play(struct play *p, const char *const *lines, int cut) {
    start(p);
    for (; *lines; lines++) {
        if (**lines == '>') submit(p, *lines + 1);
        if (**lines == '<') feed(p, *lines + 1, cut);
        if (**lines == '^') session_cancel(p->s);
        if (**lines == '+') p->then = *lines + 1;
    }
}

static int longest(const char *const *lines) {
    size_t n = 0;
    for (; *lines; lines++)
        if (**lines == '<' && strlen(*lines) > n) n = strlen(*lines);
    return (int)n;
}

static void play_all(const char *const *lines, const char *want, const char *file, int line) {
    struct play p;
    for (int cut = -1; cut < longest(lines); cut++) {
        play(&p, lines, cut);
        const char *got = buf_cstr(&p.log);
        t_mem(got, strlen(got), want, strlen(want), file, line, "the play");
        end(&p);
    }
}

#define PLAY(want, ...) play_all((const char *const[]){__VA_ARGS__, NULL}, want, __FILE__, __LINE__)

/* The scenario once more, up to its end, for questions about the state. */
#define STATE_AFTER(p, ...) play(p, (const char *const[]){__VA_ARGS__, NULL}, 0)

#define SUB(what, name, n) "*3\r\n$" #n "\r\n" what "\r\n$1\r\n" name "\r\n"
#define SUBSCRIBED(name, total) SUB("subscribe", name, 9) ":" total "\r\n"
#define UNSUBSCRIBED(name, total) SUB("unsubscribe", name, 11) ":" total "\r\n"

/* ---- replies ---- */

static void replies_come_in_order(void) {
    PLAY("1:OK;2:v;3: [ a nil 7];4:-ERR no;", ">SET k v", ">GET k", ">MGET a b", ">X",
         "<+OK\r\n$1\r\nv\r\n*3\r\n$1\r\na\r\n$-1\r\n:7\r\n-ERR no\r\n");
}

static void a_callback_may_submit(void) {
    PLAY("1:a;2:b;3:c;", "+GET c", ">GET a", ">GET b", "<+a\r\n+b\r\n+c\r\n");
}

static void a_reply_more_than_commands_may_be_expected(void) {
    PLAY("1:a;3: [ x];2:b;", "+*", ">EVAL s 0", ">GET b", "<+a\r\n*1\r\n+x\r\n+b\r\n");
    PLAY("1:a;2!-13;", "+*", ">EVAL s 0", "<+a\r\n", "^", "<-ERR dropped\r\n");
}

static void an_attribute_comes_aside(void) {
    struct play p;
    STATE_AFTER(&p, ">GET a", "<|1\r\n+k\r\n+v\r\n");
    CHECK(session_in_reply(p.s));
    end(&p);
    PLAY("1:|[ k v]x;", ">GET a", "<|1\r\n+k\r\n+v\r\n+x\r\n");
}

static void a_reply_without_a_command_ends_the_session(void) {
    struct play p;
    STATE_AFTER(&p, ">PING", "<+PONG\r\n+PONG\r\n", ">PING");
    CHECK_STR(buf_cstr(&p.log), "1:PONG;2?-9;");
    CHECK_EQ(session_error(p.s)->code, VK_EPROTO);
    CHECK_STR(session_error(p.s)->text, "reply without a command");
    end(&p);
}

static void an_error_without_a_command_is_the_reason(void) {
    struct play p;
    STATE_AFTER(&p, "<-ERR max number of clients reached\r\n");
    CHECK_EQ(session_error(p.s)->code, VK_ESERVER);
    CHECK_STR(session_error(p.s)->text, "ERR max number of clients reached");
    end(&p);
    STATE_AFTER(&p, "<!11\r\nERR a\r\nb\r\nc\r\n");
    CHECK_STR(session_error(p.s)->text, "ERR a  b  c");
    end(&p);
}

static void what_comes_before_a_command_is_sent_is_not_its_reply(void) {
    struct play p;
    start(&p);
    submit_by(&p, "PING", 0);
    session_in(p.s, "-LOADING wait\r\n", 15, 1);
    CHECK_STR(session_error(p.s)->text, "LOADING wait");
    CHECK_STR(buf_cstr(&p.log), "1!-11;");
    end(&p);
}

static void garbage_ends_the_session_and_everybody_hears(void) {
    PLAY("1!-9;2!-9;3?-9;", ">A", ">B", "<HTTP/1.1 400 Bad Request\r\n", ">C");
}

static void the_end_is_heard_once_in_order(void) {
    struct play p;
    struct err why, other;
    err_set(&why, VK_ELOST, "the server closed");
    err_set(&other, VK_ETLS, "later");
    STATE_AFTER(&p, ">A", ">B", "<*2\r\n+x\r\n", "+C");
    session_end(p.s, &why);
    session_end(p.s, &other);
    CHECK_STR(buf_cstr(&p.log), "1: [ x1!-5;3?-5;2!-5;");
    CHECK_EQ(session_error(p.s)->code, VK_ELOST);
    CHECK_EQ(session_pending(p.s), 0);
    CHECK_EQ(session_out_len(p.s), 0);
    end(&p);
}

static void freeing_calls_back(void) {
    struct play p;
    STATE_AFTER(&p, ">A", ">B");
    session_free(p.s);
    CHECK_STR(buf_cstr(&p.log), "1!-13;2!-13;");
    buf_release(&p.log);
}

/* ---- cancel and time ---- */

static void cancelled_replies_are_dropped_and_the_framing_holds(void) {
    PLAY("1!-13;2!-13;3:c;", ">A", ">B", "^", ">C", "<+a\r\n*1\r\n+b\r\n+c\r\n");
    PLAY("1: [ x1!-13;2:b;", ">A", "<*2\r\n+x\r\n", "^", ">B", "<+y\r\n+b\r\n");
}

static void a_late_command_hears_it_once(void) {
    struct play p;
    start(&p);
    submit_by(&p, "A", 30);
    submit_by(&p, "B", 10);
    submit_by(&p, "C", 0);
    submit_by(&p, "D", 20);
    sent_all(&p);
    CHECK_EQ(session_deadline(p.s), 10);
    CHECK_EQ(session_expire(p.s, 9), 0);
    CHECK_EQ(session_expire(p.s, 20), 2);
    CHECK_EQ(session_deadline(p.s), 30);
    CHECK_EQ(session_pending(p.s), 4);
    feed(&p, "+a\r\n+b\r\n+c\r\n+d\r\n", 0);
    CHECK_STR(buf_cstr(&p.log), "2!-8;4!-8;1:a;3:c;");
    CHECK_EQ(session_deadline(p.s), 0);
    end(&p);
}

static void a_deadline_that_was_met_is_forgotten(void) {
    struct play p;
    start(&p);
    submit_by(&p, "A", 10);
    submit_by(&p, "B", 50);
    sent_all(&p);
    feed(&p, "+a\r\n", 0);
    CHECK_EQ(session_expire(p.s, 10), 0);
    CHECK_EQ(session_deadline(p.s), 50);
    end(&p);
}

static void a_callback_of_expiry_may_submit_past_the_ring(void) {
    struct play p;
    start(&p);
    for (int i = 0; i < 16; i++) /* the ring's first size: the next one moves it */
        submit_by(&p, "A", 10);
    p.then = "B";
    CHECK_EQ(session_expire(p.s, 10), 16);
    CHECK_EQ(session_pending(p.s), 17);
    end(&p);
}

static struct cmd large_command(const char **argv, size_t *lens, const char *bytes, size_t n) {
    argv[0] = "SET", argv[1] = "k", argv[2] = bytes;
    lens[0] = 3, lens[1] = 1, lens[2] = n;
    return (struct cmd){.argc = 3, .argv = argv, .lens = lens, .deadline_ns = 10};
}

static void borrowed_bytes_are_never_sent_after_the_callback(void) {
    static const char bytes[10000];
    const char *argv[3];
    size_t lens[3];
    struct cmd c = large_command(argv, lens, bytes, sizeof bytes);
    struct play p;
    for (int late = 0; late < 2; late++) {
        start(&p);
        p.tags[0] = (struct tag){&p, 1, false};
        CHECK_EQ(session_submit(p.s, &c, on_reply, &p.tags[0]), 0);
        session_sent(p.s, 100);
        if (late)
            CHECK_EQ(session_expire(p.s, 10), 1);
        else
            session_cancel(p.s);
        CHECK_STR(buf_cstr(&p.log), late ? "1!-8;" : "1!-13;");
        CHECK_EQ(session_out_len(p.s), 0);
        CHECK_EQ(session_error(p.s)->code, late ? VK_ETIMEOUT : VK_ECANCEL);
        end(&p);
    }
}

static void a_large_argument_that_has_gone_out_can_be_cancelled(void) {
    static const char bytes[10000];
    const char *argv[3];
    size_t lens[3];
    struct cmd c = large_command(argv, lens, bytes, sizeof bytes);
    struct play p;
    start(&p);
    p.tags[0] = (struct tag){&p, 1, false};
    CHECK_EQ(session_submit(p.s, &c, on_reply, &p.tags[0]), 0);
    sent_all(&p);
    session_cancel(p.s);
    CHECK_EQ(session_error(p.s)->code, 0);
    CHECK_EQ(session_pending(p.s), 1);
    end(&p);
}

static void too_much_output_is_refused_without_a_callback(void) {
    struct play p = {0};
    p.s = session_new(&(struct session_config){.out_max = 64});
    submit_by(&p, "SET aaaaaaaaaaaaaaaa bbbbbbbbbbbb", 0);
    submit_by(&p, "SET aaaaaaaaaaaaaaaa bbbbbbbbbbbb", 0);
    CHECK_EQ(session_pending(p.s), 1);
    buf_release(&p.log);
    session_free(p.s);
}

/* ---- pushes ---- */

static void resp3_pushes_never_pop(void) {
    PLAY("push10 invalidate nil;1:x;push12 other 1;2:y;", ">GET a", ">GET b",
         "<>2\r\n+invalidate\r\n_\r\n+x\r\n>2\r\n+other\r\n:1\r\n+y\r\n");
}

static void a_push_inside_a_reply_is_taken_out(void) {
    PLAY("1: [ apush7 message c hi; b];", ">LRANGE l 0 -1",
         "<*2\r\n$1\r\na\r\n>3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$2\r\nhi\r\n$1\r\nb\r\n");
}

static void a_push_of_the_wrong_shape_is_another(void) {
    PLAY("push12 message;push12;", "<>1\r\n+message\r\n>0\r\n");
}

static void a_push_inside_an_attribute_pops_nothing(void) {
    PLAY("1:|[ kpush1 subscribe a 1; v]x;", ">SUBSCRIBE a",
         "<|1\r\n+k\r\n>3\r\n+subscribe\r\n+a\r\n:1\r\n+v\r\n+x\r\n");
}

static void too_large_a_push_ends_the_session(void) {
    struct session *s = session_new(&(struct session_config){.push_max = 1000});
    const char head[] = ">2\r\n+other\r\n$2000\r\n";
    char body[2002];
    memset(body, 'x', 2000);
    memcpy(body + 2000, "\r\n", 2);
    CHECK_EQ(session_in(s, head, sizeof head - 1, 1), 0);
    CHECK_EQ(session_in(s, body, sizeof body, 1), VK_ELIMIT);
    session_free(s);
}

static void subscribe_is_over_with_its_first_confirmation(void) {
    PLAY("push1 subscribe a 1;1:.;push1 subscribe b 2;push1 subscribe c 3;2:.;", ">SUBSCRIBE a b",
         ">SUBSCRIBE c", "<" SUBSCRIBED("a", "1") SUBSCRIBED("b", "2") SUBSCRIBED("c", "3"));
}

static void subscribe_in_resp3_is_over_with_its_first_push(void) {
    PLAY("1: [];push1 subscribe a 1;2:.;push1 subscribe b 2;3:OK;", ">HELLO 3", ">SUBSCRIBE a b",
         ">SET a b",
         "<%0\r\n>3\r\n+subscribe\r\n+a\r\n:1\r\n>3\r\n+subscribe\r\n+b\r\n:2\r\n+OK\r\n");
}

static void a_refused_subscribe_is_over_with_the_error(void) {
    PLAY("1:-NOPERM no;push1 subscribe a 1;2:.;", ">SUBSCRIBE x", ">SUBSCRIBE a",
         "<-NOPERM no\r\n" SUBSCRIBED("a", "1"));
}

static void ping_while_subscribed_answers_with_an_array(void) {
    PLAY("push1 subscribe a 1;1:.;push7 message a hi;2: [ pong ];push7 message a yo;",
         ">SUBSCRIBE a", ">PING",
         "<" SUBSCRIBED("a", "1") "*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$2\r\nhi\r\n"
                                  "*2\r\n$4\r\npong\r\n$0\r\n\r\n"
                                  "*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$2\r\nyo\r\n");
}

static void an_array_that_looks_like_a_message_is_a_reply_when_not_subscribed(void) {
    PLAY("1: [ message a b];", ">LRANGE l 0 -1", "<*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nb\r\n");
}

static void in_resp3_an_array_is_never_a_message(void) {
    PLAY("1: [];push1 subscribe a 1;2:.;3: [ message a b];", ">HELLO 3", ">SUBSCRIBE a",
         ">LRANGE l 0 -1",
         "<%0\r\n>3\r\n+subscribe\r\n+a\r\n:1\r\n*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nb\r\n");
}

static void unsubscribe_of_all_is_confirmed_once_per_channel(void) {
    PLAY("push1 subscribe a 1;1:.;push1 subscribe b 2;push4 unsubscribe a 1;2:.;"
         "push4 unsubscribe b 0;push4 unsubscribe nil 0;3:.;4:PONG;",
         ">SUBSCRIBE a b", ">UNSUBSCRIBE", ">UNSUBSCRIBE", ">PING",
         "<" SUBSCRIBED("a", "1") SUBSCRIBED("b", "2") UNSUBSCRIBED("a", "1")
             UNSUBSCRIBED("b", "0") "*3\r\n$11\r\nunsubscribe\r\n$-1\r\n:0\r\n+PONG\r\n");
}

static void patterns_are_counted_apart(void) {
    PLAY("push1 subscribe a 1;1:.;push2 psubscribe p 2;2:.;push4 unsubscribe a 1;3:.;"
         "push4 unsubscribe nil 1;4:.;",
         ">SUBSCRIBE a", ">PSUBSCRIBE p", ">UNSUBSCRIBE", ">UNSUBSCRIBE",
         "<" SUBSCRIBED("a", "1") SUB("psubscribe", "p", 10) ":2\r\n" UNSUBSCRIBED(
             "a", "1") "*3\r\n$11\r\nunsubscribe\r\n$-1\r\n:1\r\n");
}

static void unsubscribe_of_strange_names_is_confirmed_for_each(void) {
    PLAY("push4 unsubscribe a 0;1:.;push4 unsubscribe b 0;2:OK;", ">UNSUBSCRIBE a b", ">SET a b",
         "<" UNSUBSCRIBED("a", "0") UNSUBSCRIBED("b", "0") "+OK\r\n");
}

static void the_servers_own_sunsubscribe_pops_nothing(void) {
    PLAY("push3 ssubscribe a 1;1:.;push6 sunsubscribe a 0;2:PONG;", ">SSUBSCRIBE a", ">PING",
         "<" SUB("ssubscribe", "a", 10) ":1\r\n" SUB("sunsubscribe", "a", 12) ":0\r\n+PONG\r\n");
}

static void subscribe_inside_multi_is_queued(void) {
    PLAY("1:OK;2:QUEUED;3: [ [ subscribe a 1]];push7 message a x;", ">MULTI", ">SUBSCRIBE a",
         ">EXEC",
         "<+OK\r\n+QUEUED\r\n*1\r\n" SUBSCRIBED(
             "a", "1") "*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nx\r\n");
}

/* ---- MONITOR ---- */

static void monitor_lines_are_pushes(void) {
    PLAY("1:x;2:OK;push11 1.5 [0 lua] \"GET\";push11 y;", ">GET a", ">monitor",
         "<+x\r\n+OK\r\n+1.5 [0 lua] \"GET\"\r\n+y\r\n");
}

static void nothing_may_be_submitted_after_monitor(void) {
    struct play p;
    STATE_AFTER(&p, ">MONITOR", ">PING", "<+OK\r\n", ">PING");
    CHECK_STR(buf_cstr(&p.log), "2?-12;1:OK;3?-12;");
    CHECK_EQ(session_state(p.s), SESSION_MONITOR);
    end(&p);
}

static void a_refused_monitor_changes_nothing(void) {
    PLAY("1:-NOPERM x;2:PONG;", ">MONITOR", "<-NOPERM x\r\n", ">PING", "<+PONG\r\n");
}

/* ---- CLIENT REPLY ---- */

static void reply_off_swallows_until_on(void) {
    PLAY("1:a;2:.;3:.;4:OK;5:e;", ">GET a", ">client reply off", ">SET b c", ">CLIENT REPLY ON",
         ">GET e", "<+a\r\n+OK\r\n+e\r\n");
}

static void reply_off_is_over_once_sent(void) {
    struct play p;
    start(&p);
    submit_by(&p, "CLIENT REPLY OFF", 0);
    submit_by(&p, "SET a b", 0);
    CHECK_STR(buf_cstr(&p.log), "");
    CHECK_EQ(session_pending(p.s), 2);
    sent_all(&p);
    CHECK_STR(buf_cstr(&p.log), "1:.;2:.;");
    CHECK_EQ(session_state(p.s), SESSION_REPLY_OFF);
    end(&p);
}

static void reply_skip_swallows_itself_and_the_next(void) {
    PLAY("1:.;2:.;3:x;", ">CLIENT REPLY SKIP", ">SET a b", ">GET a", "<+x\r\n");
    PLAY("1:.;2:OK;3:x;", ">CLIENT REPLY SKIP", ">CLIENT REPLY ON", ">GET a", "<+OK\r\n+x\r\n");
}

static void reset_answers_whatever_was_off(void) {
    PLAY("1:.;2:RESET;3:x;", ">CLIENT REPLY OFF", ">RESET", ">GET a", "<+RESET\r\n+x\r\n");
}

static void a_callback_of_a_swallowed_command_may_submit_another(void) {
    PLAY("1:.;2:.;3:.;", "+SET c d", ">CLIENT REPLY OFF", ">SET a b", "<");
}

/* ---- what would be lost ---- */

static void the_protocol_is_what_hello_said(void) {
    struct play p;
    STATE_AFTER(&p, ">HELLO 3", "<%0\r\n");
    CHECK_EQ(session_protocol(p.s), 3);
    end(&p);
    STATE_AFTER(&p, ">HELLO 3", "<-ERR unknown command 'HELLO'\r\n");
    CHECK_EQ(session_protocol(p.s), 2);
    end(&p);
}

static void the_database_is_that_of_the_last_good_select(void) {
    struct play p;
    STATE_AFTER(&p, ">SELECT 5", ">select 99", "<+OK\r\n-ERR DB index is out of range\r\n");
    CHECK_EQ(session_db(p.s), 5);
    end(&p);
    STATE_AFTER(&p, ">MULTI", ">SELECT 7", "<+OK\r\n+QUEUED\r\n");
    CHECK_EQ(session_db(p.s), 0);
    submit(&p, "EXEC");
    feed(&p, "*1\r\n+OK\r\n", 0);
    CHECK_EQ(session_db(p.s), 7);
    end(&p);
    STATE_AFTER(&p, ">MULTI", ">SELECT 7", ">DISCARD", "<+OK\r\n+QUEUED\r\n+OK\r\n");
    CHECK_EQ(session_db(p.s), 0);
    end(&p);
}

static void transactions_are_followed(void) {
    struct play p;
    STATE_AFTER(&p, ">WATCH a", ">MULTI", "<+OK\r\n+OK\r\n");
    CHECK_EQ(session_state(p.s), SESSION_MULTI | SESSION_WATCH);
    submit(&p, "EXEC");
    feed(&p, "*-1\r\n", 0);
    CHECK_EQ(session_state(p.s), 0);
    end(&p);
    STATE_AFTER(&p, ">MULTI", ">X", ">EXEC", "<+OK\r\n-ERR x\r\n-EXECABORT y\r\n");
    CHECK_EQ(session_state(p.s), 0);
    end(&p);
    STATE_AFTER(&p, ">WATCH a", ">UNWATCH", "<+OK\r\n+OK\r\n");
    CHECK_EQ(session_state(p.s), 0);
    end(&p);
}

static int queued(const struct play *p, bool *dirty) {
    return session_queued(p->s, dirty);
}

static void the_length_of_a_transaction_is_counted(void) {
    struct play p;
    bool dirty;
    STATE_AFTER(&p, ">MULTI", ">SET k v", ">SELECT 1", "<+OK\r\n+QUEUED\r\n+QUEUED\r\n");
    CHECK_EQ(queued(&p, &dirty), 2);
    CHECK(!dirty);
    submit(&p, "MULTI");
    feed(&p, "-ERR MULTI calls can not be nested\r\n", 0);
    CHECK(queued(&p, &dirty) == 2 && !dirty);
    submit(&p, "NOSUCH");
    feed(&p, "-ERR unknown command\r\n", 0);
    CHECK(queued(&p, &dirty) == 2 && dirty);
    submit(&p, "EXEC");
    feed(&p, "-EXECABORT x\r\n", 0);
    CHECK(queued(&p, &dirty) == 0 && !dirty);
    submit(&p, "MULTI");
    feed(&p, "+OK\r\n", 0);
    submit(&p, "SET k v");
    feed(&p, "-MOVED 12706 127.0.0.1:7002\r\n", 0);
    CHECK(queued(&p, &dirty) == 0 && dirty);
    submit(&p, "EXEC");
    feed(&p, "-CROSSSLOT Keys in request don't hash to the same slot\r\n", 0);
    CHECK(session_state(p.s) == 0 && queued(&p, &dirty) == 0 && !dirty);
    submit(&p, "SET k v");
    feed(&p, "-ERR x\r\n", 0);
    CHECK(queued(&p, &dirty) == 0 && !dirty);
    end(&p);
}

static void check_identity(const struct play *p, const char *user, const char *password,
                           const char *name) {
    const struct identity *i = session_identity(p->s);
    CHECK_STR(i->user ? i->user : "-", user);
    CHECK_STR(i->password ? i->password : "-", password);
    CHECK_STR(i->name ? i->name : "-", name);
}

static void who_the_connection_is(void) {
    struct play p;
    STATE_AFTER(&p, ">AUTH first", ">AUTH ann pw", ">AUTH bob wrong", ">CLIENT SETNAME me");
    check_identity(&p, "-", "-", "-");
    feed(&p, "+OK\r\n", 0);
    check_identity(&p, "-", "first", "-");
    feed(&p, "+OK\r\n-WRONGPASS\r\n+OK\r\n", 0);
    check_identity(&p, "ann", "pw", "me");
    session_forget_password(p.s);
    check_identity(&p, "ann", "-", "me");
    end(&p);
    STATE_AFTER(&p, ">HELLO 3 AUTH eve s SETNAME n", ">CLIENT SETNAME ", "<%0\r\n");
    check_identity(&p, "eve", "s", "n");
    feed(&p, "+OK\r\n", 0);
    check_identity(&p, "eve", "s", "-"); /* an empty name is none */
    submit(&p, "AUTH back");
    feed(&p, "+OK\r\n", 0);
    check_identity(&p, "-", "back", "-");
    end(&p);
}

static void what_the_connection_may_read(void) {
    struct play p;
    STATE_AFTER(&p, ">READONLY", ">CLIENT NO-EVICT on", ">CLIENT NO-TOUCH on", ">READWRITE x",
                "<+OK\r\n+OK\r\n+OK\r\n-ERR args\r\n");
    const struct identity *i = session_identity(p.s);
    CHECK(i->readonly && i->no_evict && i->no_touch);
    submit(&p, "READWRITE");
    submit(&p, "CLIENT NO-EVICT off");
    feed(&p, "+OK\r\n+OK\r\n", 0);
    CHECK(!i->readonly && !i->no_evict && i->no_touch);
    end(&p);
}

static void a_reset_forgets_who_it_was(void) {
    struct play p;
    STATE_AFTER(&p, ">AUTH ann pw", ">READONLY", ">RESET", ">AUTH bob pw", "<+OK\r\n+OK\r\n");
    check_identity(&p, "ann", "pw", "-");
    feed(&p, "+RESET\r\n", 0);
    check_identity(&p, "-", "-", "-");
    CHECK(!session_identity(p.s)->readonly);
    feed(&p, "+OK\r\n", 0);
    check_identity(&p, "bob", "pw", "-");
    end(&p);
}

static void an_identity_moves(void) {
    struct play p;
    struct identity to;
    identity_init(&to);
    STATE_AFTER(&p, ">AUTH ann pw", ">AUTH late pw", "<+OK\r\n");
    session_leave_identity(p.s, &to);
    CHECK_STR(to.user, "ann");
    check_identity(&p, "-", "-", "-");
    feed(&p, "+OK\r\n", 0);
    check_identity(&p, "late", "pw", "-");
    identity_release(&to);
    end(&p);
}

static void reset_loses_everything(void) {
    struct play p;
    STATE_AFTER(&p, ">HELLO 3", ">SELECT 3", ">MULTI", ">CLIENT TRACKING ON", ">SUBSCRIBE a",
                "<%0\r\n+OK\r\n+OK\r\n+OK\r\n>3\r\n+subscribe\r\n+a\r\n:1\r\n");
    CHECK_EQ(session_state(p.s), SESSION_MULTI | SESSION_TRACKING | SESSION_SUBSCRIBED);
    submit(&p, "RESET");
    feed(&p, "+RESET\r\n", 0);
    CHECK_EQ(session_state(p.s), 0);
    CHECK_EQ(session_protocol(p.s), 2);
    CHECK_EQ(session_db(p.s), 0);
    end(&p);
}

static void the_blocked_one_is_the_oldest(void) {
    struct play p;
    STATE_AFTER(&p, ">GET a", ">BLPOP l 0");
    CHECK(!session_blocked(p.s));
    feed(&p, "+x\r\n", 0);
    CHECK(session_blocked(p.s));
    end(&p);
}

static void the_bytes_that_come_are_counted(void) {
    struct play p;
    start(&p);
    CHECK_EQ(session_received(p.s), 0);
    feed(&p, "HTTP/1.1 400 Bad Request\r\n", 0);
    CHECK_EQ(session_received(p.s), 26);
    end(&p);
}

static void a_long_pipeline_wraps_around_the_ring(void) {
    struct play p;
    start(&p);
    for (int round = 0; round < 5; round++) {
        buf_clear(&p.log);
        p.n_tags = 0;
        for (int i = 0; i < 13; i++)
            submit(&p, "GET a");
        for (int i = 0; i < 13; i++)
            feed(&p, "+x\r\n", -1);
        CHECK_MEM(p.log.p, p.log.len, "1:x;2:x;3:x;4:x;5:x;6:x;7:x;8:x;9:x;10:x;11:x;12:x;13:x;",
                  56);
    }
    end(&p);
}

int main(void) {
    RUN(replies_come_in_order);
    RUN(a_callback_may_submit);
    RUN(a_reply_more_than_commands_may_be_expected);
    RUN(an_attribute_comes_aside);
    RUN(a_reply_without_a_command_ends_the_session);
    RUN(an_error_without_a_command_is_the_reason);
    RUN(what_comes_before_a_command_is_sent_is_not_its_reply);
    RUN(garbage_ends_the_session_and_everybody_hears);
    RUN(the_end_is_heard_once_in_order);
    RUN(freeing_calls_back);
    RUN(cancelled_replies_are_dropped_and_the_framing_holds);
    RUN(a_late_command_hears_it_once);
    RUN(a_deadline_that_was_met_is_forgotten);
    RUN(a_callback_of_expiry_may_submit_past_the_ring);
    RUN(borrowed_bytes_are_never_sent_after_the_callback);
    RUN(a_large_argument_that_has_gone_out_can_be_cancelled);
    RUN(too_much_output_is_refused_without_a_callback);
    RUN(resp3_pushes_never_pop);
    RUN(a_push_inside_a_reply_is_taken_out);
    RUN(a_push_of_the_wrong_shape_is_another);
    RUN(a_push_inside_an_attribute_pops_nothing);
    RUN(too_large_a_push_ends_the_session);
    RUN(subscribe_is_over_with_its_first_confirmation);
    RUN(subscribe_in_resp3_is_over_with_its_first_push);
    RUN(a_refused_subscribe_is_over_with_the_error);
    RUN(ping_while_subscribed_answers_with_an_array);
    RUN(an_array_that_looks_like_a_message_is_a_reply_when_not_subscribed);
    RUN(in_resp3_an_array_is_never_a_message);
    RUN(unsubscribe_of_all_is_confirmed_once_per_channel);
    RUN(patterns_are_counted_apart);
    RUN(unsubscribe_of_strange_names_is_confirmed_for_each);
    RUN(the_servers_own_sunsubscribe_pops_nothing);
    RUN(subscribe_inside_multi_is_queued);
    RUN(monitor_lines_are_pushes);
    RUN(nothing_may_be_submitted_after_monitor);
    RUN(a_refused_monitor_changes_nothing);
    RUN(reply_off_swallows_until_on);
    RUN(reply_off_is_over_once_sent);
    RUN(reply_skip_swallows_itself_and_the_next);
    RUN(reset_answers_whatever_was_off);
    RUN(a_callback_of_a_swallowed_command_may_submit_another);
    RUN(the_protocol_is_what_hello_said);
    RUN(the_database_is_that_of_the_last_good_select);
    RUN(transactions_are_followed);
    RUN(the_length_of_a_transaction_is_counted);
    RUN(who_the_connection_is);
    RUN(what_the_connection_may_read);
    RUN(a_reset_forgets_who_it_was);
    RUN(an_identity_moves);
    RUN(reset_loses_everything);
    RUN(the_blocked_one_is_the_oldest);
    RUN(the_bytes_that_come_are_counted);
    RUN(a_long_pipeline_wraps_around_the_ring);
    return t_end();
}
