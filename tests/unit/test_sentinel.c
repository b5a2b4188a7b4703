/* SPDX-License-Identifier: BSD-3-Clause */
/* client/sentinel and what client/connect makes of it, against sentinels and servers played by a
 * thread on loopback ports: each answers a command by a table, and counts what it was asked. */
#include "client/sentinel.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "client/client.h"
#include "client/sentinel_reply.h"
#include "t.h"

enum { PEERS = 4, CONNS = 32, REPLY_MAX = 2048 };

/* Answers to the commands that matter; NULL: an error. Any other command is answered by +OK. */
struct answers {
    const char *masters, *replicas, *role, *set, *subscribe;
};

struct peer {
    int listener, port;
    struct answers answers; /* guarded by the mutex */
    atomic_int met;
};

struct conn {
    int fd;
    struct peer *peer;
};

static struct fixture {
    struct peer peers[PEERS];
    struct conn conns[CONNS];
    int n_conns;
    pthread_t thread;
    pthread_mutex_t mutex;
    atomic_bool stop;
    struct loop *loop;
    struct connopt opts;
    char list[128];
    struct err err;
} f;

/* ---- the peers ---- */

static const char *answer(struct peer *p, const char *word, const char *second) {
    const struct answers *a = &p->answers;
    const char *reply = "+OK\r\n";
    if (!strcmp(word, "SENTINEL")) reply = !strcmp(second, "MASTERS") ? a->masters : a->replicas;
    if (!strcmp(word, "ROLE")) reply = a->role;
    if (!strcmp(word, "SET")) reply = a->set;
    if (!strcmp(word, "SUBSCRIBE")) reply = a->subscribe;
    return reply ? reply : "-ERR unknown\r\n";
}

/* Whole commands only: each comes in one write. */
static void serve(struct conn *c, char *p) {
    while (*p == '*') {
        int n = (int)strtol(p + 1, &p, 10);
        char words[2][64] = {"", ""};
        p += 2;
        for (int i = 0; i < n; i++) {
            long len = strtol(p + 1, &p, 10);
            p += 2;
            if (i < 2) snprintf(words[i], sizeof words[i], "%.*s", (int)len, p);
            p += len + 2;
        }
        pthread_mutex_lock(&f.mutex);
        const char *reply = answer(c->peer, words[0], words[1]);
        if (write(c->fd, reply, strlen(reply)) < 0) return;
        pthread_mutex_unlock(&f.mutex);
    }
}

static void look(struct conn *c) {
    char in[4096];
    struct pollfd p = {.fd = c->fd, .events = POLLIN};
    if (c->fd < 0 || poll(&p, 1, 0) <= 0) return;
    ssize_t n = read(c->fd, in, sizeof in - 1);
    if (n > 0) {
        in[n] = 0;
        serve(c, in);
    } else {
        close(c->fd);
        c->fd = -1;
    }
}

static void *peers_main(void *arg) {
    (void)arg;
    while (!atomic_load(&f.stop)) {
        struct pollfd p[PEERS];
        for (int i = 0; i < PEERS; i++)
            p[i] = (struct pollfd){.fd = f.peers[i].listener, .events = POLLIN};
        poll(p, PEERS, 1);
        for (int i = 0; i < PEERS; i++) {
            if (!(p[i].revents & POLLIN) || f.n_conns == CONNS) continue;
            f.conns[f.n_conns++] = (struct conn){accept(p[i].fd, NULL, NULL), &f.peers[i]};
            f.peers[i].met++;
        }
        for (int i = 0; i < f.n_conns; i++)
            look(&f.conns[i]);
    }
    return NULL;
}

static void listen_at(struct peer *p) {
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof a;
    p->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK_EQ(bind(p->listener, (struct sockaddr *)&a, sizeof a), 0);
    CHECK_EQ(listen(p->listener, 16), 0);
    CHECK_EQ(getsockname(p->listener, (struct sockaddr *)&a, &len), 0);
    p->port = ntohs(a.sin_port);
}

/* Peers 0 and 1 are the sentinels, 2 and 3 servers. */
static void begin(void) {
    f = (struct fixture){.mutex = PTHREAD_MUTEX_INITIALIZER};
    for (int i = 0; i < PEERS; i++)
        listen_at(&f.peers[i]);
    snprintf(f.list, sizeof f.list, "127.0.0.1:%d,127.0.0.1:%d", f.peers[0].port, f.peers[1].port);
    f.loop = loop_new(&f.err);
    connopt_init(&f.opts);
    f.opts.protocol = 2;
    f.opts.connect_timeout_s = 5;
    f.opts.sentinel.list = f.list;
    f.opts.sentinel.service = "m";
    CHECK_EQ(pthread_create(&f.thread, NULL, peers_main, NULL), 0);
}

static void end(void) {
    atomic_store(&f.stop, true);
    pthread_join(f.thread, NULL);
    for (int i = 0; i < f.n_conns; i++)
        if (f.conns[i].fd >= 0) close(f.conns[i].fd);
    for (int i = 0; i < PEERS; i++)
        close(f.peers[i].listener);
    loop_free(f.loop);
    connopt_release(&f.opts);
}

static void say(int peer, struct answers a) {
    pthread_mutex_lock(&f.mutex);
    f.peers[peer].answers = a;
    pthread_mutex_unlock(&f.mutex);
}

/* ---- what they say ---- */

static void add_entry(struct buf *b, const char *flags, int port) {
    char digits[8];
    snprintf(digits, sizeof digits, "%d", port);
    const char *const words[] = {"name", "m",     "ip",  "127.0.0.1",           "port",
                                 digits, "flags", flags, "num-other-sentinels", "1"};
    buf_adds(b, "*10\r\n");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        buf_addf(b, "$%zu\r\n%s\r\n", strlen(words[i]), words[i]);
}

/* A list of one or two servers in one of a few static texts. */
static const char *list_of(const char *flags, int port, int port2) {
    static char texts[8][REPLY_MAX];
    static int at;
    struct buf b;
    char *text = texts[at++ % 8];
    buf_init(&b, REPLY_MAX);
    buf_adds(&b, port2 ? "*2\r\n" : port ? "*1\r\n" : "*0\r\n");
    if (port) add_entry(&b, flags, port);
    if (port2) add_entry(&b, flags, port2);
    snprintf(text, REPLY_MAX, "%s", buf_cstr(&b));
    buf_release(&b);
    return text;
}

static const char *primary_is(int peer) {
    return list_of("master", f.peers[peer].port, 0);
}

static const char as_master[] = "*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n";
static const char as_slave[] = "*5\r\n$5\r\nslave\r\n$1\r\nh\r\n:1\r\n$9\r\nconnected\r\n:0\r\n";
static const char refused[] = "-READONLY You can't write against a read only replica.\r\n";

static const char *where_is(struct client *c, int peer) {
    static char want[64];
    snprintf(want, sizeof want, "m (127.0.0.1:%d)", f.peers[peer].port);
    CHECK_STR(client_where(c), want);
    return want;
}

static struct client *new_client(void) {
    struct client *c = NULL;
    CHECK_EQ(client_new(f.loop, &f.opts, NULL, &c, &f.err), 0);
    return c;
}

/* ---- reading ---- */

static struct reply_builder built;

static const struct reply *tree(const char *text) {
    struct resp_reader r;
    struct resp_event ev;
    int code = VK_MORE;
    resp_read_init(&r, NULL);
    resp_read_feed(&r, text, strlen(text));
    reply_builder_clear(&built);
    while (code == VK_MORE && resp_read_next(&r, &ev) == 1)
        code = reply_build(&built, &ev);
    CHECK_EQ(code, 0);
    resp_read_release(&r);
    return built.root;
}

static int primary_in(const char *text, struct connopt_place *out) {
    const struct reply *m = sentinel_reply_service(tree(text), "m", 1, &f.err);
    return m ? sentinel_reply_primary(m, out, &f.err) : f.err.code;
}

static void both_protocols_are_read(void) {
    struct connopt_place p = {0};
    reply_builder_init(&built, 1 << 20);
    CHECK_EQ(primary_in(list_of("master", 7, 0), &p), 0);
    CHECK_STR(p.host, "127.0.0.1");
    CHECK_EQ(p.port, 7);
    CHECK_EQ(
        primary_in("*2\r\n%1\r\n+name\r\n+x\r\n%5\r\n+flags\r\n+master\r\n+port\r\n+8\r\n+ip\r\n"
                   "+::1\r\n+name\r\n+m\r\n+num-other-sentinels\r\n+3\r\n",
                   &p),
        0);
    CHECK_STR(p.host, "::1");
    CHECK_EQ(p.port, 8);
    reply_builder_release(&built);
}

static void what_is_down_or_hostile_is_no_primary(void) {
    static const struct {
        const char *text;
        int code;
    } cases[] = {
        {"*0\r\n", VK_ESTATE},
        {":1\r\n", VK_EPROTO},
        {"*-1\r\n", VK_EPROTO},
        {"*2\r\n:1\r\n*1\r\n+name\r\n", VK_ESTATE},
        {"*1\r\n*2\r\n+name\r\n*1\r\n+m\r\n", VK_ESTATE},
        {"*1\r\n*3\r\n+name\r\n+m\r\n+ip\r\n", VK_ECONNECT},
        {"*1\r\n*4\r\n+name\r\n+m\r\n+num-other-sentinels\r\n+x\r\n", VK_ECONNECT},
        {"*1\r\n*4\r\n+name\r\n+m\r\n+num-other-sentinels\r\n+1\r\n", VK_EPROTO},
    };
    static const char *const flags[] = {"slave", "master,s_down", "o_down,master", "", "masters"};
    struct connopt_place p = {.port = -1};
    reply_builder_init(&built, 1 << 20);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CHECK_EQ(primary_in(cases[i].text, &p), cases[i].code);
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        CHECK_EQ(primary_in(list_of(flags[i], 7, 0), &p), VK_ECONNECT);
    CHECK_EQ(primary_in(list_of("master", 65536, 0), &p), VK_EPROTO);
    CHECK_EQ(p.port, -1);
    CHECK_EQ(primary_in(list_of("master,disconnected", 7, 0), &p), 0);
    reply_builder_release(&built);
}

static void a_host_that_no_host_can_be_is_not_taken(void) {
    char text[2 * REPLY_MAX], host[CONNOPT_HOST_MAX + 2];
    struct connopt_place p;
    memset(host, 'h', sizeof host - 1);
    host[sizeof host - 1] = 0;
    const char *const hosts[] = {"", "a b", "a\x1b[2J", host};
    reply_builder_init(&built, 1 << 20);
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        snprintf(text, sizeof text, "*1\r\n*4\r\n+ip\r\n$%zu\r\n%s\r\n+port\r\n+1\r\n",
                 strlen(hosts[i]), hosts[i]);
        CHECK_EQ(sentinel_reply_replicas(tree(text), &p, 1), 0);
    }
    snprintf(text, sizeof text, "*1\r\n*4\r\n+ip\r\n+%s\r\n+port\r\n+1\r\n", host + 1);
    CHECK_EQ(sentinel_reply_replicas(tree(text), &p, 1), 1);
    reply_builder_release(&built);
}

static void replicas_that_are_down_are_left_out(void) {
    static const char *const flags[] = {"s_down,slave", "slave,o_down", "slave,disconnected"};
    struct connopt_place p[2];
    reply_builder_init(&built, 1 << 20);
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        CHECK_EQ(sentinel_reply_replicas(tree(list_of(flags[i], 1, 2)), p, 2), 0);
    CHECK_EQ(sentinel_reply_replicas(tree(list_of("slave", 1, 2)), p, 2), 2);
    CHECK(p[0].port == 1 && p[1].port == 2);
    CHECK_EQ(sentinel_reply_replicas(tree(list_of("slave", 1, 2)), p, 1), 1);
    CHECK_EQ(sentinel_reply_replicas(tree(":1\r\n"), p, 2), 0);
    reply_builder_release(&built);
}

static bool switched(const char *text, struct connopt_place *out) {
    char line[128];
    snprintf(line, sizeof line, "+%s\r\n", text);
    return sentinel_reply_switch(tree(line), "m", out);
}

static void a_switch_names_the_new_primary(void) {
    struct connopt_place p = {.port = -1};
    static const char *const bad[] = {"",          "m",           "m a 1 b",       "n a 1 b 2",
                                      "m a 1 b x", "m a 1 b 2 c", "m a 1 b 70000", "mm a 1 b 2"};
    reply_builder_init(&built, 1 << 20);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK(!switched(bad[i], &p));
    CHECK(!sentinel_reply_switch(NULL, "m", &p) && p.port == -1);
    CHECK(switched("m a 1 b 2", &p));
    CHECK_STR(p.host, "b");
    CHECK_EQ(p.port, 2);
    reply_builder_release(&built);
}

/* ---- asking ---- */

static void who_answered_is_asked_first_the_next_time(void) {
    struct sentinel *s = NULL;
    struct connopt_place p = {0};
    begin();
    say(1, (struct answers){.masters = primary_is(2)});
    CHECK_EQ(sentinel_new(f.loop, &f.opts, &s, &f.err), 0);
    for (int i = 0; i < 3; i++)
        CHECK_EQ(sentinel_primary(s, &p, &f.err), 0);
    CHECK_EQ(p.port, f.peers[2].port);
    CHECK(f.peers[0].met == 1 && f.peers[1].met == 3);
    sentinel_doubt(s);
    CHECK_EQ(sentinel_primary(s, &p, &f.err), 0);
    CHECK(f.peers[0].met == 2 && f.peers[1].met == 4);
    sentinel_free(s);
    end();
}

static void replicas_take_turns(void) {
    struct sentinel *s = NULL;
    struct connopt_place p[SENTINEL_REPLICAS_MAX];
    int n = -1, first = 0;
    begin();
    say(0, (struct answers){.masters = primary_is(2)}); /* does not tell replicas */
    say(1, (struct answers){.masters = list_of("master,o_down", f.peers[2].port, 0),
                            .replicas = list_of("slave", 1, 2)});
    CHECK_EQ(sentinel_new(f.loop, &f.opts, &s, &f.err), 0);
    for (int i = 0; i < 4; i++) {
        CHECK_EQ(sentinel_replicas(s, p, &n, &f.err), 0);
        CHECK_EQ(n, 2);
        CHECK_EQ(p[0].port + p[1].port, 3);
        if (i) CHECK_EQ(p[1].port, first);
        first = p[0].port;
    }
    say(1, (struct answers){.masters = primary_is(2), .replicas = list_of("slave", 0, 0)});
    CHECK_EQ(sentinel_replicas(s, p, &n, &f.err), 0);
    CHECK_EQ(n, 0);
    sentinel_free(s);
    end();
}

static void the_reasons_of_all_are_told(void) {
    struct sentinel *s = NULL;
    struct connopt_place p;
    char want[400];
    begin();
    say(0, (struct answers){.masters = "*0\r\n"});
    CHECK_EQ(sentinel_new(f.loop, &f.opts, &s, &f.err), 0);
    CHECK_EQ(sentinel_primary(s, &p, &f.err), VK_ECONNECT);
    snprintf(want, sizeof want,
             "no sentinel knows service 'm': 127.0.0.1:%d: no service of that name; "
             "127.0.0.1:%d: ERR unknown",
             f.peers[0].port, f.peers[1].port);
    CHECK_STR(f.err.text, want);
    say(0, (struct answers){.masters = list_of("master,s_down", 7, 0)});
    CHECK_EQ(sentinel_primary(s, &p, &f.err), VK_ECONNECT);
    snprintf(want, sizeof want,
             "no sentinel can offer a server of service 'm': 127.0.0.1:%d: the primary "
             "127.0.0.1:7 is down (flags master,s_down); 127.0.0.1:%d: ERR unknown",
             f.peers[0].port, f.peers[1].port);
    CHECK_STR(f.err.text, want);
    sentinel_free(s);
    end();
}

/* ---- connecting ---- */

static void a_stale_answer_is_asked_for_again(void) {
    begin();
    struct client *c = new_client();
    CHECK_STR(client_where(c), "sentinel m");
    say(0, (struct answers){.masters = primary_is(2)});
    say(1, (struct answers){.masters = primary_is(3)});
    say(2, (struct answers){.role = as_slave});
    say(3, (struct answers){.role = as_master});
    err_clear(&f.err);
    CHECK_EQ(client_connect(c, &f.err), 0);
    CHECK_EQ(f.err.code, 0);
    where_is(c, 3);
    CHECK(!client_note(c));
    client_free(c);
    end();
}

static void a_primary_that_is_none_is_refused_after_some_tries(void) {
    char want[128];
    begin();
    struct client *c = new_client();
    say(0, (struct answers){.masters = primary_is(2)});
    say(1, (struct answers){.masters = primary_is(2)});
    say(2, (struct answers){.role = as_slave});
    CHECK_EQ(client_connect(c, &f.err), VK_ECONNECT);
    snprintf(want, sizeof want, "%s: the sentinels name it as a master, but its role is slave",
             where_is(c, 2));
    CHECK_STR(f.err.text, want);
    CHECK(!client_is_open(c));
    CHECK_EQ(f.peers[2].met, 6);
    client_free(c);
    end();
}

static void a_server_that_does_not_tell_its_role_is_believed(void) {
    begin();
    struct client *c = new_client();
    say(0, (struct answers){.masters = primary_is(2)});
    CHECK_EQ(client_connect(c, &f.err), 0);
    where_is(c, 2);
    client_free(c);
    end();
}

static void a_dead_primary_is_given_up_when_all_name_it(void) {
    begin();
    struct client *c = new_client();
    say(0, (struct answers){.masters = list_of("master", 1, 0)});
    say(1, (struct answers){.masters = list_of("master", 1, 0)});
    CHECK_EQ(client_connect(c, &f.err), VK_ECONNECT);
    CHECK_STR(f.err.text, "cannot connect to 127.0.0.1:1: Connection refused");
    CHECK(f.peers[0].met == 1 && f.peers[1].met == 1);
    say(1, (struct answers){.masters = primary_is(2)}); /* it is asked first, or second */
    CHECK_EQ(client_connect(c, &f.err), 0);
    client_free(c);
    end();
}

static void replicas_fail_over_to_the_next_and_to_the_primary(void) {
    begin();
    f.opts.sentinel.role = CONNOPT_REPLICA;
    struct client *c = new_client();
    say(0, (struct answers){.masters = primary_is(2),
                            .replicas = list_of("slave", 1, f.peers[3].port)});
    say(2, (struct answers){.role = as_master});
    say(3, (struct answers){.role = as_slave});
    for (int i = 0; i < 2; i++) {
        CHECK_EQ(client_connect(c, &f.err), 0);
        where_is(c, 3);
        CHECK(!client_note(c));
        client_disconnect(c);
    }
    say(3, (struct answers){.role = as_master}); /* it was promoted meanwhile */
    CHECK_EQ(client_connect(c, &f.err), 0);
    where_is(c, 2);
    const char *note = client_note(c);
    CHECK_STR(note ? note : "", "no replica of 'm' can be reached: this is its primary");
    client_free(c);
    end();
}

struct outcome {
    int code, errors, calls;
};

static void on_reply(void *arg, int code, const struct resp_event *ev) {
    struct outcome *o = arg;
    o->code = code;
    o->calls++;
    if (code == 0 && ev && ev->type == RESP_ERROR) o->errors++;
}

static void readonly_ends_the_connection_once_all_is_answered(void) {
    static const char *const set[] = {"SET", "k", "v"};
    struct outcome got = {0};
    begin();
    struct client *c = new_client();
    say(0, (struct answers){.masters = primary_is(2)});
    say(2, (struct answers){.role = as_master, .set = refused});
    say(3, (struct answers){.role = as_master, .set = "+OK\r\n"});
    CHECK_EQ(client_connect(c, &f.err), 0);
    for (int i = 0; i < 3; i++)
        CHECK_EQ(client_submit(c, 3, set, NULL, on_reply, &got, &f.err), 0);
    client_flush(c);
    for (int i = 0; i < 500 && client_is_open(c); i++)
        loop_turn(f.loop, clock_now_ns() + 10 * CLOCK_NS_PER_MS);
    CHECK(got.errors == 3 && got.calls == 3 && got.code == 0);
    CHECK(!client_is_open(c) && client_is_demoted(c));
    CHECK_EQ(client_error(c)->code, VK_ELOST);
    say(0, (struct answers){.masters = primary_is(3)});
    CHECK_EQ(client_connect(c, &f.err), 0);
    where_is(c, 3);
    CHECK(!client_is_demoted(c));
    const struct reply *r = NULL;
    CHECK_EQ(client_call(c, 3, set, &r, &f.err), 0);
    CHECK(r && reply_is(r, "OK") && client_is_open(c));
    client_free(c);
    end();
}

static void readonly_of_a_replica_means_nothing(void) {
    static const char *const set[] = {"SET", "k", "v"};
    const struct reply *r = NULL;
    begin();
    f.opts.sentinel.role = CONNOPT_REPLICA;
    struct client *c = new_client();
    say(0, (struct answers){.masters = primary_is(2),
                            .replicas = list_of("slave", f.peers[3].port, 0)});
    say(3, (struct answers){.role = as_slave, .set = refused});
    CHECK_EQ(client_connect(c, &f.err), 0);
    CHECK_EQ(client_call(c, 3, set, &r, &f.err), 0);
    CHECK(r && r->type == RESP_ERROR && client_is_open(c) && !client_is_demoted(c));
    client_free(c);
    end();
}

/* ---- listening ---- */

static void on_switch(void *arg, const struct connopt_place *primary) {
    *(struct connopt_place *)arg = *primary;
}

static void a_failover_is_told_while_one_listens(void) {
    static const char told[] =
        "*3\r\n$9\r\nsubscribe\r\n$14\r\n+switch-master\r\n:1\r\n"
        "*3\r\n$7\r\nmessage\r\n$14\r\n+switch-master\r\n$9\r\nn a 1 b 2\r\n"
        "*3\r\n$7\r\nmessage\r\n$14\r\n+switch-master\r\n$9\r\nm a 1 c 3\r\n";
    struct sentinel *s = NULL;
    struct connopt_place p = {0};
    begin();
    say(1, (struct answers){.subscribe = told});
    CHECK_EQ(sentinel_new(f.loop, &f.opts, &s, &f.err), 0);
    CHECK(!sentinel_is_listening(s));
    CHECK_EQ(sentinel_listen(s, on_switch, &p, &f.err), 0);
    for (int i = 0; i < 500 && !p.port; i++)
        loop_turn(f.loop, clock_now_ns() + 10 * CLOCK_NS_PER_MS);
    CHECK_STR(p.host, "c");
    CHECK_EQ(p.port, 3);
    CHECK(sentinel_is_listening(s));
    say(0, (struct answers){.subscribe = NULL});
    sentinel_free(s);
    end();
}

int main(void) {
    RUN(both_protocols_are_read);
    RUN(what_is_down_or_hostile_is_no_primary);
    RUN(a_host_that_no_host_can_be_is_not_taken);
    RUN(replicas_that_are_down_are_left_out);
    RUN(a_switch_names_the_new_primary);
    RUN(who_answered_is_asked_first_the_next_time);
    RUN(replicas_take_turns);
    RUN(the_reasons_of_all_are_told);
    RUN(a_stale_answer_is_asked_for_again);
    RUN(a_primary_that_is_none_is_refused_after_some_tries);
    RUN(a_server_that_does_not_tell_its_role_is_believed);
    RUN(a_dead_primary_is_given_up_when_all_name_it);
    RUN(replicas_fail_over_to_the_next_and_to_the_primary);
    RUN(readonly_ends_the_connection_once_all_is_answered);
    RUN(readonly_of_a_replica_means_nothing);
    RUN(a_failover_is_told_while_one_listens);
    return t_end();
}
