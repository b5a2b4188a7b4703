/* SPDX-License-Identifier: BSD-3-Clause */
/* A throwaway server's process: a private folder, a guarded child (io/child_guard), and knocking at
 * its socket until it answers a PING. What it is asked is raw bytes: no session is needed for that.
 * The invariant: a server that failed to start has left neither process nor folder. */
#include "client/scratch_server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/safe.h"
#include "io/dial.h"
#include "io/file.h"
#include "io/signal.h"

#define KNOCK_EVERY_NS (5 * CLOCK_NS_PER_MS)
#define SOCKET_NAME "/s"
#define LOG_NAME "/log"

enum {
    SOCKET_PATH_MAX =
        99, /* sun_path holds 104 or 108 bytes, and --unixsocket's users want some room */
    LOG_MAX_BYTES = 1 << 20,
    LOG_LINE_MAX = 200,
    ARGS_MAX = 64,
};

/* One knock: connect, PING, look for PONG. */
struct knock {
    struct loop *loop;
    struct sock *sock;
    struct loop_watch *watch;
    char answer[64];
    size_t len;
    int stage; /* VK_MORE until it is over; 0 = it answered */
};

static void on_answer(void *arg, unsigned events) {
    static const char pong[] = "+PONG\r\n";
    struct knock *k = arg;
    size_t got = 0;
    (void)events;
    int code = sock_read(k->sock, k->answer + k->len, sizeof k->answer - k->len, &got, NULL);
    if (code == VK_MORE) return;
    k->len += code == 0 ? got : 0;
    if (k->len >= sizeof pong - 1)
        k->stage = memcmp(k->answer, pong, sizeof pong - 1) ? VK_EPROTO : 0;
    else if (code < 0 || k->len == sizeof k->answer)
        k->stage = VK_ELOST;
}

static void on_dialed(void *arg, struct sock *s, const struct err *e) {
    char ping[] = "PING\r\n";
    struct knock *k = arg;
    struct iovec v = {.iov_base = ping, .iov_len = sizeof ping - 1};
    size_t sent = 0;
    (void)e;
    k->stage = VK_ECONNECT;
    if (!s) return;
    k->sock = s;
    if (sock_write(s, &v, 1, &sent, NULL) != 0 || sent != v.iov_len) return;
    if (loop_add(k->loop, s->fd, LOOP_READ, on_answer, k, &k->watch, NULL) < 0) return;
    k->stage = VK_MORE;
}

/* Turn the loop until *stage is decided, until_ns, or the user has had enough (VK_ECANCEL). */
static int turn(struct loop *l, const int *stage, int64_t until_ns) {
    while (*stage == VK_MORE && clock_now_ns() < until_ns) {
        loop_turn(l, until_ns);
        if (signal_stop()) return VK_ECANCEL;
    }
    return 0;
}

int scratch_server_pause(struct loop *l, int64_t until_ns) {
    const int never = VK_MORE;
    return turn(l, &never, until_ns);
}

/* 0 it answered, VK_ECANCEL, or another failure: not yet. */
static int knock(struct loop *l, const char *path, int64_t until_ns) {
    struct knock k = {.loop = l, .stage = VK_MORE};
    struct dial_opts o = {.path = path, .deadline_ns = until_ns};
    struct dial *dialing = dial_start(l, &o, on_dialed, &k);
    int code = turn(l, &k.stage, until_ns);
    if (!k.sock && k.stage == VK_MORE) dial_cancel(dialing);
    loop_del(l, k.watch);
    sock_close(k.sock);
    if (code == 0) code = k.stage == VK_MORE ? VK_ETIMEOUT : k.stage;
    return code;
}

/* The last line of the server's log that has text, ready for a terminal; "" when there is none. */
static void last_line(const char *folder, struct buf *line) {
    char path[SOCKET_PATH_MAX + sizeof LOG_NAME];
    struct buf log;
    buf_init(&log, LOG_MAX_BYTES);
    snprintf(path, sizeof path, "%s" LOG_NAME, folder);
    if (file_read_all(path, &log, NULL) == 0) {
        while (log.len && strchr("\r\n ", log.p[log.len - 1]))
            log.len--;
        const char *newline = log.len ? memrchr(log.p, '\n', log.len) : NULL;
        const char *from = newline ? newline + 1 : log.p;
        size_t len = (size_t)(log.p + log.len - from);
        if (len) safe_add(line, from, len > LOG_LINE_MAX ? LOG_LINE_MAX : len, false);
    }
    buf_release(&log);
}

int scratch_server_explain(const struct scratch *s, const char *what, struct err *e) {
    struct buf line;
    buf_init(&line, 8 * LOG_LINE_MAX);
    last_line(s->folder, &line);
    err_set(e, VK_EFILE, "throwaway server %s%s%s", what, line.len ? ": " : "", buf_cstr(&line));
    buf_release(&line);
    return VK_EFILE;
}

int scratch_server_wait(struct loop *l, const struct scratch *s, int64_t deadline_ns,
                        struct err *e) {
    while (clock_now_ns() < deadline_ns) {
        if (child_guard_ended(&s->child)) return scratch_server_explain(s, "ended at once", e);
        int code = knock(l, s->path, deadline_ns);
        if (code == 0) return 0;
        if (code != VK_ECANCEL) code = scratch_server_pause(l, clock_now_ns() + KNOCK_EVERY_NS);
        if (code == VK_ECANCEL) return err_set(e, VK_ECANCEL, "interrupted");
    }
    return scratch_server_explain(s, "does not answer", e);
}

int scratch_server_program(const char **program, struct err *e) {
    *program = child_in_path("valkey-server")  ? "valkey-server"
               : child_in_path("redis-server") ? "redis-server"
                                               : NULL;
    if (*program) return 0;
    return err_set(e, VK_EFILE,
                   "neither valkey-server nor redis-server is in PATH; install one of them for a "
                   "throwaway server");
}

static int run(const char *program, const char *const *options, const struct scratch *s,
               struct child_guarded *child, struct err *e) {
    const char *const common[] = {
        program,        "--unixsocket", s->path, "--unixsocketperm", "700",         "--save", "",
        "--appendonly", "no",           "--dir", s->folder,          "--daemonize", "no"};
    const char *argv[ARGS_MAX] = {NULL};
    char log[SOCKET_PATH_MAX + sizeof LOG_NAME];
    size_t n = sizeof common / sizeof *common;
    memcpy(argv, common, sizeof common);
    while (*options && n + 1 < ARGS_MAX)
        argv[n++] = *options++;
    snprintf(log, sizeof log, "%s" LOG_NAME, s->folder);
    return child_guard(argv, s->folder, log, child, e);
}

int scratch_server_start(const char *program, const char *const *options, struct scratch *s,
                         struct err *e) {
    struct scratch new = SCRATCH_SERVER_NONE;
    int code =
        child_guard_folder("vk-scratch", SOCKET_PATH_MAX - strlen(SOCKET_NAME), &new.folder, e);
    if (code < 0) return code;
    size_t size = strlen(new.folder) + sizeof SOCKET_NAME;
    new.path = mem_alloc(size);
    snprintf(new.path, size, "%s" SOCKET_NAME, new.folder);
    code = run(program, options, &new, &new.child, e);
    if (code < 0) { /* and nothing is at the path, or what is not ours */
        free(new.folder);
        free(new.path);
        return code;
    }
    *s = new;
    return 0;
}

/* A Unix socket is connected at once or not at all, unless the server has no time for new ones. */
static void on_dialed_to_end(void *arg, struct sock *s, const struct err *e) {
    char shutdown[] = "SHUTDOWN NOSAVE\r\n";
    struct iovec v = {.iov_base = shutdown, .iov_len = sizeof shutdown - 1};
    size_t sent;
    (void)arg, (void)e;
    if (s && sock_write(s, &v, 1, &sent, NULL) < 0) sent = 0; /* its guardian will see to it */
    sock_close(s);
}

void scratch_server_ask_end(struct loop *l, const struct scratch *s) {
    struct dial_opts o = {.path = s->path};
    if (s->path) dial_cancel(dial_start(l, &o, on_dialed_to_end, NULL));
}

void scratch_server_end(struct scratch *s) {
    child_guard_end(&s->child);
    if (s->folder) file_remove_tree(s->folder); /* gone already, unless the guardian was killed */
    free(s->folder);
    free(s->path);
    *s = SCRATCH_SERVER_NONE;
}
