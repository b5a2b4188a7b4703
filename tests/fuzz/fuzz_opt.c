/* SPDX-License-Identifier: BSD-3-Clause */
/* Random words, cut at zero bytes, against the connection options: no crash, no leak, an error with
 * a text or a finished struct, and *first within argv. Byte 0 of the input chooses the face and the
 * environment. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "client/connopt.h"

enum { WORDS_MAX = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *no_environment(const char *name) {
    (void)name;
    return NULL;
}

static const char *some_environment(const char *name) {
    return strstr(name, "PORT") ? "7000" : "word";
}

static int cut_words(char *text, size_t size, char *words[WORDS_MAX]) {
    int n = 0;
    for (size_t at = 0; at < size && n < WORDS_MAX - 1; at += strlen(text + at) + 1)
        words[++n] = text + at;
    return n + 1;
}

static void check_parse(int argc, char **argv, uint8_t how) {
    struct connopt o;
    struct err e = {0};
    char place[64];
    int first = -1;
    struct opt_group groups[] = {{connopt_rows, &o}, {0}};
    struct opt_program program = {.name = "fuzz", .groups = groups};
    connopt_init(&o);
    o.lenient = how & 1;
    int code = opt_parse(&program, argc, argv, &first, &e);
    assert(first >= 1 && first <= argc);
    if (code == 0) code = connopt_finish(&o, how & 2 ? some_environment : no_environment, &e);
    assert(code == 0 || (code == VK_EUSAGE && e.text[0]));
    if (code == 0) {
        assert(o.port >= 0 && o.port <= 65535 && o.db >= 0);
        assert(strlen(connopt_where(&o, place, sizeof place)) < sizeof place);
    }
    connopt_release(&o);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char name[] = "fuzz", *words[WORDS_MAX] = {name};
    if (!size) return 0;
    char *text = mem_dup(data + 1, size - 1);
    int argc = cut_words(text, size - 1, words);
    check_parse(argc, words, data[0]);
    free(text);
    return 0;
}
