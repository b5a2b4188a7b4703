/* SPDX-License-Identifier: BSD-3-Clause */
/* client/transport against listeners of our own: plain, refused, silent, given up at every stage.
 * The other end of a TLS handshake is a peer that never speaks TLS; handshakes that succeed are in
 * test_tls and in the suites. */
#include "client/transport.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "io/file.h"
#include "io/host.h"
#include "io/listen.h"
#include "t.h"

enum { MANY = 200, HELLO_MAX = 4096 };

static struct fixture {
    struct loop *loop;
    struct connopt conn;
    struct tls_ctx *tls;
    int listener, port;
    int calls;
    bool cancel_other;
    struct transport *other; /* to be cancelled when done is called */
    struct sock *sock;
    struct err err;
    int descriptors; /* open before anything began */
} f;

static void begin(void) {
    f = (struct fixture){.descriptors = host_open_descriptors()};
    f.loop = loop_new(&f.err);
    CHECK_EQ(listen_loopback(&f.listener, &f.port, &f.err), 0);
    connopt_init(&f.conn);
    f.conn.port = f.port;
}

static void begin_tls(void) {
    static const struct tls_opts opts = {.insecure = true};
    begin();
    CHECK_EQ(tls_ctx_new(&opts, &f.tls, &f.err), 0);
}

/* Everything is closed again. */
static void end(void) {
    sock_close(f.sock);
    tls_ctx_free(f.tls);
    connopt_release(&f.conn);
    listen_close(f.listener);
    loop_free(f.loop);
    CHECK_EQ(host_open_descriptors(), f.descriptors);
}

static void on_done(void *arg, struct sock *s, const struct err *e) {
    CHECK(arg == &f);
    CHECK((s == NULL) == (e != NULL));
    f.calls++;
    f.sock = s;
    if (e) f.err = *e;
    if (f.cancel_other) transport_cancel(f.other);
}

static struct transport_opts opts_within(int64_t ms) {
    return (struct transport_opts){.conn = &f.conn,
                                   .tls = f.tls,
                                   .deadline_ns = ms ? clock_now_ns() + ms * CLOCK_NS_PER_MS : 0};
}

static struct transport *start(const struct transport_opts *o) {
    err_clear(&f.err);
    struct transport *t = transport_start(f.loop, o, on_done, &f);
    CHECK((t == NULL) == (f.calls > 0));
    return t;
}

static void turn_ms(int64_t ms) {
    int64_t until_ns = clock_now_ns() + ms * CLOCK_NS_PER_MS;
    do
        loop_turn(f.loop, until_ns);
    while (clock_now_ns() < until_ns);
}

static int64_t finish(const struct transport_opts *o) {
    int64_t from_ns = clock_now_ns();
    start(o);
    while (!f.calls)
        loop_turn(f.loop, -1);
    CHECK_EQ(f.calls, 1);
    return (clock_now_ns() - from_ns) / CLOCK_NS_PER_MS;
}

static struct sock *accept_soon(void) {
    struct pollfd p = {.fd = f.listener, .events = POLLIN};
    CHECK_EQ(poll(&p, 1, 5000), 1);
    return listen_accept(f.listener);
}

/* The text, with the port as '#'. */
static const char *said(void) {
    static char text[sizeof f.err.text];
    char port[16];
    snprintf(port, sizeof port, ":%d", f.port);
    const char *at = strstr(f.err.text, port);
    if (!at) return f.err.text;
    snprintf(text, sizeof text, "%.*s:#%s", (int)(at - f.err.text), f.err.text, at + strlen(port));
    return text;
}

/* ---- plain ---- */

static void a_plain_stream_carries_bytes(void) {
    begin();
    struct transport_opts o = opts_within(5000);
    finish(&o);
    CHECK(f.sock != NULL);
    struct sock *peer = accept_soon();
    char bytes[] = "PING\r\n", got[16];
    struct iovec v = {.iov_base = bytes, .iov_len = 6};
    size_t n = 0;
    CHECK_EQ(sock_write(f.sock, &v, 1, &n, &f.err), 0);
    poll(&(struct pollfd){.fd = peer->fd, .events = POLLIN}, 1, 5000);
    CHECK_EQ(sock_read(peer, got, sizeof got, &n, &f.err), 0);
    CHECK_MEM(got, n, "PING\r\n", 6);
    sock_close(peer);
    end();
}

static void a_refused_port_is_named(void) {
    begin();
    listen_close(f.listener);
    struct transport_opts o = opts_within(5000);
    finish(&o);
    CHECK(f.sock == NULL);
    CHECK_EQ(f.err.code, VK_ECONNECT);
    CHECK_EQ(f.err.sys, ECONNREFUSED);
    CHECK_STR(said(), "cannot connect to 127.0.0.1:#: Connection refused");
    CHECK_EQ(listen_loopback(&f.listener, &f.port, &f.err), 0);
    end();
}

static void the_address_is_dialled_instead_of_the_host(void) {
    begin();
    f.conn.host = "a name that nobody resolves.invalid";
    struct transport_opts o = opts_within(5000);
    o.address = "127.0.0.1";
    finish(&o);
    char text[64] = "";
    if (f.sock) sock_peer(f.sock, text, sizeof text);
    CHECK_STR(text, "127.0.0.1");
    end();
}

static void an_address_is_ignored_beside_a_path(void) {
    begin();
    f.conn.path = "/nowhere/sock";
    struct transport_opts o = opts_within(5000);
    o.address = "127.0.0.1";
    CHECK(start(&o) == NULL); /* done came at once */
    CHECK_EQ(f.calls, 1);
    CHECK_EQ(f.err.code, VK_ECONNECT);
    CHECK_STR(f.err.text, "cannot connect to /nowhere/sock: No such file or directory");
    end();
}

static void a_unix_socket_connects_at_once(void) {
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    char *folder;
    begin();
    CHECK_EQ(file_temp_dir("vk-test", &folder, &f.err), 0);
    snprintf(un.sun_path, sizeof un.sun_path, "%.80s/sock", folder);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK_EQ(bind(fd, (struct sockaddr *)&un, sizeof un), 0);
    CHECK_EQ(listen(fd, 5), 0);
    f.conn.path = un.sun_path;
    struct transport_opts o = opts_within(5000);
    CHECK(start(&o) == NULL);
    CHECK(f.sock != NULL);
    close(fd);
    file_remove_tree(folder);
    free(folder);
    end();
}

static void on_one_of_many(void *arg, struct sock *s, const struct err *e) {
    CHECK(s && !e);
    ++*(int *)arg;
    sock_close(s);
}

static void many_at_a_time(void) {
    int standing = 0;
    begin();
    struct transport_opts o = opts_within(5000);
    for (int i = 0; i < MANY; i++)
        transport_start(f.loop, &o, on_one_of_many, &standing);
    while (standing < MANY && clock_now_ns() < o.deadline_ns)
        loop_turn(f.loop, o.deadline_ns);
    CHECK_EQ(standing, MANY);
    end();
}

/* ---- TLS ---- */

static void a_silent_listener_is_given_up_at_the_deadline(void) {
    begin_tls(); /* nobody accepts, so nobody answers, neither TLS nor the knock */
    struct transport_opts o = opts_within(300);
    int64_t took_ms = finish(&o);
    CHECK_EQ(f.err.code, VK_ETIMEOUT);
    CHECK_STR(said(), "cannot connect to 127.0.0.1:#: no answer in 0.3 s");
    CHECK(took_ms >= 300 && took_ms < 1000);
    end();
}

static void tls_asks_for_the_host_whatever_is_dialled(void) {
    char hello[HELLO_MAX];
    begin_tls();
    f.conn.host = "server.invalid";
    struct transport_opts o = opts_within(60000);
    o.address = "127.0.0.1";
    struct transport *t = start(&o);
    turn_ms(20);
    struct sock *peer = accept_soon();
    poll(&(struct pollfd){.fd = peer->fd, .events = POLLIN}, 1, 5000);
    ssize_t n = recv(peer->fd, hello, sizeof hello, 0);
    CHECK(n > 0 && memmem(hello, (size_t)n, "server.invalid", 14));
    transport_cancel(t);
    sock_close(peer);
    end();
}

static void a_compatible_face_does_not_knock(void) {
    begin_tls();
    f.conn.lenient = true;
    struct transport_opts o = opts_within(100);
    finish(&o);
    CHECK_EQ(f.err.code, VK_ETIMEOUT);
    sock_close(accept_soon());
    CHECK(listen_accept(f.listener) == NULL);
    end();
}

/* A server that answers a PING, or nothing, and hangs up. */
struct server {
    const char *answer;
    struct loop_watch *listening, *talking;
    struct sock *sock;
};

static void on_words(void *arg, unsigned events) {
    struct server *v = arg;
    char got[HELLO_MAX];
    size_t n = 0;
    (void)events;
    int code = sock_read(v->sock, got, sizeof got, &n, &f.err);
    if (code == 0 && got[0] == 'P') send(v->sock->fd, v->answer, strlen(v->answer), 0);
    loop_del(f.loop, v->talking);
    v->talking = NULL;
    sock_close(v->sock);
}

static void on_knock(void *arg, unsigned events) {
    struct server *v = arg;
    (void)events;
    CHECK(!v->talking);
    v->sock = listen_accept(f.listener);
    CHECK_EQ(loop_add(f.loop, v->sock->fd, LOOP_READ, on_words, v, &v->talking, &f.err), 0);
}

static void hang_up_on_tls(const char *answer, const char *want, int code) {
    struct server v = {.answer = answer};
    begin_tls();
    CHECK_EQ(loop_add(f.loop, f.listener, LOOP_READ, on_knock, &v, &v.listening, &f.err), 0);
    struct transport_opts o = opts_within(5000);
    CHECK(finish(&o) < 900); /* no silence is waited for */
    CHECK_EQ(f.err.code, code);
    CHECK_STR(said(), want);
    loop_del(f.loop, v.listening);
    end();
}

static void a_server_that_hangs_up_on_tls_is_told_as_lost(void) {
    hang_up_on_tls("", "127.0.0.1:#: server closed the connection during the TLS handshake",
                   VK_ELOST);
}

static void unless_a_second_knock_finds_it_plain(void) {
    hang_up_on_tls("+PONG\r\n", "127.0.0.1:#: server does not speak TLS, leave out --tls", VK_ETLS);
}

static void a_name_that_cannot_be_verified_is_an_error(void) {
    static const struct tls_opts opts = {.verify_name = ""};
    begin();
    CHECK_EQ(tls_ctx_new(&opts, &f.tls, &f.err), 0);
    struct transport_opts o = opts_within(5000);
    finish(&o);
    CHECK_EQ(f.err.code, VK_ETLS);
    CHECK_STR(f.err.text, "TLS: cannot verify the name '': it is no host name");
    end();
}

/* ---- giving up ---- */

static void cancelled_at_once(void) {
    begin();
    struct transport_opts o = opts_within(0);
    transport_cancel(start(&o));
    transport_cancel(NULL);
    turn_ms(5);
    CHECK_EQ(f.calls, 0);
    end();
}

static void cancelled_while_the_name_is_looked_up(void) {
    begin();
    f.conn.host = "localhost";
    struct transport_opts o = opts_within(0);
    transport_cancel(start(&o));
    turn_ms(20);
    CHECK_EQ(f.calls, 0);
    end();
}

static void cancelled_in_the_handshake(void) {
    begin_tls();
    struct transport_opts o = opts_within(60000);
    struct transport *t = start(&o);
    turn_ms(20);
    struct sock *peer = accept_soon();
    CHECK(poll(&(struct pollfd){.fd = peer->fd, .events = POLLIN}, 1, 5000) == 1);
    transport_cancel(t);
    turn_ms(20);
    CHECK_EQ(f.calls, 0);
    sock_close(peer);
    end();
}

static void cancelled_in_the_knock_at_silence(void) {
    begin_tls();
    struct transport_opts o = opts_within(600);
    struct transport *t = start(&o);
    turn_ms(350); /* half of it is silence enough */
    sock_close(accept_soon());
    sock_close(accept_soon()); /* the knock is under way */
    transport_cancel(t);
    turn_ms(300);
    CHECK_EQ(f.calls, 0);
    end();
}

static void cancelled_in_the_last_knock(void) {
    begin_tls();
    struct transport_opts o = opts_within(0);
    struct transport *t = start(&o);
    turn_ms(5);
    sock_close(accept_soon());
    turn_ms(20);
    struct sock *knock = accept_soon();
    transport_cancel(t);
    turn_ms(5);
    CHECK_EQ(f.calls, 0);
    sock_close(knock);
    end();
}

static void cancelled_by_the_end_of_another(void) {
    begin_tls();
    struct transport_opts slow = opts_within(60000), o = opts_within(0);
    o.tls = NULL;
    f.other = start(&slow);
    f.cancel_other = true;
    finish(&o);
    turn_ms(5);
    CHECK_EQ(f.calls, 1);
    end();
}

int main(void) {
    alarm(60); /* a wait that does not end is a failure */
    RUN(a_plain_stream_carries_bytes);
    RUN(a_refused_port_is_named);
    RUN(the_address_is_dialled_instead_of_the_host);
    RUN(an_address_is_ignored_beside_a_path);
    RUN(a_unix_socket_connects_at_once);
    RUN(many_at_a_time);
    RUN(a_silent_listener_is_given_up_at_the_deadline);
    RUN(tls_asks_for_the_host_whatever_is_dialled);
    RUN(a_compatible_face_does_not_knock);
    RUN(a_server_that_hangs_up_on_tls_is_told_as_lost);
    RUN(unless_a_second_knock_finds_it_plain);
    RUN(a_name_that_cannot_be_verified_is_an_error);
    RUN(cancelled_at_once);
    RUN(cancelled_while_the_name_is_looked_up);
    RUN(cancelled_in_the_handshake);
    RUN(cancelled_in_the_knock_at_silence);
    RUN(cancelled_in_the_last_knock);
    RUN(cancelled_by_the_end_of_another);
    return t_end();
}
