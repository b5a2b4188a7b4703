/* SPDX-License-Identifier: BSD-3-Clause */
/* Any bytes as a URI: no crash, no leak, an error with a text or a sane result; wiping keeps the
 * length and a password that was parsed is gone. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "client/uri.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_result(int code, const struct connopt *o, const struct err *e) {
    if (code < 0) {
        assert(code == VK_EUSAGE && e->text[0]);
        return;
    }
    assert(o->port >= 0 && o->port <= 65535 && o->db >= 0 && o->db <= INT32_MAX);
    assert(o->protocol == 0 || o->protocol == 2 || o->protocol == 3);
    assert(o->command_timeout_s >= 0 && o->keepalive_s >= 0);
    assert(!(o->path && o->host));
}

/* After uri_wipe a URI that was right is either right or has nothing to hide. */
static void check_wiped(char *uri, const char *password) {
    size_t len = strlen(uri);
    struct connopt o;
    struct err e;
    uri_wipe(uri);
    assert(strlen(uri) == len);
    connopt_init(&o);
    if (uri_parse(uri, &o, &e) == 0 && password && o.password)
        assert(o.password[strspn(o.password, "x")] == 0);
    connopt_release(&o);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *uri = mem_dup(data, size);
    struct connopt o;
    struct err e = {0};
    connopt_init(&o);
    int code = uri_parse(uri, &o, &e);
    check_result(code, &o, &e);
    if (code == 0) check_wiped(uri, o.password);
    connopt_release(&o);
    free(uri);
    return 0;
}
