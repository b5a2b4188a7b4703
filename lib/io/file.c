/* SPDX-License-Identifier: BSD-3-Clause */
/* Whole reads and writes on descriptors that may be non-blocking, secrets, and private folders. See
 * file.h; files that appear when complete are in file_out.c. A stop signal (io/signal) ends a call
 * that waits: VK_ECANCEL. */
#include "io/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/signal.h"

enum { CHUNK_BYTES = 1 << 16, SECRET_BYTES_MAX = 1 << 16, NAME_MAX_SHOWN = 300 };

void file_fill_standard(void) {
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        while (fcntl(fd, F_GETFD) < 0)
            if (open("/dev/null", fd == STDOUT_FILENO ? O_RDONLY : O_WRONLY) < 0) return;
}

/* After a call that failed: 0 = try again (waiting for `events` if it would block), else the error.
 */
static int retry(int fd, short events, struct err *e) {
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
        struct pollfd p = {.fd = fd, .events = events};
        if (poll(&p, 1, -1) >= 0) return 0;
    }
    if (errno != EINTR) return VK_EFILE;
    return signal_stop() ? err_set(e, VK_ECANCEL, "interrupted") : 0;
}

/* *got = 0 at the end of the file */
static int read_some(int fd, char *p, size_t cap, size_t *got, const char *name, struct err *e) {
    for (;;) {
        ssize_t n = read(fd, p, cap);
        if (n >= 0) {
            *got = (size_t)n;
            return 0;
        }
        int code = retry(fd, POLLIN, e);
        if (code == VK_EFILE) return err_sys(e, code, "cannot read %s", name);
        if (code < 0) return code;
    }
}

/* The buffer is full: is that the end? */
static int expect_end(int fd, size_t max, const char *name, struct err *e) {
    char c;
    size_t got;
    int code = read_some(fd, &c, 1, &got, name, e);
    if (code < 0 || !got) return code;
    return err_set(e, VK_EFILE, "%s is larger than %zu bytes", name, max);
}

static int read_all(int fd, struct buf *out, const char *name, struct err *e) {
    for (;;) {
        size_t room = out->max - out->len, got;
        if (!room) return expect_end(fd, out->max, name, e);
        char *p = buf_reserve(out, room < CHUNK_BYTES ? room : CHUNK_BYTES);
        /* what the buffer has spare is used too */
        int code = read_some(fd, p, out->cap - out->len, &got, name, e);
        if (code < 0 || !got) return code;
        out->len += got;
    }
}

/* One byte at a time: what follows the line stays in a pipe for its next reader. */
static int read_line(int fd, char *line, size_t *len, const char *name, struct err *e) {
    size_t n = 0, got;
    for (;;) {
        char c;
        int code = read_some(fd, &c, 1, &got, name, e);
        if (code < 0) return code;
        if (!got || c == '\n') break;
        if (n == SECRET_BYTES_MAX)
            return err_set(e, VK_EFILE, "the first line of %s is longer than %d bytes", name,
                           SECRET_BYTES_MAX);
        line[n++] = c;
    }
    if (got && n && line[n - 1] == '\r') n--;
    *len = n;
    return 0;
}

static int read_secret(int fd, struct buf *out, const char *name, struct err *e) {
    char *line = mem_zalloc(1, SECRET_BYTES_MAX);
    size_t len = 0;
    int code = read_line(fd, line, &len, name, e);
    if (code < 0) goto out;
    if (!len)
        code = err_set(e, VK_EFILE, "the first line of %s is empty", name);
    else if (memchr(line, 0, len))
        code = err_set(e, VK_EFILE, "the first line of %s has a NUL byte in it", name);
    else if (buf_add(out, line, len) < 0)
        code =
            err_set(e, VK_EFILE, "the first line of %s is longer than %zu bytes", name, out->max);
out:
    mem_wipe(line, SECRET_BYTES_MAX);
    free(line);
    return code;
}

typedef int read_fn(int fd, struct buf *out, const char *name, struct err *e);

static int with_path(const char *path, read_fn *fn, struct buf *out, struct err *e) {
    char name[NAME_MAX_SHOWN + 8];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return err_sys(e, VK_EFILE, "cannot read '%.*s'", NAME_MAX_SHOWN, path);
    snprintf(name, sizeof name, "'%.*s'", NAME_MAX_SHOWN, path);
    int code = fn(fd, out, name, e);
    close(fd);
    return code;
}

static int with_fd(int fd, read_fn *fn, struct buf *out, struct err *e) {
    char name[32] = "standard input";
    if (fd != STDIN_FILENO) snprintf(name, sizeof name, "descriptor %d", fd);
    return fn(fd, out, name, e);
}

int file_read_all(const char *path, struct buf *out, struct err *e) {
    return with_path(path, read_all, out, e);
}

int file_read_fd(int fd, struct buf *out, struct err *e) {
    return with_fd(fd, read_all, out, e);
}

int file_read_secret(const char *path, struct buf *out, struct err *e) {
    return with_path(path, read_secret, out, e);
}

int file_read_secret_fd(int fd, struct buf *out, struct err *e) {
    return with_fd(fd, read_secret, out, e);
}

int file_write_fd(int fd, const char *p, size_t n, struct err *e) {
    unsigned known = signal_count();
    while (n) {
        ssize_t done = write(fd, p, n);
        if (done >= 0) {
            p += done;
            n -= (size_t)done;
            /* a write that a signal ended in the middle says how far it came, not EINTR */
            if (n && signal_count() != known) return err_set(e, VK_ECANCEL, "interrupted");
            continue;
        }
        int code = retry(fd, POLLOUT, e);
        if (code == VK_EFILE && fd == STDOUT_FILENO)
            return err_sys(e, code, "cannot write standard output");
        if (code == VK_EFILE) return err_sys(e, code, "cannot write descriptor %d", fd);
        if (code < 0) return code;
    }
    return 0;
}

/* ---- folders ---- */

bool file_xdg(struct buf *out, const char *value, const char *home, const char *below_home) {
    if (value && *value == '/') return buf_adds(out, value) == 0;
    return home && *home && buf_addf(out, "%s/%s", home, below_home) == 0;
}

int file_temp_dir(const char *prefix, char **path, struct err *e) {
    const char *parent = getenv("TMPDIR");
    struct buf name;
    buf_init(&name, CHUNK_BYTES);
    if (!parent || !*parent) parent = "/tmp";
    buf_addf(&name, "%s/%s-XXXXXX", parent, prefix);
    char *made = mem_strdup(buf_cstr(&name));
    buf_release(&name);
    if (!mkdtemp(made)) {
        err_sys(e, VK_EFILE, "cannot create a folder in '%.*s'", NAME_MAX_SHOWN, parent);
        free(made);
        return VK_EFILE;
    }
    *path = made;
    return 0;
}

static void remove_entry(int parent, const char *name);

static void empty_folder(int fd) {
    DIR *dir = fdopendir(fd);
    if (!dir) {
        close(fd);
        return;
    }
    for (struct dirent *d; (d = readdir(dir));)
        if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0)
            remove_entry(fd, d->d_name);
    closedir(dir);
}

/* By descriptor, so that nobody can slip a link into the path while we go down. */
static void remove_entry(int parent, const char *name) {
    if (unlinkat(parent, name, 0) == 0) return;
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) return;
    empty_folder(fd);
    unlinkat(parent, name, AT_REMOVEDIR);
}

void file_remove_tree(const char *path) {
    remove_entry(AT_FDCWD, path);
}
