/* SPDX-License-Identifier: BSD-3-Clause */
/* See edit.h. */
#include "edit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "io/child.h"
#include "io/file.h"
#include "pager.h"

enum { PATH_BYTES_MAX = 4096 };

static const char *editor(void) {
    const char *names[] = {getenv("VISUAL"), getenv("EDITOR")};
    for (int i = 0; i < 2; i++)
        if (names[i] && *names[i]) return names[i];
    return "vi";
}

static int put(const char *path, const char *text, size_t len, struct err *e) {
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return err_sys(e, VK_EFILE, "cannot create '%s'", path);
    int code = file_write_fd(fd, text, len, e);
    if (code == 0 && len) code = file_write_fd(fd, "\n", 1, e);
    close(fd);
    return code;
}

static int edit(const char *path, const char *text, size_t len, struct buf *out, struct err *e) {
    const struct child_opts o = pager_environment();
    size_t before = out->len;
    int code = put(path, text, len, e);
    if (code == 0) code = child_terminal(editor(), path, &o, e);
    if (code == 0) code = file_read_all(path, out, e);
    if (code < 0) out->len = before;
    while (out->len > before && (out->p[out->len - 1] == '\n' || out->p[out->len - 1] == '\r'))
        out->len--;
    return code;
}

int edit_text(const char *text, size_t len, struct buf *out, struct err *e) {
    struct buf path;
    char *folder;
    int code = file_temp_dir("vk-edit", &folder, e);
    if (code < 0) return code;
    buf_init(&path, PATH_BYTES_MAX);
    buf_addf(&path, "%s/entry", folder);
    code = edit(buf_cstr(&path), text, len, out, e);
    file_remove_tree(folder);
    buf_release(&path);
    free(folder);
    return code;
}
