/* SPDX-License-Identifier: BSD-3-Clause */
/* A file written whole or not at all. See file.h. The invariant: until the rename in
 * file_out_commit nothing at the target has changed, and whoever looks for it sees the old file or
 * none. */
#include "io/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"

enum { LINKS_MAX = 40, NAME_BYTES_SHOWN = 300, EARLY_BYTES = 4 << 20, NAMES_MAX = 100 };

struct file_out {
    char *shown;  /* as the user named it */
    char *target; /* where it goes, links followed; NULL = written directly */
    char *temp;   /* beside the target */
    bool unnamed; /* nothing is called temp yet: whatever ends us, nothing is left behind */
    int fd;
    mode_t mode;         /* for the finished file */
    bool replaces;       /* another, whose mode that is */
    bool appends, made;  /* made: the file is new */
    off_t before, after; /* its size, when appending to a regular file */
    off_t given, early;  /* bytes written to a temporary file, and on their way to the disk */
    struct err failed;   /* the first fault; code 0 = none */
};

static int fail(const char *path, const char *what, struct err *e) {
    return err_sys(e, VK_EFILE, "cannot write '%.*s'%s", NAME_BYTES_SHOWN, path, what);
}

static void free_out(struct file_out *f) {
    free(f->shown);
    free(f->target);
    free(f->temp);
    free(f);
}

/* Length of the folder part of path, its slash included. */
static size_t folder_len(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

/* path with its last component replaced by name, or name alone when that is absolute. */
static char *beside(const char *path, const char *name) {
    size_t folder = name[0] == '/' ? 0 : folder_len(path), len = strlen(name);
    char *joined = mem_alloc(folder + len + 1);
    memcpy(joined, path, folder);
    memcpy(joined + folder, name, len + 1);
    return joined;
}

/* The file behind a chain of links, which need not exist; NULL with errno. */
static char *follow_links(const char *path) {
    char *at = mem_strdup(path), name[PATH_MAX];
    for (int links = 0; links < LINKS_MAX; links++) {
        ssize_t len = readlink(at, name, sizeof name - 1);
        if (len < 0) return at; /* no link: a file, or nothing yet */
        name[len] = 0;
        char *next = beside(at, name);
        free(at);
        at = next;
    }
    free(at);
    errno = ELOOP;
    return NULL;
}

/* ".NAME.XXXXXX" beside target; a long name is cut, a file name has at most 255 bytes. */
static char *temp_name(const char *target) {
    char name[256];
    snprintf(name, sizeof name, ".%.200s.XXXXXX", target + folder_len(target));
    return beside(target, name);
}

static int open_directly(struct file_out *f, struct err *e) {
    f->fd = strcmp(f->shown, "-") == 0 ? STDOUT_FILENO : open(f->shown, O_WRONLY | O_CLOEXEC);
    return f->fd < 0 ? fail(f->shown, "", e) : 0;
}

/* By what an open file without a name can be given one. */
static void path_of_fd(int fd, char text[64]) {
    snprintf(text, 64, "/proc/self/fd/%d", fd);
}

/* A file in target's folder that has no name; -1 where the system does not do such. */
static int open_unnamed(const char *target) {
    int fd = -1;
#ifdef O_TMPFILE
    char *folder = mem_dup(target, folder_len(target)), proc[64];
    fd = open(*folder ? folder : ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    free(folder);
    path_of_fd(fd, proc);
    if (fd >= 0 && access(proc, F_OK) < 0) {
        close(fd);
        fd = -1;
    }
#else
    (void)target;
#endif
    return fd;
}

/* existing may be NULL. */
static int open_temp(struct file_out *f, const struct stat *existing, struct err *e) {
    f->mode = existing ? existing->st_mode & 0777 : 0600;
    f->replaces = existing;
    f->target = follow_links(f->shown);
    /* renaming would get around the write protection that an ordinary write respects */
    if (!f->target || (existing && faccessat(AT_FDCWD, f->target, W_OK, AT_EACCESS) < 0))
        return fail(f->shown, "", e);
    f->temp = temp_name(f->target);
    f->fd = open_unnamed(f->target);
    f->unnamed = f->fd >= 0;
    if (!f->unnamed) f->fd = mkostemp(f->temp, O_CLOEXEC);
    return f->fd < 0 ? fail(f->shown, ": no new file in its folder", e) : 0;
}

int file_out_open(const char *path, struct file_out **out, struct err *e) {
    struct stat st;
    bool exists = stat(path, &st) == 0;
    /* links are followed here by hand: one that the kernel refuses to follow must not be */
    if (!exists && errno != ENOENT) return fail(path, "", e);
    if (exists && S_ISDIR(st.st_mode)) {
        errno = EISDIR;
        return fail(path, "", e);
    }
    struct file_out *f = mem_zalloc(1, sizeof *f);
    f->shown = mem_strdup(path);
    bool direct = strcmp(path, "-") == 0 || (exists && !S_ISREG(st.st_mode));
    int code = direct ? open_directly(f, e) : open_temp(f, exists ? &st : NULL, e);
    if (code < 0)
        free_out(f);
    else
        *out = f;
    return code;
}

void file_out_mode(struct file_out *f, unsigned mode) {
    mode_t mask = umask(0);
    umask(mask);
    if (!f->replaces) f->mode = (mode_t)mode & ~mask;
}

static int open_at_end(struct file_out *f, struct err *e) {
    enum { HOW = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC };
    struct stat st;
    f->fd = open(f->shown, HOW | O_EXCL, 0600);
    f->made = f->fd >= 0;
    if (!f->made) f->fd = open(f->shown, HOW, 0600); /* it exists, or it is a link to nothing */
    if (f->fd < 0 || fstat(f->fd, &st) < 0) return fail(f->shown, "", e);
    f->appends = S_ISREG(st.st_mode);
    f->before = f->after = st.st_size;
    return 0;
}

int file_out_append(const char *path, struct file_out **out, struct err *e) {
    struct file_out *f = mem_zalloc(1, sizeof *f);
    f->shown = mem_strdup(path);
    int code = open_at_end(f, e);
    if (code < 0)
        file_out_abort(f);
    else
        *out = f;
    return code;
}

/* Take back what was appended, if it is still the file's end. */
static void shorten(const struct file_out *f) {
    struct stat st;
    if (fstat(f->fd, &st) < 0 || st.st_size != f->after) return;
    if (f->made && f->before == 0)
        unlink(f->shown);
    else if (ftruncate(f->fd, f->before) < 0) { /* it keeps what it has */
    }
}

/* The disk begins with what is there, so that the fsync at the end of a large file is short. */
static void begin_early(struct file_out *f, size_t n) {
    f->given += (off_t)n;
    if (!f->temp || f->given - f->early < EARLY_BYTES) return;
#ifdef SYNC_FILE_RANGE_WRITE
    sync_file_range(f->fd, f->early, f->given - f->early, SYNC_FILE_RANGE_WRITE);
#endif
    f->early = f->given;
}

int file_out_write(struct file_out *f, const char *p, size_t n, struct err *e) {
    struct err why;
    if (!f->failed.code) {
        int code = file_write_fd(f->fd, p, n, &why);
        if (f->appends) f->after += (off_t)n;
        if (code == 0) {
            begin_early(f, n);
            return 0;
        }
        errno = why.sys;
        if (code == VK_EFILE)
            fail(f->shown, "", &f->failed);
        else
            f->failed = why;
    }
    if (e) *e = f->failed;
    return f->failed.code;
}

/* A rename is safe from a crash only when the folder is on disk too; not every file system can. */
static void sync_folder(const char *target) {
    char *folder = mem_dup(target, folder_len(target));
    int fd = open(*folder ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    free(folder);
}

static int close_fd(struct file_out *f) {
    int fd = f->fd;
    f->fd = -1;
    return fd == STDOUT_FILENO && !f->target ? 0 : close(fd);
}

/* The unnamed file becomes temp, whatever is called so already. */
static int give_name(struct file_out *f) {
    char proc[64];
    size_t len = strlen(f->temp) - 6; /* of "XXXXXX" */
    path_of_fd(f->fd, proc);
    for (int i = 0; i < NAMES_MAX; i++) {
        snprintf(f->temp + len, 7, "%06x", (unsigned)(clock_now_ns() + i) & 0xffffff);
        if (linkat(AT_FDCWD, proc, AT_FDCWD, f->temp, AT_SYMLINK_FOLLOW) == 0) {
            f->unnamed = false;
            return 0;
        }
        if (errno != EEXIST) return -1;
    }
    return -1;
}

static int put_in_place(struct file_out *f) {
    if (f->target && (fchmod(f->fd, f->mode) < 0 || fsync(f->fd) < 0)) return -1;
    if (f->unnamed && give_name(f) < 0) return -1;
    if (close_fd(f) < 0) return -1;
    if (!f->target) return 0;
    if (rename(f->temp, f->target) < 0) return -1;
    sync_folder(f->target);
    return 0;
}

int file_out_commit(struct file_out *f, struct err *e) {
    int code = f->failed.code;
    if (code < 0) {
        if (e) *e = f->failed;
    } else if (put_in_place(f) < 0) {
        code = fail(f->shown, "", e);
    }
    if (code < 0)
        file_out_abort(f);
    else
        free_out(f);
    return code;
}

void file_out_abort(struct file_out *f) {
    if (!f) return;
    if (f->appends && f->fd >= 0) shorten(f);
    if (f->fd >= 0) close_fd(f);
    if (f->temp && !f->unnamed) unlink(f->temp);
    free_out(f);
}
