/* SPDX-License-Identifier: BSD-3-Clause */
/* Files that several processes append to. See file_private.h. The invariant: who writes holds a
 * lock on the file that bears the name, shared to append and exclusive to put another in its
 * place. A lock that cannot be had (a file system without locks, a stopped process) is gone
 * without after a while: one line may get lost then, but no shell hangs. */
#include "io/file_private.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/file.h"

enum {
    OTHERS = 077,
    LOCK_TRIES = 200, /* a second: a busy machine takes its time */
    LOCK_WAIT_MS = 5,
    REPLACED_MAX = 100, /* times that a file is replaced under our eyes */
    NAME_BYTES_SHOWN = 300,
};

static int fail(const char *what, const char *path, struct err *e) {
    return err_sys(e, VK_EFILE, "cannot %s '%.*s'", what, NAME_BYTES_SHOWN, path);
}

/* A pipe that nobody reads or writes must not hold us up. */
static int open_regular(const char *path, int flags, struct stat *st) {
    int fd = open(path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0600);
    if (fd < 0 || fstat(fd, st) == 0) return fd;
    close(fd);
    return -1;
}

static int read_regular(int fd, const struct stat *st, const char *path, struct buf *out,
                        struct err *e) {
    struct err why;
    if (!S_ISREG(st->st_mode)) return 0;
    if ((uintmax_t)st->st_size > out->max - out->len)
        return err_set(e, VK_EFILE, "'%.*s' is larger than %zu bytes", NAME_BYTES_SHOWN, path,
                       out->max);
    err_clear(&why);
    int code = file_read_fd(fd, out, &why);
    errno = why.sys;
    return code == VK_EFILE ? fail("read", path, e) : code;
}

int file_private_read(const char *path, struct buf *out, unsigned *mode, struct err *e) {
    struct stat st;
    int fd = open_regular(path, O_RDONLY, &st);
    if (fd < 0) return fail("read", path, e);
    *mode = st.st_mode & 07777;
    int code = read_regular(fd, &st, path, out, e);
    close(fd);
    return code;
}

/* Those above path's last component; what cannot be made is noticed when path is opened. */
static void make_folders(const char *path) {
    char *folder = mem_strdup(path);
    for (char *slash = strchr(folder + (*folder == '/'), '/'); slash;
         slash = strchr(slash + 1, '/')) {
        *slash = 0;
        mkdir(folder, 0700);
        *slash = '/';
    }
    free(folder);
}

static void lock(int fd, int how) {
    for (int i = 0; i < LOCK_TRIES && flock(fd, how | LOCK_NB) < 0; i++) {
        if (errno != EWOULDBLOCK) return;
        poll(NULL, 0, LOCK_WAIT_MS);
    }
}

static bool is_still(const char *path, const struct stat *st) {
    struct stat now;
    return stat(path, &now) == 0 && now.st_ino == st->st_ino && now.st_dev == st->st_dev;
}

/* The file at path, locked; -1 with errno. */
static int open_locked(const char *path, int flags, int how, struct stat *st) {
    for (int i = 0;; i++) {
        int fd = open_regular(path, flags, st);
        if (fd < 0 || !S_ISREG(st->st_mode)) return fd;
        lock(fd, how);
        if (i == REPLACED_MAX || is_still(path, st)) return fd;
        close(fd);
    }
}

static int append(int fd, const struct stat *st, const char *p, size_t n, struct err *e) {
    if (!S_ISREG(st->st_mode)) return 0;
    if (st->st_mode & OTHERS && fchmod(fd, st->st_mode & 0700) < 0)
        return err_sys(e, VK_EFILE, "cannot change the mode");
    return file_write_fd(fd, p, n, e);
}

int file_private_append(const char *path, const char *p, size_t n, struct err *e) {
    struct stat st;
    struct err why;
    err_clear(&why);
    int fd = open_locked(path, O_WRONLY | O_APPEND | O_CREAT, LOCK_SH, &st);
    if (fd < 0 && errno == ENOENT) {
        make_folders(path);
        fd = open_locked(path, O_WRONLY | O_APPEND | O_CREAT, LOCK_SH, &st);
    }
    if (fd < 0) return fail("write", path, e);
    int code = append(fd, &st, p, n, &why);
    close(fd);
    errno = why.sys;
    return code == VK_EFILE ? fail("write", path, e) : code;
}

static int replace(const char *path, const char *p, size_t n, struct err *e) {
    struct file_out *f;
    int code = file_out_open(path, &f, e);
    if (code < 0) return code;
    if (file_out_write(f, p, n, e) < 0) { /* kept in f until the commit */
    }
    return file_out_commit(f, e);
}

int file_private_trim(const char *path, size_t max, file_private_keep_fn *keep_from,
                      struct err *e) {
    struct stat st;
    struct buf all;
    int fd = open_locked(path, O_RDONLY, LOCK_EX, &st);
    if (fd < 0) return fail("read", path, e);
    buf_init(&all, max);
    int code = read_regular(fd, &st, path, &all, e);
    size_t from = code == 0 && all.len ? keep_from(all.p, all.len) : 0;
    if (from) code = replace(path, all.p + from, all.len - from, e);
    buf_release(&all);
    close(fd); /* and the lock is gone */
    return code;
}
