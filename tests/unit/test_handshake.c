/* SPDX-License-Identifier: BSD-3-Clause */
/* The opening commands against a scripted server: what goes out in one write is compared as text
 * ("HELLO 3|SELECT 1|"), the answers are literal bytes, fed whole and byte by byte. */
#include "core/handshake.h"

#include "base/buf.h"
#include "t.h"

struct play {
    struct session *s;
    int done; /* calls */
    int code;
    char text[512];
    char out[1024]; /* what waits to be sent, as text */
    bool by_byte;
};

static void on_done(void *arg, int code, const struct err *e) {
    struct play *p = arg;
    p->done++;
    p->code = code;
    snprintf(p->text, sizeof p->text, "%s", code < 0 ? e->text : "");
}

static void start(struct play *p, const struct handshake_opts *o) {
    bool by_byte = p->by_byte;
    *p = (struct play){.by_byte = by_byte};
    p->s = session_new(&(struct session_config){0});
    CHECK_EQ(handshake_start(p->s, o, on_done, p), 0);
}

/* Every line of RESP that is not a header is an argument: "*1" starts a command. */
static void as_text(char *out, size_t room, char *resp) {
    size_t n = 0;
    for (char *line = resp, *end; (end = strstr(line, "\r\n")); line = end + 2) {
        *end = 0;
        if (*line == '*' && n) out[n - 1] = '|';
        if (*line != '*' && *line != '$') n += (size_t)snprintf(out + n, room - n, "%s ", line);
    }
    if (n) out[n - 1] = '|';
    out[n] = 0;
}

/* All that waits is sent, in one piece. */
static void sent(struct play *p) {
    struct iovec v[4];
    char resp[1024] = "";
    int n = session_out(p->s, v, 4);
    CHECK(n <= 1);
    if (n) memcpy(resp, v[0].iov_base, v[0].iov_len);
    session_sent(p->s, session_out_len(p->s));
    as_text(p->out, sizeof p->out, resp);
}

/* CHECK_STR takes its argument twice. */
#define CHECK_SENT(p, want) (sent(&(p)), CHECK_STR((p).out, want))

static void answer(struct play *p, const char *bytes) {
    size_t n = strlen(bytes), step = p->by_byte ? 1 : n;
    for (size_t at = 0; at < n; at += step)
        session_in(p->s, bytes + at, step, 1);
}

static void check_done(struct play *p, int code, const char *text) {
    CHECK_EQ(p->done, 1);
    CHECK_EQ(p->code, code);
    CHECK_STR(p->text, text);
    CHECK_EQ(session_pending(p->s), 0);
    session_free(p->s);
    CHECK_EQ(p->done, 1);
}

#define OPTS(...) (&(struct handshake_opts){__VA_ARGS__})
#define HELLO_MAP                                                                                  \
    "%3\r\n$6\r\nserver\r\n$6\r\nvalkey\r\n$5\r\nproto\r\n:3\r\n$7\r\nmodules\r\n*0\r\n"
#define HELLO_SAYS                                                                                 \
    "%4\r\n$5\r\nproto\r\n:3\r\n$4\r\nmode\r\n$10\r\nstandalone\r\n$4\r\nrole\r\n$6\r\nmaster\r\n" \
    "$7\r\nmodules\r\n*1\r\n$4\r\nrole\r\n"
#define NOAUTH "-NOAUTH Authentication required.\r\n"
#define UNKNOWN "-ERR unknown command `HELLO`, with args beginning with: `3`, \r\n"
#define ARITY "-ERR wrong number of arguments for 'auth' command\r\n"

static const struct handshake_opts everything = {
    .protocol = 3,
    .user = "u",
    .password = "p",
    .client_name = "n",
    .lib_name = "l",
    .lib_version = "v",
    .capa_redirect = true,
    .db = 5,
    .readonly = true,
};

/* Each test runs twice: replies whole and byte by byte. */
static bool by_byte;
#define PLAY(p) struct play p = {.by_byte = by_byte}

static void nothing_to_send_is_done_at_once(void) {
    PLAY(p);
    start(&p, OPTS(.protocol = 2));
    CHECK_SENT(p, "");
    check_done(&p, 0, "");
}

static void all_goes_out_in_one_write_and_in_order(void) {
    PLAY(p);
    start(&p, &everything);
    CHECK_SENT(p, "HELLO 3 AUTH u p|CLIENT SETNAME n|CLIENT SETINFO LIB-NAME l|"
                  "CLIENT SETINFO LIB-VER v|CLIENT CAPA redirect|SELECT 5|READONLY|");
    CHECK_EQ(p.done, 0);
    answer(&p, HELLO_MAP "+OK\r\n+OK\r\n+OK\r\n+OK\r\n+OK\r\n");
    CHECK_EQ(p.done, 0);
    answer(&p, "+OK\r\n");
    CHECK_EQ(session_protocol(p.s), 3);
    CHECK_EQ(session_db(p.s), 5);
    check_done(&p, 0, "");
}

static void what_hello_says_is_kept(void) {
    PLAY(p);
    struct handshake_said said = {.role = ""};
    start(&p, OPTS(.protocol = 3, .said = &said, .no_evict = true, .no_touch = true));
    CHECK_SENT(p, "HELLO 3|CLIENT NO-EVICT on|CLIENT NO-TOUCH on|");
    answer(&p, HELLO_SAYS "+OK\r\n-ERR unknown subcommand\r\n");
    CHECK_STR(said.role, "master");
    CHECK_STR(said.mode, "standalone");
    CHECK_EQ(session_protocol(p.s), 3);
    check_done(&p, 0, "");
}

static void a_password_alone_is_that_of_default(void) {
    PLAY(p);
    start(&p, OPTS(.protocol = 3, .password = "p"));
    CHECK_SENT(p, "HELLO 3 AUTH default p|");
    answer(&p, HELLO_MAP);
    check_done(&p, 0, "");
    start(&p, OPTS(.protocol = 2, .password = "p"));
    CHECK_SENT(p, "AUTH p|");
    answer(&p, "+OK\r\n");
    check_done(&p, 0, "");
    start(&p, OPTS(.protocol = 2, .user = "u", .password = "p"));
    CHECK_SENT(p, "AUTH u p|");
    answer(&p, "+OK\r\n");
    check_done(&p, 0, "");
}

static void a_wrong_password_is_said_in_the_servers_words(void) {
    PLAY(p);
    start(&p, OPTS(.protocol = 2, .password = "p", .db = 1));
    sent(&p);
    answer(&p, "-WRONGPASS invalid username-password pair\r\n" NOAUTH);
    check_done(&p, VK_EAUTH, "AUTH failed: WRONGPASS invalid username-password pair");
    start(&p, OPTS(.protocol = 3, .password = "p"));
    sent(&p);
    answer(&p, "-WRONGPASS no\r\n");
    check_done(&p, VK_EAUTH, "AUTH failed: WRONGPASS no");
}

static void a_password_that_is_missing_is_an_auth_error(void) {
    PLAY(p);
    start(&p, OPTS(.protocol = 2, .client_name = "n", .db = 1));
    CHECK_SENT(p, "CLIENT SETNAME n|SELECT 1|");
    answer(&p, NOAUTH NOAUTH);
    check_done(&p, VK_EAUTH, "CLIENT SETNAME failed: NOAUTH Authentication required.");
    start(&p, OPTS(.protocol = 3));
    sent(&p);
    answer(&p, "-NOAUTH HELLO must be called with the client already authenticated\r\n");
    check_done(&p, VK_EAUTH,
               "HELLO failed: NOAUTH HELLO must be called with the client already authenticated");
}

static void a_database_out_of_range_is_the_servers_error(void) {
    PLAY(p);
    start(&p, OPTS(.protocol = 2, .db = 99));
    CHECK_SENT(p, "SELECT 99|");
    answer(&p, "-ERR DB index is out of range\r\n");
    check_done(&p, VK_ESERVER, "SELECT 99 failed: ERR DB index is out of range");
}

static void refusals_of_setinfo_and_capa_mean_nothing(void) {
    PLAY(p);
    start(&p, OPTS(.protocol = 2, .lib_name = "l", .lib_version = "v", .capa_redirect = true));
    CHECK_SENT(p, "CLIENT SETINFO LIB-NAME l|CLIENT SETINFO LIB-VER v|CLIENT CAPA redirect|");
    answer(&p, "-ERR Unknown subcommand\r\n" NOAUTH "-NOPERM no\r\n");
    check_done(&p, 0, "");
}

static void without_hello_it_goes_on_in_resp2(void) {
    PLAY(p);
    start(&p, OPTS(.protocol = 3, .client_name = "n", .db = 1));
    sent(&p);
    answer(&p, UNKNOWN "+OK\r\n+OK\r\n");
    CHECK_SENT(p, "");
    CHECK_EQ(session_protocol(p.s), 2);
    check_done(&p, 0, "");
    start(&p, OPTS(.protocol = 3));
    sent(&p);
    answer(&p, "-NOPROTO unsupported protocol version\r\n");
    check_done(&p, 0, "");
}

static void without_hello_the_password_goes_again_and_what_failed_for_it(void) {
    PLAY(p);
    start(&p, OPTS(.protocol = 3, .password = "p", .client_name = "n", .lib_name = "l", .db = 1,
                   .readonly = true));
    CHECK_SENT(p, "HELLO 3 AUTH default p|CLIENT SETNAME n|CLIENT SETINFO LIB-NAME l|"
                  "SELECT 1|READONLY|");
    answer(&p, UNKNOWN NOAUTH NOAUTH NOAUTH "+OK\r\n");
    CHECK_EQ(p.done, 0);
    CHECK_SENT(p, "AUTH p|CLIENT SETNAME n|CLIENT SETINFO LIB-NAME l|SELECT 1|");
    answer(&p, "+OK\r\n+OK\r\n-ERR x\r\n+OK\r\n");
    CHECK_EQ(session_db(p.s), 1);
    check_done(&p, 0, "");
}

static void a_strict_protocol_does_not_fall_back(void) {
    PLAY(p);
    start(&p, OPTS(.protocol = 3, .strict_protocol = true));
    sent(&p);
    answer(&p, "-ERR unknown command 'HELLO'\r\n");
    check_done(&p, VK_ESERVER, "HELLO failed: ERR unknown command 'HELLO'");
}

static void a_password_that_the_server_quotes_is_not_repeated(void) {
    PLAY(p);
    start(&p, OPTS(.protocol = 2, .password = "secret"));
    CHECK_SENT(p, "AUTH secret|");
    answer(&p, "-ERR unknown command 'AUTH', with args beginning with: 'secret' \r\n");
    check_done(&p, VK_ESERVER, "AUTH failed: ERR unknown command 'AUTH'");
}

static void a_server_without_users_gets_the_password_alone(void) {
    PLAY(p);
    start(&p, OPTS(.protocol = 2, .user = "u", .password = "p", .db = 1));
    CHECK_SENT(p, "AUTH u p|SELECT 1|");
    answer(&p, ARITY NOAUTH);
    CHECK_SENT(p, "AUTH p|SELECT 1|");
    answer(&p, "+OK\r\n+OK\r\n");
    check_done(&p, 0, "");
}

static void the_oldest_servers_take_three_rounds(void) {
    PLAY(p);
    start(&p, OPTS(.protocol = 3, .user = "u", .password = "p", .db = 1));
    CHECK_SENT(p, "HELLO 3 AUTH u p|SELECT 1|");
    answer(&p, UNKNOWN NOAUTH);
    CHECK_SENT(p, "AUTH u p|SELECT 1|");
    answer(&p, ARITY NOAUTH);
    CHECK_SENT(p, "AUTH p|SELECT 1|");
    answer(&p, ARITY NOAUTH);
    CHECK_SENT(p, "");
    check_done(&p, VK_ESERVER, "AUTH failed: ERR wrong number of arguments for 'auth' command");
}

static void hello_must_confirm_the_protocol(void) {
    PLAY(p);
    start(&p, OPTS(.protocol = 3));
    sent(&p);
    answer(&p, "%1\r\n$5\r\nproto\r\n:2\r\n");
    check_done(&p, VK_EPROTO, "HELLO failed: the server goes on with protocol 2");
}

static void a_full_server_is_heard_as_it_says(void) {
    PLAY(p);
    start(&p, OPTS(.protocol = 3));
    sent(&p);
    answer(&p, "-ERR max number of clients reached\r\n");
    check_done(&p, VK_ESERVER, "ERR max number of clients reached");
    start(&p, OPTS(.protocol = 3));
    answer(&p, "-ERR max number of clients reached\r\n"); /* before anything was sent */
    check_done(&p, VK_ESERVER, "ERR max number of clients reached");
}

static void the_first_failure_is_the_one_that_counts(void) {
    PLAY(p);
    struct err lost;
    err_set(&lost, VK_ELOST, "the server closed");
    start(&p, OPTS(.protocol = 2, .password = "p", .db = 1));
    sent(&p);
    answer(&p, "-WRONGPASS no\r\n");
    session_end(p.s, &lost);
    check_done(&p, VK_EAUTH, "AUTH failed: WRONGPASS no");
    start(&p, OPTS(.protocol = 2, .password = "p", .db = 1));
    session_end(p.s, &lost);
    check_done(&p, VK_ELOST, "the server closed");
}

static void cancelled_or_freed_it_is_done_with_an_error(void) {
    PLAY(p);
    start(&p, &everything);
    sent(&p);
    answer(&p, HELLO_MAP "+OK\r\n");
    session_free(p.s);
    CHECK_EQ(p.done, 1);
    CHECK_EQ(p.code, VK_ECANCEL);
    start(&p, &everything);
    sent(&p);
    session_cancel(p.s);
    CHECK_EQ(p.done, 1);
    CHECK_EQ(p.code, VK_ECANCEL);
    CHECK_STR(p.text, "interrupted");
    session_free(p.s);
    CHECK_EQ(p.done, 1);
}

static void an_ended_session_refuses_at_once(void) {
    PLAY(p);
    struct err lost;
    err_set(&lost, VK_ELOST, "gone");
    p.s = session_new(&(struct session_config){0});
    session_end(p.s, &lost);
    CHECK_EQ(handshake_start(p.s, &everything, on_done, &p), VK_ELOST);
    CHECK_EQ(p.done, 0);
    session_free(p.s);
}

static void a_round_that_does_not_fit_is_done_once(void) {
    PLAY(p);
    p.s = session_new(&(struct session_config){.out_max = 60});
    CHECK_EQ(handshake_start(p.s, &everything, on_done, &p), 0);
    sent(&p);
    answer(&p, HELLO_MAP);
    CHECK_EQ(p.done, 1);
    CHECK_EQ(p.code, VK_ELIMIT);
    session_free(p.s);
    CHECK_EQ(p.done, 1);
}

static void what_a_password_or_a_database_guards_waits(void) {
    CHECK(handshake_guards(OPTS(.password = "p")));
    CHECK(handshake_guards(OPTS(.db = 1)));
    CHECK(handshake_guards(OPTS(.readonly = true)));
    CHECK(!handshake_guards(OPTS(.protocol = 3, .client_name = "n", .lib_name = "l")));
}

int main(void) {
    for (int i = 0; i < 2; i++) {
        by_byte = i;
        RUN(nothing_to_send_is_done_at_once);
        RUN(all_goes_out_in_one_write_and_in_order);
        RUN(what_hello_says_is_kept);
        RUN(a_password_alone_is_that_of_default);
        RUN(a_wrong_password_is_said_in_the_servers_words);
        RUN(a_password_that_is_missing_is_an_auth_error);
        RUN(a_database_out_of_range_is_the_servers_error);
        RUN(refusals_of_setinfo_and_capa_mean_nothing);
        RUN(without_hello_it_goes_on_in_resp2);
        RUN(without_hello_the_password_goes_again_and_what_failed_for_it);
        RUN(a_strict_protocol_does_not_fall_back);
        RUN(a_server_without_users_gets_the_password_alone);
        RUN(the_oldest_servers_take_three_rounds);
        RUN(a_password_that_the_server_quotes_is_not_repeated);
        RUN(hello_must_confirm_the_protocol);
        RUN(a_full_server_is_heard_as_it_says);
        RUN(the_first_failure_is_the_one_that_counts);
        RUN(cancelled_or_freed_it_is_done_with_an_error);
        RUN(an_ended_session_refuses_at_once);
        RUN(a_round_that_does_not_fit_is_done_once);
        RUN(what_a_password_or_a_database_guards_waits);
    }
    return t_end();
}
