/* SPDX-License-Identifier: BSD-3-Clause */
/* bench/basic: what is sent, decoded and compared line by line with the Python clients' loop. */
#include "bench/basic.h"

#include <stdlib.h>

#include "resp/read.h"
#include "tests/unit/t.h"

/* ---- what is sent: RESP to one line of words a command ---- */

static void decode(const struct buf *resp, struct buf *lines) {
    struct resp_reader r;
    struct resp_event ev;
    int code;
    resp_read_init(&r, NULL);
    resp_read_feed(&r, resp->p, resp->len);
    while ((code = resp_read_next(&r, &ev)) == 1) {
        if (ev.kind == RESP_VALUE) {
            if (lines->len && lines->p[lines->len - 1] != '\n') buf_addc(lines, ' ');
            buf_add(lines, ev.p, ev.len);
        }
        if (ev.done) buf_addc(lines, '\n');
    }
    CHECK_EQ(code, 0);
    CHECK(resp_read_at_start(&r));
    resp_read_release(&r);
}

/* The rows tell framing from commands. */
static void check_rows(const struct workload *w, const uint16_t *rows, int n) {
    for (int i = 0; i < n; i++) {
        bool frame = w->n_rows > 1 && (i == 0 || i == n - 1);
        CHECK(rows[i] < w->n_rows);
        CHECK_EQ(w->rows[rows[i]].aside, frame);
        if (frame) CHECK_STR(w->rows[rows[i]].title, i ? "EXEC" : "MULTI");
    }
}

/* All operations of a test; returns how many commands count as requests. */
static int64_t send_all(const struct basic_case *c, int number, bool multi, struct buf *lines) {
    struct basic_test b;
    struct workload w;
    struct run_opts ro = {0};
    struct buf out;
    int64_t counted = 0;
    buf_init(&out, 1 << 20);
    basic_make(&b, c, number, multi, &w, &ro);
    uint16_t *rows = mem_zalloc((size_t)w.commands, sizeof *rows);
    for (uint64_t op = 0; op < w.ops; op++) {
        int n = w.write(w.write_arg, op, &out, rows);
        CHECK(n > 0 && n <= w.commands);
        check_rows(&w, rows, n);
        for (int i = 0; i < n; i++)
            counted += !w.rows[rows[i]].aside;
    }
    CHECK_EQ(ro.connections, 1);
    CHECK_EQ(ro.requests, c->requests);
    decode(&out, lines);
    free(rows);
    workload_release(&w);
    basic_release(&b);
    buf_release(&out);
    return counted;
}

/* ---- what it has to be ---- */

static const char *const commands[BASIC_TESTS] = {
    "SET set_str:%i %t",
    "SET set_int:%i %n",
    "GET set_str:%i",
    "GET set_int:%i",
    "INCR incr_key",
    "LPUSH lpush_key %n",
    "LRANGE lpush_key %i %j",
    "LPOP lpush_key",
    "HMSET hmset_key str_value string int_value 123456 float_value 123456.0",
};

static void expand(const char *command, int64_t i, int64_t size, struct buf *out) {
    for (const char *p = command; *p; p++) {
        if (*p != '%') {
            buf_addc(out, *p);
            continue;
        }
        p++;
        if (*p == 'i') buf_addi(out, i);
        if (*p == 'j') buf_addi(out, i + 300);
        for (int64_t k = 0; strchr("tn", *p) && k < size; k++)
            buf_addc(out, k ? '0' : *p == 't' ? 'a' : '1');
    }
    buf_addc(out, '\n');
}

static void execute(struct buf *queued, struct buf *out) {
    if (!queued->len) return;
    buf_adds(out, "MULTI\n");
    buf_add(out, queued->p, queued->len);
    buf_adds(out, "EXEC\n");
    buf_clear(queued);
}

static void expect(const struct basic_case *c, int number, bool multi, struct buf *out) {
    struct buf queued;
    buf_init(&queued, 1 << 20);
    for (int64_t i = 0; i < c->requests; i++) {
        bool plain = !multi || c->pipeline == 1;
        expand(commands[number], i, c->size, plain ? out : &queued);
        if (i % c->pipeline == 0) execute(&queued, out);
    }
    execute(&queued, out);
    buf_release(&queued);
}

static void check_case(const struct basic_case *c, bool multi) {
    for (int number = 0; number < BASIC_TESTS; number++) {
        struct buf got, want;
        buf_init(&got, 1 << 20);
        buf_init(&want, 1 << 20);
        CHECK_EQ(send_all(c, number, multi, &got), c->requests);
        expect(c, number, multi, &want);
        CHECK_MEM(got.p, got.len, want.p, want.len);
        buf_release(&got);
        buf_release(&want);
    }
}

static void commands_and_their_frames_are_those_of_the_python_clients(void) {
    for (int64_t n = 1; n <= 12; n++)
        for (int64_t p = 1; p <= 13; p++)
            for (int multi = 0; multi < 2; multi++)
                check_case(&(struct basic_case){n, p, 1 + (n + p) % 3}, multi);
}

static void values_may_be_long(void) {
    check_case(&(struct basic_case){3, 2, 1}, true);
    check_case(&(struct basic_case){3, 2, 100}, true);
    check_case(&(struct basic_case){2, 1, 20000}, false);
}

static void plain_pipelines_are_the_engines(void) {
    struct basic_test b;
    struct workload w;
    struct run_opts ro = {0};
    basic_make(&b, &(struct basic_case){100, 10, 2}, 0, false, &w, &ro);
    CHECK_EQ(ro.pipeline, 10);
    CHECK_EQ(w.commands, 1);
    CHECK_EQ(w.ops, 100);
    CHECK_STR(w.title, "set_str");
    workload_release(&w);
    basic_release(&b);
}

static void a_transaction_is_one_operation(void) {
    struct basic_test b;
    struct workload w;
    struct run_opts ro = {0};
    basic_make(&b, &(struct basic_case){100, 10, 2}, 8, true, &w, &ro);
    CHECK_EQ(ro.pipeline, 1);
    CHECK_EQ(w.commands, 12);
    CHECK_EQ(w.ops, 11);
    CHECK_STR(w.title, "hmset");
    workload_release(&w);
    basic_release(&b);
    basic_make(&b, &(struct basic_case){5, 1000000, 2}, 8, true, &w, &ro);
    CHECK_EQ(w.commands, 7);
    CHECK_EQ(w.ops, 2);
    workload_release(&w);
    basic_release(&b);
}

/* Operations of a warm-up are numbered from far beyond the run's. */
static void any_operation_number_writes_commands_of_the_test(void) {
    for (int multi = 0; multi < 2; multi++) {
        struct basic_test b;
        struct workload w;
        struct run_opts ro = {0};
        struct buf out;
        uint16_t rows[8];
        buf_init(&out, 4096);
        basic_make(&b, &(struct basic_case){5, 3, 2}, 2, multi, &w, &ro);
        for (uint64_t op = UINT64_MAX - 20; op != 0; op++) {
            int n = w.write(w.write_arg, op, &out, rows);
            CHECK(n >= 1 && n <= w.commands);
        }
        CHECK(!out.over);
        CHECK(!memmem(out.p, out.len, "set_str:5", 9));
        CHECK(memmem(out.p, out.len, "set_str:4", 9));
        workload_release(&w);
        basic_release(&b);
        buf_release(&out);
    }
}

/* ---- the matrix ---- */

static const char *list_of(const char *text) {
    static char shown[256];
    struct basic_list l = {.v = {7}, .n = 1};
    struct err e;
    int code = basic_parse_list(&l, text, 1, 1000, &e);
    size_t at = 0;
    shown[0] = 0;
    for (int i = 0; i < l.n; i++)
        at += (size_t)snprintf(shown + at, sizeof shown - at, "%s%lld", i ? " " : "",
                               (long long)l.v[i]);
    if (code < 0) snprintf(shown + at, sizeof shown - at, ": %s", e.text);
    CHECK(code == 0 || code == VK_EUSAGE);
    return shown;
}

static void lists_are_strict_and_stay_as_they_were_on_error(void) {
    CHECK_STR(list_of("5"), "5");
    CHECK_STR(list_of("1,10,1000"), "1 10 1000");
    CHECK_STR(list_of(""), "7: a number is missing in the list");
    CHECK_STR(list_of("1,,2"), "7: a number is missing in the list");
    CHECK_STR(list_of("1,"), "7: a number is missing in the list");
    CHECK_STR(list_of("1,2x"), "7: '2x' is not a whole number from 1 to 1000");
    CHECK_STR(list_of("0"), "7: '0' is not a whole number from 1 to 1000");
    CHECK_STR(list_of("1001,x"), "7: '1001' is not a whole number from 1 to 1000");
    CHECK_STR(list_of("99999999999999999999"),
              "7: '99999999999999999999' is not a whole number from 1 to 1000");
    CHECK_STR(list_of("1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1"),
              "7: more than 32 numbers in the list");
}

static void the_defaults_are_one_case(void) {
    struct basic_opts o;
    struct basic_case c;
    basic_opts_init(&o);
    CHECK_EQ(basic_cases(&o), 1);
    basic_case(&o, 0, &c);
    CHECK_EQ(c.requests, 100000);
    CHECK_EQ(c.pipeline, 1);
    CHECK_EQ(c.size, 2);
    CHECK_EQ(o.how, BASIC_MULTI);
    CHECK(!o.flush);
}

static void the_last_argument_changes_fastest(void) {
    struct basic_opts o;
    struct buf all;
    basic_opts_init(&o);
    o.requests = (struct basic_list){.v = {1, 2}, .n = 2};
    o.pipeline = (struct basic_list){.v = {3, 4}, .n = 2};
    o.size = (struct basic_list){.v = {5, 6, 7}, .n = 3};
    CHECK_EQ(basic_cases(&o), 12);
    buf_init(&all, 4096);
    for (int i = 0; i < basic_cases(&o); i++) {
        struct basic_case c;
        basic_case(&o, i, &c);
        buf_addf(&all, "%lld%lld%lld ", (long long)c.requests, (long long)c.pipeline,
                 (long long)c.size);
    }
    CHECK_STR(buf_cstr(&all), "135 136 137 145 146 147 235 236 237 245 246 247 ");
    buf_release(&all);
}

int main(void) {
    RUN(commands_and_their_frames_are_those_of_the_python_clients);
    RUN(values_may_be_long);
    RUN(plain_pipelines_are_the_engines);
    RUN(a_transaction_is_one_operation);
    RUN(any_operation_number_writes_commands_of_the_test);
    RUN(lists_are_strict_and_stay_as_they_were_on_error);
    RUN(the_defaults_are_one_case);
    RUN(the_last_argument_changes_fastest);
    return t_end();
}
