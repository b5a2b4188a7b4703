/* SPDX-License-Identifier: BSD-3-Clause */
/* See about.h. */
#include "ui/about.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "io/file.h"
#include "io/signal.h"
#include "io/tty.h"

#define TEXT_MAX ((size_t)1 << 20)

static int write_out(const struct buf *text, struct err *e) {
    struct err why;
    int code = file_write_fd(STDOUT_FILENO, text->p, text->len, &why);
    if (code == 0) return 0;
    if (why.sys == EPIPE) signal_reraise(SIGPIPE);
    return err_set(e, VK_EFILE, "cannot write standard output: %s", strerror(why.sys));
}

int about_print(const struct opt_program *program, const char *completion, const char *version,
                struct err *e) {
    struct buf text;
    int code = 0;
    buf_init(&text, TEXT_MAX);
    if (completion)
        code = opt_completion(program, completion, &text, e);
    else if (version)
        buf_addf(&text, "%s\n", version);
    else
        opt_help(program, tty_columns(STDOUT_FILENO), &text);
    if (code == 0) code = write_out(&text, e);
    buf_release(&text);
    return code;
}
