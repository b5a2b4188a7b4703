/* SPDX-License-Identifier: BSD-3-Clause */
/* What a hostile server may say of commands: each reply of the input as a COMMAND table, the whole
 * of it as a redirect's text. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/command.h"
#include "core/route.h"
#include "core/slots.h" /* SLOTS_COUNT */

#define TREE_MAX ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void take(struct command_table *t, const struct reply *r) {
    const char *const argv[] = {"GET", "a", "b", "c"};
    struct err e = {0};
    int keys[4];
    int code = command_table_take(t, r, &e);
    assert(code == 0 || code == VK_ESERVER || e.text[0]); /* a server's own words may be none */
    const struct command_info *i = command_find(t, 4, argv, NULL);
    if (i) command_keys(i, 4, argv, NULL, keys, 4);
}

static void redirect(const uint8_t *data, size_t size) {
    const struct route_opts o = ROUTE_OPTS_DEFAULT;
    struct route r = {.sends = 1};
    uint64_t moved = 0;
    char text[128];
    struct route_decision d = route_error(&r, &o, (const char *)data, size, &moved);
    route_explain(&d, &r, &o, text, sizeof text);
    for (const char *p = text; *p; p++)
        assert((unsigned char)*p >= ' ' && *p != 0x7f); /* UTF-8 may pass */
    if (d.action == ROUTE_MOVED) assert(d.slot < SLOTS_COUNT && d.port > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct resp_limits limits = {.depth = 32, .elements = 4096, .bulk = 4096, .line = 4096};
    struct resp_reader reader;
    struct reply_builder b;
    struct resp_event ev;
    struct command_table *t = command_table_new();
    resp_read_init(&reader, &limits);
    resp_read_feed(&reader, (const char *)data, size);
    reply_builder_init(&b, TREE_MAX);
    while (resp_read_next(&reader, &ev) > 0) {
        if (reply_build(&b, &ev) != 0) continue;
        take(t, b.root);
        reply_builder_clear(&b);
    }
    redirect(data, size);
    reply_builder_release(&b);
    resp_read_release(&reader);
    command_table_free(t);
    return 0;
}
