/* SPDX-License-Identifier: BSD-3-Clause */
/* ui/ldb and ui/luaerr on any bytes: a script, a zero, and lines of a server's. Whatever they are,
 * what is shown has no control character but newlines, and breakpoints stay inside the script. */
#include <stdlib.h>
#include <string.h>

#include "ui/ldb.h"
#include "ui/luaerr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok) {
    if (!ok) abort();
}

static void must_be_harmless(const struct buf *out) {
    for (size_t i = 0; i < out->len; i++)
        must(out->p[i] == '\n' || (unsigned char)out->p[i] >= ' ');
}

/* An array of simple strings, one a line. */
static struct reply *lines_of(char *p, struct reply *root) {
    struct reply **next = &root->child;
    *root = (struct reply){.type = RESP_ARRAY};
    for (char *nl; p; p = nl) {
        nl = strchr(p, '\n');
        if (nl) *nl++ = 0;
        *next = mem_zalloc(1, sizeof **next);
        **next = (struct reply){.type = RESP_SIMPLE, .p = p, .len = strlen(p)};
        next = &(*next)->next;
    }
    return root;
}

static void show(const char *script, size_t len, char *lines, bool cut) {
    const char *const argv[] = {"break", lines};
    const size_t lens[] = {5, strcspn(lines, "\n")};
    struct reply root;
    struct ldb l;
    struct buf out;
    buf_init(&out, SIZE_MAX / 2);
    ldb_init(&l, "script", script, len);
    must(ldb_take(&l, 2, argv, lens, lines_of(lines, &root)));
    ldb_show(&l, &(struct ldb_look){.columns = cut ? 30 : 0, .around = 2, .cut = cut}, &root, &out);
    must_be_harmless(&out);
    buf_clear(&out);
    must(ldb_breakpoints(&l, &out) <= l.n_lines);
    for (struct reply *r = root.child, *next; r; r = next) {
        next = r->next;
        free(r);
    }
    ldb_release(&l);
    buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = mem_dup(data, size);
    size_t len = strlen(text), rest = len < size ? len + 1 : len;
    struct buf out;
    buf_init(&out, SIZE_MAX / 2);
    luaerr_add(&out, "script", text, len, text + rest, size - rest);
    must_be_harmless(&out);
    buf_release(&out);
    show(text, len, text + rest, size % 2);
    free(text);
    return 0;
}
