/* SPDX-License-Identifier: BSD-3-Clause */
/* client/scratch_cluster: the throwaway cluster comes up whole, as it was asked for, and leaves
 * nothing, however it ends. Needs a server in PATH for all but the first and the last tests. */
#include "client/scratch_cluster.h"

#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "client/client.h"
#include "core/slots.h"
#include "io/signal.h"
#include "t.h"

static char home[64]; /* where all of it happens: $TMPDIR */
static char bin[80];  /* programs of our own */
static struct loop *loop;
static struct err err;

static int n_entries(void) {
    int n = 0;
    DIR *d = opendir(home);
    while (d && readdir(d))
        n++;
    if (d) closedir(d);
    return n - 2;
}

static void nap(int ms) {
    nanosleep(&(struct timespec){.tv_nsec = ms * 1000000L}, NULL);
}

static bool comes_true(bool (*is_so)(void)) {
    for (int i = 0; i < 200 && !is_so(); i++)
        nap(50);
    return is_so();
}

static bool is_tidy(void) {
    return n_entries() == 0;
}

/* ---- asking a node by its port ---- */

static struct connopt at;
static struct client *to;

/* The reply lives until hang_up; NULL = there is none. */
static const struct reply *call(int port, int argc, const char *const *argv) {
    const struct reply *r = NULL;
    connopt_init(&at);
    at.port = port;
    at.protocol = 2;
    at.connect_timeout_s = at.command_timeout_s = 5;
    CHECK_EQ(client_new(loop, &at, &(struct client_hooks){.readonly = true}, &to, &err), 0);
    int code = client_connect(to, &err);
    if (code == 0) code = client_call(to, argc, argv, &r, &err);
    return code == 0 ? r : NULL;
}

static void hang_up(void) {
    client_free(to);
    connopt_release(&at);
}

static bool answers(int port) {
    bool is_there = call(port, 1, (const char *const[]){"PING"}) != NULL;
    hang_up();
    return is_there;
}

static bool says(int port, const char *section, const char *what) {
    const struct reply *r = call(port, 2, (const char *const[]){"INFO", section});
    bool said = r && r->p && strstr(r->p, what);
    hang_up();
    return said;
}

/* ---- a cluster as it should be ---- */

static int port_of(const struct reply *node) {
    return node && reply_at(node, 1) ? (int)reply_at(node, 1)->n : 0;
}

/* Each range of the reply is whole: the primary's equal share, and then its replicas. */
static void check_slots(const struct scratch_cluster *c, const struct reply *r) {
    int replicas = c->n / c->primaries - 1;
    CHECK(r && r->n == c->primaries);
    for (int p = 0; r && p < c->primaries; p++) {
        const struct reply *range = r->child;
        while (range && port_of(reply_at(range, 2)) != c->nodes[p].port)
            range = range->next;
        CHECK(range && range->n == 3 + replicas);
        if (!range) continue;
        CHECK_EQ(reply_at(range, 0)->n, p * SLOTS_COUNT / c->primaries);
        CHECK_EQ(reply_at(range, 1)->n, (p + 1) * SLOTS_COUNT / c->primaries - 1);
        CHECK(reply_is(reply_at(reply_at(range, 2), 0), "127.0.0.1"));
        for (int i = 0; i < replicas; i++) {
            bool found = false;
            for (int k = c->primaries + p; k < c->n; k += c->primaries)
                found = found || port_of(reply_at(range, 3 + (size_t)i)) == c->nodes[k].port;
            CHECK(found);
        }
    }
}

static void check_node(const struct scratch_cluster *c, int k) {
    const struct scratch_cluster_node *node = &c->nodes[k];
    char text[64];
    snprintf(text, sizeof text, "127.0.0.1:%d", node->port);
    CHECK_STR(node->address, text);
    check_slots(c, call(node->port, 2, (const char *const[]){"CLUSTER", "SLOTS"}));
    hang_up();
    CHECK(says(node->port, "replication", k < c->primaries ? "role:master" : "role:slave"));
    if (k < c->primaries) return;
    CHECK(says(node->port, "replication", "master_link_status:up"));
    snprintf(text, sizeof text, "master_port:%d\r", c->nodes[k % c->primaries].port);
    CHECK(says(node->port, "replication", text));
}

static void start_and_check(int primaries, int replicas) {
    struct scratch_cluster c = {0};
    int64_t began_ns = clock_now_ns();
    int port;
    CHECK_EQ(scratch_cluster_start(loop, primaries, replicas, &c, &err), 0);
    CHECK_EQ(c.n, primaries * (1 + replicas));
    if (!c.n) {
        printf("%s\n", err.text);
        return;
    }
    CHECK(clock_now_ns() - began_ns < 8 * CLOCK_NS_PER_S); /* no routine ping was waited for */
    CHECK_EQ(n_entries(), c.n);
    for (int k = 0; k < c.n; k++)
        check_node(&c, k);
    const struct reply *r = call(c.nodes[0].port, 3, (const char *const[]){"SET", "{b}", "1"});
    CHECK(r && (reply_is(r, "OK") || !strncmp(r->p, "MOVED ", 6)));
    hang_up();
    port = c.nodes[c.n - 1].port;
    scratch_cluster_stop(&c);
    CHECK_EQ(n_entries(), 0);
    CHECK(!answers(port));
    scratch_cluster_stop(&c); /* a second time does nothing */
}

static void one_node(void) {
    start_and_check(1, 0);
}

static void three_with_a_replica_each(void) {
    start_and_check(3, 1);
}

static void two_with_two_replicas_each(void) {
    start_and_check(2, 2);
}

/* ---- other servers ---- */

static char *old_path;

/* Put a program of this name and text first in PATH, or alone. */
static void use_program(const char *name, const char *text, bool alone) {
    char file[128], path[8192];
    old_path = strdup(getenv("PATH"));
    snprintf(bin, sizeof bin, "%s-bin", home);
    mkdir(bin, 0700);
    snprintf(file, sizeof file, "%s/%s", bin, name);
    FILE *out = fopen(file, "w");
    if (out) {
        fputs(text, out);
        fclose(out);
    }
    chmod(file, 0700);
    snprintf(path, sizeof path, "%s:%s", bin, alone ? "/nonexistent" : old_path);
    setenv("PATH", path, 1);
}

static void drop_program(const char *name) {
    char file[128];
    setenv("PATH", old_path, 1);
    free(old_path);
    snprintf(file, sizeof file, "%s/%s", bin, name);
    unlink(file);
    rmdir(bin);
}

/* Says that it is the server of old, and knows no more than that one did. */
static void a_server_without_bus_ports_and_slot_ranges(void) {
    use_program("valkey-server",
                "#!/bin/sh\n"
                "case \"$*\" in\n"
                "--version) echo 'Redis server v=6.2.14 sha=00000000:0'; exit ;;\n"
                "*cluster-port* | *shutdown-timeout*) echo 'Bad directive'; exit 1 ;;\n"
                "esac\n"
                "exec redis-server \"$@\"\n",
                false);
    start_and_check(2, 1);
    drop_program("valkey-server");
}

/* Another program has taken the port before the first two servers bind it. */
static void a_lost_port_is_replaced(void) {
    use_program("valkey-server",
                "#!/bin/sh\n"
                "case \"$*\" in --version) exec redis-server --version ;; esac\n"
                "for i in 1 2; do\n"
                "    if mkdir \"$0.$i\" 2>/dev/null; then\n"
                "        echo 'Failed listening on port 1 (TCP), aborting.'\n"
                "        exit 1\n"
                "    fi\n"
                "done\n"
                "exec redis-server \"$@\"\n",
                false);
    char used[2][128];
    start_and_check(3, 0);
    for (int i = 0; i < 2; i++) {
        snprintf(used[i], sizeof used[i], "%s/valkey-server.%d", bin, i + 1);
        CHECK_EQ(rmdir(used[i]), 0);
    }
    drop_program("valkey-server");
}

static void a_server_that_does_not_come_up_is_quoted(void) {
    struct scratch_cluster c = {.n = 7};
    use_program("valkey-server", "#!/bin/sh\necho first\necho 'no \033[31mway'\nexit 1\n", true);
    CHECK_EQ(scratch_cluster_start(loop, 3, 1, &c, &err), VK_EFILE);
    CHECK_STR(err.text, "throwaway server ended at once: no \\x1b[31mway");
    CHECK_EQ(c.n, 7); /* untouched */
    drop_program("valkey-server");
    CHECK_EQ(n_entries(), 0);
}

static void without_a_server_the_error_says_what_to_install(void) {
    struct scratch_cluster c = {0};
    char *old = strdup(getenv("PATH"));
    setenv("PATH", "/nonexistent", 1);
    CHECK_EQ(scratch_cluster_start(loop, 1, 0, &c, &err), VK_EFILE);
    CHECK(strstr(err.text, "install one of them"));
    setenv("PATH", old, 1);
    free(old);
    CHECK_EQ(n_entries(), 0);
}

/* ---- the end, not by scratch_cluster_stop ---- */

static void killed_with_us_it_leaves_nothing(void) {
    int ready[2], port = 0;
    CHECK_EQ(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        struct scratch_cluster c;
        struct loop *own = loop_new(NULL);
        if (scratch_cluster_start(own, 2, 1, &c, NULL) == 0 &&
            write(ready[1], &c.nodes[3].port, sizeof port) > 0)
            pause();
        _exit(1);
    }
    close(ready[1]);
    CHECK_EQ(read(ready[0], &port, sizeof port), sizeof port);
    close(ready[0]);
    CHECK(answers(port));
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    CHECK(comes_true(is_tidy));
    CHECK(!answers(port));
}

static void a_signal_ends_the_wait(void) {
    struct scratch_cluster c = {0};
    int64_t began_ns = clock_now_ns();
    pid_t self = getpid();
    signal_setup();
    pid_t child = fork();
    if (child == 0) {
        nap(600);
        kill(self, SIGINT);
        _exit(0);
    }
    CHECK_EQ(scratch_cluster_start(loop, 3, 0, &c, &err), VK_ECANCEL);
    CHECK_STR(err.text, "interrupted");
    CHECK(clock_now_ns() - began_ns < 2 * CLOCK_NS_PER_S);
    signal_clear();
    waitpid(child, NULL, 0);
    CHECK_EQ(n_entries(), 0);
}

/* ---- the size as text ---- */

static void check_size(const char *text, int primaries, int replicas) {
    int p = -1, r = -1;
    CHECK_EQ(scratch_cluster_parse(text, &p, &r, &err), primaries ? 0 : VK_EUSAGE);
    CHECK_EQ(p, primaries ? primaries : -1);
    CHECK_EQ(r, primaries ? replicas : -1);
}

static void sizes(void) {
    static const char *const bad[] = {"",
                                      "x",
                                      "0",
                                      "0x1",
                                      "3x",
                                      "x1",
                                      "3x-1",
                                      "-3",
                                      "3x1x",
                                      "3 x1",
                                      "3X1",
                                      "65",
                                      "1x64",
                                      "22x2",
                                      "3x1 ",
                                      "99999999999999999999",
                                      "2x9223372036854775807"};
    check_size("3", 3, 0);
    check_size("3x0", 3, 0);
    check_size("3x1", 3, 1);
    check_size("64", 64, 0);
    check_size("32x1", 32, 1);
    check_size("1x63", 1, 63);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        check_size(bad[i], 0, 0);
    CHECK(scratch_cluster_parse("3y", NULL, NULL, &err) < 0);
    CHECK_STR(err.text, "'3y' is no size of a cluster, such as 3 or 3x1 (with replicas)");
    CHECK(scratch_cluster_parse("30x2", NULL, NULL, &err) < 0);
    CHECK_STR(err.text, "'30x2' are more than 64 nodes");
}

int main(void) {
    char template[] = "/tmp/vk-test-cluster-XXXXXX";
    signal(SIGPIPE, SIG_IGN);
    if (!mkdtemp(template)) return 2;
    snprintf(home, sizeof home, "%s", template);
    setenv("TMPDIR", home, 1);
    loop = loop_new(&err);
    RUN(sizes);
    if (child_in_path("valkey-server") || child_in_path("redis-server")) {
        RUN(one_node);
        RUN(three_with_a_replica_each);
        RUN(two_with_two_replicas_each);
        RUN(killed_with_us_it_leaves_nothing);
        RUN(a_signal_ends_the_wait);
    }
    if (child_in_path("redis-server")) {
        RUN(a_server_without_bus_ports_and_slot_ranges);
        RUN(a_lost_port_is_replaced);
    }
    RUN(a_server_that_does_not_come_up_is_quoted);
    RUN(without_a_server_the_error_says_what_to_install);
    loop_free(loop);
    rmdir(home);
    return t_end();
}
