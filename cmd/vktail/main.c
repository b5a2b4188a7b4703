/* SPDX-License-Identifier: BSD-3-Clause */
/* vktail: tail MONITOR, pub/sub and keyspace events over every node. So far only its name and
 * version: the rest comes with its own work, on the library that vk stands on. */
#include <stddef.h>

#include "base/msg.h"
#include "base/opt.h"
#include "ui/about.h"

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
    int first;
    msg_program("vktail");
    if (opt_parse(&program, argc, argv, &first, &e) < 0) msg_die(2, "%s", e.text);
    if (!o.help && !o.version) msg_die(2, "this version has no tailing yet (vktail --help)");
    if (about_print(&program, NULL, o.version ? "vktail " VK_VERSION : NULL, &e) < 0)
        msg_die(2, "%s", e.text);
    return 0;
}
