/* SPDX-License-Identifier: BSD-3-Clause */
/* The native reports and the live line, from results made by hand. They belong to a program and not
 * to the library, whose objects the Makefile adds (but for the compatible faces' progress line). */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "ui/jsonw.h"
#include "ui/width.h"
#include "cmd/vkbench/live.h"
#include "cmd/vkbench/report.h"
#include "cmd/vkbench/report_seed.c"
#include "t.h"

static int tool_lines; /* progress lines of the compatible faces */

void report_compatible_clear(struct live *l) {
    (void)l;
}
void report_compatible_progress(struct live *l, const struct run_sample *s) {
    (void)l;
    (void)s;
    tool_lines++;
}

/* --- a result made by hand -------------------------------------------------------------------- */

struct made {
    struct workload w;
    struct workload_row rows[WORKLOAD_ROWS_MAX];
    struct tally tallies[WORKLOAD_ROWS_MAX];
    struct run_thread threads[2];
    struct run_result r;
    struct run_opts o;
    struct options opts;
    struct server_facts server;
    struct report report;
    struct buf out;
};

static char program[] = "vkbench", secret[] = "xxxx";
static char *arguments[] = {program, secret};

static void make(struct made *m, int n_rows, bool with_rate) {
    memset(m, 0, sizeof *m);
    m->w = (struct workload){.title = (char *)"SET", .rows = m->rows, .n_rows = n_rows};
    m->o = (struct run_opts){.conn = &m->opts.conn,
                             .connections = 50,
                             .pipeline = 1,
                             .threads = 1,
                             .keep_alive = true,
                             .requests = 100000};
    m->opts.data_size = 3;
    m->server = (struct server_facts){.name = "redis",
                                      .version = "7.0.15",
                                      .mode = "standalone",
                                      .appendonly = "no",
                                      .has_config = true,
                                      .io_threads = 1};
    m->r = (struct run_result){.rows = m->tallies,
                               .n_rows = n_rows,
                               .rated = with_rate,
                               .connect = hist_new(),
                               .threads = m->threads,
                               .n_threads = 1,
                               .rps = hist_new()};
    m->threads[0] = (struct run_thread){50, 610000000, 1000000000};
    tally_init(&m->r.total, with_rate);
    for (int i = 0; i < n_rows; i++) {
        m->rows[i].title = (char *)"SET";
        tally_init(&m->tallies[i], with_rate);
    }
    m->report = (struct report){&m->opts, &m->server, 7, "127.0.0.1:6379", 0, 2, arguments};
    buf_init(&m->out, 1 << 28);
}

static void discard(struct made *m) {
    for (int i = 0; i < m->r.n_rows; i++)
        tally_release(&m->tallies[i]);
    tally_release(&m->r.total);
    free(m->r.connect);
    free(m->r.rps);
    buf_release(&m->out);
}

/* n requests of row i: the k-th took k * step_ns. */
static void served(struct made *m, int i, uint64_t n, uint64_t step_ns) {
    struct tally *t = &m->tallies[i];
    for (uint64_t k = 1; k <= n; k++) {
        hist_record(t->service, k * step_ns);
        if (t->response) hist_record(t->response, k * step_ns * 2);
        if (t->lag) hist_record(t->lag, k * step_ns);
    }
    t->done += n;
    t->bytes_out += n * 41;
    t->bytes_in += n * 5;
}

static void refused(struct made *m, int i, const char *text) {
    tally_error(&m->tallies[i], text, strlen(text));
    m->tallies[i].errors++;
    hist_record(m->tallies[i].failed, 1000);
}

static void sum_up(struct made *m, int64_t elapsed_ns) {
    for (int i = 0; i < m->r.n_rows; i++)
        if (!m->rows[i].aside) tally_merge(&m->r.total, &m->tallies[i]);
    m->r.elapsed_ns = elapsed_ns;
}

static const char *reported(struct made *m, const struct report_ops *ops) {
    buf_clear(&m->out);
    m->report.tests = 0;
    ops->begin(&m->report, &m->out);
    ops->test(&m->report, &m->w, &m->o, &m->r, &m->out);
    ops->end(&m->report, 0, &m->out);
    CHECK(!m->out.over);
    return buf_cstr(&m->out);
}

/* The widest line, escapes of colours not counted. */
static int widest(const char *text) {
    int most = 0;
    while (*text) {
        size_t len = strcspn(text, "\n");
        int columns = width_columns(text, len);
        most = columns > most ? columns : most;
        text += len + (text[len] == '\n');
    }
    return most;
}

/* The bytes of a JSON value at p, 0 when it is none. */
static size_t json_value_len(const char *p);

static size_t json_string_len(const char *p) {
    size_t i = 1;
    for (; p[i] != '"'; i++) {
        if ((unsigned char)p[i] < ' ') return 0;
        if (p[i] != '\\') continue;
        i++;
        if (!strchr("\"\\/bfnrtu", p[i]) || !p[i]) return 0;
        if (p[i] == 'u' && strspn(p + i + 1, "0123456789abcdef") < 4) return 0;
    }
    return i + 1;
}

static size_t json_members_len(const char *p, char last) {
    size_t i = 1, len;
    if (p[i] == last) return 2;
    for (;; i++) {
        i += strspn(p + i, "\n");
        if (last == '}') {
            if (p[i] != '"' || !(len = json_string_len(p + i)) || p[i + len] != ':') return 0;
            i += len + 1;
        }
        if (!(len = json_value_len(p + i))) return 0;
        i += len;
        if (p[i] == last) return i + 1;
        if (p[i] != ',') return 0;
    }
}

static size_t json_value_len(const char *p) {
    static const char *const words[] = {"null", "true", "false"};
    if (*p == '{') return json_members_len(p, '}');
    if (*p == '[') return json_members_len(p, ']');
    if (*p == '"') return json_string_len(p);
    for (int i = 0; i < 3; i++)
        if (!strncmp(p, words[i], strlen(words[i]))) return strlen(words[i]);
    return strspn(p, "0123456789+-.e");
}

static bool is_json(const char *p) {
    size_t len = json_value_len(p);
    return *p == '{' && len && !strcmp(p + len, "\n");
}

static bool has_word(const char *text, const char *word) {
    size_t len = strlen(word);
    for (const char *at = text; (at = strstr(at, word)); at += len)
        if (!isalpha((unsigned char)at[len]) && (at == text || !isalpha((unsigned char)at[-1])))
            return true;
    return false;
}

/* What no report may hold, whatever happened. */
static void check_sane(struct made *m) {
    const struct report_ops *const all[] = {&report_text, &report_quiet, &report_csv, &report_json,
                                            &report_seed};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const char *text = reported(m, all[i]);
        CHECK(!has_word(text, "nan"));
        CHECK(!has_word(text, "inf"));
        CHECK(strlen(text) == m->out.len);
        if (all[i] != &report_csv) CHECK(!strchr(text, '\x1b'));
        if (all[i] == &report_text) CHECK(widest(text) <= 80);
        if (all[i] == &report_json) CHECK(is_json(text));
    }
}

/* --- figures ---------------------------------------------------------------------------------- */

static void test_durations(void) {
    static const struct {
        uint64_t ns;
        const char *text, *brief;
    } cases[] = {
        {0, "0 ns", "0ns"},
        {999, "999 ns", "999ns"},
        {1000, "1.000 us", "1.00us"},
        {1234567, "1.235 ms", "1.23ms"},
        {9999499, "9.999 ms", "10.0ms"},
        {9999600, "10.00 ms", "10.0ms"},
        {999940000, "999.9 ms", "1.00s"},
        {999960000, "1.000 s", "1.00s"},
        {4000000000, "4.000 s", "4.00s"},
        {9999000000000, "9999 s", "9999s"},
        {36000000000000, "10.00 h", "10.0h"},
        {UINT64_MAX, "584.5 y", "585y"},
    };
    char text[REPORT_TEXT_MAX];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CHECK_STR(report_duration(cases[i].ns, true, text, sizeof text), cases[i].text);
        CHECK_STR(report_duration_short(cases[i].ns, true, text, sizeof text), cases[i].brief);
    }
    CHECK_STR(report_duration(5, false, text, sizeof text), "n/a");
    for (uint64_t ns = 1; ns < UINT64_MAX / 3; ns += ns / 7 + 1) {
        CHECK(strlen(report_duration(ns, true, text, sizeof text)) <= 8);
        CHECK(strlen(report_duration_short(ns, true, text, sizeof text)) <= 6);
    }
}

static void test_numbers(void) {
    char text[REPORT_TEXT_MAX];
    CHECK_STR(report_number(0, 0, text, sizeof text), "0");
    CHECK_STR(report_number(999, 0, text, sizeof text), "999");
    CHECK_STR(report_number(12345.64, 1, text, sizeof text), "12,345.6");
    CHECK_STR(report_number(-1234567, 0, text, sizeof text), "-1,234,567");
    CHECK_STR(report_number(-123, 0, text, sizeof text), "-123");
    CHECK_STR(report_number((double)UINT64_MAX, 0, text, sizeof text),
              "18,446,744,073,709,551,616");
    CHECK_STR(report_number(NAN, 0, text, sizeof text), "n/a");
    CHECK_STR(report_number(INFINITY, 2, text, sizeof text), "n/a");
    CHECK_STR(report_number(1e300, 3, text, sizeof text), "1.000e+300");
    CHECK_STR(report_compact(999999, 0, 7, text, sizeof text), "999,999");
    CHECK_STR(report_compact(1234567, 0, 7, text, sizeof text), "1.235M");
    CHECK_STR(report_compact(1e6, 0, 7, text, sizeof text), "1.000M");
    CHECK_STR(report_compact(5.74, 1, 4, text, sizeof text), "5.7");
    CHECK_STR(report_compact(123.4, 1, 4, text, sizeof text), "123");
    CHECK_STR(report_compact(12345, 0, 4, text, sizeof text), "12k");
    CHECK_STR(report_compact(NAN, 0, 4, text, sizeof text), "n/a");
    for (double v = 0.01; v < 1e40; v *= 1.7) {
        CHECK(strlen(report_compact(v, 1, 4, text, sizeof text)) <= 4);
        CHECK(strlen(report_compact(v, 0, 7, text, sizeof text)) <= 7);
    }
}

static void check_cut(const char *text, int columns, const char *want) {
    struct buf b;
    buf_init(&b, 1 << 16);
    width_cut(&b, text, columns, true);
    CHECK_MEM(b.p, b.len, want, strlen(want));
    CHECK_EQ(width_columns(b.p, b.len), columns);
    buf_release(&b);
}

static void test_foreign_text_keeps_its_columns(void) {
    check_cut("", 4, "    ");
    check_cut("GET", 4, "GET ");
    check_cut("MGET", 4, "MGET");
    check_cut("LRANGE", 4, "LRA…");
    check_cut("\x1b[2J", 8, "\\x1b[2J ");
    check_cut("a\nb", 4, "a\\x…");
    check_cut("\xff", 4, "\\xff");
    check_cut("na\xc3\xafve", 4, "na\xc3\xaf…");
    check_cut("\xe6\xbc\xa2\xe5\xad\x97", 5, "\xe6\xbc\xa2\xe5\xad\x97 ");
    check_cut("\xe6\xbc\xa2\xe5\xad\x97", 3, "\xe6\xbc\xa2…");
    check_cut("\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2", 5, "\xe6\xbc\xa2\xe5\xad\x97…");
    check_cut("e\xcc\x81t\xcc\x81", 3, "e\xcc\x81t\xcc\x81 ");
}

/* --- the formats ------------------------------------------------------------------------------ */

static void test_text_of_a_run(void) {
    struct made m;
    make(&m, 1, false);
    served(&m, 0, 100000, 10);
    sum_up(&m, 840000000);
    CHECK_STR(reported(&m, &report_text),
              "127.0.0.1:6379, redis 7.0.15, TCP, RESP2, seed 7\n"
              "\n"
              "SET  50 connections, 1 thread, pipeline 1\n"
              "100,000 requests in 840.0 ms: 119,048 requests/s, 5.5 MB/s, 0 errors\n"
              "command     requests  rate/s  err   mean    p50    p90    p99  p99.9    max MB/s\n"
              "SET          100,000 119,048    0  500us  500us  900us  990us  999us 1.00ms  5.5\n"
              "generator: 61 % of 1 core, 6.100 us CPU per request\n");
    CHECK_EQ(m.report.tests, 1);
    check_sane(&m);
    discard(&m);
}

static void test_text_at_a_rate_shows_the_response(void) {
    struct made m;
    make(&m, 1, true);
    m.o.rate = 200000;
    served(&m, 0, 100000, 10);
    sum_up(&m, 1000000000);
    const char *text = reported(&m, &report_text);
    CHECK(strstr(text, "SET          100,000 100,000    0 1.00ms 1.00ms 1.80ms 1.98ms"));
    CHECK(strstr(text, "\nlatency from the intended send; service p50 500us, p99 990us; lag p99 "
                       "990us\n"));
    CHECK(strstr(text, "warning: asked for 200,000 requests/s, reached 100,000 (50.0 %)\n"));
    check_sane(&m);
    discard(&m);
}

static void test_framing_is_no_request(void) {
    struct made m;
    make(&m, 3, false);
    m.rows[0] = (struct workload_row){(char *)"MULTI", true};
    m.rows[2] = (struct workload_row){(char *)"EXEC", true};
    for (int i = 0; i < 3; i++)
        served(&m, i, 1000, 1000);
    refused(&m, 2, "EXECABORT Transaction discarded");
    sum_up(&m, 1000000000);
    const char *text = reported(&m, &report_text);
    CHECK(strstr(text, "\n1,000 requests in 1.000 s: 1,000 requests/s, 0.0 MB/s, 1 error\n"));
    CHECK(strstr(text, "\n*MULTI         1,000"));
    CHECK(strstr(text, "\ntotal          1,000"));
    CHECK(strstr(text, "\n* framing: not counted as requests\n"));
    CHECK(strstr(text, "\nerrors of *EXEC:\n  EXECABORT                  1  EXECABORT Trans"));
    check_sane(&m);
    discard(&m);
}

static void test_nothing_answered_is_not_zero(void) {
    struct made m;
    make(&m, 1, false);
    sum_up(&m, 0);
    m.r.interrupted = true;
    const char *text = reported(&m, &report_text);
    CHECK(strstr(text, "\n0 requests in n/a: n/a requests/s, n/a MB/s, 0 errors\n"));
    CHECK(strstr(text, "\nSET                0     n/a    0    n/a    n/a    n/a"));
    CHECK(strstr(text, "\nwarning: nothing was answered\n"));
    CHECK_STR(reported(&m, &report_quiet), "SET: n/a requests per second, p50=n/a msec\n");
    CHECK(!strstr(reported(&m, &report_json), "18446744073709551615")); /* an empty one's min */
    CHECK_STR(reported(&m, &report_seed), "SET - 0 Requests\nDuration  = n/a\nRate = n/a\n\n");
    check_sane(&m);
    discard(&m);
}

static void test_one_request_has_no_percentiles(void) {
    struct made m;
    make(&m, 1, false);
    served(&m, 0, 1, 4000);
    sum_up(&m, 4000);
    const char *text = reported(&m, &report_text);
    CHECK(strstr(text, "\n1 request in 4.000 us: 250,000 requests/s, 11.5 MB/s, 0 errors\n"));
    CHECK(strstr(text, "0 4.00us    n/a    n/a    n/a    n/a 4.00us"));
    CHECK(strstr(text, "\nwarning: too few requests for what is n/a: p50 needs 20 of a command\n"));
    check_sane(&m);
    discard(&m);
}

static void test_errors_are_no_work_done(void) {
    struct made m;
    make(&m, 1, false);
    refused(&m, 0,
            "OOM command not allowed \x1b[2J when used memory > 'maxmemory' and so on and on");
    for (int i = 0; i < 1234; i++)
        refused(&m, 0, "WRONGTYPE Operation against a key");
    sum_up(&m, 1000000000);
    m.r.err = (struct err){VK_ESERVER, 0, "OOM \x1b[2J"};
    m.opts.colour = false;
    const char *text = reported(&m, &report_text);
    CHECK(strstr(text, "\n0 requests in 1.000 s: 0.00 requests/s, 0.0 MB/s, 1,235 errors\n"));
    CHECK(strstr(text, "\nended early: OOM \\x1b[2J\n"));
    CHECK(strstr(text, "\nSET                0       0 1.2k    n/a"));
    const char *first =
        strstr(text, "  WRONGTYPE              1,234  WRONGTYPE Operation against a key\n");
    CHECK(first && strstr(first, "\n  OOM                        1  OOM command not"));
    CHECK_STR(reported(&m, &report_quiet),
              "SET: 0.00 requests per second, p50=n/a msec, 1235 errors\n");
    CHECK(strstr(reported(&m, &report_seed), "\nRate = 0.0\nErrors = 1235\n\n"));
    CHECK(strstr(reported(&m, &report_json), "\"errors\":{\"WRONGTYPE\":{\"count\":1234,"));
    check_sane(&m);
    m.opts.colour = true;
    CHECK(strstr(reported(&m, &report_text), "\x1b[31m 1.2k\x1b[0m"));
    discard(&m);
}

static void test_doubts_are_told(void) {
    struct made m;
    make(&m, 1, false);
    served(&m, 0, 100000, 10);
    sum_up(&m, 1000000000);
    m.threads[0].cpu_ns = 980000000;
    m.r.in_flight = 80;
    m.r.unfinished = 5;
    m.r.oldest_ns = 4900000000;
    m.r.unsent = 1200;
    m.r.reconnects = 3;
    m.r.pushes = 12;
    m.r.interrupted = true;
    const char *text = reported(&m, &report_text);
    CHECK(strstr(text, "\ninterrupted after 1.000 s\n"));
    CHECK(strstr(text, "the generator was the limit (98 % CPU): the server can do more\n"));
    CHECK(strstr(text,
                 "Little's law: 80.0 requests in flight, rate x latency gives 50.0 (-37.5 %)\n"));
    CHECK(strstr(text, "warning: Little's law is broken by 37 %: do not trust the latencies\n"));
    CHECK(strstr(text, "warning: 5 unanswered at the end, the oldest for 4.900 s"));
    CHECK(strstr(text, "warning: 1,200 due by the schedule and never sent\n"));
    CHECK(strstr(text, "warning: connections lost and made again: 3\n"));
    CHECK(strstr(text, "\npushes received (invalidations): 12\n"));
    CHECK(strstr(reported(&m, &report_json), "\"warnings\":[\"the generator was the limit (98 % "));
    check_sane(&m);
    discard(&m);
}

static void test_redirects_without_cluster_tell_the_option(void) {
    static const char *const texts[] = {"MOVED 12182 127.0.0.1:7002", "ASK 3300 127.0.0.1:7001"};
    const char warning[] = "\nwarning: this is a cluster's node, which has not all keys: give "
                           "--cluster\n";
    for (int i = 0; i < 2; i++) {
        struct cluster_opts cluster = {0};
        struct made m;
        make(&m, 1, false);
        served(&m, 0, 100, 4000);
        CHECK(!strstr(reported(&m, &report_text), warning));
        refused(&m, 0, texts[i]);
        sum_up(&m, 1000000000);
        CHECK(strstr(reported(&m, &report_text), warning));
        m.o.cluster = &cluster; /* there it is an error that came after all tries */
        m.r.outages = mem_zalloc(1, sizeof *m.r.outages);
        CHECK(!strstr(reported(&m, &report_text), warning));
        free(m.r.outages);
        discard(&m);
    }
}

static void test_connecting_is_measured_without_keep_alive(void) {
    struct made m;
    make(&m, 1, false);
    served(&m, 0, 1000, 1000);
    for (int i = 0; i < 100; i++)
        hist_record(m.r.connect, 1500000);
    sum_up(&m, 1000000000);
    CHECK(!strstr(reported(&m, &report_text), "connect:"));
    m.o.keep_alive = false;
    CHECK(strstr(reported(&m, &report_text),
                 "\nconnect: 100 times, mean 1.50ms, p50 1.50ms, p99 n/a, max 1.50ms\n"));
    discard(&m);
}

static void test_huge_figures_stay_in_their_columns(void) {
    struct made m;
    make(&m, 64, true);
    m.o.rate = 1e12;
    m.o.threads = m.r.n_threads = 2;
    m.o.connections = 1000000;
    m.threads[1] = (struct run_thread){1, INT64_MAX, 1};
    for (int i = 0; i < 64; i++) {
        struct tally *t = &m.tallies[i];
        t->done = t->errors = t->bytes_in = t->bytes_out = UINT64_MAX / 100;
        hist_record_n(t->service, UINT64_MAX / 2, 1000000);
        hist_record_n(t->response, UINT64_MAX, 1000000);
        for (int k = 0; k < 40; k++) {
            char text[200];
            memset(text, 'A' + k % 26, sizeof text);
            text[20 + k] = ' ';
            tally_error(t, text, sizeof text);
        }
    }
    m.r.unfinished = m.r.unsent = m.r.reconnects = m.r.pushes = UINT64_MAX / 2;
    m.r.oldest_ns = INT64_MAX;
    m.r.in_flight = 1e18;
    sum_up(&m, 1);
    check_sane(&m);
    discard(&m);
}

static void test_evil_titles_are_only_text(void) {
    static const char evil[] =
        "SET \"a,b\"\r\n\x1b]0;x\x07\xff\xfe \xe2\x80\xae\xe6\xbc\xa2\xe5\xad"
        "\x97\xe6\xbc\xa2 \\ {\"x\":1}\t\x7f";
    struct made m;
    make(&m, 2, false);
    char *longest = mem_zalloc(1000001, 1);
    memset(longest, 'x', 1000000);
    m.w.title = longest;
    m.rows[0].title = (char *)evil;
    m.rows[1].title = longest;
    m.report.where = longest;
    memcpy(m.server.version, "\x1b[2J\xff", 6);
    served(&m, 0, 1000, 1000);
    served(&m, 1, 1000, 1000);
    sum_up(&m, 1000000000);
    m.w.title = longest;
    check_sane(&m);
    m.w.title = (char *)evil;
    check_sane(&m);
    CHECK(strstr(reported(&m, &report_csv), "\n\"SET \"\"a,b\"\"\r\n\x1b]0;x\x07\xff"));
    CHECK(strstr(reported(&m, &report_json), "\"name\":\"SET \\\"a,b\\\"\\u000d\\u000a\\u001b]0;x"
                                             "\\u0007\\ufffd\\ufffd \\u202e\xe6\xbc\xa2"));
    free(longest);
    discard(&m);
}

static void test_csv_begins_with_the_tools_columns(void) {
    static const char header[] =
        "\"test\",\"rps\",\"avg_latency_ms\",\"min_latency_ms\",\"p50_latency_ms\","
        "\"p95_latency_ms\",\"p99_latency_ms\",\"max_latency_ms\",\"p90_latency_ms\",";
    struct made m;
    make(&m, 1, false);
    served(&m, 0, 100, 1000000);
    sum_up(&m, 1000000000);
    const char *text = reported(&m, &report_csv);
    CHECK(!strncmp(text, header, sizeof header - 1));
    CHECK(strstr(text, "\n\"SET\",\"100.00\",\"50.500000\",\"1.000000\",\"50."));
    CHECK(strstr(text, "\",\"\",\"\",\"100.000000\",\"90."));
    CHECK(strstr(text,
                 "\",\"\",\"service\",\"SET\",\"100\",\"0\",\"0.005\",\"1.000000\",\"50\",\"1\","
                 "\"1\",\"\",\"0\",\"\"\n"));
    discard(&m);
}

static void test_json_of_no_and_of_several_runs(void) {
    struct made m;
    make(&m, 1, true);
    report_json.begin(&m.report, &m.out);
    report_json.end(&m.report, 130, &m.out);
    CHECK(is_json(buf_cstr(&m.out)));
    CHECK(strstr(m.out.p, "\"argv\":[\"vkbench\",\"xxxx\"]"));
    CHECK(strstr(m.out.p, "\"tests\":[],\"exit\":130}\n"));
    buf_clear(&m.out);
    served(&m, 0, 10, 1000);
    sum_up(&m, 1000000000);
    report_json.begin(&m.report, &m.out);
    report_json.test(&m.report, &m.w, &m.o, &m.r, &m.out);
    report_json.test(&m.report, &m.w, &m.o, &m.r, &m.out);
    report_json.end(&m.report, 0, &m.out);
    CHECK(is_json(buf_cstr(&m.out)));
    CHECK(strstr(m.out.p, "\"service\":{\"count\":10,\"min\":1000,\"max\":10000,\"mean\":5500,"));
    CHECK(strstr(m.out.p, "\"p\":{\"50\":null,"));
    CHECK(strstr(m.out.p, "\"histogram\":[[1000,1000,1],[2000,2000,1],[3000,3001,1],"));
    discard(&m);
}

static void check_float(double v, const char *want) {
    struct buf b;
    buf_init(&b, 100);
    add_float(&b, v);
    CHECK_MEM(b.p, b.len, want, strlen(want));
    buf_release(&b);
}

static void test_floats_look_as_in_python(void) {
    check_float(0, "0.0");
    check_float(100000, "100000.0");
    check_float(0.1, "0.1");
    check_float(1.0 / 3, "0.3333333333333333");
    check_float(0.0001, "0.0001");
    check_float(0.00001234, "1.234e-05");
    check_float(123456789.125, "123456789.125");
    check_float(9007199254740992, "9007199254740992.0");
    check_float(1e16, "1e+16");
    check_float(NAN, "n/a");
}

static void test_seed_lines(void) {
    struct made m;
    make(&m, 1, false);
    m.w.title = (char *)"set_str";
    served(&m, 0, 100000, 10);
    sum_up(&m, 3125000000);
    CHECK_STR(reported(&m, &report_seed),
              "set_str - 100000 Requests\nDuration  = 3.125\nRate = 32000.0\n\n");
    discard(&m);
}

/* --- the live line ---------------------------------------------------------------------------- */

/* What standard error got while fn ran. */
static void capture(void (*fn)(struct live *l), struct live *l, char *text, size_t cap) {
    int pipes[2], before = dup(STDERR_FILENO);
    CHECK_EQ(pipe(pipes), 0);
    dup2(pipes[1], STDERR_FILENO);
    close(pipes[1]);
    fn(l);
    dup2(before, STDERR_FILENO);
    close(before);
    ssize_t n = read(pipes[0], text, cap - 1);
    text[n > 0 ? n : 0] = 0;
    close(pipes[0]);
}

static void half_way(struct live *l) {
    struct hist *h = hist_new();
    hist_record_n(h, 400000, 25000);
    const struct run_sample s = {.phase = RUN_MEASURING,
                                 .elapsed_ns = 1000000000,
                                 .done = 49999,
                                 .errors = 1,
                                 .recent_done = 25000,
                                 .recent_ns = 250000000,
                                 .recent = h,
                                 .all = h};
    live_sample(l, &s);
    free(h);
}

static void connecting(struct live *l) {
    live_sample(l, &(struct run_sample){.phase = RUN_CONNECTING, .connected = 12});
}

static void test_live_line_on_a_terminal(void) {
    struct options o = {.tty_err = true, .format = FORMAT_JSON};
    struct run_opts run = {.connections = 50, .requests = 100000};
    struct live l;
    char text[4096];
    live_init(&l, &o);
    live_begin(&l, "SET \x1b[2J", &run);
    capture(connecting, &l, text, sizeof text);
    CHECK_STR(text, "\rSET \\x1b[2J: connecting, 12 of 50\x1b[K");
    capture(half_way, &l, text, sizeof text);
    CHECK_STR(
        text,
        "\rSET \\x1b[2J: 100,000/s  p50 400.0 us  p99 400.0 us  1 error  50 %  ETA 1 s\x1b[K");
    capture(live_end, &l, text, sizeof text);
    CHECK_STR(text, "\r\x1b[K");
    capture(live_end, &l, text, sizeof text);
    CHECK_STR(text, "");
    live_release(&l);
}

static void test_live_lines_elsewhere_come_once_a_second(void) {
    struct options o = {.format = FORMAT_TEXT};
    struct run_opts run = {.connections = 50, .requests = 100000};
    struct live l;
    char text[4096];
    live_init(&l, &o);
    live_begin(&l, "SET", &run);
    capture(half_way, &l, text, sizeof text);
    CHECK_STR(text, "");
    l.shown_ns -= 2 * CLOCK_NS_PER_S + CLOCK_NS_PER_S / 2;
    capture(half_way, &l, text, sizeof text);
    CHECK_STR(text, "SET: 100,000/s  p50 400.0 us  p99 400.0 us  1 error  50 %  ETA 1 s\n");
    capture(half_way, &l, text, sizeof text);
    CHECK_STR(text, "");
    o.format = FORMAT_CSV;
    l.shown_ns -= 2 * CLOCK_NS_PER_S;
    capture(half_way, &l, text, sizeof text);
    CHECK_STR(text, "");
    live_release(&l);
}

static void test_compatible_faces_have_their_own(void) {
    struct options o = {.face = FACE_REDIS_BENCHMARK, .tty_err = true};
    struct run_opts run = {.connections = 50, .requests = 100000};
    struct live l;
    char text[4096];
    live_init(&l, &o);
    live_begin(&l, "SET", &run);
    capture(half_way, &l, text, sizeof text);
    CHECK_STR(text, "");
    CHECK_EQ(tool_lines, 1);
    live_release(&l);
}

int main(void) {
    RUN(test_durations);
    RUN(test_numbers);
    RUN(test_foreign_text_keeps_its_columns);
    RUN(test_text_of_a_run);
    RUN(test_text_at_a_rate_shows_the_response);
    RUN(test_framing_is_no_request);
    RUN(test_nothing_answered_is_not_zero);
    RUN(test_one_request_has_no_percentiles);
    RUN(test_errors_are_no_work_done);
    RUN(test_doubts_are_told);
    RUN(test_redirects_without_cluster_tell_the_option);
    RUN(test_connecting_is_measured_without_keep_alive);
    RUN(test_huge_figures_stay_in_their_columns);
    RUN(test_evil_titles_are_only_text);
    RUN(test_csv_begins_with_the_tools_columns);
    RUN(test_json_of_no_and_of_several_runs);
    RUN(test_floats_look_as_in_python);
    RUN(test_seed_lines);
    RUN(test_live_line_on_a_terminal);
    RUN(test_live_lines_elsewhere_come_once_a_second);
    RUN(test_compatible_faces_have_their_own);
    return t_end();
}
