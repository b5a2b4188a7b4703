/* SPDX-License-Identifier: BSD-3-Clause */
/* See outlet.h. A pipe or a terminal is opened a second time by its name under /proc, which gives a
 * description of our own that may be non-blocking. What has no such name (a socket) is asked before
 * each write, and gets no more than a pipe that is ready is bound to take. A file never makes one
 * wait longer than its disk does. */
#include "io/outlet.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct outlet {
    struct loop *loop;
    loop_fn *fn;
    void *arg;
    int fd, own;  /* own: opened by us, -1 = none */
    bool is_file; /* never full */
    struct loop_watch *watch;
};

static bool is_file(int fd) {
    struct stat s;
    return fstat(fd, &s) == 0 && (S_ISREG(s.st_mode) || S_ISBLK(s.st_mode));
}

static int reopen(int fd) {
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

static void on_ready(void *arg, unsigned events) {
    struct outlet *o = arg;
    (void)events;
    loop_mask(o->loop, o->watch, 0);
    o->fn(o->arg);
}

int outlet_new(struct loop *l, int fd, loop_fn *fn, void *arg, struct outlet **out, struct err *e) {
    struct outlet *o = mem_zalloc(1, sizeof *o);
    *o = (struct outlet){.loop = l, .fn = fn, .arg = arg, .fd = fd, .own = -1};
    o->is_file = is_file(fd);
    if (!o->is_file) o->own = reopen(fd);
    int watched = o->own >= 0 ? o->own : fd;
    int code = o->is_file ? 0 : loop_add(l, watched, 0, on_ready, o, &o->watch, e);
    if (code < 0) {
        outlet_free(o);
        return code;
    }
    *out = o;
    return 0;
}

void outlet_free(struct outlet *o) {
    if (!o) return;
    loop_del(o->loop, o->watch);
    if (o->own >= 0) close(o->own);
    free(o);
}

/* How much may be written now without waiting; 0 = nothing. */
static size_t room(const struct outlet *o, size_t n) {
    struct pollfd p = {.fd = o->fd, .events = POLLOUT};
    if (o->is_file || o->own >= 0) return n;
    if (poll(&p, 1, 0) <= 0) return 0;
    return n < PIPE_BUF ? n : PIPE_BUF;
}

int outlet_write(struct outlet *o, const char *p, size_t n, size_t *taken, struct err *e) {
    size_t done = 0, now;
    while (done < n && (now = room(o, n - done)) > 0) {
        ssize_t wrote = write(o->own >= 0 ? o->own : o->fd, p + done, now);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0 && errno == EAGAIN) break;
        if (wrote < 0) return err_sys(e, VK_EFILE, "cannot write standard output");
        done += (size_t)wrote;
    }
    if (done < n && o->watch) loop_mask(o->loop, o->watch, LOOP_WRITE);
    *taken = done;
    return 0;
}
