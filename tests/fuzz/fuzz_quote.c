/* SPDX-License-Identifier: BSD-3-Clause */
/* resp/quote on any bytes: splitting ends in arguments or a parse error, and quoting what it gave,
 * or the input itself, and splitting again gives the same. */
#include "resp/quote.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok) {
    if (!ok) abort();
}

static void check_arg(const struct resp_quote_args *a, int i, const char *p, size_t len) {
    must(i < a->argc && a->lens[i] == len && a->argv[i][len] == 0);
    must(!len || !memcmp(a->argv[i], p, len));
}

/* Quote every argument onto one line and split that. */
static void check_again(const struct resp_quote_args *a) {
    struct resp_quote_args again;
    struct buf line;
    resp_quote_init(&again);
    buf_init(&line, SIZE_MAX);
    for (int i = 0; i < a->argc; i++) {
        resp_quote_add(&line, a->argv[i], a->lens[i]);
        buf_addc(&line, ' ');
    }
    must(!resp_quote_split(&again, line.p, line.len, NULL) && again.argc == a->argc);
    for (int i = 0; i < a->argc; i++)
        check_arg(&again, i, a->argv[i], a->lens[i]);
    resp_quote_release(&again);
    buf_release(&line);
}

static void check_undo(const char *p, size_t len) {
    struct buf line, out;
    buf_init(&line, SIZE_MAX);
    buf_init(&out, len);
    resp_quote_add(&line, p, len);
    for (size_t i = 0; i < line.len; i++)
        must(line.p[i] >= ' ' && line.p[i] <= '~');
    must(!resp_quote_undo(&out, line.p, line.len, NULL));
    must(out.len == len && (!len || !memcmp(out.p, p, len)));
    buf_release(&line);
    buf_release(&out);
}

/* The words as they were typed are the arguments. */
static void check_words(const struct resp_quote_args *a, const char *line, size_t len) {
    struct buf word;
    size_t from = 0, to = 0;
    int n = 0;
    for (; resp_quote_next(line, len, &from, &to); n++) {
        buf_init(&word, len);
        must(n < a->argc && !resp_quote_undo(&word, line + from, to - from, NULL));
        must(word.len == a->lens[n] && (!word.len || !memcmp(word.p, a->argv[n], word.len)));
        buf_release(&word);
    }
    must(n == a->argc);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct resp_quote_args a;
    struct err e = {0};
    resp_quote_init(&a);
    int rc = resp_quote_split(&a, (const char *)data, size, &e);
    must(rc == 0 || (rc == VK_EPARSE && e.code == rc && !a.argc));
    if (!rc) check_again(&a);
    if (!rc) check_words(&a, (const char *)data, size);
    check_undo((const char *)data, size);
    resp_quote_release(&a);
    return 0;
}
