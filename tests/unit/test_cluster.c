/* SPDX-License-Identifier: BSD-3-Clause */
/* client/cluster against nodes played by a thread on loopback ports, for what a real cluster cannot
 * be made to do: redirects without end, topologies that lie, addresses that are not there. */
#include "client/cluster.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "t.h"

enum { NODES = 3, CONNS = 64, TEXT_MAX = 4096 };

struct node {
    int listener, port;
    const char *answer;       /* to what has a key; NULL: hang up */
    const char *later;        /* and from the second time on; NULL: the same */
    const char *exec, *watch; /* to these; NULL: OK */
    atomic_int sends, slots_asked, asking;
    atomic_bool leaving, left; /* it is to listen no more; it does not */
    char heard[64];            /* first letters of what has a key, or is of a transaction */
};

static struct fixture {
    struct node nodes[NODES];
    struct {
        int fd;
        struct node *node;
    } conns[CONNS];
    int n_conns;
    char slots[TEXT_MAX]; /* every node's answer to CLUSTER SLOTS */
    const char *commands; /* and to COMMAND */
    atomic_int commands_asked;
    pthread_t thread;
    pthread_mutex_t mutex;
    atomic_bool stop;
    struct loop *loop;
    struct connopt conn;
    struct cluster *cluster;
    struct err err;
} f;

/* ---- the nodes ---- */

static bool is_one(const char *word, const char *words) {
    const char *found = strstr(words, word);
    size_t len = strlen(word);
    return found && (found == words || found[-1] == ' ') && (!found[len] || found[len] == ' ');
}

static void hear(struct node *n, const char *word) {
    size_t len = strlen(n->heard);
    if (len < sizeof n->heard - 1) n->heard[len] = word[0];
}

static const char *answer(struct node *n, const char *word) {
    if (!strcmp(word, "CLUSTER")) {
        n->slots_asked++;
        return f.slots;
    }
    if (!strcmp(word, "ASKING")) {
        n->asking++;
        return "+OK\r\n";
    }
    if (!strcmp(word, "COMMAND")) {
        f.commands_asked++;
        return f.commands;
    }
    if (is_one(word, "GET SET FOO.PUT MULTI EXEC DISCARD WATCH UNWATCH")) hear(n, word);
    if (!strcmp(word, "EXEC") && n->exec) return n->exec;
    if (!strcmp(word, "WATCH") && n->watch) return n->watch;
    if (!is_one(word, "GET SET FOO.PUT")) return "+OK\r\n";
    return n->sends++ && n->later ? n->later : n->answer;
}

/* Whole commands only: each comes in one write. False: hang up. */
static bool serve(int fd, struct node *node, char *p) {
    while (*p == '*') {
        int n = (int)strtol(p + 1, &p, 10);
        char word[64] = "";
        p += 2;
        for (int i = 0; i < n; i++) {
            long len = strtol(p + 1, &p, 10);
            p += 2;
            if (i == 0) snprintf(word, sizeof word, "%.*s", (int)len, p);
            p += len + 2;
        }
        pthread_mutex_lock(&f.mutex);
        const char *reply = answer(node, word);
        bool sent = reply && write(fd, reply, strlen(reply)) > 0;
        pthread_mutex_unlock(&f.mutex);
        if (!sent) return false;
    }
    return true;
}

static void look(int i) {
    char in[TEXT_MAX];
    struct pollfd p = {.fd = f.conns[i].fd, .events = POLLIN};
    if (p.fd < 0 || poll(&p, 1, 0) <= 0) return;
    ssize_t n = read(p.fd, in, sizeof in - 1);
    if (n > 0) in[n] = 0;
    if (n > 0 && serve(p.fd, f.conns[i].node, in)) return;
    close(p.fd);
    f.conns[i].fd = -1;
}

static void leave(struct node *n) {
    close(n->listener);
    n->listener = -1;
    atomic_store(&n->left, true);
}

static void *nodes_main(void *arg) {
    (void)arg;
    while (!atomic_load(&f.stop)) {
        for (int i = 0; i < NODES; i++)
            if (f.nodes[i].leaving && !f.nodes[i].left) leave(&f.nodes[i]);
        struct pollfd p[NODES];
        for (int i = 0; i < NODES; i++)
            p[i] = (struct pollfd){.fd = f.nodes[i].listener, .events = POLLIN};
        poll(p, NODES, 1);
        for (int i = 0; i < NODES; i++) {
            if (!(p[i].revents & POLLIN) || f.n_conns == CONNS) continue;
            f.conns[f.n_conns].fd = accept(p[i].fd, NULL, NULL);
            f.conns[f.n_conns++].node = &f.nodes[i];
        }
        for (int i = 0; i < f.n_conns; i++)
            look(i);
    }
    return NULL;
}

static void listen_at(struct node *n) {
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof a;
    n->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK_EQ(bind(n->listener, (struct sockaddr *)&a, sizeof a), 0);
    CHECK_EQ(listen(n->listener, 16), 0);
    CHECK_EQ(getsockname(n->listener, (struct sockaddr *)&a, &len), 0);
    n->port = ntohs(a.sin_port);
    n->answer = "$2\r\nok\r\n";
}

/* All slots at node 0, announced under host (with its length in front: "$9\r\n127.0.0.1"). */
static void announce(const char *host) {
    snprintf(f.slots, sizeof f.slots,
             "*1\r\n*3\r\n:0\r\n:16383\r\n*3\r\n%s\r\n:%d\r\n$40\r\n%040d\r\n", host,
             f.nodes[0].port, 1);
}

/* The lower half of the slots at node 0, the upper half at node 1. */
static void announce_two(void) {
    snprintf(f.slots, sizeof f.slots,
             "*2\r\n*3\r\n:0\r\n:8191\r\n*3\r\n$9\r\n127.0.0.1\r\n:%d\r\n$40\r\n%040d\r\n"
             "*3\r\n:8192\r\n:16383\r\n*3\r\n$9\r\n127.0.0.1\r\n:%d\r\n$40\r\n%040d\r\n",
             f.nodes[0].port, 1, f.nodes[1].port, 2);
}

static void begin(void) {
    f = (struct fixture){.mutex = PTHREAD_MUTEX_INITIALIZER};
    for (int i = 0; i < NODES; i++)
        listen_at(&f.nodes[i]);
    announce("$9\r\n127.0.0.1");
    f.commands = "-NOPERM this user has no permissions to run the 'command' command\r\n";
    f.loop = loop_new(&f.err);
    connopt_init(&f.conn);
    f.conn.protocol = 2;
    f.conn.port = f.nodes[0].port;
    f.conn.connect_timeout_s = 5;
    CHECK_EQ(pthread_create(&f.thread, NULL, nodes_main, NULL), 0);
}

static void make(void (*change)(struct cluster_opts *)) {
    struct cluster_opts o = {.conn = &f.conn, .route = ROUTE_OPTS_DEFAULT};
    if (change) change(&o);
    CHECK_EQ(cluster_check(&o, &f.err), 0);
    f.cluster = cluster_new(f.loop, &o, NULL);
}

static void end(void) {
    cluster_free(f.cluster);
    loop_free(f.loop);
    connopt_release(&f.conn);
    atomic_store(&f.stop, true);
    pthread_join(f.thread, NULL);
    for (int i = 0; i < NODES; i++)
        close(f.nodes[i].listener);
    for (int i = 0; i < f.n_conns; i++)
        if (f.conns[i].fd >= 0) close(f.conns[i].fd);
}

/* ---- one command ---- */

struct outcome {
    int code; /* VK_MORE = not yet */
    bool error;
    char text[256];
};

static void on_reply(void *arg, int code, const struct resp_event *ev) {
    struct outcome *o = arg;
    o->code = code;
    if (ev && ev->kind == RESP_VALUE) {
        o->error = resp_read_is_error(ev->type);
        snprintf(o->text, sizeof o->text, "%.*s", (int)ev->len, ev->p);
    }
    if (code < 0) snprintf(o->text, sizeof o->text, "%.255s", cluster_why(f.cluster)->text);
}

static struct outcome run(const char *word) {
    const char *argv[] = {word, "k", "v"};
    const size_t lens[] = {3, 1, 1};
    struct outcome o = {.code = VK_MORE};
    if (cluster_connect(f.cluster, &f.err) < 0) {
        o.code = f.err.code;
        snprintf(o.text, sizeof o.text, "%.255s", f.err.text);
        return o;
    }
    cluster_submit(f.cluster, word[0] == 'G' ? 2 : 3, argv, lens, CLUSTER_BY_KEY, on_reply, &o);
    while (o.code == VK_MORE)
        cluster_turn(f.cluster, -1);
    return o;
}

/* ---- errors without end ---- */

static void errors_without_end(void) {
    static const struct {
        const char *answer; /* %d = node 0's port */
        const char *word;
        int sends, topologies; /* the first one included */
    } rows[] = {
        {"-TRYAGAIN Multiple keys request during rehashing of slot\r\n", "GET", 16, 1},
        {"-MOVED 7629 127.0.0.1:", "GET", 16, 1 + 3}, /* node 0's port */
        {"-CLUSTERDOWN The cluster is down\r\n", "GET", 4, 1 + 4},
        {"-MOVED 7629 ?:7000\r\n", "GET", 4, 1 + 4},
        {"-MASTERDOWN Link with MASTER is down\r\n", "GET", 1, 1 + 1},
        {"-CROSSSLOT Keys in request don't hash to the same slot\r\n", "GET", 1, 1},
        {"-ERR something else\r\n", "SET", 1, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[256];
        begin();
        bool itself = rows[i].answer[strlen(rows[i].answer) - 1] == ':';
        snprintf(text, sizeof text, itself ? "%s%d\r\n" : "%s", rows[i].answer, f.nodes[0].port);
        f.nodes[0].answer = text;
        make(NULL);
        int64_t from_ns = clock_now_ns();
        struct outcome o = run(rows[i].word);
        int64_t took_ms = (clock_now_ns() - from_ns) / CLOCK_NS_PER_MS;
        cluster_flush(f.cluster);
        CHECK_EQ(o.code, 0);
        CHECK(o.error);
        CHECK(!strncmp(o.text, text + 1, strlen(o.text)));
        CHECK_EQ(f.nodes[0].sends, rows[i].sends);
        CHECK_EQ(f.nodes[0].slots_asked, rows[i].topologies);
        if (i == 0) CHECK(took_ms >= 350);
        CHECK(took_ms < 5000);
        end();
    }
}

static void no_refresh(struct cluster_opts *o) {
    o->route.moved_per_refresh = 0;
}

static void moved_without_refreshes(void) {
    char text[64];
    begin();
    snprintf(text, sizeof text, "-MOVED 7629 127.0.0.1:%d\r\n", f.nodes[0].port);
    f.nodes[0].answer = text;
    make(no_refresh);
    run("GET");
    CHECK_EQ(f.nodes[0].sends, 16);
    CHECK_EQ(f.nodes[0].slots_asked, 1);
    end();
}

/* ---- losses ---- */

static void a_lost_read_is_sent_again(void) {
    begin();
    f.nodes[0].answer = NULL;
    f.nodes[0].later = "$2\r\nok\r\n";
    make(NULL);
    struct outcome o = run("GET");
    CHECK_EQ(o.code, 0);
    CHECK_STR(o.text, "ok");
    CHECK_EQ(f.nodes[0].sends, 2);
    end();
}

static void a_lost_write_is_not(void) {
    begin();
    f.nodes[0].answer = NULL;
    f.nodes[0].later = "+OK\r\n";
    make(NULL);
    struct outcome o = run("SET");
    CHECK_EQ(o.code, VK_ELOST);
    CHECK_EQ(f.nodes[0].sends, 1);
    end();
}

/* ---- where redirects lead ---- */

static void moved_with_an_empty_host_is_the_same_host(void) {
    char text[64];
    begin();
    snprintf(text, sizeof text, "-MOVED 7629 :%d\r\n", f.nodes[1].port);
    f.nodes[0].answer = text;
    make(NULL);
    struct outcome o = run("GET");
    CHECK_STR(o.text, "ok");
    CHECK_EQ(f.nodes[1].sends, 1);
    run("GET"); /* the map was patched */
    CHECK_EQ(f.nodes[0].sends, 1);
    CHECK_EQ(f.nodes[1].sends, 2);
    CHECK_EQ(cluster_redirects(f.cluster), 1);
    end();
}

static void ask_leads_to_a_node_that_nobody_named(void) {
    char text[64];
    begin();
    snprintf(text, sizeof text, "-ASK 7629 127.0.0.1:%d\r\n", f.nodes[2].port);
    f.nodes[0].answer = text;
    make(NULL);
    struct outcome o = run("GET");
    CHECK_STR(o.text, "ok");
    CHECK_EQ(f.nodes[2].sends, 1);
    CHECK_EQ(f.nodes[2].asking, 1);
    run("GET"); /* an ASK changes no map */
    CHECK_EQ(f.nodes[0].sends, 2);
    CHECK_EQ(cluster_redirects(f.cluster), 2);
    end();
}

static void an_unknown_host_leads_to_the_topology(void) {
    static const char *const words[] = {"MOVED", "ASK"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        char text[64];
        begin();
        snprintf(text, sizeof text, "-%s 7629 ?:%d\r\n", words[i], f.nodes[1].port);
        f.nodes[0].answer = text;
        f.nodes[0].later = "$2\r\nok\r\n";
        make(NULL);
        struct outcome o = run("SET");
        CHECK_STR(o.text, "ok");
        CHECK_EQ(f.nodes[0].sends, 2);
        CHECK_EQ(f.nodes[0].slots_asked, 2);
        CHECK_EQ(slots_find(cluster_slots(f.cluster), "?", f.nodes[1].port), -1);
        end();
    }
}

static void refuse_to_follow(struct cluster_opts *o) {
    o->route.follow = false;
}

static void redirects_are_replies_when_they_are_not_followed(void) {
    begin();
    f.nodes[0].answer = "-MOVED 7629 127.0.0.1:1\r\n";
    make(refuse_to_follow);
    struct outcome o = run("GET");
    CHECK_STR(o.text, "MOVED 7629 127.0.0.1:1");
    CHECK_EQ(f.nodes[0].sends, 1);
    CHECK_EQ(cluster_redirects(f.cluster), 0);
    end();
}

static void a_moved_that_leads_nowhere_ends(void) {
    begin();
    f.nodes[0].answer = "-MOVED 7629 127.0.0.1:1\r\n";
    make(NULL);
    struct outcome o = run("SET");
    CHECK(o.code == VK_ECONNECT || o.error);
    CHECK(f.nodes[0].sends <= 16);
    end();
}

/* It waits for the cluster to be up again, and then the node is gone for good. */
static void a_node_that_dies_while_a_command_waits(void) {
    char text[64];
    begin();
    snprintf(text, sizeof text, "-MOVED 7629 127.0.0.1:%d\r\n", f.nodes[1].port);
    f.nodes[0].answer = text;
    f.nodes[1].answer = "-CLUSTERDOWN x\r\n";
    f.nodes[1].leaving = true;
    while (!f.nodes[1].left)
        usleep(1000);
    make(no_refresh);
    struct outcome o = run("SET");
    CHECK(o.code < 0);
    CHECK(f.nodes[0].sends <= 16);
    end();
}

static void a_silent_death_after_clusterdown(void) {
    begin();
    f.nodes[0].answer = "-CLUSTERDOWN x\r\n";
    f.nodes[0].later = NULL;
    make(NULL);
    const char *argv[] = {"SET", "k", "v"};
    const size_t lens[] = {3, 1, 1};
    struct outcome o = {.code = VK_MORE};
    CHECK_EQ(cluster_connect(f.cluster, &f.err), 0);
    cluster_submit(f.cluster, 3, argv, lens, CLUSTER_BY_KEY, on_reply, &o);
    while (o.code == VK_MORE && f.nodes[0].sends == 0)
        cluster_turn(f.cluster, -1);
    atomic_store(&f.stop, true); /* nobody accepts or answers any more */
    pthread_join(f.thread, NULL);
    for (int i = 0; i < f.n_conns; i++)
        if (f.conns[i].fd >= 0) close(f.conns[i].fd);
    f.n_conns = 0;
    close(f.nodes[0].listener);
    f.nodes[0].listener = -1;
    int64_t until_ns = clock_now_ns() + 10 * CLOCK_NS_PER_S;
    while (o.code == VK_MORE && clock_now_ns() < until_ns)
        cluster_turn(f.cluster, until_ns);
    CHECK(o.code < 0);
    cluster_free(f.cluster);
    loop_free(f.loop);
    connopt_release(&f.conn);
    for (int i = 1; i < NODES; i++)
        close(f.nodes[i].listener);
}

/* ---- topologies ---- */

static void hosts_that_are_empty_or_nil_are_the_asked_node(void) {
    static const char *const hosts[] = {"$0\r\n", "$-1"};
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        begin();
        announce(hosts[i]);
        make(NULL);
        struct outcome o = run("GET");
        CHECK_STR(o.text, "ok");
        end();
    }
}

static void an_unknown_host_is_no_owner(void) {
    begin();
    announce("$1\r\n?");
    make(NULL);
    struct outcome o = run("GET");
    CHECK(o.code < 0);
    CHECK_EQ(f.nodes[0].sends, 0);
    end();
}

static void lies(void) {
    static const char *const rows[] = {
        "+OK\r\n",
        ":7\r\n",
        "*1\r\n+x\r\n",
        "*1\r\n*3\r\n:-1\r\n:16383\r\n*2\r\n$9\r\n127.0.0.1\r\n:7000\r\n",
        "*1\r\n*3\r\n:0\r\n:99999\r\n*2\r\n$9\r\n127.0.0.1\r\n:7000\r\n",
        "*1\r\n*3\r\n:0\r\n:5\r\n*2\r\n$9\r\n127.0.0.1\r\n:700000\r\n",
        "*1\r\n*2\r\n:0\r\n:5\r\n",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        begin();
        snprintf(f.slots, sizeof f.slots, "%s", rows[i]);
        make(NULL);
        struct outcome o = run("GET");
        CHECK(o.code < 0);
        CHECK_EQ(f.nodes[0].sends, 0);
        end();
    }
}

static void a_server_that_is_no_cluster_says_so(void) {
    begin();
    snprintf(f.slots, sizeof f.slots, "-ERR This instance has cluster support disabled\r\n");
    make(NULL);
    struct outcome o = run("GET");
    char expected[256];
    snprintf(expected, sizeof expected,
             "127.0.0.1:%d is no node of a cluster: ERR This instance has cluster support disabled",
             f.nodes[0].port);
    CHECK_EQ(o.code, VK_EUSAGE);
    CHECK_STR(o.text, expected);
    end();
}

static char map[128];

static void use_map(struct cluster_opts *o) {
    o->node_map = map;
}

static void the_node_map_leads_elsewhere(void) {
    begin();
    announce("$12\r\nunreach.able");
    snprintf(map, sizeof map, "x=y,unreach.able:%d=127.0.0.1:%d", f.nodes[0].port, f.nodes[1].port);
    make(use_map);
    struct outcome o = run("GET");
    CHECK_STR(o.text, "ok");
    CHECK_EQ(f.nodes[1].sends, 1);
    end();
}

static void bad_maps_are_refused(void) {
    static const char *const rows[] = {"a", "a=", "=b", "a=b:x", "a=b:0", "a=b,,c=d", "a=[::1"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct connopt conn;
        struct err e;
        connopt_init(&conn);
        struct cluster_opts o = {.conn = &conn, .node_map = rows[i]};
        CHECK_EQ(cluster_check(&o, &e), VK_EUSAGE);
        CHECK(strstr(e.text, "--node-map"));
        connopt_release(&conn);
    }
}

/* ---- order ---- */

static void commands_of_one_slot_keep_their_order(void) {
    enum { MANY = 50 };
    static const char *const argv[] = {"SET", "k", "v"};
    static const size_t lens[] = {3, 1, 1};
    struct outcome o[MANY];
    char text[64];
    begin();
    snprintf(text, sizeof text, "-MOVED 7629 127.0.0.1:%d\r\n", f.nodes[1].port);
    f.nodes[0].answer = text;
    make(no_refresh); /* the topology here never changes */
    CHECK_EQ(cluster_connect(f.cluster, &f.err), 0);
    for (int i = 0; i < MANY; i++) {
        o[i] = (struct outcome){.code = VK_MORE};
        cluster_submit(f.cluster, 3, argv, lens, CLUSTER_BY_KEY, on_reply, &o[i]);
    }
    while (cluster_pending(f.cluster))
        cluster_turn(f.cluster, -1);
    for (int i = 0; i < MANY; i++)
        CHECK_EQ(o[i].code, 0);
    CHECK_EQ(f.nodes[0].sends + f.nodes[1].sends, 2 * MANY);
    CHECK_EQ(f.nodes[1].sends, MANY);
    end();
}

static void keys_of_several_slots_are_refused(void) {
    static const char *const argv[] = {"MGET", "a", "b"};
    static const size_t lens[] = {4, 1, 1};
    struct outcome o = {.code = VK_MORE};
    begin();
    make(NULL);
    CHECK_EQ(cluster_connect(f.cluster, &f.err), 0);
    cluster_submit(f.cluster, 3, argv, lens, CLUSTER_BY_KEY, on_reply, &o);
    cluster_turn(f.cluster, -1);
    CHECK_EQ(o.code, 0);
    CHECK(o.error && !strncmp(o.text, "CROSSSLOT ", 10));
    end();
}

/* ---- attributes ---- */

struct trace {
    int code;
    char text[128]; /* values as they come, those aside in brackets */
};

static void on_trace(void *arg, int code, const struct resp_event *ev) {
    struct trace *t = arg;
    size_t len = strlen(t->text);
    t->code = code;
    if (ev && ev->kind == RESP_VALUE)
        snprintf(t->text + len, sizeof t->text - len, ev->aside ? "[%.*s]" : "%.*s", (int)ev->len,
                 ev->p);
}

static void attributes_come_in_front_of_the_reply_that_stands(void) {
    static const struct {
        const char *first, *later, *text;
    } rows[] = {
        {"|1\r\n+k\r\n+v\r\n$2\r\nok\r\n", NULL, "[k][v]ok"},
        {"|1\r\n+k\r\n+v\r\n-ERR no\r\n", NULL, "[k][v]ERR no"},
        {"|1\r\n+k\r\n+v\r\n-TRYAGAIN x\r\n", "|1\r\n+k\r\n+w\r\n:7\r\n", "[k][w]7"},
        {"|1\r\n+k\r\n+v\r\n-TRYAGAIN x\r\n", ":7\r\n", "7"},
        {"|1\r\n+k\r\n-MOVED 1 a:1\r\n|1\r\n+l\r\n+v\r\n:7\r\n", NULL, "[k][MOVED 1 a:1][l][v]7"},
    };
    static const char *const argv[] = {"GET", "k"};
    static const size_t lens[] = {3, 1};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct trace t = {.code = VK_MORE};
        begin();
        f.nodes[0].answer = rows[i].first;
        if (rows[i].later) f.nodes[0].later = rows[i].later;
        make(NULL);
        CHECK_EQ(cluster_connect(f.cluster, &f.err), 0);
        cluster_submit(f.cluster, 2, argv, lens, CLUSTER_BY_KEY, on_trace, &t);
        while (t.code == VK_MORE)
            cluster_turn(f.cluster, -1);
        CHECK_STR(t.text, rows[i].text);
        end();
    }
}

/* ---- transactions ---- */

static int n_notes;
static char last_note[512];

static void on_note(void *arg, const char *line) {
    (void)arg;
    n_notes++;
    snprintf(last_note, sizeof last_note, "%s", line);
}

static void make_noted(void) {
    struct cluster_opts o = {.conn = &f.conn, .route = ROUTE_OPTS_DEFAULT};
    const struct cluster_hooks hooks = {.note = on_note};
    n_notes = 0;
    f.cluster = cluster_new(f.loop, &o, &hooks);
    CHECK_EQ(cluster_connect(f.cluster, &f.err), 0);
}

/* Each word a command, with the key k where it takes one: one by one, or all at once. */
static void run_words(const char *const *words, int n, bool at_once, struct outcome *o) {
    static const char *argv[8][3];
    static size_t lens[8][3];
    for (int i = 0; i < n; i++) {
        o[i] = (struct outcome){.code = VK_MORE};
        argv[i][0] = words[i];
        argv[i][1] = argv[i][2] = "k";
        lens[i][0] = strlen(words[i]);
        lens[i][1] = lens[i][2] = 1;
        int argc = is_one(words[i], "SET") ? 3 : is_one(words[i], "GET WATCH") ? 2 : 1;
        cluster_submit(f.cluster, argc, argv[i], lens[i], CLUSTER_BY_KEY, on_reply, &o[i]);
        while (!at_once && cluster_pending(f.cluster))
            cluster_turn(f.cluster, -1);
    }
    while (cluster_pending(f.cluster))
        cluster_turn(f.cluster, -1);
}

/* The answer that is a redirect: SET's, WATCH's or EXEC's. */
static const struct tx_case {
    const char *words[8];
    const char *texts[8]; /* of the replies, as far as told */
    const char *heard[2]; /* by node 0: one by one, all at once */
    char redirected;
} tx_cases[] = {
    {{"MULTI", "SET", "GET", "EXEC", "GET"},
     {"OK", "MOVED", "EXECABORT", "EXECABORT", "ok"},
     {"MSD", "MSGEG"},
     'S'},
    {{"MULTI", "SET", "DISCARD", "GET"}, {"OK", "MOVED", "OK", "ok"}, {"MSD", "MSDG"}, 'S'},
    {{"WATCH", "GET", "MULTI", "SET", "EXEC", "GET"},
     {"MOVED", "EXECABORT", "EXECABORT", "EXECABORT", "EXECABORT", "ok"},
     {"WU", "WGMD"},
     'W'},
    {{"WATCH", "UNWATCH", "GET"}, {"MOVED", "OK", "ok"}, {"WU", "WUG"}, 'W'},
    {{"MULTI", "SET", "EXEC", "GET"}, {"OK", "ok", "EXECABORT", "ok"}, {"MSE", "MSEG"}, 'E'},
};

static void play(const struct tx_case *t, bool at_once) {
    struct outcome o[8];
    char text[64];
    int n = 0;
    begin();
    snprintf(text, sizeof text, "-MOVED 7629 127.0.0.1:%d\r\n", f.nodes[1].port);
    if (t->redirected == 'S') f.nodes[0].answer = text;
    if (t->redirected == 'W') f.nodes[0].watch = text;
    if (t->redirected == 'E') f.nodes[0].exec = text;
    make_noted();
    while (t->words[n])
        n++;
    run_words(t->words, n, at_once, o);
    for (int i = 0; i < n; i++) {
        /* on its way before the redirect came */
        bool before = at_once && t->redirected != 'E' && strchr("GEM", t->words[i][0]);
        CHECK_EQ(o[i].code, 0);
        if (!before) CHECK(!strncmp(o[i].text, t->texts[i], strlen(t->texts[i])));
    }
    CHECK_EQ(n_notes, 1);
    CHECK(strstr(last_note, "nothing of it was applied"));
    CHECK(strstr(last_note, "MOVED 7629"));
    end();
    CHECK_STR(f.nodes[0].heard, t->heard[at_once]);
}

static void a_redirect_ends_a_transaction(void) {
    for (size_t i = 0; i < sizeof tx_cases / sizeof *tx_cases; i++) {
        play(&tx_cases[i], false);
        play(&tx_cases[i], true);
    }
}

/* ---- commands of modules ---- */

/* Its key is the second argument, and "a" is of slot 15495: node 1's. */
static const char foo_put[] =
    "*1\r\n*7\r\n$7\r\nfoo.put\r\n:3\r\n*1\r\n+write\r\n:2\r\n:2\r\n:1\r\n*0\r\n";

static struct outcome put(void) {
    static const char *const argv[] = {"FOO.PUT", "x", "a"};
    static const size_t lens[] = {7, 1, 1};
    struct outcome o = {.code = VK_MORE};
    CHECK_EQ(cluster_connect(f.cluster, &f.err), 0);
    cluster_command(f.cluster, 3, argv, lens);
    cluster_submit(f.cluster, 3, argv, lens, CLUSTER_BY_KEY, on_reply, &o);
    while (o.code == VK_MORE)
        cluster_turn(f.cluster, -1);
    return o;
}

static void a_module_s_command_goes_to_the_owner_of_its_key(void) {
    begin();
    announce_two();
    f.commands = foo_put;
    make(NULL);
    for (int i = 1; i <= 3; i++) {
        struct outcome o = put();
        CHECK_STR(o.text, "ok");
        CHECK_EQ(f.nodes[0].sends, 0);
        CHECK_EQ(f.nodes[1].sends, i);
    }
    CHECK_EQ(f.commands_asked, 1);
    end();
}

static void commands_that_are_known_cost_no_question(void) {
    static const char *const argv[] = {"SET", "k", "v"};
    static const size_t lens[] = {3, 1, 1};
    begin();
    make(NULL);
    run("SET");
    CHECK(cluster_command(f.cluster, 3, argv, lens) != NULL);
    CHECK_EQ(f.commands_asked, 0);
    end();
}

static void without_an_answer_a_redirect_leads_there(void) {
    static const char *const refusals[] = {"-NOPERM no\r\n", "+what?\r\n", "*0\r\n", NULL};
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        char text[64];
        begin();
        announce_two();
        snprintf(text, sizeof text, "-MOVED 15495 127.0.0.1:%d\r\n", f.nodes[1].port);
        f.nodes[0].answer = text;
        f.commands = refusals[i];
        make(NULL);
        for (int times = 0; times < 2; times++) {
            struct outcome o = put();
            CHECK_STR(o.text, "ok");
        }
        CHECK_EQ(f.nodes[0].sends, 2);
        CHECK_EQ(f.nodes[1].sends, 2);
        CHECK(f.commands_asked == 1 || (!refusals[i] && f.commands_asked <= NODES));
        end();
    }
}

static void what_has_unknown_keys_overtakes_nothing(void) {
    static const char *const words[][3] = {{"SET", "a", "1"}, {"FOO.PUT", "x", "a"}, {"GET", "a"}};
    static const size_t lens[][3] = {{3, 1, 1}, {7, 1, 1}, {3, 1, 0}};
    enum { MANY = 30 };
    struct outcome o[MANY];
    char text[64];
    begin();
    announce_two();
    snprintf(text, sizeof text, "-MOVED 15495 127.0.0.1:%d\r\n", f.nodes[1].port);
    f.nodes[0].answer = text;
    make(no_refresh);
    CHECK_EQ(cluster_connect(f.cluster, &f.err), 0);
    for (int i = 0; i < MANY; i++) {
        o[i] = (struct outcome){.code = VK_MORE};
        cluster_submit(f.cluster, i % 3 == 2 ? 2 : 3, words[i % 3], lens[i % 3], CLUSTER_BY_KEY,
                       on_reply, &o[i]);
    }
    while (cluster_pending(f.cluster))
        cluster_turn(f.cluster, -1);
    end();
    CHECK_STR(f.nodes[0].heard, "FFFFFFFFFF");
    CHECK_STR(f.nodes[1].heard, "SFGSFGSFGSFGSFGSFGSFGSFGSFGSFG");
}

int main(void) {
    RUN(errors_without_end);
    RUN(moved_without_refreshes);
    RUN(a_lost_read_is_sent_again);
    RUN(a_lost_write_is_not);
    RUN(moved_with_an_empty_host_is_the_same_host);
    RUN(ask_leads_to_a_node_that_nobody_named);
    RUN(an_unknown_host_leads_to_the_topology);
    RUN(redirects_are_replies_when_they_are_not_followed);
    RUN(a_moved_that_leads_nowhere_ends);
    RUN(a_node_that_dies_while_a_command_waits);
    RUN(a_silent_death_after_clusterdown);
    RUN(hosts_that_are_empty_or_nil_are_the_asked_node);
    RUN(an_unknown_host_is_no_owner);
    RUN(lies);
    RUN(a_server_that_is_no_cluster_says_so);
    RUN(the_node_map_leads_elsewhere);
    RUN(bad_maps_are_refused);
    RUN(commands_of_one_slot_keep_their_order);
    RUN(keys_of_several_slots_are_refused);
    RUN(attributes_come_in_front_of_the_reply_that_stands);
    RUN(a_redirect_ends_a_transaction);
    RUN(a_module_s_command_goes_to_the_owner_of_its_key);
    RUN(commands_that_are_known_cost_no_question);
    RUN(without_an_answer_a_redirect_leads_there);
    RUN(what_has_unknown_keys_overtakes_nothing);
    return t_end();
}
