/* SPDX-License-Identifier: BSD-3-Clause */
/* io/dial and io/resolve against listeners of our own. Names that end in ".test" are answered here:
 * this program has its own getaddrinfo in front of the system's. */
#include "io/dial.h"

#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "io/file.h"
#include "io/resolve.h"
#include "t.h"

/* ---- the names ---- */

static atomic_int slow_lookups; /* under way or over */

typedef int lookup_fn(const char *, const char *, const struct addrinfo *, struct addrinfo **);

static int look_up(const char *host, const char *port, const struct addrinfo *hints,
                   struct addrinfo **out) {
    lookup_fn *real;
    *(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
    return real(host, port, hints, out);
}

/* first's addresses, then second's: glibc frees such a chain piece by piece */
static int look_up_two(const char *first, const char *second, const char *port,
                       struct addrinfo **out) {
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST};
    int code = look_up(first, port, &hints, out);
    return code ? code : look_up(second, port, &hints, &(*out)->ai_next);
}

int getaddrinfo(const char *host, const char *port, const struct addrinfo *hints,
                struct addrinfo **out) {
    size_t len = host ? strlen(host) : 0;
    bool ours = len > 5 && strcmp(host + len - 5, ".test") == 0;
    if (!ours || hints->ai_flags & AI_NUMERICHOST) return look_up(host, port, hints, out);
    if (strcmp(host, "two.test") == 0) return look_up_two("127.0.0.1", "127.0.0.2", port, out);
    if (strcmp(host, "both.test") == 0) return look_up_two("::1", "127.0.0.1", port, out);
    if (strcmp(host, "slow.test") == 0) {
        usleep(100000);
        slow_lookups++;
        return look_up("127.0.0.1", port, hints, out);
    }
    return EAI_NONAME;
}

/* ---- the servers ---- */

static int listen_on(const char *address, int port, int backlog) {
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct addrinfo *list = NULL, hints = {.ai_flags = AI_NUMERICHOST};
    CHECK_EQ(look_up(address, NULL, &hints, &list), 0);
    in.sin_addr = ((struct sockaddr_in *)(void *)list->ai_addr)->sin_addr;
    freeaddrinfo(list);
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    CHECK_EQ(bind(fd, (struct sockaddr *)&in, sizeof in), 0);
    if (backlog >= 0) CHECK_EQ(listen(fd, backlog), 0);
    return fd;
}

static int port_of(int fd) {
    struct sockaddr_in in;
    socklen_t len = sizeof in;
    CHECK_EQ(getsockname(fd, (struct sockaddr *)&in, &len), 0);
    return ntohs(in.sin_port);
}

/* A port whose connects are refused while fd stays open: bound, not listening. */
static int refusing(int *port) {
    int fd = listen_on("127.0.0.1", 0, -1);
    *port = port_of(fd);
    return fd;
}

/* A listener that is full: further connects get no answer at all. */
struct silent {
    int listener, fill[4];
};

static struct silent silent_on(const char *address, int port) {
    struct silent s = {.listener = listen_on(address, port, 0)};
    struct sockaddr_in in;
    socklen_t len = sizeof in;
    getsockname(s.listener, (struct sockaddr *)&in, &len);
    for (int i = 0; i < 4; i++) {
        s.fill[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        if (connect(s.fill[i], (struct sockaddr *)&in, len) < 0) CHECK_EQ(errno, EINPROGRESS);
    }
    usleep(10000);
    return s;
}

static void silent_end(struct silent *s) {
    for (int i = 0; i < 4; i++)
        close(s->fill[i]);
    close(s->listener);
}

/* ---- one dial ---- */

struct outcome {
    int calls;
    struct sock *sock;
    struct err err;
    int64_t took_ms;
};

static void on_done(void *arg, struct sock *s, const struct err *e) {
    struct outcome *o = arg;
    o->calls++;
    o->sock = s;
    if (e) o->err = *e;
}

static struct outcome dial(struct dial_opts opts, int64_t deadline_ms) {
    struct outcome o = {0};
    struct err e;
    struct loop *l = loop_new(&e);
    int64_t start_ns = clock_now_ns();
    if (deadline_ms) opts.deadline_ns = start_ns + deadline_ms * CLOCK_NS_PER_MS;
    struct dial *d = dial_start(l, &opts, on_done, &o);
    CHECK((d == NULL) == (o.calls == 1));
    while (!o.calls)
        loop_turn(l, -1);
    o.took_ms = (clock_now_ns() - start_ns) / CLOCK_NS_PER_MS;
    CHECK_EQ(o.calls, 1);
    CHECK((o.sock != NULL) == (o.err.code == 0));
    loop_free(l);
    return o;
}

static int option_of(const struct sock *s, int level, int option) {
    int value = -1;
    socklen_t len = sizeof value;
    CHECK_EQ(getsockopt(s->fd, level, option, &value, &len), 0);
    return value;
}

static void connects_to_a_literal_address(void) {
    int fd = listen_on("127.0.0.1", 0, 5);
    struct outcome o = dial((struct dial_opts){.host = "127.0.0.1", .port = port_of(fd)}, 0);
    CHECK(o.sock != NULL);
    CHECK(option_of(o.sock, IPPROTO_TCP, TCP_NODELAY));
    CHECK(!option_of(o.sock, SOL_SOCKET, SO_KEEPALIVE));
    sock_close(o.sock);
    close(fd);
}

#ifdef SO_PROTOCOL
static void multipath_where_the_kernel_has_it(void) {
    enum { MPTCP = 262 };
    int fd = listen_on("127.0.0.1", 0, 5), able = socket(AF_INET, SOCK_STREAM, MPTCP);
    struct outcome o =
        dial((struct dial_opts){.host = "127.0.0.1", .port = port_of(fd), .multipath = true}, 1000);
    if (able >= 0) {
        CHECK(o.sock != NULL);
        if (o.sock) CHECK_EQ(option_of(o.sock, SOL_SOCKET, SO_PROTOCOL), MPTCP);
        close(able);
    } else {
        CHECK_EQ(o.err.code, VK_ECONNECT);
    }
    sock_close(o.sock);
    close(fd);
}
#endif

static void sets_keepalive(void) {
    int fd = listen_on("127.0.0.1", 0, 5);
    struct outcome o = dial((struct dial_opts){.host = "127.0.0.1",
                                               .port = port_of(fd),
                                               .keepalive = true,
                                               .keepalive_idle_s = 30,
                                               .keepalive_interval_s = 7,
                                               .keepalive_count = 4},
                            1000);
    CHECK(option_of(o.sock, SOL_SOCKET, SO_KEEPALIVE));
    CHECK_EQ(option_of(o.sock, IPPROTO_TCP, TCP_KEEPIDLE), 30);
    CHECK_EQ(option_of(o.sock, IPPROTO_TCP, TCP_KEEPINTVL), 7);
    CHECK_EQ(option_of(o.sock, IPPROTO_TCP, TCP_KEEPCNT), 4);
    sock_close(o.sock);
    close(fd);
}

static void impossible_keepalive_is_an_error(void) {
    int fd = listen_on("127.0.0.1", 0, 5);
    struct outcome o = dial((struct dial_opts){.host = "127.0.0.1",
                                               .port = port_of(fd),
                                               .keepalive = true,
                                               .keepalive_idle_s = 1 << 20},
                            0);
    CHECK_EQ(o.err.code, VK_ECONNECT);
    CHECK_EQ(o.err.sys, EINVAL);
    close(fd);
}

static void expect_text(const struct outcome *o, int code, const char *fmt, int port) {
    char want[512];
    const char *at = strchr(fmt, '#');
    snprintf(want, sizeof want, "%.*s%d%s", (int)(at - fmt), fmt, port, at + 1);
    CHECK_EQ(o->err.code, code);
    CHECK_STR(o->err.text, want);
}

static void refusal_names_address_and_reason(void) {
    int port, fd = refusing(&port);
    struct outcome o = dial((struct dial_opts){.host = "127.0.0.1", .port = port}, 0);
    expect_text(&o, VK_ECONNECT, "cannot connect to 127.0.0.1:#: Connection refused", port);
    CHECK_EQ(o.err.sys, ECONNREFUSED);
    close(fd);
}

static void ipv6_literal_gets_brackets(void) {
    struct outcome o = dial((struct dial_opts){.host = "::1", .port = 1}, 0);
    CHECK_EQ(o.err.code, VK_ECONNECT);
    CHECK_MEM(o.err.text, 26, "cannot connect to [::1]:1:", 26);
}

static void no_answer_times_out_at_the_deadline(void) {
    struct silent s = silent_on("127.0.0.1", 0);
    int port = port_of(s.listener);
    struct outcome o = dial((struct dial_opts){.host = "127.0.0.1", .port = port}, 200);
    expect_text(&o, VK_ETIMEOUT, "cannot connect to 127.0.0.1:#: timed out after 0.2 s", port);
    CHECK(o.took_ms >= 200 && o.took_ms < 1000);
    silent_end(&s);
}

static void every_address_is_tried(void) {
    int fd = listen_on("127.0.0.2", 0, 5);
    struct outcome o = dial((struct dial_opts){.host = "two.test", .port = port_of(fd)}, 0);
    CHECK(o.sock != NULL);
    sock_close(o.sock);
    close(fd);
}

static void each_failed_address_gives_its_reason(void) {
    int port, fd = refusing(&port);
    char want[256];
    struct outcome o = dial((struct dial_opts){.host = "two.test", .port = port}, 0);
    snprintf(want, sizeof want,
             "cannot connect to two.test:%d: 127.0.0.1:%d: Connection refused; "
             "127.0.0.2:%d: Connection refused",
             port, port, port);
    CHECK_STR(o.err.text, want);
    CHECK_EQ(o.err.code, VK_ECONNECT);
    close(fd);
}

static void silent_address_leaves_time_for_the_next(void) {
    int fd = listen_on("127.0.0.2", 0, 5), port = port_of(fd);
    struct silent s = silent_on("127.0.0.1", port);
    struct outcome o = dial((struct dial_opts){.host = "two.test", .port = port}, 400);
    CHECK(o.sock != NULL);
    CHECK(o.took_ms >= 200 && o.took_ms < 400);
    sock_close(o.sock);
    silent_end(&s);
    close(fd);
}

static void two_silent_addresses_share_the_time(void) {
    struct silent s = silent_on("127.0.0.1", 0);
    int port = port_of(s.listener);
    struct silent t = silent_on("127.0.0.2", port);
    char want[256];
    struct outcome o = dial((struct dial_opts){.host = "two.test", .port = port}, 200);
    snprintf(want, sizeof want, "cannot connect to two.test:%d: 127.0.0.1:%d: timed out after ",
             port, port);
    CHECK_EQ(o.err.code, VK_ETIMEOUT);
    CHECK_MEM(o.err.text, strlen(want), want, strlen(want));
    CHECK(strstr(o.err.text, "; 127.0.0.2:") != NULL);
    CHECK(o.took_ms >= 200 && o.took_ms < 1000);
    silent_end(&s);
    silent_end(&t);
}

static const char *first_reason(struct dial_opts opts) {
    static struct outcome o;
    opts.host = "both.test";
    opts.port = 1;
    o = dial(opts, 1000);
    CHECK_EQ(o.err.code, VK_ECONNECT);
    const char *reasons = strstr(o.err.text, ":1: ");
    return reasons ? reasons + 4 : "";
}

static void preference_sets_the_order(void) {
    CHECK_MEM(first_reason((struct dial_opts){0}), 7, "[::1]:1", 7);
    CHECK_MEM(first_reason((struct dial_opts){.prefer_v6 = true}), 7, "[::1]:1", 7);
    CHECK_MEM(first_reason((struct dial_opts){.prefer_v4 = true}), 9, "127.0.0.1", 9);
}

static void unknown_name_is_said_with_the_resolvers_reason(void) {
    struct outcome o = dial((struct dial_opts){.host = "nosuch.test", .port = 1}, 0);
    CHECK_EQ(o.err.code, VK_ECONNECT);
    CHECK_STR(o.err.text, "cannot resolve 'nosuch.test': Name or service not known");
}

static void literal_of_the_wrong_family_is_an_error(void) {
    struct outcome o = dial((struct dial_opts){.host = "::1", .port = 1, .family = DIAL_V4}, 0);
    CHECK_EQ(o.err.code, VK_ECONNECT);
    CHECK_MEM(o.err.text, 22, "cannot resolve '::1': ", 22);
}

static void slow_resolver_does_not_outlive_the_deadline(void) {
    struct outcome o = dial((struct dial_opts){.host = "slow.test", .port = 1}, 20);
    CHECK_EQ(o.err.code, VK_ETIMEOUT);
    CHECK_STR(o.err.text, "cannot resolve 'slow.test': timed out after 0.02 s");
    CHECK(o.took_ms < 90);
}

static void slow_name_is_connected_in_the_end(void) {
    int fd = listen_on("127.0.0.1", 0, 5);
    struct outcome o = dial((struct dial_opts){.host = "slow.test", .port = port_of(fd)}, 0);
    CHECK(o.sock != NULL);
    sock_close(o.sock);
    close(fd);
}

static void cancelled_dial_says_nothing(void) {
    struct outcome o = {0};
    struct err e;
    struct silent s = silent_on("127.0.0.1", 0);
    struct loop *l = loop_new(&e);
    struct dial_opts name = {.host = "slow.test", .port = 1};
    struct dial_opts literal = {.host = "127.0.0.1", .port = port_of(s.listener)};
    struct dial *a = dial_start(l, &name, on_done, &o), *b = dial_start(l, &literal, on_done, &o);
    CHECK(a && b);
    loop_turn(l, 0);
    dial_cancel(a);
    dial_cancel(b);
    dial_cancel(NULL);
    while (slow_lookups < 3) /* this one's thread must find nobody, and survive it */
        usleep(10000);
    loop_turn(l, clock_now_ns() + 5 * CLOCK_NS_PER_MS);
    CHECK_EQ(o.calls, 0);
    loop_free(l);
    silent_end(&s);
}

/* ---- Unix sockets ---- */

static int listen_local(const char *path, int backlog) {
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    memcpy(un.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK_EQ(bind(fd, (struct sockaddr *)&un, sizeof un), 0);
    CHECK_EQ(listen(fd, backlog), 0);
    return fd;
}

static void local_path_connects(void) {
    char *folder, path[200];
    struct err e;
    CHECK_EQ(file_temp_dir("vk-test", &folder, &e), 0);
    snprintf(path, sizeof path, "%s/sock", folder);
    int fd = listen_local(path, 5);
    struct outcome o = dial((struct dial_opts){.path = path}, 1000);
    CHECK(o.sock != NULL);
    sock_close(o.sock);
    close(fd);
    file_remove_tree(folder);
    free(folder);
}

static void full_local_backlog_is_waited_for(void) {
    char *folder, path[200], want[300];
    struct err e;
    CHECK_EQ(file_temp_dir("vk-test", &folder, &e), 0);
    snprintf(path, sizeof path, "%s/sock", folder);
    int fd = listen_local(path, 0);
    struct outcome first = dial((struct dial_opts){.path = path}, 1000);
    struct outcome second = dial((struct dial_opts){.path = path}, 60);
    CHECK(first.sock != NULL);
    CHECK_EQ(second.err.code, VK_ETIMEOUT);
    snprintf(want, sizeof want, "cannot connect to %s: timed out after 0.06 s", path);
    CHECK_STR(second.err.text, want);
    CHECK(second.took_ms >= 60);
    sock_close(first.sock);
    close(fd);
    file_remove_tree(folder);
    free(folder);
}

static void missing_path_is_named(void) {
    struct outcome o = dial((struct dial_opts){.path = "/nowhere/sock"}, 0);
    CHECK_EQ(o.err.code, VK_ECONNECT);
    CHECK_STR(o.err.text, "cannot connect to /nowhere/sock: No such file or directory");
}

static void path_too_long_is_said(void) {
    char path[200];
    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = 0;
    struct outcome o = dial((struct dial_opts){.path = path}, 0);
    CHECK_EQ(o.err.code, VK_ECONNECT);
    CHECK(strstr(o.err.text, "199 bytes") != NULL);
}

int main(void) {
    alarm(60); /* a wait that does not end is a failure */
    RUN(connects_to_a_literal_address);
#ifdef SO_PROTOCOL
    RUN(multipath_where_the_kernel_has_it);
#endif
    RUN(sets_keepalive);
    RUN(impossible_keepalive_is_an_error);
    RUN(refusal_names_address_and_reason);
    RUN(ipv6_literal_gets_brackets);
    RUN(no_answer_times_out_at_the_deadline);
    RUN(every_address_is_tried);
    RUN(each_failed_address_gives_its_reason);
    RUN(silent_address_leaves_time_for_the_next);
    RUN(two_silent_addresses_share_the_time);
    RUN(preference_sets_the_order);
    RUN(unknown_name_is_said_with_the_resolvers_reason);
    RUN(literal_of_the_wrong_family_is_an_error);
    RUN(slow_resolver_does_not_outlive_the_deadline);
    RUN(slow_name_is_connected_in_the_end);
    RUN(cancelled_dial_says_nothing);
    RUN(local_path_connects);
    RUN(full_local_backlog_is_waited_for);
    RUN(missing_path_is_named);
    RUN(path_too_long_is_said);
    return t_end();
}
