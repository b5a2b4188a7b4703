/* SPDX-License-Identifier: BSD-3-Clause */
/* What a server said, kept from one start to the next. */
#include <string.h>

#include "ui/grammar_impl.h"

int grammar_save(const struct grammar *g, struct buf *out) {
    buf_adds(out, GRAMMAR_FIRST_LINE);
    for (size_t i = 0; i < g->server.n; i++)
        grammar_text_write(&g->server.rows[i], out);
    return out->over ? VK_ELIMIT : 0;
}

int grammar_load(struct grammar *g, const char *p, size_t len, struct err *e) {
    const size_t first = strlen(GRAMMAR_FIRST_LINE);
    struct grammar_set set;
    if (len > GRAMMAR_SAVE_MAX) return err_set(e, VK_EPARSE, "a grammar of %zu bytes", len);
    if (len < first || memcmp(p, GRAMMAR_FIRST_LINE, first) != 0)
        return err_set(e, VK_EPARSE, "this is no grammar of this version");
    if (len == first) return 0;
    grammar_set_init(&set);
    int code = grammar_text_parse(&set, p + first, len - first);
    if (code)
        err_set(e, VK_EPARSE, "the grammar is damaged");
    else
        grammar_adopt(g, &set);
    grammar_set_release(&set);
    return code ? VK_EPARSE : 0;
}
