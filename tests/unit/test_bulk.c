/* SPDX-License-Identifier: BSD-3-Clause */
/* Tests of vk --pipe without a server: CSV, templates, commands that are refused, records of any
 * format however they come in, and the verdict on replies. */
#include "cmd/vk/bulk_encode.h"
#include "cmd/vk/bulk_refuse.h"
#include "cmd/vk/bulk_replies.h"

#include <stdlib.h>
#include <unistd.h>

#include "resp/write.h"
#include "tests/unit/t.h"

/* ---- CSV ---- */

enum { CSV_OUT = 200 };

struct csv_case {
    const char *in, *out; /* fields in [], records behind ;, ! a broken one */
};

static const struct csv_case csv_cases[] = {
    {"a,b\nc,d\n", "[a][b];[c][d];"},
    {"a,b\r\n,\n", "[a][b];[][];"},
    {"\"a\",\"b,c\"\n", "[a][b,c];"},
    {"\"a\"\"b\",\"\"\r\n", "[a\"b][];"},
    {"\"\"\"\",x\n", "[\"][x];"},
    {"\"a\nb\",c\nd\n", "[a\nb][c];[d];"},
    {"a\"b,c\"\n", "[a\"b][c\"];"},
    {"\"a\"x,y\nb\n", "![b];"},
    {"x,\"a\nb\"c\nd\n", "![b\"c];[d];"},
    {"x,\"a\nb\n", "![b];"},
    {"\"a\"\rb\n", "!"},
};

static void add_fields(const struct bulk_csv *c, const char *p, size_t len, char *out) {
    struct bulk_csv_fields f;
    bulk_csv_fields_init(&f);
    bulk_csv_split(c, p, len, &f);
    for (int i = 0; i < f.n; i++)
        snprintf(out + strlen(out), CSV_OUT - strlen(out), "[%.*s]", (int)f.lens[i], f.p[i]);
    bulk_csv_fields_release(&f);
}

static void run_csv(char separator, const struct csv_case *t, size_t first, size_t more) {
    struct bulk_csv c;
    enum bulk_csv_fault fault;
    char out[CSV_OUT] = "";
    size_t at = 0, all = strlen(t->in), n = first, len = 0;
    bulk_csv_init(&c, separator);
    while (at < all) {
        char *copy = malloc(n - at + 1);
        memcpy(copy, t->in + at, n - at);
        int code = n > at ? bulk_csv_next(&c, copy, n - at, n == all, &len, &fault) : 0;
        if (code > 0) add_fields(&c, copy, len, out);
        free(copy);
        if (code) strcat(out, code > 0 ? ";" : "!");
        if (code) at += len;
        if (!code && n == all) break;
        if (!code) n = n + more < all ? n + more : all;
    }
    CHECK_STR(out, t->out);
}

static void test_csv(void) {
    for (size_t i = 0; i < sizeof csv_cases / sizeof *csv_cases; i++) {
        size_t all = strlen(csv_cases[i].in);
        for (size_t cut = 0; cut <= all; cut++)
            run_csv(',', &csv_cases[i], cut, all);
        run_csv(',', &csv_cases[i], 1, 1);
    }
}

static void test_tsv_has_no_quotes(void) {
    static const struct csv_case t = {"\"a\tb\"\r\n\t\n", "[\"a][b\"];[][];"};
    run_csv('\t', &t, 0, 1);
    run_csv('\t', &t, strlen(t.in), 1);
}

/* ---- templates ---- */

static void fill(const char *text, const char *header, const char *record, const char *want) {
    struct bulk_template t;
    struct bulk_csv csv;
    struct bulk_csv_fields names, fields;
    struct buf out;
    struct err e;
    bulk_template_init(&t);
    bulk_csv_init(&csv, ',');
    bulk_csv_fields_init(&names);
    bulk_csv_fields_init(&fields);
    buf_init(&out, 1000);
    if (header) bulk_csv_split(&csv, header, strlen(header), &names);
    int code = bulk_template_parse(&t, text, header ? &names : NULL, &e);
    bulk_csv_split(&csv, record, strlen(record), &fields);
    if (code == 0) code = bulk_template_fill(&t, &fields, &out, &e);
    CHECK_STR(code < 0 ? e.text : buf_cstr(&out), want);
    bulk_template_release(&t);
    bulk_csv_fields_release(&names);
    bulk_csv_fields_release(&fields);
    buf_release(&out);
}

static void test_templates(void) {
    fill("SET k:{1} {2}", NULL, "a,\"b c\"", "*3\r\n$3\r\nSET\r\n$3\r\nk:a\r\n$3\r\nb c\r\n");
    fill("GET {{{2}}{{", NULL, "a,b", "*2\r\n$3\r\nGET\r\n$4\r\n{b}{\r\n");
    fill("'{1}' \"\" {2}{1}", NULL, ",b", "*3\r\n$0\r\n\r\n$0\r\n\r\n$1\r\nb\r\n");
    fill("SET {name} {id}", "id,name", "7,\"x\ny\"",
         "*3\r\n$3\r\nSET\r\n$3\r\nx\ny\r\n$1\r\n7\r\n");
    fill("SET {2}", "id,name", "7,n", "*2\r\n$3\r\nSET\r\n$1\r\nn\r\n");
    fill("SET {3}", NULL, "a,b", "2 fields, and the template wants 3");
    fill("SET {name}", NULL, "a", "--template: {name}: names need --header");
    fill("SET {x}", "id,name", "a", "--template: {x}: no field of that name");
    fill("SET {0}", NULL, "a", "--template: {0}: fields are counted from 1");
    fill("SET {1", NULL, "a", "--template: '{' without '}' ({{ is a brace)");
    fill("SET 'a", NULL, "a", "--template: unbalanced single quote at column 5");
    fill(" ", NULL, "a", "--template is empty");
}

/* ---- refused commands ---- */

static bool is_refused(int argc, const char *const *argv) {
    struct buf b;
    buf_init(&b, 1000);
    CHECK_EQ(resp_write_argv(&b, argc, argv, NULL), 0);
    bool refused = bulk_refuse(b.p, b.len);
    buf_release(&b);
    return refused;
}

static void test_refused(void) {
    CHECK(is_refused(2, (const char *[]){"Subscribe", "x"}));
    CHECK(is_refused(1, (const char *[]){"punsubscribe"}));
    CHECK(is_refused(1, (const char *[]){"MONITOR"}));
    CHECK(is_refused(1, (const char *[]){"quit"}));
    CHECK(is_refused(3, (const char *[]){"PSYNC", "?", "-1"}));
    CHECK(is_refused(3, (const char *[]){"client", "Reply", "off"}));
    CHECK(is_refused(3, (const char *[]){"client", "reply", "SKIP"}));
    CHECK(!is_refused(3, (const char *[]){"client", "reply", "ON"}));
    CHECK(!is_refused(2, (const char *[]){"client", "id"}));
    CHECK(!is_refused(1, (const char *[]){"client"}));
    CHECK(!is_refused(3, (const char *[]){"set", "monitor", "quit"}));
    CHECK(!is_refused(1, (const char *[]){"ping"}));
    CHECK(!is_refused(1, (const char *[]){""}));
}

/* ---- records ---- */

/* What an input gives: each command as "line@offset:RESP|", bad ones as "line@offset!text|". */
struct reading {
    struct bulk_input in;
    struct bulk_encoder encoder;
    struct buf out, resp;
    struct err e;
    int fds[2];
};

static void add_record(struct reading *r, const struct bulk_record *c) {
    struct err why;
    buf_clear(&r->resp);
    int code = bulk_encode(&r->encoder, c, bulk_input_bytes(&r->in, c->at), &r->resp, &why);
    if (!code) return;
    buf_addf(&r->out, "%d@%d", (int)bulk_input_line(&r->in, c->at), (int)c->at);
    if (code < 0)
        buf_addf(&r->out, "!%s|", why.text);
    else
        buf_addf(&r->out, ":%s|", buf_cstr(&r->resp));
}

static void take_records(struct reading *r, bool *begun, const char *tmpl) {
    struct bulk_record c;
    int code = *begun ? 1 : bulk_input_begin(&r->in, &r->e);
    if (code > 0 && !*begun) code = bulk_encode_begin(&r->encoder, tmpl, &r->in, &r->e) + 1;
    *begun = code > 0;
    while (code > 0 && (code = bulk_input_next(&r->in, &c, &r->e)) > 0)
        add_record(r, &c);
    if (code < 0) buf_addf(&r->out, "%s", r->e.text);
    if (code < 0) r->in.broken = true;
}

static void read_all(const char *text, size_t step, const struct options_bulk *o,
                     const char *want) {
    struct reading r;
    bool begun = false;
    size_t at = 0, all = strlen(text);
    CHECK_EQ(pipe(r.fds), 0);
    bulk_input_init(&r.in, o, r.fds[0]);
    bulk_encode_init(&r.encoder);
    buf_init(&r.out, 10000);
    buf_init(&r.resp, 10000);
    while (!r.in.ended && !r.in.broken) {
        size_t n = at + step < all ? step : all - at;
        CHECK_EQ(write(r.fds[1], text + at, n), n);
        at += n;
        if (!n) close(r.fds[1]);
        CHECK_EQ(bulk_input_read(&r.in, &r.e), 0);
        take_records(&r, &begun, o->tmpl);
    }
    CHECK_STR(buf_cstr(&r.out), want);
    close(r.fds[0]);
    if (!r.in.ended) close(r.fds[1]);
    bulk_input_release(&r.in);
    bulk_encode_release(&r.encoder);
    buf_release(&r.out);
    buf_release(&r.resp);
}

static void both_ways(const char *text, const struct options_bulk *o, const char *want) {
    read_all(text, 1, o, want);
    read_all(text, strlen(text) + 1, o, want);
}

static void test_records(void) {
    const struct options_bulk any = {0};
    both_ways("", &any, "");
    both_ways("get a\n\n# x\n'b\nping", &any,
              "1@0:*2\r\n$3\r\nget\r\n$1\r\na\r\n|4@11!unbalanced single quote at column 1|"
              "5@14:*1\r\n$4\r\nping\r\n|");
    both_ways("\r\n*1\r\n$3\r\na\nb\r\nping", &any,
              "2@2:*1\r\n$3\r\na\nb\r\n|6@15:*1\r\n$4\r\nping\r\n|");
    both_ways("*1\r\n$1\r\na\r\n*1\r\n$", &any,
              "1@0:*1\r\n$1\r\na\r\n|the input ends in the middle of a command");
    both_ways("\xef\xbb\xbfping \"\"\n", &any, "1@3:*2\r\n$4\r\nping\r\n$0\r\n\r\n|");
    both_ways("quit", &any, "1@0!not sent: QUIT ends the connection|");
}

static void test_records_of_csv(void) {
    const struct options_bulk csv = {.tmpl = "get {2}"};
    const struct options_bulk named = {.tmpl = "get {b}", .header = true};
    both_ways("a,\"b\nc\"\nd,e\nf\n\ng,h", &csv,
              "1@0:*2\r\n$3\r\nget\r\n$3\r\nb\nc\r\n|3@8:*2\r\n$3\r\nget\r\n$1\r\ne\r\n|"
              "4@12!1 field, and the template wants 2|6@15:*2\r\n$3\r\nget\r\n$1\r\nh\r\n|");
    both_ways("a\tb\nx\t\"y\n", &named, "2@4:*2\r\n$3\r\nget\r\n$2\r\n\"y\r\n|");
    both_ways("\xef\xbb\xbf"
              "b,a\nx,y\n",
              &named, "2@7:*2\r\n$3\r\nget\r\n$1\r\nx\r\n|");
    both_ways("x,\"y\nz,w\n", &csv,
              "1@0!a quote that is never closed|2@5:*2\r\n$3\r\nget\r\n$1\r\nw\r\n|");
}

static void test_resume(void) {
    const struct options_bulk second = {.resume_at = 6}, end = {.resume_at = 12},
                              known = {.resume_at = 6, .resume_line = 2}, inside = {.resume_at = 7},
                              far = {.resume_at = 99};
    both_ways("get a\nget b\n", &second, "2@6:*2\r\n$3\r\nget\r\n$1\r\nb\r\n|");
    both_ways("get a\nget b\n", &known, "2@6:*2\r\n$3\r\nget\r\n$1\r\nb\r\n|");
    both_ways("get a\nget b\n", &end, "");
    both_ways("get a\nget b\n", &inside, "--resume 7: no command begins there");
    both_ways("get a\nget b\n", &far, "--resume 99: the input ends before that");
}

/* ---- replies ---- */

static void on_good(void *arg, uint64_t n) {
    for (; n; n--)
        buf_addc(arg, '+');
}

static void on_error(void *arg, const struct bulk_verdict *v) {
    buf_addf(arg, "[%.*s", (int)v->text.len, v->text.p);
    if (v->inside) buf_addf(arg, " %d", (int)v->inside);
    buf_addc(arg, ']');
}

static void replies(const char *in, size_t step, const char *want) {
    struct bulk_replies r;
    struct buf out;
    struct err e;
    const struct bulk_replies_hooks hooks = {on_good, on_error, &out};
    size_t all = strlen(in);
    int code = 0;
    buf_init(&out, 1000);
    bulk_replies_init(&r, &hooks);
    for (size_t at = 0; at < all && code == 0; at += step) {
        size_t n = at + step < all ? step : all - at;
        char *copy = malloc(n);
        memcpy(copy, in + at, n);
        code = bulk_replies_feed(&r, copy, n, &e);
        free(copy);
    }
    if (code < 0) buf_addc(&out, '!');
    CHECK_STR(buf_cstr(&out), want);
    bulk_replies_release(&r);
    buf_release(&out);
}

static void test_replies(void) {
    static const char *const cases[][2] = {
        {"+OK\r\n+OK\r\n:12\r\n$2\r\nab\r\n+QUEUED\r\n*0\r\n$-1\r\n", "+++++++"},
        {"+OK\r\n-ERR a b\r\n+OK\r\n", "+[ERR a b]+"},
        {"*3\r\n+OK\r\n-WRONG x\r\n-ERR y\r\n+OK\r\n", "[WRONG x 2]+"},
        {"!5\r\nERR b\r\n:-1\r\n", "[ERR b]+"},
        {">2\r\n+a\r\n-ERR x\r\n+OK\r\n", "+"},
        {"|1\r\n+k\r\n-ERR x\r\n+OK\r\n", "+"},
        {"*1\r\n*1\r\n-ERR deep\r\n:1\r\n", "[ERR deep 1]+"},
        {"+OK\r\n?x", "+!"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        replies(cases[i][0], strlen(cases[i][0]), cases[i][1]);
        for (size_t step = 1; step < 9; step++)
            replies(cases[i][0], step, cases[i][1]);
    }
}

int main(void) {
    RUN(test_csv);
    RUN(test_tsv_has_no_quotes);
    RUN(test_templates);
    RUN(test_refused);
    RUN(test_records);
    RUN(test_records_of_csv);
    RUN(test_resume);
    RUN(test_replies);
    return t_end();
}
