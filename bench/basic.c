/* SPDX-License-Identifier: BSD-3-Clause */
/* The nine operations as a table of arguments, and the pipelines that they are sent in. See
 * basic.h.
 *
 * Pipelines. The Python clients execute theirs when i % P == 0: so the first holds command 0 alone,
 * pipeline b > 0 holds commands (b - 1) P + 1 to b P, and the last one what is left of them. */
#include "bench/basic.h"

#include <string.h>

#include "base/str.h"
#include "resp/write.h"

enum { ARGS_MAX = 8, RANGE = 300, SHOWN_MAX = 40 };
enum row { ROW_COMMAND, ROW_MULTI, ROW_EXEC };

enum part {
    WORD,       /* text */
    KEY_I,      /* text and the command's number i */
    VALUE,      /* the test's value */
    I,          /* i */
    I_PLUS_300, /* i + 300 */
};
enum value { NO_VALUE, TEXT, NUMBER };

struct arg {
    enum part part;
    const char *text;
};
struct test {
    const char *name;
    enum value value;
    int argc;
    struct arg argv[ARGS_MAX];
};

/* clang-format off */
static const struct test tests[BASIC_TESTS] = {
    {"set_str", TEXT, 3, {{WORD, "SET"}, {KEY_I, "set_str:"}, {VALUE, NULL}}},
    {"set_int", NUMBER, 3, {{WORD, "SET"}, {KEY_I, "set_int:"}, {VALUE, NULL}}},
    {"get_str", NO_VALUE, 2, {{WORD, "GET"}, {KEY_I, "set_str:"}}},
    {"get_int", NO_VALUE, 2, {{WORD, "GET"}, {KEY_I, "set_int:"}}},
    {"incr", NO_VALUE, 2, {{WORD, "INCR"}, {WORD, "incr_key"}}},
    {"lpush", NUMBER, 3, {{WORD, "LPUSH"}, {WORD, "lpush_key"}, {VALUE, NULL}}},
    {"lrange_300", NO_VALUE, 4,
     {{WORD, "LRANGE"}, {WORD, "lpush_key"}, {I, NULL}, {I_PLUS_300, NULL}}},
    {"lpop", NO_VALUE, 2, {{WORD, "LPOP"}, {WORD, "lpush_key"}}},
    {"hmset", NO_VALUE, 8,
     {{WORD, "HMSET"}, {WORD, "hmset_key"}, {WORD, "str_value"}, {WORD, "string"},
      {WORD, "int_value"}, {WORD, "123456"}, {WORD, "float_value"}, {WORD, "123456.0"}}},
};
/* clang-format on */

/* ---- the matrix ---- */

void basic_opts_init(struct basic_opts *o) {
    *o = (struct basic_opts){
        .requests = {.v = {100000}, .n = 1},
        .pipeline = {.v = {1}, .n = 1},
        .size = {.v = {2}, .n = 1},
        .how = BASIC_MULTI,
    };
}

static int parse_value(const char *p, size_t len, int64_t min, int64_t max, int64_t *v,
                       struct err *e) {
    if (!len) return err_set(e, VK_EUSAGE, "a number is missing in the list");
    if (str_to_i64(p, len, v) < 0 || *v < min || *v > max)
        return err_set(e, VK_EUSAGE, "'%.*s' is not a whole number from %lld to %lld",
                       (int)(len < SHOWN_MAX ? len : SHOWN_MAX), p, (long long)min, (long long)max);
    return 0;
}

int basic_parse_list(struct basic_list *l, const char *text, int64_t min, int64_t max,
                     struct err *e) {
    struct basic_list list = {.n = 0};
    for (const char *p = text, *next; p; p = next) {
        size_t len = strcspn(p, ",");
        next = p[len] ? p + len + 1 : NULL;
        if (list.n == BASIC_VALUES_MAX)
            return err_set(e, VK_EUSAGE, "more than %d numbers in the list", BASIC_VALUES_MAX);
        int code = parse_value(p, len, min, max, &list.v[list.n++], e);
        if (code < 0) return code;
    }
    *l = list;
    return 0;
}

int basic_cases(const struct basic_opts *o) {
    return o->requests.n * o->pipeline.n * o->size.n;
}

void basic_case(const struct basic_opts *o, int number, struct basic_case *c) {
    c->size = o->size.v[number % o->size.n];
    number /= o->size.n;
    c->pipeline = o->pipeline.v[number % o->pipeline.n];
    number /= o->pipeline.n;
    c->requests = o->requests.v[number];
}

/* ---- one test ---- */

static void make_value(struct buf *b, enum value kind, size_t size) {
    buf_init(b, size);
    if (kind == NO_VALUE) return;
    char *p = buf_reserve(b, size);
    memset(p, '0', size);
    p[0] = kind == TEXT ? 'a' : '1';
    b->len = size;
}

/* text and v behind it; returns the length. */
static size_t put_number(char *dst, const char *text, uint64_t v) {
    size_t len = strlen(text);
    memcpy(dst, text, len);
    return len + str_put_u64(dst + len, v);
}

static void write_command(const struct basic_test *b, uint64_t i, struct buf *out) {
    const struct test *t = &tests[b->number];
    char digits[ARGS_MAX][STR_INT_MAX + 16];
    const char *argv[ARGS_MAX];
    size_t lens[ARGS_MAX];
    for (int a = 0; a < t->argc; a++) {
        const struct arg *arg = &t->argv[a];
        argv[a] = digits[a];
        switch (arg->part) {
        case WORD:
            argv[a] = arg->text;
            lens[a] = strlen(arg->text);
            break;
        case VALUE:
            argv[a] = b->value.p;
            lens[a] = b->value.len;
            break;
        case KEY_I: lens[a] = put_number(digits[a], arg->text, i); break;
        case I: lens[a] = str_put_u64(digits[a], i); break;
        case I_PLUS_300: lens[a] = str_put_u64(digits[a], i + RANGE); break;
        }
    }
    resp_write_argv(out, t->argc, argv, lens);
}

/* How many pipelines carry n commands. */
static uint64_t pipelines(uint64_t n, uint64_t pipeline) {
    return 1 + (n - 1 + pipeline - 1) / pipeline;
}

static int write_plain(void *arg, uint64_t op, struct buf *out, uint16_t *rows) {
    const struct basic_test *b = arg;
    rows[0] = ROW_COMMAND;
    /* a warm-up's operations have other numbers: they use the same keys */
    write_command(b, op % (uint64_t)b->c.requests, out);
    return 1;
}

static void write_word(const char *word, struct buf *out) {
    resp_write_argv(out, 1, &word, NULL);
}

static int write_multi(void *arg, uint64_t op, struct buf *out, uint16_t *rows) {
    const struct basic_test *b = arg;
    uint64_t n = (uint64_t)b->c.requests, p = (uint64_t)b->c.pipeline;
    op %= pipelines(n, p);
    uint64_t i = op ? (op - 1) * p + 1 : 0, end = op ? op * p + 1 : 1;
    int count = 0;
    if (end > n) end = n;
    write_word("MULTI", out);
    rows[count++] = ROW_MULTI;
    for (; i < end; i++) {
        write_command(b, i, out);
        rows[count++] = ROW_COMMAND;
    }
    write_word("EXEC", out);
    rows[count++] = ROW_EXEC;
    return count;
}

void basic_make(struct basic_test *b, const struct basic_case *c, int number, bool multi,
                struct workload *w, struct run_opts *ro) {
    const struct test *t = &tests[number];
    const struct workload_row rows[] = {
        [ROW_COMMAND] = {.title = (char *)t->name},
        [ROW_MULTI] = {.title = (char *)"MULTI", .aside = true},
        [ROW_EXEC] = {.title = (char *)"EXEC", .aside = true},
    };
    bool framed = multi && c->pipeline > 1;
    int64_t most = c->pipeline < c->requests ? c->pipeline : c->requests;
    *b = (struct basic_test){.c = *c, .number = number, .multi = framed};
    make_value(&b->value, t->value, (size_t)c->size);
    if (framed)
        workload_from_writer(w, t->name, rows, 3, (int)most + 2, write_multi, b);
    else
        workload_from_writer(w, t->name, rows, 1, 1, write_plain, b);
    w->ops =
        framed ? pipelines((uint64_t)c->requests, (uint64_t)c->pipeline) : (uint64_t)c->requests;
    ro->connections = 1;
    ro->pipeline = framed ? 1 : (int)c->pipeline; /* in operations */
    ro->requests = (uint64_t)c->requests;
}

void basic_release(struct basic_test *b) {
    buf_release(&b->value);
}
