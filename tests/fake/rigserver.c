/* SPDX-License-Identifier: BSD-3-Clause */
/* A server with exact timing, for a load generator's tests: it answers every command, on any number
 * of connections, with one reply at a time that is laid down here.
 *
 *   rigserver [delay=US] [gap=US] [stall=AT_MS:FOR_MS] [close=N] [extra=N] [reply=TEXT]
 *
 *   delay   a reply leaves so long after its command came        gap    and so long after the one
 * before stall   once, counted from the first GET: silence            close  hang up instead of the
 * Nth GET's extra   one reply too many after the Nth GET                         reply (once) reply
 * for each GET (\r \n are undone); all else gets +OK
 *
 * It listens on a free loopback port and prints it. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PEERS = 1024, QUEUE = 1 << 14 };

static struct peer {
    int fd;
    long args, skip, number; /* framing: arguments left, bytes left of one, the number being read */
    char type, word[4];      /* '*' or '$' while its number is read; the command's first bytes */
    int word_len, first;     /* in the first argument */
    long long due[QUEUE];    /* of the replies that wait */
    char get[QUEUE];
    unsigned from, to;
} peers[PEERS];
static struct pollfd polled[PEERS + 1];
static int n_peers;

static long delay_us, gap_us, stall_at_ms = -1, stall_ms, close_at = -1, extra_at = -1, gets;
static char reply[4096] = "+OK\r\n";
static long long first_get;

static long long now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void undo(char *text) {
    char *to = text;
    for (const char *p = text; *p; p++) {
        if (p[0] == '\\' && (p[1] == 'r' || p[1] == 'n'))
            *to++ = *++p == 'r' ? '\r' : '\n';
        else
            *to++ = *p;
    }
    *to = 0;
}

static void ask(struct peer *p, long long now) {
    int get = p->word_len >= 3 && !strncasecmp(p->word, "GET", 3);
    long long due = now + delay_us * 1000;
    if (get && !first_get) first_get = now;
    if (p->to != p->from && p->due[(p->to - 1) % QUEUE] + gap_us * 1000 > due)
        due = p->due[(p->to - 1) % QUEUE] + gap_us * 1000;
    p->due[p->to % QUEUE] = due;
    p->get[p->to++ % QUEUE] = (char)get;
    p->word_len = 0;
}

/* Framing of `*N`, `$len`, payload. */
static void feed(struct peer *p, const char *b, long n, long long now) {
    for (long i = 0; i < n; i++) {
        if (p->skip) {
            if (p->first && p->word_len < 3 && p->skip > 2) p->word[p->word_len++] = b[i];
            if (--p->skip == 0 && p->args == 0) ask(p, now);
            if (!p->skip) p->first = 0;
        } else if (!p->type) {
            p->type = b[i];
            p->number = 0;
        } else if (b[i] == '\n') {
            if (p->type == '*') p->args = p->number, p->first = 1;
            if (p->type == '$') p->args--, p->skip = p->number + 2;
            p->type = 0;
        } else if (b[i] >= '0' && b[i] <= '9') {
            p->number = p->number * 10 + b[i] - '0';
        }
    }
}

static void drop(struct peer *p) {
    close(p->fd);
    int fd = peers[n_peers - 1].fd; /* the last one moves to the free place */
    if (p != &peers[n_peers - 1]) *p = peers[n_peers - 1];
    p->fd = fd;
    n_peers--;
}

static long long stalled_until(long long now) {
    if (!first_get || stall_at_ms < 0) return 0;
    long long from = first_get + stall_at_ms * 1000000LL, to = from + stall_ms * 1000000LL;
    return now >= from && now < to ? to : 0;
}

/* Answer what is due, in one write; false when the peer is gone. */
static int answer(struct peer *p, long long now) {
    static char out[QUEUE * 8];
    size_t len = 0, room = sizeof out - 2 * sizeof reply;
    while (p->from != p->to && p->due[p->from % QUEUE] <= now && len < room) {
        int get = p->get[p->from++ % QUEUE], times = 1;
        gets += get;
        if (get && gets == close_at) return 0;
        if (get && gets == extra_at) times = 2;
        while (times--)
            len += (size_t)snprintf(out + len, sizeof out - len, "%s", get ? reply : "+OK\r\n");
    }
    return !len || write(p->fd, out, len) == (ssize_t)len;
}

static long long earliest(void) {
    long long at = 0;
    for (int i = 0; i < n_peers; i++) {
        struct peer *p = &peers[i];
        if (p->from != p->to && (!at || p->due[p->from % QUEUE] < at)) at = p->due[p->from % QUEUE];
    }
    return at;
}

static void wait_until(int listener) {
    long long now = now_ns(), at = earliest(), stall = stalled_until(now);
    struct timespec t, *wait = NULL;
    if (stall > at) at = stall;
    if (at) {
        long long left = at > now + 60000 ? at - now - 60000 : 0; /* the last 60 us are spun */
        t = (struct timespec){left / 1000000000LL, left % 1000000000LL};
        wait = &t;
    }
    polled[0] = (struct pollfd){.fd = listener, .events = POLLIN};
    for (int i = 0; i < n_peers; i++)
        polled[i + 1] = (struct pollfd){.fd = peers[i].fd, .events = POLLIN};
    if (ppoll(polled, (nfds_t)n_peers + 1, wait, NULL) < 0) exit(1);
}

static void serve(int listener) {
    static char bytes[1 << 16];
    int one = 1, n = n_peers;
    for (int i = n - 1; i >= 0; i--) {
        if (!polled[i + 1].revents) continue;
        long got = read(peers[i].fd, bytes, sizeof bytes);
        if (got <= 0)
            drop(&peers[i]);
        else
            feed(&peers[i], bytes, got, now_ns());
    }
    if (polled[0].revents && n_peers < PEERS) {
        int fd = accept(listener, NULL, NULL);
        if (fd < 0) return;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        memset(&peers[n_peers], 0, sizeof peers[0]);
        peers[n_peers++].fd = fd;
    }
    for (int i = n_peers - 1; i >= 0 && !stalled_until(now_ns()); i--)
        if (!answer(&peers[i], now_ns())) drop(&peers[i]);
}

static void option(const char *arg) {
    const char *value = strchr(arg, '=');
    if (!value++) exit(2);
    if (!strncmp(arg, "delay=", 6)) delay_us = atol(value);
    if (!strncmp(arg, "gap=", 4)) gap_us = atol(value);
    if (!strncmp(arg, "close=", 6)) close_at = atol(value);
    if (!strncmp(arg, "extra=", 6)) extra_at = atol(value);
    if (!strncmp(arg, "stall=", 6)) {
        stall_at_ms = atol(value);
        stall_ms = atol(strchr(value, ':') ? strchr(value, ':') + 1 : "0");
    }
    if (!strncmp(arg, "reply=", 6)) {
        snprintf(reply, sizeof reply, "%s", value);
        undo(reply);
    }
}

int main(int argc, char **argv) {
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof addr;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    for (int i = 1; i < argc; i++)
        option(argv[i]);
    signal(SIGPIPE, SIG_IGN);
    if (bind(listener, (struct sockaddr *)&addr, len) || listen(listener, 512) ||
        getsockname(listener, (struct sockaddr *)&addr, &len))
        return perror("rigserver"), 1;
    printf("%d\n", ntohs(addr.sin_port));
    fflush(stdout);
    for (;;) {
        wait_until(listener);
        serve(listener);
    }
}
