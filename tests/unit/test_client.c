/* SPDX-License-Identifier: BSD-3-Clause */
/* client/client and client/connect against a peer in a thread that plays scripts on a Unix socket
 * and writes down what it is sent, read by read: a '|' in what was seen is the border between two
 * reads. */
#include "client/client.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "io/signal.h"
#include "t.h"

enum { STEPS_MAX = 8, CONNS_MAX = 8, SEEN_MAX = 2048, READ_MAX = 1 << 16 };

/* What the peer does on one connection. A step is a reply, sent after one read; "WORD>..." is sent
 * once that word ended a read, "!..." without a read, "@MS" waits, "#" hangs up. Behind the last
 * one it reads until the client hangs up. */
typedef const char *script[STEPS_MAX];

struct peer {
    const script *conns;
    int n_conns, listener, n_met;
    char seen[CONNS_MAX][SEEN_MAX];
    atomic_bool stop;
    pthread_t thread;
};

static struct fixture {
    char folder[64], path[80];
    struct peer peer;
    struct loop *loop;
    struct connopt opts;
    struct client *client;
    struct err err;
    int n_pushes;
    enum push_kind kinds[8];
} f;

/* --- the peer --------------------------------------------------------------------------------- */

static bool read_once(int fd, char *seen) {
    char bytes[READ_MAX];
    size_t len = strlen(seen);
    ssize_t n = read(fd, bytes, sizeof bytes);
    if (n <= 0) return false;
    snprintf(seen + len, SEEN_MAX - len, "%s%.*s", len ? "|" : "", (int)n, bytes);
    return true;
}

/* Of the word before a '>', 0 = there is none. */
static size_t word_len(const char *step) {
    size_t len = strspn(step, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    return step[len] == '>' ? len : 0;
}

/* The last thing seen is this word. */
static bool ends_with(const char *seen, const char *word, size_t len) {
    size_t n = strlen(seen);
    return n >= len + 2 && !memcmp(seen + n - len - 2, word, len);
}

static void play(int fd, const char *const *steps, char *seen) {
    for (int i = 0; i < STEPS_MAX && steps[i]; i++) {
        const char *step = steps[i];
        if (*step == '#') return;
        if (*step == '@') {
            poll(NULL, 0, (int)strtol(step + 1, NULL, 10));
            continue;
        }
        size_t word = word_len(step);
        do
            if (*step != '!' && !read_once(fd, seen)) return;
        while (word && !ends_with(seen, step, word));
        step += word ? word + 1 : *step == '!';
        if (write(fd, step, strlen(step)) < 0) return;
    }
    while (read_once(fd, seen)) {
    }
}

static void *peer_main(void *arg) {
    struct peer *p = arg;
    struct pollfd look = {.fd = p->listener, .events = POLLIN};
    while (p->n_met < p->n_conns && !atomic_load(&p->stop)) {
        if (poll(&look, 1, 5) <= 0) continue;
        int fd = accept(p->listener, NULL, NULL);
        play(fd, p->conns[p->n_met], p->seen[p->n_met]);
        p->n_met++;
        close(fd);
    }
    return NULL;
}

static void begin(const script *conns, int n_conns) {
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    f = (struct fixture){.folder = "/tmp/vk-test-client-XXXXXX"};
    CHECK(mkdtemp(f.folder));
    snprintf(f.path, sizeof f.path, "%s/s", f.folder);
    memcpy(addr.sun_path, f.path, sizeof f.path);
    f.peer.conns = conns;
    f.peer.n_conns = n_conns;
    f.peer.listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK_EQ(bind(f.peer.listener, (struct sockaddr *)&addr, sizeof addr), 0);
    if (n_conns) {
        CHECK_EQ(listen(f.peer.listener, 8), 0);
        CHECK_EQ(pthread_create(&f.peer.thread, NULL, peer_main, &f.peer), 0);
    }
    f.loop = loop_new(&f.err);
    connopt_init(&f.opts);
    f.opts.path = f.path;
    f.opts.protocol = 2;
    f.opts.connect_timeout_s = 5;
    f.opts.retry.backoff = RETRY_NO;
}
#define BEGIN(...)                                                                                 \
    static const script conns[] = {__VA_ARGS__};                                                   \
    begin(conns, (int)(sizeof conns / sizeof *conns))

static void on_push(void *arg, enum push_kind kind, const struct reply *r) {
    (void)arg, (void)r;
    f.kinds[f.n_pushes++ % 8] = kind;
}

static int dial_up(void) {
    struct client_hooks hooks = {.on_push = on_push};
    if (!f.client) CHECK_EQ(client_new(f.loop, &f.opts, &hooks, &f.client, &f.err), 0);
    err_clear(&f.err);
    return client_connect(f.client, &f.err);
}

/* Hang up and let the peer come to its end; what it has seen may be looked at now. */
static void end(void) {
    client_free(f.client);
    f.client = NULL;
    atomic_store(&f.peer.stop, true);
    if (f.peer.n_conns) pthread_join(f.peer.thread, NULL);
    close(f.peer.listener);
    loop_free(f.loop);
    connopt_release(&f.opts);
    unlink(f.path);
    CHECK_EQ(rmdir(f.folder), 0);
}

/* --- what is expected on the wire ------------------------------------------------------------- */

/* Commands parted by ';' in their RESP form; '|' parts them as well, and stays. */
static const char *wire(const char *text) {
    static char out[SEEN_MAX];
    size_t at = 0;
    while (*text) {
        size_t len = strcspn(text, ";|");
        int words = 1;
        for (size_t i = 0; i < len; i++)
            words += text[i] == ' ';
        at += (size_t)snprintf(out + at, sizeof out - at, "*%d\r\n", words);
        for (const char *end = text + len; text < end; text += text < end) {
            int word = (int)strcspn(text, " ;|");
            at += (size_t)snprintf(out + at, sizeof out - at, "$%d\r\n%.*s\r\n", word, word, text);
            text += word;
        }
        if (*text == '|') out[at++] = '|';
        text += *text != 0;
    }
    out[at] = 0;
    return out;
}
#define SETINFO "CLIENT SETINFO LIB-NAME valkit;CLIENT SETINFO LIB-VER " VK_VERSION
#define OK2 "+OK\r\n+OK\r\n"

/* --- commands --------------------------------------------------------------------------------- */

/* A reply under way, submitted by hand. */
struct heard {
    int calls, code;
    char text[64];
    struct heard *then; /* submit PING for this one from the callback */
};

static void on_reply(void *arg, int code, const struct resp_event *ev) {
    struct heard *h = arg;
    if (code == VK_MORE) return;
    h->calls++;
    h->code = code;
    if (ev && ev->p) snprintf(h->text, sizeof h->text, "%.*s", (int)ev->len, ev->p);
    if (h->then)
        CHECK_EQ(
            client_submit(f.client, 1, (const char *[]){"PING"}, NULL, on_reply, h->then, &f.err),
            0);
}

static int submit(struct heard *h, const char *word) {
    return client_submit(f.client, 1, (const char *const[]){word}, NULL, on_reply, h, &f.err);
}

static void turn_until(const int *calls) {
    int64_t until = clock_now_ns() + 5 * CLOCK_NS_PER_S;
    client_flush(f.client);
    while (!*calls && clock_now_ns() < until)
        loop_turn(f.loop, until);
}

/* The text of the reply to one word, or of the error. */
static const char *call(const char *word) {
    static char text[600];
    const struct reply *r;
    err_clear(&f.err);
    if (client_call(f.client, 1, (const char *const[]){word}, &r, &f.err) < 0) return f.err.text;
    snprintf(text, sizeof text, "%.*s", (int)r->len, r->p);
    return text;
}

/* The message behind "PATH: ". */
static const char *said(const char *text) {
    size_t len = strlen(f.path);
    return strncmp(text, f.path, len) || strncmp(text + len, ": ", 2) ? text : text + len + 2;
}

/* CHECK_STR takes its text twice, and a call must be made once. */
#define CALL(word, want)                                                                           \
    do {                                                                                           \
        const char *got = call(word);                                                              \
        CHECK_STR(got, want);                                                                      \
    } while (0)
#define CALL_SAYS(word, want)                                                                      \
    do {                                                                                           \
        const char *got = said(call(word));                                                        \
        CHECK_STR(got, want);                                                                      \
    } while (0)

/* --- the handshake ---------------------------------------------------------------------------- */

static void the_handshake_is_one_write(void) {
    BEGIN({"%1\r\n+proto\r\n:3\r\n+OK\r\n" OK2 "+OK\r\n+OK\r\n", "+PONG\r\n"});
    f.opts.protocol = 3;
    f.opts.user = "me";
    f.opts.password = mem_strdup("secret");
    f.opts.client_name = "name";
    f.opts.capa_redirect = true;
    f.opts.db = 3;
    CHECK_EQ(dial_up(), 0);
    CALL("PING", "PONG");
    char text[128], want[128];
    snprintf(want, sizeof want, "%s, RESP3, database 3", f.path);
    CHECK_STR(client_describe(f.client, text, sizeof text), want);
    end();
    CHECK_STR(f.peer.seen[0], wire("HELLO 3 AUTH me secret;CLIENT SETNAME name;" SETINFO
                                   ";CLIENT CAPA redirect;SELECT 3|PING"));
}

static void without_a_guard_the_command_goes_with_it(void) {
    BEGIN({OK2 "+PONG\r\n"});
    CHECK_EQ(dial_up(), 0);
    CALL("PING", "PONG");
    end();
    CHECK_STR(f.peer.seen[0], wire(SETINFO ";PING"));
}

static void a_second_connect_does_nothing(void) {
    BEGIN({OK2 "+PONG\r\n", "+PONG\r\n"});
    CHECK_EQ(dial_up(), 0);
    CALL("PING", "PONG");
    CHECK_EQ(dial_up(), 0);
    CALL("PING", "PONG");
    end();
    CHECK_EQ(f.peer.n_met, 1);
}

static void a_bare_client_sends_nothing_of_its_own(void) {
    BEGIN({"+PONG\r\n"});
    struct client_hooks hooks = {.bare = true};
    f.opts.password = mem_strdup("secret");
    CHECK_EQ(client_new(f.loop, &f.opts, &hooks, &f.client, &f.err), 0);
    CHECK_EQ(dial_up(), 0);
    CALL("PING", "PONG");
    end();
    CHECK_STR(f.peer.seen[0], wire("PING"));
}

static void a_refused_password_stops_everything(void) {
    BEGIN({"-WRONGPASS invalid username-password pair\r\n+OK\r\n+OK\r\n"}, {OK2});
    f.opts.password = mem_strdup("secret");
    f.opts.retry.retries = 3; /* no cause to try again */
    CHECK_EQ(dial_up(), VK_EAUTH);
    CHECK_STR(said(f.err.text), "AUTH failed: WRONGPASS invalid username-password pair");
    CHECK(!client_is_open(f.client));
    struct heard h = {0};
    CHECK_EQ(submit(&h, "PING"), VK_ELOST);
    end();
    CHECK_EQ(f.peer.n_met, 1);
    CHECK_STR(f.peer.seen[0], wire("AUTH secret;" SETINFO));
}

static void a_refused_database_stops_everything(void) {
    BEGIN({OK2 "-ERR DB index is out of range\r\n"});
    f.opts.db = 99;
    CHECK_EQ(dial_up(), VK_ESERVER);
    CHECK_STR(said(f.err.text), "SELECT 99 failed: ERR DB index is out of range");
    end();
    CHECK_STR(f.peer.seen[0], wire(SETINFO ";SELECT 99"));
}

static void an_old_server_without_hello_is_spoken_to_in_resp2(void) {
    BEGIN({"-ERR unknown command 'HELLO'\r\n-NOAUTH Authentication required.\r\n"
           "-NOAUTH Authentication required.\r\n-NOAUTH Authentication required.\r\n",
           "+OK\r\n" OK2 "+OK\r\n", "+PONG\r\n"});
    f.opts.protocol = 3;
    f.opts.password = mem_strdup("secret");
    f.opts.db = 2;
    CHECK_EQ(dial_up(), 0);
    CHECK_EQ(session_protocol(client_session(f.client)), 2);
    CHECK_EQ(session_db(client_session(f.client)), 2);
    CALL("PING", "PONG");
    end();
    CHECK_STR(f.peer.seen[0], wire("HELLO 3 AUTH default secret;" SETINFO
                                   ";SELECT 2|AUTH secret;" SETINFO ";SELECT 2|PING"));
}

static void a_server_without_users_gets_the_password_alone(void) {
    BEGIN({"-ERR wrong number of arguments for 'auth' command\r\n-NOAUTH x\r\n-NOAUTH x\r\n",
           "+OK\r\n" OK2});
    f.opts.user = "me";
    f.opts.password = mem_strdup("secret");
    CHECK_EQ(dial_up(), 0);
    end();
    CHECK_STR(f.peer.seen[0], wire("AUTH me secret;" SETINFO "|AUTH secret;" SETINFO));
}

static void an_auth_command_is_asked_at_each_connect(void) {
    BEGIN({"+OK\r\n" OK2}, {"+OK\r\n" OK2});
    char command[160];
    snprintf(command, sizeof command, "echo >>%s/n; wc -l <%s/n | tr -d ' '", f.folder, f.folder);
    f.opts.auth_command = command;
    CHECK_EQ(dial_up(), 0);
    client_disconnect(f.client);
    CHECK_EQ(dial_up(), 0);
    snprintf(command, sizeof command, "%s/n", f.folder);
    unlink(command);
    end();
    CHECK_STR(f.peer.seen[0], wire("AUTH 1;" SETINFO));
    CHECK_STR(f.peer.seen[1], wire("AUTH 2;" SETINFO));
}

/* --- trying again ----------------------------------------------------------------------------- */

static void a_loading_server_is_tried_again(void) {
    BEGIN({OK2 "-LOADING Redis is loading\r\n"}, {OK2 "-LOADING Redis is loading\r\n"},
          {OK2 "+OK\r\n", "+PONG\r\n"});
    f.opts.db = 1;
    f.opts.retry.retries = 2;
    CHECK_EQ(dial_up(), 0);
    CALL("PING", "PONG");
    end();
    CHECK_EQ(f.peer.n_met, 3);
}

static void no_oftener_than_the_policy_says(void) {
    BEGIN({OK2 "-LOADING Redis is loading\r\n"}, {OK2 "-LOADING Redis is loading\r\n"}, {OK2});
    f.opts.db = 1;
    f.opts.retry.retries = 1;
    CHECK_EQ(dial_up(), VK_ESERVER);
    CHECK_STR(said(f.err.text), "SELECT 1 failed: LOADING Redis is loading");
    end();
    CHECK_EQ(f.peer.n_met, 2);
}

static void a_server_that_hangs_up_in_the_handshake_is_tried_again(void) {
    BEGIN({"#"}, {"+OK\r\n", "#"}, {OK2 "+OK\r\n", "+PONG\r\n"});
    f.opts.db = 1;
    f.opts.retry.retries = 5;
    CHECK_EQ(dial_up(), 0);
    CALL("PING", "PONG");
    end();
    CHECK_EQ(f.peer.n_met, 3);
}

static void a_refused_connect_is_tried_again_after_its_wait(void) {
    begin(NULL, 0); /* bound, but nobody listens */
    f.opts.retry = (struct retry_policy){.backoff = RETRY_CONSTANT,
                                         .base_ns = 20 * CLOCK_NS_PER_MS,
                                         .retries = 3,
                                         .connect_on = ERRCLASS_CONNECT};
    int64_t from = clock_now_ns();
    CHECK_EQ(dial_up(), VK_ECONNECT);
    int64_t took_ms = (clock_now_ns() - from) / CLOCK_NS_PER_MS;
    CHECK(took_ms >= 60);
    CHECK(took_ms < 2000);
    CHECK(strstr(f.err.text, "Connection refused"));
    f.opts.retry.connect_on = ERRCLASS_TIMEOUT; /* this one is not in the list */
    from = clock_now_ns();
    CHECK_EQ(dial_up(), VK_ECONNECT);
    CHECK(clock_now_ns() - from < 20 * CLOCK_NS_PER_MS);
    end();
}

static void a_stop_signal_ends_tries_that_do_not_wait(void) {
    begin(NULL, 0);
    f.opts.retry.retries = -1;
    signal_setup();
    raise(SIGTERM);
    alarm(10); /* instead of for ever */
    CHECK_EQ(dial_up(), VK_ECANCEL);
    alarm(0);
    CHECK_STR(f.err.text, "interrupted");
    signal_clear();
    end();
}

static void a_silent_server_is_given_up_at_the_deadline(void) {
    BEGIN({""}, {""});
    f.opts.db = 1;
    f.opts.connect_timeout_s = 0.05;
    f.opts.retry.retries = 1;
    CHECK_EQ(dial_up(), VK_ETIMEOUT);
    CHECK(strstr(f.err.text, ": no answer in 0.05 s"));
    CHECK_EQ(session_error(client_session(f.client))->code, VK_ETIMEOUT); /* nobody waits on */
    CHECK_EQ(session_pending(client_session(f.client)), 0);
    end();
    CHECK_EQ(f.peer.n_met, 2);
}

static void a_command_whose_reply_was_lost_is_not_sent_again(void) {
    BEGIN({OK2, "#"}, {OK2 "+PONG\r\n"});
    struct heard h = {0};
    CHECK_EQ(dial_up(), 0);
    f.opts.retry.retries = 3;
    f.opts.retry.command_on = ~0u;
    CHECK_EQ(submit(&h, "INCR"), 0);
    turn_until(&h.calls);
    CHECK_EQ(h.calls, 1);
    CHECK_EQ(h.code, VK_ELOST);
    CHECK(!client_is_open(f.client));
    CHECK_EQ(dial_up(), 0);
    CALL("PING", "PONG");
    end();
    CHECK_STR(f.peer.seen[1], wire(SETINFO ";PING"));
}

/* --- a standing connection -------------------------------------------------------------------- */

static void a_late_reply_is_dropped_and_the_next_one_is_right(void) {
    BEGIN({"PING>" OK2 "+LATE\r\n+RIGHT\r\n"});
    f.opts.command_timeout_s = 0.05;
    CHECK_EQ(dial_up(), 0);
    CALL_SAYS("SLOW", "no reply in time");
    CHECK_EQ(f.err.code, VK_ETIMEOUT);
    CHECK(client_is_open(f.client));
    CALL("PING", "RIGHT");
    end();
}

static void a_blocking_command_has_no_deadline(void) {
    BEGIN({OK2, "@150", "!$4\r\ndone\r\n"});
    const struct reply *r = NULL;
    f.opts.command_timeout_s = 0.05;
    CHECK_EQ(dial_up(), 0);
    CHECK_EQ(client_call(f.client, 3, (const char *[]){"BLPOP", "k", "0"}, &r, &f.err), 0);
    CHECK(r && r->len == 4 && !memcmp(r->p, "done", 4));
    end();
}

static void a_cancelled_command_hears_so_once_and_its_reply_is_dropped(void) {
    BEGIN({"PING>" OK2 "+LATE\r\n+RIGHT\r\n"});
    struct heard h = {0};
    CHECK_EQ(dial_up(), 0);
    CHECK_EQ(submit(&h, "SLOW"), 0);
    client_flush(f.client);
    client_cancel(f.client);
    CHECK_EQ(h.calls, 1);
    CHECK_EQ(h.code, VK_ECANCEL);
    CHECK(client_is_open(f.client));
    CALL("PING", "RIGHT");
    CHECK_EQ(h.calls, 1);
    end();
}

static void pushes_come_between_and_never_answer(void) {
    BEGIN({"%1\r\n+proto\r\n:3\r\n" OK2 ">3\r\n+message\r\n+a\r\n+b\r\n+PONG\r\n"
           ">2\r\n+invalidate\r\n*1\r\n+k\r\n",
           ">1\r\n+odd\r\n+AGAIN\r\n"});
    f.opts.protocol = 3;
    CHECK_EQ(dial_up(), 0);
    CALL("PING", "PONG");
    CALL("PING", "AGAIN");
    CHECK_EQ(f.n_pushes, 3);
    CHECK_EQ(f.kinds[0], PUSH_MESSAGE);
    CHECK_EQ(f.kinds[1], PUSH_INVALIDATE);
    CHECK_EQ(f.kinds[2], PUSH_OTHER);
    end();
}

static void a_callback_may_submit(void) {
    BEGIN({OK2 "+ONE\r\n", "+TWO\r\n"});
    struct heard second = {0}, first = {.then = &second};
    CHECK_EQ(dial_up(), 0);
    CHECK_EQ(submit(&first, "PING"), 0);
    turn_until(&second.calls);
    CHECK_STR(first.text, "ONE");
    CHECK_STR(second.text, "TWO");
    end();
}

static void many_replies_come_in_order(void) {
    BEGIN({OK2 "+1\r\n+2\r\n+3\r\n"});
    struct heard h[3] = {{0}};
    CHECK_EQ(dial_up(), 0);
    for (int i = 0; i < 3; i++)
        CHECK_EQ(submit(&h[i], "PING"), 0);
    turn_until(&h[2].calls);
    CHECK_STR(h[0].text, "1");
    CHECK_STR(h[2].text, "3");
    end();
    CHECK_STR(f.peer.seen[0], wire(SETINFO ";PING;PING;PING"));
}

static void after_monitor_nothing_can_be_sent(void) {
    BEGIN({OK2 "+OK\r\n", "@10"});
    struct heard h = {0};
    CHECK_EQ(dial_up(), 0);
    CALL("MONITOR", "OK");
    CHECK_EQ(submit(&h, "PING"), VK_ESTATE);
    CHECK_STR(f.err.text, "nothing can be sent after MONITOR");
    CHECK_EQ(h.calls, 0);
    end();
}

/* --- the end of a connection ------------------------------------------------------------------ */

static void a_lost_connection_says_how_it_was_lost(void) {
    BEGIN({OK2 "$10\r\nabc", "#"}, {OK2, "#"}, {OK2 "@nonsense\r\n"});
    CHECK_EQ(dial_up(), 0);
    struct heard h = {0};
    CHECK_EQ(submit(&h, "GET"), 0);
    turn_until(&h.calls);
    CHECK_STR(said(client_error(f.client)->text),
              "server closed the connection in the middle of a reply");
    CHECK_EQ(h.calls, 1);
    CHECK_EQ(dial_up(), 0);
    CHECK_EQ(client_error(f.client)->code, 0);
    CALL_SAYS("PING", "server closed the connection");
    CHECK_EQ(f.err.code, VK_ELOST);
    CHECK_EQ(dial_up(), 0);
    CHECK(strstr(call("PING"), "expected "));
    CHECK_EQ(f.err.code, VK_EPROTO);
    CHECK(!client_is_open(f.client));
    end();
}

static void a_server_that_does_not_want_us_is_quoted(void) {
    BEGIN({"!-ERR max number of clients reached\r\n", "#"});
    CHECK_EQ(dial_up(), 0);
    CALL_SAYS("PING", "ERR max number of clients reached");
    end();
}

static void nothing_is_sent_without_a_connection(void) {
    BEGIN({OK2});
    struct heard h = {0}, open = {0};
    struct client_hooks hooks = {0};
    CHECK_EQ(client_new(f.loop, &f.opts, &hooks, &f.client, &f.err), 0);
    CHECK(!client_is_open(f.client));
    CHECK_EQ(submit(&h, "PING"), VK_ELOST);
    CHECK_STR(f.err.text, "not connected");
    client_flush(f.client); /* and these do no harm */
    client_cancel(f.client);
    CHECK_EQ(dial_up(), 0);
    CHECK_EQ(submit(&open, "PING"), 0);
    client_disconnect(f.client);
    CHECK_EQ(open.calls, 1);
    CHECK_EQ(open.code, VK_ECANCEL);
    CHECK(!client_is_open(f.client));
    client_disconnect(f.client);
    end();
    CHECK_EQ(h.calls, 0);
    client_free(NULL);
}

int main(void) {
    signal(SIGPIPE, SIG_IGN);
    RUN(the_handshake_is_one_write);
    RUN(without_a_guard_the_command_goes_with_it);
    RUN(a_second_connect_does_nothing);
    RUN(a_bare_client_sends_nothing_of_its_own);
    RUN(a_refused_password_stops_everything);
    RUN(a_refused_database_stops_everything);
    RUN(an_old_server_without_hello_is_spoken_to_in_resp2);
    RUN(a_server_without_users_gets_the_password_alone);
    RUN(an_auth_command_is_asked_at_each_connect);
    RUN(a_loading_server_is_tried_again);
    RUN(no_oftener_than_the_policy_says);
    RUN(a_server_that_hangs_up_in_the_handshake_is_tried_again);
    RUN(a_refused_connect_is_tried_again_after_its_wait);
    RUN(a_stop_signal_ends_tries_that_do_not_wait);
    RUN(a_silent_server_is_given_up_at_the_deadline);
    RUN(a_command_whose_reply_was_lost_is_not_sent_again);
    RUN(a_late_reply_is_dropped_and_the_next_one_is_right);
    RUN(a_blocking_command_has_no_deadline);
    RUN(a_cancelled_command_hears_so_once_and_its_reply_is_dropped);
    RUN(pushes_come_between_and_never_answer);
    RUN(a_callback_may_submit);
    RUN(many_replies_come_in_order);
    RUN(after_monitor_nothing_can_be_sent);
    RUN(a_lost_connection_says_how_it_was_lost);
    RUN(a_server_that_does_not_want_us_is_quoted);
    RUN(nothing_is_sent_without_a_connection);
    return t_end();
}
