/* SPDX-License-Identifier: BSD-3-Clause */
/* See gzfile.h. zlib's own file functions do both plain and compressed files; here they get this
 * house's errors. */
#include "io/gzfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "io/signal.h"

enum { BUFFER_BYTES = 1 << 17 };

struct gzfile {
    gzFile gz;
    char path[];
};

/* fd is taken over. */
static int begin(int fd, const char *path, const char *mode, struct gzfile **out, struct err *e) {
    size_t len = strlen(path);
    struct gzfile *f = mem_zalloc(1, sizeof *f + len + 1);
    memcpy(f->path, path, len);
    f->gz = gzdopen(fd, mode);
    if (!f->gz) {
        close(fd);
        free(f);
        return err_set(e, VK_EFILE, "cannot read or write '%.300s'", path);
    }
    gzbuffer(f->gz, BUFFER_BYTES);
    *out = f;
    return 0;
}

static bool is_regular(const char *path) {
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

int gzfile_create(const char *path, bool compressed, struct gzfile **out, struct err *e) {
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST && !is_regular(path)) fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return err_sys(e, VK_EFILE, "cannot create '%.300s'", path);
    return begin(fd, path, compressed ? "wb6" : "wbT", out, e);
}

int gzfile_open(const char *path, struct gzfile **out, struct err *e) {
    bool standard = !strcmp(path, "-");
    struct stat st;
    int fd = standard ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) : open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
        close(fd);
        fd = -1;
        errno = EISDIR;
    }
    if (fd < 0) return err_sys(e, VK_EFILE, "cannot open '%.300s'", path);
    return begin(fd, standard ? "standard input" : path, "rb", out, e);
}

void gzfile_free(struct gzfile *f) {
    if (!f) return;
    gzclose(f->gz);
    free(f);
}

/* zlib's own name for it, "<fd:3>: ", says nothing. */
static const char *without_name(const char *text) {
    const char *end = *text == '<' ? strstr(text, ">: ") : NULL;
    return end ? end + 3 : text;
}

/* What zlib says of the last call, with errno's text where that is behind it. */
static int failed(struct gzfile *f, const char *verb, struct err *e) {
    int why, sys = errno;
    const char *text = gzerror(f->gz, &why);
    errno = sys;
    if (why == Z_ERRNO) return err_sys(e, VK_EFILE, "cannot %s '%.300s'", verb, f->path);
    return err_set(e, why == Z_BUF_ERROR || why == Z_DATA_ERROR ? VK_EPARSE : VK_EFILE,
                   "cannot %s '%.300s': %.100s", verb, f->path, without_name(text));
}

int gzfile_write(struct gzfile *f, const char *p, size_t n, struct err *e) {
    while (n) {
        unsigned piece = n < INT_MAX ? (unsigned)n : INT_MAX;
        if (gzwrite(f->gz, p, piece) <= 0) return failed(f, "write", e);
        p += piece;
        n -= piece;
    }
    return 0;
}

int gzfile_flush(struct gzfile *f, struct err *e) {
    return gzflush(f->gz, Z_SYNC_FLUSH) == Z_OK ? 0 : failed(f, "write", e);
}

int gzfile_close(struct gzfile *f, struct err *e) {
    int code = 0, why = gzflush(f->gz, Z_FINISH);
    if (why != Z_OK) code = failed(f, "write", e);
    why = gzclose(f->gz);
    if (code == 0 && why != Z_OK) code = err_sys(e, VK_EFILE, "cannot write '%.300s'", f->path);
    free(f);
    return code;
}

int64_t gzfile_size(const struct gzfile *f) {
    return gzoffset(f->gz);
}

int gzfile_read(struct gzfile *f, char *p, size_t n, size_t *got, struct err *e) {
    int why, taken = gzread(f->gz, p, n < INT_MAX ? (unsigned)n : INT_MAX);
    if (taken < 0 && errno == EINTR && signal_stop()) {
        gzclearerr(f->gz);
        return err_set(e, VK_ECANCEL, "interrupted");
    }
    if (taken < 0) return failed(f, "read", e);
    gzerror(f->gz, &why);
    if (taken == 0 && why == Z_BUF_ERROR) return failed(f, "read", e);
    *got = (size_t)taken;
    return 0;
}
