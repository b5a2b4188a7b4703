/* SPDX-License-Identifier: BSD-3-Clause */
/* vktail: tail MONITOR, pub/sub and keyspace events over every node. So far only its name and
 * version: the rest comes with its own work, on the library that vk stands on. */
#include <stddef.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/opt.h"
#include "io/file.h"
#include "io/tty.h"

struct options {
    bool help, version;
};

static const struct opt_row rows[] = {
    {0, "help", OPT_FLAG, offsetof(struct options, help), .help = "this text"},
    {0, "version", OPT_FLAG, offsetof(struct options, version), .help = "name and version"},
    {0},
};

int main(int argc, char **argv) {
    struct options o = {0};
    const struct opt_group groups[] = {{rows, &o}, {0}};
    const struct opt_program program = {
        .name = "vktail",
        .summary = "tail MONITOR, pub/sub and keyspace events over every node",
        .usage = (const char *const[]){"--help | --version", NULL},
        .groups = groups,
        .notes = (const char *const[]){"This version has no tailing yet.", NULL},
    };
    struct err e;
    struct buf text;
    int first;
    msg_program("vktail");
    if (opt_parse(&program, argc, argv, &first, &e) < 0) msg_die(2, "%s", e.text);
    if (!o.help && !o.version) msg_die(2, "this version has no tailing yet (vktail --help)");
    buf_init(&text, 1 << 16);
    if (o.version)
        buf_addf(&text, "vktail %s\n", VK_VERSION);
    else
        opt_help(&program, tty_columns(STDOUT_FILENO), &text);
    int code = file_write_fd(STDOUT_FILENO, text.p, text.len, &e);
    buf_release(&text);
    return code < 0 ? 2 : 0;
}
